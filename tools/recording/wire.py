# pyright: basic, reportPrivateUsage=false
# The wire format and the SDK's own monitor have no types.
"""Between Pulumi's wire format and plain values: secrets, unknowns, whole numbers, assets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi.runtime import rpc

UNKNOWN = "<unknown>"
"""What stands in a recorded input whose value is known only after the deploy."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = rpc._special_secret_sig  # noqa: SLF001 pinned with the SDK


def plain(value: Any) -> Any:
    """Takes the wire's wrapping off: secrets, unknowns, floats, assets."""
    match value:
        case {**entries} if _SIGNATURE in entries:
            return plain(entries["value"]) if "value" in entries else _asset(entries)
        case {**entries}:
            return {name: plain(entry) for name, entry in entries.items()}
        case list():
            return [plain(entry) for entry in value]
        case float() if value.is_integer():
            return int(value)
        case rpc.UNKNOWN:
            return UNKNOWN
    return value


def _asset(entries: Mapping[str, Any]) -> str:
    return next(str(entries[key]) for key in ("path", "text", "uri", "assets") if key in entries)


def secret(value: Any) -> dict[str, Any]:
    """Wraps a value as the wire marks secrets."""
    return {_SIGNATURE: _SECRET, "value": value}


def holds_secret(value: Any) -> bool:
    """Whether a value is a secret or has one inside."""
    return any(isinstance(each, dict) and each.get(_SIGNATURE) == _SECRET for each in _walk(value))


def _walk(value: Any) -> Iterator[Any]:
    yield value
    parts: Sequence[Any] = ()
    if isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, list):
        parts = value
    for part in parts:
        yield from _walk(part)
