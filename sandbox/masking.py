"""Secrets on their way out: property values as plain JSON, and texts, with every secret masked."""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

import pulumi
from pulumi.provider.experimental.property_value import (
    PropertyValue,
    ResourceReference,
)

MASK = "[secret]"
"""What stands where a secret was; the word that Pulumi's engine uses."""

_SHORTEST = 3
# Pulumi's engine does not mask shorter secrets either: replacing every "1" in a text would
# destroy the message and protect nothing that has so few possible values.

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def plain(value: PropertyValue, *, reveal: bool = False) -> Json:
    """Turns a property value into JSON.

    Args:
        value: The value as the program or a provider gave it.
        reveal: Whether secrets are written out. Default: no, they become `[secret]`.

    Returns:
        The value; whole numbers as int, assets by kind and place, a resource as its id or URN.
    """
    if value.is_secret and not reveal:
        return MASK
    inner = value.value
    if isinstance(inner, Mapping):
        return plain_map(inner, reveal=reveal)
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return [plain(item, reveal=reveal) for item in inner]
    if isinstance(inner, ResourceReference):
        known = inner.resource_id
        return inner.urn if known is None else plain(known, reveal=reveal)
    return _scalar(inner)


def _scalar(value: object) -> Json:
    match value:
        case float():
            return int(value) if value.is_integer() else value
        case pulumi.Asset() | pulumi.Archive():
            return _asset(value)
        case bool() | str() | None:
            return value
        case _:
            return "[unknown]"


def plain_map(values: Mapping[str, PropertyValue], *, reveal: bool = False) -> dict[str, Json]:
    """Turns a map of property values into JSON, as `plain` does for one."""
    return {key: plain(value, reveal=reveal) for key, value in values.items()}


def _asset(asset: pulumi.Asset | pulumi.Archive) -> Json:
    described: dict[str, Json] = {"kind": type(asset).__name__}
    for field in ("path", "uri", "text"):
        if hasattr(asset, field):
            described[field] = str(getattr(asset, field))
    if isinstance(asset, pulumi.AssetArchive):
        described["assets"] = {name: _asset(part) for name, part in asset.assets.items()}
    return described


class Masker:
    """Knows every secret that the run has met and takes them out of any text."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        self._longest_first: tuple[str, ...] | None = None

    def learn(self, values: Iterable[PropertyValue]) -> None:
        """Remembers the secrets in these values, nested ones too.

        Args:
            values: Inputs or outputs of a resource.
        """
        for value in values:
            if value.is_secret:
                self._remember(plain(value, reveal=True))
            elif isinstance(value.value, Mapping):
                self.learn(value.value.values())
            elif isinstance(value.value, Sequence) and not isinstance(value.value, str):
                self.learn(value.value)

    def learn_text(self, secret: str) -> None:
        """Remembers one secret text, such as a value of the stack's configuration."""
        self._remember(secret)

    def mask(self, text: str) -> str:
        """Returns the text with every known secret replaced by `[secret]`."""
        with self._lock:
            if self._longest_first is None:
                # A secret may hold another one (a URL its password): the longer goes first,
                # or the rest of it would stay readable.
                self._longest_first = tuple(sorted(self._secrets, key=len, reverse=True))
            secrets = self._longest_first
        for secret in secrets:
            if secret in text:
                text = text.replace(secret, MASK)
        return text

    def _remember(self, secret: Json) -> None:
        match secret:
            case str():
                forms = {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, "")}
                known = {form for form in forms if len(form) >= _SHORTEST}
                with self._lock:
                    if not known <= self._secrets:
                        self._secrets |= known
                        self._longest_first = None
            case dict():
                for item in secret.values():
                    self._remember(item)
            case list():
                for item in secret:
                    self._remember(item)
            case _:
                pass  # a number or a truth value has no text worth replacing
