"""What moto lacks of access to EKS clusters: access entries, their policies, pod identity."""

# pyright: reportPrivateUsage=false, reportAttributeAccessIssue=false
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# It lives inside of moto's classes, of which moto tells hardly any types.

import json
import string
from typing import Any
from urllib.parse import unquote

from moto.core.responses import ActionResult
from moto.core.utils import unix_time
from moto.eks.exceptions import (
    InvalidRequestException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from moto.eks.responses import EKSResponse as Eks
from moto.moto_api._internal import mock_random

from sandbox.aws.eks_names import ACCESS_POLICIES, access_policy


def add() -> None:
    """Adds the actions; a second call changes nothing."""
    Eks.list_access_policies = _list_policies
    Eks.create_access_entry = _create_entry
    Eks.describe_access_entry = _describe_entry
    Eks.list_access_entries = _list_entries
    Eks.delete_access_entry = _delete_entry
    Eks.associate_access_policy = _associate_policy
    Eks.list_associated_access_policies = _list_associated
    Eks.disassociate_access_policy = _disassociate_policy
    Eks.create_pod_identity_association = _create_identity
    Eks.describe_pod_identity_association = _describe_identity
    Eks.list_pod_identity_associations = _list_identities
    Eks.delete_pod_identity_association = _delete_identity


def request(self: Eks) -> dict[str, Any]:
    """What was asked for in the request's body."""
    return json.loads(self.body or "{}")


def in_path(self: Eks, key: str) -> str:
    """What stands in the request's path, by the operation's own word for it."""
    return unquote(self.uri_match[key])


def cluster_of(self: Eks) -> Any:
    """The cluster that the request is about."""
    return self.eks_backend.describe_cluster(in_path(self, "name"))


def kept(self: Eks, kind: str) -> dict[str, dict[str, Any]]:
    """What a cluster has of something, by name."""
    return vars(cluster_of(self)).setdefault(f"kept_{kind}", {})


def kept_one(self: Eks, kind: str, key: str, missing: str) -> dict[str, Any]:
    """One of those; without it AWS's answer that there is none."""
    found = kept(self, kind).get(key)
    if found is None:
        raise ResourceNotFoundException(message=missing)
    return found


def take(self: Eks, kind: str, record: dict[str, Any]) -> dict[str, Any]:
    """Takes one of those away."""
    found = kept(self, kind)
    [key] = [key for key, each in found.items() if each is record]
    return found.pop(key)


def arn(self: Eks, resource: str) -> str:
    """An ARN of EKS where the request was sent."""
    return f"arn:aws:eks:{self.region}:{self.current_account}:{resource}"


def times() -> dict[str, float]:
    """When something that is made now was made."""
    return {"createdAt": unix_time(), "modifiedAt": unix_time()}


def make_entry(self: Eks, cluster: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """Gives a cluster an access entry."""
    entries = vars(cluster).setdefault("kept_entries", {})
    principal = asked["principalArn"]
    if principal in entries:
        reason = "The specified access entry resource is already in use on this cluster."
        raise ResourceInUseException(message=reason)
    account, resource = principal.split(":")[4:]
    kind, _, name = resource.partition("/")
    session = f"arn:aws:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}"
    path = f"access-entry/{cluster.name}/{kind}/{account}/{name}/{mock_random.uuid4()}"
    entries[principal] = {
        "type": "STANDARD",
        "username": session if kind == "role" else principal,
        "kubernetesGroups": [],
        **asked,
        **times(),
        "clusterName": cluster.name,
        "accessEntryArn": arn(self, path),
        "policies": {},
    }
    return entries[principal]


def make_identity(self: Eks, asked: dict[str, Any]) -> dict[str, Any]:
    """Gives the pods of a service account their role."""
    cluster, identities = cluster_of(self), kept(self, "identities")
    pods = (asked["namespace"], asked["serviceAccount"])
    if any((each["namespace"], each["serviceAccount"]) == pods for each in identities.values()):
        reason = f"Association already exists: the service account {'/'.join(pods)} has a role"
        raise ResourceInUseException(message=reason)
    letters = string.ascii_lowercase + string.digits
    association = "a-" + "".join(mock_random.choice(letters) for _ in range(17))
    identities[association] = {
        "disableSessionTags": False,
        **asked,
        **times(),
        "clusterName": cluster.name,
        "associationId": association,
        "associationArn": arn(self, f"podidentityassociation/{cluster.name}/{association}"),
    }
    return identities[association]


def _list_policies(self: Eks) -> ActionResult:
    del self
    listed = [{"name": name, "arn": access_policy(name)} for name in ACCESS_POLICIES]
    return ActionResult({"accessPolicies": listed})


def _create_entry(self: Eks) -> ActionResult:
    cluster = cluster_of(self)
    if cluster.access_config["authenticationMode"] == "CONFIG_MAP":
        reason = (
            "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] "
            "to perform this operation."
        )
        raise InvalidRequestException(message=reason)
    return ActionResult({"accessEntry": make_entry(self, cluster, request(self))})


def _entry(self: Eks) -> dict[str, Any]:
    principal = in_path(self, "principalArn")
    missing = f"The specified principalArn could not be found: {principal}"
    return kept_one(self, "entries", principal, missing)


def _describe_entry(self: Eks) -> ActionResult:
    return ActionResult({"accessEntry": _entry(self)})


def _list_entries(self: Eks) -> ActionResult:
    return ActionResult({"accessEntries": sorted(kept(self, "entries"))})


def _delete_entry(self: Eks) -> ActionResult:
    take(self, "entries", _entry(self))
    return ActionResult({})


def _associate_policy(self: Eks) -> ActionResult:
    entry, asked = _entry(self), request(self)
    entry["policies"][asked["policyArn"]] = asked["accessScope"]
    return _policies(entry, associatedAccessPolicy=_associated(entry, asked["policyArn"]))


def _list_associated(self: Eks) -> ActionResult:
    entry = _entry(self)
    listed = [_associated(entry, policy) for policy in entry["policies"]]
    return _policies(entry, associatedAccessPolicies=listed)


def _policies(entry: dict[str, Any], **answer: Any) -> ActionResult:
    whose = {key: entry[key] for key in ("clusterName", "principalArn")}
    return ActionResult({**whose, **answer})


def _associated(entry: dict[str, Any], policy: str) -> dict[str, Any]:
    since = {"associatedAt": entry["createdAt"], "modifiedAt": entry["modifiedAt"]}
    return {"policyArn": policy, "accessScope": entry["policies"][policy], **since}


def _disassociate_policy(self: Eks) -> ActionResult:
    policy = in_path(self, "policyArn")
    if _entry(self)["policies"].pop(policy, None) is None:
        raise ResourceNotFoundException(message=f"The access policy {policy} is not associated.")
    return ActionResult({})


def _create_identity(self: Eks) -> ActionResult:
    return ActionResult({"association": make_identity(self, request(self))})


def _identity(self: Eks) -> dict[str, Any]:
    identity = in_path(self, "associationId")
    return kept_one(self, "identities", identity, f"Association not found: {identity}")


def _describe_identity(self: Eks) -> ActionResult:
    return ActionResult({"association": _identity(self)})


def _delete_identity(self: Eks) -> ActionResult:
    return ActionResult({"association": take(self, "identities", _identity(self))})


def _list_identities(self: Eks) -> ActionResult:
    asked = {key: self._get_param(key) for key in ("namespace", "serviceAccount")}
    wanted = {key: value for key, value in asked.items() if value is not None}
    found = [each for each in kept(self, "identities").values() if wanted.items() <= each.items()]
    return ActionResult({"associations": found})
