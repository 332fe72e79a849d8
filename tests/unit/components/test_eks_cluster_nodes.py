"""EksCluster: machines and add-ons, with exact inputs. Trap IDs are named."""

import json

import pytest

from planning.addresses import ADDRESSES_PER_NODE
from tests.unit.components.eks_cases import KEY, policies, record_clusters, trust
from tools.recording.recorder import Recording

INSIGHTS_LOGS = ("application", "dataplane", "host", "performance")
BEFORE_NODES = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record_clusters()


def cluster_name(recording: Recording, name: str) -> str:
    return recording.one("aws:eks/cluster:Cluster", f"{name}-cluster").outputs["name"]


def addons(recording: Recording, name: str) -> list[str]:
    return sorted(
        each.inputs["addonName"]
        for each in recording.of_type("Addon")
        if each.inputs["clusterName"] == cluster_name(recording, name)
    )


def test_machines_of_auto_mode_need_no_group(recording: Recording) -> None:
    owners = [each.inputs["clusterName"] for each in recording.of_type("NodeGroup")]
    assert owners == [cluster_name(recording, "own"), cluster_name(recording, "spare")]


def test_auto_mode_brings_no_machines_beside_a_node_group(recording: Recording) -> None:
    """EKS refuses a role without node pools. Load balancing still needs Auto Mode."""
    inputs = recording.one("aws:eks/cluster:Cluster", "own-cluster").inputs
    assert inputs["computeConfig"] == {"enabled": True, "nodePools": []}
    assert inputs["storageConfig"] == {"blockStorage": {"enabled": True}}
    assert inputs["kubernetesNetworkConfig"]["elasticLoadBalancing"] == {"enabled": True}
    assert inputs["bootstrapSelfManagedAddons"] is False


def test_builds_a_node_group(recording: Recording) -> None:
    template = recording.one("LaunchTemplate", "own-nodes")
    nodes = recording.one("NodeGroup", "own-nodes")
    assert nodes.inputs == {
        "clusterName": cluster_name(recording, "own"),
        "version": "1.34",
        "nodeRoleArn": recording.one("Role", "own-node").outputs["arn"],
        "subnetIds": ["subnet-1", "subnet-2"],
        "amiType": "AL2023_ARM_64_STANDARD",
        "instanceTypes": ["m7g.large", "m6g.large"],
        "launchTemplate": {"id": template.id, "version": "1"},
        "scalingConfig": {"minSize": 2, "maxSize": 6, "desiredSize": 2},
        "updateConfig": {"maxUnavailablePercentage": 33},
        "nodeRepairConfig": {"enabled": True},
        "tags": {"team": "platform", "Name": "own-nodes"},
    }


def test_leaves_the_number_of_machines_to_whoever_scales_them(recording: Recording) -> None:
    nodes = recording.one("NodeGroup", "own-nodes")
    assert nodes.ignore_changes == ("scalingConfig.desiredSize",)


def test_takes_the_machine_image_of_the_processor(recording: Recording) -> None:
    inputs = recording.one("NodeGroup", "spare-nodes").inputs
    assert inputs["amiType"] == "AL2023_x86_64_STANDARD"


def test_machines_are_encrypted_and_keep_their_role_from_pods(recording: Recording) -> None:
    tags = {"team": "platform", "Name": "own-nodes"}
    assert recording.one("LaunchTemplate", "own-nodes").inputs == {
        "description": "Nodes of cluster own",
        "updateDefaultVersion": True,
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/xvda",
                "ebs": {
                    "encrypted": "true",
                    "volumeType": "gp3",
                    "volumeSize": 50,
                    "deleteOnTermination": "true",
                },
            }
        ],
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpTokens": "required",
            "httpPutResponseHopLimit": 1,
        },
        "tagSpecifications": [
            {"resourceType": "instance", "tags": tags},
            {"resourceType": "volume", "tags": tags},
        ],
        "tags": tags,
    }
    spare = recording.one("LaunchTemplate", "spare-nodes").inputs
    assert spare["blockDeviceMappings"][0]["ebs"]["volumeSize"] == 20


def test_machines_may_join_and_give_addresses_to_pods(recording: Recording) -> None:
    role = recording.one("Role", "own-node")
    assert trust(role)["Principal"] == {"Service": "ec2.amazonaws.com"}
    attached = policies(recording, "own-node")
    assert attached == {
        "own-node-worker": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
        "own-node-network": "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
        "own-node-images": "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    }
    needed = {recording.one("RolePolicyAttachment", each).urn for each in attached}
    assert needed <= recording.one("NodeGroup", "own-nodes").dependencies


def test_installs_what_the_machines_lack(recording: Recording) -> None:
    """Auto Mode has network, DNS and Pod Identity inside of its machines."""
    shared = ["amazon-cloudwatch-observability", "metrics-server"]
    assert addons(recording, "auto") == shared
    assert addons(recording, "own") == sorted([*BEFORE_NODES, "coredns", *shared])
    assert addons(recording, "spare") == sorted([*BEFORE_NODES, "coredns", "metrics-server"])


def test_machines_become_ready_and_then_get_pods(recording: Recording) -> None:
    nodes = recording.one("NodeGroup", "own-nodes")
    before = {recording.one("Addon", f"own-{each}").urn for each in BEFORE_NODES}
    assert before <= nodes.dependencies
    for addon in ("coredns", "metrics-server", "amazon-cloudwatch-observability"):
        assert nodes.urn in recording.one("Addon", f"own-{addon}").dependencies


def test_keeps_an_addon_as_it_is_unless_told_its_version(recording: Recording) -> None:
    plain = {
        "clusterName": cluster_name(recording, "own"),
        "resolveConflictsOnCreate": "OVERWRITE",
        "resolveConflictsOnUpdate": "OVERWRITE",
    }
    assert recording.one("Addon", "own-metrics-server").inputs == {
        **plain,
        "addonName": "metrics-server",
        "tags": {"team": "platform", "Name": "own-metrics-server"},
    }
    assert recording.one("Addon", "own-coredns").inputs == {
        **plain,
        "addonName": "coredns",
        "addonVersion": "v1.12.4-eksbuild.1",
        "tags": {"team": "platform", "Name": "own-coredns"},
    }


@pytest.mark.acceptance("trap-30")
def test_machines_of_a_group_keep_network_policies(recording: Recording) -> None:
    """The add-on takes them and does nothing unless told to."""
    values = json.loads(recording.one("Addon", "own-vpc-cni").inputs["configurationValues"])
    assert values.pop("enableNetworkPolicy") == "true"
    assert list(values) == ["env"]


@pytest.mark.acceptance("trap-9")
def test_machines_of_a_group_take_addresses_by_the_prefix(recording: Recording) -> None:
    """The sum of addresses counts one prefix ahead; texts, because the add-on takes no others."""
    values = json.loads(recording.one("Addon", "own-vpc-cni").inputs["configurationValues"])
    assert values["env"] == {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"}
    assert 1 + int(values["env"]["WARM_PREFIX_TARGET"]) * 16 == ADDRESSES_PER_NODE


def test_container_insights_leaves_pods_as_they_are(recording: Recording) -> None:
    """By default the add-on puts an agent of its own into everybody's pods."""
    addon = recording.one("Addon", "auto-amazon-cloudwatch-observability")
    role = recording.one("Role", "auto-insights")
    inputs = dict(addon.inputs)
    values = json.loads(inputs.pop("configurationValues"))
    assert values == {
        "manager": {"applicationSignals": {"autoMonitor": {"monitorAllServices": False}}}
    }
    assert inputs == {
        "clusterName": cluster_name(recording, "auto"),
        "addonName": "amazon-cloudwatch-observability",
        "podIdentityAssociations": [
            {"roleArn": role.outputs["arn"], "serviceAccount": "cloudwatch-agent"}
        ],
        "resolveConflictsOnCreate": "OVERWRITE",
        "resolveConflictsOnUpdate": "OVERWRITE",
        "tags": {"team": "platform", "Name": "auto-amazon-cloudwatch-observability"},
    }


def test_only_the_agent_of_this_cluster_sends_metrics_and_logs(recording: Recording) -> None:
    role = recording.one("Role", "auto-insights")
    assert trust(role) == {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:RequestTag/eks-cluster-arn": recording.outputs_of("auto")["cluster_arn"],
                "aws:RequestTag/kubernetes-namespace": "amazon-cloudwatch",
                "aws:RequestTag/kubernetes-service-account": "cloudwatch-agent",
            }
        },
    }
    assert policies(recording, "auto-insights") == {
        "auto-insights-agent": "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
    }


@pytest.mark.parametrize("log", INSIGHTS_LOGS)
def test_logs_of_pods_are_there_before_the_agent_writes(recording: Recording, log: str) -> None:
    """The agent would make the groups itself, unencrypted and without an end."""
    log_group = recording.one("LogGroup", f"own-insights-{log}")
    assert log_group.inputs == {
        "name": f"/aws/containerinsights/{cluster_name(recording, 'own')}/{log}",
        "retentionInDays": 365,
        "kmsKeyId": KEY,
        "tags": {"team": "platform", "Name": f"own-insights-{log}"},
    }
    addon = recording.one("Addon", "own-amazon-cloudwatch-observability")
    needed = {log_group.urn, recording.one("RolePolicyAttachment", "own-insights-agent").urn}
    assert needed <= addon.dependencies


def test_builds_nothing_of_container_insights_when_it_is_off(recording: Recording) -> None:
    assert [r.name for r in recording.resources if r.name.startswith("spare-insights")] == []
