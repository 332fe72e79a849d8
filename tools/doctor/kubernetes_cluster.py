"""The EKS cluster: as described, closed to all but its administrators, and able to run pods."""

import json
from collections.abc import Iterator
from typing import Any

from planning import lifecycle
from planning.eks_addons import addon_names
from tools.doctor import clock
from tools.doctor.finding import Difference, Skipped, compare, listed
from tools.doctor.kubernetes_api import CONFIG_MAP, NODE
from tools.doctor.kubernetes_subjects import ClusterSubject

_LOG_TYPES = frozenset({"api", "audit", "authenticator", "controllerManager", "scheduler"})
_ADMINISTRATOR = "AmazonEKSClusterAdminPolicy"
_NO_NODES = "the sandbox runs no nodes"


def state(subject: ClusterSubject) -> Iterator[Difference]:
    """It runs, of the described version, with the parts of Auto Mode that bind target groups."""
    cluster = subject.cluster.describe()
    network = cluster.get("kubernetesNetworkConfig", {})
    compute = cluster.get("computeConfig", {})
    pools = () if subject.wanted.node_group else ("general-purpose", "system")
    pairs: list[tuple[str, object, object]] = [
        ("status", "ACTIVE", cluster.get("status")),
        ("version", subject.wanted.version, cluster.get("version")),
        ("support type", "STANDARD", cluster.get("upgradePolicy", {}).get("supportType")),
        (
            "deletion protection",
            subject.wanted.deletion_protection,
            cluster.get("deletionProtection", False),
        ),
        ("Auto Mode's compute", True, compute.get("enabled", False)),
        (
            "Auto Mode's load balancing",
            True,
            network.get("elasticLoadBalancing", {}).get("enabled", False),
        ),
        ("Auto Mode's node pools", listed(pools), listed(compute.get("nodePools", []))),
    ]
    for what, expected, found in pairs:
        yield from compare(what, expected, found, subject.redeploy)


def support(subject: ClusterSubject) -> Iterator[Difference]:
    """AWS supports its version without the surcharge of extended support."""
    if subject.account.is_sandbox:
        raise Skipped("the sandbox has no calendar of versions")
    version = str(subject.cluster.describe().get("version"))
    answer = subject.account.read("eks", "describe_cluster_versions", clusterVersions=[version])
    states = [each.get("versionStatus") for each in answer["clusterVersions"]]
    if states != ["STANDARD_SUPPORT"]:
        yield Difference(
            f"version {version} in STANDARD_SUPPORT",
            listed(str(each) for each in states),
            "raise slipway:eks version by one minor version and deploy",
        )
        return
    # AWS's own calendar first, which is as new as its answer.
    told = answer["clusterVersions"][0].get("endOfStandardSupportDate")
    end = lifecycle.end_of_support("eks", version) if told is None else told.date()
    if end is not None and lifecycle.is_near_its_end(end, clock.now().date()):
        yield Difference(
            f"version {version} in standard support for half a year or more",
            f"its end on {end}, when EKS upgrades the cluster",
            "plan the upgrade to the next minor version",
            warning=True,
        )


def api(subject: ClusterSubject) -> Iterator[Difference]:
    """Its API answers us, and is of the same version; all that is said below comes from it."""
    answer = subject.cluster.version()
    # A managed cluster calls its minor version `34+` where it has patches of AWS's own.
    found = f"{answer.get('major')}.{str(answer.get('minor')).rstrip('+')}"
    yield from compare("version of the API", subject.wanted.version, found, subject.redeploy)


def access(subject: ClusterSubject) -> Iterator[Difference]:
    """The two described roles administer it, AWS's own parts may enter, and nobody else."""
    configuration = subject.cluster.describe().get("accessConfig", {})
    yield from compare(
        "authentication mode", "API", configuration.get("authenticationMode"), subject.redeploy
    )
    yield from compare(
        "administrator rights of the cluster's creator",
        expected=False,
        # EKS does not tell it of every cluster; the entries below say the same.
        found=configuration.get("bootstrapClusterCreatorAdminPermissions", False),
        remedy="delete the creator's access entry; only a new cluster has it off",
    )
    name = subject.cluster.name
    answer = subject.account.read("eks", "list_access_entries", clusterName=name)
    wanted = {subject.wanted.deploy_role_name, subject.wanted.break_glass_role_name}
    own = _roles_of_aws(subject)
    others = {arn for arn in answer["accessEntries"] if arn not in own and not _is_linked(arn)}
    admitted = {_role(subject, arn): arn for arn in others}
    for arn in sorted(others):
        if _role(subject, arn) not in wanted:
            yield Difference(
                f"access by roles {listed(wanted)} only",
                f"an access entry of {arn}",
                f"run `aws eks delete-access-entry --cluster-name {name} --principal-arn {arn}`",
            )
    for role in sorted(wanted):
        if role not in admitted:
            yield Difference(f"an access entry of role {role}", "none", subject.redeploy)
            continue
        yield from _rights(subject, admitted[role])


def endpoint(subject: ClusterSubject) -> Iterator[Difference]:
    """Its API is reached from inside of the VPC, and by the described ranges."""
    network = subject.cluster.describe().get("resourcesVpcConfig", {})
    blocks = subject.wanted.public_access_cidr_blocks
    is_public = network.get("endpointPublicAccess", True)
    yield from compare(
        "private endpoint",
        expected=True,
        found=network.get("endpointPrivateAccess", False),
        remedy=subject.redeploy,
    )
    yield from compare("public endpoint", bool(blocks), is_public, subject.redeploy)
    if blocks and is_public:
        yield from compare(
            "ranges of the public endpoint",
            listed(blocks),
            listed(network.get("publicAccessCidrs", [])),
            subject.redeploy,
        )


def encryption(subject: ClusterSubject) -> Iterator[Difference]:
    """Its Secrets are encrypted with the environment's key."""
    configurations: list[dict[str, Any]] = subject.cluster.describe().get("encryptionConfig", [])
    keys = [
        str(each["provider"]["keyArn"]) for each in configurations if "secrets" in each["resources"]
    ]
    key = subject.platform.key_arn
    yield from compare(
        "key of its Secrets", listed([key] if key else []), listed(keys), subject.redeploy
    )


def logs(subject: ClusterSubject) -> Iterator[Difference]:
    """It logs all that it can, and the log is kept as long as the stack file says."""
    setups = subject.cluster.describe().get("logging", {}).get("clusterLogging", [])
    on = {kind for setup in setups if setup["enabled"] for kind in setup["types"]}
    yield from compare("log types", listed(_LOG_TYPES), listed(on), subject.redeploy)
    group = f"/aws/eks/{subject.cluster.name}/cluster"
    answer = subject.account.read("logs", "describe_log_groups", logGroupNamePrefix=group)
    kept = {entry["logGroupName"]: entry.get("retentionInDays") for entry in answer["logGroups"]}
    if group not in kept:
        yield Difference(f"log group {group}", "nothing of that name", subject.redeploy)
        return
    yield from compare(
        f"retention (days) of log group {group}",
        subject.description.environment.monitoring.log_retention_days,
        kept[group],
        subject.redeploy,
    )


def addons(subject: ClusterSubject) -> Iterator[Difference]:
    """The add-ons that it needs are there, and all that are there work."""
    name = subject.cluster.name
    installed = set(subject.account.read("eks", "list_addons", clusterName=name)["addons"])
    wanted = set(
        addon_names(
            node_group=subject.wanted.node_group is not None,
            container_insights=subject.wanted.container_insights,
        )
    )
    if wanted - installed:
        yield Difference(
            f"add-ons {listed(wanted)}", f"no {listed(wanted - installed)}", subject.redeploy
        )
    for addon in sorted(installed):
        answer = _addon(subject, addon)
        issues = [each.get("message", "") for each in answer.get("health", {}).get("issues", [])]
        yield from compare(
            f"status of add-on {addon}",
            "ACTIVE",
            " ".join([answer["status"], *(f"({issue})" for issue in issues if issue)]),
            f"look at it with `aws eks describe-addon --cluster-name {name} --addon-name {addon}`",
        )


def network_policies(subject: ClusterSubject) -> Iterator[Difference]:
    """Its nodes keep network policies; otherwise they are taken and do nothing (trap 30)."""
    if subject.wanted.node_group is not None:
        values = json.loads(_addon(subject, "vpc-cni").get("configurationValues") or "{}")
        what, found = "enableNetworkPolicy of add-on vpc-cni", values.get("enableNetworkPolicy")
    else:
        settings = subject.cluster.object(CONFIG_MAP, "amazon-vpc-cni", "kube-system")
        key = "enable-network-policy-controller"
        what, found = f"{key} in ConfigMap amazon-vpc-cni", settings.get("data", {}).get(key)
    yield from compare(what, "true", found, subject.redeploy)


def nodes(subject: ClusterSubject) -> Iterator[Difference]:
    """There are machines for pods, and all of them are ready."""
    if subject.account.is_sandbox:
        raise Skipped(_NO_NODES)
    found = subject.cluster.objects(NODE)
    ready = [node for node in found if _is_ready(node)]
    if not found or len(ready) < len(found):
        unwell = {node["metadata"]["name"] for node in found if node not in ready}
        yield Difference(
            "one or more nodes, each Ready",
            f"{len(ready)} of {len(found)}" + (f", not {listed(unwell)}" if unwell else ""),
            "look at them with `kubectl describe nodes`",
        )


def _is_ready(node: dict[str, Any]) -> bool:
    conditions = node.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _addon(subject: ClusterSubject, addon: str) -> dict[str, Any]:
    return subject.account.read(
        "eks", "describe_addon", clusterName=subject.cluster.name, addonName=addon
    )["addon"]


def _rights(subject: ClusterSubject, arn: str) -> Iterator[Difference]:
    answer = subject.account.read(
        "eks",
        "list_associated_access_policies",
        clusterName=subject.cluster.name,
        principalArn=arn,
    )
    scopes = [
        each["accessScope"]["type"]
        for each in answer["associatedAccessPolicies"]
        if each["policyArn"].rpartition("/")[2] == _ADMINISTRATOR
    ]
    if "cluster" not in scopes:
        found = [each["policyArn"] for each in answer["associatedAccessPolicies"]]
        yield Difference(
            f"{_ADMINISTRATOR} of the whole cluster for {arn}", listed(found), subject.redeploy
        )


def _roles_of_aws(subject: ClusterSubject) -> set[str]:
    """Gives the roles for which EKS itself makes access entries: control plane's and nodes'."""
    name = subject.cluster.name
    cluster = subject.cluster.describe()
    roles = {cluster.get("roleArn"), cluster.get("computeConfig", {}).get("nodeRoleArn")}
    groups = subject.account.read("eks", "list_nodegroups", clusterName=name)["nodegroups"]
    for group in groups:
        answer = subject.account.read(
            "eks", "describe_nodegroup", clusterName=name, nodegroupName=group
        )
        roles.add(answer["nodegroup"]["nodeRole"])
    return {role for role in roles if role}


def _is_linked(arn: str) -> bool:
    """Whether it is a role that a service of AWS has for itself, as EKS's own insights."""
    return ":role/aws-service-role/" in arn


def _role(subject: ClusterSubject, arn: str) -> str | None:
    """Gives a role of this account, with its path; None for users and other accounts."""
    account, _, resource = arn.partition(":iam::")[2].partition(":")
    if account != subject.platform.account_id or not resource.startswith("role/"):
        return None
    return resource.removeprefix("role/")
