"""Settings of every test run."""

import atexit
import gc

# The same lever as in __main__.py: Pulumi's graph is large and garbage is rare, so the collector
# costs a third of the time of a test of a component and finds nothing.
gc.disable()
atexit.register(gc.freeze)
