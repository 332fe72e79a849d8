"""Nx as its guide demands it, in the registered graph; IDs are those of docs/acceptance.md."""

import pytest

from tests.program.conftest import container, reference, secrets, variables
from tests.program.nx import PRIVATE, SERVICES, broker, database, objects, service
from tools.recording.recorder import Recording

REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
POOL = {
    "DATABASE_POOL_MAX": "20",
    "DATABASE_POOL_MIN": "5",
    "DATABASE_POOL_IDLE_MILLISECONDS": "30000",
    "DATABASE_CONNECT_TIMEOUT_MILLISECONDS": "2000",
}


def to_database(graph: Recording) -> dict[str, str]:
    """What each service with the database is told of it."""
    return {
        "DATABASE_HOST": database(graph).outputs["address"],
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "nx_production",
        "DATABASE_USER": "nx_user",
        **POOL,
    }


def to_queue(graph: Recording) -> dict[str, str]:
    """What each service with the queue is told of it."""
    [instance] = broker(graph).outputs["instances"]
    return {
        "RABBITMQ_HOST": instance["endpoints"][0].removeprefix("amqps://").removesuffix(":5671"),
        "RABBITMQ_PORT": "5671",
        "RABBITMQ_PROTOCOL": "amqps",
        "RABBITMQ_USER": "admin",
    }


@pytest.mark.acceptance(
    "F-nx-web-portal",
    "F-nx-api-gateway",
    "F-nx-file-service",
    "F-nx-worker-service",
    "B2",
    "trap-25",
)
@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("web-portal", ("512", "1024")),
        ("api-gateway", ("1024", "2048")),
        ("file-service", ("512", "1024")),
        ("worker-service", ("512", "1024")),
    ],
)
def test_sizes_of_fargate(graph: Recording, name: str, size: tuple[str, str]) -> None:
    task = graph.one("TaskDefinition", f"nx-{name}-task").inputs
    assert (task["cpu"], task["memory"]) == size
    assert task["requiresCompatibilities"] == ["FARGATE"]


@pytest.mark.acceptance(
    "F-nx-web-portal", "F-nx-api-gateway", "F-nx-file-service", "F-nx-worker-service", "B2"
)
@pytest.mark.parametrize(
    ("name", "tasks", "most"),
    [
        ("web-portal", 2, None),
        ("api-gateway", 3, 4),
        ("file-service", 2, None),
        ("worker-service", 2, 6),
    ],
)
def test_numbers_of_tasks(production: Recording, name: str, tasks: int, most: int | None) -> None:
    """Two fixed numbers, and two that the autoscaler owns after the first deploy."""
    running = service(production, name)
    assert running.inputs["desiredCount"] == tasks
    assert running.ignore_changes == (() if most is None else ("desiredCount",))
    bounds = [
        (each.inputs["minCapacity"], each.inputs["maxCapacity"])
        for each in production.of_type("aws:appautoscaling/target:Target")
        if each.name == f"nx-{name}-scaling"
    ]
    assert bounds == ([] if most is None else [(tasks, most)])


@pytest.mark.acceptance("B1", "B4", "trap-36", "trap-37")
@pytest.mark.parametrize(
    ("name", "image", "command", "ports"),
    [
        ("web-portal", "nx-web", None, [("http", 3000)]),
        ("api-gateway", "nx-api", "dist/apps/api-gateway/main.js", [("http", 3000)]),
        ("file-service", "nx-file", "dist/apps/file-service/main.js", [("grpc", 3001)]),
        ("worker-service", "nx-worker", "dist/apps/worker-service/main.js", []),
    ],
)
def test_containers(
    graph: Recording, name: str, image: str, command: str | None, ports: list[tuple[str, int]]
) -> None:
    main = container(graph, f"nx-{name}")
    assert main["image"] == f"{REGISTRY}/{image}:1.0.0"
    assert main.get("command") == (None if command is None else ["node", command])
    assert [(each["name"], each["containerPort"]) for each in main.get("portMappings", [])] == ports


@pytest.mark.acceptance("B9", "trap-2")
def test_the_portal_needs_no_data_store(production: Recording) -> None:
    assert variables(production, "nx-web-portal") == {
        "NODE_ENV": "production",
        "PORT": "3000",
        "LOG_LEVEL": "info",
    }
    assert secrets(production, "nx-web-portal") == {}


@pytest.mark.acceptance("B4", "B5", "B6", "B7", "B9", "trap-2", "trap-3", "trap-10", "trap-13")
def test_environment_of_the_gateway(production: Recording) -> None:
    assert variables(production, "nx-api-gateway") == {
        "NODE_ENV": "production",
        "PORT": "3000",
        "JWT_EXPIRES_IN": "7d",
        "LOG_LEVEL": "info",
        "NODE_OPTIONS": "--max-old-space-size=768",
        **to_database(production),
        "REDIS_HOST": production.one("ReplicationGroup", "nx-cache-group").outputs[
            "primaryEndpointAddress"
        ],
        "REDIS_PORT": "6379",
        "REDIS_TLS": "true",
        **to_queue(production),
        "FILE_SERVICE_ADDRESS": "nx-file-service:3001",
    }


@pytest.mark.acceptance("B5", "B8", "B9", "trap-2", "trap-14")
def test_environment_of_the_file_service(production: Recording) -> None:
    assert variables(production, "nx-file-service") == {
        "NODE_ENV": "production",
        "PORT": "3001",
        "LOG_LEVEL": "info",
        **to_database(production),
        "MINIO_ENDPOINT": "s3.us-east-1.amazonaws.com",
        "MINIO_PORT": "443",
        "MINIO_USE_SSL": "true",
        "MINIO_BUCKET": objects(production).outputs["bucket"],
        "MINIO_REGION": "us-east-1",
    }


@pytest.mark.acceptance("B5", "B9", "trap-2", "trap-13")
def test_environment_of_the_worker(production: Recording) -> None:
    assert variables(production, "nx-worker-service") == {
        "NODE_ENV": "production",
        "LOG_LEVEL": "info",
        **to_database(production),
        **to_queue(production),
    }


@pytest.mark.acceptance("B10", "trap-1")
def test_secrets_come_from_secrets_manager(graph: Recording) -> None:
    password = {"DATABASE_PASSWORD": reference(graph, "nx-database", "password")}
    queue = {
        "RABBITMQ_PASSWORD": reference(graph, "nx-queue", "password"),
        "RABBITMQ_URL": reference(graph, "nx-queue", "url"),
    }
    assert secrets(graph, "nx-api-gateway") == {
        **password,
        **queue,
        "REDIS_PASSWORD": reference(graph, "nx-cache", "auth_token"),
        "JWT_SECRET": reference(graph, "nx-jwt-secret"),
    }
    assert secrets(graph, "nx-file-service") == password
    assert secrets(graph, "nx-worker-service") == {**password, **queue}


@pytest.mark.acceptance("F-nx-file-service", "B3", "trap-20", "trap-35")
def test_the_file_service_is_asked_inside_of_its_container(graph: Recording) -> None:
    check = container(graph, "nx-file-service")["healthCheck"]
    assert (check["interval"], check["timeout"], check["retries"]) == (30, 5, 3)
    assert check["command"][:2] == ["CMD", "node"]
    assert '"port": 3001, "path": "/health/live"' in check["command"][-1]


@pytest.mark.acceptance("F-nx-worker-service", "trap-29")
def test_the_worker_shows_by_a_heartbeat_that_it_works(graph: Recording) -> None:
    check = container(graph, "nx-worker-service")["healthCheck"]
    [kind, script] = check["command"]
    assert kind == "CMD-SHELL"
    assert "date -r /tmp/heartbeat" in script
    assert "-le 60" in script
    assert (check["interval"], check["timeout"], check["retries"]) == (30, 5, 3)
    assert check["startPeriod"] == 60


@pytest.mark.acceptance("F-nx-web-portal", "F-nx-api-gateway", "B3", "B12", "trap-21")
@pytest.mark.parametrize(
    ("name", "path", "interval"), [("web-portal", "/", 15), ("api-gateway", "/health/ready", 10)]
)
def test_checks_of_the_load_balancer(graph: Recording, name: str, path: str, interval: int) -> None:
    group = graph.one("TargetGroup", f"nx-{name}-route-tg").inputs
    check = group["healthCheck"]
    assert check["path"] == path
    assert (check["interval"], check["timeout"]) == (interval, 5)
    assert (check["healthyThreshold"], check["unhealthyThreshold"]) == (2, 3)
    [target] = graph.one("aws:ecs/service:Service", f"nx-{name}-service").inputs["loadBalancers"]
    assert target["containerPort"] == 3000
    assert group["loadBalancingAlgorithmType"] == "least_outstanding_requests"
    assert group["deregistrationDelay"] == 30
    assert "healthCheck" not in container(graph, f"nx-{name}")


@pytest.mark.acceptance("F-nx-web-portal", "F-nx-api-gateway", "trap-22")
@pytest.mark.parametrize("name", SERVICES)
def test_a_minute_to_start_behind_the_load_balancer(graph: Recording, name: str) -> None:
    grace = service(graph, name).inputs.get("healthCheckGracePeriodSeconds")
    assert grace == (None if name in PRIVATE else 60)


@pytest.mark.acceptance(
    "F-nx-web-portal", "F-nx-api-gateway", "F-nx-file-service", "F-nx-worker-service", "trap-19"
)
@pytest.mark.parametrize(
    ("name", "seconds"),
    [("web-portal", 40), ("api-gateway", 40), ("file-service", 40), ("worker-service", 120)],
)
def test_seconds_until_a_task_is_killed(graph: Recording, name: str, seconds: int) -> None:
    assert container(graph, f"nx-{name}")["stopTimeout"] == seconds


@pytest.mark.acceptance("B2", "F-nx-worker-service", "trap-29")
def test_the_worker_follows_the_messages_that_wait(graph: Recording) -> None:
    policy = graph.one("aws:appautoscaling/policy:Policy", "nx-worker-service-queue").inputs
    wanted = policy["targetTrackingScalingPolicyConfiguration"]
    assert wanted["targetValue"] == 100
    metrics = {each["id"]: each for each in wanted["customizedMetricSpecification"]["metrics"]}
    ready = metrics["ready"]["metricStat"]["metric"]
    assert (ready["namespace"], ready["metricName"]) == ("AWS/AmazonMQ", "MessageReadyCount")
    assert {each["name"]: each["value"] for each in ready["dimensions"]} == {
        "Broker": broker(graph).outputs["brokerName"],
        "VirtualHost": "/",
        "Queue": "jobs",
    }
    assert [each["expression"] for each in metrics.values() if each["returnData"]] == [
        "ready / IF(tasks < 1, 1, tasks)"
    ]


@pytest.mark.acceptance("trap-23")
def test_no_service_gives_tasks_back_at_once(graph: Recording) -> None:
    policies = {
        each.name: each.inputs["targetTrackingScalingPolicyConfiguration"]["scaleInCooldown"]
        for each in graph.of_type("aws:appautoscaling/policy:Policy")
    }
    assert {"aegisx-api-memory", "nx-api-gateway-cpu", "nx-worker-service-queue"} <= set(policies)
    assert set(policies.values()) == {300}
    assert [name for name in policies if name.startswith("nx-") and "memory" in name] == []


@pytest.mark.acceptance("B9", "B13")
@pytest.mark.parametrize("name", SERVICES)
def test_logs_go_to_cloudwatch_and_to_no_loki(graph: Recording, name: str) -> None:
    logs = container(graph, f"nx-{name}")["logConfiguration"]
    group = graph.one("LogGroup", f"nx-{name}-logs")
    assert logs["logDriver"] == "awslogs"
    assert logs["options"]["awslogs-group"] == group.outputs["name"]
    assert group.inputs["retentionInDays"] in (30, 90)
    assert "LOKI_URL" not in variables(graph, f"nx-{name}")
