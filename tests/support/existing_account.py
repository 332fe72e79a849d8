"""An account that has all that `slipway:existing` can name, as the recorder's AWS shows it."""

import datetime
import functools
from collections.abc import Callable
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools.recording.aws_outputs import ACCOUNT, REGION, NothingFoundError

VPC = "vpc-0a1b2c3d4e5f60718"
PUBLIC = ["subnet-0000000000000001a", "subnet-0000000000000001b"]
PRIVATE = ["subnet-0000000000000002a", "subnet-0000000000000002b"]
ISOLATED = ["subnet-0000000000000003a", "subnet-0000000000000003b"]
ZONE = "Z0EXISTING00000000001"
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:registry-a1b2c3"
HOSTS = ["*.staging.example.com", "staging.example.com"]

Answers = dict[str, Callable[[Any], dict[str, Any]]]


class ExistingAccount:
    """Everything fits the staging environment until a test changes it."""

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {
            "vpc": {
                "id": VPC,
                "publicSubnetIds": [*PUBLIC],
                "privateSubnetIds": [*PRIVATE],
                "isolatedSubnetIds": [*ISOLATED],
            },
            "hostedZoneId": ZONE,
            "certificateArn": CERTIFICATE,
            "keyArn": KEY,
            "registrySecretArn": SECRET,
        }
        self.vpc: dict[str, Any] = {
            "id": VPC,
            "enableDnsSupport": True,
            "enableDnsHostnames": True,
            "cidrBlock": "10.0.0.0/16",
            "cidrBlockAssociations": [{"cidrBlock": "10.0.0.0/16", "state": "associated"}],
        }
        self.subnets: dict[str, dict[str, Any]] = {
            subnet_id: {
                "id": subnet_id,
                "vpcId": VPC,
                "cidrBlock": f"10.0.{10 * tier + position}.0/24",
                "availabilityZone": f"{REGION}{'ab'[position]}",
                "availableIpAddressCount": 200,
                "mapPublicIpOnLaunch": False,
            }
            for tier, ids in enumerate([PUBLIC, PRIVATE, ISOLATED], 1)
            for position, subnet_id in enumerate(ids)
        }
        # The isolated subnets have none of their own: the main one counts for them.
        self.tables: dict[str, dict[str, Any]] = {
            "rtb-main": table(None, main=True),
            "rtb-public": table({"gatewayId": "igw-1"}, *PUBLIC),
            "rtb-private": table({"natGatewayId": "nat-1"}, *PRIVATE),
        }
        self.zone: dict[str, Any] = {"name": "example.com", "privateZone": False}
        self.certificates: list[dict[str, Any]] = [certificate(CERTIFICATE, HOSTS)]
        self.key: dict[str, Any] = {
            "enabled": True,
            "keyState": "Enabled",
            "keySpec": "SYMMETRIC_DEFAULT",
            "keyUsage": "ENCRYPT_DECRYPT",
            "keyManager": "CUSTOMER",
        }
        self.missing: dict[str, str] = {}
        """What is not there, with AWS's words for it."""

    def answers(self) -> Answers:
        """The data sources of this account."""
        return {
            "aws:ec2/getVpc:getVpc": lambda inputs: self._found(inputs["id"], self.vpc),
            "aws:ec2/getSubnet:getSubnet": lambda inputs: self._found(
                inputs["id"], self.subnets.get(inputs["id"], {})
            ),
            "aws:ec2/getRouteTables:getRouteTables": lambda inputs: self._found(
                f"tables of {inputs['vpcId']}", {"ids": [*self.tables]}
            ),
            "aws:ec2/getRouteTable:getRouteTable": lambda inputs: self.tables[
                inputs["routeTableId"]
            ],
            "aws:route53/getZone:getZone": lambda inputs: self._found(
                inputs.get("zoneId", ZONE), self.zone | {"zoneId": ZONE}
            ),
            "aws:acm/getCertificate:getCertificate": self._certificate,
            "aws:kms/getKey:getKey": lambda inputs: self._found(inputs["keyId"], self.key),
            "aws:secretsmanager/getSecret:getSecret": lambda inputs: self._found(
                inputs["arn"], {"arn": inputs["arn"]}
            ),
            "aws:secretsmanager/getSecretVersion:getSecretVersion": lambda inputs: self._found(
                inputs["secretId"], {"secretString": '{"username": "shop", "password": "hidden"}'}
            ),
        }

    def _found(self, what: str, answer: dict[str, Any]) -> dict[str, Any]:
        if what in self.missing:
            raise NothingFoundError(
                f"invocation of aws:x/y:y returned an error: invoking aws:x/y:y: 1 error "
                f"occurred:\n\t* {self.missing[what]}\n\n"
            )
        return answer

    def _certificate(self, inputs: Any) -> dict[str, Any]:
        found = [
            each
            for each in self.certificates
            if each["domain"] == inputs["domain"] and each["status"] in inputs["statuses"]
        ]
        if not found:
            raise NothingFoundError(f"no ACM Certificate matching domain ({inputs['domain']})")
        if len(found) > 1 and not inputs["mostRecent"]:
            raise NothingFoundError(f"multiple ACM Certificates for domain ({inputs['domain']})")
        return found[-1]


def table(default: dict[str, str] | None, *subnet_ids: str, main: bool = False) -> dict[str, Any]:
    """A route table; the provider leaves no key of a route or association out."""
    targets = {"gatewayId": "", "natGatewayId": ""}
    associations = [{"subnetId": each, "gatewayId": "", "main": False} for each in subnet_ids]
    if main:
        associations.append({"subnetId": "", "gatewayId": "", "main": True})
    routes = [{"cidrBlock": "10.8.0.0/16", **targets, "gatewayId": "vgw-1"}]
    if default is not None:
        routes.append({"cidrBlock": "0.0.0.0/0", **targets, **default})
    return {"routes": routes, "associations": associations}


def certificate(arn: str, names: list[str], status: str = "ISSUED") -> dict[str, Any]:
    """A certificate; ACM shows its content once it is issued."""
    content = pem(tuple(names)) if status == "ISSUED" else ""
    return {"arn": arn, "domain": names[0], "status": status, "certificate": content}


@functools.cache
def pem(names: tuple[str, ...], *, critical: bool = False) -> str:
    """A certificate for these names."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=365))
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternative, critical=critical)
    made = builder.sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()
