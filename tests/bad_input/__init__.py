"""Broken descriptions, each a small change to the real files, and all that a user is told."""
