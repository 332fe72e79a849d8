"""How the pods of a service are reached, with one thing broken at a time."""

import pytest

from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.eks import objects
from tests.unit.doctor.eks.cluster import Cluster, Manifest
from tests.unit.doctor.eks.deployed import NAME

POLICY, SERVICE = "shop/api: network policy", "shop/api: service"
BINDING, MONITOR = "shop/api: binding", "shop/api: monitor"


@pytest.mark.acceptance("trap-30")
def test_pods_that_no_policy_selects(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def select_others(policy: Manifest) -> None:
        policy["spec"]["podSelector"] = {"matchLabels": {"app": "shop-api-old"}}

    cluster.change("NetworkPolicy", "shop-api-netpol", select_others)

    assert failures() == [
        (
            POLICY,
            f"expected a network policy for the {direction} of shop-api, found none; {RESTORE}",
        )
        for direction in ("Ingress", "Egress")
    ]


def test_a_policy_that_opens_everything(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    everything = objects.policy("all", podSelector={}, ingress=[{}], egress=[{"to": []}])
    cluster.create(everything)

    def opened(service: str, direction: str) -> tuple[str, str]:
        return (
            f"shop/{service}: network policy",
            f"expected no network policy that opens {direction} to everybody, found NetworkPolicy "
            "all-netpol with everybody on every port; run `kubectl -n shop delete networkpolicy "
            f"all-netpol`; if Pulumi made it, {RESTORE}",
        )

    assert failures() == [
        opened(service, direction)
        for service in ("api", "worker")
        for direction in ("Ingress", "Egress")
    ]


def test_a_service_that_finds_nothing(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def edit(service: Manifest) -> None:
        service["spec"].update(
            selector={"app": "shop-api", "tier": "front"},
            type="NodePort",
            ports=[{"name": "http", "port": 80, "targetPort": 8080}],
        )

    cluster.change("Service", "shop-api-service", edit)

    assert failures() == [
        (
            SERVICE,
            "expected Service shop-api-service to select the pods of shop-api, found selector "
            f"app=shop-api, tier=front; {RESTORE}",
        ),
        (
            SERVICE,
            f"expected target of port 80 of Service shop-api-service 3000, found 8080; {RESTORE}",
        ),
        (
            SERVICE,
            f"expected type of Service shop-api-service ClusterIP, found NodePort; {RESTORE}",
        ),
    ]


def test_a_service_on_another_port(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def edit(service: Manifest) -> None:
        service["spec"]["clusterIP"] = "None"
        service["spec"]["ports"] = [{"name": "http", "port": 3000}]

    cluster.change("Service", "shop-api-service", edit)

    assert failures() == [
        (
            SERVICE,
            "expected target of port 80 of Service shop-api-service 3000, found nothing; "
            f"{RESTORE}",
        ),
        (
            SERVICE,
            f"expected a headless Service shop-api-service off, found on; {RESTORE}",
        ),
    ]


def test_a_port_by_its_name(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    def edit(service: Manifest) -> None:
        service["spec"]["ports"][0]["targetPort"] = "http"

    cluster.change("Service", "shop-api-service", edit)

    assert failures() == []


def test_a_service_that_is_gone(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    cluster.delete("Service", "shop-api-service")

    gone = f"expected Service shop-api-service in namespace shop, found nothing; {RESTORE}"
    assert failures() == [(SERVICE, gone), (MONITOR, gone)]


def test_outputs_without_a_service(deployed: Deployed, failures: Failures) -> None:
    services = deployed.outputs["systems"]["shop"]["services"]
    services["api"]["serviceName"], services["worker"]["serviceName"] = None, "shop-worker"

    assert failures() == [
        (SERVICE, f"expected Service of shop/api, found nothing; {RESTORE}"),
        (
            BINDING,
            "expected Service of the TargetGroupBinding nothing, found shop-api-service; "
            f"{RESTORE}",
        ),
        ("shop/worker: service", f"expected Service nothing, found shop-worker; {RESTORE}"),
    ]


def test_pods_that_are_in_no_target_group(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    cluster.delete("TargetGroupBinding", "shop-api")

    assert failures() == [
        (
            BINDING,
            f"expected one TargetGroupBinding of {deployed['target-group']}, found 0; {RESTORE}",
        )
    ]


def test_a_binding_of_something_else(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def edit(bindings: Manifest) -> None:
        bindings["items"][0]["spec"].update(
            serviceRef={"name": "other", "port": 8080}, targetType="instance"
        )

    cluster.alter("TargetGroupBinding", "", edit)

    assert failures() == [
        (
            BINDING,
            f"expected Service of the TargetGroupBinding shop-api-service, found other; {RESTORE}",
        ),
        (BINDING, f"expected port of the TargetGroupBinding 80, found 8080; {RESTORE}"),
        (
            BINDING,
            f"expected target type of the TargetGroupBinding ip, found instance; {RESTORE}",
        ),
    ]


def test_a_target_group_that_eks_may_not_fill(deployed: Deployed, failures: Failures) -> None:
    arn = deployed["target-group"]
    elb = deployed.client("elbv2")
    elb.remove_tags(ResourceArns=[arn], TagKeys=["eks:eks-cluster-name"])

    assert failures() == [
        (
            BINDING,
            f"expected tag eks:eks-cluster-name of {arn} {NAME}, found nothing; {RESTORE}",
        )
    ]
