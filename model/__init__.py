"""What a system and an environment are, read from files; no Pulumi, no sums, no AWS calls."""
