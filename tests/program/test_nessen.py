"""Nessen as its guide demands it, in the registered graph; IDs are those of docs/acceptance.md."""

import json

import pytest

from tests.program.conftest import (
    container,
    policy_statements,
    reference,
    secrets,
    variables,
    waits_for,
)
from tools.recording.recorder import Recording, Resource

TASK = "nessen-runtime"


def service(graph: Recording) -> Resource:
    return graph.one("aws:ecs/service:Service", f"{TASK}-service")


def target_group(graph: Recording) -> Resource:
    return graph.one("TargetGroup", f"{TASK}-route-tg")


@pytest.mark.acceptance("D1", "trap-36", "trap-37")
def test_image_user_and_port(graph: Recording) -> None:
    main = container(graph, TASK)
    assert main["image"] == "111122223333.dkr.ecr.us-east-1.amazonaws.com/nessen-runtime:1.1.0"
    assert main["user"] == "1001"
    assert main["command"] == ["node", "dist/server.js"]
    assert main["portMappings"] == [
        {"name": "http", "containerPort": 3000, "hostPort": 3000, "protocol": "tcp"}
    ]


@pytest.mark.acceptance("D2", "F-nessen", "trap-25", "trap-34")
def test_task_of_fargate_with_roles_and_log(graph: Recording) -> None:
    task = graph.one("TaskDefinition", f"{TASK}-task").inputs
    assert (task["cpu"], task["memory"]) == ("512", "1024")
    assert task["requiresCompatibilities"] == ["FARGATE"]
    assert task["networkMode"] == "awsvpc"
    # The guide's task definition has no execution role and could neither pull nor write.
    assert task["executionRoleArn"] == graph.one("Role", f"{TASK}-execution").outputs["arn"]
    group = graph.one("LogGroup", f"{TASK}-logs")
    log = container(graph, TASK)["logConfiguration"]
    assert log["logDriver"] == "awslogs"
    assert log["options"]["awslogs-group"] == group.outputs["name"]
    assert log["options"]["awslogs-region"] == "us-east-1"


@pytest.mark.acceptance("D2", "trap-34")
def test_tasks_have_no_address_on_the_internet(graph: Recording) -> None:
    network = service(graph).inputs["networkConfiguration"]
    private = [each for each in graph.of_type("Subnet") if "-private-" in each.name]
    assert network["assignPublicIp"] is False
    assert sorted(network["subnets"]) == sorted(each.id for each in private)


@pytest.mark.acceptance("D2", "F-nessen", "trap-35")
def test_container_check_without_curl(graph: Recording) -> None:
    check = container(graph, TASK)["healthCheck"]
    assert (check["interval"], check["timeout"]) == (30, 5)
    assert (check["retries"], check["startPeriod"]) == (3, 10)
    assert check["command"][:3] == ["CMD", "node", "-e"]
    assert '"port": 3000, "path": "/health"' in check["command"][-1]


@pytest.mark.acceptance("D4", "F-nessen")
def test_three_to_ten_tasks(production: Recording) -> None:
    assert service(production).inputs["desiredCount"] == 3
    assert service(production).ignore_changes == ("desiredCount",)
    target = production.one("aws:appautoscaling/target:Target", f"{TASK}-scaling").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (3, 10)
    for policy, metric, percent in (
        ("cpu", "ECSServiceAverageCPUUtilization", 70),
        ("memory", "ECSServiceAverageMemoryUtilization", 80),
    ):
        aim = production.one("aws:appautoscaling/policy:Policy", f"{TASK}-{policy}").inputs[
            "targetTrackingScalingPolicyConfiguration"
        ]
        assert aim["predefinedMetricSpecification"] == {"predefinedMetricType": metric}
        assert aim["targetValue"] == percent


@pytest.mark.acceptance("D3", "F-nessen")
def test_check_of_the_load_balancer(graph: Recording) -> None:
    check = target_group(graph).inputs["healthCheck"]
    assert check["path"] == "/ready"
    assert (check["interval"], check["timeout"]) == (5, 3)
    assert (check["healthyThreshold"], check["unhealthyThreshold"]) == (2, 2)
    assert service(graph).inputs["healthCheckGracePeriodSeconds"] == 30


@pytest.mark.acceptance("D3", "D5", "D11", "F-nessen", "trap-19")
def test_a_leaving_task_ends_its_requests_and_then_itself(graph: Recording) -> None:
    assert target_group(graph).inputs["deregistrationDelay"] == 30
    # The guide's 30 s of drain, and 10 s that the guide does not have.
    assert container(graph, TASK)["stopTimeout"] == 40


@pytest.mark.acceptance("D3", "D11", "trap-40")
def test_the_new_version_starts_beside_the_old_one(production: Recording) -> None:
    rollout = service(production).inputs
    assert rollout["deploymentMinimumHealthyPercent"] == 100
    # Of 3 tasks 134 % are 4: one more, and none less.
    assert rollout["deploymentMaximumPercent"] == 134
    assert rollout["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert rollout["waitForSteadyState"] is True


@pytest.mark.acceptance("D5", "trap-46")
def test_headers_of_every_answer(graph: Recording) -> None:
    listener = graph.one("Listener", "platform-edge-https").inputs
    headers = {
        key.removeprefix("routingHttpResponse").removesuffix("HeaderValue"): value
        for key, value in listener.items()
        if key.startswith("routingHttpResponse")
    }
    # X-XSS-Protection is obsolete, and a content security policy is a choice.
    assert headers == {
        "StrictTransportSecurity": "max-age=31536000; includeSubDomains",
        "XFrameOptions": "DENY",
        "XContentTypeOptions": "nosniff",
    }
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"


@pytest.mark.acceptance("D5", "trap-18")
@pytest.mark.parametrize("environment", ["production", "staging"])
def test_its_host_leads_to_it(environment: str, request: pytest.FixtureRequest) -> None:
    graph: Recording = request.getfixturevalue(environment)
    host = {"production": "nessen.example.com", "staging": "nessen.staging.example.com"}[
        environment
    ]
    rule = graph.one("ListenerRule", f"{TASK}-route-forward-1").inputs
    assert rule["conditions"] == [
        {"hostHeader": {"values": [host]}},
        {"pathPattern": {"values": ["/*"]}},
    ]
    assert rule["actions"][0]["targetGroupArn"] == target_group(graph).outputs["arn"]
    assert graph.stack_outputs["urls"]["nessen"] == f"https://{host}"


@pytest.mark.acceptance("D5", "trap-17")
def test_a_hundred_requests_a_second_from_one_address(production: Recording) -> None:
    rules = {rule["name"]: rule for rule in production.one("WebAcl").inputs["rules"]}
    own = rules["rate-limit-nessen_example_com"]
    limit = own["statement"]["rateBasedStatement"]
    assert own["action"] == {"block": {}}
    assert limit["aggregateKeyType"] == "IP"
    assert (limit["limit"], limit["evaluationWindowSec"]) == (30000, 300)
    assert limit["scopeDownStatement"]["byteMatchStatement"]["searchString"] == "nessen.example.com"
    # The general limit of 2000 would refuse an address before it has sent seven a second.
    general = rules["rate-limit"]["statement"]["rateBasedStatement"]["scopeDownStatement"]
    assert "nessen.example.com" in json.dumps(general["notStatement"])


@pytest.mark.acceptance("D6", "trap-24")
def test_environment(production: Recording) -> None:
    assert variables(production, TASK) == {
        "NODE_ENV": "production",
        "PORT": "3000",
        "MAX_BODY_SIZE": "1048576",
        "REQUEST_TIMEOUT": "30000",
        "MAX_HEADER_SIZE": "16384",
        "MAX_URL_LENGTH": "8192",
        "NODE_OPTIONS": "--max-old-space-size=384",
        "LOG_LEVEL": "info",
        "UV_THREADPOOL_SIZE": "16",
    }


@pytest.mark.acceptance("D6", "trap-44")
def test_open_files_and_kernel_parameters(graph: Recording) -> None:
    main = container(graph, TASK)
    assert main["ulimits"] == [{"name": "nofile", "softLimit": 65536, "hardLimit": 65536}]
    assert {each["namespace"]: each["value"] for each in main["systemControls"]} == {
        "net.core.somaxconn": "4096",
        "net.ipv4.tcp_max_syn_backlog": "4096",
        "net.ipv4.ip_local_port_range": "1024 65535",
    }


@pytest.mark.acceptance("D7", "trap-1", "trap-39")
def test_secrets_are_drawn_and_named_by_version(graph: Recording) -> None:
    # A new value is a new version, which is a new task definition and so a rollout.
    assert secrets(graph, TASK) == {
        "JWT_SECRET": reference(graph, "nessen-jwt-secret"),
        "API_KEY": reference(graph, "nessen-api-key"),
    }
    for secret in ("nessen-jwt-secret", "nessen-api-key"):
        drawn = graph.one("RandomPassword", f"{secret}-value").outputs["result"]
        version = graph.one("SecretVersion", f"{secret}-version")
        assert version.inputs["secretString"] == drawn
        assert "secretString" in version.secret_inputs
    [reads] = [
        statement
        for statement in policy_statements(graph, f"{TASK}-execution")
        if statement["Action"] == "secretsmanager:GetSecretValue"
    ]
    assert sorted(reads["Resource"]) == sorted(
        graph.one("aws:secretsmanager/secret:Secret", f"{secret}-secret").outputs["arn"]
        for secret in ("nessen-jwt-secret", "nessen-api-key")
    )


@pytest.mark.acceptance("D8", "trap-30")
def test_the_load_balancer_gets_in_and_only_https_gets_out(graph: Recording) -> None:
    own = graph.one("SecurityGroup", f"{TASK}-security-group").id
    balancer = graph.one("SecurityGroup", "platform-edge-security-group").id
    [into] = [
        rule.inputs
        for rule in graph.of_type("SecurityGroupIngressRule")
        if rule.inputs["securityGroupId"] == own
    ]
    assert into["referencedSecurityGroupId"] == balancer
    assert (into["ipProtocol"], into["fromPort"], into["toPort"]) == ("tcp", 3000, 3000)
    # It binds no database, so there is no way to one (the guide opens 5432 and forgets the rest).
    [out] = [
        rule.inputs
        for rule in graph.of_type("SecurityGroupEgressRule")
        if rule.inputs["securityGroupId"] == own
    ]
    assert (out["ipProtocol"], out["fromPort"], out["toPort"]) == ("tcp", 443, 443)


@pytest.mark.acceptance("D9", "trap-33")
def test_metrics_are_denied_before_anything_is_forwarded(graph: Recording) -> None:
    deny = graph.one("ListenerRule", f"{TASK}-route-deny-1").inputs
    forward = graph.one("ListenerRule", f"{TASK}-route-forward-1").inputs
    assert deny["priority"] < forward["priority"]
    assert deny["conditions"][0] == forward["conditions"][0]
    assert deny["conditions"][1]["pathPattern"]["values"] == ["/metrics", "/metrics/*"]
    assert deny["actions"][0]["fixedResponse"]["statusCode"] == "403"


@pytest.mark.acceptance("D11")
def test_it_waits_for_nobody(graph: Recording) -> None:
    assert not [name for name in waits_for(graph, service(graph)) if name.endswith("-run")]
