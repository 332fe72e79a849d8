"""What a Fargate service needs to know; a part of `components/fargate_service.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.errors import ArgumentError, require, require_port
from components.fargate_size import require_size
from components.log_retention import require_retention
from components.policy import Statement
from components.reach import Destination
from components.secret_reference import SecretReference
from components.service_connect import ServiceConnectArgs
from components.task_definition import ContainerHealthCheckArgs, CpuArchitecture
from components.task_scaling import QueueDepthArgs


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadBalancerTargetArgs:
    """Where the tasks of a service stand behind a load balancer."""

    target_group_arn: pulumi.Input[str]
    """Group that the tasks join. Source: PublicRoute.target_group_arns. ECS refuses one that no
    rule of a listener names, so the service must wait for the route: name it in `after`."""
    load_balancer_security_group_id: pulumi.Input[str]
    """Group from which requests come. Source: LoadBalancer.security_group_id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FargateServiceArgs:
    """What a service needs to know.

    Source of the limits: ECS API reference, CreateService and RegisterTaskDefinition.
    """

    cluster_arn: pulumi.Input[str]
    """Cluster that runs it. Source: FargateCluster.cluster_arn."""
    cluster_name: pulumi.Input[str]
    """Name of that cluster. Source: FargateCluster.cluster_name."""
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
    cpu_units: int
    """Processor of a task, 256, 512, 1024, 2048, 4096, 8192 or 16384; 1024 are one vCPU."""
    memory_mib: int
    """Memory of a task in MiB, one of those that Fargate gives with the processor (trap 25).
    Source: `planning.fargate`."""
    minimum_tasks: int
    """Tasks that always run, from 0."""
    kms_key_arn: pulumi.Input[str]
    """Key of log, secrets and exec sessions. Source: EncryptionKey.key_arn."""
    maximum_tasks: int | None = None
    """Tasks up to which it grows; as many as `minimum_tasks` by default."""
    target_cpu_percent: int | None = None
    """Average processor use that the count of tasks keeps, 1 to 100; not looked at by default."""
    target_memory_percent: int | None = None
    """Average memory use that the count of tasks keeps, 1 to 100; not looked at by default. Memory
    of Node hardly shrinks, so it may hold the count at its highest (trap 23)."""
    queue_depth: QueueDepthArgs | None = None
    """Queue whose waiting messages the count of tasks follows; none by default."""
    command: Sequence[str] = ()
    """Program and arguments; the image's own by default."""
    port: int | None = None
    """Port on which the application listens, 1 to 65535; none by default, as for a worker."""
    container_name: str = "main"
    """Name of the container in the task; `main` by default."""
    environment: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    """Environment variables that anybody with access to the account may see; none by default."""
    secrets: Mapping[str, SecretReference] = field(default_factory=dict[str, SecretReference])
    """Environment variables that come from Secrets Manager; none by default."""
    registry_secret_arn: pulumi.Input[str] | None = None
    """Secret with `username` and `password` of a private registry that is not ECR (trap 37); none
    by default."""
    repository_arns: Sequence[pulumi.Input[str]] = ()
    """ECR repositories from which the service may pull; all of the account's by default."""
    minimum_healthy_percent: int = 100
    """Share of the tasks that keep running during a rollout, 0 to 100 percent; all by default."""
    maximum_percent: int = 200
    """Share of the tasks that may run during a rollout, old and new together, from 100
    percent; twice as many by default."""
    health_check_grace_period_seconds: int = 60
    """Seconds after a start in which failed checks do not count, 0 to 2147483647; 60 by default.
    As long as the application may take to start. Only with `target`."""
    stop_timeout_seconds: int = 40
    """Seconds between SIGTERM and SIGKILL, 2 to 120; 40 by default, 30 to drain and 10 to spare
    (trap 19)."""
    container_health_check: ContainerHealthCheckArgs | None = None
    """How ECS checks the container; not at all by default, the load balancer checks. Without
    `target` it is the only check."""
    target: LoadBalancerTargetArgs | None = None
    """How the load balancer reaches it; not at all by default."""
    service_connect: ServiceConnectArgs | None = None
    """How other services reach it by name, or it reaches them; not at all by default. Its proxy
    needs room in `cpu_units` and `memory_mib`."""
    reaches: Mapping[str, Destination] = field(default_factory=dict[str, Destination])
    """What it connects to inside of the network, by a short name; nothing by default."""
    exec_enabled: bool = False
    """Whether people may open a shell in a task with `aws ecs execute-command`; no by default."""
    exec_log_group_arn: pulumi.Input[str] | None = None
    """Where exec sessions are recorded. Source: FargateCluster.exec_log_group_arn. Needed with
    `exec_enabled`, because the cluster refuses a session that cannot be recorded."""
    permissions: Sequence[Statement] = ()
    """What the application may do in AWS; nothing by default."""
    cpu_architecture: CpuArchitecture = CpuArchitecture.X86_64
    """Processor that the image was built for; X86_64 by default."""
    read_only_root_filesystem: bool = False
    """Whether the application may write to its disk; it may by default, images are not ours."""
    user: str | None = None
    """User and group of the process, `1001:1001`; the image's own by default."""
    open_files_limit: int | None = None
    """Open files and connections of a process, 1024 to 1048576; Fargate's own by default."""
    system_controls: Mapping[str, str] = field(default_factory=dict[str, str])
    """Kernel parameters of the task's network, such as `net.core.somaxconn`, by name; Fargate's own
    by default. It takes no others than those of `net.` (trap 44)."""
    log_retention_days: int = 30
    """Days that the log is kept, one of CloudWatch's periods; 30 by default."""
    after: Sequence[pulumi.Resource] = ()
    """What must be there before the service is created or updated, such as its route, the
    migration of its database or the servers that it calls; nothing more by default."""
    partition: str = "aws"
    """First part of the account's ARNs; `aws-cn` or `aws-us-gov` outside of the commercial one."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    @property
    def scales(self) -> bool:
        """Whether an autoscaler owns the count of tasks."""
        targets = (self.target_cpu_percent, self.target_memory_percent, self.queue_depth)
        return any(target is not None for target in targets)

    def __post_init__(self) -> None:
        require_size(self)
        self._require_counts()
        self._require_rollout()
        self._require_container()
        require_retention(self, "log_retention_days")

    def _require_counts(self) -> None:
        require(self, "minimum_tasks", self.minimum_tasks >= 0, "use 0 or more (tasks)")
        if self.maximum_tasks is not None:
            require(
                self,
                "maximum_tasks",
                self.maximum_tasks >= max(self.minimum_tasks, 1),
                "use minimum_tasks or more, and at least 1 (tasks)",
            )
            require(
                self,
                "maximum_tasks",
                self.scales or self.maximum_tasks == self.minimum_tasks,
                "set target_cpu_percent, target_memory_percent or queue_depth, or use "
                "minimum_tasks: nothing else makes the count grow",
            )
        for target in ("target_cpu_percent", "target_memory_percent"):
            percent = getattr(self, target)
            require(self, target, percent is None or 1 <= percent <= 100, "use 1 to 100 (percent)")
        require(
            self,
            "maximum_tasks",
            not self.scales or self.maximum_tasks is not None,
            "set it too: an autoscaler needs an upper bound (tasks)",
        )

    def _require_rollout(self) -> None:
        require(
            self,
            "minimum_healthy_percent",
            0 <= self.minimum_healthy_percent <= 100,
            "use 0 to 100 (percent)",
        )
        require(self, "maximum_percent", self.maximum_percent >= 100, "use 100 or more (percent)")
        require(
            self,
            "maximum_percent",
            self.maximum_percent > self.minimum_healthy_percent,
            "use more than minimum_healthy_percent: otherwise no task may start and none may stop",
        )
        require(
            self,
            "health_check_grace_period_seconds",
            self.health_check_grace_period_seconds >= 0,
            "use 0 or more (seconds)",
        )
        require(
            self,
            "stop_timeout_seconds",
            2 <= self.stop_timeout_seconds <= 120,
            "use 2 to 120 (seconds)",
        )

    def _require_container(self) -> None:
        require_port(self, optional=True)
        require(
            self,
            "port",
            self.port is not None or self.target is None,
            "name the port to which the load balancer sends requests",
        )
        server = self.service_connect is not None and self.service_connect.protocol is not None
        require(
            self,
            "port",
            self.port is not None or not server,
            "name the port on which other services reach it",
        )
        twice = sorted(set(self.environment) & set(self.secrets))
        if twice:
            remedy = "a variable has one value: leave these out of environment or of secrets"
            raise ArgumentError("FargateService", "secrets", twice, remedy)
        require(
            self,
            "exec_log_group_arn",
            not self.exec_enabled or self.exec_log_group_arn is not None,
            "name the log of exec sessions, FargateCluster.exec_log_group_arn",
        )
        require(
            self,
            "open_files_limit",
            self.open_files_limit is None or 1024 <= self.open_files_limit <= 1_048_576,
            "use 1024 to 1048576 (files)",
        )
        require(
            self,
            "system_controls",
            all(name.startswith("net.") for name in self.system_controls),
            "use names that begin with net.; Fargate lets a task set no others",
        )
