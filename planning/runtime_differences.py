"""What differs between the runtimes besides what any single field of a description becomes."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing that a team meets on both runtimes, each in its own way."""

    what: str
    fargate: str
    eks: str


DIFFERENCES = (
    Difference(
        what="A rollout that fails",
        fargate="The circuit breaker goes back to the version before, and the deploy fails.",
        eks="The old pods stay and the new ones keep trying; the deploy fails after the progress "
        "deadline: at least ten minutes, longer where the startup probe allows more. A corrected "
        "deploy goes on from there.",
    ),
    Difference(
        what="The way back to the version before",
        fargate="Deploy the previous stack file. A revision of the task definition holds the "
        "image, the variables and the versions of the secrets, so the circuit breaker takes back "
        "all of them.",
        eks="Deploy the previous stack file. `kubectl rollout undo` takes back the image but not "
        "ConfigMap and Secret, which change in place: the old image then runs with the new "
        "variables.",
    ),
    Difference(
        what="A restart",
        fargate="`aws ecs update-service --force-new-deployment`, by the service's rollout. A "
        "container that ends or fails its check makes a new task, with an address of its own and "
        "its image and secrets read again.",
        eks="`kubectl rollout restart`, by the same rollout. A container that ends or fails its "
        "liveness probe starts again in the same pod, after a longer and longer wait up to five "
        "minutes (`CrashLoopBackOff`); its pod keeps address and `scratch`.",
    ),
    Difference(
        what="A shell",
        fargate="`aws ecs execute-command`, where `execEnabled` is `true`.",
        eks="`kubectl exec`, for who may enter the cluster. `aws eks update-kubeconfig` with the "
        "name in the stack's outputs, and a way to the cluster's API: inside of the VPC, or from "
        "`publicAccessCidrBlocks`.",
    ),
    Difference(
        what="Logs",
        fargate="A log group for each service.",
        eks="`kubectl logs` for what runs. With `containerInsights` all pods' in "
        "`/aws/containerinsights/<cluster>/application`, the service in the field "
        "`kubernetes.labels`; without it they end with the node.",
    ),
    Difference(
        what="Scaling",
        fargate="Percent of the task's size, which is the limit or more.",
        eks="Percent of the request. With a limit of four times the request a target of 70 % is "
        "reached at a sixth of the limit: look at the numbers once after a move.",
    ),
    Difference(
        what="Processor and memory in alarms",
        fargate="Percent of the task's size.",
        eks="Percent of the limit, from Container Insights.",
    ),
    Difference(
        what="Who may reach whom",
        fargate="A security group for each service.",
        eks="One security group for all nodes and pods, and a NetworkPolicy for each service. A "
        "policy knows data stores by their subnets and port only: a pod that binds a database may "
        "connect to any system's, whose password it does not have.",
    ),
    Difference(
        what="The process",
        fargate="Runs as the image's user unless `user` says otherwise, below an init process.",
        eks="Runs as `user` or 1000, never as root, without capabilities; files that it writes to "
        "must be its own. It is process 1: without a handler for SIGTERM it waits to be killed.",
    ),
    Difference(
        what="Rights in AWS",
        fargate="Task role.",
        eks="Pod Identity. The AWS SDK must know it: JavaScript 3.458, boto3 1.34.41, AWS CLI 2.15 "
        "or newer (EKS user guide, Use pod identity with the AWS SDK).",
    ),
    Difference(
        what="Where a secret is",
        fargate="In Secrets Manager only; the service's execution role reads it.",
        eks="In a Secret of the namespace too, encrypted with the environment's key; the cluster's "
        "administrators can read it there.",
    ),
    Difference(
        what="Calls between services",
        fargate="Each request is balanced; the name works for services that bind it.",
        eks="Each connection is balanced. The name works in the whole namespace, the way is open "
        "to services that bind it.",
    ),
    Difference(
        what="Bootstrap and migration",
        fargate="Tasks that a Lambda function waits for; their log is in CloudWatch.",
        eks="Jobs that Pulumi waits for; `kubectl logs job/...` until the next one.",
    ),
    Difference(
        what="Who deploys",
        fargate="Rights in AWS are enough, from anywhere.",
        eks="`deployRoleName` with a way to the cluster's API, and the AWS CLI for its token.",
    ),
    Difference(
        what="Cost",
        fargate="Tasks, by size and second.",
        eks="73 USD a month for the cluster, and nodes by what the pods request; with EKS Auto "
        "Mode 12 % more for each.",
    ),
)
"""In the order of the page; a rollout, a restart and a shell first, which one meets at night."""
