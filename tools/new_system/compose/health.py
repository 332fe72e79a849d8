"""Compose's `healthcheck` becomes the container's check and the load balancer's path."""

import re
from collections.abc import Mapping
from typing import Any

from model.fields import UrlPath
from tools.new_system.compose.document import items, section
from tools.new_system.compose.units import UnitError, seconds
from tools.new_system.draft import Check, Remarks, ServiceDraft
from tools.new_system.valid import why_wrong

_URL = re.compile(
    r"https?://(?P<host>[A-Za-z0-9._-]+|\[::1?\])(?::(?P<port>\d+))?(?P<path>/[^\s'\"|;)`]*)?"
)
_LIMITS: Mapping[str, tuple[str, int, int, int]] = {
    "interval": ("interval_seconds", 5, 300, 30),
    "timeout": ("timeout_seconds", 2, 60, 5),
    "start_period": ("start_period_seconds", 0, 300, 0),
}
"""Field, least, most and usual value. Source: Amazon ECS API reference, HealthCheck."""

_READ = frozenset({"test", "interval", "timeout", "retries", "start_period", "disable"})


def read_check(name: str, service: ServiceDraft, value: Any, remarks: Remarks) -> None:
    """Reads a service's section `healthcheck`.

    Args:
        name: Name of the service in the compose file.
        service: Gets the check.
        value: The section, or nothing.
        remarks: Where to tell what is not carried over.
    """
    content = section(value)
    for key in content:
        if key not in _READ:
            remarks.leave(f"{name}.healthcheck.{key}", "ECS has no such setting", "nothing to do")
    words = [str(word) for word in items(content.get("test"))]
    if not words or words == ["NONE"] or content.get("disable") == "true":
        return
    place = f"{name}.healthcheck.test"
    command = " ".join(words[1:] if words[0] in ("CMD", "CMD-SHELL") else words)
    found = _URL.search(command)
    if found is None:
        remarks.leave(
            place,
            "asks for no path over HTTP",
            "write containerHealthCheck with a path, or with a heartbeat file for a worker",
        )
        return
    path = _path(place, found["path"] or "/", remarks)
    if path is None:
        return
    port = int(found["port"] or 80)
    if service.port is None:
        service.port = port
    elif service.port != port:
        remarks.change(
            place,
            f"asks on port {port}, and the check on the service's own {service.port}",
            "see that the path is answered there",
        )
    service.health_path = path
    service.notes.pop("public", None)
    program = next((word for word in ("curl", "wget", "node") if word in command), None)
    if program is None:
        remarks.leave(
            place,
            "asks by a program other than curl, wget and node",
            "put one of them into the image and write containerHealthCheck"
            + ("; the load balancer asks the path without it" if service.paths else ""),
        )
        return
    service.check = _check(name, Check(path=path, command=program), content, remarks)
    service.start_seconds = service.check.start_period_seconds


def _path(place: str, written: str, remarks: Remarks) -> str | None:
    path, mark, _ = written.partition("?")
    if (wrong := why_wrong(UrlPath, path)) is not None:
        remarks.leave(place, f"its path {wrong[0]}", wrong[1])
        return None
    if mark:
        remarks.change(place, "the check asks without what follows ?", "see that it needs none")
    return path


def _check(name: str, check: Check, content: Mapping[str, Any], remarks: Remarks) -> Check:
    for key, (field, least, most, usual) in _LIMITS.items():
        setattr(check, field, _seconds(name, key, content, (least, most, usual), remarks))
    check.retries = _retries(name, content, remarks)
    if check.timeout_seconds >= check.interval_seconds:
        shorter = max(2, check.interval_seconds - 1)
        remarks.change(
            f"{name}.healthcheck.timeout",
            f"must be below the interval, so timeoutSeconds is {shorter}",
            "nothing to do",
        )
        check.timeout_seconds = shorter
    return check


def _seconds(
    name: str,
    key: str,
    content: Mapping[str, Any],
    limits: tuple[int, int, int],
    remarks: Remarks,
) -> int:
    least, most, usual = limits
    place = f"{name}.healthcheck.{key}"
    if key not in content:
        return usual
    try:
        wanted = seconds(str(content[key]))
    except UnitError:
        remarks.leave(place, "is no duration", f"write {least} to {most} seconds in its place")
        return usual
    kept = min(max(wanted, least), most)
    if kept != wanted:
        remarks.change(
            place, f"ECS takes {least} to {most} seconds, so it is {kept}", "nothing to do"
        )
    return kept


def _retries(name: str, content: Mapping[str, Any], remarks: Remarks) -> int:
    written = str(content.get("retries", 3))
    wanted = int(written) if written.isdecimal() else 3
    kept = min(max(wanted, 1), 10)
    if str(kept) != written:
        remarks.change(
            f"{name}.healthcheck.retries", f"ECS takes 1 to 10, so it is {kept}", "nothing to do"
        )
    return kept
