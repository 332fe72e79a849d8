"""Joins what the guides demand with where it is set and which test proves it; runs none of it."""
