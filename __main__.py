"""Slipway: from a description of systems to a running environment. Read from top to bottom."""

import atexit
import gc

# The program is short-lived and makes little garbage: without the collector a preview takes
# two thirds of the time (docs/adr/0008-garbage-collector-off.md).
gc.disable()
atexit.register(gc.freeze)

from stacks import backups, exports, loader, platform, providers, system  # noqa: E402

description = loader.load()
clouds = providers.create(description)
shared = platform.build(description, clouds)
systems = {name: system.build(description, name, shared, clouds) for name in description.systems}
backup = backups.build(description, shared, systems, clouds)
exports.publish(description, shared, systems, backup)
