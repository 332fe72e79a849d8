"""One stack in the embedded engine: deployed, compared and destroyed against one state."""

import gc
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pulumi
from pulumi.provider.experimental.provider import DeleteRequest, ReadRequest

from sandbox import program
from sandbox.comparing import Change
from sandbox.display import Display
from sandbox.errors import ResourceError, SandboxError
from sandbox.failures import of_program, of_provider
from sandbox.masking import Masker
from sandbox.monitor import Engine, Monitor
from sandbox.packages import Package, Providers
from sandbox.project import Project
from sandbox.runner import Runner
from sandbox.state import Resource, State
from sandbox.steps import Compare, Deploy, Step


class DeployError(SandboxError):
    """A run of the program that did not reach its end.

    Attributes:
        causes: One text per thing that went wrong, fit to be shown.
    """

    def __init__(self, causes: list[str]) -> None:
        self.causes = causes
        super().__init__("\n".join(causes))


class Session:
    """Runs one project's program against one in-memory state.

    Use it as a context manager: on leaving, nothing of it runs any more.
    """

    def __init__(
        self,
        project: Project,
        *,
        endpoint: str,
        packages: Mapping[str, Package],
        display: Display,
        masker: Masker,
    ) -> None:
        self.project = project
        self.state = State()
        self._display = display
        self._masker = masker
        self._runner = Runner()
        self._providers = Providers(packages, endpoint, project.config)
        for key in project.secrets:
            masker.learn_text(project.config[key])

    def __enter__(self) -> Self:
        self._runner.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._runner.__exit__(None, None, None)

    def deploy(self) -> None:
        """Runs the program and creates what it registers.

        Raises:
            DeployError: The program, a resource or its provider refused.
        """
        self._run(Deploy(self.state, self._providers))

    def second_run(self) -> list[Change]:
        """Runs the program again as a preview against the state; nothing is created.

        Returns:
            Every difference; empty when another run would leave everything alone.

        Raises:
            DeployError: The program, or a check of a provider, refused.
        """
        step = Compare(self.state, self._providers)
        self._run(step)
        return step.changes()

    def destroy(self) -> list[Resource]:
        """Deletes everything, the latest first, and looks whether it is gone.

        A resource is created after everything that it depends on, so the order of creation
        backwards is an order in which nothing is deleted while it is needed.

        Returns:
            What still exists afterwards.

        Raises:
            DeployError: A provider could not delete a resource; the text names it.
        """
        deleted: list[Resource] = []
        for resource in reversed(list(self.state)):
            if resource.is_deployed:
                for reason in _kept_elsewhere(resource):
                    self._display.log(f"  {resource.type} {resource.name}: {reason}")
                if self.state.get(resource.deleted_with) is None:
                    self._delete(resource)
                deleted.append(resource)
            self.state.remove(resource.urn)
        self.state.outputs = {}
        return [resource for resource in deleted if self._exists(resource)]

    def _run(self, step: Step) -> None:
        monitor = Monitor(
            stack=self.project.stack,
            project=self.project.name,
            root=self.project.root,
            state=self.state,
            step=step,
            providers=self._providers,
            runner=self._runner,
            masker=self._masker,
            watcher=self._display,
        )
        try:
            with _own_garbage_collection():
                program.run(
                    self.project,
                    monitor,
                    Engine(self._display),
                    preview=step.preview,
                    on_print=self._display.log,
                )
        except (Exception, SystemExit) as error:
            causes = [str(failure) for failure in monitor.failures]
            if not causes and not isinstance(error, pulumi.RunError):
                # What a function refused and the program did not catch, its error only repeats.
                text = str(error)
                causes = [str(each) for each in monitor.unanswered if each.reason in text]
            if not causes:
                causes = [self._masker.mask(_text(error, self.project.root))]
            raise DeployError(causes) from None

    def _delete(self, resource: Resource) -> None:
        provider = self._providers.get(resource.provider)
        request = DeleteRequest(resource.urn, resource.id, resource.outputs, timeout=0)
        self._display.started(resource)
        try:
            self._runner.call(provider.delete(request))
        except Exception as error:
            reason = self._masker.mask(of_provider(error))
            failure = ResourceError(resource.type, resource.name, resource.source, reason)
            raise DeployError([f"cannot delete {failure}"]) from None
        self._display.finished(resource, 0)

    def _exists(self, resource: Resource) -> bool:
        if resource.mocked or not self._providers.is_remote(resource.package):
            return False
        request = ReadRequest(resource.urn, resource.id, resource.outputs, resource.inputs)
        answer = self._runner.call(self._providers.get(resource.provider).read(request))
        return bool(answer.resource_id)


def _kept_elsewhere(resource: Resource) -> Iterator[str]:
    if resource.protect:
        yield "is protected; `pulumi destroy` would refuse, the sandbox deletes it"
    if resource.retain_on_delete:
        yield "is retained by `pulumi destroy`; the sandbox deletes it"


def _text(error: BaseException, root: Path) -> str:
    # A RunError is a mistake of the user's that the program has explained: its text is enough.
    return str(error) if isinstance(error, pulumi.RunError) else of_program(error, root)


@contextmanager
def _own_garbage_collection() -> Generator[None]:
    # A program may switch the collector off, as a process of its own; this one lives on.
    enabled = gc.isenabled()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
