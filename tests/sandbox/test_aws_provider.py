"""Names, tags, differences and functions: what the AWS provider does for every type alike."""

import pytest
from pulumi.provider.experimental.property_value import PropertyValue

from sandbox import cloud
from sandbox.aws import AwsProvider
from sandbox.errors import SandboxError
from tests.support.account import REGION, Account

LOGS = "aws:cloudwatch/logGroup:LogGroup"
KEY = "aws:kms/key:Key"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
GROUP = "aws:lb/targetGroup:TargetGroup"
ROLE = "aws:iam/role:Role"
VPC = "aws:ec2/vpc:Vpc"
BUCKET = "aws:s3/bucket:Bucket"
TOPIC = "aws:sns/topic:Topic"


@pytest.fixture(scope="module")
def tagged(endpoint):
    """A provider with default tags, in the JSON in which the SDK sends them."""
    return Account(endpoint, defaultTags='{"tags": {"owner": "team", "stage": "test"}}')


def test_names_a_resource_with_seven_digits_of_the_seed(account):
    inputs, failures = account.check(LOGS, "shop-logs", retentionInDays=7)
    assert failures == []
    assert inputs == {"name": "shop-logs-0123456", "retentionInDays": 7}


def test_keeps_a_name_that_the_program_gives(account):
    assert account.check(LOGS, "shop-logs", name="/shop/api")[0] == {"name": "/shop/api"}


def test_keeps_the_automatic_name_of_an_existing_resource(account):
    inputs, _ = account.check(LOGS, "shop-logs", {"name": "shop-logs-fedcba9"})
    assert inputs == {"name": "shop-logs-fedcba9"}


@pytest.mark.parametrize(
    ("type_", "property"),
    [(BUCKET, "bucket"), ("aws:rds/instance:Instance", "identifier")],
)
def test_names_are_lower_case_where_aws_keeps_no_others(account, type_, property):
    inputs, _ = account.check(type_, "Shop")
    assert inputs[property] == "shop-0123456"


@pytest.mark.parametrize("type_", [BALANCER, GROUP])
def test_the_longest_logical_name_fits(account, type_):
    assert account.check(type_, "a" * 24)[1] == []


@pytest.mark.parametrize("type_", [BALANCER, GROUP])
def test_refuses_a_logical_name_that_leaves_no_room_for_the_digits(account, type_):
    name = "shop-checkout-service-api"
    assert account.check(type_, name)[1] == [
        "name: 'shop-checkout-service-api-' and 7 random characters are 33 characters; AWS "
        "allows 32; shorten the logical name or give a name"
    ]


def test_refuses_a_given_name_that_is_too_long(account):
    assert account.failures(GROUP, name="a" * 33) == [
        f"name: '{'a' * 33}' has 33 characters; AWS allows 1 to 32"
    ]


def test_refuses_a_given_name_with_other_characters(account):
    assert account.failures(GROUP, name="shop_api") == [
        "name: 'shop_api' is refused by AWS; use letters, digits and hyphens, no hyphen at the ends"
    ]


def test_default_tags_are_merged_and_sent(tagged):
    made = tagged.create(VPC, cidrBlock="10.0.0.0/16", tags={"stage": "mine", "Name": "shop"})
    merged = {"owner": "team", "stage": "mine", "Name": "shop"}
    assert made.outputs["tagsAll"] == merged
    assert made.outputs["tags"] == {"stage": "mine", "Name": "shop"}
    [vpc] = tagged.client("ec2").describe_vpcs(VpcIds=[made.id])["Vpcs"]
    assert {tag["Key"]: tag["Value"] for tag in vpc["Tags"]} == merged


def test_default_tags_are_sent_in_each_form_that_aws_has(tagged):
    expected = {"owner": "team", "stage": "test"}

    role = tagged.create(ROLE, "tagged", assumeRolePolicy="{}").id
    tags = tagged.client("iam").list_role_tags(RoleName=role)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == expected

    key = tagged.create(KEY).id
    tags = tagged.client("kms").list_resource_tags(KeyId=key)["Tags"]
    assert {tag["TagKey"]: tag["TagValue"] for tag in tags} == expected

    logs = tagged.create(LOGS, "tagged").id
    assert tagged.client("logs").list_tags_log_group(logGroupName=logs)["tags"] == expected

    bucket = tagged.create(BUCKET, "tagged").id
    tags = tagged.client("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == expected


def test_tags_without_default_tags_are_the_resource_s_own(account):
    made = account.create(VPC, cidrBlock="10.1.0.0/16", tags={"Name": "shop"})
    assert made.outputs["tagsAll"] == {"Name": "shop"}


def test_default_tags_may_be_an_object(endpoint):
    account = Account(endpoint, defaultTags={"tags": {"owner": "team"}})
    assert account.create(TOPIC, "objects").outputs["tagsAll"] == {"owner": "team"}


@pytest.fixture(scope="module")
def logs(account):
    return account.create(LOGS, "kept", name="kept", retentionInDays=7, tags={"a": "1"})


def test_the_same_inputs_are_no_difference(logs):
    assert logs.diff(name="kept", retentionInDays=7, tags={"a": "1"}) == {}


@pytest.mark.parametrize(
    ("inputs", "difference"),
    [
        ({"retentionInDays": 14, "tags": {"a": "1"}}, {"retentionInDays": "UPDATE"}),
        ({"retentionInDays": 7, "tags": {"a": "2"}}, {"tags": "UPDATE"}),
        ({"retentionInDays": 7}, {"tags": "DELETE"}),
        ({"retentionInDays": 7, "tags": {"a": "1"}, "skipDestroy": True}, {"skipDestroy": "ADD"}),
        ({}, {"retentionInDays": "DELETE", "tags": "DELETE"}),
    ],
    ids=["changed", "changed inside", "removed", "added", "several"],
)
def test_differences_by_input(logs, inputs, difference):
    assert logs.diff(name="kept", **inputs) == difference


def test_an_ignored_change_is_none(logs):
    inputs = {"name": "kept", "retentionInDays": 14, "tags": {"a": "1"}}
    assert logs.diff(ignore=("retentionInDays",), **inputs) == {}


def test_a_null_is_as_good_as_absent(logs):
    inputs = {"name": "kept", "retentionInDays": 7, "tags": {"a": "1"}}
    assert logs.diff(**inputs, kmsKeyId=PropertyValue(None)) == {}


def test_refuses_to_update(logs, account):
    with pytest.raises(SandboxError) as refusal:
        logs.update(name="kept", retentionInDays=14)
    assert str(refusal.value) == (
        f"the sandbox cannot update {LOGS} kept in place yet: changed retentionInDays, tags"
    )
    [group] = account.client("logs").describe_log_groups(logGroupNamePrefix="kept")["logGroups"]
    assert group["retentionInDays"] == 7


def test_previews_an_update(logs):
    preview = logs.update(preview=True, name="kept", retentionInDays=14)
    assert preview["retentionInDays"] == 14
    assert preview["arn"] == logs.outputs["arn"]


def test_a_preview_creates_nothing(account):
    account.create(LOGS, "previewed", preview=True, name="previewed")
    found = account.client("logs").describe_log_groups(logGroupNamePrefix="previewed")
    assert found["logGroups"] == []


def test_tells_who_asks(account):
    identity = account.ask("aws:index/getCallerIdentity:getCallerIdentity")
    assert identity["accountId"] == identity["id"] == "123456789012"
    assert identity["arn"].startswith("arn:aws:")


def test_finds_the_hosted_zone(account):
    cloud.prepare_account(account.endpoint, REGION, "example.com")
    [zone] = account.client("route53").list_hosted_zones()["HostedZones"]
    for name in ("example.com", "example.com."):
        found = account.ask("aws:route53/getZone:getZone", name=name)
        assert found["zoneId"] == zone["Id"].removeprefix("/hostedzone/")
        assert found["name"] == "example.com"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "example.org"}, "no public hosted zone example.org. exists"),
        (
            {"name": "example.com", "privateZone": True},
            "no private hosted zone example.com. exists",
        ),
    ],
)
def test_says_which_hosted_zone_is_missing(account, arguments, message):
    with pytest.raises(SandboxError) as refusal:
        account.ask("aws:route53/getZone:getZone", **arguments)
    assert str(refusal.value) == message


def test_prepares_the_roles_of_people_once(account):
    for _ in range(2):
        cloud.prepare_account(account.endpoint, REGION, None, ["deploy", "break-glass"])
    names = {each["RoleName"] for each in account.client("iam").list_roles()["Roles"]}
    assert {"deploy", "break-glass"} <= names


def test_reads_the_version_of_a_secret(account):
    secrets = account.client("secretsmanager")
    arn = secrets.create_secret(Name="registry", SecretString="old")["ARN"]
    new = secrets.put_secret_value(SecretId=arn, SecretString="new")["VersionId"]
    asked = "aws:secretsmanager/getSecretVersion:getSecretVersion"

    found = account.ask(asked, secretId=arn)
    assert (found["id"], found["secretString"]) == (f"{arn}|{new}", "new")
    assert (found["arn"], found["versionStages"]) == (arn, ["AWSCURRENT"])
    assert account.ask(asked, secretId=arn, versionStage="AWSPREVIOUS")["secretString"] == "old"


def test_refuses_a_function_that_it_has_not(account):
    with pytest.raises(SandboxError) as refusal:
        account.ask("aws:ec2/getAmi:getAmi")
    assert str(refusal.value) == "the sandbox serves no function aws:ec2/getAmi:getAmi yet"


def test_works_on_this_machine_only():
    with pytest.raises(SandboxError) as refusal:
        AwsProvider("https://ec2.us-east-1.amazonaws.com").kind(VPC)
    assert str(refusal.value) == (
        "the sandbox works on this machine only, not on 'https://ec2.us-east-1.amazonaws.com'; "
        "set AWS_ENDPOINT_URL to what `make serve` prints"
    )


def test_a_secret_input_stays_secret(account):
    text = PropertyValue("hush", is_secret=True)
    made = account.create(KEY, "hidden", description=text)
    assert made.state["description"].is_secret
