"""A private bucket, and the project with more in it; shared by the tests of objects and assets."""

import json
import shutil
from pathlib import Path
from typing import Any

from model.description import Description
from model.load import load_files
from tests.unit.doctor.conftest import PROJECT


def describe(root: Path, changes: dict[str, str], settings: str) -> Description:
    """Reads the project after changes of its system file, and with more settings of the shop.

    Args:
        root: Folder for the changed copy; it must not exist.
        changes: Old text to new text, in the system file.
        settings: Lines for the end of the stack file.
    """
    shutil.copytree(PROJECT, root)
    file = root / "systems" / "shop.yaml"
    text = file.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    stack = root / "Pulumi.staging.yaml"
    stack.write_text(f"{stack.read_text().rstrip()}\n{settings}")
    return load_files(root, "staging")


def create_bucket(
    s3: Any,
    name: str,
    *statements: dict[str, Any],
    key: str | None = None,
    place: str | None = None,
) -> None:
    """Creates a bucket as Slipway does.

    Args:
        s3: The client.
        name: Name of the bucket.
        *statements: What its policy says besides refusing plain HTTP.
        key: Key that encrypts it; S3's own by default.
        place: Where it stands; the client's region by default.
    """
    place = place or s3.meta.region_name
    # The first region has no name here.
    where = {"CreateBucketConfiguration": {"LocationConstraint": place}}
    s3.create_bucket(Bucket=name, **({} if place == "us-east-1" else where))
    block(s3, name)
    own(s3, name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    encrypt(s3, name, key)
    write_policy(s3, name, refuse_plain_http(name), *statements)


def block(s3: Any, name: str, **changes: bool) -> None:
    """Blocks public access to a bucket, with changes."""
    s3.put_public_access_block(
        Bucket=name,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
            **changes,
        },
    )


def own(s3: Any, name: str, ownership: str = "BucketOwnerEnforced") -> None:
    """Says whose the objects of a bucket are."""
    s3.put_bucket_ownership_controls(
        Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]}
    )


def encrypt(s3: Any, name: str, key: str | None) -> None:
    """Encrypts what is written to a bucket, with S3's own key if there is no other."""
    default: dict[str, Any] = {"SSEAlgorithm": "AES256"}
    if key is not None:
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {
        "ApplyServerSideEncryptionByDefault": default,
        "BucketKeyEnabled": key is not None,
    }
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})


def refuse_plain_http(name: str) -> dict[str, Any]:
    """The statement that closes a bucket to plain HTTP."""
    arn = f"arn:aws:s3:::{name}"
    return {
        "Sid": "RefusePlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def write_policy(s3: Any, name: str, *statements: dict[str, Any]) -> None:
    """Replaces a bucket's policy."""
    s3.put_bucket_policy(
        Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements})
    )
