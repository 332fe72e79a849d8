"""The wiring from a description to resources; the only folder that knows files and components."""
