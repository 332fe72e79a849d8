"""A Kubernetes API on loopback: creates, reads and deletes objects, as far as a deploy needs it."""

import json
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from sandbox.errors import SandboxError
from sandbox.kubernetes import answers, kinds, matching, references, rules, status
from sandbox.kubernetes.answers import StatusError
from sandbox.kubernetes.client import UNMATCHED_PATH
from sandbox.kubernetes.fields import mapping, name_of, namespace_of, text
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.kubernetes.store import Settings, Store
from sandbox.provider import Plain, is_map
from sandbox.serving import Quiet, Server, serve

_LABEL = re.compile(r"(?P<key>[^=!]+?)\s*(?P<operator>==?|!=)\s*(?P<value>.*)")


def start(settings: Callable[[], Settings] = Settings, port: int = 0) -> Server:
    """Starts an empty Kubernetes API in a thread of this process.

    Args:
        settings: Tells what the cluster is like; asked when it is needed.
        port: Port on 127.0.0.1. Default: 0, a free one.

    Returns:
        The server, which accepts requests already.

    Raises:
        OSError: The port is taken.
    """
    return serve(_Application(Store(settings)), port, Quiet)


@dataclass(frozen=True)
class _Place:
    """What a path names: a kind, and perhaps a namespace and a name."""

    kind: ObjectKind
    namespace: str
    name: str

    @staticmethod
    def of(path: str) -> "_Place":
        parts = path.strip("/").split("/")
        head, rest = (2, parts[2:]) if parts[:2] == ["api", "v1"] else (3, parts[3:])
        api_version = "/".join(parts[1:head])
        namespace = ""
        # /namespaces/x is the Namespace itself, /namespaces/x/services what is in it.
        if len(rest) > 2 and rest[0] == "namespaces":
            namespace, rest = rest[1], rest[2:]
        plural, name = [*rest, "", ""][:2]
        for kind in kinds.KINDS:
            known = kind.api_version == api_version and kind.plural == plural
            if known and len(rest) in (1, 2) and (kind.namespaced or not namespace):
                return _Place(kind, namespace, name)
        raise answers.no_such_path()


class _Application:
    """The API as a WSGI application; requests take turns."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()  # all of it, or the connection could not be used again
        with self._lock:
            try:
                code, answer = self._answer(request, body)
            except StatusError as error:
                code, answer = error.code, error.body
            except SandboxError as error:
                code, answer = 400, answers.bad_request(str(error)).body
        response = Response(json.dumps(answer), status=code, content_type="application/json")
        return response(environ, start_response)

    def _answer(self, request: Request, body: bytes) -> tuple[int, Any]:
        about_itself = self._told(request.path) if request.method == "GET" else None
        if about_itself is not None:
            return 200, about_itself
        place = _Place.of(request.path)
        match request.method, bool(place.name):
            case "POST", False:
                return 201, self._create(place, body)
            case "GET", True:
                return 200, self._served(place.kind, self._existing(place))
            case "GET", False:
                return 200, self._list(place, request)
            case "DELETE", True:
                return 200, self._delete(place)
            case _:
                raise answers.no_such_method(request.method)

    def _told(self, path: str) -> Any:
        """What the API says of itself; None if it is asked for objects."""
        if path == "/version":
            return answers.version(self._store.settings().version)
        if path in ("/livez", "/readyz", "/healthz"):
            return "ok"
        if path == UNMATCHED_PATH:
            return [asdict(each) for each in matching.unmatched(self._store)]
        return answers.discovery(path)

    def _create(self, place: _Place, body: bytes) -> Plain:
        try:
            value = json.loads(body)
        except ValueError:
            raise answers.bad_request("the body of the request is no JSON") from None
        kind = place.kind
        if not is_map(value):
            raise answers.bad_request(f"the body of the request is no {kind.name}")
        if kind.namespaced:
            value = self._in_namespace(place, value)
        name = name_of(value)
        problems = rules.check(kind, value, self._store.settings().version)
        if problems:
            raise answers.invalid(kind, name, problems)
        if self._store.get(kind, namespace_of(value), name) is not None:
            raise answers.already_exists(kind, name)
        if against := references.forbidden(self._store, kind, value):
            raise answers.forbidden(kind, name, against)
        if missing := references.check(self._store, kind, value):
            raise answers.invalid(kind, name, missing)
        return self._served(kind, self._store.add(kind, value))

    def _in_namespace(self, place: _Place, value: Plain) -> Plain:
        own = text(value, "metadata", "namespace")
        if own and own != place.namespace:
            raise answers.bad_request(
                f"the namespace of the provided object does not match the namespace sent on the "
                f"request: {own} and {place.namespace or 'none'}"
            )
        if self._store.get(kinds.NAMESPACE, "", place.namespace) is None:
            raise answers.not_found(kinds.NAMESPACE, place.namespace)
        return {**value, "metadata": {**mapping(value, "metadata"), "namespace": place.namespace}}

    def _existing(self, place: _Place) -> Plain:
        found = self._store.get(place.kind, place.namespace, place.name)
        if found is None:
            raise answers.not_found(place.kind, place.name)
        return found

    def _served(self, kind: ObjectKind, value: Plain) -> Plain:
        return status.served(self._store, kind, value)

    def _list(self, place: _Place, request: Request) -> Plain:
        if request.args.get("watch") in ("1", "true"):
            raise answers.no_such_method("watch")
        wanted = request.args.get("labelSelector", "")
        fields = request.args.get("fieldSelector", "")
        items = [
            self._served(place.kind, value)
            for value in self._store.of_kind(place.kind, place.namespace)
            if _has_labels(wanted, mapping(value, "metadata", "labels"))
            and _has_fields(fields, value)
        ]
        return {
            "kind": f"{place.kind.name}List",
            "apiVersion": place.kind.api_version,
            "metadata": {"resourceVersion": self._store.revision},
            "items": items,
        }

    def _delete(self, place: _Place) -> Plain:
        found = self._existing(place)
        self._store.remove(place.kind, place.namespace, place.name)
        return answers.deleted(place.kind, place.name, text(found, "metadata", "uid"))


def _has_labels(selector: str, labels: Plain) -> bool:
    for part in filter(None, selector.split(",")):
        match = _LABEL.fullmatch(part.strip())
        if match is None:
            if not re.fullmatch(r"!?[\w./-]+", part.strip()):
                raise answers.bad_request(f"the sandbox selects by = and != only, not {part}")
            if (part.strip().lstrip("!") in labels) == part.strip().startswith("!"):
                return False
        elif (labels.get(match["key"]) == match["value"]) == (match["operator"] == "!="):
            return False
    return True


def _has_fields(selector: str, value: Plain) -> bool:
    for part in filter(None, selector.split(",")):
        key, _, wanted = part.partition("=")
        if key not in ("metadata.name", "metadata.namespace"):
            raise answers.bad_request(f"field label not supported: {key}")
        if text(value, *key.split(".")) != wanted.removeprefix("="):
            return False
    return True
