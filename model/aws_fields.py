"""The kinds of values whose form AWS decides."""

import re
from typing import Annotated

from model.fields import Text

WeeklyStart = Annotated[
    str,
    Text(
        r"(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d",
        "is no time of the week",
        "write ddd:hh:mm (UTC)",
        "sun:05:00",
    ),
]

DailyStart = Annotated[
    str,
    Text(r"([01]\d|2[0-3]):[0-5]\d", "is no time of the day", "write hh:mm (UTC)", "02:00"),
]

DailyWindow = Annotated[
    str,
    Text(
        r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d",
        "is no daily window",
        "write hh:mm-hh:mm (UTC)",
        "03:00-04:00",
    ),
]

WeeklyWindow = Annotated[
    str,
    Text(
        r"(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-"
        r"(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d",
        "is no weekly window",
        "write ddd:hh:mm-ddd:hh:mm (UTC)",
        "sun:04:30-sun:05:30",
    ),
]

CidrBlock = Annotated[
    str,
    Text(
        r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}",
        "is no CIDR block",
        "write a private IPv4 range, for example 10.0.0.0/16",
        "10.0.0.0/16",
    ),
]

PublicCidrBlock = Annotated[
    str,
    Text(
        r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}",
        "is no CIDR block",
        "write a public IPv4 range, for example 203.0.113.0/24",
        "203.0.113.0/24",
    ),
]

RegionName = Annotated[
    str,
    Text(
        r"[a-z]{2}(?:-[a-z]+)+-\d",
        "is no region",
        "write a region of AWS, for example us-east-1",
        "us-east-1",
    ),
]

VpcId = Annotated[
    str,
    Text(
        r"vpc-[0-9a-f]{8,17}",
        "is no VPC",
        "copy its identifier from the console, vpc-...",
        "vpc-0a1b2c3d4e5f60718",
    ),
]

SubnetId = Annotated[
    str,
    Text(
        r"subnet-[0-9a-f]{8,17}",
        "is no subnet",
        "copy its identifier from the console, subnet-...",
        "subnet-0a1b2c3d4e5f60718",
    ),
]

HostedZoneId = Annotated[
    str,
    Text(
        r"Z[0-9A-Z]{8,31}",
        "is no hosted zone",
        "copy its identifier from the console, Z...",
        "Z0123456789ABCDEFGHIJ",
    ),
]


def _arn(what: str, example: str) -> Text:
    """An ARN of the kind of the example, which is of a service's resources of one type."""
    _, _, service, _, _, identifier = example.split(":", 5)
    resource, *_ = re.split("[/:]", identifier)
    return Text(
        rf"arn:aws(?:-[a-z-]+)?:{service}:[a-z0-9-]+:\d{{12}}:{resource}[/:]\S+",
        f"is no ARN of {what}",
        f"copy the whole ARN from the console, for example {example}",
        example,
    )


CertificateArn = Annotated[
    str, _arn("a certificate", "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d")
]

KeyArn = Annotated[str, _arn("a key", "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d")]

SecretArn = Annotated[
    str,
    _arn("a secret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:registry-Ab1Cd2"),
]

InstanceType = Annotated[
    str,
    Text(
        r"[a-z][a-z0-9-]*\.[a-z0-9-]+",
        "is no instance type",
        "write a type of EC2, for example m7i.large",
        "m7i.large",
    ),
]

RoleName = Annotated[
    str,
    Text(
        # With its path: an access entry of EKS is found by the whole ARN.
        r"(?!role/)(?:[A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}",
        "is no name of an IAM role",
        "write what stands behind :role/ in the ARN of a role of this account, for example "
        "slipway-deploy or team/deployer",
        "slipway-deploy",
    ),
]

AddonName = Annotated[
    str,
    Text(
        r"[a-z0-9]+(?:-[a-z0-9]+)*",
        "is no name of an add-on",
        "write it as EKS does, for example vpc-cni",
        "vpc-cni",
    ),
]

AddonVersion = Annotated[
    str,
    Text(
        r"v\d+\.\d+\.\d+-eksbuild\.\d+",
        "is no version of an add-on",
        "copy one from `aws eks describe-addon-versions`, for example v1.20.4-eksbuild.2",
        "v1.20.4-eksbuild.2",
    ),
]

QueueUser = Annotated[
    str,
    Text(
        # Amazon MQ refuses RabbitMQ's own "guest" (trap 13).
        r"(?!guest$)[A-Za-z0-9_.-]{2,100}",
        "is no user that Amazon MQ takes",
        "write 2 to 100 letters, digits and _.- other than guest",
        "admin",
    ),
]

SystemControl = Annotated[
    str,
    Text(
        r"net\.[a-z0-9_]+(?:\.[a-z0-9_]+)+",
        "is no kernel parameter that a Fargate task has for itself",
        "write one that begins with net., for example net.core.somaxconn",
        "net.core.somaxconn",
    ),
]

Registry = Annotated[
    str,
    Text(
        r"ecr|(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/[a-z0-9._-]+)*",
        "is no registry",
        "write ecr for the account's own, or a registry's host name",
        "ecr",
    ),
]
