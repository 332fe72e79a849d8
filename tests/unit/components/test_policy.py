"""Policy documents."""

import json
from typing import Any

import pulumi

from components.policy import Statement, policy_document, trust_policy
from tools.recording.recorder import record


def test_renders_all_elements_in_the_words_of_aws() -> None:
    document = policy_document(
        Statement(
            sid="ReadFromHere",
            effect="Deny",
            principals={"AWS": ("arn:one", "arn:two")},
            actions=["s3:GetObject", "s3:PutObject"],
            resources="arn:bucket/*",
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        )
    )
    assert document == json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "ReadFromHere",
                    "Effect": "Deny",
                    "Principal": {"AWS": ["arn:one", "arn:two"]},
                    "Action": ["s3:GetObject", "s3:PutObject"],
                    "Resource": "arn:bucket/*",
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }
    )


def test_leaves_out_what_is_not_given() -> None:
    document = policy_document(Statement(actions="s3:ListAllMyBuckets", resources="*"))
    assert isinstance(document, str)
    assert json.loads(document)["Statement"] == [
        {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    ]


def test_everyone_is_a_star() -> None:
    document = policy_document(Statement(principals="*", actions="s3:*", resources="*"))
    assert isinstance(document, str)
    assert json.loads(document)["Statement"][0]["Principal"] == "*"


def test_a_trust_policy_has_no_resource() -> None:
    condition = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    document = trust_policy("ecs-tasks.amazonaws.com", condition)
    assert isinstance(document, str)
    assert json.loads(document)["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": condition,
        }
    ]


def test_what_is_known_later_makes_the_document_an_output() -> None:
    def program() -> None:
        arn: pulumi.Output[str] = pulumi.Output.from_input("arn:later")
        for name, resources in {"one": arn, "many": [arn, "arn:now"]}.items():
            document = policy_document(Statement(actions="s3:*", resources=resources))
            assert isinstance(document, pulumi.Output)
            pulumi.export(name, document)

    def resource(text: Any) -> Any:
        return json.loads(text)["Statement"][0]["Resource"]

    outputs = record(program).stack_outputs
    assert resource(outputs["one"]) == "arn:later"
    assert resource(outputs["many"]) == ["arn:later", "arn:now"]
