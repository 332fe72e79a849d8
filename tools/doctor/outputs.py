"""The stack's outputs: where to find them and what the doctor reads of them."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel


class UnusableOutputs(Exception):  # noqa: N818 (a usage problem, not a fault)
    """There are no outputs, or they are not those of a Slipway stack; the text says what to do."""


class Outputs(BaseModel, frozen=True):
    """A part of a stack's outputs."""

    # Stacks may publish more than the doctor reads, so unknown keys are no mistake here.
    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)


class ServiceOutputs(Outputs, frozen=True):
    """One service of a system, whatever runs it."""

    target_group_arn: str | None = None
    """None for a service that the load balancer does not reach."""
    security_group_id: str
    """Security group of its tasks; on EKS the cluster's, which all pods have."""

    @property
    def dimensions(self) -> Mapping[str, str]:
        """What metrics of this service say of themselves in CloudWatch."""
        return {}


class FargateServiceOutputs(ServiceOutputs, frozen=True):
    """One service on Fargate."""

    service_name: str
    task_definition_arn: str
    """The revision that this deploy asked for."""
    service_connect: bool = False
    """Whether its tasks are in the namespace of Service Connect."""
    log_group_name: str

    @property
    def dimensions(self) -> Mapping[str, str]:
        """What metrics of this service say of themselves in CloudWatch."""
        return {"ServiceName": self.service_name}


class KubernetesServiceOutputs(ServiceOutputs, frozen=True):
    """One service on EKS."""

    namespace: str
    deployment_name: str
    service_name: str | None = None
    """Name of the Service; None for one that nobody calls."""

    @property
    def dimensions(self) -> Mapping[str, str]:
        """What metrics of this service say of themselves in CloudWatch."""
        return {"Namespace": self.namespace, "PodName": self.deployment_name}


class DatabaseOutputs(Outputs, frozen=True):
    """The database of a system."""

    identifier: str
    security_group_id: str
    reader_identifiers: list[str] = Field(default_factory=list[str])
    backup_region: str | None = None
    """Region to which RDS copies its backups; None for no other."""


class BackupOutputs(Outputs, frozen=True):
    """The daily backup of the stack's databases and buckets."""

    vault_name: str
    plan_id: str


class CacheOutputs(Outputs, frozen=True):
    """The cache of a system."""

    replication_group_id: str
    security_group_id: str


class QueueOutputs(Outputs, frozen=True):
    """The queue of a system."""

    broker_id: str
    host: str
    security_group_id: str


class ObjectsOutputs(Outputs, frozen=True):
    """The bucket for objects of a system."""

    bucket_name: str


class AssetsOutputs(Outputs, frozen=True):
    """The static files of a system."""

    bucket_name: str
    distribution_id: str


class TaskOutputs(Outputs, frozen=True):
    """A task that runs before the services, `bootstrap` or `migration`."""

    security_group_id: str


class KubernetesTaskOutputs(TaskOutputs, frozen=True):
    """A Job that runs before the services, `bootstrap` or `migration`."""

    namespace: str
    job_name: str


class StatusExporterOutputs(Outputs, frozen=True):
    """What turns a status answer into metrics."""

    namespace: str
    kind: Literal["CronJob", "Deployment"]
    """A Deployment where Prometheus scrapes it, else a CronJob."""
    name: str


class SystemOutputs(Outputs, frozen=True):
    """One system of the stack, whatever runs it."""

    services: Mapping[str, ServiceOutputs]
    tasks: Mapping[str, TaskOutputs] = Field(default_factory=dict[str, TaskOutputs])
    database: DatabaseOutputs | None = None
    cache: CacheOutputs | None = None
    queue: QueueOutputs | None = None
    objects: ObjectsOutputs | None = None
    assets: AssetsOutputs | None = None
    alarm_names: list[str] = Field(default_factory=list[str])
    topic_arn: str


class FargateSystemOutputs(SystemOutputs, frozen=True):
    """One system on Fargate."""

    services: Mapping[str, FargateServiceOutputs]


class KubernetesSystemOutputs(SystemOutputs, frozen=True):
    """One system on EKS."""

    services: Mapping[str, KubernetesServiceOutputs]
    tasks: Mapping[str, KubernetesTaskOutputs] = Field(
        default_factory=dict[str, KubernetesTaskOutputs]
    )
    status_exporter: StatusExporterOutputs | None = None


class PlatformOutputs(Outputs, frozen=True):
    """What the systems of the stack share."""

    vpc_id: str
    cluster_name: str
    load_balancer_arn: str
    listener_arn: str
    key_arn: str | None = None
    """Key that encrypts what the systems keep; None for outputs older than this one."""
    service_connect_namespace_arn: str | None = None
    """None for a stack that was deployed before there was one."""
    backup: BackupOutputs | None = None
    """None where there is nothing to back up."""
    alarm_names: list[str] = Field(default_factory=list[str])
    topic_arn: str

    @property
    def partition(self) -> str:
        """Partition of the stack, as its ARNs say."""
        return self.load_balancer_arn.split(":")[1]

    @property
    def region(self) -> str:
        """Region of the stack, as its ARNs say."""
        return self.load_balancer_arn.split(":")[3]

    @property
    def account_id(self) -> str:
        """Account of the stack, as its ARNs say."""
        return self.load_balancer_arn.split(":")[4]


class StackOutputs(Outputs, frozen=True):
    """All outputs that the doctor reads; `stacks/exports.py` publishes them."""

    runtime: Literal["fargate", "eks"] = "fargate"
    """What carries the services; Fargate in outputs older than this one."""
    urls: dict[str, str] = Field(default_factory=dict[str, str])
    platform: PlatformOutputs
    systems: Mapping[str, SystemOutputs]


class FargateOutputs(StackOutputs, frozen=True):
    """Outputs of a stack on Fargate."""

    systems: Mapping[str, FargateSystemOutputs]


class KubernetesOutputs(StackOutputs, frozen=True):
    """Outputs of a stack on EKS."""

    systems: Mapping[str, KubernetesSystemOutputs]


def parse(outputs: Mapping[str, Any]) -> StackOutputs:
    """Checks the shape of a stack's outputs.

    Raises:
        UnusableOutputs: A key is missing or of the wrong type.
    """
    shape = KubernetesOutputs if outputs.get("runtime") == "eks" else FargateOutputs
    try:
        return shape.model_validate(outputs)
    except ValidationError as error:
        raise unusable(error) from None


def unusable(error: ValidationError) -> UnusableOutputs:
    """Says what is wrong with the shape of a stack's outputs."""
    lines = "\n".join(
        f"  {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    )
    return UnusableOutputs(
        "the outputs are not those of a deployed Slipway stack:\n"
        f"{lines}\n"
        "finish the deploy with `pulumi up` (or `make up`) and run the doctor again"
    )


def find(root: Path, stack: str, file: Path | None) -> Mapping[str, Any]:
    """Reads the stack's outputs: the given file, else the sandbox's, else Pulumi's own.

    Args:
        root: Folder of the Pulumi program.
        stack: Name of the stack.
        file: A file that `pulumi stack output --json` or the sandbox has written, or None.

    Raises:
        UnusableOutputs: No outputs were found, or they cannot be read.
    """
    if file is not None:
        return _read(file)
    written = root / "build" / stack / "outputs.json"
    if written.is_file():
        return _read(written)
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise UnusableOutputs(
            f"no outputs of stack {stack!r}: {written} does not exist and pulumi is not on PATH; "
            f"deploy first with `make up STACK={stack}`, or pass --outputs FILE with what "
            "`pulumi stack output --json` printed"
        )
    return _ask(pulumi, root, stack)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        return json.loads(file.read_text())
    except OSError as error:
        raise UnusableOutputs(
            f"cannot read {file}: {error.strerror}; pass the file that "
            "`pulumi stack output --json` or `make up` has written"
        ) from None
    except ValueError as error:
        raise UnusableOutputs(
            f"{file} is not JSON: {error}; write it with `pulumi stack output --json > {file}`"
        ) from None


def _ask(pulumi: str, root: Path, stack: str) -> Mapping[str, Any]:
    command = [pulumi, "stack", "output", "--json", "--stack", stack]
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode != 0:
        raise UnusableOutputs(
            f"`pulumi stack output --json --stack {stack}` failed: {answer.stderr.strip()}; "
            "log in to the state backend and select an existing stack, or pass --outputs FILE"
        )
    return json.loads(answer.stdout)
