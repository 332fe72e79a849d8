"""A cluster on EKS is read back as AWS reads it back, and protected as AWS protects it."""

import base64

import pytest
from botocore.exceptions import ClientError
from pulumi.runtime import rpc

from sandbox import moto_eks
from sandbox.provider import UNKNOWN
from tests.support.eks_account import CLUSTER, EksAccount

KUBERNETES = "http://127.0.0.1:1234"


@pytest.fixture(scope="module")
def around(account):
    return EksAccount(account)


@pytest.fixture(scope="module")
def cluster(around):
    moto_eks.set_kubernetes_endpoint(KUBERNETES)
    return around.cluster("main", tags={"team": "platform"})


def test_a_cluster_remembers_what_it_was_given(around, account, cluster):
    found = around.client.describe_cluster(name=cluster.id)["cluster"]

    network = found["resourcesVpcConfig"]
    group = network.pop("clusterSecurityGroupId")
    vpc = network.pop("vpcId")
    assert network == {
        "subnetIds": around.subnets[:2],
        "securityGroupIds": [],
        "endpointPrivateAccess": True,
        "endpointPublicAccess": False,
        "publicAccessCidrs": [],
    }
    described = account.client("ec2").describe_security_groups(GroupIds=[group])
    [described] = described["SecurityGroups"]
    assert described["VpcId"] == vpc
    assert described["GroupName"].startswith(f"eks-cluster-sg-{cluster.id}-")
    [inside] = described["IpPermissions"]
    assert [each["GroupId"] for each in inside["UserIdGroupPairs"]] == [group]
    settings = {
        "version": "1.34",
        "status": "ACTIVE",
        "endpoint": KUBERNETES,
        "accessConfig": {
            "authenticationMode": "API",
            "bootstrapClusterCreatorAdminPermissions": False,
        },
        "computeConfig": {
            "enabled": True,
            "nodePools": ["general-purpose", "system"],
            "nodeRoleArn": around.node_role,
        },
        "storageConfig": {"blockStorage": {"enabled": True}},
        "kubernetesNetworkConfig": {
            "ipFamily": "ipv4",
            "serviceIpv4Cidr": "172.20.0.0/16",
            "elasticLoadBalancing": {"enabled": True},
        },
        "logging": {
            "clusterLogging": [
                {"types": ["api", "audit"], "enabled": True},
                {"types": ["authenticator", "controllerManager", "scheduler"], "enabled": False},
            ]
        },
        "encryptionConfig": [
            {
                "resources": ["secrets"],
                "provider": {"keyArn": "arn:aws:kms:us-east-1:123456789012:key/k"},
            }
        ],
        "upgradePolicy": {"supportType": "STANDARD"},
        "deletionProtection": True,
        "tags": {"team": "platform"},
    }
    assert {key: found[key] for key in settings} == settings
    assert found["identity"]["oidc"]["issuer"].startswith("https://oidc.eks.us-east-1.")
    certificate = base64.b64decode(found["certificateAuthority"]["data"])
    assert certificate.startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_program_gets_what_only_aws_knows(around, cluster):
    found = around.client.describe_cluster(name=cluster.id)["cluster"]
    outputs = cluster.outputs

    assert outputs["endpoint"] == KUBERNETES
    assert outputs["arn"] == found["arn"]
    assert outputs["certificateAuthority"] == found["certificateAuthority"]
    assert outputs["identities"] == [{"oidcs": [found["identity"]["oidc"]]}]
    network = found["resourcesVpcConfig"]
    assert outputs["vpcConfig"]["clusterSecurityGroupId"] == network["clusterSecurityGroupId"]
    assert outputs["vpcConfig"]["vpcId"] == network["vpcId"]
    assert outputs["vpcConfig"]["subnetIds"] == around.subnets[:2]


def test_what_aws_adds_to_the_network_is_no_change(around, cluster):
    same = around.inputs(tags={"team": "platform"}, name=cluster.id)
    other = {**same["vpcConfig"], "securityGroupIds": ["sg-0123456789abcdef0"]}

    assert cluster.diff(**same) == {}
    assert cluster.diff(**{**same, "vpcConfig": other}) == {"vpcConfig": "UPDATE"}


def test_a_preview_does_not_know_what_aws_adds(account, around, cluster):
    planned = account.create(CLUSTER, "planned", preview=True, **around.inputs())
    network = planned.outputs["vpcConfig"]
    assert (network["clusterSecurityGroupId"], network["vpcId"]) == (UNKNOWN, UNKNOWN)
    assert network["subnetIds"] == around.subnets[:2]
    sent = planned.state["vpcConfig"].marshal().struct_value
    assert sent["clusterSecurityGroupId"] == rpc.UNKNOWN

    known = cluster.update(preview=True, **around.inputs(version="1.35"))
    assert known["version"] == "1.35"
    assert known["vpcConfig"] == cluster.outputs["vpcConfig"]


def test_the_nodes_of_auto_mode_may_enter(around, cluster):
    entry = around.client.describe_access_entry(
        clusterName=cluster.id, principalArn=around.node_role
    )
    policies = around.client.list_associated_access_policies(
        clusterName=cluster.id, principalArn=around.node_role
    )

    assert entry["accessEntry"]["type"] == "EC2"
    [policy] = policies["associatedAccessPolicies"]
    assert policy["policyArn"].endswith("/AmazonEKSAutoNodePolicy")


def test_a_cluster_that_says_little_gets_the_defaults_of_aws(around, account):
    made = account.create(
        CLUSTER, "brief", roleArn=around.cluster_role, vpcConfig={"subnetIds": around.subnets[:2]}
    )
    found = around.client.describe_cluster(name=made.id)["cluster"]

    assert found["accessConfig"]["authenticationMode"] == "CONFIG_MAP"
    assert found["computeConfig"] == {"enabled": False}
    assert found["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == "10.100.0.0/16"
    assert found["resourcesVpcConfig"]["publicAccessCidrs"] == ["0.0.0.0/0"]
    assert found["upgradePolicy"] == {"supportType": "EXTENDED"}
    assert found["deletionProtection"] is False
    with pytest.raises(ClientError, match="authentication mode must be set to one of"):
        around.client.create_access_entry(clusterName=made.id, principalArn=around.cluster_role)
    made.delete()


def test_a_protected_cluster_stays_until_the_protection_is_lifted(around, account):
    made = around.cluster("safe")
    group = made.outputs["vpcConfig"]["clusterSecurityGroupId"]

    with pytest.raises(ClientError, match="safe-0123456 has deletion protection"):
        around.client.delete_cluster(name=made.id)
    assert made.read() is not None

    made.delete()  # lifts it
    assert made.read() is None
    with pytest.raises(ClientError, match="does not exist"):
        account.client("ec2").describe_security_groups(GroupIds=[group])


def test_settings_of_a_cluster_can_be_changed(around, account):
    made = around.cluster("changing")

    answer = around.client.update_cluster_config(
        name=made.id,
        resourcesVpcConfig={"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]},
        logging={"clusterLogging": [{"types": ["audit"], "enabled": True}]},
    )
    update = around.client.describe_update(name=made.id, updateId=answer["update"]["id"])["update"]
    found = around.client.describe_cluster(name=made.id)["cluster"]

    assert (update["id"], update["status"]) == (answer["update"]["id"], "Successful")
    assert found["resourcesVpcConfig"]["publicAccessCidrs"] == ["203.0.113.0/24"]
    assert found["resourcesVpcConfig"]["endpointPrivateAccess"] is True
    assert found["logging"]["clusterLogging"][0] == {"types": ["audit"], "enabled": True}
    made.delete()
