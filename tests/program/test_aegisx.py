"""AegisX as its guide demands it, in the registered graph; IDs are those of docs/acceptance.md."""

import json

import pytest

from tests.program.conftest import container, reference, secrets, variables
from tools.recording.recorder import Recording


@pytest.mark.acceptance("A1")
def test_engine_versions(graph: Recording) -> None:
    database = graph.one("Instance", "aegisx-database-instance").inputs
    assert (database["engine"], database["engineVersion"]) == ("postgres", "15")
    cache = graph.one("ReplicationGroup", "aegisx-cache-group").inputs
    assert cache["engineVersion"].startswith("7")


@pytest.mark.acceptance("A2", "trap-36", "trap-37")
def test_image_port_and_command(production: Recording) -> None:
    main = container(production)
    assert main["image"] == "111122223333.dkr.ecr.us-east-1.amazonaws.com/aegisx/api:1.0.0"
    assert main["command"] == ["node", "main.js"]
    assert main["essential"] is True
    assert main["portMappings"] == [
        {"name": "http", "containerPort": 3333, "hostPort": 3333, "protocol": "tcp"}
    ]


@pytest.mark.acceptance("A3", "A9", "F-aegisx")
def test_three_to_ten_tasks_one_more_during_a_rollout(production: Recording) -> None:
    service = production.one("aws:ecs/service:Service", "aegisx-api-service")
    assert service.inputs["desiredCount"] == 3
    assert service.ignore_changes == ("desiredCount",)
    assert service.inputs["deploymentMinimumHealthyPercent"] == 100
    # Of 3 tasks 134 % are 4: one more, and none less.
    assert service.inputs["deploymentMaximumPercent"] == 134
    target = production.one("aws:appautoscaling/target:Target", "aegisx-api-scaling").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (3, 10)
    wanted = {
        policy.inputs["targetTrackingScalingPolicyConfiguration"]["predefinedMetricSpecification"][
            "predefinedMetricType"
        ]: policy.inputs["targetTrackingScalingPolicyConfiguration"]["targetValue"]
        for policy in production.of_type("aws:appautoscaling/policy:Policy")
        if policy.name.startswith("aegisx-")
    }
    assert wanted == {
        "ECSServiceAverageCPUUtilization": 70,
        "ECSServiceAverageMemoryUtilization": 80,
    }


@pytest.mark.acceptance("A4", "F-aegisx", "trap-25")
def test_limits_are_rounded_up_to_a_size_of_fargate(graph: Recording) -> None:
    task = graph.one("TaskDefinition", "aegisx-api-task").inputs
    assert (task["cpu"], task["memory"]) == ("1024", "2048")
    assert task["requiresCompatibilities"] == ["FARGATE"]


@pytest.mark.acceptance("A7", "F-aegisx")
def test_a_new_task_has_its_startup_budget(graph: Recording) -> None:
    service = graph.one("aws:ecs/service:Service", "aegisx-api-service").inputs
    assert service["healthCheckGracePeriodSeconds"] == 150


@pytest.mark.acceptance("A8", "trap-35")
def test_container_check_without_curl(graph: Recording) -> None:
    check = container(graph)["healthCheck"]
    assert (check["interval"], check["timeout"], check["retries"]) == (30, 5, 3)
    assert check["startPeriod"] == 40
    assert check["command"][:2] == ["CMD", "node"]
    assert "/api/health" in check["command"][-1]
    assert "3333" in check["command"][-1]


@pytest.mark.acceptance("A10", "trap-2", "trap-3")
def test_environment_contract(production: Recording) -> None:
    given = variables(production)
    database = production.one("Instance", "aegisx-database-instance")
    cache = production.one("ReplicationGroup", "aegisx-cache-group")
    assert given == {
        "NODE_ENV": "production",
        "API_HOST": "0.0.0.0",  # noqa: S104 what the container listens on
        "API_PORT": "3333",
        "DB_HOST": database.outputs["address"],
        "DB_PORT": "5432",
        "DB_NAME": "aegisx_production",
        "DB_USER": "aegisx_user",
        "DB_POOL_MIN": "2",
        "DB_POOL_MAX": "10",
        "REDIS_HOST": cache.outputs["primaryEndpointAddress"],
        "REDIS_PORT": "6379",
        "REDIS_TLS": "true",
        "REDIS_DB": "0",
        "LOG_LEVEL": "info",
        "ENABLE_API_KEY_DEMO": "false",
        "HEALTH_CHECK_MEMORY_THRESHOLD": "90",
        "HEALTH_CHECK_DB_TIMEOUT": "2000",
        "HEALTH_CHECK_REDIS_TIMEOUT": "2000",
    }


@pytest.mark.acceptance("A11", "trap-1")
def test_passwords_come_from_secrets_manager(graph: Recording) -> None:
    assert secrets(graph) == {
        "DB_PASSWORD": reference(graph, "aegisx-database", "password"),
        "REDIS_PASSWORD": reference(graph, "aegisx-cache", "auth_token"),
    }
    database = graph.one("Instance", "aegisx-database-instance").inputs
    assert database["manageMasterUserPassword"] is True
    assert "password" not in database


@pytest.mark.acceptance("A12", "trap-15", "trap-18")
def test_edge(production: Recording, staging: Recording) -> None:
    for graph, host in ((production, "api.example.com"), (staging, "api.staging.example.com")):
        rule = graph.one("ListenerRule", "aegisx-api-route-forward-1").inputs
        assert rule["conditions"][0]["hostHeader"]["values"] == [host]
        assert graph.one("Certificate", "platform-edge-certificate").inputs["domainName"] == host
        assert graph.stack_outputs["urls"]["aegisx"] == f"https://{host}"
    listener = production.one("Listener", "platform-edge-https").inputs
    assert (listener["port"], listener["protocol"]) == (443, "HTTPS")
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    [redirect] = production.one("Listener", "platform-edge-http").inputs["defaultActions"]
    assert redirect["redirect"] == {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}
    balancer = production.one("aws:lb/loadBalancer:LoadBalancer").inputs
    assert balancer["idleTimeout"] == 60
    assert balancer.get("enableHttp2", True) is True


@pytest.mark.acceptance("A13", "F-aegisx", "trap-21")
def test_health_check_of_the_load_balancer(graph: Recording) -> None:
    group = graph.one("TargetGroup", "aegisx-api-route-tg").inputs
    assert group["loadBalancingAlgorithmType"] == "least_outstanding_requests"
    check = group["healthCheck"]
    assert check["path"] == "/api/health"
    assert (check["interval"], check["timeout"]) == (5, 3)
    assert (check["healthyThreshold"], check["unhealthyThreshold"]) == (2, 3)
    assert check["matcher"] == "200-299"


@pytest.mark.acceptance("F-aegisx", "trap-19")
def test_shutdown_budget(graph: Recording) -> None:
    assert graph.one("TargetGroup", "aegisx-api-route-tg").inputs["deregistrationDelay"] == 60
    assert container(graph)["stopTimeout"] == 40


@pytest.mark.acceptance("A15", "trap-33")
def test_status_exporter(graph: Recording) -> None:
    canary = graph.one("Canary").inputs
    assert canary["schedule"]["expression"] == "rate(1 minute)"
    configuration = json.dumps(canary["runConfig"]["environmentVariables"])
    assert "/api/status" in configuration
    for metric in (
        "api_health_status",
        "api_memory_usage_percent",
        "api_database_response_ms",
        "api_redis_response_ms",
    ):
        assert metric in configuration


@pytest.mark.acceptance("trap-33")
def test_metrics_are_denied_before_anything_is_forwarded(graph: Recording) -> None:
    deny = graph.one("ListenerRule", "aegisx-api-route-deny-1").inputs
    forward = graph.one("ListenerRule", "aegisx-api-route-forward-1").inputs
    assert deny["priority"] < forward["priority"]
    assert deny["conditions"][1]["pathPattern"]["values"] == ["/api/metrics", "/api/metrics/*"]
    assert deny["actions"][0]["fixedResponse"]["statusCode"] == "403"


@pytest.mark.acceptance("A16")
@pytest.mark.parametrize(
    ("alarm", "minutes", "severity"),
    [
        ("api-unhealthy", 2, "critical"),
        ("api-degraded", 5, "warning"),
        ("api-high-memory", 10, "warning"),
        ("api-slow-database", 5, "warning"),
    ],
)
def test_alarms_of_the_guide(graph: Recording, alarm: str, minutes: int, severity: str) -> None:
    inputs = graph.one("MetricAlarm", f"aegisx-monitoring-{alarm}").inputs
    assert inputs["evaluationPeriods"] == minutes
    description = inputs["alarmDescription"]
    assert severity in description.lower()
    assert "platform" in description
    assert f"/{alarm}.md" in description
    assert inputs["alarmActions"] == inputs["okActions"]


@pytest.mark.acceptance("A16")
def test_thresholds_of_the_guide(graph: Recording) -> None:
    def expressions(alarm: str) -> list[str]:
        inputs = graph.one("MetricAlarm", f"aegisx-monitoring-{alarm}").inputs
        return [each["expression"] for each in inputs["metricQueries"] if "expression" in each]

    assert [text.replace(" ", "") for text in expressions("api-unhealthy")] == [
        "IF(watched==0,1,0)"
    ]
    assert [text.replace(" ", "") for text in expressions("api-degraded")] == [
        "IF(watched==0.5,1,0)"
    ]
    for alarm, threshold in (("api-high-memory", 80), ("api-slow-database", 500)):
        inputs = graph.one("MetricAlarm", f"aegisx-monitoring-{alarm}").inputs
        assert inputs["threshold"] == threshold
        assert inputs["comparisonOperator"] == "GreaterThanThreshold"


@pytest.mark.acceptance("A18", "trap-17")
def test_requests_are_limited_by_address(graph: Recording) -> None:
    rules = {rule["name"]: rule for rule in graph.one("WebAcl").inputs["rules"]}
    limit = rules["rate-limit"]["statement"]["rateBasedStatement"]
    assert (limit["limit"], limit["evaluationWindowSec"]) == (2000, 300)
    assert limit["aggregateKeyType"] == "IP"
    # Only hosts with a limit of their own are left out, and AegisX has none.
    assert "api." not in json.dumps(limit["scopeDownStatement"])
    assert rules["rate-limit"]["action"] == {"block": {}}
    assert graph.one("aws:lb/loadBalancer:LoadBalancer").inputs["accessLogs"]["enabled"] is True


@pytest.mark.acceptance("trap-10", "trap-11")
def test_cache_is_encrypted_and_sized_by_memory(production: Recording) -> None:
    group = production.one("ReplicationGroup", "aegisx-cache-group")
    assert group.inputs["transitEncryptionEnabled"] is True
    assert group.inputs["transitEncryptionMode"] == "required"
    assert group.inputs["atRestEncryptionEnabled"] is True
    assert "authToken" in group.secret_inputs
    assert group.inputs["automaticFailoverEnabled"] is True
    assert group.inputs["nodeType"] == "cache.t4g.medium"
    assert group.inputs["snapshotRetentionLimit"] == 7
    parameters = production.one(
        "aws:elasticache/parameterGroup:ParameterGroup", "aegisx-cache-parameters"
    ).inputs
    [policy] = parameters["parameters"]
    assert policy == {"name": "maxmemory-policy", "value": "allkeys-lru"}


@pytest.mark.acceptance("trap-8")
def test_windows_do_not_overlap(graph: Recording) -> None:
    database = graph.one("Instance", "aegisx-database-instance").inputs
    assert (database["backupWindow"], database["maintenanceWindow"]) == (
        "03:00-04:00",
        "sun:04:30-sun:05:30",
    )
