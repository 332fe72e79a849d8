"""What a cluster on EKS has: nodes, add-ons, and who may enter."""

import pytest
from botocore.exceptions import ClientError

from tests.support.eks_account import (
    ADDON,
    ADMIN,
    ENTRY,
    IDENTITY,
    NODE_GROUP,
    POLICY,
    EksAccount,
    trust,
)

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


@pytest.fixture(scope="module")
def around(account):
    return EksAccount(account)


@pytest.fixture(scope="module")
def cluster(around):
    return around.cluster("main")


def test_a_node_group_comes_and_goes(around, account, cluster):
    template = account.create(
        TEMPLATE,
        "nodes",
        metadataOptions={"httpTokens": "required", "httpPutResponseHopLimit": 1},
        blockDeviceMappings=[
            {"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "volumeSize": 40}}
        ],
        tagSpecifications=[{"resourceType": "instance", "tags": {"team": "platform"}}],
        tags={"team": "platform"},
    )
    made = account.create(
        NODE_GROUP,
        "spare",
        clusterName=cluster.id,
        nodeRoleArn=around.node_role,
        subnetIds=around.subnets[:2],
        instanceTypes=["m7g.large"],
        amiType="AL2023_ARM_64_STANDARD",
        scalingConfig={"minSize": 1, "desiredSize": 2, "maxSize": 3},
        updateConfig={"maxUnavailablePercentage": 33},
        launchTemplate={"id": template.id, "version": "1"},
        tags={"team": "platform"},
    )
    group = made.outputs["nodeGroupName"]
    found = around.client.describe_nodegroup(clusterName=cluster.id, nodegroupName=group)[
        "nodegroup"
    ]
    data = account.client("ec2").describe_launch_template_versions(LaunchTemplateId=template.id)
    [version] = data["LaunchTemplateVersions"]

    assert made.id == f"{cluster.id}:{group}"
    assert made.read() is not None
    assert found["updateConfig"] == {"maxUnavailablePercentage": 33}
    assert found["launchTemplate"]["id"] == template.id
    assert found["version"] == "1.34"
    assert found["tags"] == {"team": "platform"}
    assert "remoteAccess" not in found
    disk = version["LaunchTemplateData"]["BlockDeviceMappings"][0]["Ebs"]
    assert (disk["Encrypted"], disk["VolumeSize"]) == (True, 40)
    assert version["LaunchTemplateData"]["MetadataOptions"]["HttpTokens"] == "required"
    made.delete()
    assert made.read() is None
    template.delete()
    assert template.read() is None


def test_an_addon_comes_and_goes_with_its_role(around, account, cluster):
    made = account.create(
        ADDON,
        "logs",
        clusterName=cluster.id,
        addonName="amazon-cloudwatch-observability",
        addonVersion="v4.0.0-eksbuild.1",
        configurationValues='{"containerLogs": {"enabled": true}}',
        podIdentityAssociations=[
            {"roleArn": around.pod_role, "serviceAccount": "cloudwatch-agent"}
        ],
        resolveConflictsOnCreate="OVERWRITE",
        resolveConflictsOnUpdate="PRESERVE",
        preserve=False,
        tags={"team": "platform"},
    )
    name = "amazon-cloudwatch-observability"
    found = around.client.describe_addon(clusterName=cluster.id, addonName=name)["addon"]
    [identity] = around.client.list_pod_identity_associations(clusterName=cluster.id)[
        "associations"
    ]

    assert made.id == f"{cluster.id}:{name}"
    assert made.outputs["arn"] == found["addonArn"]
    assert found["addonVersion"] == "v4.0.0-eksbuild.1"
    assert found["configurationValues"] == '{"containerLogs": {"enabled": true}}'
    assert found["podIdentityAssociations"] == [identity["associationArn"]]
    assert (identity["namespace"], identity["ownerArn"]) == (
        "amazon-cloudwatch",
        made.outputs["arn"],
    )
    assert around.client.list_addons(clusterName=cluster.id)["addons"] == [name]
    with pytest.raises(ClientError, match="Addon already exists"):
        around.client.create_addon(clusterName=cluster.id, addonName=name)
    made.delete()
    assert made.read() is None
    assert (
        around.client.list_pod_identity_associations(clusterName=cluster.id)["associations"] == []
    )


def test_an_access_entry_and_its_policy_come_and_go(around, account, cluster):
    deployer = around.role("deploy", trust("ec2.amazonaws.com"))
    entry = account.create(
        ENTRY,
        "deploy",
        clusterName=cluster.id,
        principalArn=deployer,
        kubernetesGroups=["deployers"],
        tags={"team": "platform"},
    )
    policy = account.create(
        POLICY,
        "deploy",
        clusterName=cluster.id,
        principalArn=deployer,
        policyArn=ADMIN,
        accessScope={"type": "cluster"},
    )
    found = around.client.describe_access_entry(clusterName=cluster.id, principalArn=deployer)[
        "accessEntry"
    ]

    assert entry.id == f"{cluster.id}:{deployer}"
    assert (found["type"], found["kubernetesGroups"]) == ("STANDARD", ["deployers"])
    assert found["username"].endswith("/{{SessionName}}")
    assert entry.outputs["accessEntryArn"] == found["accessEntryArn"]
    assert deployer in around.client.list_access_entries(clusterName=cluster.id)["accessEntries"]
    assert policy.id == f"{cluster.id}#{deployer}#{ADMIN}"
    assert policy.read() is not None
    with pytest.raises(ClientError, match="already in use on this cluster"):
        around.client.create_access_entry(clusterName=cluster.id, principalArn=deployer)
    policy.delete()
    assert policy.read() is None
    entry.delete()
    assert entry.read() is None
    with pytest.raises(ClientError, match="could not be found"):
        account.create(
            POLICY,
            "nobody",
            clusterName=cluster.id,
            principalArn=around.cluster_role,
            policyArn=ADMIN,
            accessScope={"type": "cluster"},
        )


def test_a_pod_identity_comes_and_goes(around, account, cluster):
    inputs = {
        "clusterName": cluster.id,
        "namespace": "shop",
        "serviceAccount": "shop-api",
        "roleArn": around.pod_role,
    }
    made = account.create(IDENTITY, "api", **inputs, tags={"team": "platform"})
    found = around.client.describe_pod_identity_association(
        clusterName=cluster.id, associationId=made.id
    )

    assert found["association"]["roleArn"] == around.pod_role
    assert made.outputs["associationArn"] == found["association"]["associationArn"]
    listed = around.client.list_pod_identity_associations(clusterName=cluster.id, namespace="shop")
    assert [each["associationId"] for each in listed["associations"]] == [made.id]
    with pytest.raises(ClientError, match="service account shop/shop-api has a role"):
        account.create(IDENTITY, "again", **inputs)
    made.delete()
    assert made.read() is None


def test_lists_the_access_policies_of_aws(around):
    listed = {
        each["name"]: each["arn"] for each in around.client.list_access_policies()["accessPolicies"]
    }
    assert listed["AmazonEKSClusterAdminPolicy"] == ADMIN


def test_what_is_not_there_is_not_found(around, cluster):
    with pytest.raises(around.client.exceptions.ResourceNotFoundException):
        around.client.describe_addon(clusterName=cluster.id, addonName="coredns")
    with pytest.raises(around.client.exceptions.ResourceNotFoundException):
        around.client.list_addons(clusterName="nowhere")
