"""What a user sees while a run goes on: a live tree on a terminal, plain lines elsewhere."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.text import Text
from rich.tree import Tree

from sandbox.masking import Masker
from sandbox.state import STACK_TYPE, Resource

_REFRESHES_PER_SECOND = 4
# Drawing the tree costs about 5 ms: more often would slow down the deploy that it shows.

_NAMES_SHOWN = 3


@dataclass(slots=True)
class _Node:
    """A component in the tree."""

    resource: Resource
    done: int = 0


class Display:
    """Follows a run: phases with their time, resources as they are made, messages.

    Everything that is shown goes through the masker. Called from several threads.
    """

    def __init__(self, console: Console, masker: Masker) -> None:
        self.console = console
        self.seconds: dict[str, float] = {}
        """Wall-clock seconds of each phase that has ended."""
        self.cpu_seconds: dict[str, float] = {}
        """Processor seconds of each phase that has ended, all threads of this process together."""
        self.phase_name = ""
        """The phase that is going on; after an interruption, the one that was."""
        self._masker = masker
        self._lock = threading.RLock()
        self._components: dict[str, _Node] = {}
        self._parents: dict[str, str] = {}
        self._running: dict[str, Resource] = {}
        self._done = 0
        self._begin = 0.0

    @contextmanager
    def phase(self, name: str) -> Generator[None]:
        """Shows and times one phase.

        Args:
            name: Its name in the summary, such as `deploy`.
        """
        self.phase_name = name
        self._components.clear()
        self._running.clear()
        self._done = 0
        self._begin = time.perf_counter()
        cpu_before = time.process_time()
        try:
            with self._live() if self.console.is_terminal else nullcontext():
                yield
        finally:
            self.seconds[name] = time.perf_counter() - self._begin
            self.cpu_seconds[name] = time.process_time() - cpu_before
        counted = f", {self._done} resources" if self._done else ""
        self.show(f"{name}: {self.seconds[name]:.1f} s{counted}", style="bold")

    def started(self, resource: Resource) -> None:
        """Takes note of a registration that begins."""
        with self._lock:
            self._parents[resource.urn] = resource.parent
            if resource.custom:
                self._running[resource.urn] = resource
            elif resource.type != STACK_TYPE and resource.urn:
                self._components[resource.urn] = _Node(resource)

    def finished(self, resource: Resource, seconds: float) -> None:
        """Takes note of a registration that has ended well."""
        with self._lock:
            if self._running.pop(resource.urn, None) is None or resource.is_provider:
                return
            self._done += 1
            component = self._component_of(resource.urn)
            if component is not None:
                component.done += 1
        if self.phase_name == "deploy" and not self.console.is_terminal:
            verb = "read" if resource.external else "mocked" if resource.mocked else "created"
            self.show(f"  {verb} {resource.type} {resource.name} ({seconds:.2f} s)")

    def log(self, text: str, *, warning: bool = False) -> None:
        """Shows what the program says."""
        self.show(text, style="yellow" if warning else "")

    def show(self, text: str, *, style: str = "") -> None:
        """Shows a line, secrets masked."""
        self.console.print(Text(self._masker.mask(text), style=style), soft_wrap=True)

    def error(self, text: str) -> None:
        """Shows what went wrong, secrets masked."""
        self.show(text, style="bold red")

    def running(self) -> list[str]:
        """Returns type and name of what is under way."""
        with self._lock:
            return [f"{resource.type} {resource.name}" for resource in self._running.values()]

    def _live(self) -> Live:
        return Live(
            get_renderable=self._render,
            console=self.console,
            refresh_per_second=_REFRESHES_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def _component_of(self, urn: str) -> _Node | None:
        while urn:
            urn = self._parents.get(urn, "")
            if urn in self._components:
                return self._components[urn]
        return None

    def _render(self) -> RenderableType:
        with self._lock:
            elapsed = time.perf_counter() - self._begin
            head = Text(f"{self.phase_name}: {self._done} resources, {elapsed:.0f} s", "bold")
            if not self._components:
                return head
            busy: dict[int, list[str]] = {}
            for resource in self._running.values():
                busy.setdefault(id(self._component_of(resource.urn)), []).append(resource.name)
            branches: dict[str, Tree] = {}
            tops: list[Tree] = []
            for urn, node in self._components.items():
                branch = Tree(_label(node, busy.get(id(node), [])))
                branches[urn] = branch
                parent = branches.get(self._parents.get(urn, ""))
                if parent is None:
                    tops.append(branch)
                else:
                    parent.children.append(branch)
            return Group(head, *tops)


def _label(node: _Node, busy: list[str]) -> str:
    kind = node.resource.type.rpartition(":")[2]
    label = f"{kind} [bold]{escape(node.resource.name)}[/] [green]{node.done}[/]"
    if busy:
        rest = len(busy) - _NAMES_SHOWN
        more = f" and {rest} more" if rest > 0 else ""
        label += f" [cyan]{escape(', '.join(busy[:_NAMES_SHOWN]))}{more}[/]"
    return label
