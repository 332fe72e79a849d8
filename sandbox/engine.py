"""`make up` with the embedded engine: the phases in their order, and what came of them."""

from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from pydantic import JsonValue

from sandbox import doctor, project, summary
from sandbox.comparing import Change
from sandbox.display import Display
from sandbox.errors import SandboxError
from sandbox.masking import Masker, plain_map
from sandbox.packages import PACKAGES, Package
from sandbox.session import DeployError, Session
from sandbox.state import Resource


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a run shall do."""

    root: Path
    """Folder of the project."""
    stack: str
    """Name of the stack."""
    destroy: bool = False
    """Whether to destroy everything at the end and check that nothing is left."""
    with_doctor: bool = True
    """Whether to run the doctor; a program without a description has nothing to compare with."""
    port: int = 0
    """Port of the cloud's endpoint on loopback; 0 takes a free one."""
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    """Full configuration keys whose values replace the stack file's for this run."""
    packages: Mapping[str, Package] = field(default_factory=lambda: PACKAGES)
    """The providers that are served."""
    build_root: Path | None = None
    """Folder for what runs write. Default: `build` in the project."""

    @property
    def build(self) -> Path:
        """Folder for what this run writes: `build/<stack>`."""
        return (self.build_root or self.root / "build") / self.stack


@dataclass(kw_only=True)
class Outcome:
    """What came of a run."""

    resources: list[Resource] = field(default_factory=list[Resource])
    """What was registered."""
    outputs: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    """The stack's outputs, secrets masked."""
    changes: list[Change] = field(default_factory=list[Change])
    """What a second run would do."""
    findings: list[summary.DoctorFinding] = field(default_factory=list[summary.DoctorFinding])
    """What the doctor found."""
    errors: list[str] = field(default_factory=list[str])
    """What went wrong, fit to be shown."""
    endpoint: str = ""
    """URL of the AWS API that holds the resources."""
    kubernetes_endpoint: str = ""
    """URL of the Kubernetes API of its clusters."""
    region: str = ""
    """Region that the stack was deployed to."""

    @property
    def ok(self) -> bool:
        """Whether all is good."""
        return not self.errors and not self.changes and all(f.ok for f in self.findings)

    def summarise(
        self, stack: str, seconds: Mapping[str, float], cpu_seconds: Mapping[str, float]
    ) -> summary.SummaryFile:
        """Returns the summary file's content."""
        created = [resource for resource in self.resources if resource.is_deployed]
        by_type = Counter(resource.type for resource in created)
        return summary.SummaryFile(
            stack=stack,
            resources=summary.CreatedResources(
                created=len(created), by_type=dict(sorted(by_type.items()))
            ),
            mocked=[
                summary.MockedResource(
                    type=resource.type, name=resource.name, reason=resource.mocked
                )
                for resource in created
                if resource.mocked
            ],
            second_run_changes=[
                summary.SecondRunChange(
                    kind=change.kind,
                    type=change.type,
                    name=change.name,
                    inputs=list(change.inputs),
                )
                for change in self.changes
            ],
            doctor=self.findings,
            outputs=self.outputs,
            seconds=_rounded(seconds),
            cpu_seconds=_rounded(cpu_seconds),
            ok=self.ok,
        )


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {phase: round(value, 3) for phase, value in seconds.items()}


@contextmanager
def up(options: Options, display: Display, masker: Masker) -> Generator[Outcome]:
    """Deploys a stack to the sandbox and checks it.

    While the context is open the cloud is up, so that `serve` can keep it; on leaving it stops.

    Args:
        options: What to deploy and how.
        display: Who follows the run.
        masker: Learns the run's secrets; the same that the display masks with.

    Yields:
        What came of it; errors of the program and of AWS are in it, not raised.

    Raises:
        SandboxError: The project's files cannot be read; nothing was started.
    """
    loaded = project.load(options.root, options.stack, options.config)
    project.tell_unset(loaded, display)
    with running_cloud(options, loaded, display) as cloud:
        outcome = Outcome(
            endpoint=cloud.aws,
            kubernetes_endpoint=cloud.kubernetes,
            region=project.region(loaded),
        )
        session = Session(
            loaded, endpoint=cloud.aws, packages=options.packages, display=display, masker=masker
        )
        with session:
            try:
                _phases(options, session, display, outcome)
            except DeployError as error:
                outcome.errors += error.causes
            yield outcome


@dataclass(frozen=True)
class Endpoints:
    """Where the sandbox's APIs are; "" for what was not started."""

    aws: str = ""
    """URL of the AWS API."""
    kubernetes: str = ""
    """URL of the Kubernetes API of its EKS clusters."""


@contextmanager
def running_cloud(
    options: Options, loaded: project.Project, display: Display
) -> Generator[Endpoints]:
    """Starts the AWS API with what an account has before Slipway, and stops it in the end.

    Args:
        options: The port and the packages; without AWS among them nothing is started.
        loaded: Names the region and the hosted zone.
        display: Shows the phase `start`.

    Yields:
        The URLs; none if nothing was started.

    Raises:
        SandboxError: The port is taken.
    """
    if "aws" not in options.packages:
        yield Endpoints()
        return
    with ExitStack() as stack:
        with display.phase("start"):
            from sandbox import cloud  # noqa: PLC0415 moto takes most of a second to load

            try:
                server = cloud.start(options.port)
            except (OSError, SystemExit):
                # SystemExit: werkzeug's own answer to a port that is taken.
                raise SandboxError(
                    f"cannot listen on port {options.port}, it is taken; give another with --port"
                ) from None
            stack.callback(server.stop)
            cloud.prepare_account(
                server.endpoint,
                project.region(loaded),
                project.hosted_zone(loaded),
                project.role_names(loaded),
            )
        yield Endpoints(server.endpoint, server.kubernetes_endpoint)


def _phases(options: Options, session: Session, display: Display, outcome: Outcome) -> None:
    try:
        with display.phase("deploy"):
            session.deploy()
    finally:
        outcome.resources = list(session.state)
        outcome.outputs = cast("dict[str, JsonValue]", plain_map(session.state.outputs))
    find_unmatched(outcome)
    with display.phase("secondRun"):
        outcome.changes = session.second_run()
    if options.with_doctor:
        examine(session.project, display, outcome)
    if options.destroy:
        with display.phase("destroy"):
            left = session.destroy()
        outcome.errors += [f"{left_.type} {left_.name} is left after the destroy" for left_ in left]


def find_unmatched(outcome: Outcome) -> None:
    """Puts what selects nothing in Kubernetes into the outcome, once all has been deployed."""
    deployed = any(each.package == "kubernetes" for each in outcome.resources)
    if deployed and outcome.kubernetes_endpoint:
        from sandbox.kubernetes.client import Client  # noqa: PLC0415 most runs need none

        found = Client(outcome.kubernetes_endpoint).unmatched()
        outcome.errors += [str(each) for each in found]


def examine(loaded: project.Project, display: Display, outcome: Outcome) -> None:
    """Runs the doctor's phase and puts what it found into the outcome."""
    with display.phase("doctor"):
        try:
            outcome.findings = doctor.examine(loaded, outcome.outputs, outcome.endpoint)
        except SandboxError as error:
            # It only looks: what comes after it, such as the destroy, is done all the same.
            outcome.errors.append(str(error))
