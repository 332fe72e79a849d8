"""REST API as its guide demands it, in the registered graph; IDs as in docs/acceptance.md."""

import pytest

from tests.program.conftest import (
    container,
    policy_statements,
    reference,
    secrets,
    variables,
    waits_for,
    ways_in,
)
from tests.program.rest_api import TASK, cache, database, service
from tools.recording.recorder import Recording


@pytest.mark.acceptance("C1", "trap-15")
def test_load_balancer_then_tasks_then_data_stores(graph: Recording) -> None:
    assert {
        group: ways_in(graph, group)
        for group in (TASK, "rest-api-bootstrap", "rest-api-database", "rest-api-cache")
    } == {
        TASK: {("platform-edge", 3000)},
        "rest-api-bootstrap": set(),
        "rest-api-database": {("rest-api-bootstrap", 5432), (TASK, 5432)},
        "rest-api-cache": {(TASK, 6379)},
    }


@pytest.mark.acceptance("C1", "C7", "F-rest-api")
def test_three_tasks_and_no_autoscaling(production: Recording) -> None:
    running = service(production)
    assert running.inputs["desiredCount"] == 3
    assert running.ignore_changes == ()
    scaled = [each.name for each in production.of_type("aws:appautoscaling/target:Target")]
    assert [name for name in scaled if name.startswith("rest-api")] == []


@pytest.mark.acceptance("C6", "C7", "C11", "F-rest-api", "trap-25", "trap-35", "trap-36")
def test_container(graph: Recording) -> None:
    task = graph.one("TaskDefinition", f"{TASK}-task").inputs
    assert (task["cpu"], task["memory"]) == ("512", "1024")
    main = container(graph, TASK)
    assert main["image"] == "111122223333.dkr.ecr.us-east-1.amazonaws.com/rest-api:1.0.0"
    assert main["command"] == ["node", "dist/app.js"]
    assert main["user"] == "1001:1001"
    assert [each["containerPort"] for each in main["portMappings"]] == [3000]
    assert main["readonlyRootFilesystem"] is False  # logs and uploads on the task's own disk
    check = main["healthCheck"]
    assert (check["interval"], check["timeout"]) == (30, 3)
    assert (check["retries"], check["startPeriod"]) == (3, 5)
    assert check["command"][:2] == ["CMD", "node"]
    assert '"port": 3000, "path": "/health"}' in check["command"][-1]


@pytest.mark.acceptance("F-rest-api", "trap-19", "trap-22")
def test_times_of_start_and_end(graph: Recording) -> None:
    assert service(graph).inputs["healthCheckGracePeriodSeconds"] == 60
    assert graph.one("TargetGroup", f"{TASK}-route-tg").inputs["deregistrationDelay"] == 30
    assert container(graph, TASK)["stopTimeout"] == 40


@pytest.mark.acceptance("C8", "trap-2", "trap-3", "trap-4", "trap-14")
def test_environment_contract(production: Recording) -> None:
    assert variables(production, TASK) == {
        "NODE_ENV": "production",
        "PORT": "3000",
        "API_VERSION": "v1",
        "DB_HOST": database(production).outputs["address"],
        "DB_PORT": "5432",
        "DB_NAME": "rest_api_db",
        "DB_USERNAME": "rest_api_user",
        "REDIS_HOST": cache(production).outputs["primaryEndpointAddress"],
        "REDIS_PORT": "6379",
        "REDIS_TLS": "true",
        "JWT_EXPIRES_IN": "15m",
        "JWT_ISSUER": "rest-api",
        "JWT_AUDIENCE": "api-users",
        "EMAIL_SERVICE_URL": "https://api.mailgun.net/v3",
        "LOG_LEVEL": "info",
        "ENABLE_REQUEST_LOGGING": "true",
        "ALLOWED_ORIGINS": "https://rest.example.com",
        "RATE_LIMIT_WINDOW_MS": "900000",
        "RATE_LIMIT_MAX_REQUESTS": "100",
        "AUTH_RATE_LIMIT_MAX": "10",
        "MAX_FILE_SIZE": "10485760",
        "UPLOAD_DIRECTORY": "./uploads",
        "UPLOAD_BUCKET": production.one("aws:s3/bucket:Bucket", "rest-api-objects-bucket").outputs[
            "bucket"
        ],
        "UPLOAD_REGION": "us-east-1",
        "BCRYPT_SALT_ROUNDS": "12",
        "SESSION_TIMEOUT": "86400",
    }


@pytest.mark.acceptance("C9", "trap-1", "trap-4")
def test_seven_secrets_come_from_secrets_manager(graph: Recording) -> None:
    assert secrets(graph, TASK) == {
        "DB_PASSWORD": reference(graph, "rest-api-database", "password"),
        "REDIS_PASSWORD": reference(graph, "rest-api-cache", "auth_token"),
        "JWT_SECRET": reference(graph, "rest-api-jwt-secret"),
        "JWT_REFRESH_SECRET": reference(graph, "rest-api-jwt-refresh-secret"),
        "ENCRYPTION_KEY": reference(graph, "rest-api-encryption-key"),
        "EMAIL_API_KEY": reference(graph, "rest-api-email-api-key"),
        "SENTRY_DSN": reference(graph, "rest-api-sentry-dsn"),
    }


@pytest.mark.acceptance("C9", "trap-1")
def test_secrets_are_drawn_or_provided_and_never_in_clear(graph: Recording) -> None:
    # Letters and digits, one byte each: a cipher's key of 32 bytes.
    drawn = graph.one("RandomPassword", "rest-api-encryption-key-value").inputs
    assert (drawn["length"], drawn["special"]) == (32, False)
    assert graph.one("RandomPassword", "rest-api-jwt-secret-value").inputs["length"] == 48
    names = {each.name for each in graph.of_type("RandomPassword")}
    for provided in ("email-api-key", "sentry-dsn"):
        assert f"rest-api-{provided}-value" not in names
        version = graph.one("SecretVersion", f"rest-api-{provided}-version")
        assert "secretString" in version.secret_inputs


@pytest.mark.acceptance("C10", "F-rest-api", "trap-18", "trap-33")
def test_traffic_follows_readiness_and_metrics_are_for_the_inside(
    production: Recording, staging: Recording
) -> None:
    for graph, host in ((production, "rest.example.com"), (staging, "rest.staging.example.com")):
        group = graph.one("TargetGroup", f"{TASK}-route-tg").inputs
        check = group["healthCheck"]
        assert (check["path"], check["matcher"]) == ("/health/ready", "200-299")
        assert (check["interval"], check["timeout"]) == (10, 5)
        assert (check["healthyThreshold"], check["unhealthyThreshold"]) == (2, 3)
        deny = graph.one("ListenerRule", f"{TASK}-route-deny-1").inputs
        forward = graph.one("ListenerRule", f"{TASK}-route-forward-1").inputs
        assert deny["priority"] < forward["priority"]
        assert deny["conditions"] == [
            {"hostHeader": {"values": [host]}},
            {"pathPattern": {"values": ["/health/metrics", "/health/metrics/*"]}},
        ]
        assert deny["actions"][0]["fixedResponse"]["statusCode"] == "403"
        assert forward["conditions"] == [
            {"hostHeader": {"values": [host]}},
            {"pathPattern": {"values": ["/*"]}},
        ]
        assert graph.stack_outputs["urls"]["rest-api"] == f"https://{host}"


@pytest.mark.acceptance("trap-16")
def test_the_certificate_is_issued_by_dns_before_anybody_listens(production: Recording) -> None:
    certificate = production.one("Certificate", "platform-edge-certificate")
    assert certificate.inputs["validationMethod"] == "DNS"
    assert "rest.example.com" in certificate.inputs["subjectAlternativeNames"]
    listener = production.one("Listener", "platform-edge-https")
    assert listener.inputs["certificateArn"] == certificate.outputs["arn"]
    assert {
        "platform-edge-certificate-issued",
        "platform-edge-certificate-proof-rest.example.com",
    } <= waits_for(production, listener)


@pytest.mark.acceptance("C8", "trap-14")
def test_uploads_go_to_a_bucket_by_the_tasks_role(production: Recording) -> None:
    bucket = production.one("aws:s3/bucket:Bucket", "rest-api-objects-bucket").outputs["arn"]
    statements = policy_statements(production, f"{TASK}-task")
    assert {each["Resource"] for each in statements if each["Sid"] != "Key"} == {
        bucket,
        f"{bucket}/*",
    }
    assert production.of_type("AccessKey") == []


@pytest.mark.acceptance("trap-17")
def test_the_firewall_stands_behind_the_applications_own_limit(production: Recording) -> None:
    rules = {rule["name"]: rule for rule in production.one("WebAcl").inputs["rules"]}
    limit = rules["rate-limit-rest_example_com"]["statement"]["rateBasedStatement"]
    assert (limit["limit"], limit["evaluationWindowSec"]) == (2000, 600)
    assert limit["scopeDownStatement"]["byteMatchStatement"]["searchString"] == "rest.example.com"
