"""What a binding such as `DB_HOST: database.host` becomes: a plain value or a secret reference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.access_key import AccessKey
from components.bucket import Bucket
from components.cache import Cache
from components.cdn import Cdn
from components.database import Database
from components.policy import Statement
from components.queue import Queue
from components.reach import Destination
from components.secret_reference import SecretReference

POSTGRES_PORT, REDIS_PORT, AMQPS_PORT, HTTPS_PORT = 5432, 6379, 5671, 443
OBJECT_ACTIONS = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
)
BUCKET_ACTIONS = ("s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads")

OptionalText = pulumi.Input[str] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outputs:
    """What one part of a system offers to services, by the names that system files use."""

    values: dict[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Outputs that may be seen: host, port, names."""
    secrets: dict[str, SecretReference] = field(default_factory=dict[str, SecretReference])
    """Outputs that stay in Secrets Manager: passwords and URLs that contain one."""
    destination: Destination | None = None
    """Where a service that binds any of them must be able to connect to; None for AWS's own APIs,
    which every service reaches over HTTPS."""
    permissions: Sequence[Statement] = ()
    """What the service's role may do."""


def _from_secret(
    owner: Database | Cache | Queue | AccessKey, keys: Mapping[str, str]
) -> dict[str, SecretReference]:
    return {
        output: SecretReference(
            secret_arn=owner.secret_arn,
            json_key=key,
            version_id=owner.secret_version_id,
            document=owner.secret_document,
        )
        for output, key in keys.items()
    }


def of_database(database: Database) -> Outputs:
    """Offers host, port, name, username, password and url, and host and url for reading."""
    return Outputs(
        values={
            "host": database.host,
            "port": database.port.apply(str),
            "name": database.database_name,
            "username": database.user_name,
            "readerHost": database.reader_host,
        },
        secrets=_from_secret(
            database,
            {"password": "password", "url": "url", "readerUrl": "reader_url"},
        ),
        destination=Destination(security_group_id=database.security_group_id, port=POSTGRES_PORT),
    )


def of_cache(cache: Cache) -> Outputs:
    """Offers host, port, tls, password and url."""
    return Outputs(
        # The auth token works only over TLS, so clients must be told to use it (trap 10).
        values={"host": cache.host, "port": cache.port.apply(str), "tls": "true"},
        secrets=_from_secret(cache, {"password": "auth_token", "url": "url"}),
        destination=Destination(security_group_id=cache.security_group_id, port=REDIS_PORT),
    )


def of_queue(queue: Queue) -> Outputs:
    """Offers host, port, protocol, username, password and url (trap 13)."""
    return Outputs(
        values={
            "host": queue.host,
            "port": queue.port.apply(str),
            "protocol": "amqps",
            "username": queue.user_name,
        },
        secrets=_from_secret(queue, {"password": "password", "url": "url"}),
        destination=Destination(security_group_id=queue.security_group_id, port=AMQPS_PORT),
    )


def may_use_objects(bucket: Bucket, key_arn: pulumi.Input[str]) -> list[Statement]:
    """What who keeps objects in a bucket may do: read, write, delete and list them there only."""
    return [
        Statement(
            sid="Objects",
            actions=OBJECT_ACTIONS,
            resources=pulumi.Output.concat(bucket.bucket_arn, "/*"),
        ),
        Statement(sid="Bucket", actions=BUCKET_ACTIONS, resources=bucket.bucket_arn),
        Statement(
            sid="Key",
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=key_arn,
            # The key is the whole environment's; through S3, and for this bucket, only.
            conditions={
                "StringEquals": {"kms:EncryptionContext:aws:s3:arn": bucket.bucket_arn},
            },
        ),
    ]


def of_objects(
    bucket: Bucket, keys: AccessKey | None, *, region: str, key_arn: pulumi.Input[str]
) -> Outputs:
    """Offers endpoint, port, ssl, bucket and region, and with static keys accessKey and secretKey.

    Args:
        bucket: The bucket.
        keys: The access key, if the system wants one that does not end.
        region: Region of the bucket.
        key_arn: Key that encrypts it.
    """
    return Outputs(
        values={
            "endpoint": f"s3.{region}.amazonaws.com",
            "port": str(HTTPS_PORT),
            "ssl": "true",
            "bucket": bucket.bucket_name,
            "region": region,
        },
        secrets=_from_secret(
            keys,
            {"accessKey": "access_key", "secretKey": "secret_key"},
        )
        if keys is not None
        else {},
        permissions=may_use_objects(bucket, key_arn),
    )


def of_assets(cdn: Cdn, bucket: Bucket) -> Outputs:
    """Offers url and bucket. A service only points to assets: who deploys writes them."""
    return Outputs(values={"url": cdn.url, "bucket": bucket.bucket_name})


def of_service(
    *, dns_name: str, protocol: str, port: int, destination: Destination | None
) -> Outputs:
    """Offers host, port, address and url of a service that others call.

    Args:
        dns_name: Its name for those who may call it.
        protocol: What it speaks; the scheme of its URL.
        port: Where it listens.
        destination: Its security group, where it has one of its own.
    """
    address = f"{dns_name}:{port}"
    scheme = "http" if protocol == "http2" else protocol
    return Outputs(
        values={
            "host": dns_name,
            "port": str(port),
            "address": address,
            "url": f"{scheme}://{address}",
        },
        destination=destination,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """All that one service receives through its bindings."""

    values: dict[str, pulumi.Input[str]]
    secrets: dict[str, SecretReference]
    reaches: dict[str, Destination]
    """What the service may connect to, by name; nothing else is opened."""
    permissions: list[Statement]
    """What the service's role may do."""


def resolve(wanted: Mapping[str, str], offered: Mapping[str, Outputs]) -> Bound:
    """Resolves bindings to what the parts of a system offer.

    Args:
        wanted: Variable name to `<part>.<output>`; the model has refused what no part offers.
        offered: The outputs of data stores by name, of services as `services.<name>`.
    """
    bound = Bound(values={}, secrets={}, reaches={}, permissions=[])
    seen: set[str] = set()
    for variable, source in wanted.items():
        part, _, output = source.rpartition(".")
        outputs = offered[part]
        if part not in seen:
            seen.add(part)
            bound.permissions.extend(outputs.permissions)
            if outputs.destination is not None:
                bound.reaches[part.removeprefix("services.")] = outputs.destination
        if output in outputs.secrets:
            bound.secrets[variable] = outputs.secrets[output]
        else:
            bound.values[variable] = outputs.values[output]
    return bound
