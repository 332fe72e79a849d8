"""Whose pods a label selector finds, and which ports they have."""

from collections.abc import Iterable, Iterator

from sandbox.kubernetes import kinds
from sandbox.kubernetes.fields import containers, mapping, maps, name_of, selects, text
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.kubernetes.store import Store
from sandbox.provider import Plain

Workload = tuple[ObjectKind, Plain]
"""Something that has pods, with its kind."""

Port = tuple[int | str, str]
"""A number or a name, and the protocol: the same name may stand for another one of each."""


def pod_labels(kind: ObjectKind, workload: Plain) -> Plain:
    """Returns the labels that the pods of a workload get.

    The pods of a CronJob also get the name of their Job, which nobody knows before it runs.
    """
    labels = mapping(workload, *kind.template, "metadata", "labels")
    if kind is kinds.JOB:
        return {**labels, "batch.kubernetes.io/job-name": name_of(workload)}
    return labels


def selected(store: Store, namespace: str, selector: object) -> list[Workload]:
    """Returns the workloads of a namespace whose pods a selector finds."""
    return [
        (kind, workload)
        for kind, workload in store.workloads(namespace)
        if selects(selector, pod_labels(kind, workload))
    ]


def told(workloads: Iterable[Workload]) -> str:
    """Writes workloads for a message: `Deployment shop-api, Job migration`."""
    return ", ".join(f"{kind.name} {name_of(workload)}" for kind, workload in workloads)


def listed(labels: Plain) -> str:
    """Writes labels for a message: `app=shop-api, tier=web`."""
    return ", ".join(f"{key}={value}" for key, value in sorted(labels.items())) or "an expression"


def ports(workloads: Iterable[Workload]) -> set[Port]:
    """Returns the ports that the containers of some workloads declare, by number and by name.

    An init container that ends before the others start listens to nothing then; one that restarts
    always runs beside them
    (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/).
    """
    return {
        (found, protocol(port))
        for kind, workload in workloads
        for container in _running(mapping(workload, *kind.pod_spec))
        for port in maps(container, "ports")
        for found in (port.get("containerPort"), port.get("name"))
        if isinstance(found, int | str)
    }


def _running(spec: Plain) -> Iterator[Plain]:
    for path, container in containers(spec):
        if path.startswith("containers") or container.get("restartPolicy") == "Always":
            yield container


def protocol(port: Plain) -> str:
    """Returns a port's protocol, which is TCP if it names none."""
    return text(port, "protocol") or "TCP"


def written(number: object, protocol_: str) -> str:
    """Writes a port for a message: `8080`, `53/UDP`."""
    return f"{number}" if protocol_ == "TCP" else f"{number}/{protocol_}"


def declared(found: Iterable[Port]) -> str:
    """Writes for a message which ports there are: `they declare 53/UDP, 8080`."""
    numbers = sorted(port for port in found if isinstance(port[0], int))
    return f"they declare {', '.join(written(*port) for port in numbers) or 'none'}"
