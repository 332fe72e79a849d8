"""Makes a system of a compose file, and tells of everything that it could not carry over."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from model.problems import DescriptionError, Place
from tools.new_system.compose import document, keys
from tools.new_system.compose.document import entries, items, section
from tools.new_system.compose.families import is_pool_maximum
from tools.new_system.compose.health import read_check
from tools.new_system.compose.images import StoreKind, parse_image, store_of, why_left_out
from tools.new_system.compose.once import find_once, take_migration
from tools.new_system.compose.process import read_process
from tools.new_system.compose.references import Hosts
from tools.new_system.compose.routes import give_paths
from tools.new_system.compose.services import Images, is_published, read_service
from tools.new_system.compose.stores import TITLES, add_store
from tools.new_system.compose.variables import Reader
from tools.new_system.draft import KEPT, Remarks, SystemDraft
from tools.new_system.names import valid_name

_CACHE_WORDS = {"queue": ("CELERY", "BROKER", "QUEUE", "BULL", "SIDEKIQ", "RESQUE"),
                "sessions": ("SESSION",)}  # fmt: skip


def convert(path: Path, name: str | None) -> tuple[SystemDraft, Remarks]:
    """Reads a compose file.

    Args:
        path: The file.
        name: Name of the system; by default the file's own, or its folder's.

    Raises:
        DescriptionError: The file cannot be read, or has no service for us.
    """
    content = document.read(path, path.name)
    remarks = Remarks()
    keys.top_level(content, remarks)
    written = str(content.get("name") or path.resolve().parent.name)
    system = name or valid_name(written, other="system")
    draft = SystemDraft(
        name=system,
        description=f"The system {system}.",
        source=f"Made from {path.name} by `make new-system`.",
    )
    return draft, _Conversion(draft, path.name, section(content["services"]), remarks).run()


class _Conversion:
    """One run; the steps share who is who."""

    def __init__(
        self, draft: SystemDraft, file: str, services: Mapping[str, Any], remarks: Remarks
    ) -> None:
        self._draft = draft
        self._file = file
        self._services = services
        self._remarks = remarks
        self._hosts = Hosts()
        self._once = find_once(services)
        self._names: dict[str, str] = {}
        """Names in the system by names in the file, of the services that are carried over."""

    def run(self) -> Remarks:
        """Does it, and gives what there is to tell."""
        for source in self._services:
            self._place(source)
        if not self._names:
            raise DescriptionError(
                [
                    Place(self._file, "services").problem(
                        "",
                        "has no service of your own",
                        "name a compose file with one: data stores and tools alone make no system",
                    )
                ]
            )
        images = Images(self._draft.name, self._built(), self._remarks)
        for source, name in self._names.items():
            content = section(self._services[source])
            self._draft.services[name] = read_service(images, source, name, content)
        published = [
            name for source, name in self._names.items() if is_published(self._services[source])
        ]
        give_paths(self._draft, published, self._remarks)
        for source, name in self._names.items():
            content = section(self._services[source])
            service = self._draft.services[name]
            read_process(source, service, content, self._remarks)
            read_check(source, service, content.get("healthcheck"), self._remarks)
        for source in self._names:
            self._variables(source)
        self._holds()
        self._circles()
        take_migration(self._draft, self._services, self._names, self._once, self._remarks)
        for source in self._names:
            self._dependencies(source)
        return self._remarks

    def _built(self) -> set[str]:
        """Images that the file says how to build."""
        return {
            parse_image(str(content["image"])).name
            for content in map(section, self._services.values())
            if "build" in content and content.get("image")
        }

    def _place(self, source: str) -> None:
        """Decides what a service becomes."""
        content = section(self._services[source])
        image = parse_image(str(content.get("image") or ""))
        kind = store_of(image) if "build" not in content else None
        reason = why_left_out(image) if "build" not in content else None
        if "profiles" in content:
            self._remarks.leave(source, *keys.LEFT["profiles"])
            self._absent(source)
        elif kind is not None and kind in self._hosts.stores.values():
            self._remarks.leave(
                source, f"a system has one {kind}", "put both into one, or make two systems"
            )
            self._absent(source)
        elif kind is not None:
            self._store(source, kind)
        elif reason is not None:
            self._remarks.leave(source, *reason)
            self._absent(source)
        elif source in self._once:
            self._absent(source)
        else:
            self._names[source] = valid_name(source, {*self._names.values()})
            for host in self._answers_to(source):
                self._hosts.services[host] = self._names[source]

    def _store(self, source: str, kind: StoreKind) -> None:
        content = section(self._services[source])
        add_store(self._draft, kind, source, content, self._remarks)
        for host in self._answers_to(source):
            self._hosts.stores[host] = kind
        if kind == "database" and self._draft.database:
            self._hosts.database_name = self._draft.database.name

    def _absent(self, source: str) -> None:
        for host in self._answers_to(source):
            self._hosts.absent[host] = source

    def _answers_to(self, source: str) -> set[str]:
        """The names that a service has in compose's network."""
        content = section(self._services[source])
        names = {source, *(str(content[key]) for key in ("container_name", "hostname")
                           if content.get(key))}  # fmt: skip
        for network in section(content.get("networks")).values():
            names |= {str(alias) for alias in items(section(network).get("aliases"))}
        for other in self._services.values():
            for link in items(section(other).get("links")):
                target, _, alias = str(link).partition(":")
                if target == source and alias:
                    names.add(alias)
        return names

    def _variables(self, source: str) -> None:
        service = self._draft.services[self._names[source]]
        reader = Reader(
            service=service,
            source=source,
            hosts=self._hosts,
            drafts=self._draft.services,
            remarks=self._remarks,
        )
        reader.read(entries(section(self._services[source]).get("environment")))
        if any(bound.startswith("database.") for bound in service.bind.values()):
            pools = (name for name, value in service.env.items() if is_pool_maximum(name, value))
            service.pool_variable = next(pools, None)

    def _holds(self) -> None:
        """What the cache holds, as far as the names of variables tell (trap 12)."""
        if self._draft.cache is None:
            return
        bound = [
            name.upper()
            for service in self._draft.services.values()
            for name, output in service.bind.items()
            if output.startswith("cache.")
        ]
        more = [
            what
            for what, words in _CACHE_WORDS.items()
            if any(word in name for name in bound for word in words)
        ]
        self._draft.cache.holds = ("cache", *sorted(more, reverse=True))
        self._draft.cache.note = f"a guess: {KEPT}"

    def _circles(self) -> None:
        """Removes bindings until no services call each other in a circle."""
        while (circle := _circle(self._draft)) is not None:
            caller, called = circle[-2], circle[-1]
            service = self._draft.services[caller]
            for name, output in list(service.bind.items()):
                if output.startswith(f"services.{called}."):
                    del service.bind[name]
                    self._remarks.leave(
                        f"{caller}.environment.{name}",
                        f"{' to '.join(circle)} is a circle, in which none can be first",
                        "let one of the two send through the queue, or make one service of them",
                    )

    def _dependencies(self, source: str) -> None:
        """A service waits for what it binds; what it does not bind it cannot reach."""
        service = self._draft.services[self._names[source]]
        bound = {output.split(".")[0] for output in service.bind.values()} | {*service.calls()}
        written = self._services[source].get("depends_on")
        for target in [*section(written)] or [str(each) for each in items(written)]:
            place = f"{source}.depends_on.{target}"
            for key in section(section(written).get(target)):
                if key != "condition":
                    self._remarks.leave(
                        f"{place}.{key}",
                        "tasks are replaced one service at a time",
                        "nothing to do",
                    )
            kind = self._hosts.stores.get(target)
            name = self._names.get(target)
            if target in self._once or (kind or name) in bound:
                continue
            if kind is not None:
                self._remarks.leave(
                    place,
                    f"no variable names {TITLES[kind]}, and what is not bound cannot be reached",
                    f"bind an output of {kind} to the variable that the application reads",
                )
            elif name is not None:
                self._remarks.leave(
                    place,
                    "no variable names it, and what is not bound cannot be reached",
                    f"bind services.{name}.host if it is called; nothing to do if it only had to "
                    "start first",
                )
            else:
                self._remarks.leave(place, "is left out", "nothing to do")


def _circle(draft: SystemDraft) -> tuple[str, ...] | None:
    sorter = TopologicalSorter(
        {name: {*service.calls()} for name, service in draft.services.items()}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return None
