"""AccessKey: exact inputs, the order of its parts, refused arguments, and who sees the secret."""

import json

import pulumi
import pytest

from components.access_key import AccessKey, AccessKeyArgs
from components.errors import ArgumentError
from components.policy import Statement
from tools.recording.recorder import Recording, record_component

KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
READ = Statement(sid="Read", actions="s3:GetObject", resources="arn:aws:s3:::reports/*")
LIST = Statement(sid="List", actions="s3:ListBucket", resources="arn:aws:s3:::reports")


@pytest.fixture(scope="module")
def recording() -> Recording:
    args = AccessKeyArgs(permissions=[READ, LIST], kms_key_arn=KMS_KEY, tags={"team": "platform"})
    return record_component(lambda options: AccessKey("reader", args, options))


def test_builds_a_user_of_its_own(recording: Recording) -> None:
    assert recording.one("User", "reader-user").inputs == {
        "tags": {"team": "platform", "Name": "reader-user"}
    }
    assert len(recording.of_type("User")) == 1


def test_allows_the_user_what_the_statements_say_and_no_more(recording: Recording) -> None:
    policy = recording.one("UserPolicy", "reader-policy")
    assert set(policy.inputs) == {"user", "policy"}
    assert policy.inputs["user"] == recording.one("User").outputs["name"]
    assert json.loads(policy.inputs["policy"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::reports/*",
            },
            {
                "Sid": "List",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "arn:aws:s3:::reports",
            },
        ],
    }


def test_makes_one_key_of_this_user(recording: Recording) -> None:
    key = recording.one("AccessKey", "reader-key")
    assert key.inputs == {"user": recording.one("User").outputs["name"]}
    assert "secret" in key.additional_secret_outputs
    # Pulumi makes the new key before it deletes the old one: nobody is ever without.
    assert not key.delete_before_replace


def test_keeps_both_halves_in_an_encrypted_secret(recording: Recording) -> None:
    assert recording.one("Secret", "reader-secret").inputs == {
        "description": "Access key reader, which does not end",
        "kmsKeyId": KMS_KEY,
        "recoveryWindowInDays": 30,
        "tags": {"team": "platform", "Name": "reader-secret"},
    }
    key = recording.one("AccessKey", "reader-key")
    version = recording.one("SecretVersion", "reader-secret-version")
    assert version.inputs["secretId"] == recording.one("Secret").outputs["arn"]
    assert json.loads(version.inputs["secretString"]) == {
        "access_key": key.id,
        "secret_key": key.outputs["secret"],
    }
    assert "secretString" in version.secret_inputs


def test_the_version_comes_after_what_the_key_may_do(recording: Recording) -> None:
    version = recording.one("SecretVersion")
    assert recording.one("UserPolicy").urn in version.dependencies


def test_gives_names_and_no_half_of_the_key(recording: Recording) -> None:
    assert recording.outputs_of("reader") == {
        "user_name": recording.one("User").outputs["name"],
        "secret_arn": recording.one("Secret").outputs["arn"],
        "secret_version_id": recording.one("SecretVersion").outputs["versionId"],
    }


def test_shows_the_secret_half_nowhere_else(recording: Recording) -> None:
    half = recording.one("AccessKey", "reader-key").outputs["secret"]
    told = {
        (resource.name, field)
        for resource in recording.resources
        for field, value in resource.inputs.items()
        if half in json.dumps(value)
    }
    assert told == {("reader-secret-version", "secretString")}


def test_takes_a_recovery_window_and_what_is_known_later() -> None:
    later = pulumi.Output.from_input("arn:aws:s3:::later/*")
    args = AccessKeyArgs(
        permissions=[Statement(actions="s3:GetObject", resources=later)],
        kms_key_arn=KMS_KEY,
        secret_recovery_days=0,
    )
    recording = record_component(lambda options: AccessKey("brief", args, options))
    assert recording.one("Secret", "brief-secret").inputs["recoveryWindowInDays"] == 0
    [statement] = json.loads(recording.one("UserPolicy").inputs["policy"])["Statement"]
    assert statement["Resource"] == "arn:aws:s3:::later/*"


def test_fails_when_the_key_would_open_nothing() -> None:
    with pytest.raises(ArgumentError) as refused:
        AccessKeyArgs(permissions=[], kms_key_arn=KMS_KEY)
    assert str(refused.value) == (
        "AccessKey: permissions=[] is not allowed; use one statement or more"
    )


def test_fails_when_the_recovery_window_is_unknown() -> None:
    with pytest.raises(ArgumentError) as refused:
        AccessKeyArgs(permissions=[READ], kms_key_arn=KMS_KEY, secret_recovery_days=3)
    assert str(refused.value) == (
        "AccessKey: secret_recovery_days=3 is not allowed; "
        "use 0 to delete at once, or 7 to 30 (days)"
    )
