"""What EKS refuses about inputs alone where botocore's models and moto let it pass."""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network
from typing import Any

import yaml

from sandbox.aws.eks_names import ACCESS_POLICIES, ADDONS, ENTRY_TYPES, NODE_POOLS, access_policy
from sandbox.aws.rules import Rule, matches, one_of, value_at, within
from sandbox.provider import UNKNOWN, Plain, Problem, is_list, is_map

_AUTO_MODE = (
    "computeConfig.enabled",
    "kubernetesNetworkConfig.elasticLoadBalancing.enabled",
    "storageConfig.blockStorage.enabled",
)
_PRIVATE = tuple(IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def _items(inputs: Plain, path: str) -> list[Any]:
    """The known items of a list."""
    found = value_at(inputs, path)
    return [each for each in found if each is not UNKNOWN] if is_list(found) else []


def _is_unknown(inputs: Plain, path: str) -> bool:
    found: Any = inputs
    for key in path.split("."):
        if found is UNKNOWN:
            return True
        found = found.get(key) if is_map(found) else None
    return found is UNKNOWN


def _auto_mode(inputs: Plain) -> Iterator[Problem]:
    if any(_is_unknown(inputs, path) for path in _AUTO_MODE):
        return
    enabled = {path: bool(value_at(inputs, path)) for path in _AUTO_MODE}
    if len({*enabled.values()}) > 1:
        off = next(path for path, is_on in enabled.items() if not is_on)
        reason = f"{' and '.join(_AUTO_MODE)} must all be on or all be off (EKS Auto Mode)"
        yield Problem(off, reason)
    if not enabled["computeConfig.enabled"]:
        return
    if inputs.get("bootstrapSelfManagedAddons", True) is True:
        yield Problem("bootstrapSelfManagedAddons", "must be false with EKS Auto Mode")
    if value_at(inputs, "accessConfig.authenticationMode") in (None, "CONFIG_MAP") and not (
        _is_unknown(inputs, "accessConfig.authenticationMode")
    ):
        reason = "must be API or API_AND_CONFIG_MAP with EKS Auto Mode"
        yield Problem("accessConfig.authenticationMode", reason)


def _node_pools(inputs: Plain) -> Iterator[Problem]:
    compute = value_at(inputs, "computeConfig")
    if not is_map(compute):
        return
    for position, each in enumerate(_items(compute, "nodePools")):
        if each not in NODE_POOLS:
            reason = f"{each!r} is refused by AWS; use {' or '.join(NODE_POOLS)}"
            yield Problem(f"computeConfig.nodePools[{position}]", reason)
    if bool(compute.get("nodePools")) != bool(compute.get("nodeRoleArn")):
        absent = "nodeRoleArn" if compute.get("nodePools") else "nodePools"
        reason = "nodePools and nodeRoleArn are given together or not at all"
        yield Problem(f"computeConfig.{absent}", reason)


def _endpoint(inputs: Plain) -> Iterator[Problem]:
    network = value_at(inputs, "vpcConfig")
    if not is_map(network):
        return
    private, public = (
        network.get(f"endpoint{which}Access", default)
        for which, default in (("Private", False), ("Public", True))
    )
    if private is False and public is False:
        reason = "the cluster's API needs a private or a public endpoint"
        yield Problem("vpcConfig.endpointPrivateAccess", reason)
    for position, each in enumerate(_items(network, "publicAccessCidrs")):
        path = f"vpcConfig.publicAccessCidrs[{position}]"
        try:
            is_private = any(IPv4Network(each).subnet_of(block) for block in _PRIVATE)
        except ValueError as error:
            yield Problem(path, f"{error}; use the address of a network")
            continue
        if is_private:
            reason = f"'{each}' is refused by AWS; private addresses use the private endpoint"
            yield Problem(path, reason)
    subnets = network.get("subnetIds")
    if is_list(subnets) and len(subnets) < 2:
        yield Problem("vpcConfig.subnetIds", f"has {len(subnets)} items; AWS asks for 2 or more")


def _service_network(inputs: Plain) -> Iterator[Problem]:
    path = "kubernetesNetworkConfig.serviceIpv4Cidr"
    text = value_at(inputs, path)
    if text is None:
        return
    reason = "a private network of /12 to /24"
    try:
        network = IPv4Network(text)
    except ValueError:
        yield Problem(path, f"'{text}' is refused by AWS; use {reason}")
        return
    is_private = any(network.subnet_of(block) for block in _PRIVATE)
    if not (is_private and 12 <= network.prefixlen <= 24):
        yield Problem(path, f"'{text}' is refused by AWS; use {reason}")


def _only_secrets(inputs: Plain) -> Iterator[Problem]:
    resources = value_at(inputs, "encryptionConfig.resources")
    if resources is not None and resources != ["secrets"] and UNKNOWN not in resources:
        yield Problem("encryptionConfig.resources", "is refused by AWS; use ['secrets']")


def _scaling(inputs: Plain) -> Iterator[Problem]:
    low, wanted, high = (
        value_at(inputs, f"scalingConfig.{key}Size") for key in ("min", "desired", "max")
    )
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield Problem("scalingConfig.minSize", f"{low} is above maxSize ({high})")
    elif all(isinstance(each, int) for each in (low, wanted, high)) and not low <= wanted <= high:
        reason = f"{wanted} is refused by AWS; use minSize ({low}) to maxSize ({high})"
        yield Problem("scalingConfig.desiredSize", reason)


def _update(inputs: Plain) -> Iterator[Problem]:
    update = value_at(inputs, "updateConfig")
    ways = ("maxUnavailable", "maxUnavailablePercentage")
    if is_map(update) and all(key in update for key in ways):
        yield Problem("updateConfig", f"has both {' and '.join(ways)}; AWS takes one")


def _configuration(inputs: Plain) -> Iterator[Problem]:
    text = value_at(inputs, "configurationValues")
    if text is None:
        return
    try:
        is_fit = is_map(yaml.safe_load(text))
    except yaml.YAMLError:
        is_fit = False
    if not is_fit:
        yield Problem("configurationValues", "is neither a JSON object nor a map in YAML")


def _groups(inputs: Plain) -> Iterator[Problem]:
    type_ = inputs.get("type", "STANDARD")
    if inputs.get("kubernetesGroups") and type_ is not UNKNOWN and type_ != "STANDARD":
        reason = f"is refused by AWS for the type {type_}; only STANDARD has groups"
        yield Problem("kubernetesGroups", reason)
    for position, each in enumerate(_items(inputs, "kubernetesGroups")):
        if re.match(r"system:|eks:|aws:|amazon:|iam:", each):
            reason = f"'{each}' is refused by AWS; use a name without system:, eks: and the like"
            yield Problem(f"kubernetesGroups[{position}]", reason)


def _scope(inputs: Plain) -> Iterator[Problem]:
    scope = value_at(inputs, "accessScope")
    if not is_map(scope) or scope.get("type") not in ("cluster", "namespace"):
        return
    if (scope["type"] == "namespace") != bool(scope.get("namespaces")):
        reason = "is what the type namespace has, and only it"
        yield Problem("accessScope.namespaces", reason)


CLUSTER: Sequence[Rule] = [
    matches("version", r"1\.\d+", "a minor version such as 1.34"),
    _auto_mode,
    _node_pools,
    _endpoint,
    _service_network,
    _only_secrets,
]
NODE_GROUP: Sequence[Rule] = [_scaling, _update, within("diskSize", 1, 16384, "GiB")]
ADDON: Sequence[Rule] = [
    one_of("addonName", *ADDONS),
    one_of("resolveConflictsOnCreate", "NONE", "OVERWRITE"),
    one_of("resolveConflictsOnUpdate", "NONE", "OVERWRITE", "PRESERVE"),
    matches("addonVersion", r"v\d+\.\d+\.\d+.*-eksbuild\.\d+", "one such as v1.2.3-eksbuild.1"),
    _configuration,
]
ACCESS_ENTRY: Sequence[Rule] = [one_of("type", *ENTRY_TYPES), _groups]
ACCESS_POLICY: Sequence[Rule] = [
    one_of("policyArn", *(access_policy(name) for name in ACCESS_POLICIES)),
    _scope,
]
