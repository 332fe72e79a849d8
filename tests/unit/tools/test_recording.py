import pulumi
import pulumi_aws as aws
import pytest

from tools.recording.recorder import providers, record


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


def test_two_of_one_name_are_refused() -> None:
    def twins() -> None:
        options = pulumi.ResourceOptions(provider=providers().providers[0])
        aws.cloudwatch.LogGroup("twin", opts=options)
        aws.cloudwatch.LogGroup("twin", opts=options)

    with pytest.raises(AssertionError, match=r"Duplicate resource URN .*twin"):
        record(twins)
