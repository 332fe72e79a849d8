"""The tasks that run before the services may connect to data stores, and only to their own."""

import dataclasses
from collections.abc import Callable

import pytest

from model.description import Description
from model.stores import Migration
from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.deployed import Deployed, allow
from tools import doctor

Migrating = Callable[[str], Failures]


@pytest.fixture
def migrating(deployed: Deployed, description: Description) -> Migrating:
    """Runs the doctor on the shop whose migration runs with the bindings of a service."""

    def describe(service: str) -> Failures:
        shop = description.systems["shop"]
        assert shop.database is not None
        migration = Migration(service=service, command=("migrate",))
        database = shop.database.model_copy(update={"migration": migration})
        systems = {"shop": shop.model_copy(update={"database": database})}
        described = dataclasses.replace(description, systems=systems)

        def examine() -> list[tuple[str, str]]:
            findings = doctor.run(described, deployed.outputs, deployed.endpoint)
            return [(finding.check, finding.detail) for finding in findings if not finding.ok]

        return examine

    return describe


@pytest.fixture
def tasks(deployed: Deployed) -> dict[str, str]:
    """Publishes both tasks; their security groups, which no data store lets in yet."""
    groups: dict[str, str] = {}
    for task in ("bootstrap", "migration"):
        answer = deployed.client("ec2").create_security_group(
            GroupName=task, Description=task, VpcId=deployed["vpc"]
        )
        groups[task] = answer["GroupId"]
    deployed.outputs["systems"]["shop"]["tasks"] = {
        task: {"securityGroupId": group, "logGroupName": f"/shop/{task}"}
        for task, group in groups.items()
    }
    return groups


def test_tasks_that_reach_what_they_need(
    deployed: Deployed, tasks: dict[str, str], migrating: Migrating
) -> None:
    allow(deployed.client, deployed["database-group"], 5432, group=tasks["bootstrap"])
    allow(deployed.client, deployed["database-group"], 5432, group=tasks["migration"])
    allow(deployed.client, deployed["cache-group"], 6379, group=tasks["migration"])

    assert migrating("api")() == []


def test_tasks_that_are_shut_out(tasks: dict[str, str], migrating: Migrating) -> None:
    def shut_out(store: str, task: str) -> tuple[str, str]:
        return (
            f"shop/{store}: reachability",
            f"expected access from {tasks[task]}, whose service binds it, found no rule for it; "
            f"{RESTORE}",
        )

    of_database = [shut_out("database", task) for task in sorted(tasks, key=tasks.__getitem__)]
    assert migrating("api")() == [*of_database, shut_out("cache", "migration")]


def test_tasks_that_reach_more_than_they_need(
    deployed: Deployed, tasks: dict[str, str], migrating: Migrating
) -> None:
    cache = deployed["cache-group"]
    for group in tasks.values():
        allow(deployed.client, deployed["database-group"], 5432, group=group)
        allow(deployed.client, cache, 6379, group=group)

    def reached(task: str) -> tuple[str, str]:
        return (
            "shop/cache: reachability",
            f"expected access from {deployed['api-group']} only, found access from {tasks[task]}; "
            f"remove it from {cache}, or let the service bind it",
        )

    # The worker binds the database only, and so does its migration.
    assert migrating("worker")() == [reached(each) for each in sorted(tasks, key=tasks.__getitem__)]


def test_a_migration_that_is_no_longer_described(
    deployed: Deployed, tasks: dict[str, str], failures: Failures
) -> None:
    database = deployed["database-group"]
    for group in tasks.values():
        allow(deployed.client, database, 5432, group=group)

    clients = sorted([deployed["api-group"], deployed["worker-group"], tasks["bootstrap"]])
    assert failures() == [
        (
            "shop/database: reachability",
            f"expected access from {', '.join(clients)} only, found access from "
            f"{tasks['migration']}; remove it from {database}, or let the service bind it",
        )
    ]
