"""`python -m tools.doctor --stack staging`: exit 0 all well, 1 something failed, 2 wrong usage."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from model.load import load_files
from model.problems import DescriptionError
from planning.checks import verify
from tools.doctor import report
from tools.doctor.outputs import UnusableOutputs, find
from tools.doctor.runner import run

ROOT = Path(__file__).parents[2]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Runs the doctor and gives the exit code.

    Args:
        arguments: Command line without the program's name. Default: the process's own.
        root: Folder of the Pulumi program.
    """
    options = _parser().parse_args(arguments)
    try:
        description = verify(load_files(root, options.stack))
        findings = run(
            description,
            find(root, options.stack, options.outputs),
            options.endpoint_url,
            measure_latency=options.latency,
        )
    except (DescriptionError, UnusableOutputs) as problem:
        print(problem, file=sys.stderr)
        return 2
    report.show(findings, json_wanted=options.json)
    return 0 if all(finding.ok for finding in findings) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.doctor",
        description="Checks that what runs in AWS is what the description asks for. Reads only.",
    )
    parser.add_argument("--stack", required=True, help="name of the stack, for example staging")
    parser.add_argument(
        "--outputs",
        type=Path,
        metavar="FILE",
        help="the stack's outputs as JSON; default: build/<stack>/outputs.json, else what "
        "`pulumi stack output --json` prints",
    )
    parser.add_argument(
        "--endpoint-url",
        metavar="URL",
        help="where AWS's API answers, for example the sandbox's; default: AWS_ENDPOINT_URL, "
        "else AWS itself",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument(
        "--latency",
        action="store_true",
        help="also measure answers and latencies of the described paths over HTTPS",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
