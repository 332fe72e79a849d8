"""A user, its policy and its key: made on IAM, found there, and gone after their deletion."""

import json

import boto3
import pytest

from tests.support.account import REGION, unknown

USER = "aws:iam/user:User"
POLICY = "aws:iam/userPolicy:UserPolicy"
KEY = "aws:iam/accessKey:AccessKey"


def document(resource):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def of_length(count):
    """A policy of so many characters, white space not counted."""
    empty = len("".join(document("").split()))
    return document("x" * (count - empty))


@pytest.fixture(scope="module")
def user(account):
    return account.create(USER, "reader", tags={"team": "platform"})


def test_a_user_has_its_tags_and_no_password(account, user):
    iam = account.client("iam")
    found = iam.get_user(UserName=user.id)["User"]
    assert user.outputs["arn"] == found["Arn"] == f"arn:aws:iam::123456789012:user/{user.id}"
    assert user.outputs["uniqueId"] == found["UserId"]
    assert found["Tags"] == [{"Key": "team", "Value": "platform"}]
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_login_profile(UserName=user.id)


def test_a_key_signs_in_as_its_user(account, user):
    key = account.create(KEY, user=user.id)
    signed = boto3.client(
        "sts",
        endpoint_url=account.endpoint,
        region_name=REGION,
        aws_access_key_id=key.id,
        aws_secret_access_key=key.outputs["secret"],
    )
    assert signed.get_caller_identity()["Arn"] == user.outputs["arn"]
    assert key.outputs["status"] == "Active"
    key.delete()
    assert account.client("iam").list_access_keys(UserName=user.id)["AccessKeyMetadata"] == []


def test_a_later_look_keeps_the_secret_half_that_iam_tells_once(account, user):
    key = account.create(KEY, user=user.id)
    found = key.read()
    assert found is not None
    assert found["secret"] == key.outputs["secret"]
    key.delete()


def test_a_key_is_found_beside_the_other_one_until_it_is_deleted(account, user):
    old, new = (account.create(KEY, user=user.id) for _ in range(2))
    assert old.id != new.id
    old.delete()
    assert old.read() is None
    assert new.read() is not None
    old.delete()  # that it is gone already is no error
    new.delete()


def test_a_policy_is_as_the_program_says_until_it_is_deleted(account, user):
    made = account.create(POLICY, "reader-policy", user=user.id, policy=document("*"))
    name = made.outputs["name"]
    assert made.id == f"{user.id}:{name}"
    answer = account.client("iam").get_user_policy(UserName=user.id, PolicyName=name)
    assert answer["PolicyDocument"] == json.loads(document("*"))
    assert made.read() is not None
    made.delete()
    assert made.read() is None
    made.delete()


def test_a_user_is_there_until_it_is_deleted(account):
    made = account.create(USER, "brief")
    assert made.read() is not None
    made.delete()
    assert made.read() is None
    made.delete()


def test_refuses_a_name_that_is_too_long(account):
    [failure] = account.failures(USER, name="a" * 65)
    assert failure.endswith("has 65 characters; AWS allows 1 to 64")


def test_counts_a_policy_without_its_white_space(account):
    inputs = {"user": "reader", "name": "it"}
    longest = of_length(2048)
    assert len(longest) > 2048
    assert account.failures(POLICY, **inputs, policy=longest) == []
    assert account.failures(POLICY, **inputs, policy=of_length(2049)) == [
        "policy: has 2049 characters; AWS allows 2048"
    ]


def test_waits_for_what_is_not_known_yet(account):
    assert account.failures(POLICY, user=unknown(), policy=unknown()) == []
    assert account.failures(KEY, user=unknown()) == []
