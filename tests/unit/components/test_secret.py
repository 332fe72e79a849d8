"""Secret: exact inputs, both branches and refused arguments."""

import pulumi
import pytest

from components.errors import ArgumentError
from components.secret import Secret, SecretArgs
from tools.recording.recorder import Recording, record_component

KEY = "arn:aws:kms:us-east-1:111122223333:key/1"


@pytest.fixture(scope="module")
def drawn() -> Recording:
    args = SecretArgs(description="Signs sessions", kms_key_arn=KEY, tags={"team": "platform"})
    return record_component(lambda options: Secret("signing", args, options))


@pytest.fixture(scope="module")
def given() -> Recording:
    def build(options: pulumi.ResourceOptions) -> None:
        value = pulumi.Output.secret("from-the-partner")
        Secret("partner", SecretArgs(description="", kms_key_arn=KEY, value=value), options)
        plain = SecretArgs(description="", kms_key_arn=KEY, value="plain-text", recovery_days=0)
        Secret("plain", plain, options)

    return record_component(build)


def test_builds_an_encrypted_secret(drawn: Recording) -> None:
    assert drawn.one("Secret", "signing-secret").inputs == {
        "description": "Signs sessions",
        "kmsKeyId": KEY,
        "recoveryWindowInDays": 30,
        "tags": {"team": "platform", "Name": "signing-secret"},
    }


def test_draws_letters_and_digits(drawn: Recording) -> None:
    password = drawn.one("RandomPassword")
    assert password.inputs == {"length": 48, "special": False}
    version = drawn.one("SecretVersion")
    assert version.inputs == {
        "secretId": drawn.one("Secret", "signing-secret").outputs["arn"],
        "secretString": password.outputs["result"],
    }
    assert "secretString" in version.secret_inputs


def test_takes_a_given_value_and_draws_none(given: Recording) -> None:
    version = given.one("SecretVersion", "partner-version")
    assert version.inputs["secretString"] == "from-the-partner"
    assert given.of_type("RandomPassword") == []


def test_makes_a_value_secret_that_is_given_in_plain(given: Recording) -> None:
    version = given.one("SecretVersion", "plain-version")
    assert "secretString" in version.secret_inputs
    assert given.one("Secret", "plain-secret").inputs["recoveryWindowInDays"] == 0


def test_gives_arn_and_version_but_not_the_value(drawn: Recording) -> None:
    assert drawn.outputs_of("signing") == {
        "secret_arn": drawn.one("Secret", "signing-secret").outputs["arn"],
        "version_id": drawn.one("SecretVersion").outputs["versionId"],
    }


def test_arguments_do_not_print_the_value() -> None:
    args = SecretArgs(description="", kms_key_arn=KEY, value="do-not-print")
    assert "do-not-print" not in repr(args)


@pytest.mark.parametrize("length", [31, 129])
def test_fails_when_the_length_is_weak_or_absurd(length: int) -> None:
    with pytest.raises(ArgumentError) as refused:
        SecretArgs(description="", kms_key_arn=KEY, length=length)
    assert str(refused.value) == (
        f"Secret: length={length} is not allowed; use 32 to 128 (characters)"
    )


def test_fails_when_the_recovery_window_is_unknown() -> None:
    with pytest.raises(ArgumentError) as refused:
        SecretArgs(description="", kms_key_arn=KEY, recovery_days=3)
    assert str(refused.value) == (
        "Secret: recovery_days=3 is not allowed; use 0 to delete at once, or 7 to 30 (days)"
    )
