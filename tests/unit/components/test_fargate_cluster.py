"""FargateCluster: exact inputs, each branch, and refused arguments."""

import pulumi
import pytest

from components.errors import ArgumentError
from components.fargate_cluster import FargateCluster, FargateClusterArgs
from tools.recording.recorder import Recording, record_component

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"


@pytest.fixture(scope="module")
def recording() -> Recording:
    def build(options: pulumi.ResourceOptions) -> None:
        FargateCluster("apps", FargateClusterArgs(kms_key_arn=KEY), options)
        quiet = FargateClusterArgs(
            kms_key_arn=KEY,
            container_insights=False,
            log_retention_days=7,
            tags={"team": "platform"},
        )
        FargateCluster("quiet", quiet, options)

    return record_component(build)


def test_builds_a_cluster_that_records_exec_sessions(recording: Recording) -> None:
    log_group = recording.one("LogGroup", "apps-exec")
    assert log_group.inputs == {
        "retentionInDays": 30,
        "kmsKeyId": KEY,
        "tags": {"Name": "apps-exec"},
    }
    assert recording.one("Cluster", "apps-cluster").inputs == {
        "settings": [{"name": "containerInsights", "value": "enabled"}],
        "configuration": {
            "executeCommandConfiguration": {
                "kmsKeyId": KEY,
                "logging": "OVERRIDE",
                "logConfiguration": {
                    "cloudWatchLogGroupName": log_group.outputs["name"],
                    "cloudWatchEncryptionEnabled": True,
                },
            }
        },
        "tags": {"Name": "apps-cluster"},
    }


def test_runs_on_fargate_only(recording: Recording) -> None:
    assert recording.one("ClusterCapacityProviders", "apps-capacity-providers").inputs == {
        "clusterName": recording.one("Cluster", "apps-cluster").outputs["name"],
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
    }


@pytest.mark.acceptance("trap-29")
def test_has_a_namespace_that_services_ask_for(recording: Recording) -> None:
    """As the cluster's default, it would put a proxy into the tasks of every service."""
    assert recording.one("HttpNamespace", "apps-namespace").inputs == {
        "description": "Services of cluster apps",
        "tags": {"Name": "apps-namespace"},
    }
    assert "serviceConnectDefaults" not in recording.one("Cluster", "apps-cluster").inputs
    tags = recording.one("HttpNamespace", "quiet-namespace").inputs["tags"]
    assert tags == {"team": "platform", "Name": "quiet-namespace"}


def test_takes_other_settings(recording: Recording) -> None:
    assert recording.one("LogGroup", "quiet-exec").inputs["retentionInDays"] == 7
    inputs = recording.one("Cluster", "quiet-cluster").inputs
    assert inputs["settings"] == [{"name": "containerInsights", "value": "disabled"}]
    assert inputs["tags"] == {"team": "platform", "Name": "quiet-cluster"}


def test_gives_what_services_need(recording: Recording) -> None:
    cluster = recording.one("Cluster", "apps-cluster").outputs
    assert recording.outputs_of("apps") == {
        "cluster_arn": cluster["arn"],
        "cluster_name": cluster["name"],
        "exec_log_group_arn": recording.one("LogGroup", "apps-exec").outputs["arn"],
        "service_connect_namespace_arn": recording.one("HttpNamespace", "apps-namespace").outputs[
            "arn"
        ],
    }


def test_fails_when_cloudwatch_does_not_know_the_retention() -> None:
    with pytest.raises(ArgumentError) as refused:
        FargateClusterArgs(kms_key_arn=KEY, log_retention_days=31)
    assert str(refused.value) == (
        "FargateCluster: log_retention_days=31 is not allowed; use one of 1, 3, 5, 7, 14, 30, 60, "
        "90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days)"
    )
