"""What a system keeps: its data stores, as the system file describes them."""

from typing import Annotated, Literal

from pydantic import Field

from model.aws_fields import QueueUser
from model.fields import DatabaseExtension, FileName, Memory, Name, PostgresName, Text
from model.part import Part

MajorVersion = Annotated[
    str,
    Text(
        r"1[4-8]",
        "is no major version of PostgreSQL that RDS offers",
        # RDS withdraws minor versions, and a preview would want back the one written here (trap 6).
        "write 14 to 18, without a minor version: RDS chooses that and keeps it up to date",
        "15",
    ),
]


class Migration(Part):
    """The command that brings the database's tables to the version of the code."""

    service: Name
    """The service whose image, variables and secrets the command runs with."""
    command: Annotated[tuple[str, ...], Field(min_length=1)]
    """Command and arguments. It must be able to run twice, and tasks of the old version still use
    the tables while it runs."""
    timeout_seconds: Annotated[int, Field(ge=60, le=780)] = 600
    """Seconds after which it is stopped and the deploy fails, 60 to 780; 600 by default. A longer
    one runs apart from deploys (docs/runbooks/migration-failed.md)."""


class Database(Part):
    """The system's PostgreSQL database; how big and how safe is the stack file's matter."""

    engine: Literal["postgres"]
    """Only `postgres`."""
    version: MajorVersion
    """Major version, 14 to 18, for example `"15"`. A change upgrades the database with downtime."""
    name: PostgresName
    """Database that is created at first. A change replaces the database."""
    user: PostgresName
    """User of the application and owner of the database, never the master user (trap 28)."""
    extensions: tuple[DatabaseExtension, ...] = ()
    """Extensions that are created before the first migration, for example `uuid-ossp`; none by
    default."""
    migration: Migration | None = None
    """What runs before each rollout (B5); nothing by default."""


class Cache(Part):
    """The system's Redis cache; how big and how safe is the stack file's matter."""

    version: Literal["6", "7"]
    """Major version of Redis, `"6"` or `"7"`."""
    holds: Annotated[tuple[Literal["cache", "sessions", "queue"], ...], Field(min_length=1)]
    """What it holds; decides what Redis may throw away when it is full (trap 12)."""
    minimum_memory: Memory | None = None
    """Memory for data that the node type must leave, for example `2Gi`; by default any will do."""
    max_memory_policy: (
        Literal[
            "allkeys-lfu",
            "allkeys-lru",
            "noeviction",
            "volatile-lfu",
            "volatile-lru",
            "volatile-ttl",
        ]
        | None
    ) = None
    """What Redis throws away when it is full; by default what `holds` asks for: `volatile-lru` with
    sessions or a queue in it, else `allkeys-lru` (trap 12)."""


class Queue(Part):
    """The system's RabbitMQ broker, on Amazon MQ; how big it is is the stack file's matter.

    It speaks AMQPS on port 5671 only (trap 13).
    """

    engine: Literal["rabbitmq"]
    """Only `rabbitmq`."""
    version: Literal["3.13", "4.2"]
    """`"3.13"` or `"4.2"`. Going back from one to the other is not possible."""
    user: QueueUser
    """User of the application, its only one."""


class Objects(Part):
    """The system's bucket for objects, on S3 (trap 14)."""

    static_keys: bool = False
    """Whether there is an access key that does not end, for clients that cannot use the task's own
    role; none by default, for a key that leaks works from anywhere."""


class Assets(Part):
    """The system's static files, served by CloudFront (E4)."""

    root_object: FileName | None = None
    """Object that answers `/`, for example `index.html`; none by default."""
