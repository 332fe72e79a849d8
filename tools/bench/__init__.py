"""Measures what the project promises about speed; times programs, knows not what they build."""
