"""What EKS refuses because of other resources, where moto does not look."""

import json
from collections.abc import Iterable
from ipaddress import ip_network
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import ClientError

from sandbox.aws.kind import Resource
from sandbox.aws.limits import as_list
from sandbox.errors import SandboxError

_MANAGED = "arn:aws:iam::aws:policy/"
_POD_ACTIONS = ("sts:AssumeRole", "sts:TagSession")


def cluster(resource: Resource) -> None:
    """Looks at the role and the network of a cluster that is to be created."""
    arn = resource.get("roleArn")
    is_auto = resource.get("computeConfig", {}).get("enabled") is True
    actions = _POD_ACTIONS if is_auto else _POD_ACTIONS[:1]
    _trusts(resource, "roleArn", arn, "eks.amazonaws.com", actions)
    _has_policy(resource, "roleArn", arn, ["AmazonEKSClusterPolicy"])
    nodes = resource.get("computeConfig", {}).get("nodeRoleArn")
    if nodes:
        _trusts(resource, "computeConfig.nodeRoleArn", nodes, "ec2.amazonaws.com")
    subnets = _subnets(resource, resource.get("vpcConfig")["subnetIds"])
    if len({each["AvailabilityZone"] for each in subnets}) < 2:
        raise SandboxError("vpcConfig.subnetIds: a cluster needs subnets in two zones or more")
    [vpc_id, *others] = {each["VpcId"] for each in subnets}
    if others:
        raise SandboxError("vpcConfig.subnetIds: the subnets are not of one VPC")
    services = resource.get("kubernetesNetworkConfig", {}).get("serviceIpv4Cidr")
    [vpc] = resource.call("DescribeVpcs", "ec2", VpcIds=[vpc_id])["Vpcs"]
    for each in vpc["CidrBlockAssociationSet"] if services else ():
        if ip_network(services).overlaps(ip_network(each["CidrBlock"])):
            raise SandboxError(
                f"kubernetesNetworkConfig.serviceIpv4Cidr: {services} overlaps with the VPC's "
                f"{each['CidrBlock']}"
            )


def node_group(resource: Resource) -> None:
    """Looks at the role and the subnets of a node group that is to be created."""
    arn, found = resource.get("nodeRoleArn"), _cluster(resource)
    _trusts(resource, "nodeRoleArn", arn, "ec2.amazonaws.com")
    policies = ["AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy"]
    _has_policy(resource, "nodeRoleArn", arn, policies)
    subnets = _subnets(resource, resource.get("subnetIds"))
    network = found["resourcesVpcConfig"]["vpcId"]
    if any(each["VpcId"] != network for each in subnets):
        raise SandboxError(f"subnetIds: the subnets are not of the cluster's VPC {network}")


def addon(resource: Resource) -> None:
    """Looks at the roles of an add-on that is to be created."""
    for position, each in enumerate(resource.get("podIdentityAssociations", [])):
        path = f"podIdentityAssociations[{position}].roleArn"
        _trusts(resource, path, each["roleArn"], "pods.eks.amazonaws.com", _POD_ACTIONS)


def access_entry(resource: Resource) -> None:
    """Looks whether there is the role or user that an access entry is for."""
    arn = resource.get("principalArn")
    account, identity = arn.split(":")[4:]
    kind, _, name = identity.partition("/")
    if account != resource.account.account_id:
        return  # one of another account, into which nobody looks from here
    if kind == "role":
        _role(resource, "principalArn", arn)
        return
    try:
        resource.call("GetUser", "iam", UserName=name.rpartition("/")[2])
    except ClientError as error:
        raise SandboxError(f"principalArn: there is no {arn}") from error


def pod_identity(resource: Resource) -> None:
    """Looks whether pods can have the role that is meant for them."""
    arn = resource.get("roleArn")
    _trusts(resource, "roleArn", arn, "pods.eks.amazonaws.com", _POD_ACTIONS)


def _cluster(resource: Resource) -> Any:
    name = resource.get("clusterName")
    return resource.call("DescribeCluster", name=name)["cluster"]


def _subnets(resource: Resource, ids: list[str]) -> list[Any]:
    return resource.call("DescribeSubnets", "ec2", SubnetIds=ids)["Subnets"]


def _role(resource: Resource, path: str, arn: str) -> Any:
    try:
        return resource.call("GetRole", "iam", RoleName=arn.rpartition("/")[2])["Role"]
    except ClientError as error:
        raise SandboxError(f"{path}: there is no role {arn}") from error


def _trusts(
    resource: Resource,
    path: str,
    arn: str,
    service: str,
    actions: Iterable[str] = ("sts:AssumeRole",),
) -> None:
    """A role must exist and let a service use it, or AWS says that its trust policy is wrong."""
    document = _role(resource, path, arn)["AssumeRolePolicyDocument"]
    policy = json.loads(unquote(document)) if isinstance(document, str) else document
    allowed = {
        action
        for statement in as_list(policy["Statement"])
        if statement["Effect"] == "Allow"
        and service in as_list(statement.get("Principal", {}).get("Service"))
        for action in as_list(statement["Action"])
    }
    lacking = [action for action in actions if action not in allowed]
    if lacking:
        raise SandboxError(
            f"{path}: the trust policy of {arn} does not let {service} do {' and '.join(lacking)}"
        )


def _has_policy(resource: Resource, path: str, arn: str, policies: list[str]) -> None:
    """EKS looks for AWS's own policies, so they must be attached before, with depends_on."""
    name = arn.rpartition("/")[2]
    attached = resource.call("ListAttachedRolePolicies", "iam", RoleName=name)["AttachedPolicies"]
    if not {each["PolicyArn"] for each in attached} & {f"{_MANAGED}{each}" for each in policies}:
        raise SandboxError(
            f"{path}: {' or '.join(policies)} is not attached to {arn} yet; attach it before, "
            "with depends_on"
        )
