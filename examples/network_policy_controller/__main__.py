"""The smallest switch for network policies, in the cluster of a kubeconfig that is at hand."""

import pulumi
import pulumi_kubernetes as kubernetes

from components.network_policy_controller import (
    NetworkPolicyController,
    NetworkPolicyControllerArgs,
)

cluster = kubernetes.Provider("cluster", kubeconfig=pulumi.Config().get("kubeconfig"))
controller = NetworkPolicyController(
    "policies",
    NetworkPolicyControllerArgs(),
    pulumi.ResourceOptions(providers=[cluster]),
)
pulumi.export("configMapName", controller.config_map_name)
