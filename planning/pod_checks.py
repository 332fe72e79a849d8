"""What no pod of a service can be: it would be refused, never start, or never be ready."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from model.description import Description, intact, system_file
from model.eks import Eks
from model.problems import Place, Problem, listed, shown
from model.quantity import format_cpu, format_memory
from model.service import Service
from model.system import System
from planning import node_sizes
from planning.shutdown import plan_pod_shutdown
from planning.sysctls import SAFE_SYSCTLS

_PORTS = "net.ipv4.ip_local_reserved_ports"
_RANGE = r"[0-9]+(?:-[0-9]+)?"
_SEVERAL_NUMBERS = {
    "net.ipv4.ip_local_port_range": 2,
    "net.ipv4.ping_group_range": 2,
    "net.ipv4.tcp_rmem": 3,
    "net.ipv4.tcp_wmem": 3,
}
"""Kernel parameters with more than one number. Source: kernel.org/doc/Documentation/networking,
ip-sysctl."""


def problems(description: Description) -> Iterator[Problem]:
    """What cannot run as a pod.

    Args:
        description: The description of an environment with services on EKS.
    """
    for system_name, system in description.systems.items():
        for name, service in system.services.items():
            place = Place(system_file(system_name)).keys("services", name)
            yield from _user(service, place)
            yield from _end(system, service, place)
            yield from _heartbeat(service, place)
            yield from _kernel(service, place)
            yield from intact(_size(service, description, place))


def _user(service: Service, place: Place) -> Iterator[Problem]:
    """A pod that may be root is refused by its namespace, and never starts."""
    numbers = (service.user or "1").split(":")
    if any(int(number) == 0 for number in numbers):
        yield place.key("user").problem(
            shown(service.user or ""),
            "is root, whom no pod of a restricted namespace may be",
            "write a user above 0 that the image's files are readable for, for example 1000:1000",
        )


def _end(system: System, service: Service, place: Place) -> Iterator[Problem]:
    written = service.shutdown
    end = plan_pod_shutdown(
        written.drain_seconds,
        pre_stop_seconds=written.pre_stop_seconds,
        has_port=service.port is not None,
        parity=system.parity,
    )
    if end.termination_grace_period_seconds <= end.pre_stop_seconds:
        yield place.keys("shutdown", "drainSeconds").problem(
            str(written.drain_seconds),
            "leaves a pod nothing of its time for SIGTERM: with parity: exact it is killed when "
            f"preStopSeconds {end.pre_stop_seconds} are over",
            "write 1 or more (seconds), or parity: safe",
        )


def _heartbeat(service: Service, place: Place) -> Iterator[Problem]:
    check = service.container_health_check
    if check is None or check.heartbeat is None or not service.scratch:
        return
    file = PurePosixPath(check.heartbeat.file)
    if not any(PurePosixPath(folder) in file.parents for folder in service.scratch):
        yield place.keys("containerHealthCheck", "heartbeat", "file").problem(
            shown(check.heartbeat.file),
            "cannot be written to on eks, where all is read-only that is not below scratch",
            f"write a file below {listed(service.scratch, 'or')}, or add {file.parent} to scratch",
        )


def _kernel(service: Service, place: Place) -> Iterator[Problem]:
    for name, value in service.system_controls.items():
        # The others are left out on EKS, which is warned of.
        if name not in SAFE_SYSCTLS:
            continue
        count = _SEVERAL_NUMBERS.get(name, 1)
        form, remedy = rf"[0-9]+(?:\s+[0-9]+){{{count - 1}}}", "a whole number"
        if name == _PORTS:
            form, remedy = rf"{_RANGE}(?:,{_RANGE})*", "ports such as 8080,9000-9010"
        elif count > 1:
            remedy = f"{count} whole numbers with spaces between them"
        if re.fullmatch(form, value) is None:
            yield place.keys("systemControls", name).problem(
                shown(value),
                "is nothing that the kernel takes here, so that no pod would start",
                f"write {remedy}",
            )


def _size(service: Service, description: Description, place: Place) -> Iterator[Problem]:
    eks, size = description.environment.eks, place.key("size")
    for key, request, text, limit, unit in (
        ("cpu", service.size.cpu.request, format_cpu, 1000, "processors"),
        ("memory", service.size.memory.request, format_memory, 1024, "GiB"),
    ):
        most, owner = _node(eks, key)
        # A node keeps some of it for itself, so that the whole of it is too much already.
        if most is not None and request >= most * limit:
            yield size.keys(key, "request").problem(
                text(request),
                f"is more than a pod gets on {owner}, which has {most} {unit} at most and needs "
                "some itself",
                f"write less than {most} ({unit})"
                + (", or larger types there" if eks.node_group is not None else ""),
            )


def _node(eks: Eks, key: str) -> tuple[int | None, str]:
    """What a node has at most, and which: the smallest of a group, or the largest that there is."""
    if eks.node_group is None:
        most = {"cpu": node_sizes.LARGEST_PROCESSORS, "memory": node_sizes.LARGEST_MEMORY_GIB}
        return most[key], "the largest node of EKS Auto Mode"
    known = node_sizes.most_processors if key == "cpu" else node_sizes.most_memory_gib
    sizes = [(found, name) for name in eks.node_group.instance_types if (found := known(name))]
    if not sizes:
        return None, ""
    found, name = min(sizes)
    return found, f"{name} (slipway:eks.nodeGroup.instanceTypes)"
