"""Who reaches which service of Nx, and how; IDs are those of docs/acceptance.md."""

import pytest

from tests.program.conftest import container, waits_for, ways_in
from tests.program.nx import PRIVATE, SERVICES, service
from tools.recording.recorder import Recording


@pytest.mark.acceptance("B1", "B3", "B11", "F-nx-web-portal", "F-nx-api-gateway", "trap-18")
def test_the_gateway_is_asked_before_the_portal_and_what_is_denied_first(
    production: Recording, staging: Recording
) -> None:
    for graph, host in ((production, "nx.example.com"), (staging, "nx.staging.example.com")):
        rules = sorted(
            (each for each in graph.of_type("ListenerRule") if each.name.startswith("nx-")),
            key=lambda rule: rule.inputs["priority"],
        )
        assert [
            (rule.name, rule.inputs["conditions"][1]["pathPattern"]["values"]) for rule in rules
        ] == [
            ("nx-api-gateway-route-deny-1", ["/api/metrics", "/api/metrics/*"]),
            ("nx-api-gateway-route-forward-1", ["/api", "/api/*"]),
            ("nx-web-portal-route-deny-1", ["/metrics", "/metrics/*"]),
            ("nx-web-portal-route-forward-1", ["/*"]),
        ]
        assert {rule.inputs["conditions"][0]["hostHeader"]["values"][0] for rule in rules} == {host}
        # The path reaches the service as it is.
        assert [rule.name for rule in rules if rule.inputs.get("transforms")] == []
        for name in ("web-portal", "api-gateway"):
            group = graph.one("TargetGroup", f"nx-{name}-route-tg")
            rule = graph.one("ListenerRule", f"nx-{name}-route-forward-1").inputs
            assert rule["actions"] == [{"type": "forward", "targetGroupArn": group.outputs["arn"]}]
            deny = graph.one("ListenerRule", f"nx-{name}-route-deny-1").inputs["actions"]
            assert deny[0]["fixedResponse"]["statusCode"] == "403"


@pytest.mark.acceptance("B1", "F-nx-file-service", "F-nx-worker-service")
def test_private_services_are_on_no_load_balancer(graph: Recording) -> None:
    groups = {each.name for each in graph.of_type("TargetGroup")}
    for name in PRIVATE:
        assert f"nx-{name}-route-tg" not in groups
        assert service(graph, name).inputs["loadBalancers"] == []
    for name in ("web-portal", "api-gateway"):
        [attached] = service(graph, name).inputs["loadBalancers"]
        group = graph.one("TargetGroup", f"nx-{name}-route-tg")
        assert attached["targetGroupArn"] == group.outputs["arn"]
    for name in SERVICES:
        assert service(graph, name).inputs["networkConfiguration"]["assignPublicIp"] is False


@pytest.mark.acceptance("B1", "trap-29")
def test_who_may_connect_to_whom(graph: Recording) -> None:
    assert {
        group: ways_in(graph, f"nx-{group}")
        for group in (*SERVICES, "bootstrap", "migration", "database", "cache", "queue")
    } == {
        "web-portal": {("platform-edge", 3000)},
        "api-gateway": {("platform-edge", 3000)},
        "file-service": {("nx-api-gateway", 3001)},
        "worker-service": set(),
        "bootstrap": set(),
        "migration": set(),
        "database": {
            ("nx-bootstrap", 5432),
            ("nx-migration", 5432),
            ("nx-api-gateway", 5432),
            ("nx-file-service", 5432),
            ("nx-worker-service", 5432),
        },
        "cache": {("nx-migration", 6379), ("nx-api-gateway", 6379)},
        "queue": {("nx-migration", 5671), ("nx-api-gateway", 5671), ("nx-worker-service", 5671)},
    }


@pytest.mark.acceptance("B1", "F-nx-file-service", "trap-29")
def test_calls_to_the_file_service_are_balanced_one_by_one(graph: Recording) -> None:
    namespace = graph.one("HttpNamespace", "platform-fargate-namespace").outputs["arn"]
    server = service(graph, "file-service").inputs["serviceConnectConfiguration"]
    assert server["namespace"] == namespace
    assert server["services"] == [
        {
            "portName": "grpc",
            "discoveryName": "nx-file-service",
            "clientAlias": [{"dnsName": "nx-file-service", "port": 3001}],
        }
    ]
    [port] = container(graph, "nx-file-service")["portMappings"]
    assert (port["name"], port["appProtocol"]) == ("grpc", "grpc")
    client = service(graph, "api-gateway").inputs["serviceConnectConfiguration"]
    assert (client["enabled"], client["namespace"]) == (True, namespace)
    assert "services" not in client
    for name in ("web-portal", "worker-service"):
        assert "serviceConnectConfiguration" not in service(graph, name).inputs


@pytest.mark.acceptance("B1", "trap-29")
def test_the_gateway_waits_for_the_service_that_it_calls(graph: Recording) -> None:
    """A client knows only the servers that were there when its tasks started."""
    called = "nx-file-service-service"
    assert called in waits_for(graph, service(graph, "api-gateway"))
    assert called not in waits_for(graph, service(graph, "web-portal"))


@pytest.mark.acceptance("B11", "trap-15", "trap-16")
def test_edge(production: Recording) -> None:
    certificate = production.one("Certificate", "platform-edge-certificate")
    assert certificate.inputs["validationMethod"] == "DNS"
    assert "nx.example.com" in certificate.inputs["subjectAlternativeNames"]
    assert production.stack_outputs["urls"]["nx"] == "https://nx.example.com"
    listener = production.one("Listener", "platform-edge-https").inputs
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    balancer = production.one("aws:lb/loadBalancer:LoadBalancer").inputs
    assert balancer["enableHttp2"] is True
    rules = {rule["name"]: rule for rule in production.one("WebAcl").inputs["rules"]}
    assert rules["rate-limit"]["statement"]["rateBasedStatement"]["limit"] == 2000
    # An upload is larger than what AWS's own rule lets through: it is counted, not refused.
    assert rules["common"]["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"] == [
        {"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}
    ]
