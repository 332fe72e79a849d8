"""EksCluster: control plane, access and the way in, with exact inputs. Trap IDs are named."""

import json

import pulumi
import pulumi_kubernetes as kubernetes
import pytest

from components.eks_cluster import EksCluster
from components.eks_cluster_args import NodeGroupArgs
from tests.unit.components.eks_cases import (
    DEPLOY,
    KEY,
    RESCUE,
    args,
    group,
    policies,
    record_clusters,
    trust,
)
from tools.recording.recorder import Recording, record_component

ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record_clusters()


def test_builds_a_cluster_in_auto_mode(recording: Recording) -> None:
    """All three parts of Auto Mode are on: EKS refuses one without the others."""
    suffix = recording.one("RandomString", "auto-suffix")
    assert suffix.inputs == {"length": 7, "upper": False, "special": False}
    cluster = recording.one("aws:eks/cluster:Cluster", "auto-cluster")
    assert cluster.inputs == {
        "name": f"auto-{suffix.outputs['result']}",
        "version": "1.34",
        "roleArn": recording.one("Role", "auto-control-plane").outputs["arn"],
        "vpcConfig": {
            "subnetIds": ["subnet-1", "subnet-2"],
            "endpointPrivateAccess": True,
            "endpointPublicAccess": True,
            "publicAccessCidrs": ["203.0.113.0/24"],
        },
        "computeConfig": {
            "enabled": True,
            "nodePools": ["general-purpose", "system"],
            "nodeRoleArn": recording.one("Role", "auto-node").outputs["arn"],
        },
        "storageConfig": {"blockStorage": {"enabled": True}},
        "kubernetesNetworkConfig": {
            "serviceIpv4Cidr": "172.20.0.0/16",
            "elasticLoadBalancing": {"enabled": True},
        },
        "bootstrapSelfManagedAddons": False,
        "accessConfig": {
            "authenticationMode": "API",
            "bootstrapClusterCreatorAdminPermissions": False,
        },
        "encryptionConfig": {"provider": {"keyArn": KEY}, "resources": ["secrets"]},
        "enabledClusterLogTypes": [
            "api",
            "audit",
            "authenticator",
            "controllerManager",
            "scheduler",
        ],
        "upgradePolicy": {"supportType": "STANDARD"},
        "deletionProtection": True,
        "tags": {"team": "platform", "Name": "auto-cluster"},
    }
    assert cluster.protect
    assert cluster.delete_before_replace


def test_answers_in_the_network_only_unless_told_otherwise(recording: Recording) -> None:
    vpc = recording.one("aws:eks/cluster:Cluster", "own-cluster").inputs["vpcConfig"]
    assert vpc == {
        "subnetIds": ["subnet-1", "subnet-2"],
        "endpointPrivateAccess": True,
        "endpointPublicAccess": False,
    }


def test_can_be_deleted_when_asked_to(recording: Recording) -> None:
    cluster = recording.one("aws:eks/cluster:Cluster", "spare-cluster")
    assert cluster.inputs["deletionProtection"] is False
    assert not cluster.protect


@pytest.mark.parametrize(("name", "days"), [("auto", 30), ("own", 365)])
def test_its_log_is_there_before_it_writes(recording: Recording, name: str, days: int) -> None:
    """EKS would make the group itself, unencrypted and without an end."""
    log_group = recording.one("LogGroup", f"{name}-logs")
    cluster = recording.one("aws:eks/cluster:Cluster", f"{name}-cluster")
    assert log_group.inputs == {
        "name": f"/aws/eks/{cluster.inputs['name']}/cluster",
        "retentionInDays": days,
        "kmsKeyId": KEY,
        "tags": {"team": "platform", "Name": f"{name}-logs"},
    }
    assert log_group.urn in cluster.dependencies


def test_its_role_may_do_what_auto_mode_does(recording: Recording) -> None:
    role = recording.one("Role", "auto-control-plane")
    assert role.inputs["description"] == "Control plane of cluster auto"
    assert role.inputs["tags"] == {"team": "platform", "Name": "auto-control-plane"}
    assert trust(role) == {
        "Effect": "Allow",
        "Principal": {"Service": "eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
    prefix = "arn:aws:iam::aws:policy"
    assert policies(recording, "auto-control-plane") == {
        "auto-control-plane-cluster": f"{prefix}/AmazonEKSClusterPolicy",
        "auto-control-plane-compute": f"{prefix}/AmazonEKSComputePolicy",
        "auto-control-plane-block-storage": f"{prefix}/AmazonEKSBlockStoragePolicy",
        "auto-control-plane-load-balancing": f"{prefix}/AmazonEKSLoadBalancingPolicy",
        "auto-control-plane-networking": f"{prefix}/AmazonEKSNetworkingPolicy",
    }


def test_the_nodes_of_auto_mode_may_pull_images_and_hand_out_roles(recording: Recording) -> None:
    role = recording.one("Role", "auto-node")
    assert trust(role) == {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": ["sts:AssumeRole"],
    }
    assert policies(recording, "auto-node") == {
        "auto-node-minimal": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodeMinimalPolicy",
        "auto-node-images": "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    }


def test_keeps_its_roles_until_its_machines_are_gone(recording: Recording) -> None:
    cluster = recording.one("aws:eks/cluster:Cluster", "auto-cluster")
    permissions = {
        each.urn
        for each in recording.of_type("RolePolicyAttachment")
        if each.name.startswith(("auto-control-plane-", "auto-node-"))
    }
    assert len(permissions) == 7
    assert permissions <= cluster.dependencies


@pytest.mark.parametrize(("who", "role_arn"), [("deploy", DEPLOY), ("break-glass", RESCUE)])
def test_named_roles_administer_it(recording: Recording, who: str, role_arn: str) -> None:
    cluster = recording.one("aws:eks/cluster:Cluster", "auto-cluster").outputs["name"]
    assert recording.one("AccessEntry", f"auto-access-{who}").inputs == {
        "clusterName": cluster,
        "principalArn": role_arn,
        "tags": {"team": "platform", "Name": f"auto-access-{who}"},
    }
    association = recording.one("AccessPolicyAssociation", f"auto-access-{who}")
    assert association.inputs == {
        "clusterName": cluster,
        "principalArn": role_arn,
        "policyArn": ADMIN,
        "accessScope": {"type": "cluster"},
    }
    assert recording.one("AccessEntry", f"auto-access-{who}").urn in association.dependencies


def test_names_policies_of_the_accounts_partition(recording: Recording) -> None:
    found = [r.inputs["policyArn"] for r in recording.resources if "policyArn" in r.inputs]
    foreign = [arn for arn in found if arn.startswith("arn:aws-us-gov:")]
    ours = [r for r in recording.resources if r.name.startswith("spare-")]
    assert sorted(foreign) == sorted(r.inputs["policyArn"] for r in ours if "policyArn" in r.inputs)
    assert len(foreign) == 10


@pytest.mark.parametrize("port", [3000, 8080])
def test_the_load_balancer_reaches_the_ports_of_pods(recording: Recording, port: int) -> None:
    outputs = recording.one("aws:eks/cluster:Cluster", "auto-cluster").outputs
    pods = outputs["vpcConfig"]["clusterSecurityGroupId"]
    shared = {
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "description": "Load balancer to pods of auto",
    }
    assert recording.one("SecurityGroupIngressRule", f"auto-into-pods-{port}").inputs == {
        **shared,
        "securityGroupId": pods,
        "referencedSecurityGroupId": "sg-balancer",
        "tags": {"team": "platform", "Name": f"auto-into-pods-{port}"},
    }
    assert recording.one("SecurityGroupEgressRule", f"auto-from-load-balancer-{port}").inputs == {
        **shared,
        "securityGroupId": "sg-balancer",
        "referencedSecurityGroupId": pods,
        "tags": {"team": "platform", "Name": f"auto-from-load-balancer-{port}"},
    }


def test_lets_nobody_in_by_itself(recording: Recording) -> None:
    rules = recording.of_type("SecurityGroupIngressRule")
    assert [rule.name for rule in rules] == ["auto-into-pods-3000", "auto-into-pods-8080"]


def test_gives_what_workloads_and_people_need(recording: Recording) -> None:
    outputs = recording.one("aws:eks/cluster:Cluster", "auto-cluster").outputs
    found = dict(recording.outputs_of("auto"))
    kubeconfig = found.pop("kubeconfig")
    assert found == {
        "cluster_name": outputs["name"],
        "cluster_arn": outputs["arn"],
        "endpoint": outputs["endpoint"],
        "certificate_authority_data": outputs["certificateAuthority"]["data"],
        "security_group_id": outputs["vpcConfig"]["clusterSecurityGroupId"],
        "version": "1.34",
    }
    name = outputs["name"]
    assert json.loads(kubeconfig) == {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": name,
                "cluster": {
                    "server": outputs["endpoint"],
                    "certificate-authority-data": outputs["certificateAuthority"]["data"],
                },
            }
        ],
        "users": [
            {
                "name": name,
                "user": {
                    "exec": {
                        "apiVersion": "client.authentication.k8s.io/v1",
                        "command": "aws",
                        "args": [
                            "eks",
                            "get-token",
                            "--output",
                            "json",
                            "--cluster-name",
                            name,
                            "--region",
                            "us-east-1",
                        ],
                        "interactiveMode": "Never",
                    }
                },
            }
        ],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }


@pytest.mark.parametrize("node_group", [None, group()])
def test_nothing_is_built_in_it_before_that_can_work(node_group: NodeGroupArgs | None) -> None:
    """By the kubeconfig: whatever is built with it also goes before the nodes go."""

    def build(options: pulumi.ResourceOptions) -> None:
        reached = args(
            node_group=node_group,
            load_balancer_security_group_id="sg-balancer",
            target_ports=[3000],
        )
        cluster = EksCluster("apps", reached, options)
        kubernetes.Provider("apps", kubeconfig=cluster.kubeconfig)

    recording = record_component(build)
    needed = {
        each.urn
        for kind in (
            "AccessPolicyAssociation",
            "NodeGroup",
            "Addon",
            "SecurityGroupIngressRule",
            "SecurityGroupEgressRule",
        )
        for each in recording.of_type(kind)
    }
    assert len(needed) == (11 if node_group else 6)
    provider = recording.one("pulumi:providers:kubernetes")
    waits = provider.property_dependencies["kubeconfig"]
    for nodes in recording.of_type("NodeGroup"):
        assert nodes.urn in waits
        waits |= nodes.dependencies
    assert needed <= waits
