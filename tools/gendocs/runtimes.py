"""docs/runtimes.md: what every field becomes on Fargate and on EKS, and what differs besides."""

from planning.runtime_row import Area, Loss, Row, Same
from planning.runtimes import AREAS
from tools.gendocs.markdown import GENERATED, code, page, table

INTRODUCTION = """\
`slipway:runtime` of a stack file says what carries the services: `fargate` or `eks`. The system
files do not change; what each of their fields becomes stands here. A preview warns where a system
asks for what its runtime cannot do; what a runtime merely does not need is left out in silence.
[Switching](switching.md) says how to move an environment from one to the other. Source:
[planning/runtimes.py](../planning/runtimes.py)."""

DIFFERENCES = (
    (
        "A rollout that fails",
        "The circuit breaker goes back to the version before, and the deploy fails.",
        "The old pods stay and the new ones keep trying; the deploy fails after the progress "
        "deadline of ten minutes. `kubectl rollout undo` goes back at once, a corrected deploy "
        "too.",
    ),
    (
        "A shell",
        "`aws ecs execute-command`, where `execEnabled` is `true`.",
        "`kubectl exec`, for who may enter the cluster. `aws eks update-kubeconfig` with the name "
        "in the stack's outputs, and a way to the cluster's API: inside of the VPC, or from "
        "`publicAccessCidrBlocks`.",
    ),
    (
        "Logs",
        "A log group for each service.",
        "`kubectl logs` for what runs. With `containerInsights` all pods' in "
        "`/aws/containerinsights/<cluster>/application`, the service in the field "
        "`kubernetes.labels`; without it they end with the node.",
    ),
    (
        "Scaling",
        "Percent of the task's size, which is the limit or more.",
        "Percent of the request. With a limit of four times the request a target of 70 % is "
        "reached at a sixth of the limit: look at the numbers once after a move.",
    ),
    (
        "Processor and memory in alarms",
        "Percent of the task's size.",
        "Percent of the limit, from Container Insights.",
    ),
    (
        "Who may reach whom",
        "A security group for each service.",
        "One security group for all nodes and pods, and a NetworkPolicy for each service. A policy "
        "knows data stores by their subnets and port only: a pod that binds a database may connect "
        "to any system's, whose password it does not have.",
    ),
    (
        "The process",
        "Runs as the image's user unless `user` says otherwise, below an init process.",
        "Runs as `user` or 1000, never as root, without capabilities; files that it writes to must "
        "be its own. It is process 1: without a handler for SIGTERM it waits to be killed.",
    ),
    (
        "Rights in AWS",
        "Task role.",
        "Pod Identity. The AWS SDK must know it: JavaScript 3.458, boto3 1.34.41, AWS CLI 2.15 or "
        "newer (EKS user guide, Use pod identity with the AWS SDK).",
    ),
    (
        "Where a secret is",
        "In Secrets Manager only; the service's execution role reads it.",
        "In a Secret of the namespace too, encrypted with the environment's key; the cluster's "
        "administrators can read it there.",
    ),
    (
        "Calls between services",
        "Each request is balanced; the name works for services that bind it.",
        "Each connection is balanced. The name works in the whole namespace, the way is open to "
        "services that bind it.",
    ),
    (
        "Bootstrap and migration",
        "Tasks that a Lambda function waits for; their log is in CloudWatch.",
        "Jobs that Pulumi waits for; `kubectl logs job/...` until the next one.",
    ),
    (
        "Who deploys",
        "Rights in AWS are enough, from anywhere.",
        "`deployRoleName` with a way to the cluster's API, and the AWS CLI for its token.",
    ),
    (
        "Cost",
        "Tasks, by size and second.",
        "73 USD a month for the cluster, and nodes by what the pods request; with EKS Auto Mode "
        "12 % more for each.",
    ),
)
"""What no single field says."""


def runtimes_page() -> str:
    """The text of docs/runtimes.md."""
    blocks: list[str] = []
    for area in AREAS:
        blocks += _area(area)
    return page(
        "# Runtimes",
        GENERATED,
        INTRODUCTION,
        "## What behaves differently",
        table(("What", "Fargate", "EKS"), DIFFERENCES),
        *blocks,
    )


def _area(area: Area) -> list[str]:
    heading = f"## {area.title}"
    where = f"Keys of `{area.section.replace('*', '<name>')}`." if area.section else ""
    rows = [(_keys(row), _told(row, "fargate"), _told(row, "eks")) for row in area.rows]
    same = "\n".join(f"- {_keys(each)} ({each.why})" for each in area.same)
    return [
        heading,
        where,
        table(("Key", "Fargate", "EKS"), rows),
        "The same on both:" if same else "",
        same,
    ]


def _keys(row: Row | Same) -> str:
    part = row.part.replace("*", "<name>")
    keys = [key.replace("*", "<name>") for key in row.keys]
    if len(keys) == 1 or not part:
        return ", ".join(code(f"{part}.{key}".removeprefix(".")) for key in keys)
    return f"{code(part)}: {', '.join(code(key) for key in keys)}"


def _told(row: Row, runtime: str) -> str:
    losses: list[Loss] = [loss for loss in row.losses if loss.runtime == runtime]
    said = row.fargate if runtime == "fargate" else row.eks
    return ". ".join([said, *(f"**A preview warns {loss.when}**" for loss in losses)])
