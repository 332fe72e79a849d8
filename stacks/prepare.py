"""What runs before the services of a system: the database's bootstrap and its migration."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.database import Database
from components.database_bootstrap import (
    bootstrap_command,
    bootstrap_environment,
    bootstrap_secrets,
)
from components.one_shot_task import OneShotTask, OneShotTaskArgs
from components.reach import Destination
from components.task_definition import SecretReference
from model.stores import Migration
from planning.service import plan_service
from stacks import bindings
from stacks.scope import Scope
from stacks.stores import Stores


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """The tasks that ran; None for what the system does not need."""

    bootstrap: OneShotTask | None
    migration: OneShotTask | None

    @property
    def before_services(self) -> list[pulumi.Resource]:
        """What a service that uses the database waits for."""
        return [task for task in (self.bootstrap, self.migration) if task is not None]


def build(
    scope: Scope,
    stores: Stores,
    secrets: Mapping[str, SecretReference],
    offered: Mapping[str, bindings.Outputs],
) -> Prepared:
    """Prepares the database, then migrates it (B5, trap 28).

    Args:
        scope: The system.
        stores: Its data stores.
        secrets: The system's own secrets, by variable.
        offered: As from `Stores.offered`.
    """
    wanted = scope.system.database
    if wanted is None or stores.database is None or scope.platform.runner is None:
        return Prepared(bootstrap=None, migration=None)
    bootstrap = _task(
        scope,
        "bootstrap",
        image=scope.environment.bootstrap.image,
        command=bootstrap_command(),
        bound=_as_master(stores.database, wanted.extensions, offered["database"].destination),
    )
    if wanted.migration is None:
        return Prepared(bootstrap=bootstrap, migration=None)
    return Prepared(
        bootstrap=bootstrap,
        migration=_migration(scope, wanted.migration, offered, secrets, bootstrap),
    )


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
            )
        ),
        reaches={"database": destination} if destination is not None else {},
        permissions=[],
    )


def _migration(
    scope: Scope,
    wanted: Migration,
    offered: Mapping[str, bindings.Outputs],
    secrets: Mapping[str, SecretReference],
    bootstrap: OneShotTask,
) -> OneShotTask:
    plan = plan_service(scope.description, scope.name, wanted.service)
    # The services that this one calls are not there yet, so a migration has no way to them.
    of_stores = {
        variable: source
        for variable, source in plan.bindings.items()
        if not source.startswith("services.")
    }
    bound = bindings.resolve(of_stores, offered)
    return _task(
        scope,
        "migration",
        image=pulumi.Output.concat(scope.platform.registry, "/", plan.image),
        command=list(wanted.command),
        bound=bindings.Bound(
            values={**plan.environment, **bound.values},
            secrets={**bound.secrets, **{each: secrets[each] for each in plan.secrets}},
            reaches=bound.reaches,
            permissions=[],
        ),
        size=(plan.cpu_units, plan.memory_mib),
        timeout_seconds=wanted.timeout_seconds,
        registry_secret_arn=scope.environment.existing.registry_secret_arn,
        after=bootstrap,
    )


def _task(
    scope: Scope,
    what: str,
    *,
    image: pulumi.Input[str],
    command: list[str],
    bound: bindings.Bound,
    size: tuple[int, int] = (256, 512),
    timeout_seconds: int = 600,
    registry_secret_arn: str | None = None,
    after: OneShotTask | None = None,
) -> OneShotTask:
    platform, environment = scope.platform, scope.environment
    assert platform.runner is not None  # noqa: S101 (build has looked)
    return OneShotTask(
        f"{scope.name}-{what}",
        OneShotTaskArgs(
            cluster_arn=platform.cluster.cluster_arn,
            runner_function_name=platform.runner.function_name,
            runner_role_name=platform.runner.role_name,
            vpc_id=platform.network.vpc_id,
            subnet_ids=platform.network.private_subnet_ids,
            region=environment.region,
            account_id=platform.account_id,
            image=image,
            registry_secret_arn=registry_secret_arn,
            command=command,
            environment=bound.values,
            secrets=bound.secrets,
            cpu_units=size[0],
            memory_mib=size[1],
            reaches=bound.reaches,
            timeout_seconds=timeout_seconds,
            kms_key_arn=platform.key_arn,
            log_retention_days=environment.monitoring.log_retention_days,
            after=[after] if after is not None else [],
        ),
        scope.clouds.options,
    )
