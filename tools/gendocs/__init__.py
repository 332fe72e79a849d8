"""Writes the pages and schemas under docs/ that follow from the code; adds no text to them."""
