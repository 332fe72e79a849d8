"""Runs a Pulumi program in this process, as Pulumi's language host does in one of its own."""

import asyncio
import contextlib
import contextvars
import io
import os
import runpy
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pulumi.runtime import config as pulumi_config
from pulumi.runtime import settings as pulumi_settings
from pulumi.runtime import stack as pulumi_stack

from sandbox import quiescence
from sandbox.monitor import Engine, Monitor
from sandbox.project import Project

# On a network nobody notices what the SDK's own way of waiting costs; on loopback it is a third.
pulumi_stack.wait_for_rpcs = quiescence.wait

_PARALLEL = 16
# Threads in which the SDK waits for registrations, `--parallel 4` in the language host's terms.


def run(
    project: Project,
    monitor: Monitor,
    engine: Engine,
    *,
    preview: bool,
    on_print: Callable[[str], None],
) -> None:
    """Runs the program once, until everything that it registered has been answered.

    Modules that the program imports stay loaded, so a second run costs the graph and no imports.

    Args:
        project: The project and its configuration.
        monitor: Answers the registrations.
        engine: Takes the program's messages.
        preview: Whether the program is told that this is a preview.
        on_print: Takes each line that the program prints.

    Raises:
        Exception: What the program raised, or the first registration that failed. When the
            program itself raises, nothing that it had asked for until then is created.
    """
    # The SDK keeps its settings in context variables: in a context of its own, a run leaves none.
    contextvars.copy_context().run(_run, project, monitor, engine, preview, on_print)


def _run(
    project: Project,
    monitor: Monitor,
    engine: Engine,
    preview: bool,  # noqa: FBT001 called by Context.run
    on_print: Callable[[str], None],
) -> None:
    pulumi_settings.ROOT.set(None)
    pulumi_settings.configure(
        pulumi_settings.Settings(
            project=project.name,
            stack=project.stack,
            organization="organization",
            root_directory=str(project.root),
            monitor=monitor,
            engine=engine,
            dry_run=preview,
        )
    )
    pulumi_config.set_all_config(dict(project.config), list(project.secrets))
    raised: list[BaseException] = []

    def program() -> None:
        try:
            runpy.run_path(str(project.program), run_name="__main__")
        except BaseException as error:
            # The SDK would still register everything that was asked for before it looks at the
            # error. A program that has failed says nothing reliable about what to create.
            monitor.stop()
            raised.append(error)
            raise

    with _surroundings(project.root, on_print), _event_loop() as loop:
        try:
            loop.run_until_complete(pulumi_stack.run_in_stack(program))
        except BaseException as error:
            monitor.stop()
            if isinstance(error, KeyboardInterrupt):
                monitor.cancel()
            if raised:
                raise raised[0] from None
            raise error from None


@contextlib.contextmanager
def _event_loop() -> Generator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    # A failed graph leaves futures that nobody will look at; the language host silences asyncio's
    # complaints about them too. The failure itself reaches the user another way.
    loop.set_exception_handler(lambda loop, context: None)  # noqa: ARG005
    executor = ThreadPoolExecutor(_PARALLEL, thread_name_prefix="sandbox-program")
    loop.set_default_executor(executor)
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        with contextlib.suppress(BaseException):
            loop.run_until_complete(
                asyncio.gather(*asyncio.all_tasks(loop), return_exceptions=True)
            )
        asyncio.set_event_loop(None)
        loop.close()


@contextlib.contextmanager
def _surroundings(root: Path, on_print: Callable[[str], None]) -> Generator[None]:
    """Working folder, import path and output as the language host sets them."""
    folder = Path.cwd()
    os.chdir(root)
    sys.path.insert(0, str(root))
    lines = _Lines(on_print)
    try:
        with contextlib.redirect_stdout(lines), contextlib.redirect_stderr(lines):
            yield
    finally:
        lines.close()
        sys.path.remove(str(root))
        os.chdir(folder)


class _Lines(io.TextIOBase):
    """Hands on what is written, line by line."""

    def __init__(self, on_print: Callable[[str], None]) -> None:
        self._on_print = on_print
        self._rest = ""

    def write(self, text: str, /) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._on_print(line)
        return len(text)

    def close(self) -> None:
        if self._rest:
            self._on_print(self._rest)
            self._rest = ""
        super().close()
