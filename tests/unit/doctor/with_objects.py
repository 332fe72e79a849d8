"""The shop with a bucket for objects, which its api alone uses: what the doctor calls healthy."""

import json
from pathlib import Path
from typing import Any

from model.description import Description
from sandbox.aws.clients import Clients
from tests.unit.doctor.buckets import create_bucket, describe
from tests.unit.doctor.deployed import ACCOUNT, Deployed, register
from tools import doctor
from tools.doctor.finding import Finding

NAME, COPY, ELSEWHERE = "shop-objects", "shop-objects-copy", "us-west-2"
ARN = f"arn:aws:s3:::{NAME}"
NOTHING_ALLOWS = "no statement that allows it, or one that denies it"
LIFECYCLE = {
    "ID": "expire",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "Expiration": {"Days": 365},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
}


def describe_objects(root: Path) -> Description:
    """Describes the shop with objects, in a changed copy of the project."""
    return describe(
        root / "with-objects",
        {
            "{DB_HOST: database.host": "{BUCKET: objects.bucket, DB_HOST: database.host",
            "cache: {version": "objects: {}\ncache: {version",
        },
        "      objects: {expirationDays: 365, noncurrentDays: 30}\n",
    )


def build(deployed: Deployed) -> Any:
    """Builds the bucket and the roles of the services; gives the client of S3."""
    s3 = deployed.client("s3")
    create_bucket(s3, NAME, key=deployed["key"])
    expire(s3)
    for service in ("api", "worker"):
        run_as(deployed, service, create_role(deployed, service))
    allow(deployed, "api", *use(deployed))
    deployed.outputs["systems"]["shop"]["objects"] = {"bucketName": NAME}
    deployed.outputs["platform"]["keyArn"] = deployed["key"]
    return s3


def findings(description: Description, deployed: Deployed) -> list[Finding]:
    """Runs the doctor and gives what it says of the objects."""
    found = doctor.run(description, deployed.outputs, deployed.endpoint)
    return [each for each in found if each.check.startswith("shop/objects: ")]


def failed(description: Description, deployed: Deployed) -> list[tuple[str, str]]:
    """Runs the doctor and gives what it finds wrong about the objects."""
    return [(each.check, each.detail) for each in findings(description, deployed) if not each.ok]


def expire(s3: Any, *others: dict[str, Any], **changes: Any) -> None:
    """Writes the lifecycle, with changes."""
    rule = {name: value for name, value in {**LIFECYCLE, **changes}.items() if value is not None}
    s3.put_bucket_lifecycle_configuration(
        Bucket=NAME, LifecycleConfiguration={"Rules": [rule, *others]}
    )


def create_role(deployed: Deployed, service: str) -> str:
    """Creates the task role of a service, which may do nothing, and returns its ARN."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = deployed.client("iam").create_role(
        RoleName=f"{service}-task",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    return role["Role"]["Arn"]


def run_as(deployed: Deployed, service: str, role: str | None) -> None:
    """Lets the tasks of a service run as a role, or as none."""
    arn = register(deployed.client, deployed.ids, family=f"shop-{service}", taskRoleArn=role)
    deployed.outputs["systems"]["shop"]["services"][service]["taskDefinitionArn"] = arn


def use(deployed: Deployed) -> list[dict[str, Any]]:
    """The statements by which a service uses the bucket."""
    return [
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            "Resource": f"{ARN}/*",
        },
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": ARN},
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": deployed["key"],
            "Condition": {"StringEquals": {"kms:EncryptionContext:aws:s3:arn": ARN}},
        },
    ]


def allow(deployed: Deployed, service: str, *statements: dict[str, Any]) -> None:
    """Replaces what the task role of a service may do."""
    deployed.client("iam").put_role_policy(
        RoleName=f"{service}-task",
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )


def replicate(deployed: Deployed, **changes: Any) -> Any:
    """Builds the copy and the rule that fills it; gives the client of S3 in the copy's region."""
    there = Clients.of(deployed.endpoint, ELSEWHERE).client("s3")
    create_bucket(there, COPY, key=f"arn:aws:kms:{ELSEWHERE}:{ACCOUNT}:key/copy")
    write_replication(deployed, **changes)
    return there


def write_replication(deployed: Deployed, target: str = COPY, **changes: Any) -> None:
    """Writes the rule that copies the bucket, with changes."""
    rule = {
        "ID": "everything",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": destination(target),
        **changes,
    }
    deployed.client("s3").put_bucket_replication(
        Bucket=NAME,
        ReplicationConfiguration={
            "Role": f"arn:aws:iam::{ACCOUNT}:role/replication",
            "Rules": [rule],
        },
    )


def destination(target: str = COPY, minutes: int = 15) -> dict[str, Any]:
    """Where the rule copies to."""
    time = {"Minutes": minutes}
    return {
        "Bucket": f"arn:aws:s3:::{target}",
        "EncryptionConfiguration": {
            "ReplicaKmsKeyID": f"arn:aws:kms:{ELSEWHERE}:{ACCOUNT}:key/copy"
        },
        "ReplicationTime": {"Status": "Enabled", "Time": time},
        "Metrics": {"Status": "Enabled", "EventThreshold": time},
    }


def role(service: str) -> str:
    """ARN of the task role of a service."""
    return f"arn:aws:iam::{ACCOUNT}:role/{service}-task"
