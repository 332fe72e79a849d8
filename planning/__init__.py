"""Pure sums between the description and the components; no Pulumi, no files, no AWS calls."""
