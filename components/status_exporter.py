"""The state of a system as it reports it itself, asked for by a pod of the cluster."""

import pulumi
import pulumi_kubernetes as kubernetes

from components.custom_resources import (
    ServiceMonitorSpec,
    create_prometheus_rule,
    create_service_monitor,
)
from components.kubernetes_network_policy import create_network_policy
from components.pod_identity import create_pod_identity
from components.policy import Statement
from components.status_exporter_args import StatusExporterArgs
from components.status_exporter_workload import (
    PORT,
    PORT_NAME,
    create_workload,
    exporter_labels,
    exporter_metadata,
)


class StatusExporter(pulumi.ComponentResource):
    """Turns a status page into metrics (A15), for CloudWatch and, if there is one, for Prometheus.

    It asks the public address, as the canary does where there is no cluster: what users see, and
    no way inside of the cluster is opened for it. One pod asks and answers for all; a container
    beside the application would report once for each replica (trap 33).

    Builds:
        1. A CronJob that runs a script once an interval and writes what it found to CloudWatch. No
           pod of it waits to be asked, and none has an open port.
        2. With `scrape_namespace` a Deployment of one pod in its place, because a CronJob's pod is
           gone before anybody scrapes it; with it a Service, a ServiceMonitor and, with `rules`, a
           PrometheusRule.
        3. Two ConfigMaps with the script and its settings; a change of either makes new pods.
        4. A service account with a role that may write metrics of its namespace, nothing else.
        5. A network policy: out to names, HTTPS and its credentials, in for that Prometheus alone.

    Not built: the alarms on the metrics. `SuccessPercent`, beside them in the same namespace and
    with the same dimensions, is 100 for an answer, 0 for none, and missing when nobody asks.

    Cost: 0.30 USD a month for each metric, `SuccessPercent` included, and 0.43 USD to write them
    every minute; 0.05 processors and 128 MiB of a node, with a CronJob for seconds of each minute.

    Example: `examples/status_exporter`.
    """

    metric_namespace: pulumi.Output[str]
    """Namespace in which CloudWatch shows the metrics."""
    workload_kind: str
    """`CronJob`, or `Deployment` where Prometheus scrapes it."""
    workload_name: pulumi.Output[str]
    """Name of the CronJob or Deployment, for kubectl."""

    def __init__(
        self, name: str, args: StatusExporterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:StatusExporter", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        app = args.app
        account = kubernetes.core.v1.ServiceAccount(
            f"{name}-account",
            metadata=exporter_metadata(args, app),
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
            labels=exporter_labels(args),
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
        workload = create_workload(
            name,
            args,
            needed=[account, policy, *(identity.needed if identity else ())],
            parent=self,
        )
        if args.scrape_namespace is not None:
            self._scraped(name, args)

        self.metric_namespace = pulumi.Output.from_input(args.metric_namespace)
        self.workload_kind = workload.kind
        self.workload_name = workload.name
        self.register_outputs(
            {
                "metric_namespace": self.metric_namespace,
                "workload_kind": self.workload_kind,
                "workload_name": self.workload_name,
            }
        )

    def _scraped(self, name: str, args: StatusExporterArgs) -> None:
        app = args.app
        kubernetes.core.v1.Service(
            f"{name}-service",
            metadata=exporter_metadata(args, app),
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
            metadata=exporter_metadata(args, f"{app}-monitor"),
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
                metadata=exporter_metadata(args, f"{app}-alerts"),
                spec=args.rules,
                parent=self,
            )


def _permission(args: StatusExporterArgs) -> Statement:
    return Statement(
        sid="WriteMetrics",
        actions="cloudwatch:PutMetricData",
        # AWS knows this action only for all metrics; the namespace is what narrows it.
        resources="*",
        conditions={"StringEquals": {"cloudwatch:namespace": args.metric_namespace}},
    )
