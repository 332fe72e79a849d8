"""EKS in a VPC that the account has already."""

import json
from typing import Any
from unittest.mock import patch

import pulumi
import pytest

from sandbox import project
from tests.program.conftest import ROOT
from tests.support.existing_account import PRIVATE, SECRET, VPC, ExistingAccount
from tests.support.pods import template_of
from tools.recording import aws_outputs, recorder
from tools.recording.recorder import Recording

HEADING = "1 problem in the description; nothing was created:\n  1. Pulumi.staging.yaml, "


def recorded(account: ExistingAccount, **overrides: str) -> Recording:
    loaded = project.load(
        ROOT,
        "staging",
        {
            "slipway:runtime": "eks",
            "slipway:existing": json.dumps(account.settings),
            **{f"slipway:{key}": value for key, value in overrides.items()},
        },
    )
    with patch.dict(aws_outputs.INVOKES, account.answers()):
        return recorder.record_file(
            loaded.program, stack="staging", config=loaded.config, secret_keys=loaded.secrets
        )


@pytest.fixture(scope="module")
def existing() -> Recording:
    domain = json.dumps({"hostedZone": "example.com", "registry": "ghcr.io/shop"})
    with pytest.MonkeyPatch.context() as patches:
        patches.chdir(ROOT)
        return recorded(ExistingAccount(), domain=domain)


def refused(account: ExistingAccount, monkeypatch: pytest.MonkeyPatch, **overrides: str) -> str:
    monkeypatch.chdir(ROOT)
    with pytest.raises(pulumi.RunError) as caught:
        recorded(account, **overrides)
    return str(caught.value)


def test_the_cluster_stands_in_the_private_subnets(existing: Recording) -> None:
    assert existing.one("aws:eks/cluster:Cluster").inputs["vpcConfig"]["subnetIds"] == PRIVATE
    assert {each.inputs["vpcId"] for each in existing.of_type("TargetGroup")} == {VPC}


def test_policies_speak_of_the_subnets_that_were_found(existing: Recording) -> None:
    [policy] = [
        each.inputs["spec"]
        for each in existing.of_type("NetworkPolicy")
        if each.inputs["metadata"]["name"] == "aegisx-api-netpol"
    ]
    [ingress] = policy["ingress"]
    assert ingress["from"] == [
        {"ipBlock": {"cidr": "10.0.10.0/24"}},
        {"ipBlock": {"cidr": "10.0.11.0/24"}},
    ]
    stores: list[Any] = [rule["to"] for rule in policy["egress"] if "to" in rule]
    isolated = [{"ipBlock": {"cidr": "10.0.30.0/24"}}, {"ipBlock": {"cidr": "10.0.31.0/24"}}]
    assert stores == [isolated, isolated]


@pytest.mark.acceptance("trap-37")
def test_pods_sign_in_to_the_registry(existing: Recording) -> None:
    asked = [each.args for each in existing.invokes if "getSecretVersion" in each.token]
    assert {each["secretId"] for each in asked} == {SECRET}
    secrets = [
        each.inputs
        for each in existing.of_type("kubernetes:core/v1:Secret")
        if each.inputs["metadata"]["name"] == "registry"
    ]
    assert {each["type"] for each in secrets} == {"kubernetes.io/dockerconfigjson"}
    deployments = existing.of_type("kubernetes:apps/v1:Deployment")
    pulled = {
        each.inputs["metadata"]["name"]: each.inputs["spec"]["template"]["spec"].get(
            "imagePullSecrets"
        )
        for each in deployments
    }
    assert all(each == [{"name": "registry"}] for each in pulled.values())
    # Who asks for the status is somebody else's image.
    [status] = existing.of_type("kubernetes:batch/v1:CronJob")
    assert "imagePullSecrets" not in template_of(status.inputs)["spec"]


@pytest.mark.acceptance("trap-9")
def test_too_few_addresses_for_pods(monkeypatch: pytest.MonkeyPatch) -> None:
    account = ExistingAccount()
    for subnet_id in PRIVATE:
        account.subnets[subnet_id]["cidrBlock"] = "10.0.20.0/27"
    text = refused(account, monkeypatch)
    assert text == HEADING + (
        "slipway:existing.vpc.privateSubnetIds: 2 subnets have 54 addresses, and EKS needs 106: "
        "16 pods, 8 while rolling out, 14 of the cluster's own and of jobs, 17 for each of 4 nodes "
        "(trap 9); name larger subnets, or more"
    )


def test_services_with_addresses_of_the_vpc(monkeypatch: pytest.MonkeyPatch) -> None:
    account = ExistingAccount()
    account.vpc["cidrBlockAssociations"].append({"cidrBlock": "172.20.0.0/20"})
    assert refused(account, monkeypatch) == HEADING + (
        "slipway:eks.serviceCidrBlock: '172.20.0.0/16' overlaps 172.20.0.0/20 of the VPC: a pod "
        "could not tell a Service from what is in the VPC; write a range outside of it, for "
        "example 172.20.0.0/16"
    )
