"""The shop on EKS, made with boto3 and plain requests: what the doctor must call healthy."""

import json
import shutil
from pathlib import Path
from typing import Any

from model.description import Description
from model.load import load_files
from tests.unit.doctor import deployed as builder
from tests.unit.doctor.conftest import PROJECT
from tests.unit.doctor.deployed import ACCOUNT, Clients, Deployed, allow
from tests.unit.doctor.eks import exporter, objects
from tests.unit.doctor.eks.cluster import VERSION, Cluster

NAME = "platform-eks"
ADMINISTRATORS = ("slipway-deploy", "slipway-break-glass")
LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
METRICS = "    metrics: {path: /metrics}\n    kubernetes: {secretKeys: {API_KEY: api-key}}\n"

CHANGES = {
    "slipway:runtime: fargate": "slipway:runtime: eks",
    "prometheusOperator: false": "prometheusOperator: true",
}
"""Of the stack file."""


def describe(root: Path, *, stack: dict[str, str], system: dict[str, str]) -> Description:
    """Reads the project on EKS.

    Args:
        root: Folder for the changed copy; it must not exist.
        stack: More old text to new text, in the stack file.
        system: The same in the system file.
    """
    shutil.copytree(PROJECT, root)
    own = {"    requires: [NODE": f"{METRICS}    requires: [NODE"}
    for file, changes in (
        (root / "Pulumi.staging.yaml", CHANGES | stack),
        (root / "systems" / "shop.yaml", own | system),
    ):
        text = file.read_text()
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        file.write_text(text)
    return load_files(root, "staging")


def build(
    client: Clients, endpoint: str, certificate: tuple[bytes, bytes], cluster: Cluster
) -> Deployed:
    """Builds the shop in an empty account and an empty cluster."""
    deployed = Deployed(client, endpoint)
    ids = deployed.ids
    builder.build_shared(client, ids, certificate)
    create_cluster(client, ids)
    for name, port in (("database", 5432), ("cache", 6379)):
        allow(client, ids[f"{name}-group"], port, group=ids["cluster-group"])
    client("elbv2").add_tags(
        ResourceArns=[ids["target-group"]],
        Tags=[{"Key": "eks:eks-cluster-name", "Value": NAME}],
    )
    cluster.post(*objects.of_platform())
    cluster.create(*objects.of_system())
    exporter.record(cluster)
    cluster.create(*objects.of_api(ids["target-group"]), *objects.of_worker())
    deployed.outputs = _outputs(ids)
    return deployed


def create_cluster(client: Clients, ids: dict[str, str], **changes: Any) -> None:
    """Creates the EKS cluster, with changes."""
    eks = client("eks")
    for name in ("control-plane", "node"):
        ids[f"{name}-role"] = _role(client, f"{NAME}-{name}")
    answer = eks.create_cluster(
        **{
            "name": NAME,
            "version": VERSION,
            "roleArn": ids["control-plane-role"],
            "resourcesVpcConfig": {
                "subnetIds": [ids["private"], ids["isolated-b"]],
                "endpointPublicAccess": False,
                "endpointPrivateAccess": True,
            },
            "accessConfig": {
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": False,
            },
            "computeConfig": {
                "enabled": True,
                "nodePools": ["general-purpose", "system"],
                "nodeRoleArn": ids["node-role"],
            },
            "kubernetesNetworkConfig": {
                "serviceIpv4Cidr": "172.20.0.0/16",
                "elasticLoadBalancing": {"enabled": True},
            },
            "storageConfig": {"blockStorage": {"enabled": True}},
            "upgradePolicy": {"supportType": "STANDARD"},
            "logging": {"clusterLogging": [{"types": LOG_TYPES, "enabled": True}]},
            "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": ids["key"]}}],
            "deletionProtection": False,
            **changes,
        }
    )
    ids["cluster-group"] = answer["cluster"]["resourcesVpcConfig"]["clusterSecurityGroupId"]
    group = f"/aws/eks/{NAME}/cluster"
    client("logs").create_log_group(logGroupName=group)
    client("logs").put_retention_policy(logGroupName=group, retentionInDays=30)
    for role in ADMINISTRATORS:
        admit(client, _role(client, role))
    for addon in ("metrics-server", "amazon-cloudwatch-observability"):
        eks.create_addon(clusterName=NAME, addonName=addon)


def admit(client: Clients, principal: str, policy: str = "AmazonEKSClusterAdminPolicy") -> None:
    """Lets somebody enter the cluster."""
    client("eks").create_access_entry(clusterName=NAME, principalArn=principal)
    client("eks").associate_access_policy(
        clusterName=NAME,
        principalArn=principal,
        policyArn=f"arn:aws:eks::aws:cluster-access-policy/{policy}",
        accessScope={"type": "cluster"},
    )


def _role(client: Clients, name: str) -> str:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "eks.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
    assert role["Role"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/{name}"
    return role["Role"]["Arn"]


def _outputs(ids: dict[str, str]) -> dict[str, Any]:
    def service(name: str, service_name: str | None, target_group: str | None) -> dict[str, Any]:
        return {
            "namespace": "shop",
            "deploymentName": f"shop-{name}",
            "serviceName": service_name,
            "targetGroupArn": target_group,
            "securityGroupId": ids["cluster-group"],
        }

    shared = builder.shared_outputs(
        ids,
        platform={
            "clusterName": NAME,
            "clusterSecurityGroupId": ids["cluster-group"],
            "keyArn": ids["key"],
        },
        system={
            "services": {
                "api": service("api", "shop-api-service", ids["target-group"]),
                "worker": service("worker", None, None),
            },
            "tasks": {
                "bootstrap": {
                    "namespace": "shop",
                    "jobName": "shop-bootstrap",
                    "securityGroupId": ids["cluster-group"],
                }
            },
            "statusExporter": {"namespace": "shop", "kind": "CronJob", "name": exporter.NAME},
        },
    )
    return {"runtime": "eks", **shared}
