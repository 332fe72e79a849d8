"""The task definition: size, image, environment and logs as planned."""

from collections.abc import Iterator

from tools.doctor.finding import Difference, compare, listed
from tools.doctor.subjects import FargateServiceSubject


def size(subject: FargateServiceSubject) -> Iterator[Difference]:
    """CPU, memory and stop timeout are the planned ones (table F)."""
    definition = subject.task_definition()
    remedy = subject.redeploy
    yield from compare("cpu (units)", str(subject.plan.cpu_units), definition.get("cpu"), remedy)
    yield from compare(
        "memory (MiB)", str(subject.plan.memory_mib), definition.get("memory"), remedy
    )
    yield from compare(
        "stop timeout (seconds)",
        subject.plan.stop_timeout_seconds,
        subject.container().get("stopTimeout"),
        remedy,
    )


def image(subject: FargateServiceSubject) -> Iterator[Difference]:
    """The container runs the image that the stack file names, from whichever registry."""
    found = subject.container()["image"]
    if found != subject.plan.variables.image and not found.endswith(
        f"/{subject.plan.variables.image}"
    ):
        yield Difference(f"image {subject.plan.variables.image}", found, subject.redeploy)


def environment(subject: FargateServiceSubject) -> Iterator[Difference]:
    """Every name that the application refuses to start without is there, with its planned value."""
    container = subject.container()
    values = {entry["name"]: entry["value"] for entry in container.get("environment", [])}
    secrets = {entry["name"] for entry in container.get("secrets", [])}
    promised = {
        *subject.plan.variables.bindings,
        *subject.plan.variables.secrets,
        *subject.service.requires,
    }
    absent = promised - secrets - set(values)
    if absent:
        yield Difference(
            "every promised variable in the container's environment",
            f"no {listed(absent)}",
            subject.redeploy,
        )
    for name, value in subject.plan.variables.environment.items():
        yield from compare(
            f"environment variable {name}", value, values.get(name), subject.redeploy
        )


def logs(subject: FargateServiceSubject) -> Iterator[Difference]:
    """The container logs to its own log group, which keeps what the stack file says."""
    configuration = subject.container().get("logConfiguration", {})
    group = configuration.get("options", {}).get("awslogs-group")
    yield from compare("log group", subject.deployed.log_group_name, group, subject.redeploy)
    if group is None:
        return
    answer = subject.account.read("logs", "describe_log_groups", logGroupNamePrefix=group)
    kept = {entry["logGroupName"]: entry.get("retentionInDays") for entry in answer["logGroups"]}
    if group not in kept:
        yield Difference(f"log group {group}", "nothing of that name", subject.redeploy)
        return
    yield from compare(
        f"retention (days) of log group {group}",
        subject.description.environment.monitoring.log_retention_days,
        kept[group],
        subject.redeploy,
    )
