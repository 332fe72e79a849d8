"""Speaks to the sandbox's Kubernetes API, which a kubeconfig names."""

import json
from typing import Any
from urllib.parse import urlsplit

import urllib3
import yaml

from sandbox.errors import SandboxError
from sandbox.kubernetes.fields import mapping, maps, text
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.kubernetes.matching import Unmatched
from sandbox.provider import Plain, is_map

UNMATCHED_PATH = "/sandbox/unmatched"
"""Where the API lists what selects nothing; a path of ours that Kubernetes does not have."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def server_of(kubeconfig: str, context: str = "", cluster: str = "") -> str:
    """Reads from a kubeconfig where the API is.

    Args:
        kubeconfig: YAML or JSON text. How to log in is not read: the sandbox asks for nothing.
        context: Context to take. Default: the current one.
        cluster: Cluster to take. Default: the context's.

    Returns:
        The API's URL.

    Raises:
        SandboxError: It names no API, or one that is not on this machine.
    """
    try:
        parsed: Any = yaml.safe_load(kubeconfig)
    except yaml.YAMLError as error:
        raise SandboxError(f"kubeconfig: is neither YAML nor JSON: {error}") from None
    if not is_map(parsed):
        raise SandboxError("kubeconfig: is no kubeconfig; give its text, not its path")
    context = context or text(parsed, "current-context")
    cluster = cluster or text(_named(parsed, "contexts", context), "context", "cluster")
    server = text(_named(parsed, "clusters", cluster), "cluster", "server")
    if not server:
        raise SandboxError(f"kubeconfig: no server for the context '{context}'")
    if urlsplit(server).scheme != "http" or urlsplit(server).hostname not in _LOOPBACK:
        raise SandboxError(f"kubeconfig: the sandbox deploys to its own API only, not to {server}")
    return server.rstrip("/")


def _named(kubeconfig: Plain, key: str, name: str) -> Plain:
    return next((each for each in maps(kubeconfig, key) if each.get("name") == name), Plain())


class Client:
    """One API; may be used by several threads."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._pool = urllib3.PoolManager(maxsize=8, retries=False, timeout=30)

    def version(self) -> str:
        """Returns the version of Kubernetes, such as `1.34`."""
        answer = self._ask("GET", "/version")
        return f"{text(answer, 'major')}.{text(answer, 'minor')}"

    def create(self, kind: ObjectKind, namespace: str, value: Plain) -> Plain:
        """Creates an object.

        Returns:
            The object as the API serves it.

        Raises:
            SandboxError: The API refuses it.
        """
        return self._ask("POST", _path(kind, namespace), value)

    def get(self, kind: ObjectKind, namespace: str, name: str) -> Plain | None:
        """Returns an object; None if there is none."""
        return self._ask("GET", f"{_path(kind, namespace)}/{name}")

    def delete(self, kind: ObjectKind, namespace: str, name: str) -> None:
        """Deletes an object; that it is gone already is no error."""
        self._ask("DELETE", f"{_path(kind, namespace)}/{name}")

    def unmatched(self) -> list[Unmatched]:
        """Returns what selects nothing; see `sandbox.kubernetes.matching`."""
        return [Unmatched(**each) for each in self._ask("GET", UNMATCHED_PATH)]

    def _ask(self, method: str, path: str, body: Plain | None = None) -> Any:
        try:
            answer = self._pool.request(method, self._endpoint + path, json=body)
        except urllib3.exceptions.HTTPError as error:
            raise SandboxError(f"the Kubernetes API does not answer: {error}") from None
        content: Any = json.loads(answer.data)
        if answer.status == 404 and method != "POST":
            return None
        if answer.status >= 400:
            status = mapping(content)
            raise SandboxError(f"{text(status, 'reason')}: {text(status, 'message')}")
        return content


def _path(kind: ObjectKind, namespace: str) -> str:
    prefix = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    return (
        f"{prefix}/namespaces/{namespace}/{kind.plural}"
        if kind.namespaced
        else (f"{prefix}/{kind.plural}")
    )
