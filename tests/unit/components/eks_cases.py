"""Arguments and a recording for the tests of EksCluster."""

import json
from typing import Any

import pulumi

from components.eks_cluster import EksCluster
from components.eks_cluster_args import EksClusterArgs, NodeGroupArgs
from tools.recording.recorder import Recording, Resource, record_component

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
DEPLOY = "arn:aws:iam::111122223333:role/deploy"
RESCUE = "arn:aws:iam::111122223333:role/ops/break-glass"
TAGS = {"team": "platform"}


def args(**changes: Any) -> EksClusterArgs:
    return EksClusterArgs(
        **{
            "region": "us-east-1",
            "version": "1.34",
            "subnet_ids": ["subnet-1", "subnet-2"],
            "service_cidr_block": "172.20.0.0/16",
            "kms_key_arn": KEY,
            "admin_role_arns": {"deploy": DEPLOY, "break-glass": RESCUE},
        }
        | changes
    )


def group(**changes: Any) -> NodeGroupArgs:
    return NodeGroupArgs(
        **{"instance_types": ["m7g.large", "m6g.large"], "min_nodes": 2, "max_nodes": 6} | changes
    )


def record_clusters() -> Recording:
    """`auto` has the machines of EKS Auto Mode, `own` a node group, `spare` the least."""

    def build(options: pulumi.ResourceOptions) -> None:
        auto = args(
            load_balancer_security_group_id="sg-balancer",
            target_ports=[3000, 8080],
            public_access_cidr_blocks=["203.0.113.0/24"],
            tags=TAGS,
        )
        EksCluster("auto", auto, options)
        own = args(
            node_group=group(),
            addon_versions={"coredns": "v1.12.4-eksbuild.1"},
            log_retention_days=365,
            tags=TAGS,
        )
        EksCluster("own", own, options)
        spare = args(
            node_group=group(instance_types=["m7i.large"], volume_gib=20),
            container_insights=False,
            deletion_protection=False,
            partition="aws-us-gov",
        )
        EksCluster("spare", spare, options)

    return record_component(build)


def trust(role: Resource) -> Any:
    """The only statement of a role's trust policy."""
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    return statement


def policies(recording: Recording, role: str) -> dict[str, str]:
    """The policies of a role by the names of their attachments."""
    name = recording.one("Role", role).outputs["name"]
    return {
        each.name: each.inputs["policyArn"]
        for each in recording.of_type("RolePolicyAttachment")
        if each.inputs["role"] == name
    }
