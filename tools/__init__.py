"""Commands for the people who work with Slipway; the program that Pulumi runs imports none."""
