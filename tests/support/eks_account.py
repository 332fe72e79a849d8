"""An account that has what a cluster needs: roles and subnets."""

import json
from functools import cached_property
from typing import Any

from tests.support.account import Account, Made

CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
ADDON = "aws:eks/addon:Addon"
ENTRY = "aws:eks/accessEntry:AccessEntry"
POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def trust(service: str, *actions: str) -> str:
    """The policy of a role that lets a service use it."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": list(actions or ("sts:AssumeRole", "sts:TagSession")),
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class EksAccount:
    """What stands around the clusters of one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.client = account.client("eks")

    def role(self, name: str, document: str, *policies: str) -> str:
        """Creates a role with policies of AWS's own; returns its ARN."""
        made = self.account.create("aws:iam/role:Role", name, assumeRolePolicy=document)
        for policy in policies:
            self.account.create(
                "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                f"{name}-{policy}",
                role=made.id,
                policyArn=f"arn:aws:iam::aws:policy/{policy}",
            )
        return made.outputs["arn"]

    def subnet(self, name: str, network: str, zone: str = "a") -> str:
        """Creates a subnet in a VPC of its own; returns its id."""
        vpc = self.account.create("aws:ec2/vpc:Vpc", name, cidrBlock=network).id
        return self._subnet(name, vpc, network, zone)

    @cached_property
    def subnets(self) -> list[str]:
        """Three subnets of one VPC; the first and the last share their zone."""
        vpc = self.account.create("aws:ec2/vpc:Vpc", "net", cidrBlock="10.0.0.0/16").id
        return [
            self._subnet(f"net-{position}", vpc, f"10.0.{position}.0/24", zone)
            for position, zone in enumerate("aba")
        ]

    @cached_property
    def cluster_role(self) -> str:
        """A role that clusters can have."""
        return self.role("cluster", trust("eks.amazonaws.com"), "AmazonEKSClusterPolicy")

    @cached_property
    def node_role(self) -> str:
        """A role that nodes can have."""
        return self.role("nodes", trust("ec2.amazonaws.com"), "AmazonEKSWorkerNodePolicy")

    @cached_property
    def pod_role(self) -> str:
        """A role that pods can have."""
        return self.role("pods", trust("pods.eks.amazonaws.com"))

    def inputs(self, **changes: Any) -> dict[str, Any]:
        """The inputs of a cluster in Auto Mode, with changes."""
        return {
            "roleArn": self.cluster_role,
            "version": "1.34",
            "vpcConfig": {
                "subnetIds": self.subnets[:2],
                "endpointPrivateAccess": True,
                "endpointPublicAccess": False,
            },
            "accessConfig": {
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": False,
            },
            "bootstrapSelfManagedAddons": False,
            "computeConfig": {
                "enabled": True,
                "nodePools": ["general-purpose", "system"],
                "nodeRoleArn": self.node_role,
            },
            "storageConfig": {"blockStorage": {"enabled": True}},
            "kubernetesNetworkConfig": {
                "elasticLoadBalancing": {"enabled": True},
                "serviceIpv4Cidr": "172.20.0.0/16",
            },
            "enabledClusterLogTypes": ["api", "audit"],
            "encryptionConfig": {
                "provider": {"keyArn": "arn:aws:kms:us-east-1:123456789012:key/k"},
                "resources": ["secrets"],
            },
            "upgradePolicy": {"supportType": "STANDARD"},
            "deletionProtection": True,
            **changes,
        }

    def cluster(self, name: str, **changes: Any) -> Made:
        """Creates a cluster."""
        return self.account.create(CLUSTER, name, **self.inputs(**changes))

    def _subnet(self, name: str, vpc: str, network: str, zone: str) -> str:
        return self.account.create(
            "aws:ec2/subnet:Subnet",
            name,
            vpcId=vpc,
            cidrBlock=network,
            availabilityZone=f"us-east-1{zone}",
        ).id
