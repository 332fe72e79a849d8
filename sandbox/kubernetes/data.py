"""What Kubernetes refuses about the data of a ConfigMap or a Secret."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from sandbox.kubernetes import schemas
from sandbox.kubernetes.fields import at, mapping, text
from sandbox.provider import UNKNOWN, Plain, Problem, is_map

Found = Iterator[Problem]

_BYTES = 1024 * 1024
_ACCOUNT = "kubernetes.io/service-account.name"
_KEYS_OF_TYPE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "kubernetes.io/dockerconfigjson": ((".dockerconfigjson",),),
    "kubernetes.io/dockercfg": ((".dockercfg",),),
    "kubernetes.io/basic-auth": (("password", "username"),),
    "kubernetes.io/ssh-auth": (("ssh-privatekey",),),
    "kubernetes.io/tls": (("tls.crt",), ("tls.key",)),
}
# Of each group one key at least (https://kubernetes.io/docs/concepts/configuration/secret/).


def config_map(value: Plain) -> Found:
    """Finds what is wrong with a ConfigMap."""
    data, binary = mapping(value, "data"), mapping(value, "binaryData")
    for key in sorted(data.keys() & binary.keys()):
        yield Problem(schemas.shown(["binaryData", key]), "is a key of data, too")
    decoded = {key: _decoded(item) for key, item in binary.items() if isinstance(item, str)}
    for key, content in decoded.items():
        if content is None:
            yield Problem(schemas.shown(["binaryData", key]), "is not base64; data takes text")
    texts = [item.encode() for item in data.values() if isinstance(item, str)]
    yield from _size([*texts, *filter(None, decoded.values())])


def secret(value: Plain) -> Found:
    """Finds what is wrong with a Secret."""
    data, plain = mapping(value, "data"), mapping(value, "stringData")
    contents: dict[str, bytes | None] = {}
    for key, item in data.items():
        contents[key] = _decoded(item) if isinstance(item, str) else None
        if isinstance(item, str) and contents[key] is None:
            yield Problem(
                schemas.shown(["data", key]), "is not base64; stringData takes plain text"
            )
    contents |= {
        key: item.encode() if isinstance(item, str) else None for key, item in plain.items()
    }
    yield from _size(filter(None, contents.values()))
    if UNKNOWN in (value.get("data"), value.get("stringData")):
        return
    type_ = text(value, "type")
    for keys in _KEYS_OF_TYPE.get(type_, ()):
        if not any(key in contents for key in keys):
            path = schemas.shown(["stringData", keys[0]])
            yield Problem(path, f"is missing: the type is {type_}")
    for key in sorted(contents.keys() & _FORMS.get(type_, {}).keys()):
        content, good = contents[key], _FORMS[type_][key]
        if content is not None and not good(_json(content)):
            path = schemas.shown(["stringData" if key in plain else "data", key])
            yield Problem(path, f"is no JSON of the form {_SHAPES[type_]}")
    account = at(value, "metadata", "annotations", _ACCOUNT)
    if type_ == "kubernetes.io/service-account-token" and not account:
        path = schemas.shown(["metadata", "annotations", _ACCOUNT])
        yield Problem(path, f"is missing: the type is {type_}")


def _has_hosts(read: object) -> bool:
    return is_map(read) and is_map(read.get("auths"))


_FORMS: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    "kubernetes.io/dockerconfigjson": {".dockerconfigjson": _has_hosts},
    "kubernetes.io/dockercfg": {".dockercfg": is_map},
}
_SHAPES = {
    "kubernetes.io/dockerconfigjson": '{"auths": {"<host>": {...}}}',
    "kubernetes.io/dockercfg": '{"<host>": {...}}',
}


def _size(contents: Iterable[bytes]) -> Found:
    size = sum(map(len, contents))
    if size > _BYTES:
        yield Problem("data", f"{size} bytes are refused; use at most {_BYTES} bytes together")


def _decoded(item: str) -> bytes | None:
    """The bytes; None if it is no base64. Line breaks do not count, as in Go's decoder."""
    try:
        return base64.b64decode(item.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return None


def _json(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return None
