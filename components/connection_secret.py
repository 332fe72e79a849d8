"""How a client connects to a data store, as a secret; a part of Database, Cache and Queue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import pulumi
import pulumi_aws as aws

from components.json_document import json_document


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectionSecret:
    """A secret that was made, in its current version."""

    arn: pulumi.Output[str]
    """ARN of the secret."""
    version_id: pulumi.Output[str]
    """The version, another one for each content."""
    document: pulumi.Output[str]
    """Its text, JSON, itself a secret."""


def create_connection_secret(
    name: str,
    *,
    description: str,
    fields: Mapping[str, pulumi.Input[Any]],
    url: Callable[[Mapping[str, Any]], str],
    kms_key_arn: pulumi.Input[str],
    recovery_days: int,
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
    further_urls: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType({}),
) -> ConnectionSecret:
    """Keeps fields, and the URL made from them, as one JSON secret.

    One secret and not one per field: a task definition picks single keys out of it (trap 2), and
    a new password changes all of them at the same moment.

    Args:
        name: Name of the component.
        description: What the secret is for; shown in the console.
        fields: The fields, among them a secret one.
        url: Writes the URL from the fields.
        kms_key_arn: Key that encrypts the secret.
        recovery_days: Days in which the deleted secret can be restored.
        tags: Tags besides the name.
        child: Options of the children.
        further_urls: Writes more URLs, each under its own key.
    """
    secret = aws.secretsmanager.Secret(
        f"{name}-secret",
        description=description,
        kms_key_id=kms_key_arn,
        recovery_window_in_days=recovery_days,
        tags={**tags, "Name": f"{name}-secret"},
        opts=child,
    )
    urls = {"url": url, **further_urls}
    content = pulumi.Output.all(**fields).apply(
        lambda known: {**known, **{key: write(known) for key, write in urls.items()}}
    )
    document = pulumi.Output.secret(json_document(content))
    version = aws.secretsmanager.SecretVersion(
        f"{name}-secret-version", secret_id=secret.arn, secret_string=document, opts=child
    )
    return ConnectionSecret(arn=version.secret_id, version_id=version.version_id, document=document)


def postgres_url(fields: Mapping[str, Any]) -> str:
    """Writes a PostgreSQL URL that insists on TLS.

    Every part is percent-encoded: a character that means something in a URL would send the client
    to another host or cut the password.
    """
    user = f"{quote(fields['username'], safe='')}:{quote(fields['password'], safe='')}"
    database = quote(fields["dbname"], safe="")
    return f"postgresql://{user}@{fields['host']}:{fields['port']}/{database}?sslmode=require"


def postgres_reader_url(fields: Mapping[str, Any]) -> str:
    """Writes the same URL for the host that only answers reads."""
    return postgres_url({**fields, "host": fields["reader_host"]})


def redis_url(fields: Mapping[str, Any]) -> str:
    """Writes a Redis URL; the second s of its scheme is TLS (trap 10)."""
    token = quote(fields["auth_token"], safe="")
    return f"rediss://:{token}@{fields['host']}:{fields['port']}"


def amqps_url(fields: Mapping[str, Any]) -> str:
    """Writes an AMQP URL by TLS, the only way in (trap 13).

    It names no virtual host: every client then takes `/`, the one that a new broker has. Written
    out it would be `/%2F`, and a client that does not decode it asks for one called `%2F`.
    """
    user = f"{quote(fields['username'], safe='')}:{quote(fields['password'], safe='')}"
    return f"amqps://{user}@{fields['host']}:{fields['port']}"
