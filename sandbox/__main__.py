"""`python -m sandbox up|serve|destroy-check`: deploy a stack without an account."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sandbox import engine, report, summary
from sandbox.display import Display
from sandbox.engine import Options, Outcome
from sandbox.errors import SandboxError
from sandbox.interrupts import EXIT_CODE, stopping_cleanly, until_interrupted
from sandbox.kubernetes import render
from sandbox.masking import Masker

SERVE_PORT = 5555
"""Where `serve` listens unless `--port` says otherwise: fixed, so that exports stay valid."""

_WIDTH_WITHOUT_TERMINAL = 160
# ARNs and URLs are long, and a log has no edge to keep to.


@dataclass(frozen=True, kw_only=True)
class _Command:
    name: str
    engine: str
    as_json: bool
    options: Options


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: The command line without the program's name. Default: the process's own.

    Returns:
        0 if everything is good, 1 if not, 2 for a wrong command line, 130 if interrupted.
    """
    command = _parse(arguments)
    # With --json the standard output is the summary and nothing else.
    stream = sys.stderr if command.as_json else sys.stdout
    console = Console(file=stream, width=None if stream.isatty() else _WIDTH_WITHOUT_TERMINAL)
    masker = Masker()
    display = Display(console, masker)
    try:
        with stopping_cleanly():
            return _run(command, console, display, masker)
    except SandboxError as error:
        display.error(str(error))
        return 1
    except KeyboardInterrupt:
        under_way = ", ".join(display.running()[:5]) or "nothing was being created"
        display.error(
            f"interrupted in phase '{display.phase_name}' ({under_way}); stopped, nothing is left "
            "running and the sandbox's resources are gone with it"
        )
        return EXIT_CODE


def _run(command: _Command, console: Console, display: Display, masker: Masker) -> int:
    options = command.options
    summary.remove(options.build)
    render.remove(options.build)
    if command.engine == "pulumi":
        from sandbox import pulumi_engine  # noqa: PLC0415 needs the CLI, most runs do not

        run = pulumi_engine.up(options, display, masker)
    else:
        run = engine.up(options, display, masker)
    with run as outcome:
        written = _finish(command, console, display, outcome)
        if command.name == "serve" and not outcome.errors:
            _keep(console, options.stack, outcome)
    return 0 if written.ok else 1


def _finish(
    command: _Command, console: Console, display: Display, outcome: Outcome
) -> summary.SummaryFile:
    written = outcome.summarise(command.options.stack, display.seconds, display.cpu_seconds)
    summary.write(written, command.options.build)
    objects = render.write(outcome.resources, command.options.build)
    notes = [f"{objects} Kubernetes objects as YAML in {render.place(command.options.build)}"]
    report.show(console, written, outcome.resources, outcome.errors, notes if objects else ())
    if command.as_json:
        sys.stdout.write(written.model_dump_json(by_alias=True, indent=2) + "\n")
    return written


def _keep(console: Console, stack: str, outcome: Outcome) -> None:
    endpoint = outcome.endpoint
    with until_interrupted():
        console.print(
            f"""
The sandbox's AWS API is up at {endpoint} until Ctrl-C. In another shell:

  export AWS_ENDPOINT_URL={endpoint} AWS_REGION={outcome.region}
  export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox
  aws ecs list-clusters
  python -c "import boto3; print(boto3.client('ecs').list_clusters()['clusterArns'])"
  python -m tools.doctor --stack {stack} --endpoint-url {endpoint}""",
            highlight=False,
            soft_wrap=True,
        )
        if any(each.package == "kubernetes" for each in outcome.resources):
            console.print(
                f"  kubectl --server {outcome.kubernetes_endpoint} get deployments -A",
                highlight=False,
                soft_wrap=True,
            )
        console.file.flush()
    console.print("stopped")


def _parse(arguments: Sequence[str] | None) -> _Command:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument(
        "command",
        choices=["up", "serve", "destroy-check"],
        help="deploy and check; the same and keep the AWS endpoint; the same and destroy it all",
    )
    parser.add_argument("--stack", default="staging", help="the stack (default: staging)")
    parser.add_argument(
        "--engine",
        choices=["embedded", "pulumi"],
        default="embedded",
        help="who runs the program: this process (default), or the Pulumi CLI on PATH",
    )
    parser.add_argument("--root", type=Path, default=Path(), help="the project (default: here)")
    parser.add_argument("--port", type=int, help=f"the endpoint's port (serve: {SERVE_PORT})")
    parser.add_argument("--json", action="store_true", help="print the summary file's content")
    parser.add_argument("--destroy", action="store_true", help="destroy everything at the end")
    parser.add_argument("--no-doctor", action="store_true", help="leave the doctor's phase out")
    parser.add_argument(
        "--config",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="replace a value of the stack file for this run, such as slipway:runtime=fargate",
    )
    parser.add_argument(
        "--runtime",
        choices=["fargate", "eks"],
        help="short for --config slipway:runtime=... (default: what the stack file says)",
    )
    given = parser.parse_args(arguments)
    pairs = [entry.partition("=") for entry in given.config]
    for key, equals, _ in pairs:
        if not equals or ":" not in key:
            parser.error(f"--config {key}: write it as namespace:key=value")
    runtime = {"slipway:runtime": given.runtime} if given.runtime else {}
    port = given.port if given.port is not None else SERVE_PORT if given.command == "serve" else 0
    return _Command(
        name=given.command,
        engine=given.engine,
        as_json=given.json,
        options=Options(
            root=given.root.resolve(),
            stack=given.stack,
            destroy=given.destroy or given.command == "destroy-check",
            with_doctor=not given.no_doctor,
            port=port,
            config=runtime | {key: value for key, _, value in pairs},
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
