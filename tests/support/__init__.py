"""What tests of every kind share; no test stands here."""
