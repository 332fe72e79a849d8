"""What the Pulumi CLI reports, in the words of the sandbox: its state and its previews."""

from typing import Any, Literal, cast

from pulumi.provider.experimental.property_value import PropertyValue

from sandbox.comparing import Change
from sandbox.masking import MASK
from sandbox.state import Resource

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 the mark of a secret, not a secret
# How a state marks a value that is encrypted (sdk/go/common/resource/sig.go in pulumi/pulumi).

_Kind = Literal["new", "changed", "replaced", "missing"]
_KINDS: dict[str, _Kind] = {
    "create": "new",
    "update": "changed",
    "replace": "replaced",
    "create-replacement": "replaced",
    "delete-replaced": "replaced",
    "delete": "missing",
}


def resources(exported: dict[str, Any]) -> list[Resource]:
    """Reads the resources of `pulumi stack export`.

    Args:
        exported: The exported JSON.

    Returns:
        The resources in the state's order; secrets are there as `[secret]`.
    """
    entries = cast("list[dict[str, Any]]", exported["deployment"].get("resources") or [])
    return [
        Resource(
            urn=entry["urn"],
            type=entry["type"],
            name=entry["urn"].rpartition("::")[2],
            custom=entry["custom"],
            parent=entry.get("parent", ""),
            provider=entry.get("provider", ""),
            inputs=_values(entry.get("inputs")),
            outputs=_values(entry.get("outputs")),
            id=entry.get("id", ""),
            dependencies=tuple(entry.get("dependencies") or ()),
            protect=entry.get("protect", False),
            retain_on_delete=entry.get("retainOnDelete", False),
            external=entry.get("external", False),
        )
        for entry in entries
    ]


def changes(steps: list[dict[str, Any]]) -> list[Change]:
    """Reads the steps of `pulumi preview --json`.

    Args:
        steps: The steps.

    Returns:
        Those that change something; a replacement, which the CLI tells in three, once.
    """
    found: dict[str, Change] = {}
    for step in steps:
        kind = _KINDS.get(step["op"])
        if kind is None:
            continue
        state: dict[str, Any] = step.get("newState") or step.get("oldState") or {}
        urn: str = step["urn"]
        found[urn] = Change(
            kind=kind,
            type=state.get("type", ""),
            name=urn.rpartition("::")[2],
            inputs=tuple(step.get("diffReasons") or step.get("detailedDiff") or ()),
        )
    return sorted(found.values(), key=lambda change: (change.type, change.name))


def _values(fields: dict[str, Any] | None) -> dict[str, PropertyValue]:
    return {key: _value(value) for key, value in (fields or {}).items()}


def _value(value: object) -> PropertyValue:
    match value:
        case bool() | str() | float() | None:
            return PropertyValue(value)
        case int():
            return PropertyValue(float(value))
        case list():
            return PropertyValue([_value(item) for item in cast("list[object]", value)])
        case dict():
            fields = cast("dict[str, Any]", value)
            if fields.get(_SIGNATURE) == _SECRET:
                return PropertyValue(MASK, is_secret=True)
            return PropertyValue(_values(fields))
        case _:
            raise TypeError(f"unexpected {type(value).__name__} in a state")
