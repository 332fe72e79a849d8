"""The staging environment in an account that has its network, names and key already."""

import json
import uuid
from io import StringIO

import pytest
from rich.console import Console

from sandbox import project
from sandbox.display import Display
from sandbox.errors import SandboxError
from sandbox.masking import Masker
from sandbox.packages import PACKAGES
from sandbox.session import DeployError, Session
from tests.support.account import REGION
from tests.support.commands import ROOT

# Nothing of these kinds is built, and what is there of them stays.
KINDS = {
    "describe_vpcs": "Vpcs",
    "describe_subnets": "Subnets",
    "describe_route_tables": "RouteTables",
    "describe_internet_gateways": "InternetGateways",
    "describe_nat_gateways": "NatGateways",
    "describe_vpc_endpoints": "VpcEndpoints",
    "describe_flow_logs": "FlowLogs",
    "describe_addresses": "Addresses",
}


class Prepared:
    """What the account has; `settings` is how a stack file names it."""

    def __init__(self, account):
        self.account = account
        self.ec2 = account.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": True})
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        self.public = [self.subnet(f"10.9.{number}.0/24", number) for number in (0, 1)]
        self.private = [self.subnet(f"10.9.1{number}.0/24", number) for number in (0, 1)]
        self.isolated = [self.subnet(f"10.9.2{number}.0/24", number) for number in (0, 1)]
        self.route(self.public, GatewayId=gateway)
        address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        nat = self.ec2.create_nat_gateway(SubnetId=self.public[0], AllocationId=address)
        self.route(self.private, NatGatewayId=nat["NatGateway"]["NatGatewayId"])
        route53 = account.client("route53")
        # Two zones of one name: only their identifiers tell them apart.
        for _ in range(2):
            made = route53.create_hosted_zone(Name="example.com", CallerReference=str(uuid.uuid4()))
        self.zone = made["HostedZone"]["Id"].rpartition("/")[2]
        self.certificate = account.client("acm").request_certificate(
            DomainName="*.staging.example.com", ValidationMethod="DNS"
        )["CertificateArn"]
        self.key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.secret = account.client("secretsmanager").create_secret(
            Name="registry", SecretString='{"username": "me", "password": "mine"}'
        )["ARN"]

    @property
    def settings(self):
        return {
            "vpc": {
                "id": self.vpc,
                "publicSubnetIds": self.public,
                "privateSubnetIds": self.private,
                "isolatedSubnetIds": self.isolated,
            },
            "hostedZoneId": self.zone,
            "certificateArn": self.certificate,
            "keyArn": self.key,
            "registrySecretArn": self.secret,
        }

    def subnet(self, cidr_block, position):
        made = self.ec2.create_subnet(
            VpcId=self.vpc, CidrBlock=cidr_block, AvailabilityZone=f"{REGION}{'ab'[position]}"
        )
        return made["Subnet"]["SubnetId"]

    def route(self, subnets, **target):
        table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        for subnet in subnets:
            self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return table

    def inventory(self):
        """Everything of the kinds that are not built, as the account shows it."""
        ec2 = {ask: getattr(self.ec2, ask)()[kind] for ask, kind in KINDS.items()}
        kms, acm = self.account.client("kms"), self.account.client("acm")
        return ec2 | {
            "keys": [
                kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"]
                for each in kms.list_keys()["Keys"]
            ],
            "certificates": {
                each["CertificateArn"] for each in acm.list_certificates()["CertificateSummaryList"]
            },
            "zones": self.account.client("route53").list_hosted_zones()["HostedZones"],
            "registry": self.account.client("secretsmanager").get_secret_value(
                SecretId=self.secret
            )["SecretString"],
        }


@pytest.fixture(scope="module")
def prepared(account):
    return Prepared(account)


def session(account, settings):
    # One system is enough, and quick.
    systems = json.loads(project.load(ROOT, "staging").config["slipway:systems"])
    changes = {"slipway:existing": settings, "slipway:systems": {"aegisx": systems["aegisx"]}}
    overrides = {key: json.dumps(value) for key, value in changes.items()}
    loaded = project.load(ROOT, "staging", overrides)
    masker = Masker()
    return Session(
        loaded,
        endpoint=account.endpoint,
        packages=PACKAGES,
        display=Display(Console(file=StringIO()), masker),
        masker=masker,
    )


def test_uses_what_is_there_and_leaves_it_when_it_goes(account, prepared):
    before = prepared.inventory()
    with session(account, prepared.settings) as run:
        run.deploy()
        built = {resource.type for resource in run.state}
        during = prepared.inventory()
        assert run.second_run() == []
        assert run.destroy() == []
    assert "aws:ecs/service:Service" in built
    assert not built & {"aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:kms/key:Key"}
    assert {kind for kind in during if during[kind] != before[kind]} == {
        # The zone counts its records; that of the host goes again.
        "zones",
    }
    assert prepared.inventory() == before


def test_finds_all_problems_before_anything_is_created(account, prepared):
    settings = prepared.settings
    settings["vpc"] = settings["vpc"] | {
        "publicSubnetIds": [prepared.public[0], prepared.private[1]],
        "privateSubnetIds": [prepared.private[0], "subnet-00000000"],
    }
    settings["hostedZoneId"] = "Z00000000"
    settings["certificateArn"] = prepared.certificate[:-4] + "0000"
    settings["keyArn"] = prepared.key[:-4] + "0000"
    with session(account, settings) as run:
        with pytest.raises(DeployError) as refused:
            run.deploy()
        created = [resource.type for resource in run.state if resource.is_deployed]
    assert created == []
    lines = str(refused.value).splitlines()
    assert lines[0] == "5 problems in the description; nothing was created:"
    assert [line.split(": ")[0].split("existing.")[1] for line in lines[1:]] == [
        "vpc.privateSubnetIds[1]",
        "vpc.publicSubnetIds[1]",
        "hostedZoneId",
        "certificateArn",
        "keyArn",
    ]
    # AWS's own words, in the form of the house.
    assert lines[1].split(" was not found: ")[1] == (
        "An error occurred (InvalidSubnetID.NotFound) when calling the DescribeSubnets operation "
        "(reached max retries: 0): The subnet ID 'subnet-00000000' does not exist; copy the "
        f"identifier of a subnet of {prepared.vpc}, subnet-..."
    )


def test_shows_a_network_as_the_provider_does(account, prepared):
    vpc = account.ask("aws:ec2/getVpc:getVpc", id=prepared.vpc)
    assert vpc["enableDnsSupport"] is True
    assert vpc["enableDnsHostnames"] is True
    assert vpc["cidrBlock"] == "10.9.0.0/16"
    subnet = account.ask("aws:ec2/getSubnet:getSubnet", id=prepared.isolated[1])
    assert subnet["vpcId"] == prepared.vpc
    assert subnet["availabilityZone"] == "us-east-1b"
    assert subnet["availableIpAddressCount"] == 251
    assert subnet["mapPublicIpOnLaunch"] is False
    tables = account.ask("aws:ec2/getRouteTables:getRouteTables", vpcId=prepared.vpc)["ids"]
    shown = {
        each: account.ask("aws:ec2/getRouteTable:getRouteTable", routeTableId=each)
        for each in tables
    }
    assert len(tables) == 3
    main = shown[vpc["mainRouteTableId"]]
    assert main["routes"] == []
    assert [(each["main"], each["subnetId"]) for each in main["associations"]] == [(True, "")]
    ways = {
        each["subnetId"]: table["routes"][0]
        for table in shown.values()
        for each in table["associations"]
        if each["subnetId"]
    }
    assert {*ways} == {*prepared.public, *prepared.private}
    assert ways[prepared.public[0]]["cidrBlock"] == "0.0.0.0/0"
    assert ways[prepared.public[0]]["gatewayId"].startswith("igw-")
    assert ways[prepared.private[0]]["gatewayId"] == ""
    assert ways[prepared.private[0]]["natGatewayId"].startswith("nat-")


def test_shows_names_and_keys_as_the_provider_does(account, prepared):
    zone = account.ask("aws:route53/getZone:getZone", zoneId=prepared.zone)
    assert (zone["name"], zone["privateZone"]) == ("example.com", False)
    with pytest.raises(SandboxError, match=r"^more than one public hosted zone example.com. exist"):
        account.ask("aws:route53/getZone:getZone", name="example.com")
    key = account.ask("aws:kms/getKey:getKey", keyId=prepared.key)
    assert (key["enabled"], key["keyManager"], key["keySpec"], key["keyUsage"]) == (
        *(True, "CUSTOMER"),
        *("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
    )
    secret = account.ask("aws:secretsmanager/getSecret:getSecret", arn=prepared.secret)
    assert secret["name"] == "registry"
    assert "mine" not in json.dumps(secret)


def test_finds_certificates_by_their_first_name_only(account):
    acm = account.client("acm")
    first, second = (
        acm.request_certificate(
            DomainName="shop.example.com",
            SubjectAlternativeNames=["www.example.com"],
            ValidationMethod="DNS",
            IdempotencyToken=token,
        )["CertificateArn"]
        for token in ("one", "two")
    )
    find = "aws:acm/getCertificate:getCertificate"
    with pytest.raises(SandboxError, match=r"^no ACM Certificate matching domain \(www.example"):
        account.ask(find, domain="www.example.com")
    with pytest.raises(SandboxError, match=r"^multiple ACM Certificates matching domain \(shop"):
        account.ask(find, domain="shop.example.com")
    newest = account.ask(find, domain="shop.example.com", mostRecent=True)
    assert newest["arn"] in {first, second}
    assert newest["status"] == "ISSUED"
    assert newest["certificate"].startswith("-----BEGIN CERTIFICATE-----")
    with pytest.raises(SandboxError, match=r"^no ACM Certificate matching"):
        account.ask(find, domain="shop.example.com", statuses=["EXPIRED"])
    for arn in (first, second):
        acm.delete_certificate(CertificateArn=arn)
