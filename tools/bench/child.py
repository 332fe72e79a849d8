"""One measured run: a program under Pulumi's mocks in a fresh interpreter.

Everything that both sides of a comparison need is loaded here, so that the difference between two
runs is the difference between two programs.
"""

import json
import sys
from pathlib import Path

from tools.recording import recorder


def main() -> None:
    """Runs `PROGRAM CONFIGURATION.json STACK ROOT` as the language host would."""
    program, configuration, stack, root = sys.argv[1:5]
    sys.path.insert(0, root)
    settings = json.loads(Path(configuration).read_text("utf-8"))
    recorder.record_file(
        Path(program), stack=stack, config=settings["config"], secret_keys=settings["secrets"]
    )


main()
