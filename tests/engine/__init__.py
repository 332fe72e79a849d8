"""The real Pulumi CLI through the plugin door; skipped with the reason where there is no CLI."""
