"""Names in the cluster: namespaces, the objects of services, and when a CronJob asks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from model.description import Description, intact, system_file
from model.eks import Eks
from model.problems import Place, Problem, listed, shown
from planning.kubernetes import namespace, object_names

LONGEST_NAME = 63
"""Characters of a Service's name, which is a DNS label; names of other kinds may have 253."""

_ADDON_NAMESPACES = frozenset({"amazon-cloudwatch", "amazon-guardduty"})
"""Which EKS add-ons make for themselves. Source: EKS user guide, "AWS add-ons"."""


def problems(description: Description) -> Iterator[Problem]:
    """What the API server refuses for its name, or what would take another object's place.

    Args:
        description: The description of an environment with services on EKS.
    """
    yield from intact(_namespaces(description))
    for name in description.systems:
        yield from _long_names(description, name)
        yield from _taken_names(description, name)
        yield from intact(_interval(description, name))


def _namespaces(description: Description) -> Iterator[Problem]:
    owners: dict[str, list[str]] = defaultdict(list)
    for name in description.systems:
        owners[namespace(description, name)].append(name)
    place = Place(description.stack_file).key("slipway:systems")
    written = [
        name
        for name, settings in description.environment.systems.items()
        if settings.namespace is not None
    ]
    for taken, systems in owners.items():
        whose = _of_another(taken, description.environment.eks)
        for name in systems:
            if whose is not None and name in written:
                yield place.keys(name, "namespace").problem(
                    shown(taken), f"is {whose}", "write one of the system's own"
                )
            elif whose is not None:
                yield place.key(name).problem(
                    shown(taken),
                    f"is the system's namespace where nothing else is written, and {whose}",
                    "add namespace with another name",
                )
        if len(systems) > 1:
            last = [name for name in systems if name in written][-1]
            others = " and of ".join(name for name in systems if name != last)
            yield place.keys(last, "namespace").problem(
                shown(taken),
                f"is the namespace of {others} too (trap 18)",
                "give each system a namespace of its own",
            )


def _of_another(taken: str, eks: Eks) -> str | None:
    if taken == "default" or taken.startswith("kube-"):
        return "a namespace of Kubernetes' own"
    if taken in _ADDON_NAMESPACES:
        return "the namespace of an EKS add-on"
    if eks.prometheus_operator and taken == eks.scrape_namespace:
        return "the namespace of Prometheus (slipway:eks.scrapeNamespace)"
    return None


def _long_names(description: Description, system: str) -> Iterator[Problem]:
    for name, service in description.systems[system].services.items():
        names = object_names(service, system, name)
        # Only a written name is so long: system and service have 20 characters each.
        if len(names.service) > LONGEST_NAME:
            suffix = len(names.service) - len(names.deployment)
            yield (
                Place(system_file(system))
                .keys("services", name, "kubernetes", "names", "deployment")
                .problem(
                    shown(names.deployment),
                    f"gives the Service a name of {len(names.service)} characters, and "
                    f"{LONGEST_NAME} are the most",
                    f"write up to {LONGEST_NAME - suffix} characters, or the Service's own name "
                    "under service",
                )
            )


def _taken_names(description: Description, system: str) -> Iterator[Problem]:
    owners = _own_names(system)
    for name, service in description.systems[system].services.items():
        names = object_names(service, system, name)
        for key, value in (
            ("deployment", names.deployment),
            ("service", names.service),
            ("configMap", names.config_map),
            ("secret", names.secret),
        ):
            first = owners.setdefault((key, value), name)
            if first != name:
                yield (
                    Place(system_file(system))
                    .keys("services", name, "kubernetes", "names", key)
                    .problem(
                        shown(value), f"is the name that {first} has", "write a name of its own"
                    )
                )


def _own_names(system: str) -> dict[tuple[str, str], str]:
    """What has a name in a system's namespace besides its services, now or in some environment.

    Jobs and who asks for the status have a Deployment's name where they have none: service account
    and label `app` are called like it.
    """
    jobs = ("bootstrap", "migration")
    names: Mapping[str, Mapping[str, str]] = {
        "deployment": {
            **{f"{system}-{work}": f"its own {work}" for work in (*jobs, "status")},
            "default": "the namespace's own service account",
        },
        "service": {f"{system}-status": "its own status"},
        "configMap": {
            **{f"{system}-{work}": f"its own {work}" for work in jobs},
            **{f"{system}-status-{part}": "its own status" for part in ("config", "script")},
        },
        "secret": {
            **{f"{system}-{work}": f"its own {work}" for work in jobs},
            "registry": "the registry's Secret",
        },
    }
    return {(key, name): owner for key, found in names.items() for name, owner in found.items()}


def _interval(description: Description, system: str) -> Iterator[Problem]:
    exporter = description.systems[system].status_exporter
    if exporter is None or description.environment.eks.prometheus_operator:
        return
    if 3600 % exporter.interval_seconds != 0:
        minutes = exporter.interval_seconds // 60
        even = [each for each in range(1, 61) if 60 % each == 0]
        near = [
            max(each for each in even if each < minutes),
            min(each for each in even if each > minutes),
        ]
        yield (
            Place(system_file(system))
            .keys("statusExporter", "intervalSeconds")
            .problem(
                str(exporter.interval_seconds),
                "is no even part of an hour, and on eks a CronJob asks, whose minutes begin anew "
                "with each hour",
                f"write {listed((str(each * 60) for each in near), 'or')} (seconds)",
            )
        )
