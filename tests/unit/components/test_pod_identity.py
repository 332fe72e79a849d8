"""The role of a pod: who may have it, what it may do, and what waits for it."""

import json
from typing import Any

import pulumi
import pytest

from components.pod_identity import PodIdentity, create_pod_identity
from components.policy import Statement
from tests.unit.components.kubernetes_cases import record_in_cluster
from tools.recording.recorder import Recording

READ = Statement(sid="Read", actions="s3:GetObject", resources="arn:aws:s3:::files/*")


class Owner(pulumi.ComponentResource):
    """A component that asks for an identity."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions, **changes: Any) -> None:
        super().__init__("test:index:Owner", name, {}, opts)
        known = {
            "cluster_name": pulumi.Output.from_input("apps"),
            "namespace": "shop",
            "service_account_name": "shop-api",
            "account_id": "111122223333",
            "permissions": [READ],
            "tags": {"team": "platform"},
            "parent": self,
        }
        self.identity: PodIdentity | None = create_pod_identity(name, **known | changes)


@pytest.fixture(scope="module")
def recording() -> Recording:
    def build(options: pulumi.ResourceOptions) -> None:
        owner = Owner("api", options)
        assert owner.identity is not None
        pulumi.export("role", owner.identity.role_arn)
        waits = pulumi.ResourceOptions(depends_on=list(owner.identity.needed))
        pulumi.ComponentResource("test:index:Pod", "pod", {}, waits)

    return record_in_cluster(build)


def test_only_pods_of_the_service_account_may_have_the_role(recording: Recording) -> None:
    role = dict(recording.one("Role", "api-pod").inputs)
    assert json.loads(role.pop("assumeRolePolicy")) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {
                    "StringEquals": {
                        "aws:RequestTag/kubernetes-namespace": "shop",
                        "aws:RequestTag/kubernetes-service-account": "shop-api",
                    },
                    "StringLike": {
                        "aws:RequestTag/eks-cluster-arn": "arn:*:eks:*:111122223333:cluster/apps"
                    },
                },
            }
        ],
    }
    assert role == {
        "description": "What the pods of api may do",
        "tags": {"team": "platform", "Name": "api-pod"},
    }


def test_the_role_may_do_what_was_asked_and_nothing_else(recording: Recording) -> None:
    policy = recording.one("RolePolicy", "api-pod").inputs
    assert policy["role"] == recording.one("Role", "api-pod").outputs["name"]
    assert json.loads(policy["policy"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::files/*",
            }
        ],
    }


def test_the_service_account_gets_the_role(recording: Recording) -> None:
    role_arn = recording.one("Role", "api-pod").outputs["arn"]
    assert recording.one("PodIdentityAssociation", "api-pod").inputs == {
        "clusterName": "apps",
        "namespace": "shop",
        "serviceAccount": "shop-api",
        "roleArn": role_arn,
        "tags": {"team": "platform", "Name": "api-pod"},
    }
    assert recording.stack_outputs == {"role": role_arn}


def test_a_pod_waits_for_permission_and_association(recording: Recording) -> None:
    """EKS tells a pod about its role only while it makes the pod."""
    assert recording.one("Pod", "pod").dependencies == {
        recording.one("RolePolicy", "api-pod").urn,
        recording.one("PodIdentityAssociation", "api-pod").urn,
    }


def test_without_permissions_there_is_no_role() -> None:
    def build(options: pulumi.ResourceOptions) -> None:
        assert Owner("api", options, permissions=[]).identity is None

    assert record_in_cluster(build).custom == []
