"""What a process gets and how it ends: size, number, user, limits."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from model.aws_fields import SystemControl
from model.quantity import format_cpu, format_memory
from planning.fargate import SIZES, TaskSizeError, fit_task_size
from tools.new_system.compose import keys
from tools.new_system.compose.document import entries, section
from tools.new_system.compose.units import UnitError, mebibytes, millicores, seconds
from tools.new_system.draft import NOT_GIVEN, Remarks, ServiceDraft
from tools.new_system.valid import why_wrong

_LONGEST_DRAIN = 110
_FEWEST_FILES, _MOST_FILES = 1024, 1_048_576


def read_process(
    name: str, service: ServiceDraft, content: Mapping[str, Any], remarks: Remarks
) -> None:
    """Reads `deploy` and its older forms, `user`, `stop_grace_period`, `ulimits` and `sysctls`.

    Args:
        name: Name of the service in the compose file.
        service: Gets what is carried over.
        content: The service in the compose file.
        remarks: Where to tell what is not.
    """
    deploy = section(content.get("deploy"))
    keys.of_deploy(name, deploy, remarks)
    _size(name, service, content, section(deploy.get("resources")), remarks)
    _replicas(name, service, deploy.get("replicas", content.get("scale")), remarks)
    user = content.get("user")
    if user is not None and re.fullmatch(r"\d{1,10}(?::\d{1,10})?", str(user)):
        service.user = str(user)
    elif user is not None:
        remarks.leave(
            f"{name}.user", "is a name, which only the image knows", "write its number under user"
        )
    _drain(name, service, content.get("stop_grace_period"), remarks)
    _limits(name, service, section(content.get("ulimits")), remarks)
    for control, value in entries(content.get("sysctls")).items():
        if value is None or why_wrong(SystemControl, control) is not None:
            remarks.leave(
                f"{name}.sysctls.{control}",
                "a Fargate task has the parameters of its own network only (trap 44)",
                "nothing to do, or raise openFiles if it is meant so",
            )
        else:
            service.system_controls[control] = value


def _size(
    name: str,
    service: ServiceDraft,
    content: Mapping[str, Any],
    resources: Mapping[str, Any],
    remarks: Remarks,
) -> None:
    limits, reserved = section(resources.get("limits")), section(resources.get("reservations"))
    for part, given in (("limits", limits), ("reservations", reserved)):
        for key in given:
            if key not in ("cpus", "memory"):
                remarks.leave(
                    f"{name}.deploy.resources.{part}.{key}",
                    "Fargate has processors and memory only",
                    "nothing to do",
                )
    where = f"{name}.deploy.resources"
    cpu = (
        _quantity(f"{where}.reservations.cpus", reserved.get("cpus"), millicores, remarks),
        _quantity(f"{where}.limits.cpus", limits.get("cpus", content.get("cpus")), millicores,
                  remarks),
    )  # fmt: skip
    memory = (
        _quantity(f"{where}.reservations.memory",
                  reserved.get("memory", content.get("mem_reservation")), mebibytes, remarks),
        _quantity(f"{where}.limits.memory", limits.get("memory", content.get("mem_limit")),
                  mebibytes, remarks),
    )  # fmt: skip
    if not any((*cpu, *memory)):
        service.notes["size"] = NOT_GIVEN
    elif not any(cpu) or not any(memory):
        service.notes["size"] = f"{'memory' if any(cpu) else 'cpu'} is {NOT_GIVEN}"
    service.cpu = _pair(cpu, service.cpu)
    service.memory = _pair(memory, service.memory)
    _fit(name, service, remarks)


def _quantity(place: str, text: Any, read: Callable[[str], int], remarks: Remarks) -> int | None:
    if text is None:
        return None
    try:
        return read(str(text))
    except UnitError:
        remarks.leave(place, "is no quantity", "write it under size of the service")
        return None


def _pair(given: tuple[int | None, int | None], usual: tuple[int, int]) -> tuple[int, int]:
    request, limit = given
    if request is None and limit is None:
        return usual
    most = limit or request or usual[1]
    return min(request or most, most), max(request or most, most)


def _fit(name: str, service: ServiceDraft, remarks: Remarks) -> None:
    try:
        fit_task_size(service.cpu[1], service.memory[1])
    except TaskSizeError:
        most_cpu = max(size.cpu_units for size in SIZES) * 1000 // 1024
        most_memory = max(size.memory_mib for size in SIZES)
        service.cpu = (min(service.cpu[0], most_cpu), min(service.cpu[1], most_cpu))
        service.memory = (min(service.memory[0], most_memory), min(service.memory[1], most_memory))
        remarks.change(
            f"{name}.deploy.resources",
            "is more than a Fargate task has, so the limits are "
            f"{format_cpu(service.cpu[1])} and {format_memory(service.memory[1])}",
            "run more and smaller tasks",
        )


def _replicas(name: str, service: ServiceDraft, written: Any, remarks: Remarks) -> None:
    if written is None:
        service.notes["replicas"] = "a default: more while processors are busy"
    elif str(written).isdecimal() and 1 <= int(str(written)) <= 1000:
        service.replicas = (int(str(written)), int(str(written)))
    else:
        service.notes["replicas"] = "a default"
        remarks.leave(
            f"{name}.deploy.replicas",
            "is no number of tasks",
            "write 1 to 1000 under replicas, or remove the service",
        )


def _drain(name: str, service: ServiceDraft, written: Any, remarks: Remarks) -> None:
    if written is None:
        return
    place = f"{name}.stop_grace_period"
    try:
        wanted = seconds(str(written))
    except UnitError:
        remarks.leave(place, "is no duration", "write shutdown.drainSeconds, 0 to 110")
        return
    service.drain_seconds = min(wanted, _LONGEST_DRAIN)
    if wanted > _LONGEST_DRAIN:
        remarks.change(
            place,
            "Fargate kills after 120 seconds, so shutdown.drainSeconds is 110 (trap 19)",
            "let work that takes longer go on in another task",
        )


def _limits(name: str, service: ServiceDraft, ulimits: Mapping[str, Any], remarks: Remarks) -> None:
    for key, value in ulimits.items():
        place = f"{name}.ulimits.{key}"
        written = section(value).get("hard", section(value).get("soft"))
        number = str(written if written is not None else value)
        if key != "nofile":
            remarks.leave(place, "Fargate takes nofile only", "nothing to do")
        elif not re.fullmatch(r"-?\d+", number):
            remarks.leave(place, "is no number", "write openFiles, 1024 to 1048576")
        else:
            wanted = int(number) if int(number) >= 0 else _MOST_FILES
            service.open_files = min(max(wanted, _FEWEST_FILES), _MOST_FILES)
            if service.open_files != int(number):
                remarks.change(
                    place,
                    f"Fargate takes 1024 to 1048576, so openFiles is {service.open_files}",
                    "nothing to do",
                )
