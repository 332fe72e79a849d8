"""The bucket for objects: private, encrypted, versioned, copied, used by its services only."""

from collections.abc import Iterator
from typing import Any

from tools.doctor import buckets, roles
from tools.doctor.buckets import Bucket, covers_everything
from tools.doctor.finding import Difference, compare, listed
from tools.doctor.permissions import Decision
from tools.doctor.store_subjects import ObjectsSubject

_OBJECT_ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
_BUCKET_ACTIONS = ("s3:ListBucket",)
_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")

_COPY_MINUTES = 15
"""The only time that S3 promises for a copy.
Source: S3 user guide, "Meeting compliance requirements with S3 Replication Time Control"."""


def protection(subject: ObjectsSubject) -> Iterator[Difference]:
    """Nobody reaches it but by IAM and TLS, and what is overwritten can be called back."""
    bucket = _bucket(subject)
    yield from buckets.privacy(bucket, subject.redeploy)
    yield from compare("versioning", "Enabled", bucket.versioning(), subject.redeploy)
    rule = bucket.encryption()
    default = rule.get("ApplyServerSideEncryptionByDefault", {})
    yield from compare("encryption", "aws:kms", default.get("SSEAlgorithm"), subject.redeploy)
    key = subject.platform.key_arn
    if key is not None:
        yield from compare("encryption key", key, default.get("KMSMasterKeyID"), subject.redeploy)
    # The services' leave to use the key names the bucket, which is the context of a bucket key.
    yield from compare(
        "bucket key", expected=True, found=rule.get("BucketKeyEnabled"), remedy=subject.redeploy
    )


def lifecycle(subject: ObjectsSubject) -> Iterator[Difference]:
    """One rule ends objects, earlier versions and abandoned uploads when the stack file says."""
    rules = _bucket(subject).lifecycle()
    rule = next(filter(covers_everything, rules), None)
    if rule is None:
        yield Difference("a lifecycle rule for all objects", _named(rules), subject.redeploy)
        return
    versions = rule.get("NoncurrentVersionExpiration", {})
    uploads = rule.get("AbortIncompleteMultipartUpload", {})
    pairs: list[tuple[str, object, object]] = [
        (
            "expiration of objects (days)",
            subject.wanted.expiration_days,
            rule.get("Expiration", {}).get("Days"),
        ),
        (
            "expiration of earlier versions (days)",
            subject.wanted.noncurrent_days,
            versions.get("NoncurrentDays"),
        ),
        ("end of abandoned uploads (days)", 7, uploads.get("DaysAfterInitiation")),
    ]
    for what, expected, found in pairs:
        yield from compare(what, expected, found, subject.redeploy)
    others = [each for each in rules if each is not rule]
    if others:
        yield Difference(
            f"lifecycle rule {rule['ID']} only, for all objects", _named(others), subject.redeploy
        )


def copy(subject: ObjectsSubject) -> Iterator[Difference]:
    """Everything is copied to the backup region, where it is as private; or nothing is."""
    region = subject.description.environment.backup.region
    rules = _bucket(subject).replication()
    if region is None:
        if rules:
            yield Difference("no replication", _named(rules), subject.redeploy)
        return
    rule = next(filter(covers_everything, rules), None)
    if rule is None:
        yield Difference(
            f"a replication rule for all objects, to {region}", _named(rules), subject.redeploy
        )
        return
    yield from _completeness(subject, rule)
    name = str(rule["Destination"]["Bucket"]).rpartition(":")[2]
    target = Bucket.of(subject, name)
    yield from compare(f"region of copy {name}", region, target.region(), subject.redeploy)
    yield from buckets.privacy(target, subject.redeploy)


def _completeness(subject: ObjectsSubject, rule: dict[str, Any]) -> Iterator[Difference]:
    destination = rule["Destination"]
    selection = rule.get("SourceSelectionCriteria", {}).get("SseKmsEncryptedObjects", {})
    time = destination.get("ReplicationTime", {})
    pairs: list[tuple[str, object, object]] = [
        ("replication of encrypted objects", "Enabled", selection.get("Status")),
        (
            "replication of delete markers",
            "Enabled",
            rule.get("DeleteMarkerReplication", {}).get("Status"),
        ),
        ("replication time control", "Enabled", time.get("Status")),
    ]
    if time.get("Status") == "Enabled":
        minutes = int(time.get("Time", {}).get("Minutes", 0))
        pairs.append(("replication time (minutes)", _COPY_MINUTES, minutes))
    for what, expected, found in pairs:
        yield from compare(what, expected, found, subject.redeploy)


def access(subject: ObjectsSubject) -> Iterator[Difference]:
    """The roles of services that bind it may read, write, delete and list; no other role may.

    What an access key may do that does not end (`objects.accessKey`) is not looked at.
    """
    bucket = _bucket(subject)
    users = subject.users_of("objects")
    for service in subject.services:
        name, role = service.service_name, service.role_arn()
        if role is None:
            if name in users:
                yield Difference(f"a role of {name}, which binds objects", "none", subject.redeploy)
            continue
        allowed = _allowed(subject, bucket, role)
        if name not in users and allowed:
            yield Difference(
                f"bucket {bucket.name} used by services that bind objects only ({listed(users)})",
                f"{role} of {name}, allowed {listed(allowed)}",
                "remove the statement from its policies, or let the service bind objects",
            )
        lacking = {*_OBJECT_ACTIONS, *_BUCKET_ACTIONS} - allowed
        if name in users and lacking:
            yield Difference(
                f"{role} of {name} to be allowed {listed(lacking)} on bucket {bucket.name}",
                "no statement that allows it, or one that denies it",
                subject.redeploy,
            )
        if name in users:
            yield from _key_access(subject, bucket, name, role)


def _allowed(subject: ObjectsSubject, bucket: Bucket, role: str) -> set[str]:
    policy = bucket.policy()
    uses = [(action, bucket.any_object) for action in _OBJECT_ACTIONS]
    uses += [(action, bucket.arn) for action in _BUCKET_ACTIONS]
    return {
        action
        for action, resource in uses
        if roles.may_use_bucket(subject.account, role, action, resource, policy) is Decision.ALLOWED
    }


def _key_access(
    subject: ObjectsSubject, bucket: Bucket, name: str, role: str
) -> Iterator[Difference]:
    default = bucket.encryption().get("ApplyServerSideEncryptionByDefault", {})
    key = default.get("KMSMasterKeyID")
    if key is None:
        return  # A key of AWS's own needs no leave; the first check has complained of it.
    arn = subject.account.read("kms", "describe_key", KeyId=key)["KeyMetadata"]["Arn"]
    lacking = [
        action
        for action in _KEY_ACTIONS
        if roles.may_use_bucket_key(subject.account, role, action, arn, bucket.arn)
        is not Decision.ALLOWED
    ]
    if lacking:
        yield Difference(
            f"{role} of {name} to be allowed {listed(lacking)} on {arn}, the key of bucket "
            f"{bucket.name}",
            "no statement that allows it, or one that denies it",
            subject.redeploy,
        )


def _bucket(subject: ObjectsSubject) -> Bucket:
    return Bucket.of(subject, subject.objects.bucket_name)


def _named(rules: list[dict[str, Any]]) -> str:
    return f"rules {listed(rule['ID'] for rule in rules)}" if rules else "none"
