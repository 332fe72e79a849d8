"""Answers of the API that are no objects: errors, and what it says of itself.

The words are Kubernetes' own, because people and programs look for them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.kubernetes.kinds import KINDS, ObjectKind
from sandbox.provider import Plain, Problem

_POD = ObjectKind("v1", "Pod", "pods", "po")
"""Not among `KINDS`: nobody creates one here, and no controller does."""


class StatusError(Exception):
    """A refusal in the form of Kubernetes' `Status`.

    Attributes:
        code: The HTTP status.
        body: The `Status`.
    """

    def __init__(self, code: int, reason: str, message: str, **details: Any) -> None:
        self.code = code
        self.body: Plain = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "details": details,
            "code": code,
        }
        super().__init__(message)


def _of(kind: ObjectKind, name: str) -> Plain:
    return {"name": name, "group": kind.group, "kind": kind.plural}


def not_found(kind: ObjectKind, name: str) -> StatusError:
    """There is no such object."""
    message = f'{kind.resource} "{name}" not found'
    return StatusError(404, "NotFound", message, **_of(kind, name))


def no_such_path() -> StatusError:
    """The API serves no such path, so that kind is not served either."""
    return StatusError(404, "NotFound", "the server could not find the requested resource")


def already_exists(kind: ObjectKind, name: str) -> StatusError:
    """The name is taken."""
    message = f'{kind.resource} "{name}" already exists'
    return StatusError(409, "AlreadyExists", message, **_of(kind, name))


def bad_request(message: str) -> StatusError:
    """The request cannot be understood."""
    return StatusError(400, "BadRequest", message)


def no_such_method(method: str) -> StatusError:
    """The API reads, creates and deletes; it does not change, and does not watch."""
    message = f"the sandbox's Kubernetes API does not {method}; it creates, reads and deletes"
    return StatusError(405, "MethodNotAllowed", message)


def invalid(kind: ObjectKind, name: str, problems: Sequence[Problem]) -> StatusError:
    """The object is understood and wrong."""
    causes = [
        {"reason": "FieldValueInvalid", "message": each.reason, "field": each.property}
        for each in problems
    ]
    message = f'{kind.qualified} "{name}" is invalid: {_joined(problems)}'
    return StatusError(422, "Invalid", message, **_of(kind, name), causes=causes)


def forbidden(kind: ObjectKind, name: str, problems: Sequence[Problem]) -> StatusError:
    """The namespace's pod security standard forbids the pods."""
    message = f'{kind.resource} "{name}" is forbidden: violates PodSecurity "restricted:latest": '
    return StatusError(403, "Forbidden", message + _joined(problems), **_of(kind, name))


def _joined(problems: Iterable[Problem]) -> str:
    return "; ".join(f"{each.property}: {each.reason}" for each in problems)


def deleted(kind: ObjectKind, name: str, uid: str) -> Plain:
    """The object is gone."""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {**_of(kind, name), "uid": uid},
    }


def version(minor_version: str) -> Plain:
    """What `/version` says."""
    major, minor = minor_version.split(".")
    return {
        "major": major,
        "minor": minor,
        "gitVersion": f"v{minor_version}.0-eks-sandbox",
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "",
        "platform": "linux/amd64",
    }


def discovery(path: str) -> Plain | None:
    """Answers the paths by which kubectl finds out what there is; None for any other path.

    Pods are among them, since no container runs here: whatever the status of a Deployment says,
    their list is as fixed as that of the kinds.
    """
    groups = sorted({kind.group for kind in KINDS if kind.group})
    match path.strip("/").split("/"):
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        case ["apis"]:
            listed = [_group(group) for group in groups]
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": listed}
        case ["apis", group] if group in groups:
            return {"kind": "APIGroup", "apiVersion": "v1", **_group(group)}
        case ["api", _] | ["apis", _, _]:
            return _resources(path.strip("/").partition("/")[2])
        case ["api", "v1", "pods"] | ["api", "v1", "namespaces", _, "pods"]:
            return {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": []}
        case _:
            return None


def _group(group: str) -> Plain:
    versions = [
        {"groupVersion": api_version, "version": api_version.rpartition("/")[2]}
        for api_version in sorted({kind.api_version for kind in KINDS if kind.group == group})
    ]
    return {"name": group, "versions": versions, "preferredVersion": versions[0]}


def _resources(api_version: str) -> Plain | None:
    resources = [
        _resource(kind, ["create", "delete", "get", "list"])
        for kind in KINDS
        if kind.api_version == api_version
    ]
    if not resources:
        return None
    if api_version == _POD.api_version:
        resources.append(_resource(_POD, ["list"]))
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": api_version,
        "resources": resources,
    }


def _resource(kind: ObjectKind, verbs: Sequence[str]) -> Plain:
    return {
        "name": kind.plural,
        "singularName": kind.name.lower(),
        "shortNames": [kind.short] if kind.short else [],
        "namespaced": kind.namespaced,
        "kind": kind.name,
        "verbs": [*verbs],
    }
