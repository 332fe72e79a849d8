"""What EKS would refuse is refused, most of it in the preview already."""

import pytest

from sandbox.errors import SandboxError
from sandbox.provider import UNKNOWN
from tests.support.eks_account import (
    ADDON,
    ADMIN,
    CLUSTER,
    ENTRY,
    IDENTITY,
    NODE_GROUP,
    POLICY,
    EksAccount,
    trust,
)

NETWORK = {"subnetIds": ["subnet-1", "subnet-2"]}
AUTO_MODE = (
    "computeConfig.enabled and kubernetesNetworkConfig.elasticLoadBalancing.enabled and "
    "storageConfig.blockStorage.enabled must all be on or all be off (EKS Auto Mode)"
)
REFUSALS = {
    "a patch of Kubernetes": (
        CLUSTER,
        {"version": "1.34.2"},
        "version: '1.34.2' is refused by AWS; use a minor version such as 1.34",
    ),
    "half of Auto Mode": (
        CLUSTER,
        {
            "bootstrapSelfManagedAddons": False,
            "computeConfig": {"enabled": True},
            "storageConfig": {"blockStorage": {"enabled": True}},
            "accessConfig": {"authenticationMode": "API"},
        },
        f"kubernetesNetworkConfig.elasticLoadBalancing.enabled: {AUTO_MODE}",
    ),
    "Auto Mode with add-ons of the cluster's own": (
        CLUSTER,
        {
            "computeConfig": {"enabled": True},
            "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
            "storageConfig": {"blockStorage": {"enabled": True}},
            "accessConfig": {"authenticationMode": "API"},
        },
        "bootstrapSelfManagedAddons: must be false with EKS Auto Mode",
    ),
    "Auto Mode without access entries": (
        CLUSTER,
        {
            "bootstrapSelfManagedAddons": False,
            "computeConfig": {"enabled": True},
            "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
            "storageConfig": {"blockStorage": {"enabled": True}},
        },
        "accessConfig.authenticationMode: must be API or API_AND_CONFIG_MAP with EKS Auto Mode",
    ),
    "a node pool that AWS has not": (
        CLUSTER,
        {"computeConfig": {"enabled": False, "nodePools": ["large"], "nodeRoleArn": "arn"}},
        "computeConfig.nodePools[0]: 'large' is refused by AWS; use general-purpose or system",
    ),
    "node pools without a role": (
        CLUSTER,
        {"computeConfig": {"enabled": False, "nodePools": ["system"]}},
        "computeConfig.nodeRoleArn: nodePools and nodeRoleArn are given together or not at all",
    ),
    "an API that nobody reaches": (
        CLUSTER,
        {"vpcConfig": {**NETWORK, "endpointPublicAccess": False, "endpointPrivateAccess": False}},
        "vpcConfig.endpointPrivateAccess: the cluster's API needs a private or a public endpoint",
    ),
    "private addresses at the public endpoint": (
        CLUSTER,
        {"vpcConfig": {**NETWORK, "publicAccessCidrs": ["203.0.113.0/24", "10.0.0.0/8"]}},
        "vpcConfig.publicAccessCidrs[1]: '10.0.0.0/8' is refused by AWS; private addresses use "
        "the private endpoint",
    ),
    "no network at the public endpoint": (
        CLUSTER,
        {"vpcConfig": {**NETWORK, "publicAccessCidrs": ["203.0.113.7/24"]}},
        "vpcConfig.publicAccessCidrs[0]: 203.0.113.7/24 has host bits set; use the address of a "
        "network",
    ),
    "one subnet": (
        CLUSTER,
        {"vpcConfig": {"subnetIds": ["subnet-1"]}},
        "vpcConfig.subnetIds: has 1 items; AWS asks for 2 or more",
    ),
    "too large a network of services": (
        CLUSTER,
        {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.0.0.0/8"}},
        "kubernetesNetworkConfig.serviceIpv4Cidr: '10.0.0.0/8' is refused by AWS; use a private "
        "network of /12 to /24",
    ),
    "a public network of services": (
        CLUSTER,
        {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "203.0.113.0/24"}},
        "kubernetesNetworkConfig.serviceIpv4Cidr: '203.0.113.0/24' is refused by AWS; use a "
        "private network of /12 to /24",
    ),
    "encrypting something else": (
        CLUSTER,
        {"encryptionConfig": {"resources": ["configmaps"], "provider": {"keyArn": "arn"}}},
        "encryptionConfig.resources: is refused by AWS; use ['secrets']",
    ),
    "a log that EKS has not": (
        CLUSTER,
        {"enabledClusterLogTypes": ["apis"]},
        "logging.clusterLogging[0].types[0]: 'apis' is not one of api, audit, authenticator, "
        "controllerManager, scheduler",
    ),
    "more nodes wanted than allowed": (
        NODE_GROUP,
        {"scalingConfig": {"minSize": 1, "desiredSize": 4, "maxSize": 3}},
        "scalingConfig.desiredSize: 4 is refused by AWS; use minSize (1) to maxSize (3)",
    ),
    "a least above the most": (
        NODE_GROUP,
        {"scalingConfig": {"minSize": 4, "desiredSize": 4, "maxSize": 3}},
        "scalingConfig.minSize: 4 is above maxSize (3)",
    ),
    "two limits on an update": (
        NODE_GROUP,
        {"updateConfig": {"maxUnavailable": 1, "maxUnavailablePercentage": 10}},
        "updateConfig: has both maxUnavailable and maxUnavailablePercentage; AWS takes one",
    ),
    "a setting of an add-on that is no map": (
        ADDON,
        {"addonName": "coredns", "configurationValues": "replicaCount"},
        "configurationValues: is neither a JSON object nor a map in YAML",
    ),
    "a setting of an add-on that is not YAML": (
        ADDON,
        {"addonName": "coredns", "configurationValues": "{"},
        "configurationValues: is neither a JSON object nor a map in YAML",
    ),
    "keeping what is there when an add-on is made": (
        ADDON,
        {"addonName": "coredns", "resolveConflictsOnCreate": "PRESERVE"},
        "resolveConflictsOnCreate: 'PRESERVE' is refused by AWS; use one of NONE, OVERWRITE",
    ),
    "a version without its build": (
        ADDON,
        {"addonName": "coredns", "addonVersion": "1.12.1"},
        "addonVersion: '1.12.1' is refused by AWS; use one such as v1.2.3-eksbuild.1",
    ),
    "a group that is Kubernetes's own": (
        ENTRY,
        {"kubernetesGroups": ["system:masters"]},
        "kubernetesGroups[0]: 'system:masters' is refused by AWS; use a name without system:, "
        "eks: and the like",
    ),
    "groups for nodes": (
        ENTRY,
        {"type": "EC2_LINUX", "kubernetesGroups": ["nodes"]},
        "kubernetesGroups: is refused by AWS for the type EC2_LINUX; only STANDARD has groups",
    ),
    "a scope without its namespaces": (
        POLICY,
        {"policyArn": ADMIN, "accessScope": {"type": "namespace"}},
        "accessScope.namespaces: is what the type namespace has, and only it",
    ),
    "namespaces for the whole cluster": (
        POLICY,
        {"policyArn": ADMIN, "accessScope": {"type": "cluster", "namespaces": ["shop"]}},
        "accessScope.namespaces: is what the type namespace has, and only it",
    ),
}


@pytest.fixture(scope="module")
def around(account):
    return EksAccount(account)


@pytest.fixture(scope="module")
def cluster(around):
    return around.cluster("main")


@pytest.mark.parametrize("reason", REFUSALS)
def test_refuses_in_the_preview(account, reason):
    type_, inputs, message = REFUSALS[reason]
    assert account.failures(type_, **inputs) == [message]


@pytest.mark.parametrize(
    ("type_", "inputs", "start"),
    [
        (
            ADDON,
            {"addonName": "vpc-cno"},
            "addonName: 'vpc-cno' is refused by AWS; use one of adot",
        ),
        (ENTRY, {"type": "EC2LINUX"}, "type: 'EC2LINUX' is refused by AWS; use one of STANDARD"),
        (
            POLICY,
            {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            "policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' is refused by AWS; use one "
            "of arn:aws:eks::aws:cluster-access-policy/",
        ),
    ],
)
def test_knows_what_aws_has_a_list_of(account, type_, inputs, start):
    [failure] = account.failures(type_, **inputs)
    assert failure.startswith(start)


def test_waits_for_auto_mode_to_be_known(account):
    inputs = {
        "computeConfig": {"enabled": UNKNOWN},
        "storageConfig": {"blockStorage": {"enabled": True}},
    }
    assert account.provider.kind(CLUSTER).problems("main", inputs) == []


def refusal(around, **changes):
    with pytest.raises(SandboxError) as refused:
        around.cluster("refused", **changes)
    return str(refused.value)


def test_a_cluster_needs_a_role_that_eks_may_use(around):
    missing = "arn:aws:iam::123456789012:role/missing"
    assert refusal(around, roleArn=missing) == f"roleArn: there is no role {missing}"

    ecs = around.role("ecs", trust("ecs.amazonaws.com"), "AmazonEKSClusterPolicy")
    assert refusal(around, roleArn=ecs) == (
        f"roleArn: the trust policy of {ecs} does not let eks.amazonaws.com do sts:AssumeRole and "
        "sts:TagSession"
    )

    untagged = trust("eks.amazonaws.com", "sts:AssumeRole")
    old = around.role("old", untagged, "AmazonEKSClusterPolicy")
    assert refusal(around, roleArn=old) == (
        f"roleArn: the trust policy of {old} does not let eks.amazonaws.com do sts:TagSession"
    )

    bare = around.role("bare", trust("eks.amazonaws.com"))
    assert refusal(around, roleArn=bare) == (
        f"roleArn: AmazonEKSClusterPolicy is not attached to {bare} yet; attach it before, with "
        "depends_on"
    )


def test_a_cluster_needs_two_zones_and_free_addresses(around):
    one_zone = {"subnetIds": [around.subnets[0], around.subnets[2]]}
    assert refusal(around, vpcConfig=one_zone) == (
        "vpcConfig.subnetIds: a cluster needs subnets in two zones or more"
    )

    network = {"elasticLoadBalancing": {"enabled": True}, "serviceIpv4Cidr": "10.0.128.0/20"}
    assert refusal(around, kubernetesNetworkConfig=network) == (
        "kubernetesNetworkConfig.serviceIpv4Cidr: 10.0.128.0/20 overlaps with the VPC's 10.0.0.0/16"
    )


def test_a_cluster_stands_in_one_network(around):
    other = around.subnet("other", "10.1.0.0/16", "b")
    assert refusal(around, vpcConfig={"subnetIds": [around.subnets[0], other]}) == (
        "vpcConfig.subnetIds: the subnets are not of one VPC"
    )


def test_a_node_group_stands_in_the_network_of_its_cluster(around, account, cluster):
    apart = around.subnet("apart", "10.2.0.0/16")
    with pytest.raises(SandboxError, match="the subnets are not of the cluster's VPC vpc-"):
        account.create(
            NODE_GROUP,
            "apart",
            clusterName=cluster.id,
            nodeRoleArn=around.node_role,
            subnetIds=[apart],
            scalingConfig={"minSize": 1, "desiredSize": 1, "maxSize": 1},
        )


def test_pods_get_only_a_role_that_trusts_them(around, account, cluster):
    with pytest.raises(SandboxError) as refused:
        account.create(
            IDENTITY,
            "wrong",
            clusterName=cluster.id,
            namespace="shop",
            serviceAccount="wrong",
            roleArn=around.node_role,
        )
    assert str(refused.value) == (
        f"roleArn: the trust policy of {around.node_role} does not let pods.eks.amazonaws.com do "
        "sts:AssumeRole and sts:TagSession"
    )


@pytest.mark.parametrize("principal", ["role/nobody", "user/nobody"])
def test_an_access_entry_is_for_somebody_who_exists(account, cluster, principal):
    arn = f"arn:aws:iam::123456789012:{principal}"
    with pytest.raises(SandboxError, match=rf"principalArn: there is no (role )?{arn}"):
        account.create(ENTRY, "nobody", clusterName=cluster.id, principalArn=arn)
