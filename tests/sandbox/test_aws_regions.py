"""A resource with the input `region` is made, found and deleted there, as pulumi-aws 7 does."""

import pytest

from sandbox.aws.clients import Clients
from sandbox.errors import SandboxError
from tests.support.account import REGION, unknown
from tools.recording import aws_outputs

ELSEWHERE = "us-west-2"
BUCKET = "aws:s3/bucket:Bucket"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ENABLED = {"status": "Enabled"}
KEY = "aws:kms/key:Key"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
ROLE = "aws:iam/role:Role"


def groups(account, region):
    found = Clients.of(account.endpoint, region).client("logs").describe_log_groups()
    return [group["logGroupName"] for group in found["logGroups"]]


def test_is_made_found_and_deleted_in_the_given_region(account):
    made = account.create(LOGS, name="far", region=ELSEWHERE)
    assert (groups(account, REGION), groups(account, ELSEWHERE)) == ([], ["far"])
    found = made.read()
    assert found is not None
    assert found["arn"] == f"arn:aws:logs:{ELSEWHERE}:123456789012:log-group:far"
    assert found["region"] == ELSEWHERE

    near = account.create(LOGS, name="far")
    made.delete()
    assert (groups(account, REGION), groups(account, ELSEWHERE)) == (["far"], [])
    assert made.read() is None
    assert near.read() is not None
    near.delete()


def test_says_its_region_without_being_told_one(account):
    made = account.create(LOGS, name="near")
    assert made.outputs["region"] == REGION
    assert made.diff(name="near") == {}
    made.delete()


def test_a_removed_region_is_a_difference(account):
    made = account.create(LOGS, name="moved", region=ELSEWHERE)
    assert made.diff(name="moved", region=ELSEWHERE) == {}
    assert made.diff(name="moved") == {"region": "DELETE"}
    made.delete()


def test_an_arn_that_the_sandbox_builds_names_the_region(account):
    key = account.create(KEY, region=ELSEWHERE)
    alias = account.create(
        "aws:kms/alias:Alias", name="alias/far", targetKeyId=key.id, region=ELSEWHERE
    )
    assert key.outputs["arn"].startswith(f"arn:aws:kms:{ELSEWHERE}:")
    assert alias.outputs["arn"] == f"arn:aws:kms:{ELSEWHERE}:123456789012:alias/far"


def test_a_region_may_be_unknown(account):
    assert account.failures(LOGS, name="far", region=unknown()) == []


def test_refuses_a_region_that_aws_has_not(account):
    assert account.failures(LOGS, name="far", region="us-west-9") == [
        "region: 'us-west-9' is no region of AWS; use one such as 'us-west-2'"
    ]


def test_refuses_a_region_for_what_stands_in_none(account):
    assert account.failures(ROLE, assumeRolePolicy="{}", region=ELSEWHERE) == [
        "region: the sandbox knows no such input of iam:CreateRole"
    ]
    assert "region" not in account.create(ROLE, assumeRolePolicy="{}").outputs


def test_a_bucket_and_its_parts_stand_in_the_given_region(account):
    bucket = account.create(BUCKET, "far", region=ELSEWHERE)
    assert bucket.outputs["bucketRegionalDomainName"] == (
        f"{bucket.id}.s3.{ELSEWHERE}.amazonaws.com"
    )
    location = account.client("s3").get_bucket_location(Bucket=bucket.id)
    assert location["LocationConstraint"] == ELSEWHERE
    part = account.create(
        VERSIONING, bucket=bucket.id, versioningConfiguration=ENABLED, region=ELSEWHERE
    )
    assert part.read() is not None


def test_refuses_a_part_of_a_bucket_in_another_region(account):
    bucket = account.create(BUCKET, "split", region=ELSEWHERE)
    with pytest.raises(SandboxError) as refused:
        account.create(VERSIONING, bucket=bucket.id, versioningConfiguration=ENABLED)
    assert str(refused.value) == (
        f"the bucket {bucket.id} is in {ELSEWHERE} and AWS redirects calls from {REGION}; give "
        "the region of the bucket"
    )


def test_a_function_asks_in_the_given_region(account):
    answer = account.ask("aws:index/getAvailabilityZones:getAvailabilityZones", region=ELSEWHERE)
    assert answer["names"][0] == f"{ELSEWHERE}a"


@pytest.mark.parametrize("region", [REGION, ELSEWHERE])
def test_a_recorded_resource_names_the_region_in_its_arn(region):
    inputs = {} if region == aws_outputs.REGION else {"region": region}
    for type_ in (KEY, LOGS, "aws:backup/vault:Vault"):
        outputs = aws_outputs.computed(type_, "far", inputs)[1]
        assert outputs["arn"].split(":")[3] == outputs["region"] == region
