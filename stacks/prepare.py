"""What runs before the services of a system: the database's bootstrap and its migration."""

import dataclasses
from dataclasses import dataclass

import pulumi

from components.database import Database
from components.database_bootstrap import (
    bootstrap_command,
    bootstrap_environment,
    bootstrap_secrets,
)
from components.reach import Destination
from model.stores import Migration
from planning.variables import plan_variables
from stacks import bindings
from stacks.parts import SystemParts
from stacks.scope import Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Something that runs once and ends; the runtime says how."""

    name: str
    """`bootstrap` or `migration`."""
    service: str | None
    """The service whose image it is; None for an image of somebody else."""
    image: pulumi.Input[str]
    """Image with registry."""
    command: list[str]
    """Command and arguments."""
    bound: bindings.Bound
    """Its variables, and where it connects to."""
    timeout_seconds: int = 600
    """Seconds after which it is stopped and the deploy fails."""


def works(scope: Scope, parts: SystemParts) -> list[Work]:
    """What prepares the database and then migrates it (B5, trap 28), in this order.

    Args:
        scope: The system.
        parts: What its services are made from.
    """
    wanted, database = scope.system.database, parts.stores.database
    if wanted is None or database is None:
        return []
    bootstrap = Work(
        name="bootstrap",
        service=None,
        image=scope.environment.bootstrap.image,
        command=bootstrap_command(),
        bound=_as_master(database, wanted.extensions, parts.offered["database"].destination),
    )
    if wanted.migration is None:
        return [bootstrap]
    return [bootstrap, _migration(scope, wanted.migration, parts)]


def _as_master(
    database: Database, extensions: tuple[str, ...], destination: Destination | None
) -> bindings.Bound:
    """The only place where the master user's secret is read (trap 28)."""
    return bindings.Bound(
        values=bootstrap_environment(
            host=database.host,
            port=database.port,
            database=database.database_name,
            user=database.user_name,
            extensions=extensions,
        ),
        secrets=dict(
            bootstrap_secrets(
                master_secret_arn=database.master_secret_arn,
                secret_arn=database.secret_arn,
                secret_version_id=database.secret_version_id,
                secret_document=database.secret_document,
            )
        ),
        reaches={"database": destination} if destination is not None else {},
        permissions=[],
    )


def _migration(scope: Scope, wanted: Migration, parts: SystemParts) -> Work:
    variables = plan_variables(scope.description, scope.name, wanted.service)
    # The services that this one calls are not there yet, so a migration has no way to them; and
    # what a service may do in AWS is none of its business.
    of_stores = {
        variable: source
        for variable, source in variables.bindings.items()
        if not source.startswith("services.")
    }
    bound = parts.bound(dataclasses.replace(variables, bindings=of_stores), parts.offered)
    return Work(
        name="migration",
        service=wanted.service,
        image=pulumi.Output.concat(scope.platform.registry, "/", variables.image),
        command=list(wanted.command),
        bound=dataclasses.replace(bound, permissions=[]),
        timeout_seconds=wanted.timeout_seconds,
    )
