"""EncryptionKey: exact inputs and refused arguments."""

import json

import pytest

from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.errors import ArgumentError
from tools.recording.recorder import Recording, record_component

ACCOUNT = "111122223333"


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record_component(
        lambda options: EncryptionKey(
            "main",
            EncryptionKeyArgs(
                description="Data at rest",
                account_id=ACCOUNT,
                region="eu-central-1",
                deletion_window_days=7,
                partition="aws-cn",
                tags={"team": "platform"},
            ),
            options,
        )
    )


def test_builds_a_key_that_rotates(recording: Recording) -> None:
    inputs = dict(recording.one("Key").inputs)
    inputs.pop("policy")
    assert inputs == {
        "description": "Data at rest",
        "enableKeyRotation": True,
        "deletionWindowInDays": 7,
        "region": "eu-central-1",
        "tags": {"team": "platform", "Name": "main-key"},
    }


def test_policy_names_who_may_use_the_key(recording: Recording) -> None:
    account, logs, alarms = json.loads(recording.one("Key").inputs["policy"])["Statement"]
    assert account == {
        "Sid": "AccountDecidesByIam",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    assert logs["Principal"] == {"Service": "logs.eu-central-1.amazonaws.com"}
    assert logs["Action"] == [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:DescribeKey",
    ]
    assert logs["Condition"] == {
        "ArnLike": {
            "kms:EncryptionContext:aws:logs:arn": f"arn:aws-cn:logs:eu-central-1:{ACCOUNT}:*"
        }
    }
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert alarms["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_alias_names_the_key_and_stays_unique(recording: Recording) -> None:
    key_id = recording.one("Key").outputs["keyId"]
    assert recording.one("Alias").inputs == {
        "name": f"alias/main-{key_id}",
        "targetKeyId": key_id,
        "region": "eu-central-1",
    }


def test_gives_arn_and_id(recording: Recording) -> None:
    key = recording.one("Key").outputs
    assert key["arn"].startswith("arn:aws:kms:eu-central-1:")
    assert recording.outputs_of("main") == {"key_arn": key["arn"], "key_id": key["keyId"]}


@pytest.mark.parametrize("days", [6, 31])
def test_fails_when_the_deletion_window_is_unknown_to_kms(days: int) -> None:
    with pytest.raises(ArgumentError) as refused:
        EncryptionKeyArgs(
            description="", account_id=ACCOUNT, region="us-east-1", deletion_window_days=days
        )
    assert str(refused.value) == (
        f"EncryptionKey: deletion_window_days={days} is not allowed; use 7 to 30 (days)"
    )
