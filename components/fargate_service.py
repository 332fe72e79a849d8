"""One service on Fargate: from image to running, reachable, watched and scaled tasks."""

import pulumi
import pulumi_aws as aws

from components.fargate_service_args import FargateServiceArgs
from components.fargate_task import create_task_definition
from components.reach import Destination, create_task_group, open_reach
from components.service_connect import service_connect_configuration
from components.task_definition import ContainerDefinition
from components.task_roles import create_execution_role, create_task_role
from components.task_scaling import create_scaling


class FargateService(pulumi.ComponentResource):
    """An ECS service whose tasks run on Fargate, in private subnets.

    Builds:
        1. A task definition with one container, its log group and two roles: one by which ECS
           pulls, logs and reads exactly the named secrets, one for the application.
        2. A security group with ways in from the load balancer only, and ways out to what the
           service reaches and to HTTPS; who calls a private service adds its own way in.
        3. With `target`: the way from the load balancer to the tasks, which join its target group.
        4. The service: rolled out without a gap, rolled back by itself when new tasks fail. The
           deploy waits until it is steady.
        5. Autoscaling on processor, memory and waiting messages by choice.
        6. With `service_connect`: a proxy in each task, and for a server a name by which other
           services reach it.

    Not built: the cluster, the image, what the service connects to, and the target group with its
    rules, which belong to no runtime (PublicRoute).

    Cost: 30 USD a month for one vCPU and 3 USD for one GiB of each task; logs 0.50 USD a GiB.

    Failure: when tasks do not become healthy, ECS goes back to the last task definition and the
    deploy fails; the reason stands in the service's events and in the log group.

    Example: `examples/fargate_service`.
    """

    service_name: pulumi.Output[str]
    """Name in AWS: the dimension `ServiceName` of its metrics."""
    service_arn: pulumi.Output[str]
    """ARN of the service."""
    task_definition_arn: pulumi.Output[str]
    """The revision that this deploy wants to run."""
    task_role_arn: pulumi.Output[str]
    """Role of the application, to be named by policies of what it uses."""
    execution_role_arn: pulumi.Output[str]
    """Role by which ECS starts the tasks."""
    security_group_id: pulumi.Output[str]
    """Group of the tasks."""
    log_group_name: pulumi.Output[str]
    """Where the tasks log."""

    def __init__(
        self, name: str, args: FargateServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:FargateService", name, {}, opts)

        log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            tags={**args.tags, "Name": f"{name}-logs"},
            opts=pulumi.ResourceOptions(parent=self),
        )
        execution_role, execution_policy = create_execution_role(
            name, args, log_group_arn=log_group.arn, parent=self
        )
        task_role, task_policy = create_task_role(name, args, parent=self)
        task_definition = self._task_definition(name, args, log_group, execution_role, task_role)
        security_group, ways = create_task_group(
            name,
            description=f"Tasks of {name}",
            vpc_id=args.vpc_id,
            reaches=args.reaches,
            tags=args.tags,
            parent=self,
        )
        ways += self._way_in(name, args, security_group)
        # A task that starts before it may pull, log, connect or be reached fails, and enough of
        # them roll the first deploy back.
        needed = [execution_policy, task_policy, *ways]
        service = self._service(
            name,
            args,
            task_definition=task_definition,
            log_group=log_group,
            security_group=security_group,
            needed=[resource for resource in needed if resource is not None],
        )
        if args.scales and args.maximum_tasks is not None:
            create_scaling(
                name,
                cluster_name=args.cluster_name,
                service_name=service.name,
                minimum_tasks=args.minimum_tasks,
                maximum_tasks=args.maximum_tasks,
                target_cpu_percent=args.target_cpu_percent,
                target_memory_percent=args.target_memory_percent,
                queue_depth=args.queue_depth,
                parent=self,
            )

        self.service_name = service.name
        self.service_arn = service.arn
        self.task_definition_arn = task_definition.arn
        self.task_role_arn = task_role.arn
        self.execution_role_arn = execution_role.arn
        self.security_group_id = security_group.id
        self.log_group_name = log_group.name
        self.register_outputs(
            {
                "service_name": self.service_name,
                "service_arn": self.service_arn,
                "task_definition_arn": self.task_definition_arn,
                "task_role_arn": self.task_role_arn,
                "execution_role_arn": self.execution_role_arn,
                "security_group_id": self.security_group_id,
                "log_group_name": self.log_group_name,
            }
        )

    def _task_definition(
        self,
        name: str,
        args: FargateServiceArgs,
        log_group: "aws.cloudwatch.LogGroup",
        execution_role: "aws.iam.Role",
        task_role: "aws.iam.Role",
    ) -> "aws.ecs.TaskDefinition":
        container = ContainerDefinition(
            name=args.container_name,
            image=args.image,
            command=args.command,
            port=args.port,
            service_connect=args.service_connect,
            environment=args.environment,
            secrets=args.secrets,
            registry_secret_arn=args.registry_secret_arn,
            health_check=args.container_health_check,
            stop_timeout_seconds=args.stop_timeout_seconds,
            log_group_name=log_group.name,
            region=args.region,
            user=args.user,
            read_only_root_filesystem=args.read_only_root_filesystem,
            open_files_limit=args.open_files_limit,
            system_controls=args.system_controls,
        )
        return create_task_definition(
            name,
            args,
            container,
            execution_role=execution_role,
            task_role=task_role,
            parent=self,
        )

    def _way_in(
        self, name: str, args: FargateServiceArgs, security_group: "aws.ec2.SecurityGroup"
    ) -> list[pulumi.Resource]:
        if args.target is None or args.port is None:
            return []
        return open_reach(
            f"{name}-from-load-balancer",
            f"{name}-into-tasks",
            source=args.target.load_balancer_security_group_id,
            destination=Destination(security_group_id=security_group.id, port=args.port),
            description=f"Load balancer to {name}",
            tags=args.tags,
            parent=self,
        )

    def _service(
        self,
        name: str,
        args: FargateServiceArgs,
        *,
        task_definition: "aws.ecs.TaskDefinition",
        log_group: "aws.cloudwatch.LogGroup",
        security_group: "aws.ec2.SecurityGroup",
        needed: list[pulumi.Resource],
    ) -> "aws.ecs.Service":
        load_balancers = [
            aws.ecs.ServiceLoadBalancerArgs(
                target_group_arn=target.target_group_arn,
                container_name=args.container_name,
                container_port=args.port,
            )
            for target in [args.target]
            if target is not None and args.port is not None
        ]
        connect = args.service_connect
        return aws.ecs.Service(
            f"{name}-service",
            cluster=args.cluster_arn,
            task_definition=task_definition.arn,
            desired_count=args.minimum_tasks,
            launch_type="FARGATE",
            platform_version="LATEST",
            network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(
                subnets=args.subnet_ids,
                security_groups=[security_group.id],
                assign_public_ip=False,
            ),
            load_balancers=load_balancers,
            service_connect_configuration=connect
            and service_connect_configuration(
                name, connect, port=args.port, log_group_name=log_group.name, region=args.region
            ),
            health_check_grace_period_seconds=args.health_check_grace_period_seconds
            if load_balancers
            else None,
            deployment_minimum_healthy_percent=args.minimum_healthy_percent,
            deployment_maximum_percent=args.maximum_percent,
            deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(
                enable=True, rollback=True
            ),
            # Moving a task to another zone starts the new one first; ECS refuses it without room.
            availability_zone_rebalancing="ENABLED" if args.maximum_percent > 100 else "DISABLED",
            enable_execute_command=args.exec_enabled,
            # Default tags of the provider do not reach tasks.
            propagate_tags="SERVICE",
            enable_ecs_managed_tags=True,
            # Otherwise a deploy ends well while its tasks crash.
            wait_for_steady_state=True,
            tags={**args.tags, "Name": f"{name}-service"},
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*needed, *args.after],
                # The namespace takes a server's name once, so a new one cannot start beside it.
                delete_before_replace=bool(connect and connect.protocol) or None,
                # The autoscaler owns the count after the first deploy (DESIGN.md decision 6).
                ignore_changes=["desiredCount"] if args.scales else None,
            ),
        )
