"""The real program with what an account has already in place of what it would build."""

import json
import logging
from collections.abc import Callable
from unittest.mock import patch

import pulumi
import pytest

from model.load import load_files
from model.problems import listed
from sandbox import project
from tests.program.conftest import ROOT
from tests.support.existing_account import (
    CERTIFICATE,
    ISOLATED,
    KEY,
    PRIVATE,
    PUBLIC,
    SECRET,
    VPC,
    ZONE,
    ExistingAccount,
    certificate,
    table,
)
from tests.support.guides import SYSTEMS
from tools.recording import aws_outputs, recorder
from tools.recording.recorder import Recording

HEADING = "1 problem in the description; nothing was created:\n  1. Pulumi.staging.yaml, "
OTHER_CERTIFICATE = CERTIFICATE.replace("/1", "/2")


def recorded(account: ExistingAccount, *, preview: bool = False) -> Recording:
    loaded = project.load(ROOT, "staging", {"slipway:existing": json.dumps(account.settings)})
    with patch.dict(aws_outputs.INVOKES, account.answers()):
        return recorder.record_file(
            loaded.program,
            stack="staging",
            config=loaded.config,
            secret_keys=loaded.secrets,
            preview=preview,
        )


@pytest.fixture(scope="module")
def existing() -> Recording:
    with pytest.MonkeyPatch.context() as patches:
        patches.chdir(ROOT)
        return recorded(ExistingAccount())


def test_a_stack_that_builds_everything_looks_nothing_up(staging: Recording) -> None:
    assert {each.token for each in staging.invokes} == {
        "aws:index/getCallerIdentity:getCallerIdentity",
        "aws:route53/getZone:getZone",
    }
    assert all("zoneId" not in each.args for each in staging.invokes)


def test_only_what_is_given_is_looked_up() -> None:
    account = ExistingAccount()
    account.settings = dict.fromkeys(account.settings) | {"keyArn": KEY}
    asked = {each.token for each in recorded(account).invokes}
    assert asked == {
        "aws:index/getCallerIdentity:getCallerIdentity",
        "aws:route53/getZone:getZone",
        "aws:kms/getKey:getKey",
    }


def test_nothing_that_exists_is_built(existing: Recording, staging: Recording) -> None:
    names = {(each.type, each.name) for each in existing.resources}
    missing = {
        (each.type, each.name) for each in staging.resources if (each.type, each.name) not in names
    }
    kinds = {type_.rpartition(":")[2] for type_, _ in missing}
    assert {"Network", "Vpc", "Subnet", "RouteTable", "NatGateway", "FlowLog"} <= kinds
    assert {"EncryptionKey", "Key", "Alias", "Certificate", "CertificateValidation"} <= kinds
    # Nothing is missing but these and what belongs to them.
    assert {
        name
        for type_, name in missing
        if not name.startswith(("platform-network", "platform-key", "platform-edge-cert"))
    } == set()
    assert names <= {(each.type, each.name) for each in staging.resources}


def test_what_exists_is_used(existing: Recording) -> None:
    balancer = existing.one("aws:lb/loadBalancer:LoadBalancer").inputs
    assert balancer["subnets"] == PUBLIC
    assert existing.one("Listener", "platform-edge-https").inputs["certificateArn"] == CERTIFICATE
    assert {each.inputs["vpcId"] for each in existing.of_type("SecurityGroup")} == {VPC}
    assert {each.inputs["vpcId"] for each in existing.of_type("TargetGroup")} == {VPC}
    services = existing.of_type("aws:ecs/service:Service")
    assert all(each.inputs["networkConfiguration"]["subnets"] == PRIVATE for each in services)
    stores = [
        *existing.of_type("aws:rds/subnetGroup:SubnetGroup"),
        *existing.of_type("aws:elasticache/subnetGroup:SubnetGroup"),
    ]
    assert stores
    assert all(each.inputs["subnetIds"] == ISOLATED for each in stores)
    assert {each.inputs["kmsKeyId"] for each in existing.of_type("LogGroup")} == {KEY}
    assert {each.inputs["zoneId"] for each in existing.of_type("Record")} == {ZONE}


def test_images_are_pulled_with_the_registry_secret(existing: Recording) -> None:
    definitions = existing.of_type("TaskDefinition")
    assert definitions
    for definition in definitions:
        for container in json.loads(definition.inputs["containerDefinitions"]):
            # The image that prepares databases is everybody's.
            if not container["image"].startswith("public.ecr.aws/"):
                assert container["repositoryCredentials"] == {"credentialsParameter": SECRET}


def test_a_preview_shows_the_same_resources(existing: Recording) -> None:
    assert recorded(ExistingAccount(), preview=True).graph() == existing.graph()


def test_asks_with_the_explicit_provider(existing: Recording) -> None:
    assert {each.provider.split("::")[3] for each in existing.invokes} == {"aws"}


def _missing(what: str, words: str) -> Callable[[ExistingAccount], None]:
    return lambda account: account.missing.update({what: words})


def _subnet(subnet_id: str, **changes: object) -> Callable[[ExistingAccount], None]:
    return lambda account: account.subnets[subnet_id].update(changes)


def _given(**changes: object) -> Callable[[ExistingAccount], None]:
    return lambda account: account.settings.update(changes)


def _named(tier: str, ids: list[str]) -> Callable[[ExistingAccount], None]:
    return lambda account: account.settings["vpc"].update({f"{tier}SubnetIds": ids})


def _certificates(*found: dict[str, object]) -> Callable[[ExistingAccount], None]:
    def change(account: ExistingAccount) -> None:
        account.certificates = [*found]

    return change


SETTINGS = load_files(ROOT, "staging").environment.systems
HOSTS = sorted({settings.host for settings in SETTINGS.values()})


def _wildcard(host: str) -> str:
    return f"*.{host.partition('.')[2]}"


def _uncovered(*names: str) -> list[str]:
    return [host for host in HOSTS if not {host, _wildcard(host)} & {*names}]


FIRST_NAMES = [name for host in HOSTS for name in (host, _wildcard(host))]
NAMES = listed([*dict.fromkeys([*FIRST_NAMES, "example.com", "*.example.com"])], "or")
ISSUED = (
    *("example.com", "*.example.com", "api.staging.example.com", "nx.staging.example.com"),
    "nessen.staging.example.com",
)
Change = Callable[[ExistingAccount], object]

REFUSED: dict[str, tuple[Change, str]] = {
    "no VPC": (
        _missing(VPC, "no matching EC2 VPC found"),
        f"vpc.id: '{VPC}' was not found in us-east-1: no matching EC2 VPC found; copy the "
        "identifier of a VPC of this region and account, vpc-...",
    ),
    "no DNS names": (
        lambda account: account.vpc.update(enableDnsHostnames=False),
        f"vpc.id: '{VPC}' has DNS hostnames off, so that tasks do not find data stores by their "
        f"names; turn it on: aws ec2 modify-vpc-attribute --vpc-id {VPC} --enable-dns-hostnames "
        '"{\\"Value\\":true}"',
    ),
    "no DNS": (
        lambda account: account.vpc.update(enableDnsSupport=False),
        f"vpc.id: '{VPC}' has DNS support off, so that tasks do not find data stores by their "
        f"names; turn it on: aws ec2 modify-vpc-attribute --vpc-id {VPC} --enable-dns-support "
        '"{\\"Value\\":true}"',
    ),
    "hidden route tables": (
        _missing(f"tables of {VPC}", "UnauthorizedOperation: not allowed"),
        f"vpc.id: '{VPC}' does not show its route tables: UnauthorizedOperation: not allowed; "
        "allow ec2:DescribeRouteTables to whoever deploys",
    ),
    "no subnet": (
        _missing(ISOLATED[1], "no matching EC2 Subnet found"),
        f"vpc.isolatedSubnetIds[1]: '{ISOLATED[1]}' was not found: no matching EC2 Subnet found; "
        f"copy the identifier of a subnet of {VPC}, subnet-...",
    ),
    "subnet elsewhere": (
        _subnet(PRIVATE[0], vpcId="vpc-1"),
        f"vpc.privateSubnetIds[0]: '{PRIVATE[0]}' is a subnet of vpc-1; copy the identifier of a "
        f"subnet of {VPC}",
    ),
    "no IPv4": (
        _subnet(PRIVATE[0], cidrBlock=""),
        f"vpc.privateSubnetIds[0]: '{PRIVATE[0]}' has no IPv4 addresses; name a subnet with an "
        "IPv4 range",
    ),
    "twice": (
        _named("private", [PRIVATE[0], PRIVATE[1], PRIVATE[0]]),
        f"vpc.privateSubnetIds[2]: '{PRIVATE[0]}' is named twice; name each subnet of the tier "
        "once",
    ),
    "one zone": (
        _subnet(ISOLATED[0], availabilityZone="us-east-1b"),
        "vpc.isolatedSubnetIds: 2 subnets are all in us-east-1b, whose failure would take "
        "everything with it; name subnets of two or more availability zones",
    ),
    "two public ones of a zone": (
        lambda account: (
            account.subnets.update({"subnet-00000009": account.subnets[PUBLIC[1]]}),
            account.tables.update({"rtb-9": table({"gatewayId": "igw-1"}, "subnet-00000009")}),
            _named("public", [*PUBLIC, "subnet-00000009"])(account),
        ),
        f"vpc.publicSubnetIds[2]: 'subnet-00000009' is in us-east-1b as {PUBLIC[1]} is; a load "
        "balancer takes one subnet of a zone; name one public subnet of each zone",
    ),
    "no way in": (
        lambda account: account.tables.update(
            {
                "rtb-public": table({"gatewayId": "igw-1"}, PUBLIC[0]),
                "rtb-1": table({"natGatewayId": "nat-1"}, PUBLIC[1]),
            }
        ),
        f"vpc.publicSubnetIds[1]: '{PUBLIC[1]}' has no default route to an internet gateway, so "
        "that nobody reaches the load balancer; name a subnet whose route table sends 0.0.0.0/0 "
        "to one",
    ),
    "small for a load balancer": (
        _subnet(PUBLIC[0], cidrBlock="10.0.10.0/28"),
        f"vpc.publicSubnetIds[0]: '{PUBLIC[0]}' is a /28, too small for a load balancer; name a "
        "subnet of /27 or larger",
    ),
    "public addresses": (
        _subnet(PRIVATE[1], mapPublicIpOnLaunch=True),
        f"vpc.privateSubnetIds[1]: '{PRIVATE[1]}' gives public addresses to what starts in it; "
        "name a private subnet, or turn MapPublicIpOnLaunch off",
    ),
    "private one in public": (
        lambda account: account.tables.update(
            {
                "rtb-private": table({"natGatewayId": "nat-1"}, PRIVATE[0]),
                "rtb-public": table({"gatewayId": "igw-1"}, *PUBLIC, PRIVATE[1]),
            }
        ),
        f"vpc.privateSubnetIds[1]: '{PRIVATE[1]}' sends 0.0.0.0/0 to an internet gateway, which "
        "drops what has no public address; name a subnet with a NAT gateway, or without a "
        "default route",
    ),
    "no zone": (
        _missing(ZONE, "NoSuchHostedZone: No hosted zone found"),
        f"hostedZoneId: '{ZONE}' was not found: NoSuchHostedZone: No hosted zone found; copy the "
        "identifier of a public hosted zone of this account, Z...",
    ),
    "private zone": (
        lambda account: account.zone.update(privateZone=True),
        f"hostedZoneId: '{ZONE}' is a private zone, in which nobody on the Internet finds the "
        "hosts; copy the identifier of the public zone",
    ),
    "other zone": (
        lambda account: account.zone.update(name="example.org"),
        f"hostedZoneId: '{ZONE}' is the zone example.org, but slipway:domain.hostedZone is "
        "example.com; name the same zone in both",
    ),
    "certificate elsewhere": (
        _given(certificateArn="arn:aws:acm:us-west-2:111122223333:certificate/1"),
        "certificateArn: 'arn:aws:acm:us-west-2:111122223333:certificate/1' is in us-west-2, but "
        "the environment is in us-east-1; copy the ARN of one in us-east-1",
    ),
    "no certificate": (
        _certificates(),
        f"certificateArn: '{CERTIFICATE}' was not found among the issued certificates for "
        f"{NAMES}; copy the ARN of a certificate of this account whose first name is one of these",
    ),
    "another certificate": (
        _certificates(certificate(OTHER_CERTIFICATE, ["*.staging.example.com"])),
        f"certificateArn: '{CERTIFICATE}' was not found among the issued certificates for "
        f"{NAMES}; copy the ARN of a certificate of this account whose first name is one of these",
    ),
    "certificate to come": (
        _certificates(
            certificate(OTHER_CERTIFICATE, ["*.staging.example.com"]),
            certificate(CERTIFICATE, ["*.staging.example.com"], "PENDING_VALIDATION"),
        ),
        f"certificateArn: '{CERTIFICATE}' cannot be used, its status is PENDING_VALIDATION; wait "
        "until ACM has issued it, or copy the ARN of one that is issued",
    ),
    "names that are missing": (
        _certificates(certificate(CERTIFICATE, [*ISSUED])),
        f"certificateArn: '{CERTIFICATE}' is issued for example.com, *.example.com, "
        "api.staging.example.com, nx.staging.example.com and nessen.staging.example.com, not for "
        f"{listed(_uncovered(*ISSUED))}; request one for {listed(HOSTS)} (a wildcard stands for "
        "one label)",
    ),
    "key elsewhere": (
        _given(keyArn="arn:aws:kms:us-west-2:111122223333:key/1"),
        "keyArn: 'arn:aws:kms:us-west-2:111122223333:key/1' is in us-west-2, but the "
        "environment is in us-east-1; copy the ARN of one in us-east-1",
    ),
    "no key": (
        _missing(KEY, "NotFoundException: Key does not exist"),
        f"keyArn: '{KEY}' was not found: NotFoundException: Key does not exist; copy the ARN of a "
        "key in us-east-1",
    ),
    "key to be deleted": (
        lambda account: account.key.update(enabled=False, keyState="PendingDeletion"),
        f"keyArn: '{KEY}' cannot be used, its state is PendingDeletion; enable it "
        "(aws kms enable-key), or cancel its deletion first",
    ),
    "key that signs": (
        lambda account: account.key.update(keySpec="ECC_NIST_P256", keyUsage="SIGN_VERIFY"),
        f"keyArn: '{KEY}' is of the kind ECC_NIST_P256 for SIGN_VERIFY, which no data store takes; "
        "create a symmetric key to encrypt and decrypt",
    ),
    "key of AWS": (
        lambda account: account.key.update(keyManager="AWS"),
        f"keyArn: '{KEY}' is managed by AWS, so that nobody can let CloudWatch use it; create a "
        "key of the account's own",
    ),
    "secret elsewhere": (
        _given(registrySecretArn=SECRET.replace("us-east-1", "us-west-2")),
        "registrySecretArn: 'arn:aws:secretsmanager:us-west-2:111122223333:secret:regi...' is in "
        "us-west-2, but the environment is in us-east-1; copy the ARN of one in us-east-1",
    ),
    "no secret": (
        _missing(SECRET, "ResourceNotFoundException: no such secret"),
        "registrySecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:regi...' was not "
        "found: ResourceNotFoundException: no such secret; copy the ARN of a secret in us-east-1",
    ),
}


def test_hosts_of_the_guides_are_among_those_that_a_certificate_needs() -> None:
    assert [SETTINGS[name].host for name in SYSTEMS] == [
        *("api.staging.example.com", "empacts.staging.example.com", "nessen.staging.example.com"),
        *("nx.staging.example.com", "rest.staging.example.com"),
    ]
    assert {SETTINGS[name].host for name in ("empacts", "rest-api")} <= {*_uncovered(*ISSUED)}


@pytest.mark.parametrize(("spoil", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses_what_does_not_fit(spoil: Change, message: str) -> None:
    account = ExistingAccount()
    spoil(account)
    with pytest.raises(pulumi.RunError) as refused:
        recorded(account)
    assert str(refused.value) == f"{HEADING}slipway:existing.{message}"


def test_refuses_a_network_with_fewer_addresses_than_tasks(existing: Recording) -> None:
    account = ExistingAccount()
    for position, subnet_id in enumerate(PRIVATE):
        account.subnets[subnet_id]["cidrBlock"] = f"10.0.20.{16 * position}/28"
    with pytest.raises(pulumi.RunError) as refused:
        recorded(account)
    [line] = str(refused.value).splitlines()[1:]
    said, tasks = line.split(" tasks, which")[0].rsplit(" ", 1)
    assert said == (
        "  1. Pulumi.staging.yaml, slipway:existing.vpc.privateSubnetIds: 2 subnets have 22 "
        "addresses for up to"
    )
    most = sum(
        each.inputs["maxCapacity"] for each in existing.of_type("aws:appautoscaling/target:Target")
    )
    # Those that autoscaling may start, those of services without it, and what a rollout adds.
    assert int(tasks) > most


def test_tells_everything_at_once() -> None:
    account = ExistingAccount()
    account.vpc["enableDnsSupport"] = False
    account.zone["name"] = "example.org"
    account.key["enabled"] = False
    account.missing[PUBLIC[0]] = "no matching EC2 Subnet found"
    with pytest.raises(pulumi.RunError) as refused:
        recorded(account)
    lines = str(refused.value).splitlines()
    assert lines[0] == "4 problems in the description; nothing was created:"
    assert [line.split(": ")[0].split("existing.")[1] for line in lines[1:]] == [
        "vpc.id",
        "vpc.publicSubnetIds[0]",
        "hostedZoneId",
        "keyArn",
    ]


WARNED: dict[str, tuple[Change, str]] = {
    "little room in public": (
        _subnet(PUBLIC[1], availableIpAddressCount=7),
        f"vpc.publicSubnetIds[1]: '{PUBLIC[1]}' has 7 free addresses; leave 8 or more for the load "
        "balancer to grow",
    ),
    "endpoints only": (
        lambda account: account.tables.update(
            {
                "rtb-private": table({"natGatewayId": "nat-1"}, PRIVATE[0]),
                "rtb-1": table(None, PRIVATE[1]),
            }
        ),
        f"vpc.privateSubnetIds[1]: '{PRIVATE[1]}' has no default route; see that VPC endpoints "
        "lead to the registry, Secrets Manager, CloudWatch Logs and S3; without them no task "
        "starts",
    ),
    "a newer certificate": (
        _certificates(
            certificate(CERTIFICATE, ["*.staging.example.com"]),
            certificate(OTHER_CERTIFICATE, ["*.staging.example.com"]),
        ),
        f"certificateArn: '{CERTIFICATE}' was not looked at, for ACM has several certificates for "
        "*.staging.example.com and shows the newest; see for yourself that it is issued for "
        f"{listed(HOSTS)}",
    ),
}


@pytest.mark.parametrize(("change", "message"), WARNED.values(), ids=WARNED)
def test_warns_of_what_is_unwise(
    change: Change,
    message: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    account = ExistingAccount()
    change(account)
    with caplog.at_level(logging.WARNING):
        recorded(account)
    said = [each.getMessage() for each in caplog.records if "slipway:existing" in each.getMessage()]
    assert said == [f"Pulumi.staging.yaml, slipway:existing.{message}"]


def test_warns_of_few_free_addresses(caplog: pytest.LogCaptureFixture) -> None:
    account = ExistingAccount()
    for subnet_id in PRIVATE:
        account.subnets[subnet_id]["availableIpAddressCount"] = 0
    with caplog.at_level(logging.WARNING):
        recorded(account)
    [said] = [each.getMessage() for each in caplog.records if "slipway:exi" in each.getMessage()]
    assert said.startswith(
        "Pulumi.staging.yaml, slipway:existing.vpc.privateSubnetIds: 2 subnets have 0 free "
        "addresses for the "
    )
    assert said.endswith(" tasks that a rollout may add; name larger subnets, or more")


def test_accepts_isolated_subnets_that_are_the_private_ones() -> None:
    account = ExistingAccount()
    account.settings["vpc"]["isolatedSubnetIds"] = PRIVATE
    groups = recorded(account).of_type("aws:rds/subnetGroup:SubnetGroup")
    assert {tuple(each.inputs["subnetIds"]) for each in groups} == {tuple(PRIVATE)}
