"""The plugin door: `python -m sandbox.plugin aws` serves a provider to Pulumi's own engine.

The classes are those that the embedded engine calls; only the transport differs.
"""

import os
import sys
from importlib.metadata import version

from pulumi.provider.experimental.server import main

from sandbox.packages import PACKAGES


def serve(arguments: list[str]) -> int:
    """Serves one provider until the engine ends it.

    Args:
        arguments: The package, then what the engine passes to a plugin: its own address.

    Returns:
        The exit code; 2 for a package that the sandbox does not serve.
    """
    if not arguments or arguments[0] not in PACKAGES:
        sys.stderr.write(f"usage: python -m sandbox.plugin {'|'.join(sorted(PACKAGES))} ENGINE\n")
        return 2
    package, *rest = arguments
    # Pulumi's server reads the engine's address from the command line, whatever it is given.
    sys.argv = [f"pulumi-resource-{package}", *rest]
    main(rest, _version(package), PACKAGES[package].make(os.environ.get("AWS_ENDPOINT_URL", "")))
    return 0


def _version(package: str) -> str:
    # The SDK asks for a provider of its own version and the engine warns about any other; the
    # handlers are written against that version's inputs.
    return version(f"pulumi-{package}")


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1:]))
