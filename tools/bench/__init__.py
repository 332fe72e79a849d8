"""Measures what the project promises about speed; knows how to time programs, not what they build."""
