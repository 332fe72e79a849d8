"""Who may reach what by the description alone: bindings, secrets, migration, public, backup.

Nothing here asks `stacks/` or `components/`: it is written from what the fields of `model/` say.
Names alone are shared: a component's is its system's and its part's, joined by a hyphen.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from model.description import Description
from model.service import Service
from model.settings import SystemSettings
from model.system import System
from tests.support.reachability import ADDRESSES, Matrix

Cell = tuple[str, str, str]

PORTS = {"database": 5432, "cache": 6379, "queue": 5671}
SECRETS = {
    "database": {"password", "url", "readerUrl"},
    "cache": {"password", "url"},
    "queue": {"password", "url"},
    "objects": {"accessKey", "secretKey"},
}
"""The outputs that stay in a secret, by the store that gives them."""

KEEP_OBJECTS = (
    *("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
    *("s3:ListMultipartUploadParts", "s3:ListBucket", "s3:GetBucketLocation"),
    "s3:ListBucketMultipartUploads",
)
COPY_FROM = (
    *("s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:ListBucket"),
    *("s3:GetObjectVersionTagging", "s3:GetReplicationConfiguration"),
)
COPY_TO = ("s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags")
MONITORING_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
BACKUP_POLICIES = (
    "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
    "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
    "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
)
"""AWS's own policies are for what AWS itself runs, never for a task."""


def matrix(description: Description) -> Matrix:
    """All that may be reached, and nothing else may."""
    cells: set[Cell] = set()
    for part in _parts(description):
        cells |= {*part.tasks_reach(), *part.others_reach()}
    if any(part.system.database or part.system.objects for part in _parts(description)):
        cells |= _cells("platform-backup-role", BACKUP_POLICIES, "has AWS's policy")
    return frozenset(cells)


def tasks(description: Description) -> frozenset[str]:
    """All that runs as a task."""
    return one_shot_tasks(description) | {
        f"{part.name}-{service}" for part in _parts(description) for service in part.system.services
    }


def one_shot_tasks(description: Description) -> frozenset[str]:
    """All that runs before services do."""
    return frozenset(
        f"{part.name}-{what}" for part in _parts(description) for what in part.one_shots
    )


def things(description: Description) -> frozenset[str]:
    """All that systems keep, who answers, and what the platform keeps for them."""
    found = {thing for part in _parts(description) for thing in part.things()}
    found |= {"bucket platform-logs", "bucket platform-artifacts", "vault platform-backup-vault"}
    if description.environment.backup.region:
        found.add("vault platform-backup-copies")
    return frozenset(found)


def public_ports(description: Description) -> Mapping[str, int | None]:
    """Where the services listen to which the load balancer brings requests."""
    return {
        f"{part.name}-{name}": service.port
        for part in _parts(description)
        for name, service in part.system.services.items()
        if service.public is not None
    }


def _parts(description: Description) -> Iterator["_System"]:
    for name, system in description.systems.items():
        yield _System(
            name=name,
            system=system,
            settings=description.environment.systems[name],
            copied=description.environment.backup.region is not None,
        )


def _cells(who: str, names: Iterable[str], how: str) -> set[Cell]:
    return {(who, what, how) for what in names}


@dataclass(frozen=True, kw_only=True)
class _System:
    name: str
    system: System
    settings: SystemSettings
    copied: bool
    """Whether what it keeps has a copy in a second region."""

    @property
    def one_shots(self) -> tuple[str, ...]:
        database = self.system.database
        if database is None:
            return ()
        return ("bootstrap", "migration") if database.migration else ("bootstrap",)

    @property
    def databases(self) -> list[str]:
        """The database and its replicas: one binding is for all of them."""
        if self.system.database is None or self.settings.database is None:
            return []
        replicas = range(1, self.settings.database.read_replicas + 1)
        own = f"database {self.name}-database"
        return [own, *(f"{own}-replica-{number}" for number in replicas)]

    def things(self) -> Iterator[str]:
        system, name = self.system, self.name
        yield from self.databases
        if system.database:
            yield f"master secret {name}-database"
        for what in ("cache", "queue"):
            if getattr(system, what):
                yield f"{what} {name}-{what}"
        for what in ("database", "cache", "queue"):
            if getattr(system, what):
                yield f"secret {name}-{what}"
        if system.objects:
            yield f"bucket {name}-objects"
            if self.copied:
                yield f"bucket {name}-objects-copy"
            if system.objects.static_keys:
                yield f"secret {name}-objects-access"
        if system.assets:
            yield f"bucket {name}-assets"
        for service_name, service in system.services.items():
            yield f"service {name}-{service_name}"
            yield from map(self._secret, service.secrets)

    def tasks_reach(self) -> Iterator[Cell]:
        for name, service in self.system.services.items():
            yield from self._service(f"{self.name}-{name}", service)
        for what in self.one_shots:
            who = f"{self.name}-{what}"
            yield from _cells(
                "platform-task-runner-function", [f"task {who}"], "as role may ecs:RunTask"
            )
            roles = [f"role {who}-execution", f"role {who}-task"]
            yield from _cells("platform-task-runner-function", roles, "as role may iam:PassRole")
        if self.system.database:
            yield from self._bootstrap(f"{self.name}-bootstrap")
            if self.system.database.migration:
                service = self.system.services[self.system.database.migration.service]
                yield from self._migration(f"{self.name}-migration", service)

    def others_reach(self) -> Iterator[Cell]:
        """What AWS or a client does with a role or a key of the system's, apart from its tasks."""
        database, bucket = self.settings.database, f"bucket {self.name}-objects"
        if database and database.monitoring_interval_seconds:
            who = f"{self.name}-database-monitoring"
            yield (who, MONITORING_POLICY, "has AWS's policy")
        if self.system.objects and self.copied:
            who = f"{self.name}-objects-replication-role"
            yield from _may(who, "role", COPY_FROM, bucket)
            yield from _may(who, "role", COPY_TO, f"{bucket}-copy")
        if self.system.objects and self.system.objects.static_keys:
            yield from _may(f"{self.name}-objects-access-user", "role", KEEP_OBJECTS, bucket)
        if self.system.status_exporter:
            actions = ("s3:PutObject", "s3:GetBucketLocation")
            who = f"{self.name}-status-canary"
            yield from _may(who, "role", actions, "bucket platform-artifacts")

    def _service(self, who: str, service: Service) -> Iterator[Cell]:
        yield from self._bound(who, service.bind, service.secrets)
        if any(source.startswith("objects.") for source in service.bind.values()):
            yield from _may(who, "task role", KEEP_OBJECTS, f"bucket {self.name}-objects")
        for source in service.bind.values():
            if source.startswith("services."):
                called = source.split(".")[1]
                port = self.system.services[called].port
                yield (who, f"service {self.name}-{called}", f"connects on tcp {port}")
        if service.public:
            yield ("platform-edge", f"service {who}", f"connects on tcp {service.port}")

    def _bootstrap(self, who: str) -> Iterator[Cell]:
        """It becomes the master user, and gives the application's its password (trap 28)."""
        yield from self._bound(who, {"": "database.password"}, ())
        yield from _told(who, f"master secret {self.name}-database")

    def _migration(self, who: str, service: Service) -> Iterator[Cell]:
        """It runs with the service's variables and secrets, before any service is there."""
        yield from self._bound(who, service.bind, service.secrets)

    def _bound(
        self, who: str, bindings: Mapping[str, str], secrets: Collection[str]
    ) -> Iterator[Cell]:
        # AWS's own APIs and those of others: any address, but by HTTPS only.
        yield (who, ADDRESSES, "connects on tcp 443")
        for source in bindings.values():
            store, _, output = source.partition(".")
            if store in PORTS:
                targets = (
                    self.databases if store == "database" else [f"{store} {self.name}-{store}"]
                )
                yield from _cells(who, targets, f"connects on tcp {PORTS[store]}")
            if output in SECRETS.get(store, ()):
                part = "objects-access" if store == "objects" else store
                yield from _told(who, f"secret {self.name}-{part}")
        for variable in secrets:
            yield from _told(who, self._secret(variable))

    def _secret(self, variable: str) -> str:
        return f"secret {self.name}-{variable.lower().replace('_', '-')}"


def _told(who: str, secret: str) -> Iterator[Cell]:
    """ECS reads the secret and injects it; the application itself may not ask for it."""
    yield (who, secret, "as execution role may secretsmanager:GetSecretValue")
    yield (who, secret, "has in its environment")


def _may(who: str, as_whom: str, actions: Iterable[str], what: str) -> Iterator[Cell]:
    return ((who, what, f"as {as_whom} may {action}") for action in actions)
