"""Errors as a user should read them: what failed and where, without the machinery around it."""

import traceback
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.errors import SandboxError


def of_provider(error: Exception) -> str:
    """Tells why a provider failed.

    Args:
        error: What it raised.

    Returns:
        AWS's own message, or the sandbox's; for a fault of a handler, the error with its place.
    """
    if isinstance(error, SandboxError | ClientError | BotoCoreError):
        return str(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} (at {Path(frame.filename).name}:{frame.lineno})"


def of_program(error: BaseException, root: Path) -> str:
    """Tells why the program failed with an error that it did not explain itself.

    Args:
        error: What it raised.
        root: The project's folder.

    Returns:
        The error and the lines of the project that led to it; not those of the SDK and of Python.
    """
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if _is_of_project(Path(frame.filename), root)
    ]
    lines = traceback.format_list(frames) + traceback.format_exception_only(error)
    return "the program failed:\n" + "".join(lines).rstrip()


def _is_of_project(file: Path, root: Path) -> bool:
    if not file.is_relative_to(root):
        return False
    inner = file.relative_to(root).parts
    return inner[0] != "sandbox" and not inner[0].startswith(".")
