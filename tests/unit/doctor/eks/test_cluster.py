"""The EKS cluster, with one thing broken at a time."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.deployed import ACCOUNT, Deployed
from tests.unit.doctor.eks.cluster import Cluster
from tests.unit.doctor.eks.deployed import NAME, admit

Described = Callable[..., Failures]
SETTINGS = "/api/v1/namespaces/kube-system/configmaps/amazon-vpc-cni"
GROUP = f"/aws/eks/{NAME}/cluster"


@pytest.fixture
def on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the doctor take the sandbox for AWS."""
    monkeypatch.setattr("tools.doctor.account.LOOPBACK", frozenset())


def test_a_cluster_that_is_not_as_described(
    deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    def differ(answer: dict[str, Any]) -> None:
        answer["cluster"].update(
            status="UPDATING",
            upgradePolicy={"supportType": "EXTENDED"},
            deletionProtection=True,
            computeConfig={"enabled": False, "nodePools": ["general-purpose"]},
        )
        answer["cluster"]["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"] = False

    # Its node role is forgotten with it, so that the node's own entry is somebody's.
    alter("eks", "DescribeCluster", differ)

    assert [each for each in failures() if each[0] == "cluster: state"] == [
        ("cluster: state", f"expected status ACTIVE, found UPDATING; {RESTORE}"),
        ("cluster: state", f"expected support type STANDARD, found EXTENDED; {RESTORE}"),
        ("cluster: state", f"expected deletion protection off, found on; {RESTORE}"),
        ("cluster: state", f"expected Auto Mode's compute on, found off; {RESTORE}"),
        ("cluster: state", f"expected Auto Mode's load balancing on, found off; {RESTORE}"),
        (
            "cluster: state",
            "expected Auto Mode's node pools general-purpose, system, found general-purpose; "
            f"{RESTORE}",
        ),
    ]


def test_another_version(described: Described) -> None:
    other = {'version: "1.35"': 'version: "1.36"'}

    assert described(stack=other)() == [
        ("cluster: state", f"expected version 1.36, found 1.35; {RESTORE}"),
        ("cluster: API", f"expected version of the API 1.36, found 1.35; {RESTORE}"),
    ]


@pytest.mark.usefixtures("on_aws")
@pytest.mark.parametrize(
    ("states", "found"),
    [
        ({}, "0 of 0"),
        ({"one": "True", "two": "Unknown"}, "1 of 2, not two"),
        ({"one": "True"}, None),
    ],
    ids=["none", "one-of-two", "all"],
)
def test_nodes(
    states: dict[str, str],
    found: str | None,
    deployed: Deployed,
    failures: Failures,
    cluster: Cluster,
) -> None:
    nodes = [
        {"metadata": {"name": name}, "status": {"conditions": [{"type": "Ready", "status": ready}]}}
        for name, ready in states.items()
    ]
    cluster.answer("/api/v1/nodes", 200, {"kind": "NodeList", "items": nodes})

    said = [detail for check, detail in failures() if check == "cluster: nodes"]
    expected = f"expected one or more nodes, each Ready, found {found}; look at them with "
    assert said == ([] if found is None else [f"{expected}`kubectl describe nodes`"])


def test_somebody_else_may_enter(deployed: Deployed, failures: Failures) -> None:
    user = f"arn:aws:iam::{ACCOUNT}:user/creator"
    stranger = "arn:aws:iam::210987654321:role/slipway-deploy"
    for principal in (user, stranger):
        admit(deployed.client, principal)

    assert failures() == [
        (
            "cluster: access",
            "expected access by roles slipway-break-glass, slipway-deploy only, found an access "
            f"entry of {principal}; run `aws eks delete-access-entry --cluster-name {NAME} "
            f"--principal-arn {principal}`",
        )
        for principal in (user, stranger)
    ]


def test_what_aws_itself_lets_in(deployed: Deployed, failures: Failures) -> None:
    eks = deployed.client("eks")
    linked = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForEKS"
    for principal in (linked, deployed["control-plane-role"]):
        eks.create_access_entry(clusterName=NAME, principalArn=principal)
    eks.create_nodegroup(
        clusterName=NAME,
        nodegroupName="nodes",
        nodeRole=f"arn:aws:iam::{ACCOUNT}:role/nodes",
        subnets=[deployed["private"]],
    )
    assert len(eks.list_access_entries(clusterName=NAME)["accessEntries"]) == 6

    assert failures() == []


def test_an_administrator_is_shut_out(deployed: Deployed, failures: Failures) -> None:
    eks, arn = deployed.client("eks"), f"arn:aws:iam::{ACCOUNT}:role/slipway-deploy"
    eks.delete_access_entry(clusterName=NAME, principalArn=arn)

    assert failures() == [
        (
            "cluster: access",
            f"expected an access entry of role slipway-deploy, found none; {RESTORE}",
        )
    ]


def test_an_administrator_who_may_look_only(deployed: Deployed, failures: Failures) -> None:
    eks, arn = deployed.client("eks"), f"arn:aws:iam::{ACCOUNT}:role/slipway-deploy"
    eks.delete_access_entry(clusterName=NAME, principalArn=arn)
    admit(deployed.client, arn, "AmazonEKSViewPolicy")

    assert failures() == [
        (
            "cluster: access",
            f"expected AmazonEKSClusterAdminPolicy of the whole cluster for {arn}, found "
            f"arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy; {RESTORE}",
        )
    ]


def test_the_old_ways_in(deployed: Deployed, failures: Failures, alter: Alter) -> None:
    def open_both(answer: dict[str, Any]) -> None:
        answer["cluster"]["accessConfig"] = {
            "authenticationMode": "API_AND_CONFIG_MAP",
            "bootstrapClusterCreatorAdminPermissions": True,
        }

    alter("eks", "DescribeCluster", open_both)

    assert failures() == [
        (
            "cluster: access",
            f"expected authentication mode API, found API_AND_CONFIG_MAP; {RESTORE}",
        ),
        (
            "cluster: access",
            "expected administrator rights of the cluster's creator off, found on; delete the "
            "creator's access entry; only a new cluster has it off",
        ),
    ]


def test_an_endpoint_that_is_open(deployed: Deployed, failures: Failures) -> None:
    deployed.client("eks").update_cluster_config(
        name=NAME,
        resourcesVpcConfig={"endpointPublicAccess": True, "endpointPrivateAccess": False},
    )

    assert failures() == [
        ("cluster: endpoint", f"expected private endpoint on, found off; {RESTORE}"),
        ("cluster: endpoint", f"expected public endpoint off, found on; {RESTORE}"),
    ]


def test_other_ranges(deployed: Deployed, described: Described) -> None:
    deployed.client("eks").update_cluster_config(
        name=NAME,
        resourcesVpcConfig={
            "endpointPublicAccess": True,
            "publicAccessCidrs": ["198.51.100.0/24", "203.0.113.0/24"],
        },
    )
    wanted = {"publicAccessCidrBlocks: []": "publicAccessCidrBlocks: [203.0.113.0/24]"}

    assert described(stack=wanted)() == [
        (
            "cluster: endpoint",
            "expected ranges of the public endpoint 203.0.113.0/24, found 198.51.100.0/24, "
            f"203.0.113.0/24; {RESTORE}",
        )
    ]


def test_secrets_that_are_not_encrypted(
    deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    alter("eks", "DescribeCluster", lambda answer: answer["cluster"].pop("encryptionConfig"))

    assert failures() == [
        (
            "cluster: encryption",
            f"expected key of its Secrets {deployed['key']}, found none; {RESTORE}",
        )
    ]


def test_logs_that_are_off(deployed: Deployed, failures: Failures) -> None:
    off = [{"types": ["audit"], "enabled": False}, {"types": ["api"], "enabled": True}]
    eks = deployed.client("eks")
    eks.update_cluster_config(name=NAME, logging={"clusterLogging": off})
    deployed.client("logs").put_retention_policy(logGroupName=GROUP, retentionInDays=7)

    assert failures() == [
        (
            "cluster: logs",
            "expected log types api, audit, authenticator, controllerManager, scheduler, found "
            f"api; {RESTORE}",
        ),
        (
            "cluster: logs",
            f"expected retention (days) of log group {GROUP} 30, found 7; {RESTORE}",
        ),
    ]


def test_logs_that_go_nowhere(deployed: Deployed, failures: Failures) -> None:
    deployed.client("logs").delete_log_group(logGroupName=GROUP)

    assert failures() == [
        (
            "cluster: logs",
            f"expected log group {GROUP}, found nothing of that name; {RESTORE}",
        )
    ]


def test_addons(deployed: Deployed, failures: Failures, alter: Alter) -> None:
    deployed.client("eks").delete_addon(clusterName=NAME, addonName="metrics-server")

    def degrade(answer: dict[str, Any]) -> None:
        answer["addon"]["status"] = "DEGRADED"
        answer["addon"]["health"] = {"issues": [{"message": "no replicas are ready"}]}

    alter("eks", "DescribeAddon", degrade)

    insights = "amazon-cloudwatch-observability"
    assert failures() == [
        (
            "cluster: add-ons",
            f"expected add-ons {insights}, metrics-server, found no metrics-server; {RESTORE}",
        ),
        (
            "cluster: add-ons",
            f"expected status of add-on {insights} ACTIVE, found DEGRADED (no replicas are ready); "
            f"look at it with `aws eks describe-addon --cluster-name {NAME} --addon-name "
            f"{insights}`",
        ),
    ]


@pytest.mark.acceptance("trap-30")
def test_network_policies_that_do_nothing(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    def turn_off(answer: dict[str, Any]) -> None:
        answer["data"]["enable-network-policy-controller"] = "false"

    cluster.alter_path(SETTINGS, turn_off)

    assert failures() == [
        (
            "cluster: network policies",
            "expected enable-network-policy-controller in ConfigMap amazon-vpc-cni true, found "
            f"false; {RESTORE}",
        )
    ]


def test_no_switch_of_network_policies(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    cluster.answer(SETTINGS, 404, {"message": "not found"})

    assert failures() == [
        (
            "cluster: network policies",
            f"expected ConfigMap amazon-vpc-cni in namespace kube-system, found nothing; {RESTORE}",
        )
    ]


def test_a_node_group(deployed: Deployed, described: Described) -> None:
    eks = deployed.client("eks")
    for addon in ("vpc-cni", "kube-proxy", "coredns"):
        eks.create_addon(clusterName=NAME, addonName=addon)
    group = "nodeGroup: {instanceTypes: [m7g.large], minNodes: 2, maxNodes: 4}"

    insights = "amazon-cloudwatch-observability"
    assert described(stack={"nodeGroup: null": group})() == [
        (
            "cluster: state",
            f"expected Auto Mode's node pools none, found general-purpose, system; {RESTORE}",
        ),
        (
            "cluster: add-ons",
            f"expected add-ons {insights}, coredns, eks-pod-identity-agent, kube-proxy, "
            f"metrics-server, vpc-cni, found no eks-pod-identity-agent; {RESTORE}",
        ),
        (
            "cluster: network policies",
            f"expected enableNetworkPolicy of add-on vpc-cni true, found nothing; {RESTORE}",
        ),
    ]
