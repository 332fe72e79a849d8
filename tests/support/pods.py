"""What runs in the cluster of a recorded graph, as security groups, policies and IAM see it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Network
from typing import Any

from tests.support.network_policies import End
from tools.recording.recorder import Recording, Resource

_WORKLOADS = (
    "kubernetes:apps/v1:Deployment",
    "kubernetes:batch/v1:Job",
    "kubernetes:batch/v1:CronJob",
)
_UNREAD = ("DaemonSet", "StatefulSet", "ReplicaSet", ":Pod")
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
_SECRET = "kubernetes:core/v1:Secret"

OUTSIDE = "a pod of no system"
"""In a namespace that no system has: what an administrator runs there himself."""


@dataclass(frozen=True, kw_only=True)
class Pods:
    """The pods of one workload."""

    name: str
    """Logical name of its component."""
    end: End
    group: str
    """The security group that all pods of the cluster have."""
    stays: bool = False
    """Whether it is a Deployment: a job ends."""
    ports: tuple[int, ...] = ()
    """Where the containers listen."""
    role_arn: str | None = None
    """Role that EKS Pod Identity gives it."""
    injected: frozenset[str] = frozenset()
    """ARNs of the secrets whose values are in its environment."""


def cluster_group(graph: Recording) -> str | None:
    """Id of the security group that the pods have; None without a cluster."""
    clusters = graph.of_type("aws:eks/cluster:Cluster")
    return clusters[0].outputs["vpcConfig"]["clusterSecurityGroupId"] if clusters else None


def of(graph: Recording) -> list[Pods]:
    """The pods of the systems."""
    group = cluster_group(graph)
    if group is None:
        return []
    for each in graph.resources:
        assert not each.type.endswith(_UNREAD), f"nothing here reads {each.type} {each.name}"
    roles = {
        (each.inputs["namespace"], each.inputs["serviceAccount"]): each.inputs["roleArn"]
        for each in graph.of_type(_ASSOCIATION)
    }
    pods_in = partial(End, addresses=addresses(graph))
    values, secrets = _values(graph), _secrets(graph)
    found: list[Pods] = []
    for type_ in _WORKLOADS:
        for each in graph.of_type(type_):
            namespace = each.inputs["metadata"]["namespace"]
            template = template_of(each.inputs)
            spec = template["spec"]
            account = (namespace, spec.get("serviceAccountName", "default"))
            found.append(
                Pods(
                    name=each.parent.rpartition("::")[2],
                    end=pods_in(namespace=namespace, labels=template["metadata"]["labels"]),
                    group=group,
                    stays=type_.endswith("Deployment"),
                    ports=tuple(
                        port["containerPort"]
                        for container in spec["containers"]
                        for port in container.get("ports", ())
                    ),
                    role_arn=roles.pop(account, None),
                    injected=frozenset(
                        arn
                        for key in _references(spec)
                        for arn in values.get(secrets[namespace, *key], ())
                    ),
                )
            )
    assert not roles, f"nothing here knows who has the roles of {sorted(roles)}"
    return found


def template_of(workload: dict[str, Any]) -> dict[str, Any]:
    """How the pods of a Deployment, a Job or a CronJob are made, by its manifest."""
    spec = workload["spec"]
    return (spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec)["template"]


def others(graph: Recording) -> list[Pods]:
    """Pods that may come to be: some without labels in each namespace there is, and elsewhere."""
    group = cluster_group(graph)
    if group is None:
        return []
    named = {f"a pod in {each}": each for each in _namespaces(graph)}
    named |= {OUTSIDE: "somewhere-else"}
    named |= {f"pods of {each}": each for each in _scrapers(graph)}
    return [
        Pods(name=name, end=End(addresses=addresses(graph), namespace=namespace), group=group)
        for name, namespace in named.items()
    ]


def addresses(graph: Recording, *subnet_ids: str) -> tuple[IPv4Network, ...]:
    """The addresses of subnets; without any, of those that pods are in."""
    if not subnet_ids:
        [cluster] = graph.of_type("aws:eks/cluster:Cluster")
        subnet_ids = tuple(cluster.inputs["vpcConfig"]["subnetIds"])
    blocks = {each.id: IPv4Network(each.inputs["cidrBlock"]) for each in _subnets(graph)}
    return tuple(blocks[each] for each in subnet_ids)


def place(graph: Recording, block: IPv4Network) -> str:
    """What has these addresses: the subnet's name where they are a subnet's."""
    known = {IPv4Network(each.inputs["cidrBlock"]): each.name for each in _subnets(graph)}
    return known.get(block, str(block))


def store_end(graph: Recording, store: Resource) -> End:
    """Where a data store or a load balancer is."""
    inputs = store.inputs
    if "replicateSourceDb" in inputs:
        [source] = [
            each
            for each in graph.of_type(store.type)
            if each.outputs["identifier"] == inputs["replicateSourceDb"]
        ]
        return store_end(graph, source)
    ids = inputs.get("subnetIds") or inputs.get("subnets")
    if ids is None:
        name = inputs.get("dbSubnetGroupName") or inputs.get("subnetGroupName")
        [ids] = [
            each.inputs["subnetIds"]
            for each in graph.of_type("SubnetGroup")
            if each.outputs["name"] == name
        ]
    return End(addresses=addresses(graph, *ids))


def _subnets(graph: Recording) -> list[Resource]:
    return graph.of_type("aws:ec2/subnet:Subnet")


def _namespaces(graph: Recording) -> list[str]:
    return [
        each.inputs["metadata"]["name"] for each in graph.of_type("kubernetes:core/v1:Namespace")
    ]


def _scrapers(graph: Recording) -> set[str]:
    """Namespaces that policies name: whose pods are let in must be asked about."""
    label = "kubernetes.io/metadata.name"
    return {
        peer["namespaceSelector"].get("matchLabels", {}).get(label, "")
        for each in graph.of_type("NetworkPolicy")
        for rule in each.inputs["spec"].get("ingress", ())
        for peer in rule.get("from", ())
        if "namespaceSelector" in peer
    } - {"", *_namespaces(graph)}


def _references(spec: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and key of the Secrets' values that the containers have."""
    for container in [*spec.get("initContainers", ()), *spec["containers"]]:
        for source in container.get("envFrom", ()):
            assert "secretRef" not in source, "nothing here reads a whole Secret"
        for variable in container.get("env", ()):
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            if reference is not None:
                yield reference["name"], reference["key"]
    for volume in spec.get("volumes", ()):
        assert "secret" not in volume, "nothing here reads a Secret in files"


def _secrets(graph: Recording) -> dict[tuple[str, str, str], str]:
    """The values in the cluster's own Secrets, by namespace, name and key."""
    return {
        (each.inputs["metadata"]["namespace"], each.inputs["metadata"]["name"], key): value
        for each in graph.of_type(_SECRET)
        for key, value in each.inputs["stringData"].items()
    }


def _values(graph: Recording) -> dict[str, set[str]]:
    """The ARNs of the secrets of Secrets Manager that hold a value: whole, or under a key."""
    found: dict[str, set[str]] = {}
    for each in graph.of_type("SecretVersion"):
        text, arn = each.inputs["secretString"], each.inputs["secretId"]
        parts: dict[str, object] = json.loads(text) if text.startswith("{") else {}
        for value in [text, *map(str, parts.values())]:
            found.setdefault(value, set()).add(arn)
    return found
