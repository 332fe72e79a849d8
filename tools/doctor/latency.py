"""Answers and latencies after a deploy, measured from here over plain HTTPS (A17)."""

import http.client
import statistics
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from model.description import Description
from tools.doctor.account import Account
from tools.doctor.finding import Finding
from tools.doctor.outputs import StackOutputs

REQUESTS = 20
"""Requests per check: enough for a steady median, few enough to load nobody."""

_TIMEOUT_SECONDS = 10


def measure(description: Description, outputs: StackOutputs, account: Account) -> Iterator[Finding]:
    """Asks every described path on one connection and compares the median with its limit.

    The network between this machine and the load balancer is part of the measure, so run it from
    the stack's region when the limits are tight.
    """
    for name, system in description.systems.items():
        for check in system.post_deploy_checks:
            label = f"{name}/{check.service}: latency of {check.path}"
            if account.is_sandbox:
                yield Finding(label, True, "skipped: the sandbox runs no containers")  # noqa: FBT003
                continue
            yield _finding(
                label,
                f"{outputs.urls[name]}{check.path}",
                check.max_latency_milliseconds,
                check.expect,
            )


def _finding(label: str, url: str, limit: float, expect: str | None) -> Finding:
    try:
        status, body, latencies = _ask(url)
    except (OSError, http.client.HTTPException) as error:
        return Finding(
            label,
            ok=False,
            detail=f"expected an answer from {url}, found {type(error).__name__}: {error}; check "
            "the DNS record of the host and the targets' health",
        )
    if status != http.client.OK or (expect is not None and expect not in body):
        wanted = "" if expect is None else f" and a body with {expect!r}"
        return Finding(
            label,
            ok=False,
            detail=f"expected status 200{wanted} from {url}, found status {status} and "
            f"{body[:80]!r}; read the service's log",
        )
    median = statistics.median(latencies)
    measured = f"median {median:.0f} ms of {len(latencies)} requests on one connection"
    if median >= limit:
        return Finding(
            label,
            ok=False,
            detail=f"expected less than {limit:g} ms, found {measured}; compare with the target "
            "response time on the dashboard, which leaves out the network up to here",
        )
    return Finding(label, ok=True, detail=f"{measured}, limit {limit:g} ms")


def _ask(url: str) -> tuple[int, str, list[float]]:
    parts = urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.netloc, timeout=_TIMEOUT_SECONDS)
    try:
        # The first request pays for DNS, TCP and TLS and says nothing of the service.
        status, body = _get(connection, parts.path)
        latencies: list[float] = []
        for _ in range(REQUESTS):
            start = time.perf_counter()
            status, body = _get(connection, parts.path)
            latencies.append((time.perf_counter() - start) * 1000)
    finally:
        connection.close()
    return status, body, latencies


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[int, str]:
    connection.request("GET", path or "/")
    response = connection.getresponse()
    return response.status, response.read().decode(errors="replace")
