"""What S3 says of one bucket, for the checks of objects and assets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tools.doctor.account import Account, Refused
from tools.doctor.finding import Difference, Missing, compare
from tools.doctor.permissions import Decision, Policy, Request, decide
from tools.doctor.subjects import PlatformSubject

_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

_OLD_REGIONS = {None: "us-east-1", "EU": "eu-west-1"}
"""S3's names of the regions that are older than names of regions.
Source: S3 API reference, GetBucketLocation."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket; a setting that nobody has made reads as empty, a missing bucket raises.

    It may stand in another region than the account is opened in: boto3 follows S3 there.
    """

    account: Account
    name: str
    arn: str

    @classmethod
    def of(cls, subject: PlatformSubject, name: str) -> "Bucket":
        """The bucket of that name, in the partition of the stack."""
        partition = subject.platform.load_balancer_arn.split(":")[1]
        return cls(subject.account, name, f"arn:{partition}:s3:::{name}")

    @property
    def any_object(self) -> str:
        """ARN of an object, which need not exist."""
        return f"{self.arn}/any"

    def region(self) -> str:
        """Reads where it stands."""
        location = self._read("get_bucket_location").get("LocationConstraint") or None
        return _OLD_REGIONS.get(location) or str(location)

    def versioning(self) -> str | None:
        """Reads `Enabled`, `Suspended` or nothing."""
        return self._read("get_bucket_versioning").get("Status")

    def ownership(self) -> str | None:
        """Reads who owns objects; `BucketOwnerEnforced` is the one that turns ACLs off."""
        rules = self._read("get_bucket_ownership_controls").get("OwnershipControls", {})
        return next((rule["ObjectOwnership"] for rule in rules.get("Rules", [])), None)

    def encryption(self) -> dict[str, Any]:
        """Reads the rule by which new objects are encrypted."""
        document = self._read("get_bucket_encryption")
        configuration: dict[str, Any] = document.get("ServerSideEncryptionConfiguration", {})
        rules: list[dict[str, Any]] = configuration.get("Rules", [])
        return rules[0] if rules else {}

    def public_access_block(self) -> dict[str, bool]:
        """Reads which ways to publish objects are blocked."""
        return self._read("get_public_access_block").get("PublicAccessBlockConfiguration", {})

    def policy(self) -> list[Policy]:
        """Reads its policy, if it has one."""
        text = self._read("get_bucket_policy").get("Policy")
        return [json.loads(text)] if text else []

    def lifecycle(self) -> list[dict[str, Any]]:
        """Reads the lifecycle rules that are enabled."""
        return _enabled(self._read("get_bucket_lifecycle_configuration").get("Rules", []))

    def replication(self) -> list[dict[str, Any]]:
        """Reads the replication rules that are enabled."""
        configuration = self._read("get_bucket_replication").get("ReplicationConfiguration", {})
        return _enabled(configuration.get("Rules", []))

    def _read(self, operation: str) -> dict[str, Any]:
        """Reads a part of the bucket's settings; S3 answers one that was never made with 404."""
        try:
            return self.account.read("s3", operation, Bucket=self.name)
        except Refused as refusal:
            if refusal.code == "NoSuchBucket":
                raise Missing(f"bucket {self.name}") from None
            if refusal.missing:
                return {}
            raise


def covers_everything(rule: dict[str, Any]) -> bool:
    """Whether a lifecycle or replication rule is for all objects of its bucket."""
    # Both the old way, a prefix beside the filter, and the present one.
    return not rule.get("Prefix") and rule.get("Filter", {}) in ({}, {"Prefix": ""})


def privacy(bucket: Bucket, redeploy: str) -> Iterator[Difference]:
    """Yields a difference for each way in that is not IAM's, and for plain HTTP."""
    blocked = bucket.public_access_block()
    of_bucket = f"of bucket {bucket.name}"
    for block in _BLOCKS:
        yield from compare(
            f"{block} {of_bucket}", expected=True, found=blocked.get(block, False), remedy=redeploy
        )
    yield from compare(
        f"object ownership {of_bucket}", "BucketOwnerEnforced", bucket.ownership(), redeploy
    )
    open_for = [
        action
        for action, resource in (
            ("s3:GetObject", bucket.any_object),
            ("s3:PutObject", bucket.any_object),
            ("s3:ListBucket", bucket.arn),
        )
        if decide(bucket.policy(), _plain(action, resource)) is not Decision.DENIED
    ]
    if open_for:
        yield Difference(
            f"a policy {of_bucket} that refuses plain HTTP",
            f"none that refuses it for {', '.join(open_for)}",
            redeploy,
        )


def _plain(action: str, resource: str) -> Request:
    return Request(action=action, resource=resource, context={"aws:securetransport": "false"})


def _enabled(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [rule for rule in rules if rule["Status"] == "Enabled"]
