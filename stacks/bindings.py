"""What a binding such as `DB_HOST: database.host` becomes: a plain value or a secret reference."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.cache import Cache
from components.database import Database
from components.reach import Destination
from components.task_definition import SecretReference


@dataclass(frozen=True, kw_only=True, slots=True)
class Outputs:
    """What one data store offers to services, by the names that system files use."""

    values: dict[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Outputs that may be seen: host, port, names."""
    secrets: dict[str, SecretReference] = field(default_factory=dict[str, SecretReference])
    """Outputs that stay in Secrets Manager: passwords and URLs that contain one."""
    destination: Destination
    """Where a service that binds any of them must be able to connect to."""


def of_database(database: Database) -> Outputs:
    """Offers `host`, `port`, `name`, `username`, `password` and `url`."""

    def secret(key: str) -> SecretReference:
        return SecretReference(
            secret_arn=database.secret_arn,
            json_key=key,
            version_id=database.secret_version_id,
        )

    return Outputs(
        values={
            "host": database.host,
            "port": database.port.apply(str),
            "name": database.database_name,
            "username": database.user_name,
        },
        secrets={"password": secret("password"), "url": secret("url")},
        destination=Destination(security_group_id=database.security_group_id, port=5432),
    )


def of_cache(cache: Cache) -> Outputs:
    """Offers `host`, `port`, `tls`, `password` and `url`."""

    def secret(key: str) -> SecretReference:
        return SecretReference(
            secret_arn=cache.secret_arn, json_key=key, version_id=cache.secret_version_id
        )

    return Outputs(
        # The auth token works only over TLS, so clients must be told to use it (trap 10).
        values={"host": cache.host, "port": cache.port.apply(str), "tls": "true"},
        secrets={"password": secret("auth_token"), "url": secret("url")},
        destination=Destination(security_group_id=cache.security_group_id, port=6379),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """All that one service receives through its bindings."""

    values: dict[str, pulumi.Input[str]]
    secrets: dict[str, SecretReference]
    reaches: dict[str, Destination]
    """The stores that the service may connect to, by name; nothing else is opened."""


def resolve(wanted: Mapping[str, str], stores: Mapping[str, Outputs]) -> Bound:
    """Resolves bindings to what the stores offer.

    Args:
        wanted: Variable name to `<store>.<output>`; the model has refused what no store offers.
        stores: The outputs of the system's data stores by name.
    """
    bound = Bound(values={}, secrets={}, reaches={})
    for variable, source in wanted.items():
        store, output = source.split(".")
        outputs = stores[store]
        bound.reaches[store] = outputs.destination
        if output in outputs.secrets:
            bound.secrets[variable] = outputs.secrets[output]
        else:
            bound.values[variable] = outputs.values[output]
    return bound
