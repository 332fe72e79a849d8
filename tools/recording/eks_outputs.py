"""What EKS and Kubernetes would answer; a part of `tools/recording/aws_outputs.py`."""

from typing import Any

from pulumi.runtime import rpc

from tools.recording.naming import Answer, Inputs, arn, region


def kubernetes_object(drawn: str, inputs: Inputs) -> tuple[str, dict[str, Any]]:
    """The id and the outputs of an object.

    Args:
        drawn: The name that Pulumi's provider draws for one that has none.
        inputs: Inputs of the object.
    """
    metadata = {"name": drawn, **inputs.get("metadata", {})}
    id_ = "/".join(metadata[key] for key in ("namespace", "name") if key in metadata)
    return id_, {"metadata": metadata}


def _cluster(name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    """With the security group of nodes and pods, which EKS makes and adds to the block."""
    place = f"{region(inputs)}.eks.amazonaws.com"
    return {
        "arn": arn(inputs, "eks", f"cluster/{name}"),
        "endpoint": f"https://{digest[:32].upper()}.gr7.{place}",
        "certificateAuthority": {"data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"},
        "identities": [{"oidcs": [{"issuer": f"https://oidc.{place}/id/{digest[:32].upper()}"}]}],
        "vpcConfig": {
            **inputs["vpcConfig"],
            "clusterSecurityGroupId": f"sg-{digest[:17]}",
            "vpcId": f"vpc-{digest[:17]}",
        },
        "status": "ACTIVE",
    }


def _of_cluster(kind: str, named_by: str) -> Answer:
    """Something that belongs to a cluster, whose name is a part of its id."""

    def answer(name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
        del digest
        cluster, own = inputs["clusterName"], inputs.get(named_by, name)
        return {"id": f"{cluster}:{own}", "arn": arn(inputs, "eks", f"{kind}/{cluster}/{own}")}

    return answer


def _access_entry(name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    answer = _of_cluster("access-entry", "principalArn")(name, digest, inputs)
    return {"id": answer["id"], "accessEntryArn": answer["arn"], "type": "STANDARD"}


def _access_policy(_name: str, _digest: str, inputs: Inputs) -> dict[str, Any]:
    whose = (inputs[key] for key in ("clusterName", "principalArn", "policyArn"))
    return {"id": "#".join(whose)}


def _pod_identity(_name: str, digest: str, inputs: Inputs) -> dict[str, Any]:
    association = f"a-{digest[:17]}"
    path = f"podidentityassociation/{inputs['clusterName']}/{association}"
    return {
        "id": association,
        "associationId": association,
        "associationArn": arn(inputs, "eks", path),
    }


TYPES: dict[str, Answer] = {
    "aws:eks/cluster:Cluster": _cluster,
    "aws:eks/nodeGroup:NodeGroup": _of_cluster("nodegroup", "nodeGroupName"),
    "aws:eks/addon:Addon": _of_cluster("addon", "addonName"),
    "aws:eks/accessEntry:AccessEntry": _access_entry,
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": _access_policy,
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": _pod_identity,
    "aws:ec2/launchTemplate:LaunchTemplate": lambda _n, digest, _i: {
        "id": f"lt-{digest[:17]}",
        "latestVersion": 1,
        "defaultVersion": 1,
    },
}

_ADDED = {"aws:eks/cluster:Cluster": {"vpcConfig": ("clusterSecurityGroupId", "vpcId")}}
_NAME = {"metadata": ("name",)}


def unknown(type_: str, inputs: Inputs) -> dict[str, Any]:
    """What a preview does not know inside of the blocks that a program gives, as the wire has it.

    Without it the program would find None there. Whole outputs the SDK itself holds for unknown.
    """
    blocks = _NAME if type_.startswith("kubernetes:") else _ADDED.get(type_, {})
    return {
        block: {**dict.fromkeys(names, rpc.UNKNOWN), **inputs[block]}
        for block, names in blocks.items()
        if isinstance(inputs.get(block), dict)
    }
