"""The smallest status exporter: one word of a status page becomes one number."""

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from components.custom_resources import AlertingRule, PrometheusRuleSpec
from components.status_exporter import StatusExporter
from components.status_exporter_args import StatusExporterArgs
from components.status_metric import StatusMetric

REGION = "us-east-1"

cloud = aws.Provider("aws", region=REGION)
cluster = kubernetes.Provider("cluster", kubeconfig="{}")
options = pulumi.ResourceOptions(providers=[cloud, cluster])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
exporter = StatusExporter(
    "status",
    StatusExporterArgs(
        cluster_name="apps",
        account_id=aws.get_caller_identity_output(opts=invoke).account_id,
        region=REGION,
        namespace="shop",
        part_of="shop",
        app="shop-status",
        url="https://shop.example.com/status",
        metrics={"status": StatusMetric(field="status", values={"ok": 1, "down": 0}, otherwise=-1)},
        metric_namespace="Shop",
        tools_image="public.ecr.aws/lambda/python:3.13",
        scrape_namespace="monitoring",
        rules=PrometheusRuleSpec(
            group="shop_alerts",
            interval_seconds=30,
            rules=[AlertingRule(alert="ShopDown", expr="status == 0", for_minutes=2)],
        ),
    ),
    options,
)
pulumi.export("workload", exporter.workload_name)
