"""Who may connect to the pods of an app, and where they may connect to (D8, trap 30).

A policy names its pods by the label `app`, and is written from what the app is bound to. With the
default-deny policy of the namespace, all that it does not name is closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_kubernetes as kubernetes

from components.errors import ArgumentError, require, require_port

if TYPE_CHECKING:
    from pulumi_kubernetes.networking.v1 import (
        NetworkPolicy,
        NetworkPolicyEgressRuleArgs,
        NetworkPolicyIngressRuleArgs,
        NetworkPolicyPeerArgs,
        NetworkPolicyPortArgs,
    )

POD_IDENTITY_AGENT = "169.254.170.23/32"
"""Where EKS Pod Identity gives credentials, on each node. Source: EKS user guide, "Pod Identity
considerations"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkReach:
    """Something that pods connect to, by its addresses or as pods of the same namespace."""

    cidr_blocks: Sequence[pulumi.Input[str]] = ()
    """Its addresses, such as the subnets of a database: a policy knows no security groups."""
    app: str | None = None
    """Label `app` of the pods that are reached."""
    port: int
    """TCP port on which it listens, 1 to 65535. For pods their own: Amazon's controller finds the
    port of their Service from it. The EKS user guide asks for the same number on both."""

    def __post_init__(self) -> None:
        require(
            self,
            "cidr_blocks",
            bool(self.cidr_blocks) or self.app is not None,
            "name addresses or an app: a rule without any is open to everywhere",
        )
        require_port(self)


def create_network_policy(
    name: str,
    *,
    policy_name: str,
    namespace: pulumi.Input[str],
    app: str,
    labels: Mapping[str, str],
    port: int | None,
    ingress_cidr_blocks: Sequence[pulumi.Input[str]],
    callers: Sequence[str],
    scrape_namespace: str | None,
    scrape_port: int | None,
    reaches: Mapping[str, NetworkReach],
    uses_pod_identity: bool,
    parent: pulumi.Resource,
) -> "NetworkPolicy":
    """Creates the policy of an app's pods.

    Args:
        name: Logical name.
        policy_name: Name of the object.
        namespace: Its namespace.
        app: Label `app` of the pods.
        labels: Labels of the object.
        port: Port of the pods; None when nobody connects to them.
        ingress_cidr_blocks: Addresses from which `port` is reached: the load balancer's subnets.
        callers: Labels `app` of those in the namespace who reach `port`.
        scrape_namespace: Namespace whose pods read the metrics; None when none do.
        scrape_port: Port of the metrics.
        reaches: Where the pods connect to, by a short name.
        uses_pod_identity: Whether they get credentials from the Pod Identity agent.
        parent: The component.

    Raises:
        ArgumentError: Somebody is let in, and there is no port to let them in to.
    """
    if port is None and (ingress_cidr_blocks or callers):
        raise ArgumentError("NetworkPolicy", "port", None, "name the port that others connect to")
    if (scrape_namespace is None) != (scrape_port is None):
        remedy = "name the namespace that scrapes and the port of the metrics, or neither"
        raise ArgumentError("NetworkPolicy", "scrape_port", scrape_port, remedy)
    return kubernetes.networking.v1.NetworkPolicy(
        name,
        metadata=kubernetes.meta.v1.ObjectMetaArgs(
            name=policy_name, namespace=namespace, labels=dict(labels)
        ),
        spec=kubernetes.networking.v1.NetworkPolicySpecArgs(
            pod_selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels={"app": app}),
            # Both always: a direction that is left out would be closed by the default-deny policy
            # today and open on the day that somebody deletes it.
            policy_types=["Ingress", "Egress"],
            ingress=_ingress(port, ingress_cidr_blocks, callers)
            + _scrape(scrape_port, scrape_namespace),
            egress=_egress(reaches, uses_pod_identity=uses_pod_identity),
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _ingress(
    port: int | None,
    cidr_blocks: Sequence[pulumi.Input[str]],
    callers: Sequence[str],
) -> "list[NetworkPolicyIngressRuleArgs]":
    """One rule for all who are let in; none where there is nobody: an empty `from` is everybody."""
    peers = [_addresses(each) for each in cidr_blocks] + [_pods(each) for each in callers]
    if port is None or not peers:
        return []
    return [kubernetes.networking.v1.NetworkPolicyIngressRuleArgs(from_=peers, ports=[_port(port)])]


def _scrape(port: int | None, namespace: str | None) -> "list[NetworkPolicyIngressRuleArgs]":
    if port is None or namespace is None:
        return []
    # The one label that every namespace has: Kubernetes itself writes it, so that nobody can
    # forget it. `name`, which many examples select by, is on no namespace unless somebody adds it.
    peer = kubernetes.networking.v1.NetworkPolicyPeerArgs(
        namespace_selector=kubernetes.meta.v1.LabelSelectorArgs(
            match_labels={"kubernetes.io/metadata.name": namespace}
        )
    )
    return [
        kubernetes.networking.v1.NetworkPolicyIngressRuleArgs(from_=[peer], ports=[_port(port)])
    ]


def _egress(
    reaches: Mapping[str, NetworkReach], *, uses_pod_identity: bool
) -> "list[NetworkPolicyEgressRuleArgs]":
    to = kubernetes.networking.v1.NetworkPolicyEgressRuleArgs
    rules = [
        # To whatever answers names, not to pods with k8s-app=kube-dns: in EKS Auto Mode the name
        # server is a process of the node and no pod, so such a rule would match nothing. TCP is
        # for answers that are too long for UDP.
        to(ports=[_port(53, "UDP"), _port(53)]),
        # AWS and the APIs of others have no addresses that could be listed, as in the security
        # groups of Fargate's tasks.
        to(ports=[_port(443)]),
    ]
    if uses_pod_identity:
        rules.append(to(to=[_addresses(POD_IDENTITY_AGENT)], ports=[_port(80)]))
    for _, reach in sorted(reaches.items()):
        peers = [_addresses(each) for each in reach.cidr_blocks]
        if reach.app is not None:
            peers.append(_pods(reach.app))
        rules.append(to(to=peers, ports=[_port(reach.port)]))
    return rules


def _addresses(cidr_block: pulumi.Input[str]) -> "NetworkPolicyPeerArgs":
    return kubernetes.networking.v1.NetworkPolicyPeerArgs(
        ip_block=kubernetes.networking.v1.IPBlockArgs(cidr=cidr_block)
    )


def _pods(app: str) -> "NetworkPolicyPeerArgs":
    return kubernetes.networking.v1.NetworkPolicyPeerArgs(
        pod_selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels={"app": app})
    )


def _port(number: int, protocol: str = "TCP") -> "NetworkPolicyPortArgs":
    return kubernetes.networking.v1.NetworkPolicyPortArgs(port=number, protocol=protocol)
