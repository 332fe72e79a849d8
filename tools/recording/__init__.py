"""Runs programs without an engine and keeps what they registered; knows no component."""
