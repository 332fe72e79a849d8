"""What a system and an environment are, and whether their files say so; no Pulumi and no sums."""
