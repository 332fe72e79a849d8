"""Pure sums from a description to numbers and names; no Pulumi, no AWS, no files."""
