"""What moto lacks of EKS: settings that it forgets, the security group, add-ons."""

# pyright: reportPrivateUsage=false, reportAttributeAccessIssue=false
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# It lives inside of moto's classes, of which moto tells hardly any types.

import base64
import ipaddress
from collections.abc import Mapping
from typing import Any

from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]
from moto.acm.models import AWS_ROOT_CA
from moto.core.responses import ActionResult
from moto.core.utils import unix_time
from moto.ec2.models import ec2_backends
from moto.eks import urls
from moto.eks.exceptions import InvalidRequestException, ResourceInUseException
from moto.eks.models import EKSBackend
from moto.eks.responses import EKSResponse as Eks
from moto.moto_api._internal import mock_random

from sandbox import moto_eks_access
from sandbox.aws.eks_names import ADDON_NAMESPACES, LOG_TYPES, access_policy
from sandbox.moto_eks_access import (
    arn,
    cluster_of,
    in_path,
    kept,
    kept_one,
    make_entry,
    make_identity,
    request,
    take,
    times,
)
from sandbox.provider import is_map

_DEFAULT_VERSION = "1.34"
_GROUP_TEXT = (
    "EKS created security group applied to ENI that is attached to EKS Control Plane master "
    "nodes, as well as any managed workloads."
)
_DEFAULTS: Mapping[str, Any] = {
    "accessConfig": {
        "authenticationMode": "CONFIG_MAP",
        "bootstrapClusterCreatorAdminPermissions": True,
    },
    "computeConfig": {"enabled": False},
    "storageConfig": {"blockStorage": {"enabled": False}},
    "upgradePolicy": {"supportType": "EXTENDED"},
    "zonalShiftConfig": {"enabled": False},
    "controlPlaneScalingConfig": {"tier": "standard"},
    "deletionProtection": False,
}
# What EKS does where a cluster does not say it. Source: its API reference, CreateCluster.
_endpoint = {"url": ""}
_create_cluster = Eks.create_cluster
_delete_cluster = EKSBackend.delete_cluster
_create_node_group = Eks.create_nodegroup


def set_kubernetes_endpoint(url: str) -> None:
    """Says where the Kubernetes API is of all clusters that are created from now on."""
    _endpoint["url"] = url


def add() -> None:
    """Adds the actions; a second call changes nothing."""
    # Which operation it is, moto finds by botocore's model; the paths only lead to EKS.
    for path in ("clusters/(?P<name>[^/]+)/(?P<rest>.+)$", "access-policies$"):
        urls.url_paths[f"{{0}}/{path}"] = Eks.dispatch
    Eks.create_cluster = _create_complete_cluster
    Eks.update_cluster_config = _update_cluster
    Eks.associate_encryption_config = _encrypt
    Eks.describe_update = _describe_update
    EKSBackend.delete_cluster = _delete_unprotected_cluster
    Eks.create_nodegroup = _create_complete_node_group
    Eks.create_addon = _create_addon
    Eks.describe_addon = _describe_addon
    Eks.list_addons = _list_addons
    Eks.delete_addon = _delete_addon
    moto_eks_access.add()


def _create_complete_cluster(self: Eks) -> ActionResult:
    """A cluster that remembers all that it was given, with a security group and our API."""
    asked = request(self)
    ec2: Any = ec2_backends[self.current_account][self.region]
    vpc_id = ec2.get_subnet(asked["resourcesVpcConfig"]["subnetIds"][0]).vpc_id
    answer: Any = _create_cluster(self)
    cluster: Any = answer.result["cluster"]
    for key, default in _DEFAULTS.items():
        given = asked.get(key, default)
        setattr(cluster, xform_name(key), {**default, **given} if default else given)
    cluster.version = asked.get("version", _DEFAULT_VERSION)
    cluster.logging = _logging(asked.get("logging", {}))
    is_public = asked["resourcesVpcConfig"].get("endpointPublicAccess", True)
    cluster.resources_vpc_config = {
        "securityGroupIds": [],
        "endpointPublicAccess": is_public,
        "endpointPrivateAccess": False,
        "publicAccessCidrs": ["0.0.0.0/0"] if is_public else [],
        **asked["resourcesVpcConfig"],
        "vpcId": vpc_id,
        "clusterSecurityGroupId": _create_group(ec2, cluster.name, vpc_id),
    }
    cluster.kubernetes_network_config = {
        "ipFamily": "ipv4",
        "serviceIpv4Cidr": _service_network(ec2.get_vpc(vpc_id).cidr_block),
        "elasticLoadBalancing": {"enabled": False},
        **asked.get("kubernetesNetworkConfig", {}),
    }
    identity = mock_random.get_random_hex(32).upper()
    issuer = f"https://oidc.eks.{self.region}.amazonaws.com/id/{identity}"
    cluster.identity = {"oidc": {"issuer": issuer}}
    cluster.endpoint = _endpoint["url"] or f"https://{identity}.eks.invalid"
    cluster.certificate_authority = {"data": base64.b64encode(AWS_ROOT_CA).decode()}
    if "nodeRoleArn" in cluster.compute_config:
        nodes = {"principalArn": cluster.compute_config["nodeRoleArn"], "type": "EC2"}
        entry = make_entry(self, cluster, nodes)
        entry["policies"][access_policy("AmazonEKSAutoNodePolicy")] = {"type": "cluster"}
    return answer


def _logging(asked: dict[str, Any]) -> dict[str, Any]:
    setups = asked.get("clusterLogging", [])
    on = [each for setup in setups if setup.get("enabled") for each in setup["types"]]
    off = [each for each in LOG_TYPES if each not in on]
    both = [{"types": on, "enabled": True}, {"types": off, "enabled": False}]
    return {"clusterLogging": [each for each in both if each["types"]]}


def _create_group(ec2: Any, cluster: str, vpc_id: str) -> str:
    name = f"eks-cluster-sg-{cluster}-{mock_random.randint(10**8, 10**9 - 1)}"
    tags = {
        "Name": name,
        f"kubernetes.io/cluster/{cluster}": "owned",
        "aws:eks:cluster-name": cluster,
    }
    group = ec2.create_security_group(name, _GROUP_TEXT, vpc_id=vpc_id, tags=tags)
    ec2.authorize_security_group_ingress(
        group.id, "-1", None, None, [], source_groups=[{"GroupId": group.id}]
    )
    return group.id


def _service_network(vpc_network: str) -> str:
    """The one of AWS's two networks that the VPC leaves free."""
    first, second = "10.100.0.0/16", "172.20.0.0/16"
    taken = ipaddress.ip_network(vpc_network).overlaps(ipaddress.ip_network(first))
    return second if taken else first


def _update_cluster(self: Eks) -> ActionResult:
    cluster, asked = cluster_of(self), request(self)
    for key in ("resourcesVpcConfig", "kubernetesNetworkConfig", *_DEFAULTS):
        if key in asked:
            name, new = xform_name(key), asked[key]
            old = getattr(cluster, name)
            setattr(cluster, name, {**old, **new} if is_map(new) else new)
    if "logging" in asked:
        cluster.logging = _logging(asked["logging"])
    return _updated("ConfigUpdate")


def _encrypt(self: Eks) -> ActionResult:
    cluster_of(self).encryption_config = request(self)["encryptionConfig"]
    return _updated("AssociateEncryptionConfig")


def _describe_update(self: Eks) -> ActionResult:
    cluster_of(self)
    return _updated("ConfigUpdate", in_path(self, "updateId"))


def _updated(kind: str, update_id: str = "") -> ActionResult:
    """An update that is done already, as all of them are here."""
    update: dict[str, Any] = {
        "id": update_id or str(mock_random.uuid4()),
        "status": "Successful",
        "type": kind,
        "params": [],
        "errors": [],
        "createdAt": unix_time(),
    }
    return ActionResult({"update": update})


def _delete_unprotected_cluster(self: EKSBackend, name: str) -> Any:
    cluster: Any = self.describe_cluster(name)
    if cluster.deletion_protection:
        reason = f"Cluster {name} has deletion protection; disable it before deleting the cluster"
        raise InvalidRequestException(clusterName=name, message=reason)
    _delete_cluster(self, name)
    ec2: Any = ec2_backends[self.account_id][self.region_name]
    ec2.delete_security_group(group_id=cluster.resources_vpc_config["clusterSecurityGroupId"])
    return cluster


def _create_complete_node_group(self: Eks) -> ActionResult:
    asked, cluster = request(self), cluster_of(self)
    answer: Any = _create_node_group(self)
    group: Any = answer.result["nodegroup"]
    group.version = asked.get("version", cluster.version)
    group.release_version = asked.get("releaseVersion", f"{group.version}.1-20261101")
    group.ami_type = asked.get("amiType", "AL2023_x86_64_STANDARD")
    group.update_config = asked.get("updateConfig", {"maxUnavailable": 1})
    group.node_repair_config = asked.get("nodeRepairConfig", {"enabled": False})
    group.remote_access = asked.get("remoteAccess")
    if group.remote_access is None:
        del group.resources["remoteAccessSecurityGroup"]
    if group.launch_template:
        group.disk_size = None
    role = asked["nodeRole"]
    by_entries = cluster.access_config["authenticationMode"] != "CONFIG_MAP"
    if by_entries and role not in kept(self, "entries"):
        make_entry(self, cluster, {"principalArn": role, "type": "EC2_LINUX"})
    return answer


def _create_addon(self: Eks) -> ActionResult:
    asked, cluster = request(self), cluster_of(self)
    name, addons = asked["addonName"], kept(self, "addons")
    if name in addons:
        raise ResourceInUseException(message="Addon already exists.", addonName=name)
    addon_arn = arn(self, f"addon/{cluster.name}/{name}/{mock_random.uuid4()}")
    namespace = asked.get("namespaceConfig", {}).get("namespace") or ADDON_NAMESPACES.get(name)
    owned = {"namespace": namespace or "kube-system", "ownerArn": addon_arn}
    identities = [
        make_identity(self, {**owned, **each}) for each in asked.get("podIdentityAssociations", [])
    ]
    addons[name] = {
        # Which version is the default changes every few weeks; nothing here depends on it.
        "addonVersion": "v1.0.0-eksbuild.1",
        **{key: value for key, value in asked.items() if key != "resolveConflicts"},
        **times(),
        "clusterName": cluster.name,
        "status": "ACTIVE",
        "health": {"issues": []},
        "addonArn": addon_arn,
        "podIdentityAssociations": [each["associationArn"] for each in identities],
    }
    return ActionResult({"addon": addons[name]})


def _addon(self: Eks) -> dict[str, Any]:
    name, cluster = in_path(self, "addonName"), in_path(self, "name")
    return kept_one(self, "addons", name, f"No addon: {name} found in cluster: {cluster}")


def _describe_addon(self: Eks) -> ActionResult:
    return ActionResult({"addon": _addon(self)})


def _list_addons(self: Eks) -> ActionResult:
    return ActionResult({"addons": sorted(kept(self, "addons"))})


def _delete_addon(self: Eks) -> ActionResult:
    addon = _addon(self)
    for identity in [*kept(self, "identities").values()]:
        if identity.get("ownerArn") == addon["addonArn"]:
            take(self, "identities", identity)
    return ActionResult({"addon": take(self, "addons", addon)})
