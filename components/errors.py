"""How a component refuses an argument: before the first resource, without a stack trace."""

from typing import Any

import pulumi


class ArgumentError(pulumi.RunError):
    """An argument that a component cannot build from."""

    def __init__(self, component: str, field: str, value: object, remedy: str) -> None:
        self.component = component
        self.field = field
        self.value = value
        self.remedy = remedy
        super().__init__(f"{component}: {field}={value!r} is not allowed; {remedy}")


def require(args: Any, field: str, ok: bool, remedy: str) -> None:  # noqa: FBT001
    """Refuses an argument unless the condition on it holds.

    Only for plain fields: what flows through as `pulumi.Input` is not known yet, and a secret
    would be printed.

    Args:
        args: The args object, `self` in its `__post_init__`; its class name without `Args` is
            how the message names the component.
        field: Name of the field that is wrong.
        ok: The condition.
        remedy: What to write instead, with the unit, as an imperative: "use 0 to 35 (days)".

    Raises:
        ArgumentError: The condition does not hold.
    """
    if not ok:
        component = type(args).__name__.removesuffix("Args")
        raise ArgumentError(component, field, getattr(args, field), remedy)


def require_port(args: Any, field: str = "port", *, optional: bool = False) -> None:
    """Refuses what is no port, 1 to 65535.

    Args:
        args: As of `require`.
        field: As of `require`.
        optional: Whether None is allowed.

    Raises:
        ArgumentError: It is none.
    """
    port = getattr(args, field)
    ok = optional if port is None else 1 <= port <= 65535
    require(args, field, ok, "use 1 to 65535, or none" if optional else "use 1 to 65535")


def require_path(args: Any, field: str = "path", *, optional: bool = False) -> None:
    """Refuses a path, of a URL or of a file, that is not absolute.

    Args:
        args: As of `require`.
        field: As of `require`.
        optional: Whether None is allowed.

    Raises:
        ArgumentError: It does not begin with a slash.
    """
    path = getattr(args, field)
    ok = optional if path is None else path.startswith("/")
    require(args, field, ok, "begin it with a slash")
