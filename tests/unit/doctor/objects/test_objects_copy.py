"""The copy of the objects in the backup region, with one thing broken at a time."""

import dataclasses
from typing import Any

import pytest

from model.description import Description
from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.buckets import (
    block,
    create_bucket,
)
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.with_objects import (
    COPY,
    ELSEWHERE,
    destination,
    failed,
    replicate,
    write_replication,
)


@pytest.fixture
def copied(described: Description) -> Description:
    """The description with a backup region."""
    environment = described.environment
    backup = environment.backup.model_copy(update={"region": ELSEWHERE})
    return dataclasses.replace(
        described, environment=environment.model_copy(update={"backup": backup})
    )


@pytest.fixture
def copy_failures(deployed: Deployed, copied: Description) -> Failures:
    """Runs the doctor on the description with a backup region."""
    return lambda: failed(copied, deployed)


@pytest.mark.usefixtures("bucket")
def test_a_copy_in_the_backup_region(deployed: Deployed, copy_failures: Failures) -> None:
    replicate(deployed)

    assert copy_failures() == []


@pytest.mark.usefixtures("bucket")
def test_a_copy_that_nobody_described(deployed: Deployed, failures: Failures) -> None:
    replicate(deployed)

    assert failures() == [
        ("shop/objects: copy", f"expected no replication, found rules everything; {RESTORE}")
    ]


@pytest.mark.usefixtures("bucket")
def test_no_copy(copy_failures: Failures) -> None:
    assert copy_failures() == [
        (
            "shop/objects: copy",
            f"expected a replication rule for all objects, to {ELSEWHERE}, found none; {RESTORE}",
        )
    ]


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"Status": "Disabled"}, "none"),
        ({"Filter": {"Prefix": "invoices/"}}, "rules everything"),
    ],
    ids=["disabled", "prefix"],
)
def test_a_copy_of_some_objects(
    deployed: Deployed, copy_failures: Failures, changes: dict[str, Any], found: str
) -> None:
    replicate(deployed, **changes)

    assert copy_failures() == [
        (
            "shop/objects: copy",
            f"expected a replication rule for all objects, to {ELSEWHERE}, found {found}; "
            f"{RESTORE}",
        )
    ]


@pytest.mark.usefixtures("bucket")
def test_a_copy_that_lacks_much_and_comes_late(deployed: Deployed, copy_failures: Failures) -> None:
    target = destination()
    del target["ReplicationTime"]
    replicate(
        deployed,
        DeleteMarkerReplication={"Status": "Disabled"},
        SourceSelectionCriteria={"SseKmsEncryptedObjects": {"Status": "Disabled"}},
        Destination=target,
    )

    check = "shop/objects: copy"
    assert copy_failures() == [
        (
            check,
            f"expected replication of encrypted objects Enabled, found Disabled; {RESTORE}",
        ),
        (check, f"expected replication of delete markers Enabled, found Disabled; {RESTORE}"),
        (check, f"expected replication time control Enabled, found nothing; {RESTORE}"),
    ]

    write_replication(deployed, Destination=destination(minutes=60))
    assert copy_failures() == [
        (check, f"expected replication time (minutes) 15, found 60; {RESTORE}")
    ]


def test_a_copy_in_the_same_region_that_may_be_public(
    bucket: Any, deployed: Deployed, copy_failures: Failures
) -> None:
    create_bucket(bucket, "other", key=deployed["key"])
    block(bucket, "other", RestrictPublicBuckets=False)
    write_replication(deployed, "other")

    check = "shop/objects: copy"
    assert copy_failures() == [
        (check, f"expected region of copy other us-west-2, found us-east-1; {RESTORE}"),
        (check, f"expected RestrictPublicBuckets of bucket other on, found off; {RESTORE}"),
    ]


@pytest.mark.usefixtures("bucket")
def test_a_deleted_copy(deployed: Deployed, copy_failures: Failures) -> None:
    replicate(deployed).delete_bucket(Bucket=COPY)

    assert copy_failures() == [
        ("shop/objects: copy", f"expected bucket {COPY}, found nothing; {RESTORE}")
    ]


def test_a_copy_under_the_old_name_of_its_region(
    bucket: Any, deployed: Deployed, copy_failures: Failures
) -> None:
    # S3 still calls Ireland so where a bucket was made under this name.
    create_bucket(bucket, "old", key=deployed["key"], place="EU")
    write_replication(deployed, "old")

    assert copy_failures() == [
        (
            "shop/objects: copy",
            f"expected region of copy old {ELSEWHERE}, found eu-west-1; {RESTORE}",
        )
    ]
