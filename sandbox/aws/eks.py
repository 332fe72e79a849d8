"""Kubernetes clusters: Amazon EKS."""

from typing import Any

from sandbox.aws import eks_relations, eks_rules
from sandbox.aws.common import by_id
from sandbox.aws.kind import AwsKind, Call, Made, Resource
from sandbox.aws.naming import Naming
from sandbox.aws.rules import one_of
from sandbox.provider import Plain, is_list, is_map

_CLUSTER_NAMING = Naming(
    property="name",
    limit=100,
    pattern=r"[0-9A-Za-z][A-Za-z0-9_-]*",
    words="letters, digits, - and _, a letter or digit first",
)
_NODE_GROUP_NAMING = Naming(
    property="nodeGroupName",
    limit=63,
    pattern=r"[0-9A-Za-z][A-Za-z0-9_-]*",
    words="letters, digits, - and _, a letter or digit first",
)
_ADDED_TO_NETWORK = ("vpcId", "clusterSecurityGroupId", "publicAccessCidrs")


def _cluster(inputs: Plain) -> Plain:
    arranged = dict(inputs)
    types = arranged.pop("enabledClusterLogTypes", None)
    if types is not None:
        arranged["logging"] = {"clusterLogging": [{"types": types, "enabled": True}]}
    # Pulumi's provider says what AWS leaves to a default of its own.
    arranged.setdefault("bootstrapSelfManagedAddons", True)
    return arranged


def _network(resource: Resource) -> Plain:
    found = resource.record["resourcesVpcConfig"]
    return {key: found[key] for key in _ADDED_TO_NETWORK}


def _delete_cluster(resource: Resource) -> None:
    if resource.get("deletionProtection"):
        resource.call("UpdateClusterConfig", name=resource.id, deletionProtection=False)
    resource.call("DeleteCluster", name=resource.id)


def _within_cluster(operation: str, argument: str, key: str) -> Made:
    """Calls an operation with the cluster's name and the resource's own."""
    return lambda resource: resource.call(
        operation, clusterName=resource.get("clusterName"), **{argument: resource.get(key)}
    )


def _found(operation: str, argument: str, key: str, record: str) -> Made:
    call = _within_cluster(operation, argument, key)
    return lambda resource: call(resource)[record]


def _id(key: str) -> Made:
    return lambda resource: f"{resource.get('clusterName')}:{resource.get(key)}"


def _groups(resource: Resource) -> list[Plain]:
    found = resource.record["resources"]
    return [
        {
            "autoscalingGroups": found["autoScalingGroups"],
            "remoteAccessSecurityGroupId": found.get("remoteAccessSecurityGroup", ""),
        }
    ]


def _policy_arguments(resource: Resource) -> Plain:
    return {key: resource.get(key) for key in ("clusterName", "principalArn")}


def _find_policy(resource: Resource) -> list[Any]:
    answer = resource.call("ListAssociatedAccessPolicies", **_policy_arguments(resource))
    wanted = resource.get("policyArn")
    return [each for each in answer["associatedAccessPolicies"] if each["policyArn"] == wanted]


def _disassociate(resource: Resource) -> None:
    resource.call(
        "DisassociateAccessPolicy",
        policyArn=resource.get("policyArn"),
        **_policy_arguments(resource),
    )


def _association(operation: str) -> Made:
    return lambda resource: resource.call(
        operation, clusterName=resource.get("clusterName"), associationId=resource.id
    )


_TEMPLATE_NAMES = {"name": "LaunchTemplateName", "description": "VersionDescription"}
_TEMPLATE_DATA_NAMES = {
    "launchTemplateData.vpcSecurityGroupIds": "SecurityGroupIds",
    "launchTemplateData.tagSpecifications.resourceType": "ResourceType",
}


def _template(inputs: Plain) -> Plain:
    outside = {key: inputs[key] for key in _TEMPLATE_NAMES if key in inputs}
    data = {key: _booleans(value) for key, value in inputs.items() if key not in outside}
    return {**outside, "launchTemplateData": data}


def _booleans(value: Any) -> Any:
    """What Pulumi's provider takes as a text there, because it tells "false" from nothing."""
    if is_map(value):
        return {key: _booleans(item) for key, item in value.items()}
    if is_list(value):
        return [_booleans(item) for item in value]
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


KINDS = {
    "aws:eks/cluster:Cluster": AwsKind(
        service="eks",
        before=eks_relations.cluster,
        create=Call(
            operation="CreateCluster", names={"vpcConfig": "resourcesVpcConfig"}, arrange=_cluster
        ),
        own=["defaultAddonsToRemoves", "forceUpdateVersion"],
        record="cluster",
        id="name",
        find=lambda resource: resource.call("DescribeCluster", name=resource.id)["cluster"],
        outputs={
            "arn": "arn",
            "certificateAuthority": "certificateAuthority",
            "createdAt": "createdAt",
            "endpoint": "endpoint",
            "identities": lambda resource: [
                {"oidcs": [{"issuer": resource.record["identity"]["oidc"]["issuer"]}]}
            ],
            "kubernetesNetworkConfig": "kubernetesNetworkConfig",
            "platformVersion": "platformVersion",
            "status": "status",
            "version": "version",
            "vpcConfig": _network,
        },
        adds={"vpcConfig": _ADDED_TO_NETWORK},
        delete=_delete_cluster,
        naming=_CLUSTER_NAMING,
        rules=eks_rules.CLUSTER,
    ),
    "aws:eks/nodeGroup:NodeGroup": AwsKind(
        service="eks",
        before=eks_relations.node_group,
        create=Call(
            operation="CreateNodegroup",
            names={"subnetIds": "subnets", "nodeRoleArn": "nodeRole"},
        ),
        own=["forceUpdateVersion", "nodeGroupNamePrefix"],
        record="nodegroup",
        id=_id("nodeGroupName"),
        find=_found("DescribeNodegroup", "nodegroupName", "nodeGroupName", "nodegroup"),
        outputs={
            "amiType": "amiType",
            "arn": "nodegroupArn",
            "capacityType": "capacityType",
            "diskSize": "diskSize",
            "releaseVersion": "releaseVersion",
            "resources": _groups,
            "status": "status",
            "version": "version",
        },
        delete=_within_cluster("DeleteNodegroup", "nodegroupName", "nodeGroupName"),
        naming=_NODE_GROUP_NAMING,
        rules=eks_rules.NODE_GROUP,
    ),
    "aws:eks/addon:Addon": AwsKind(
        service="eks",
        before=eks_relations.addon,
        create=Call(
            operation="CreateAddon", names={"resolveConflictsOnCreate": "resolveConflicts"}
        ),
        own=["preserve", "resolveConflictsOnUpdate"],
        record="addon",
        id=_id("addonName"),
        find=_found("DescribeAddon", "addonName", "addonName", "addon"),
        outputs={
            "addonVersion": "addonVersion",
            "arn": "addonArn",
            "createdAt": "createdAt",
            "modifiedAt": "modifiedAt",
        },
        delete=_within_cluster("DeleteAddon", "addonName", "addonName"),
        rules=eks_rules.ADDON,
    ),
    "aws:eks/accessEntry:AccessEntry": AwsKind(
        service="eks",
        before=eks_relations.access_entry,
        create=Call(operation="CreateAccessEntry"),
        record="accessEntry",
        id=_id("principalArn"),
        find=_found("DescribeAccessEntry", "principalArn", "principalArn", "accessEntry"),
        outputs={
            "accessEntryArn": "accessEntryArn",
            "createdAt": "createdAt",
            "kubernetesGroups": "kubernetesGroups",
            "modifiedAt": "modifiedAt",
            "type": "type",
            "userName": "username",
        },
        delete=_within_cluster("DeleteAccessEntry", "principalArn", "principalArn"),
        rules=eks_rules.ACCESS_ENTRY,
    ),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": AwsKind(
        service="eks",
        create=Call(operation="AssociateAccessPolicy"),
        record="associatedAccessPolicy",
        id=lambda resource: "#".join(
            [*_policy_arguments(resource).values(), resource.get("policyArn")]
        ),
        find=_find_policy,
        outputs={"associatedAt": "associatedAt", "modifiedAt": "modifiedAt"},
        delete=_disassociate,
        rules=eks_rules.ACCESS_POLICY,
        tagged=None,
    ),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": AwsKind(
        service="eks",
        before=eks_relations.pod_identity,
        create=Call(operation="CreatePodIdentityAssociation"),
        record="association",
        id="associationId",
        find=lambda resource: _association("DescribePodIdentityAssociation")(resource)[
            "association"
        ],
        outputs={
            "associationArn": "associationArn",
            "associationId": "associationId",
            "disableSessionTags": "disableSessionTags",
        },
        delete=_association("DeletePodIdentityAssociation"),
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": AwsKind(
        service="ec2",
        create=Call(
            operation="CreateLaunchTemplate",
            names={**_TEMPLATE_NAMES, **_TEMPLATE_DATA_NAMES},
            arrange=_template,
        ),
        own=["namePrefix", "updateDefaultVersion"],
        record="LaunchTemplate",
        id="LaunchTemplateId",
        find=lambda resource: resource.call(
            "DescribeLaunchTemplates", LaunchTemplateIds=[resource.id]
        )["LaunchTemplates"],
        outputs={
            "arn": lambda resource: resource.arn(f"launch-template/{resource.id}"),
            "defaultVersion": "DefaultVersionNumber",
            "latestVersion": "LatestVersionNumber",
        },
        delete=by_id("DeleteLaunchTemplate", "LaunchTemplateId"),
        naming=Naming(
            property="name",
            limit=128,
            pattern=r"[\w()./-]+",
            words="letters, digits and ().-/_",
            shortest=3,
        ),
        rules=[one_of("metadataOptions.httpTokens", "optional", "required")],
        tagged="launch-template",
    ),
}
