"""The state of a system as it reports it itself, asked for by a pod of the cluster."""

import hashlib
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes

from components.custom_resources import (
    ServiceMonitorSpec,
    create_prometheus_rule,
    create_service_monitor,
)
from components.kubernetes_container import ContainerArgs, ProbeArgs
from components.kubernetes_environment import create_environment
from components.kubernetes_labels import labels
from components.kubernetes_network_policy import create_network_policy
from components.kubernetes_pod import pod_template
from components.pod_identity import create_pod_identity
from components.policy import Statement
from components.status_exporter_args import StatusExporterArgs
from components.status_metric import script_variables

SCRIPT = Path(__file__).parent / "assets" / "status_exporter.py"
SCRIPT_FOLDER = "/etc/slipway"
PORT = 9101
PORT_NAME = "metrics"


class StatusExporter(pulumi.ComponentResource):
    """A pod that turns a status page into metrics (A15), for CloudWatch and for Prometheus.

    It asks the public address, as the canary does where there is no cluster: what users see, and
    no way inside of the cluster is opened for it. One pod asks and answers for all: a cron job's
    pod is gone before anybody scrapes it, and a container beside the application would report once
    for each replica (trap 33).

    Builds:
        1. A Deployment of one pod whose script and settings come from two ConfigMaps; another
           script or another setting replaces the pod.
        2. A service account with a role that may write metrics of its namespace, nothing else.
        3. A network policy: out to names, HTTPS and its credentials, in for Prometheus alone.
        4. With `scrape_namespace` a Service and a ServiceMonitor, with `rules` a PrometheusRule.

    Not built: the alarms on the metrics. `SuccessPercent`, beside them in the same namespace and
    with the same dimensions, is 100 for an answer, 0 for none, and missing when nobody asks.

    Cost: 0.30 USD a month for each metric, `SuccessPercent` included, and 0.43 USD to write them
    every minute; 0.05 processors and 128 MiB of a node.

    Example: `examples/status_exporter`.
    """

    metric_namespace: pulumi.Output[str]
    """Namespace in which CloudWatch shows the metrics."""
    deployment_name: pulumi.Output[str]
    """Name of the Deployment, for kubectl."""

    def __init__(
        self, name: str, args: StatusExporterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:StatusExporter", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        app = args.app
        account = kubernetes.core.v1.ServiceAccount(
            f"{name}-account",
            metadata=_metadata(args, app),
            automount_service_account_token=False,
            opts=child,
        )
        identity = create_pod_identity(
            name,
            cluster_name=args.cluster_name,
            namespace=args.namespace,
            service_account_name=app,
            account_id=args.account_id,
            permissions=[_permission(args)],
            tags=args.tags,
            parent=self,
        )
        policy = create_network_policy(
            f"{name}-policy",
            policy_name=f"{app}-netpol",
            namespace=args.namespace,
            app=app,
            labels=_labels(args),
            port=None,
            ingress_cidr_blocks=(),
            callers=(),
            scrape_namespace=args.scrape_namespace,
            scrape_port=PORT if args.scrape_namespace is not None else None,
            # The public address answers on 443, which is open to every app.
            reaches={},
            uses_pod_identity=True,
            parent=self,
        )
        deployment = self._deployment(
            name, args, [account, policy, *(identity.needed if identity else ())]
        )
        if args.scrape_namespace is not None:
            self._scraped(name, args)

        self.metric_namespace = pulumi.Output.from_input(args.metric_namespace)
        self.deployment_name = deployment.metadata.name
        self.register_outputs(
            {"metric_namespace": self.metric_namespace, "deployment_name": self.deployment_name}
        )

    def _deployment(
        self, name: str, args: StatusExporterArgs, needed: list[pulumi.Resource]
    ) -> "kubernetes.apps.v1.Deployment":
        app = args.app
        text = SCRIPT.read_text(encoding="utf-8")
        script = kubernetes.core.v1.ConfigMap(
            f"{name}-script",
            metadata=_metadata(args, f"{app}-script"),
            data={SCRIPT.name: text},
            opts=pulumi.ResourceOptions(parent=self),
        )
        environment = create_environment(
            name,
            config_map_name=f"{app}-config",
            secret_name=f"{app}-secrets",
            namespace=args.namespace,
            labels=_labels(args),
            environment=_environment(args),
            secrets={},
            secret_keys={},
            parent=self,
        )
        return kubernetes.apps.v1.Deployment(
            f"{name}-deployment",
            metadata=_metadata(args, app),
            spec=kubernetes.apps.v1.DeploymentSpecArgs(
                replicas=1,
                selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels={"app": app}),
                # The old pod goes first: two of them would count each answer twice.
                strategy=kubernetes.apps.v1.DeploymentStrategyArgs(type="Recreate"),
                template=pod_template(
                    app=app,
                    labels=_labels(args),
                    container=_container(args),
                    environment=environment,
                    service_account_name=app,
                    termination_grace_period_seconds=10,
                    image_pull_secret=None,
                    system_controls={},
                    annotations={
                        "slipway.dev/script-checksum": hashlib.sha256(text.encode()).hexdigest()
                    },
                    volumes=[
                        kubernetes.core.v1.VolumeArgs(
                            name="script",
                            config_map=kubernetes.core.v1.ConfigMapVolumeSourceArgs(
                                name=f"{app}-script"
                            ),
                        )
                    ],
                    volume_mounts=[
                        kubernetes.core.v1.VolumeMountArgs(
                            name="script", mount_path=SCRIPT_FOLDER, read_only=True
                        )
                    ],
                ),
            ),
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[script, *environment.objects, *needed]
            ),
        )

    def _scraped(self, name: str, args: StatusExporterArgs) -> None:
        app = args.app
        kubernetes.core.v1.Service(
            f"{name}-service",
            metadata=_metadata(args, app),
            spec=kubernetes.core.v1.ServiceSpecArgs(
                type="ClusterIP",
                selector={"app": app},
                ports=[
                    kubernetes.core.v1.ServicePortArgs(
                        name=PORT_NAME, port=PORT, target_port=PORT_NAME, protocol="TCP"
                    )
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        create_service_monitor(
            f"{name}-monitor",
            metadata=_metadata(args, f"{app}-monitor"),
            spec=ServiceMonitorSpec(
                app=app,
                port_name=PORT_NAME,
                path="/metrics",
                interval_seconds=args.scrape_interval_seconds,
            ),
            parent=self,
        )
        if args.rules is not None:
            create_prometheus_rule(
                f"{name}-rules",
                metadata=_metadata(args, f"{app}-alerts"),
                spec=args.rules,
                parent=self,
            )


def _labels(args: StatusExporterArgs) -> dict[str, str]:
    return labels(args.app, name="status-exporter", part_of=args.part_of)


def _metadata(args: StatusExporterArgs, name: str) -> "kubernetes.meta.v1.ObjectMetaArgs":
    return kubernetes.meta.v1.ObjectMetaArgs(
        name=name, namespace=args.namespace, labels=_labels(args)
    )


def _environment(args: StatusExporterArgs) -> dict[str, pulumi.Input[str]]:
    return {
        "STATUS_URL": args.url,
        **script_variables(args.metric_namespace, args.metrics, args.dimensions),
        "INTERVAL_SECONDS": str(args.interval_seconds),
        "PORT": str(PORT),
        "AWS_REGION": args.region,
        # Where images of Lambda have boto3 besides the interpreter's own folder.
        "PYTHONPATH": "/var/runtime",
    }


def _container(args: StatusExporterArgs) -> ContainerArgs:
    return ContainerArgs(
        image=args.tools_image,
        # In place of the image's entrypoint: Lambda's takes the name of a handler only.
        entrypoint=("python3", f"{SCRIPT_FOLDER}/{SCRIPT.name}"),
        port=PORT,
        port_name=PORT_NAME,
        cpu_request="50m",
        cpu_limit="500m",
        memory_request="128Mi",
        memory_limit="256Mi",
        startup_probe=ProbeArgs(path="/healthz", period_seconds=2, failure_threshold=30),
        readiness_probe=ProbeArgs(path="/healthz"),
        liveness_probe=ProbeArgs(path="/healthz", period_seconds=30),
        scratch=("/tmp",),  # noqa: S108
    )


def _permission(args: StatusExporterArgs) -> Statement:
    return Statement(
        sid="WriteMetrics",
        actions="cloudwatch:PutMetricData",
        # AWS knows this action only for all metrics; the namespace is what narrows it.
        resources="*",
        conditions={"StringEquals": {"cloudwatch:namespace": args.metric_namespace}},
    )
