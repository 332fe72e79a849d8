"""Status metrics, alerts and the doctor's requests: each must look at something that is there."""

from collections.abc import Iterator

from model.problems import Place, Problem, known_names, listed, shown
from model.rules.parts import SystemParts
from model.system import Alert, Metric, System


def problems(system: SystemParts) -> Iterator[Problem]:
    """What the rules about metrics, alerts and requests refuse."""
    described = system.system
    if described is None:
        return
    exporter = described.status_exporter
    if exporter is not None:
        place = system.place.key("statusExporter")
        yield from _asked(described, place, exporter.service, exporter.path)
    seen: set[str] = set()
    for index, alert in enumerate(described.alerts):
        place = system.place.keys("alerts", index)
        if alert.slug in seen:
            yield place.key("name").problem(
                shown(alert.name), "stands twice", "give each alert a name of its own"
            )
        seen.add(alert.slug)
        yield from _condition(alert, place)
        yield from _metric(described, alert, place)
    for index, check in enumerate(described.post_deploy_checks):
        place = system.place.keys("postDeployChecks", index)
        yield from _asked(described, place, check.service, check.path)
    yield from _paths(system, described)


def _condition(alert: Alert, place: Place) -> Iterator[Problem]:
    given = [
        word
        for word, threshold in (
            ("equals", alert.equals),
            ("above", alert.above),
            ("below", alert.below),
        )
        if threshold is not None
    ]
    if len(given) != 1:
        yield place.problem(
            alert.name,
            f"has {listed(given)}" if given else "has no condition",
            "write one of equals, above and below",
        )


def _metric(system: System, alert: Alert, place: Place) -> Iterator[Problem]:
    exporter = system.status_exporter
    metrics = exporter.metrics if exporter is not None else dict[str, Metric]()
    if alert.metric not in metrics:
        remedy = (
            known_names(alert.metric, metrics, "metrics")
            if metrics
            else "add it to a section statusExporter"
        )
        yield place.key("metric").problem(
            shown(alert.metric), "is a metric that nothing emits, so the alert never fires", remedy
        )


def _asked(system: System, place: Place, name: str, path: str) -> Iterator[Problem]:
    service = system.services.get(name)
    if service is None:
        yield place.key("service").problem(
            shown(name), "is no service here", known_names(name, system.services, "services")
        )
    elif service.public is None:
        yield place.key("service").problem(
            shown(name),
            "is not public, and requests come from outside",
            f"name a public service, or add public to services.{name}",
        )
    else:
        closed = next((deny for deny in service.public.deny if _below(path, deny)), None)
        if closed is not None:
            yield place.key("path").problem(
                shown(path),
                f"is denied by services.{name}.public.deny {closed}",
                "write a path that the load balancer lets through",
            )


def _below(path: str, beginning: str) -> bool:
    return path == beginning or path.startswith(f"{beginning.rstrip('/')}/")


def _paths(system: SystemParts, described: System) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for name, service in described.services.items():
        if service.public is None:
            continue
        place = system.service_place(name).key("public")
        for index, path in enumerate(service.public.paths):
            if path in owners:
                yield place.keys("paths", index).problem(
                    shown(path),
                    f"belongs to service {owners[path]} already",
                    "give each path to one service",
                )
            owners.setdefault(path, name)
        for index, path in enumerate(service.public.deny):
            if path == "/":
                yield place.keys("deny", index).problem(
                    shown(path), "denies everything", "remove public instead"
                )
            elif not any(_below(path, beginning) for beginning in service.public.paths):
                yield place.keys("deny", index).problem(
                    shown(path),
                    f"is below none of the paths {listed(service.public.paths)}",
                    "write a path that would be let through otherwise, or remove it",
                )
