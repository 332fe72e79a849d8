"""The target group: how the load balancer decides that a task is well, and how it lets one go."""

from collections.abc import Iterator
from typing import Any

from planning.shutdown import deregistration_delay_seconds
from tools.doctor.finding import Difference, Missing, Skipped, compare, listed
from tools.doctor.subjects import ServiceSubject

_ALGORITHMS = {
    "leastOutstandingRequests": "least_outstanding_requests",
    "roundRobin": "round_robin",
}
_LEAVING = frozenset({"draining", "unhealthy.draining"})


def health_check(subject: ServiceSubject) -> Iterator[Difference]:
    """The health check is the description's (A13)."""
    public = subject.service.public
    if public is None:
        return
    group = _group(subject)
    wanted = public.health_check
    remedy = subject.redeploy
    yield from compare("path", wanted.path, group.get("HealthCheckPath"), remedy)
    yield from compare("protocol", "HTTP", group.get("HealthCheckProtocol"), remedy)
    yield from compare("port", "traffic-port", group.get("HealthCheckPort"), remedy)
    yield from compare(
        "interval (seconds)",
        wanted.interval_seconds,
        group.get("HealthCheckIntervalSeconds"),
        remedy,
    )
    yield from compare(
        "timeout (seconds)", wanted.timeout_seconds, group.get("HealthCheckTimeoutSeconds"), remedy
    )
    yield from compare(
        "healthy threshold", wanted.healthy_threshold, group.get("HealthyThresholdCount"), remedy
    )
    yield from compare(
        "unhealthy threshold",
        wanted.unhealthy_threshold,
        group.get("UnhealthyThresholdCount"),
        remedy,
    )
    yield from compare(
        "success codes", wanted.success_codes, group.get("Matcher", {}).get("HttpCode"), remedy
    )


def traffic(subject: ServiceSubject) -> Iterator[Difference]:
    """Requests are spread as described and are let finish (trap 19)."""
    public = subject.service.public
    if public is None:
        return
    group = _group(subject)
    yield from compare("target type", "ip", group.get("TargetType"), subject.redeploy)
    answer = subject.account.read(
        "elbv2", "describe_target_group_attributes", TargetGroupArn=group["TargetGroupArn"]
    )
    attributes = {entry["Key"]: entry["Value"] for entry in answer["Attributes"]}
    yield from compare(
        "deregistration delay (seconds)",
        str(deregistration_delay_seconds(subject.service.shutdown.longest_request_seconds)),
        attributes.get("deregistration_delay.timeout_seconds"),
        subject.redeploy,
    )
    yield from compare(
        "load balancing algorithm",
        _ALGORITHMS.get(public.load_balancing, public.load_balancing),
        attributes.get("load_balancing.algorithm.type"),
        subject.redeploy,
    )


def targets(subject: ServiceSubject) -> Iterator[Difference]:
    """There are as many targets as the service must have at least, all healthy and on its port.

    The port of the group itself is nobody's: tasks and pods are registered with their own.
    """
    if subject.account.is_sandbox:
        raise Skipped("the sandbox runs no containers")
    answer = subject.account.read(
        "elbv2", "describe_target_health", TargetGroupArn=_group(subject)["TargetGroupArn"]
    )
    # One that drains has been taken out on purpose, and gets no new requests.
    staying = [
        target
        for target in answer["TargetHealthDescriptions"]
        if target["TargetHealth"]["State"] not in _LEAVING
    ]
    ports = {target["Target"]["Port"] for target in staying}
    if ports - {subject.service.port}:
        yield Difference(
            f"targets on port {subject.service.port} only",
            f"ports {listed(str(port) for port in ports)}",
            subject.redeploy,
        )
    states = [target["TargetHealth"] for target in staying]
    unwell = [state for state in states if state["State"] != "healthy"]
    healthy = len(states) - len(unwell)
    if unwell or healthy < subject.fewest:
        reasons = {
            f"{state['State']}: {state['Description']}"
            if "Description" in state
            else state["State"]
            for state in unwell
        }
        yield Difference(
            f"{subject.fewest} or more targets, each healthy",
            f"{healthy} healthy of {len(states)}"
            + "".join(f" ({reason})" for reason in sorted(reasons)),
            subject.diary,
        )


def _group(subject: ServiceSubject) -> dict[str, Any]:
    arn = subject.deployed.target_group_arn
    if arn is None:
        raise Missing(f"target group of {subject.label}")
    answer = subject.account.read("elbv2", "describe_target_groups", TargetGroupArns=[arn])
    return answer["TargetGroups"][0]
