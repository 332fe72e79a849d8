"""The switch that makes an EKS Auto Mode cluster keep its network policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_kubernetes as kubernetes

NAMESPACE = "kube-system"
CONFIG_MAP = "amazon-vpc-cni"
"""The name under which EKS looks for its settings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkPolicyControllerArgs:
    """What the switch needs to know: nothing about the cluster, which the provider knows."""

    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Labels besides the one that names Pulumi as its owner; none by default."""


class NetworkPolicyController(pulumi.ComponentResource):
    """Turns network policies on for the machines of EKS Auto Mode, once per cluster (trap 30).

    Without it a cluster takes every NetworkPolicy and keeps none, and says so to nobody.

    Builds:
        1. The ConfigMap in `kube-system` by which EKS knows.

    Not built: the policies. A pod that no policy selects stays open. Nor anything for a node
    group: there the add-on `vpc-cni` owns this ConfigMap, and EksCluster tells it. The ConfigMap
    stays when this component is taken away, and goes with the cluster.

    Cost: nothing.

    Source: EKS user guide, "Use Network Policies with EKS Auto Mode".

    Example: `examples/network_policy_controller`.
    """

    config_map_name: pulumi.Output[str]
    """Name of the ConfigMap; policies that wait for it are kept from their first minute on."""

    def __init__(
        self,
        name: str,
        args: NetworkPolicyControllerArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:index:NetworkPolicyController", name, {}, opts)

        config_map = kubernetes.core.v1.ConfigMap(
            f"{name}-settings",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=CONFIG_MAP,
                namespace=NAMESPACE,
                labels={**args.labels, "app.kubernetes.io/managed-by": "pulumi"},
            ),
            data={"enable-network-policy-controller": "true"},
            # A cluster that gets a node group does without this component, but the add-on has taken
            # over this very object by then: deleted, every policy would stop, and nobody be told.
            # To have both own it is no way out, since each sets a label that the other one refuses.
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )

        self.config_map_name = config_map.metadata.name
        self.register_outputs({"config_map_name": self.config_map_name})
