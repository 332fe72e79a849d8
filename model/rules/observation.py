"""Status metrics, alerts and the doctor's requests: each must look at something that is there."""

from collections.abc import Iterator, Mapping

from model.metrics import SERVICE_METRICS, STORE_METRICS
from model.observation import Alert, Metric
from model.paths import below
from model.problems import Place, Problem, known_names, listed, shown
from model.rules.bindings import described_stores
from model.rules.parts import SystemParts
from model.system import System


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
    if alert.service is not None and alert.store is not None:
        yield place.key("store").problem(
            alert.store, "is watched beside a service", "write an alert for each of the two"
        )
    elif alert.service is not None:
        yield from _service_metric(system, alert.service, alert.metric, place)
    elif alert.store is not None:
        if not described_stores(system)[alert.store]:
            yield place.key("store").problem(
                alert.store,
                "is described nowhere in the system",
                f"add the section {alert.store}, or remove the alert",
            )
        yield from _known_metric(alert.metric, STORE_METRICS[alert.store], place)
    else:
        yield from _status_metric(system, alert, place)


def _service_metric(system: System, name: str, metric: str, place: Place) -> Iterator[Problem]:
    service = system.services.get(name)
    if service is None:
        yield place.key("service").problem(
            shown(name), "is no service here", known_names(name, system.services, "services")
        )
        return
    yield from _known_metric(metric, SERVICE_METRICS, place)
    known = SERVICE_METRICS.get(metric)
    if known is not None and known.needs_public and service.public is None:
        yield place.key("metric").problem(
            shown(metric),
            f"is counted by the load balancer, and {name} is not behind it, so the alert never "
            "fires",
            "watch "
            + listed((key for key, each in SERVICE_METRICS.items() if not each.needs_public), "or"),
        )


def _known_metric(metric: str, known: Mapping[str, object], place: Place) -> Iterator[Problem]:
    if metric not in known:
        yield place.key("metric").problem(
            shown(metric),
            "is a metric that nothing emits, so the alert never fires",
            known_names(metric, known, "metrics"),
        )


def _status_metric(system: System, alert: Alert, place: Place) -> Iterator[Problem]:
    exporter = system.status_exporter
    metrics = exporter.metrics if exporter is not None else dict[str, Metric]()
    if alert.metric not in metrics:
        remedy = (
            known_names(alert.metric, metrics, "metrics")
            if metrics
            else "add it to a section statusExporter, or name the service or store that it is of"
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
        closed = next((deny for deny in service.public.deny if below(path, deny)), None)
        if closed is not None:
            yield place.key("path").problem(
                shown(path),
                f"is denied by services.{name}.public.deny {closed}",
                "write a path that the load balancer lets through",
            )


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
            elif not any(below(path, beginning) for beginning in service.public.paths):
                yield place.keys("deny", index).problem(
                    shown(path),
                    f"is below none of the paths {listed(service.public.paths)}",
                    "write a path that would be let through otherwise, or remove it",
                )
