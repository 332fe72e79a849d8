"""EMPACTS as its guide demands it, in the registered graph; IDs are those of docs/acceptance.md."""

import json

import pytest

from tests.program.alarms import Seen, charted, dimensions, seen
from tests.program.conftest import (
    container,
    policy_statements,
    reference,
    secrets,
    variables,
)
from tools.recording.recorder import Recording, Resource

TASK = "empacts-api"
SECRET = "aws:secretsmanager/secret:Secret"
INSTANCE = "aws:rds/instance:Instance"
OWN_SECRETS = (
    "empacts-jwt-secret",
    "empacts-email-service-api-key",
    "empacts-sms-service-api-key",
    "empacts-payment-gateway-key",
    "empacts-sentry-dsn",
)


def service(graph: Recording) -> Resource:
    return graph.one("aws:ecs/service:Service", f"{TASK}-service")


def target_group(graph: Recording) -> Resource:
    return graph.one("TargetGroup", f"{TASK}-route-tg")


@pytest.mark.acceptance("E1", "E2", "F-empacts")
def test_three_tasks_and_no_autoscaling(production: Recording) -> None:
    assert service(production).inputs["desiredCount"] == 3
    scaled = [each.name for each in production.of_type("aws:appautoscaling/target:Target")]
    assert f"{TASK}-scaling" not in scaled
    # Nobody else owns the number, so the file's holds.
    assert service(production).ignore_changes == ()


@pytest.mark.acceptance("E2", "E3", "trap-36")
def test_version_of_the_image_is_what_the_application_says(graph: Recording) -> None:
    main = container(graph, TASK)
    image, _, tag = main["image"].rpartition(":")
    assert image == "111122223333.dkr.ecr.us-east-1.amazonaws.com/empacts/api"
    assert variables(graph, TASK)["APP_VERSION"] == tag == "1.0.0"
    assert main["portMappings"] == [
        {"name": "http", "containerPort": 3000, "hostPort": 3000, "protocol": "tcp"}
    ]


@pytest.mark.acceptance("E2", "E6", "trap-40")
def test_rollout_takes_one_task_and_goes_back_by_itself(production: Recording) -> None:
    rollout = service(production).inputs
    # ECS rounds up: of 3 tasks 66 % are 2; and down: 134 % are 4.
    assert rollout["deploymentMinimumHealthyPercent"] == 66
    assert rollout["deploymentMaximumPercent"] == 134
    assert rollout["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    # The deploy ends well only when the new tasks are healthy.
    assert rollout["waitForSteadyState"] is True


@pytest.mark.acceptance("F-empacts", "trap-25")
def test_task_size(graph: Recording) -> None:
    task = graph.one("TaskDefinition", f"{TASK}-task").inputs
    assert (task["cpu"], task["memory"]) == ("512", "1024")
    assert task["requiresCompatibilities"] == ["FARGATE"]


@pytest.mark.acceptance("E2", "F-empacts", "trap-19", "trap-20")
def test_checks_and_shutdown(graph: Recording) -> None:
    group = target_group(graph).inputs
    check = group["healthCheck"]
    assert check["path"] == "/health"
    assert (check["interval"], check["timeout"]) == (10, 5)
    assert (check["healthyThreshold"], check["unhealthyThreshold"]) == (2, 3)
    assert service(graph).inputs["healthCheckGracePeriodSeconds"] == 60
    assert group["deregistrationDelay"] == 30
    main = container(graph, TASK)
    assert main["stopTimeout"] == 40
    # A check of the container on /health, which asks both stores, would restart every task.
    assert "healthCheck" not in main


@pytest.mark.acceptance("E3")
def test_environment(production: Recording) -> None:
    assert variables(production, TASK) == {
        "NODE_ENV": "production",
        "PORT": "3000",
        "JWT_EXPIRES_IN": "24h",
        "LOG_LEVEL": "info",
        "APP_VERSION": "1.0.0",
        "ASSETS_URL": "https://assets.empacts.example.com",
    }


@pytest.mark.acceptance("E3", "trap-1", "trap-2", "trap-39")
def test_urls_and_keys_come_from_secrets_manager(graph: Recording) -> None:
    assert secrets(graph, TASK) == {
        "DATABASE_URL": reference(graph, "empacts-database", "url"),
        "DATABASE_READER_URL": reference(graph, "empacts-database", "reader_url"),
        "REDIS_URL": reference(graph, "empacts-cache", "url"),
        "JWT_SECRET": reference(graph, "empacts-jwt-secret"),
        "EMAIL_SERVICE_API_KEY": reference(graph, "empacts-email-service-api-key"),
        "SMS_SERVICE_API_KEY": reference(graph, "empacts-sms-service-api-key"),
        "PAYMENT_GATEWAY_KEY": reference(graph, "empacts-payment-gateway-key"),
        "SENTRY_DSN": reference(graph, "empacts-sentry-dsn"),
    }


@pytest.mark.acceptance("E3")
def test_provided_secrets_are_those_of_the_configuration(graph: Recording) -> None:
    for variable in (
        "EMAIL_SERVICE_API_KEY",
        "SMS_SERVICE_API_KEY",
        "PAYMENT_GATEWAY_KEY",
        "SENTRY_DSN",
    ):
        name = f"empacts-{variable.lower().replace('_', '-')}"
        version = graph.one("SecretVersion", f"{name}-version")
        assert version.inputs["secretString"] == f"sandbox-value-of-slipway.empacts.{variable}"
        assert "secretString" in version.secret_inputs
        assert f"{name}-value" not in [each.name for each in graph.of_type("RandomPassword")]
    drawn = graph.one("RandomPassword", "empacts-jwt-secret-value").outputs["result"]
    version = graph.one("SecretVersion", "empacts-jwt-secret-version")
    assert version.inputs["secretString"] == drawn


ALARMS = {
    "high-error-rate": Seen(
        metrics={"errors": ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum")},
        expression="errors / PERIOD(errors)",
        condition=("GreaterThanThreshold", 0.1),
        minutes=2,
        severity="critical",
    ),
    "high-error-ratio": Seen(
        metrics={
            "errors": ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum"),
            "requests": ("AWS/ApplicationELB", "RequestCount", "Sum"),
        },
        expression="100 * FILL(errors, 0) / requests",
        condition=("GreaterThanThreshold", 10),
        minutes=2,
        severity="critical",
    ),
    "high-response-time": Seen(
        metrics={"value": ("AWS/ApplicationELB", "TargetResponseTime", "p95")},
        expression=None,
        # CloudWatch counts seconds, and so does the guide.
        condition=("GreaterThanThreshold", 2),
        minutes=5,
        severity="warning",
    ),
}


@pytest.mark.acceptance("E7", "trap-32")
@pytest.mark.parametrize("alarm", ALARMS)
def test_alarms_of_the_guide(graph: Recording, alarm: str) -> None:
    name = f"empacts-monitoring-{alarm}"
    assert seen(graph, name) == ALARMS[alarm]
    assert dimensions(graph, name) == {
        "LoadBalancer": graph.one("aws:lb/loadBalancer:LoadBalancer").outputs["arnSuffix"],
        "TargetGroup": target_group(graph).outputs["arnSuffix"],
    }
    inputs = graph.one("MetricAlarm", name).inputs
    topic = graph.one("Topic", "empacts-monitoring-topic").outputs["arn"]
    assert inputs["alarmActions"] == inputs["okActions"] == [topic]
    assert inputs["treatMissingData"] == "notBreaching"
    assert "Team: platform." in inputs["alarmDescription"]
    assert inputs["alarmDescription"].endswith(f"/{alarm}.md")


@pytest.mark.acceptance("E7")
def test_dashboard_and_logs(graph: Recording) -> None:
    body = graph.one("Dashboard", "empacts-monitoring-dashboard").inputs["dashboardBody"]
    assert charted(json.loads(body)) >= {
        ("AWS/ApplicationELB", "TargetResponseTime", "p95"),
        ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum"),
        ("AWS/ApplicationELB", "RequestCount", "Sum"),
        ("AWS/ECS", "CPUUtilization", "Average"),
        ("AWS/ECS", "MemoryUtilization", "Average"),
        ("AWS/RDS", "FreeStorageSpace", "Average"),
        ("AWS/RDS", "ReadLatency", "Average"),
        ("AWS/RDS", "DatabaseConnections", "Average"),
    }
    instance = graph.one(INSTANCE, "empacts-database-instance").inputs
    # Single slow queries are Performance Insights' matter.
    assert instance["performanceInsightsEnabled"] is True
    log = container(graph, TASK)["logConfiguration"]
    assert log["options"]["awslogs-group"] == graph.one("LogGroup", f"{TASK}-logs").outputs["name"]


@pytest.mark.acceptance("E8", "trap-34")
def test_tasks_and_stores_are_in_private_subnets(graph: Recording) -> None:
    def subnets(tier: str) -> list[str]:
        return sorted(each.id for each in graph.of_type("Subnet") if f"-{tier}-" in each.name)

    network = service(graph).inputs["networkConfiguration"]
    assert network["assignPublicIp"] is False
    assert sorted(network["subnets"]) == subnets("private")
    for store in ("aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"):
        [group] = [each for each in graph.of_type(store) if each.name.startswith("empacts-")]
        assert sorted(group.inputs["subnetIds"]) == subnets("isolated")


@pytest.mark.acceptance("E8")
def test_roles_may_do_no_more_than_they_must(production: Recording) -> None:
    assert policy_statements(production, f"{TASK}-task") == []
    execution = {each["Sid"]: each for each in policy_statements(production, f"{TASK}-execution")}
    assert set(execution) == {
        "SignInToRegistry",
        "PullImage",
        "WriteOwnLog",
        "ReadOwnSecrets",
        "DecryptSecrets",
    }
    assert sorted(execution["ReadOwnSecrets"]["Resource"]) == sorted(
        production.one(SECRET, f"{each}-secret").outputs["arn"]
        for each in (*OWN_SECRETS, "empacts-database", "empacts-cache")
    )
