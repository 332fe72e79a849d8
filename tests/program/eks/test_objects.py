"""What every object in the cluster must keep, in both stacks, whatever system it belongs to."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.kubernetes import kinds, matching, pod_security, references, rules
from sandbox.kubernetes.store import Store
from tests.program.eks.conftest import changed, run, section
from tests.program.eks.manifests import (
    CHECKSUM,
    Manifest,
    manifest,
    objects,
    of_kind,
    workloads,
)
from tests.support.pods import template_of
from tools.recording.recorder import Recording, Resource


def named(resource: Resource) -> Manifest:
    """The manifest of an object with the name that Pulumi draws where it has none."""
    return {**resource.inputs, "metadata": resource.outputs["metadata"]}


def key(value: Manifest) -> tuple[str, str]:
    return value["metadata"]["namespace"], value["metadata"]["name"]


def app(value: Manifest) -> tuple[str, str]:
    """Namespace and label `app` of a workload's pods."""
    labels = template_of(value)["metadata"]["labels"]
    return value["metadata"]["namespace"], labels["app"]


def selected(value: Manifest) -> tuple[str, str]:
    """Namespace and label `app` that a policy or a budget selects; "" for all."""
    selector = value["spec"].get("podSelector", value["spec"].get("selector"))
    return value["metadata"]["namespace"], selector.get("matchLabels", {}).get("app", "")


@pytest.fixture(params=["production", "staging", "scraped"])
def each_graph(request: pytest.FixtureRequest, _in_the_project: None) -> Recording:
    if request.param == "scraped":
        return request.getfixturevalue("scraped")
    return run(request.param, "eks")


def test_kubernetes_of_the_configured_version_takes_every_object(each_graph: Recording) -> None:
    """Strictly by the published schemas, with names, quantities and what no schema can say."""
    version = section("production", "slipway:eks")["version"]
    assert section("staging", "slipway:eks")["version"] == version
    assert each_graph.one("aws:eks/cluster:Cluster").inputs["version"] == version
    found = objects(each_graph)
    assert len(found) > 80
    refused = [
        f"{kind.name} {each.name}: {problem}"
        for each in found
        for kind in [kinds.BY_TOKEN[each.type]]
        for problem in rules.check(kind, named(each), version)
    ]
    assert refused == []


def test_all_that_objects_name_and_select_is_there(each_graph: Recording) -> None:
    """ConfigMaps, Secrets, accounts, port names; Services and policies find their pods."""
    cluster = Store()
    for each in objects(each_graph):
        cluster.add(kinds.BY_TOKEN[each.type], named(each))
    missing = [
        f"{each.name}: {problem}"
        for each in objects(each_graph)
        for problem in references.check(cluster, kinds.BY_TOKEN[each.type], named(each))
    ]
    assert missing == []
    assert [str(each) for each in matching.unmatched(cluster)] == []


def test_every_pod_meets_the_restricted_standard(each_graph: Recording) -> None:
    assert len(workloads(each_graph)) > 10
    forbidden = [
        f"{each.inputs['metadata']}: {problem}"
        for each in objects(each_graph)
        for kind in [kinds.BY_TOKEN[each.type]]
        if kind in kinds.WORKLOADS
        for problem in pod_security.check(kind, each.inputs)
    ]
    assert forbidden == []
    for namespace in of_kind(each_graph, "Namespace"):
        told = namespace["metadata"]["labels"]
        assert {
            told[f"pod-security.kubernetes.io/{mode}"] for mode in ("enforce", "audit", "warn")
        } == {"restricted"}


def test_no_pod_has_a_token_of_the_cluster(each_graph: Recording) -> None:
    for each in workloads(each_graph):
        spec = template_of(each)["spec"]
        assert spec["automountServiceAccountToken"] is False, each["metadata"]
        namespace, name = each["metadata"]["namespace"], spec["serviceAccountName"]
        account = manifest(each_graph, "ServiceAccount", namespace, name)
        assert account["automountServiceAccountToken"] is False


@pytest.mark.acceptance("trap-31")
def test_every_service_finds_pods_and_has_a_named_port(each_graph: Recording) -> None:
    pods = {
        app(each): {
            port[field]
            for container in each["spec"]["template"]["spec"]["containers"]
            for port in container.get("ports", [])
            for field in ("name", "containerPort")
        }
        for each in of_kind(each_graph, "Deployment")
    }
    services = of_kind(each_graph, "Service")
    assert len(services) >= 7
    for each in services:
        selector = each["spec"]["selector"]
        assert {*selector} == {"app"}
        assert each["metadata"]["labels"]["app"] == selector["app"]
        for port in each["spec"]["ports"]:
            assert port["targetPort"] in pods[each["metadata"]["namespace"], selector["app"]]
            assert port["name"]


@pytest.mark.acceptance("A9", "D4")
def test_who_owns_the_number_of_pods(each_graph: Recording) -> None:
    """An autoscaler or the Deployment itself: both would take turns at every deploy."""
    scaled = {
        (each["metadata"]["namespace"], each["spec"]["scaleTargetRef"]["name"])
        for each in of_kind(each_graph, "HorizontalPodAutoscaler")
    }
    deployments = of_kind(each_graph, "Deployment")
    assert {key(each) for each in deployments if "replicas" not in each["spec"]} == scaled
    assert {("aegisx", "aegisx-api"), ("nessen", "nessen-runtime")} <= scaled


def test_an_autoscaler_looks_only_at_what_is_requested(each_graph: Recording) -> None:
    for each in of_kind(each_graph, "HorizontalPodAutoscaler"):
        name = each["spec"]["scaleTargetRef"]["name"]
        target = manifest(each_graph, "Deployment", each["metadata"]["namespace"], name)
        [container] = target["spec"]["template"]["spec"]["containers"]
        asked = {metric["resource"]["name"] for metric in each["spec"]["metrics"]}
        assert asked <= {*container["resources"]["requests"]}


@pytest.mark.acceptance("trap-39")
def test_a_changed_variable_makes_new_pods(tmp_path: Path) -> None:
    """ConfigMap and Secret keep their names, so that only this tells of a change."""

    def shorter(system: dict[str, Any]) -> None:
        system["services"]["api"]["env"]["JWT_EXPIRES_IN"] = "12h"

    before = _checksums(run("production"))
    after = _checksums(changed(tmp_path, "production", {"empacts": shorter}, {}))
    assert before.keys() == after.keys()
    assert {each for each in before if before[each] != after[each]} == {"empacts-api"}


def test_a_service_may_be_larger_than_any_task_of_fargate(tmp_path: Path) -> None:
    """Its migration and what it reaches ask Kubernetes' plan, not Fargate's sizes."""

    def larger(system: dict[str, Any]) -> None:
        for name in ("api-gateway", "worker-service"):
            system["services"][name]["size"]["cpu"]["limit"] = "20"

    graph = changed(tmp_path, "staging", {"nx": larger}, {})
    for kind, name in (("Deployment", "nx-api-gateway"), ("Deployment", "nx-worker-service")):
        [container] = template_of(manifest(graph, kind, "nx", name))["spec"]["containers"]
        assert container["resources"]["limits"]["cpu"] == "20"


def _checksums(graph: Recording) -> dict[str, str]:
    return {
        each["metadata"]["name"]: template_of(each)["metadata"]["annotations"][CHECKSUM]
        for each in of_kind(graph, "Deployment")
        if CHECKSUM in template_of(each)["metadata"]["annotations"]
    }


@pytest.mark.acceptance("trap-40")
def test_what_goes_at_once(each_graph: Recording) -> None:
    """Every service leaves one pod at a time to whoever empties a node, and spreads its pods."""
    budgets = {selected(each): each["spec"] for each in of_kind(each_graph, "PodDisruptionBudget")}
    for each in of_kind(each_graph, "Deployment"):
        spec = each["spec"]
        if spec["strategy"]["type"] == "Recreate":
            # The status exporter that is scraped is one pod on purpose.
            assert (spec["replicas"], app(each) in budgets) == (1, False)
            continue
        assert budgets[app(each)]["maxUnavailable"] == 1
        assert budgets[app(each)]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
        constraints = spec["template"]["spec"]["topologySpreadConstraints"]
        assert [constraint["topologyKey"] for constraint in constraints] == [
            "topology.kubernetes.io/zone",
            "kubernetes.io/hostname",
        ]
        assert spec["progressDeadlineSeconds"] == 600


@pytest.mark.acceptance("trap-30")
def test_nothing_is_open_that_no_policy_opens(each_graph: Recording) -> None:
    policies = of_kind(each_graph, "NetworkPolicy")
    for each in of_kind(each_graph, "Namespace"):
        closed = manifest(each_graph, "NetworkPolicy", each["metadata"]["name"], "default-deny")
        assert closed["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    own = [selected(each) for each in policies if each["metadata"]["name"] != "default-deny"]
    assert sorted(own) == sorted(app(each) for each in workloads(each_graph))
    for each in policies:
        assert each["spec"]["policyTypes"] == ["Ingress", "Egress"]
        for rule in each["spec"].get("ingress", []):
            # An empty list would be everybody.
            assert rule["from"]
            assert rule["ports"]


@pytest.mark.acceptance("trap-30")
def test_policies_are_enforced(each_graph: Recording) -> None:
    """EKS Auto Mode accepts and ignores them unless its controller is on."""
    found = manifest(each_graph, "ConfigMap", "kube-system", "amazon-vpc-cni")
    assert found["data"] == {"enable-network-policy-controller": "true"}


@pytest.mark.acceptance("trap-15")
def test_every_route_has_its_target_group_and_its_binding(each_graph: Recording) -> None:
    """EKS Auto Mode binds only target groups that have the tag of its cluster."""
    cluster = each_graph.one("aws:eks/cluster:Cluster").outputs["name"]
    groups = {each.outputs["arn"]: each for each in each_graph.of_type("TargetGroup")}
    bindings = of_kind(each_graph, "TargetGroupBinding")
    assert sorted(each["spec"]["targetGroupARN"] for each in bindings) == sorted(groups)
    assert len(groups) >= 6
    forwarded = json.dumps([each.inputs["actions"] for each in each_graph.of_type("ListenerRule")])
    for each in bindings:
        group = groups[each["spec"]["targetGroupARN"]]
        assert group.inputs["tags"]["eks:eks-cluster-name"] == cluster
        assert group.inputs["targetType"] == each["spec"]["targetType"] == "ip"
        assert group.outputs["arn"] in forwarded
        reference = each["spec"]["serviceRef"]
        namespace = each["metadata"]["namespace"]
        service = manifest(each_graph, "Service", namespace, reference["name"])
        [port] = service["spec"]["ports"]
        assert port["port"] == reference["port"]


def test_every_object_has_the_provider_of_the_cluster(each_graph: Recording) -> None:
    [provider] = each_graph.of_type("pulumi:providers:kubernetes")
    for each in objects(each_graph):
        assert each.provider == f"{provider.urn}::{provider.id}", each.name


def test_each_runtime_has_nothing_of_the_other(graph: Recording, on_fargate: Recording) -> None:
    def packages(found: Recording) -> set[str]:
        return {each.type.partition("/")[0].partition(":")[0] for each in found.custom} | {
            each.type.partition("/")[0] for each in found.custom
        }

    assert {"kubernetes", "aws:eks"} <= packages(graph)
    assert not {"aws:ecs", "aws:servicediscovery", "aws:appautoscaling"} & packages(graph)
    assert "aws:ecs" in packages(on_fargate)
    assert not {"kubernetes", "aws:eks"} & packages(on_fargate)
    assert on_fargate.of_type("pulumi:providers:kubernetes") == []


def test_the_environments_differ_in_autoscalers_only(
    production: Recording, staging: Recording
) -> None:
    """One pod or many, each has its budget, its policy and its account."""

    def shape(found: Recording) -> set[tuple[str, str]]:
        return {(each.type.rpartition(":")[2], each.name) for each in objects(found)}

    assert shape(staging) < shape(production)
    assert shape(production) - shape(staging) == {
        ("HorizontalPodAutoscaler", "nx-api-gateway-scaling")
    }
