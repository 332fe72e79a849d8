import asyncio
import copy

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest
from pulumi.runtime import stack as pulumi_stack

from sandbox import quiescence
from tools.recording.aws_outputs import ACCOUNT, REGION, computed
from tools.recording.recorder import providers, record
from tools.recording.wire import UNKNOWN

EKS = f"arn:aws:eks:{REGION}:{ACCOUNT}"


class Box(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("slipway:index:Box", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        logs = aws.cloudwatch.LogGroup(f"{name}-logs", retention_in_days=3, opts=child)
        logs.arn.apply(lambda _arn: aws.cloudwatch.LogGroup(f"{name}-late", opts=child))
        aws.cloudwatch.LogGroup(f"{name}-inner", opts=pulumi.ResourceOptions(parent=logs))


def program() -> None:
    options = providers()
    Box("box", options)
    aws.cloudwatch.LogGroup("outside", opts=pulumi.ResourceOptions(provider=options.providers[0]))


def test_below_gives_all_descendants_of_a_component() -> None:
    found = record(program, preview=True).below("slipway:index:Box")

    # What is made inside `apply` is missing in a preview, as it is for a user.
    assert [each.name for each in found] == ["box-logs", "box-inner"]
    assert found[0].inputs["retentionInDays"] == 3


def test_a_second_program_starts_anew() -> None:
    assert record(program).graph() == record(program).graph()


def test_the_order_is_always_the_same() -> None:
    def many() -> None:
        options = providers()
        for number in range(20):
            Box(f"box-{number}", options)

    first, second = ([each.name for each in record(many).resources] for _ in range(2))
    assert first == second


def test_what_is_recorded_cannot_be_altered() -> None:
    """A module's tests share a recording: one that takes a part out would break another one."""

    def tagged() -> None:
        opts = pulumi.ResourceOptions(provider=providers().providers[0])
        aws.cloudwatch.LogGroup("logs", tags={"team": "shop"}, opts=opts)
        pulumi.export("zones", {"names": ["a", "b"]})

    found = record(tagged)
    logs = found.one("LogGroup")
    names = found.stack_outputs["zones"]["names"]
    for alter in (
        lambda: logs.inputs.pop("tags"),
        lambda: logs.inputs["tags"].update(team="other"),
        logs.outputs.clear,
        lambda: names.append("c"),
    ):
        with pytest.raises(TypeError, match="what is recorded cannot be altered; take a copy"):
            alter()
    mine = copy.deepcopy(found.stack_outputs)
    mine["zones"]["names"].append("c")
    assert found.stack_outputs == {"zones": {"names": ["a", "b"]}}
    assert logs.inputs["tags"] == {"team": "shop"}


def test_does_not_wait_for_what_belongs_to_another_event_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As wherever the sandbox has been imported: the SDK's own way would not notice.
    monkeypatch.setattr(pulumi_stack, "wait_for_rpcs", quiescence.wait)
    ours, another = asyncio.new_event_loop(), asyncio.new_event_loop()
    asyncio.set_event_loop(another)
    pulumi.Output.from_input("left over")
    asyncio.set_event_loop(ours)
    try:
        assert record(lambda: pulumi.export("shop", "open")).stack_outputs == {"shop": "open"}
    finally:
        asyncio.set_event_loop(None)
        ours.close()
        another.close()


def test_two_of_one_name_are_refused() -> None:
    def twins() -> None:
        options = pulumi.ResourceOptions(provider=providers().providers[0])
        aws.cloudwatch.LogGroup("twin", opts=options)
        aws.cloudwatch.LogGroup("twin", opts=options)

    with pytest.raises(AssertionError, match=r"Duplicate resource URN .*twin"):
        record(twins)


def in_a_cluster() -> None:
    cloud = providers()
    cluster = aws.eks.Cluster(
        "main",
        role_arn="arn:aws:iam::111122223333:role/cluster",
        vpc_config=aws.eks.ClusterVpcConfigArgs(subnet_ids=["subnet-1", "subnet-2"]),
        opts=pulumi.ResourceOptions(provider=cloud.providers[0]),
    )
    pulumi.export("group", cluster.vpc_config.cluster_security_group_id)
    pulumi.export("certificate", cluster.certificate_authority.data)
    inside = pulumi.ResourceOptions(provider=kubernetes.Provider("inside", kubeconfig="{}"))
    room = kubernetes.core.v1.Namespace(
        "shop", metadata=kubernetes.meta.v1.ObjectMetaArgs(name="shop"), opts=inside
    )
    kubernetes.batch.v1.Job(
        "migration",
        metadata=kubernetes.meta.v1.ObjectMetaArgs(namespace=room.metadata.name),
        opts=inside,
    )
    kubernetes.core.v1.Secret(
        "token",
        metadata=kubernetes.meta.v1.ObjectMetaArgs(name="token", namespace=room.id),
        string_data={"TOKEN": pulumi.Output.secret("hush")},
        opts=inside,
    )
    kubernetes.apiextensions.CustomResource(
        "binding",
        api_version="eks.amazonaws.com/v1",
        kind="TargetGroupBinding",
        metadata=kubernetes.meta.v1.ObjectMetaArgs(name="binding", namespace="shop"),
        spec={"targetGroupARN": "arn"},
        opts=inside,
    )


def test_objects_of_kubernetes_are_found_by_kind_and_have_their_ids() -> None:
    recording = record(in_a_cluster)

    assert recording.one("Namespace").id == "shop"
    assert recording.one("kubernetes:core/v1:Secret").id == "shop/token"
    job = recording.one("Job")
    assert job.inputs["metadata"] == {"namespace": "shop"}
    assert job.id == f"shop/{job.outputs['metadata']['name']}"
    assert job.outputs["metadata"]["name"].startswith("migration-")
    assert recording.one("Secret").secret_inputs == {"stringData"}
    binding = recording.one("TargetGroupBinding")
    assert binding.type == "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding"
    assert binding.inputs["spec"] == {"targetGroupARN": "arn"}
    assert {each.name for each in recording.custom} == {
        *("main", "shop", "migration", "token", "binding"),
    }


def test_what_eks_adds_to_a_block_reaches_the_program() -> None:
    outputs = record(in_a_cluster).stack_outputs

    assert outputs["group"].startswith("sg-")
    assert outputs["certificate"]


def test_a_preview_does_not_know_what_is_added_to_a_block() -> None:
    recording = record(in_a_cluster, preview=True)

    assert recording.graph() == record(in_a_cluster).graph()
    assert recording.one("Job").id == ""
    assert recording.one("Job").outputs["metadata"] == {"namespace": "shop", "name": UNKNOWN}
    assert recording.one("Secret").inputs["metadata"] == {"name": "token", "namespace": UNKNOWN}
    assert recording.stack_outputs == {"group": UNKNOWN, "certificate": UNKNOWN}


@pytest.mark.parametrize(
    ("type_", "inputs", "id_", "outputs"),
    [
        (
            "aws:eks/nodeGroup:NodeGroup",
            {"nodeGroupName": "spare"},
            "main:spare",
            {"arn": f"{EKS}:nodegroup/main/spare"},
        ),
        (
            "aws:eks/addon:Addon",
            {"addonName": "coredns"},
            "main:coredns",
            {"arn": f"{EKS}:addon/main/coredns"},
        ),
        (
            "aws:eks/accessEntry:AccessEntry",
            {"principalArn": "arn:role"},
            "main:arn:role",
            {"accessEntryArn": f"{EKS}:access-entry/main/arn:role"},
        ),
        (
            "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
            {"principalArn": "arn:role", "policyArn": "arn:policy"},
            "main#arn:role#arn:policy",
            {},
        ),
    ],
)
def test_what_belongs_to_a_cluster_is_called_by_both_names(type_, inputs, id_, outputs) -> None:
    found, answer = computed(type_, "it", {"clusterName": "main", **inputs})

    assert found == id_
    assert outputs.items() <= answer.items()


def test_an_association_of_pods_has_an_id_of_its_own() -> None:
    inputs = {"clusterName": "main", "namespace": "shop", "serviceAccount": "api"}
    found, answer = computed("aws:eks/podIdentityAssociation:PodIdentityAssociation", "it", inputs)

    assert found == answer["associationId"]
    assert answer["associationArn"] == f"{EKS}:podidentityassociation/main/{found}"
