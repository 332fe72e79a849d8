from pathlib import Path

import pytest

from tools.graph import below, record

PROGRAM = """\
import pulumi
import pulumi_aws as aws

class Box(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("slipway:index:Box", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        logs = aws.cloudwatch.LogGroup(f"{name}-logs", retention_in_days=3, opts=child)
        logs.arn.apply(lambda arn: aws.cloudwatch.LogGroup(f"{name}-late", opts=child))
        aws.cloudwatch.LogGroup(
            f"{name}-inner", opts=pulumi.ResourceOptions(parent=logs)
        )

provider = aws.Provider("aws", region=pulumi.Config("aws").require("region"))
Box("box", pulumi.ResourceOptions(providers=[provider]))
aws.cloudwatch.LogGroup("outside", opts=pulumi.ResourceOptions(provider=provider))
invoke = pulumi.InvokeOutputOptions(provider=provider)
aws.get_caller_identity_output(opts=invoke)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "__main__.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


def test_records_types_names_inputs_and_parents(program: Path) -> None:
    recorded = {each.name: each for each in record(program)}

    assert {name: each.type for name, each in recorded.items()} == {
        "slipway-docs": "pulumi:pulumi:Stack",
        "aws": "pulumi:providers:aws",
        "box": "slipway:index:Box",
        "box-logs": "aws:cloudwatch/logGroup:LogGroup",
        "box-inner": "aws:cloudwatch/logGroup:LogGroup",
        "outside": "aws:cloudwatch/logGroup:LogGroup",
    }
    assert recorded["box-logs"].inputs["retentionInDays"] == 3
    assert recorded["box-logs"].parent == recorded["box"].urn
    assert recorded["outside"].parent == recorded["slipway-docs"].urn
    assert recorded["slipway-docs"].parent == ""


def test_below_gives_all_descendants_of_a_component(program: Path) -> None:
    found = below(record(program), "slipway:index:Box")

    assert [each.name for each in found] == ["box-logs", "box-inner"]


def test_a_second_program_starts_anew(program: Path) -> None:
    assert len(record(program)) == len(record(program))


def test_fails_when_a_data_source_has_no_answer(program: Path) -> None:
    text = PROGRAM.replace("get_caller_identity_output(", "get_billing_service_account_output(")
    program.write_text(text + "\n", encoding="utf-8")

    with pytest.raises(Exception, match="getBillingServiceAccount: give its answer a place in"):
        record(program)
