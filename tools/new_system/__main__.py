"""`python -m tools.new_system`: exit 0 written, 1 refused, 2 wrong usage."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from model.problems import DescriptionError, Place
from model.shape import read_part
from model.yaml_file import read_yaml
from tools.new_system import answers, project, report
from tools.new_system.answers import PLACE, Answers
from tools.new_system.compose.convert import convert
from tools.new_system.draft import Remarks, SystemDraft

ROOT = Path(__file__).parents[2]
_OPTIONS: Mapping[str, str] = {
    "name": "name of the system, for example shop",
    "description": "what it is for, in a sentence",
    "service": "name of its service; default: api",
    "image": "image of the service, without registry and tag",
    "tag": "tag or digest of the image; default: 1.0.0",
    "port": "port that it listens on, or none for a worker",
    "health-path": "path of its health check; default: /health",
    "database": "major version of PostgreSQL, 14 to 18, or none",
    "cache": "major version of Redis, 6 or 7, or none",
    "queue": "version of RabbitMQ, 3.13 or 4.2, or none",
    "objects": "a bucket for files: yes or no",
}


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Describes a new system and gives the exit code.

    Args:
        arguments: Command line without the program's name. Default: the process's own.
        root: The project's folder.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.check:
            report.checked(project.read_stacks(root, options.runtime))
            return 0
        draft, hosts, remarks = _draft(options, root)
        outcome = project.add(root, draft, hosts)
    except DescriptionError as problem:
        said = "; nothing was written:" if not options.check else ":"
        print(str(problem).replace("; nothing was created:", said, 1), file=sys.stderr)
        return 1
    except (EOFError, KeyboardInterrupt):
        print("\nNo answer; nothing was written.", file=sys.stderr)
        return 1
    report.written(draft, outcome, remarks)
    return 0


def _draft(
    options: argparse.Namespace, root: Path
) -> tuple[SystemDraft, Mapping[str, str], Remarks]:
    stacks = project.read_stacks(root)
    given = _given(options)
    if options.compose:
        _, problems, _ = read_part(Answers, json.dumps(given), PLACE)
        wrong = [problem for problem in problems if problem.path.split(".")[0] in given]
        if wrong:
            raise DescriptionError(wrong)
        draft, remarks = convert(Path(options.compose), given.get("name"))
        return draft, given.get("hosts", {}), remarks
    if options.answers:
        content = _file(Path(options.answers))
        given = {**content, **given}
    elif options.name is None or options.image is None:
        given = answers.ask(
            given,
            lambda name: {
                stack: project.usual_host(description.environment, name)
                for stack, description in stacks.items()
            },
            input,
            print,
        )
    answered = answers.read(given, [*stacks])
    if isinstance(answered, list):
        raise DescriptionError(answered)
    return answers.draft(answered), answered.hosts, Remarks()


def _file(path: Path) -> dict[str, Any]:
    content = read_yaml(path.parent, path.name, "name a file that is there with --answers")
    if not isinstance(content, dict):
        raise DescriptionError([content])
    return content


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """The answers on the command line, as a file would have them."""
    given: dict[str, Any] = {}
    for option in _OPTIONS:
        text: str | None = getattr(options, option.replace("-", "_"))
        if text is not None:
            key = "healthPath" if option == "health-path" else option
            given[key] = answers.value_of(key, text)
    hosts: dict[str, str] = {}
    for entry in options.host:
        stack, sign, host = entry.partition("=")
        if not sign:
            raise DescriptionError(
                [
                    Place("--host").problem(
                        f"'{entry}'",
                        "names no stack",
                        "write stack and host, for example production=shop.example.com",
                    )
                ]
            )
        hosts[stack] = host
    return {**given, "hosts": hosts} if hosts else given


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.new_system",
        description="Writes systems/<name>.yaml and the system's settings in every stack file. "
        "Asks for what the options do not say, or reads a compose file.",
    )
    parser.add_argument(
        "--compose", metavar="FILE", help="take services and data stores from a compose file"
    )
    parser.add_argument(
        "--answers", metavar="FILE", help="take the answers from a YAML file, and ask nothing"
    )
    parser.add_argument(
        "--check", action="store_true", help="only say whether all descriptions are valid"
    )
    parser.add_argument(
        "--runtime", help="with --check, what services run on: fargate or eks; default: as written"
    )
    parser.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="STACK=HOST",
        help="host name in a stack; default: like the other systems' there",
    )
    for option, words in _OPTIONS.items():
        parser.add_argument(f"--{option}", help=words)
    return parser


if __name__ == "__main__":
    sys.exit(main())
