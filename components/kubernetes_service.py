"""One service on Kubernetes: from image to running, reachable, guarded and scaled pods."""

import pulumi
import pulumi_kubernetes as kubernetes

from components.custom_resources import (
    ServiceMonitorSpec,
    TargetGroupBindingSpec,
    create_service_monitor,
    create_target_group_binding,
)
from components.kubernetes_environment import EnvironmentSource, create_environment
from components.kubernetes_labels import labels
from components.kubernetes_network_policy import create_network_policy
from components.kubernetes_pod import pod_template
from components.kubernetes_scaling import create_autoscaler, create_disruption_budget
from components.kubernetes_service_args import KubernetesServiceArgs
from components.pod_identity import create_pod_identity
from planning.startup import ROLLOUT_SECONDS

ROLLOUT_TIMEOUT = f"{ROLLOUT_SECONDS // 60}m"
"""How long Pulumi waits for a rollout. Not what finds a failed one: that is the progress deadline.
Pulumi's own ten minutes would end before the tenth of ten pods that come one after another."""


class KubernetesService(pulumi.ComponentResource):
    """A Deployment, with all that its pods need and nothing that they do not.

    Builds:
        1. A ConfigMap and a Secret with its variables; a change of either replaces the pods.
        2. A service account, and with `permissions` a role that its pods have by Pod Identity.
        3. A network policy: in from the load balancer, from callers and from the scraper, out to
           DNS, HTTPS and what the service reaches.
        4. With a port: a Service; with `target_group_arn` a binding that keeps the pods in that
           target group; with `scrape` a ServiceMonitor.
        5. The Deployment: rolled out without a gap, spread over zones and hosts, under the
           restricted pod security standard. The deploy waits until all pods are ready.
        6. Autoscaling on processor and memory by choice, and a disruption budget.

    Not built: the cluster, the namespace, the image, and what the service connects to.

    Cost: none of its own; nodes by what the pods request.

    Failure: when new pods do not become ready, the old ones go on, and the deploy fails after the
    progress deadline; `kubectl rollout undo` goes back at once, with the image only: ConfigMap and
    Secret change in place, so that a deploy of the former stack file is the whole way. Where an
    autoscaler takes the count over from `replicas`, Kubernetes counts one pod until it has looked
    for the first time.

    Example: `examples/kubernetes_service`.
    """

    namespace: pulumi.Output[str]
    """Namespace of all objects."""
    deployment_name: pulumi.Output[str]
    """Name of the Deployment."""
    service_name: pulumi.Output[str] | None
    """Name of the Service, by which others of the namespace reach it; None without a port."""
    role_arn: pulumi.Output[str] | None
    """Role of the pods, None without `permissions`."""
    config_checksum: pulumi.Output[str]
    """Changes with every variable and every secret's version."""

    def __init__(
        self, name: str, args: KubernetesServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:KubernetesService", name, {}, opts)

        account = kubernetes.core.v1.ServiceAccount(
            f"{name}-account",
            metadata=_metadata(args, args.app),
            automount_service_account_token=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        identity = create_pod_identity(
            name,
            cluster_name=args.cluster_name,
            namespace=args.namespace,
            service_account_name=args.app,
            account_id=args.account_id,
            permissions=args.permissions,
            tags=args.tags,
            parent=self,
        )
        environment = create_environment(
            name,
            config_map_name=args.names.config_map,
            secret_name=args.names.secret,
            namespace=args.namespace,
            labels=_labels(args),
            environment=args.environment,
            secrets=args.secrets,
            secret_keys=args.secret_keys,
            parent=self,
        )
        policy = self._policy(name, args)
        service = self._service(name, args)
        binding = self._binding(name, args, service)
        # A pod that starts before finds no account and no variables, gets no role, is not held back
        # until the load balancer finds it well, or may connect to more than it should.
        needed = [account, *environment.objects, policy, service, binding]
        deployment = self._deployment(
            name,
            args,
            environment,
            needed=[
                *(resource for resource in needed if resource is not None),
                *(identity.needed if identity else ()),
            ],
        )
        if args.scales and args.maximum_replicas is not None:
            create_autoscaler(
                name,
                app=args.app,
                namespace=args.namespace,
                labels=_labels(args),
                minimum_replicas=args.replicas,
                maximum_replicas=args.maximum_replicas,
                target_cpu_percent=args.target_cpu_percent,
                target_memory_percent=args.target_memory_percent,
                scale_down_stabilization_seconds=args.scale_down_stabilization_seconds,
                deployment=deployment,
                parent=self,
            )
        create_disruption_budget(
            name, app=args.app, namespace=args.namespace, labels=_labels(args), parent=self
        )

        self.namespace = pulumi.Output.from_input(args.namespace)
        self.deployment_name = deployment.metadata.name
        self.service_name = service.metadata.name if service else None
        self.role_arn = identity.role_arn if identity else None
        self.config_checksum = environment.checksum
        self.register_outputs(
            {
                "namespace": self.namespace,
                "deployment_name": self.deployment_name,
                "service_name": self.service_name,
                "role_arn": self.role_arn,
                "config_checksum": self.config_checksum,
            }
        )

    def _policy(
        self, name: str, args: KubernetesServiceArgs
    ) -> "kubernetes.networking.v1.NetworkPolicy":
        return create_network_policy(
            f"{name}-policy",
            policy_name=f"{args.app}-netpol",
            namespace=args.namespace,
            app=args.app,
            labels=_labels(args),
            port=args.container.port,
            ingress_cidr_blocks=args.ingress_cidr_blocks,
            callers=args.callers,
            scrape_namespace=args.scrape.namespace if args.scrape else None,
            scrape_port=args.container.port if args.scrape else None,
            reaches=args.reaches,
            uses_pod_identity=bool(args.permissions),
            parent=self,
        )

    def _service(
        self, name: str, args: KubernetesServiceArgs
    ) -> "kubernetes.core.v1.Service | None":
        if args.port is None or args.container.port is None:
            return None
        service = kubernetes.core.v1.Service(
            f"{name}-service",
            # Pulumi would wait for pods behind it, which wait for it in turn; it is the
            # Deployment's end that tells whether pods are ready.
            metadata=_metadata(args, args.names.service, {"pulumi.com/skipAwait": "true"}),
            spec=kubernetes.core.v1.ServiceSpecArgs(
                type="ClusterIP",
                cluster_ip="None" if args.is_headless else None,
                selector={"app": args.app},
                ports=[
                    kubernetes.core.v1.ServicePortArgs(
                        name=args.container.port_name,
                        port=args.port,
                        target_port=args.container.port,
                        protocol="TCP",
                    )
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        if args.scrape is not None:
            create_service_monitor(
                f"{name}-monitor",
                metadata=_metadata(args, f"{args.app}-monitor"),
                spec=ServiceMonitorSpec(
                    app=args.app,
                    port_name=args.container.port_name,
                    path=args.scrape.path,
                    interval_seconds=args.scrape.interval_seconds,
                ),
                parent=self,
            )
        return service

    def _binding(
        self,
        name: str,
        args: KubernetesServiceArgs,
        service: "kubernetes.core.v1.Service | None",
    ) -> "kubernetes.apiextensions.CustomResource | None":
        if service is None or args.port is None or args.target_group_arn is None:
            return None
        return create_target_group_binding(
            f"{name}-binding",
            metadata=_metadata(args, args.app),
            spec=TargetGroupBindingSpec(
                service_name=service.metadata.name,
                service_port=args.port,
                target_group_arn=args.target_group_arn,
            ),
            parent=self,
        )

    def _deployment(
        self,
        name: str,
        args: KubernetesServiceArgs,
        environment: EnvironmentSource,
        *,
        needed: list[pulumi.Resource],
    ) -> "kubernetes.apps.v1.Deployment":
        return kubernetes.apps.v1.Deployment(
            f"{name}-deployment",
            metadata=_metadata(args, args.app, version=args.version),
            spec=kubernetes.apps.v1.DeploymentSpecArgs(
                # Left out where an autoscaler owns the count: a deploy would set it back.
                replicas=None if args.scales else args.replicas,
                selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels={"app": args.app}),
                strategy=kubernetes.apps.v1.DeploymentStrategyArgs(
                    type="RollingUpdate",
                    rolling_update=kubernetes.apps.v1.RollingUpdateDeploymentArgs(
                        max_surge=args.max_surge, max_unavailable=args.max_unavailable
                    ),
                ),
                min_ready_seconds=0,
                revision_history_limit=args.revision_history_limit,
                progress_deadline_seconds=args.progress_deadline_seconds,
                template=pod_template(
                    app=args.app,
                    labels=_labels(args, version=args.version),
                    container=args.container,
                    environment=environment,
                    service_account_name=args.app,
                    termination_grace_period_seconds=args.termination_grace_period_seconds,
                    image_pull_secret=args.image_pull_secret,
                    system_controls=args.system_controls,
                    annotations={},
                    spread=True,
                ),
            ),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*needed, *args.after],
                custom_timeouts=pulumi.CustomTimeouts(
                    create=ROLLOUT_TIMEOUT, update=ROLLOUT_TIMEOUT
                ),
            ),
        )


def _labels(args: KubernetesServiceArgs, *, version: str | None = None) -> dict[str, str]:
    return labels(args.app, name=args.service, part_of=args.part_of, version=version)


def _metadata(
    args: KubernetesServiceArgs,
    name: str,
    annotations: dict[str, str] | None = None,
    *,
    version: str | None = None,
) -> "kubernetes.meta.v1.ObjectMetaArgs":
    return kubernetes.meta.v1.ObjectMetaArgs(
        name=name,
        namespace=args.namespace,
        labels=_labels(args, version=version),
        annotations=annotations,
    )
