"""The sandbox itself: its engine, its providers, its command line. No rule of the product."""
