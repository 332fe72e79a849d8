"""Reads a docker-compose file: what becomes of each key, and why some become nothing."""
