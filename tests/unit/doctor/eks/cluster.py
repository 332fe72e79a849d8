"""A Kubernetes API on loopback that a test fills, breaks, and whose answers it changes."""

import copy
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.request import Request, urlopen

from sandbox.kubernetes import api, kinds
from sandbox.kubernetes.store import Settings, Store
from sandbox.serving import Quiet, Server, serve

Manifest = dict[str, Any]
Edit = Callable[[Manifest], None]
VERSION = "1.35"


@dataclass
class Cluster:
    """The sandbox's own API, and what was posted to it."""

    _server: Server | None = None
    _manifests: dict[tuple[str, str], Manifest] = field(default_factory=dict)
    _edits: dict[str, Edit] = field(default_factory=dict)
    _answers: dict[str, tuple[int, Any, str | None]] = field(default_factory=dict)
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path and token of each request."""

    @property
    def endpoint(self) -> str:
        assert self._server is not None
        return self._server.endpoint

    def start(self) -> None:
        application = api._Application(Store(lambda: Settings(version=VERSION)))

        def answering(
            environ: dict[str, Any], start_response: Callable[..., Any]
        ) -> Iterable[bytes]:
            return self._answer(application, environ, start_response)

        self._server = serve(answering, 0, Quiet)

    def stop(self) -> None:
        assert self._server is not None
        self._server.stop()

    def create(self, *manifests: Manifest) -> None:
        """Posts objects as somebody else's kubectl would."""
        for manifest in manifests:
            name = manifest["metadata"]["name"]
            self._ask("POST", self._folder(manifest["kind"]), manifest)
            self._manifests[manifest["kind"], name] = manifest

    def delete(self, kind: str, name: str) -> Manifest:
        """Deletes an object and returns what was posted."""
        self._ask("DELETE", f"{self._folder(kind)}/{name}")
        return self._manifests.pop((kind, name))

    def change(self, kind: str, name: str, edit: Edit) -> None:
        """Replaces an object by a changed one."""
        manifest = copy.deepcopy(self.delete(kind, name))
        edit(manifest)
        self.create(manifest)

    def alter(self, kind: str, name: str, edit: Edit) -> None:
        """Changes what the API answers, where no object here can be brought into such a state.

        Without a name it is the list of all objects of the kind.
        """
        self.alter_path(f"{self._folder(kind)}/{name}".rstrip("/"), edit)

    def alter_path(self, path: str, edit: Edit) -> None:
        """Changes what the API answers to a path."""
        self._edits[path] = edit

    def answer(self, path: str, code: int, body: Any, location: str | None = None) -> None:
        """Lets the API answer a path with this, what it does not serve or an error; an empty path
        is all of them."""
        self._answers[path] = (code, body, location)

    def _folder(self, kind: str) -> str:
        known = next(each for each in kinds.KINDS if each.name == kind)
        root = "/api/v1" if known.api_version == "v1" else f"/apis/{known.api_version}"
        return (
            f"{root}/namespaces/shop/{known.plural}"
            if known.namespaced
            else f"{root}/{known.plural}"
        )

    def post(self, path: str, manifest: Manifest) -> None:
        """Posts an object to another namespace."""
        self._ask("POST", path, manifest)

    def _ask(self, method: str, path: str, body: Manifest | None = None) -> None:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.endpoint + path, data, method=method)  # noqa: S310 (this machine)
        urlopen(request).close()  # noqa: S310

    def _answer(
        self, application: Any, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        self.requests.append((method, path, environ.get("HTTP_AUTHORIZATION", "")))
        given = self._answers.get(path, self._answers.get(""))
        if given is not None and method == "GET":
            code, answer, location = given
            return _respond(start_response, f"{code} Given", answer, location)
        status: list[str] = []
        chunks = application(environ, lambda line, headers: status.append(line))
        body = json.loads(b"".join(chunks))
        if method == "GET" and path in self._edits:
            self._edits[path](body)
        return _respond(start_response, status[0], body)


def _respond(
    start_response: Callable[..., Any], status: str, body: Any, location: str | None = None
) -> list[bytes]:
    payload = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
    start_response(status, headers + ([("Location", location)] if location else []))
    return [payload]
