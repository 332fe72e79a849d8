"""Buckets: Amazon S3."""

import base64
from collections.abc import Callable
from dataclasses import replace

from sandbox.aws.common import all_tags, each_of, given
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.naming import Naming
from sandbox.errors import SandboxError
from sandbox.provider import Plain, is_map


def _same_region(resource: Resource) -> None:
    bucket = resource.get("bucket")
    home = resource.call("HeadBucket", Bucket=bucket).get("BucketRegion", "")
    if home != resource.account.region:
        raise SandboxError(
            f"the bucket {bucket} is in {home} and AWS redirects calls from "
            f"{resource.account.region}; give the region of the bucket"
        )


def _part(operation: str, arrange: Callable[[Plain], Plain], delete: str = "") -> AwsKind:
    """One of the many settings of a bucket, which AWS sets by calls of their own."""
    return AwsKind(
        service="s3",
        create=Call(operation=operation, arrange=arrange),
        before=_same_region,
        id=given("bucket"),
        find=lambda resource: resource.call(
            operation.replace("Put", "Get", 1), Bucket=resource.get("bucket")
        ),
        delete=lambda resource: (
            resource.call(delete, Bucket=resource.get("bucket")) if delete else None
        ),
        tagged=None,
    )


def _inside(member: str) -> Callable[[Plain], Plain]:
    def arrange(inputs: Plain) -> Plain:
        rest = {key: value for key, value in inputs.items() if key != "bucket"}
        return {"bucket": inputs["bucket"], member: rest}

    return arrange


def _ownership(inputs: Plain) -> Plain:
    return {"bucket": inputs["bucket"], "ownershipControls": {"rules": [inputs["rule"]]}}


def _encryption_rule(rule: Plain) -> Plain:
    default = rule.get("applyServerSideEncryptionByDefault")
    if not is_map(default):
        return rule
    names = {"kmsMasterKeyId": "kMSMasterKeyID", "sseAlgorithm": "sSEAlgorithm"}
    renamed = {names.get(key, key): value for key, value in default.items()}
    return {**rule, "applyServerSideEncryptionByDefault": renamed}


def _encryption(inputs: Plain) -> Plain:
    rules = each_of(inputs["rules"], _encryption_rule)
    return {"bucket": inputs["bucket"], "serverSideEncryptionConfiguration": {"rules": rules}}


def _lifecycle(inputs: Plain) -> Plain:
    return {"bucket": inputs["bucket"], "lifecycleConfiguration": {"rules": inputs["rules"]}}


def _location(resource: Resource) -> Plain:
    region = resource.account.region
    # The first region has no name here: S3 refuses its constraint as not valid.
    if region == "us-east-1":
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": region}}


def _replication(inputs: Plain) -> Plain:
    rest = {key: value for key, value in inputs.items() if key != "bucket"}
    return {"bucket": inputs["bucket"], "replicationConfiguration": rest}


def _may_replicate(resource: Resource) -> None:
    """S3 looks at both buckets; at the key only later, when every single copy fails."""
    _same_region(resource)
    for rule in resource.get("rules"):
        copy = rule["destination"]["bucket"].rpartition(":")[2]
        for bucket in (resource.get("bucket"), copy):
            if resource.call("GetBucketVersioning", Bucket=bucket).get("Status") != "Enabled":
                raise SandboxError(
                    f"the bucket {bucket} keeps no versions, without which AWS refuses to "
                    "replicate; wait for its BucketVersioning with depends_on"
                )
        key = rule["destination"].get("encryptionConfiguration", {}).get("replicaKmsKeyId")
        home = resource.call("HeadBucket", Bucket=copy)["BucketRegion"]
        if key is not None and key.split(":")[3] != home:
            raise SandboxError(f"the bucket {copy} is in {home}, and the key for its copies {key}")


def _empty_and_delete(resource: Resource) -> None:
    versions = resource.call("ListObjectVersions", Bucket=resource.id)
    found = [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]
    for each in found:
        resource.call(
            "DeleteObject", Bucket=resource.id, Key=each["Key"], VersionId=each["VersionId"]
        )
    resource.call("DeleteBucket", Bucket=resource.id)


def _upload(resource: Resource) -> None:
    body = base64.b64decode(resource.get("contentBase64", "")) or resource.get("content", "")
    kind = {"ContentType": resource.get("contentType")} if resource.get("contentType") else {}
    resource.record = resource.call(
        "PutObject", Bucket=resource.get("bucket"), Key=resource.get("key"), Body=body, **kind
    )


def _tag(resource: Resource) -> None:
    pairs = [{"Key": key, "Value": value} for key, value in all_tags(resource).items()]
    if pairs:
        resource.call("PutBucketTagging", Bucket=resource.id, Tagging={"TagSet": pairs})


KINDS = {
    "aws:s3/bucket:Bucket": AwsKind(
        service="s3",
        create=Call(operation="CreateBucket", takes=["bucket"], adds=_location),
        own=["forceDestroy", "tags"],
        after=_tag,
        id=given("bucket"),
        find=lambda resource: resource.call("HeadBucket", Bucket=resource.id),
        outputs={
            "tagsAll": all_tags,
            "arn": lambda resource: f"arn:aws:s3:::{resource.id}",
            "bucketDomainName": lambda resource: f"{resource.id}.s3.amazonaws.com",
            "bucketRegionalDomainName": lambda resource: (
                f"{resource.id}.s3.{resource.account.region}.amazonaws.com"
            ),
        },
        delete=_empty_and_delete,
        naming=Naming(
            property="bucket",
            limit=63,
            pattern=r"[a-z0-9][a-z0-9.-]+[a-z0-9]",
            words="lower-case letters, digits, . and -",
            lower=True,
            shortest=3,
        ),
        tagged=None,
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _part(
        "PutPublicAccessBlock", _inside("publicAccessBlockConfiguration"), "DeletePublicAccessBlock"
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _part(
        "PutBucketOwnershipControls", _ownership, "DeleteBucketOwnershipControls"
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _part("PutBucketVersioning", lambda inputs: inputs),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _part(
        "PutBucketEncryption", _encryption, "DeleteBucketEncryption"
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _part(
        "PutBucketLifecycleConfiguration", _lifecycle, "DeleteBucketLifecycle"
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _part(
        "PutBucketPolicy", lambda inputs: inputs, "DeleteBucketPolicy"
    ),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": replace(
        _part("PutBucketReplication", _replication, "DeleteBucketReplication"),
        before=_may_replicate,
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": AwsKind(
        service="s3",
        create=Call(operation="HeadBucket", takes=["bucket"]),
        own=["content", "contentBase64", "key", "contentType", "tags"],
        after=_upload,
        id=given("key"),
        find=lambda resource: resource.call(
            "HeadObject", Bucket=resource.get("bucket"), Key=resource.get("key")
        ),
        outputs={"versionId": "VersionId", "etag": "ETag"},
        delete=lambda resource: resource.call(
            "DeleteObject", Bucket=resource.get("bucket"), Key=resource.get("key")
        ),
        tagged=None,
    ),
}
