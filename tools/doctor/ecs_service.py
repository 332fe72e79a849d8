"""The ECS service: what it runs, how many, where, and how its last rollout ended."""

from collections.abc import Iterator
from typing import Any

from tools.doctor.finding import Difference, compare, listed
from tools.doctor.network import public_subnets
from tools.doctor.subjects import FargateServiceSubject


def rollout(subject: FargateServiceSubject) -> Iterator[Difference]:
    """The wanted task definition has been rolled out whole, not rolled back.

    A rollback leaves a healthy service and a deploy that looks fine, so the primary deployment is
    compared with what the deploy asked for (terraform-provider-aws#19519).
    """
    service = subject.ecs_service()
    deployments = service["deployments"]
    primary = _primary(service)
    events = f"read the service's events: {_last_event(service)}"
    if primary is None:
        yield Difference("a PRIMARY deployment", "none", events)
        return
    if primary["taskDefinition"] != subject.deployed.task_definition_arn:
        yield Difference(
            f"task definition {subject.deployed.task_definition_arn}",
            f"{primary['taskDefinition']}, so the deploy was rolled back or overwritten",
            f"{events}; then repair the image and run `pulumi up` again",
        )
    yield from compare("rollout state", "COMPLETED", primary.get("rolloutState"), events)
    yield from compare("failed tasks", 0, primary.get("failedTasks", 0), events)
    others = [entry["taskDefinition"] for entry in deployments if entry["status"] != "PRIMARY"]
    if others:
        yield Difference(
            "the PRIMARY deployment only",
            f"another one that still runs {listed(others)}",
            "wait until it has drained and run the doctor again",
        )


def count(subject: FargateServiceSubject) -> Iterator[Difference]:
    """As many tasks run as ECS wants, and that lies within the described bounds."""
    service = subject.ecs_service()
    desired, running = service["desiredCount"], service["runningCount"]
    low, high = subject.plan.minimum_tasks, subject.plan.maximum_tasks
    if not low <= desired <= high:
        yield Difference(f"a desired count from {low} to {high}", str(desired), subject.redeploy)
    if running != desired:
        yield Difference(
            f"{desired} running tasks",
            str(running),
            f"read the service's events: {_last_event(service)}",
        )


def safeguards(subject: FargateServiceSubject) -> Iterator[Difference]:
    """A bad deploy stops by itself, and a slow start is not mistaken for one."""
    service = subject.ecs_service()
    configuration = service.get("deploymentConfiguration", {})
    breaker = configuration.get("deploymentCircuitBreaker", {})
    remedy = subject.redeploy
    yield from compare(
        "deployment circuit breaker", expected=True, found=breaker.get("enable"), remedy=remedy
    )
    yield from compare(
        "rollback of the circuit breaker",
        expected=True,
        found=breaker.get("rollback"),
        remedy=remedy,
    )
    yield from compare(
        "minimum healthy percent",
        subject.plan.minimum_healthy_percent,
        configuration.get("minimumHealthyPercent"),
        remedy,
    )
    yield from compare(
        "maximum percent", subject.plan.maximum_percent, configuration.get("maximumPercent"), remedy
    )
    if subject.is_public:
        yield from compare(
            "health check grace period (seconds)",
            subject.plan.health_check_grace_period_seconds,
            service.get("healthCheckGracePeriodSeconds"),
            remedy,
        )
    yield from compare(
        "execute command",
        subject.settings.services[subject.service_name].exec_enabled,
        service.get("enableExecuteCommand", False),
        remedy,
    )


def placement(subject: FargateServiceSubject) -> Iterator[Difference]:
    """Tasks stand in private subnets, without a public address, in their own security group."""
    network = subject.ecs_service()["networkConfiguration"]["awsvpcConfiguration"]
    yield from compare(
        "public IP address of tasks",
        "DISABLED",
        network.get("assignPublicIp", "DISABLED"),
        subject.redeploy,
    )
    yield from compare(
        "security groups of tasks",
        subject.deployed.security_group_id,
        listed(network.get("securityGroups", [])),
        subject.redeploy,
    )
    exposed = public_subnets(subject) & set(network["subnets"])
    if exposed:
        yield Difference(
            "tasks in private subnets",
            f"a route to an internet gateway in {listed(exposed)}",
            subject.redeploy,
        )


def registration(subject: FargateServiceSubject) -> Iterator[Difference]:
    """ECS puts its tasks into the target group that leads to it, with the port that they have."""
    wanted: list[str] = []
    if subject.is_public:
        wanted = [f"{subject.deployed.target_group_arn} on port {subject.service.port}"]
    found = [
        f"{each.get('targetGroupArn')} on port {each.get('containerPort')}"
        for each in subject.ecs_service().get("loadBalancers", [])
    ]
    yield from compare("target groups", listed(wanted), listed(found), subject.redeploy)


def namespace(subject: FargateServiceSubject) -> Iterator[Difference]:
    """The tasks are in the namespace through which services call each other, or in none.

    Without it a server has no name and a client finds none (trap 29). ECS tells it of the
    deployment, not of the service; without a primary one `rollout` complains.
    """
    primary = _primary(subject.ecs_service())
    if primary is None:
        return
    configuration = primary.get("serviceConnectConfiguration", {})
    enabled = configuration.get("enabled", False)
    yield from compare(
        "Service Connect", subject.deployed.service_connect, enabled, subject.redeploy
    )
    wanted = subject.platform.service_connect_namespace_arn
    if subject.deployed.service_connect and enabled and wanted is not None:
        yield from compare(
            "Service Connect namespace",
            wanted,
            configuration.get("namespace"),
            subject.redeploy,
        )


def _primary(service: dict[str, Any]) -> dict[str, Any] | None:
    return next((each for each in service["deployments"] if each["status"] == "PRIMARY"), None)


def _last_event(service: dict[str, Any]) -> str:
    events = service.get("events", [])
    return (
        events[0]["message"]
        if events
        else f"`aws ecs describe-services` for {service['serviceName']}"
    )
