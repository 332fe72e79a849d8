"""How hypothesis runs here."""

from hypothesis import settings

# No deadline: on a machine shared with other work a slow example says nothing about the law.
settings.register_profile("slipway", max_examples=100, deadline=None)
settings.load_profile("slipway")
