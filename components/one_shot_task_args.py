"""What a one-shot task needs to know; a part of `components/one_shot_task.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.errors import ArgumentError, require
from components.fargate_size import require_size
from components.log_retention import require_retention
from components.reach import Destination
from components.secret_reference import SecretReference
from components.task_definition import CpuArchitecture


@dataclass(frozen=True, kw_only=True, slots=True)
class OneShotTaskArgs:
    """What a one-shot task needs to know.

    Source of the limits: ECS API reference, RegisterTaskDefinition.
    """

    cluster_arn: pulumi.Input[str]
    """Cluster that runs it. Source: FargateCluster.cluster_arn."""
    runner_function_name: pulumi.Input[str]
    """Function that starts it and waits. Source: TaskRunner.function_name."""
    runner_role_name: pulumi.Input[str]
    """Role of that function, which gets the permission for this task. Source:
    TaskRunner.role_name."""
    vpc_id: pulumi.Input[str]
    """Network of the security group. Source: Network.vpc_id."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets with a way to registry, secrets and logs. Source:
    Network.private_subnet_ids."""
    region: str
    """Region of the cluster, for example `us-east-1`."""
    account_id: pulumi.Input[str]
    """Account of the cluster, twelve digits: only its tasks may assume the roles."""
    image: pulumi.Input[str]
    """Image with registry and with a tag that never moves or a digest (trap 36)."""
    command: Sequence[str]
    """Program and arguments. It must stand being run again: after a failure, and after a success
    when any argument here changes."""
    environment: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    """Environment variables that anybody with access to the account may see; none by default."""
    secrets: Mapping[str, SecretReference] = field(default_factory=dict[str, SecretReference])
    """Environment variables that come from Secrets Manager; none by default. With `version_id` a
    new value runs the task again."""
    cpu_units: int = 256
    """Processor, 256, 512, 1024, 2048, 4096, 8192 or 16384; 1024 are one vCPU; 256 by default."""
    memory_mib: int = 512
    """Memory in MiB, one of those that Fargate gives with the processor; 512 by default.
    Source: `planning.fargate`."""
    kms_key_arn: pulumi.Input[str]
    """Key of log and secrets. Source: EncryptionKey.key_arn."""
    reaches: Mapping[str, Destination] = field(default_factory=dict[str, Destination])
    """What it connects to inside of the network, by a short name; nothing by default."""
    log_retention_days: int = 30
    """Days that the log is kept, one of CloudWatch's periods; 30 by default."""
    timeout_seconds: int = 600
    """Seconds after which it is stopped and the deploy fails, its start included, 60 to 780; 600
    by default. The runner is a Lambda function, which ends after 900."""
    registry_secret_arn: pulumi.Input[str] | None = None
    """Secret with `username` and `password` of a private registry that is not ECR (trap 37); none
    by default."""
    repository_arns: Sequence[pulumi.Input[str]] = ()
    """ECR repositories from which it may pull; all of the account's by default."""
    cpu_architecture: CpuArchitecture = CpuArchitecture.X86_64
    """Processor that the image was built for; X86_64 by default."""
    after: Sequence[pulumi.Resource] = ()
    """What must be there before it runs, besides what its arguments come from: the task whose work
    it builds on; nothing by default."""
    partition: str = "aws"
    """First part of the account's ARNs; `aws-cn` or `aws-us-gov` outside of the commercial one."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require(self, "subnet_ids", bool(self.subnet_ids), "use one private subnet or more")
        require(self, "command", bool(self.command), "name the program to run")
        require_size(self)
        require(
            self, "timeout_seconds", 60 <= self.timeout_seconds <= 780, "use 60 to 780 (seconds)"
        )
        twice = sorted(set(self.environment) & set(self.secrets))
        if twice:
            remedy = "a variable has one value: leave these out of environment or of secrets"
            raise ArgumentError("OneShotTask", "secrets", twice, remedy)
        require_retention(self, "log_retention_days")
