"""NetworkPolicyController: the ConfigMap that EKS Auto Mode looks for."""

import pulumi
import pulumi_kubernetes as kubernetes
import pytest

from components.network_policy_controller import (
    NetworkPolicyController,
    NetworkPolicyControllerArgs,
)
from tools.recording.recorder import Recording, record


@pytest.fixture(scope="module")
def recording() -> Recording:
    def build() -> None:
        cluster = kubernetes.Provider("cluster", kubeconfig="{}")
        options = pulumi.ResourceOptions(providers=[cluster])
        NetworkPolicyController("policies", NetworkPolicyControllerArgs(), options)

    return record(build)


@pytest.mark.acceptance("trap-30")
def test_turns_network_policies_on(recording: Recording) -> None:
    """Name, namespace and key are EKS's; with another one every policy is taken and none kept."""
    assert recording.one("ConfigMap", "policies-settings").inputs == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "amazon-vpc-cni",
            "namespace": "kube-system",
            "labels": {"app.kubernetes.io/managed-by": "pulumi"},
        },
        "data": {"enable-network-policy-controller": "true"},
    }


def test_policies_are_kept_when_an_addon_takes_the_switch_over(recording: Recording) -> None:
    """With a node group the add-on vpc-cni owns the same object, which must outlive this one."""
    assert recording.one("ConfigMap", "policies-settings").retain_on_delete


def test_builds_nothing_else(recording: Recording) -> None:
    assert [r.name for r in recording.custom] == ["policies-settings"]


def test_gives_what_policies_wait_for(recording: Recording) -> None:
    assert recording.outputs_of("policies") == {"config_map_name": "amazon-vpc-cni"}
