"""Laws that the sums keep for every input; the figures of one system stand in tests/unit."""
