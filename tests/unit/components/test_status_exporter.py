"""StatusExporter: exact inputs, each branch, and refused arguments."""

import hashlib
import json
from typing import Any

import pulumi
import pytest

from components.custom_resources import AlertingRule, PrometheusRuleSpec
from components.errors import ArgumentError
from components.status_exporter import StatusExporter
from components.status_exporter_args import StatusExporterArgs
from components.status_exporter_workload import SCRIPT
from components.status_metric import StatusMetric
from tests.unit.components.kubernetes_cases import record_in_cluster
from tools.recording.recorder import Recording

LABELS = {
    "app": "shop-status",
    "app.kubernetes.io/name": "status-exporter",
    "app.kubernetes.io/part-of": "shop",
    "app.kubernetes.io/managed-by": "pulumi",
}
RULES = PrometheusRuleSpec(
    group="shop_api_alerts",
    interval_seconds=30,
    rules=[AlertingRule(alert="APIUnhealthy", expr="status == 0", for_minutes=2)],
)


def metadata(name: str) -> dict[str, Any]:
    return {"name": name, "namespace": "shop", "labels": LABELS}


def args(**changes: Any) -> StatusExporterArgs:
    return StatusExporterArgs(
        **{
            "cluster_name": "apps",
            "account_id": "111122223333",
            "region": "us-east-1",
            "namespace": "shop",
            "part_of": "shop",
            "app": "shop-status",
            "url": "https://api.example.com/api/status",
            "metrics": {
                "status": StatusMetric(
                    field="data.status", values={"healthy": 1, "degraded": 0.5}, otherwise=-1
                ),
                "memory": StatusMetric(field="data.memory.percentage"),
            },
            "metric_namespace": "Shop",
            "tools_image": "registry/tools:1.0.0",
        }
        | changes
    )


@pytest.fixture(scope="module")
def recording() -> Recording:
    """`shop` is scraped; `quiet` reports to CloudWatch alone."""

    def build(options: pulumi.ResourceOptions) -> None:
        shop = args(
            dimensions={"System": "shop"},
            scrape_namespace="monitoring",
            rules=RULES,
            tags={"team": "platform"},
        )
        StatusExporter("shop", shop, options)
        quiet = args(
            app="quiet-status",
            url=pulumi.Output.from_input("https://quiet.example.com/api/status"),
            interval_seconds=300,
        )
        StatusExporter("quiet", quiet, options)

    return record_in_cluster(build)


def template_of(recording: Recording, name: str) -> dict[str, Any]:
    if name == "quiet":
        spec = recording.one("CronJob", "quiet-cron-job").inputs["spec"]["jobTemplate"]["spec"]
    else:
        spec = recording.one("Deployment", f"{name}-deployment").inputs["spec"]
    return spec["template"]


def pod_of(recording: Recording, name: str) -> dict[str, Any]:
    return template_of(recording, name)["spec"]


@pytest.mark.acceptance("A15", "trap-33")
def test_runs_the_script_by_the_clock(recording: Recording) -> None:
    labels = {**LABELS, "app": "quiet-status"}
    cron_job = recording.one("CronJob", "quiet-cron-job").inputs
    assert cron_job["metadata"] == {"name": "quiet-status", "namespace": "shop", "labels": labels}
    spec = dict(cron_job["spec"])
    job = spec.pop("jobTemplate")
    job_spec = dict(job["spec"])
    assert spec == {
        "schedule": "*/5 * * * *",
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 300,
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 1,
    }
    assert job["metadata"] == {"labels": labels}
    template = job_spec.pop("template")
    assert job_spec == {"backoffLimit": 0, "activeDeadlineSeconds": 300}
    assert template["metadata"]["labels"] == labels
    assert template["spec"]["restartPolicy"] == "Never"
    [container] = template["spec"]["containers"]
    assert container["command"] == ["python3", "/etc/slipway/status_exporter.py"]
    # Nobody asks it anything.
    assert not {"ports", "startupProbe", "readinessProbe", "livenessProbe"} & set(container)


@pytest.mark.parametrize(
    ("seconds", "schedule"),
    [(60, "* * * * *"), (120, "*/2 * * * *"), (1800, "*/30 * * * *"), (3600, "0 * * * *")],
)
def test_asks_once_an_interval(seconds: int, schedule: str) -> None:
    recording = record_in_cluster(
        lambda options: StatusExporter("shop", args(interval_seconds=seconds), options)
    )
    assert recording.one("CronJob").inputs["spec"]["schedule"] == schedule


@pytest.mark.acceptance("A15", "trap-33")
def test_one_pod_stays_to_be_scraped(recording: Recording) -> None:
    deployment = recording.one("Deployment", "shop-deployment").inputs
    assert deployment["metadata"] == metadata("shop-status")
    spec = dict(deployment["spec"])
    template = spec.pop("template")
    assert spec == {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "shop-status"}},
        "strategy": {"type": "Recreate"},
    }
    assert template["metadata"]["labels"] == LABELS
    [container] = template["spec"]["containers"]
    assert container["image"] == "registry/tools:1.0.0"
    assert container["command"] == ["python3", "/etc/slipway/status_exporter.py"]
    assert "args" not in container
    assert container["ports"] == [{"name": "metrics", "containerPort": 9101, "protocol": "TCP"}]
    assert container["resources"] == {
        "requests": {"cpu": "50m", "memory": "128Mi"},
        "limits": {"cpu": "500m", "memory": "256Mi"},
    }
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"] == {"path": "/healthz", "port": 9101, "scheme": "HTTP"}


def test_gives_the_script_to_the_pod_by_a_config_map(recording: Recording) -> None:
    script = recording.one("ConfigMap", "shop-script")
    assert script.inputs["metadata"] == metadata("shop-status-script")
    assert script.inputs["data"] == {"status_exporter.py": SCRIPT.read_text(encoding="utf-8")}
    pod = pod_of(recording, "shop")
    [container] = pod["containers"]
    mounted = {each["mountPath"]: each for each in container["volumeMounts"]}
    assert mounted["/etc/slipway"] == {
        "name": "script",
        "mountPath": "/etc/slipway",
        "readOnly": True,
    }
    volumes = {each["name"]: each for each in pod["volumes"]}
    assert volumes["script"]["configMap"] == {"name": "shop-status-script"}
    assert script.urn in recording.one("Deployment", "shop-deployment").dependencies


def test_another_script_or_setting_replaces_the_pod(recording: Recording) -> None:
    def annotations(name: str) -> dict[str, str]:
        return template_of(recording, name)["metadata"]["annotations"]

    shop, quiet = annotations("shop"), annotations("quiet")
    script = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()
    assert shop["slipway.dev/script-checksum"] == quiet["slipway.dev/script-checksum"] == script
    assert shop["slipway.dev/config-checksum"] != quiet["slipway.dev/config-checksum"]


def test_writes_to_its_own_folder_for_temporary_files_only(recording: Recording) -> None:
    pod = pod_of(recording, "shop")
    [container] = pod["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    writable = [each["mountPath"] for each in container["volumeMounts"] if "readOnly" not in each]
    assert writable == ["/tmp"]  # noqa: S108
    assert pod["automountServiceAccountToken"] is False


def test_tells_the_script_what_to_report(recording: Recording) -> None:
    config = recording.one("ConfigMap", "shop-config")
    assert config.inputs["metadata"] == metadata("shop-status-config")
    variables = dict(config.inputs["data"])
    assert json.loads(variables.pop("METRICS")) == {
        "status": {
            "field": "data.status",
            "values": {"healthy": 1, "degraded": 0.5},
            "otherwise": -1,
        },
        "memory": {"field": "data.memory.percentage"},
    }
    assert json.loads(variables.pop("METRIC_DIMENSIONS")) == {"System": "shop"}
    assert variables == {
        "STATUS_URL": "https://api.example.com/api/status",
        "METRIC_NAMESPACE": "Shop",
        "INTERVAL_SECONDS": "60",
        "PORT": "9101",
        "AWS_REGION": "us-east-1",
        "PYTHONPATH": "/var/runtime",
    }
    [container] = pod_of(recording, "shop")["containers"]
    assert container["envFrom"] == [{"configMapRef": {"name": "shop-status-config"}}]
    assert config.urn in recording.one("Deployment", "shop-deployment").dependencies
    quiet = recording.one("ConfigMap", "quiet-config").inputs["data"]
    assert quiet["STATUS_URL"] == "https://quiet.example.com/api/status"
    # It asks once and ends.
    assert not {"INTERVAL_SECONDS", "PORT"} & set(quiet)


def test_may_write_metrics_of_its_namespace_only(recording: Recording) -> None:
    policy = recording.one("RolePolicy", "shop-pod")
    assert json.loads(policy.inputs["policy"])["Statement"] == [
        {
            "Sid": "WriteMetrics",
            "Effect": "Allow",
            "Action": "cloudwatch:PutMetricData",
            "Resource": "*",
            "Condition": {"StringEquals": {"cloudwatch:namespace": "Shop"}},
        }
    ]
    account = recording.one("ServiceAccount", "shop-account").inputs
    assert account["metadata"] == metadata("shop-status")
    [association] = [
        each
        for each in recording.of_type("PodIdentityAssociation")
        if each.name.startswith("shop-")
    ]
    assert association.inputs["serviceAccount"] == "shop-status"
    assert association.inputs["namespace"] == "shop"
    assert recording.one("Role", "shop-pod").inputs["tags"]["team"] == "platform"
    # A pod that is older than the association stays without the role.
    needed = recording.one("Deployment", "shop-deployment").dependencies
    assert {policy.urn, association.urn} <= needed
    [quiet] = [
        each
        for each in recording.of_type("PodIdentityAssociation")
        if each.name.startswith("quiet-")
    ]
    assert quiet.urn in recording.one("CronJob", "quiet-cron-job").dependencies


def test_opens_names_https_and_credentials_and_lets_prometheus_in(recording: Recording) -> None:
    policy = recording.one("NetworkPolicy", "shop-policy").inputs
    assert policy["metadata"] == metadata("shop-status-netpol")
    assert policy["spec"]["podSelector"] == {"matchLabels": {"app": "shop-status"}}
    assert policy["spec"]["ingress"] == [
        {
            "from": [
                {
                    "namespaceSelector": {
                        "matchLabels": {"kubernetes.io/metadata.name": "monitoring"}
                    }
                }
            ],
            "ports": [{"port": 9101, "protocol": "TCP"}],
        }
    ]
    assert policy["spec"]["egress"] == [
        {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]},
        {"ports": [{"port": 443, "protocol": "TCP"}]},
        {
            "to": [{"ipBlock": {"cidr": "169.254.170.23/32"}}],
            "ports": [{"port": 80, "protocol": "TCP"}],
        },
    ]
    quiet = recording.one("NetworkPolicy", "quiet-policy").inputs
    assert quiet["spec"].get("ingress", []) == []
    assert quiet["spec"]["egress"] == policy["spec"]["egress"]


@pytest.mark.acceptance("A16", "trap-31")
def test_prometheus_finds_it_and_its_alerts(recording: Recording) -> None:
    service = recording.one("Service", "shop-service").inputs
    assert service["metadata"] == metadata("shop-status")
    assert service["spec"] == {
        "type": "ClusterIP",
        "selector": {"app": "shop-status"},
        "ports": [{"name": "metrics", "port": 9101, "targetPort": "metrics", "protocol": "TCP"}],
    }
    monitor = recording.one("ServiceMonitor", "shop-monitor").inputs
    assert monitor["metadata"] == metadata("shop-status-monitor")
    assert monitor["spec"] == {
        "selector": {"matchLabels": {"app": "shop-status"}},
        "endpoints": [{"port": "metrics", "path": "/metrics", "interval": "30s"}],
    }
    rules = recording.one("PrometheusRule", "shop-rules").inputs
    assert rules["metadata"] == metadata("shop-status-alerts")
    [group] = rules["spec"]["groups"]
    assert (group["name"], group["interval"]) == ("shop_api_alerts", "30s")
    assert [each["alert"] for each in group["rules"]] == ["APIUnhealthy"]


def test_without_prometheus_builds_nothing_of_its_kinds(recording: Recording) -> None:
    [quiet] = [each for each in recording.components if each.name == "quiet"]
    kinds = {each.type.rpartition(":")[2] for each in recording.children_of(quiet)}
    assert kinds == {
        "ServiceAccount",
        "Role",
        "RolePolicy",
        "PodIdentityAssociation",
        "NetworkPolicy",
        "ConfigMap",
        "CronJob",
    }


def test_gives_its_names(recording: Recording) -> None:
    assert recording.outputs_of("shop") == {
        "metric_namespace": "Shop",
        "workload_kind": "Deployment",
        "workload_name": "shop-status",
    }
    assert recording.outputs_of("quiet") == {
        "metric_namespace": "Shop",
        "workload_kind": "CronJob",
        "workload_name": "quiet-status",
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"app": "a" * 64},
            f"app='{'a' * 64}' is not allowed; use 1 to 63 lower-case letters, digits and "
            "hyphens, a letter first and no hyphen last",
        ),
        (
            {"app": "a" * 53},
            f"app='{'a' * 53}' is not allowed; use at most 52 characters: Kubernetes appends 11 "
            "to the name of a CronJob",
        ),
        (
            {"url": "http://api.example.com/status"},
            "url='http://api.example.com/status' is not allowed; use an address that starts with "
            "https://",
        ),
        ({"metrics": {}}, "metrics={} is not allowed; name one or more metrics"),
        (
            {"metric_namespace": "AWS/Shop"},
            "metric_namespace='AWS/Shop' is not allowed; use a name of your own: AWS/ belongs to "
            "AWS",
        ),
        (
            {"interval_seconds": 90},
            "interval_seconds=90 is not allowed; use 60 to 3600 in steps of 60 (seconds)",
        ),
        (
            {"interval_seconds": 420},
            "interval_seconds=420 is not allowed; use a part of an hour, such as 300 or 600, or "
            "name scrape_namespace too (seconds)",
        ),
        (
            {"rules": RULES},
            f"rules={RULES!r} is not allowed; name scrape_namespace too: without a Prometheus "
            "nobody evaluates them",
        ),
    ],
)
def test_fails_when_it_could_not_work(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**changes)
    assert str(refused.value) == f"StatusExporter: {message}"


@pytest.mark.parametrize(
    ("metric", "remedy"),
    [
        ("api-health", "name them with letters, digits and underscores, no digit first"),
        ("SuccessPercent", "use another name: SuccessPercent is the exporter's own"),
    ],
)
def test_fails_when_a_metric_cannot_have_its_name(metric: str, remedy: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(metrics={metric: StatusMetric(field="a")})
    assert (refused.value.field, refused.value.remedy) == ("metrics", remedy)


def test_longest_name_is_taken() -> None:
    assert len(args(app="a" * 52).app) == 52
    assert len(args(app="a" * 63, scrape_namespace="monitoring").app) == 63


def test_who_is_scraped_asks_in_any_interval() -> None:
    assert args(interval_seconds=420, scrape_namespace="monitoring").interval_seconds == 420
