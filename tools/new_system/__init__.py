"""Describes another system from answers or from a compose file: writes YAML, and no code."""
