"""Who may use the objects: the services that bind them, and no others."""

from typing import Any

import pytest

from tests.unit.doctor import RESTORE, Failures
from tests.unit.doctor.buckets import refuse_plain_http, write_policy
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.with_objects import (
    ARN,
    NAME,
    NOTHING_ALLOWS,
    allow,
    role,
    run_as,
    use,
)


@pytest.mark.usefixtures("bucket")
def test_a_service_that_may_not_write(deployed: Deployed, failures: Failures) -> None:
    reading, listing, key = use(deployed)
    decrypting = {**key, "Action": "kms:Decrypt"}
    allow(deployed, "api", {**reading, "Action": "s3:GetObject"}, listing, decrypting)

    check = "shop/objects: access"
    assert failures() == [
        (
            check,
            f"expected {role('api')} of api to be allowed s3:DeleteObject, s3:PutObject on bucket "
            f"{NAME}, found {NOTHING_ALLOWS}; {RESTORE}",
        ),
        (
            check,
            f"expected {role('api')} of api to be allowed kms:GenerateDataKey on "
            f"{deployed['key']}, the key of bucket {NAME}, found {NOTHING_ALLOWS}; {RESTORE}",
        ),
    ]


@pytest.mark.usefixtures("bucket")
def test_a_key_for_another_bucket(deployed: Deployed, failures: Failures) -> None:
    reading, listing, key = use(deployed)
    condition = {"StringEquals": {"kms:EncryptionContext:aws:s3:arn": f"{ARN}-old"}}
    allow(deployed, "api", reading, listing, {**key, "Condition": condition})

    assert failures() == [
        (
            "shop/objects: access",
            f"expected {role('api')} of api to be allowed kms:Decrypt, kms:GenerateDataKey on "
            f"{deployed['key']}, the key of bucket {NAME}, found {NOTHING_ALLOWS}; {RESTORE}",
        )
    ]


def test_a_service_that_the_bucket_denies(bucket: Any, failures: Failures) -> None:
    denial = {
        "Effect": "Deny",
        "Principal": {"AWS": role("api")},
        "Action": "s3:DeleteObject",
        "Resource": f"{ARN}/*",
    }
    write_policy(bucket, NAME, refuse_plain_http(NAME), denial)

    assert failures() == [
        (
            "shop/objects: access",
            f"expected {role('api')} of api to be allowed s3:DeleteObject on bucket {NAME}, found "
            f"{NOTHING_ALLOWS}; {RESTORE}",
        )
    ]


@pytest.mark.usefixtures("bucket")
def test_a_service_that_binds_nothing_and_may_do_much(
    deployed: Deployed, failures: Failures
) -> None:
    allow(deployed, "worker", {"Effect": "Allow", "Action": "s3:*Object", "Resource": "*"})

    assert failures() == [
        (
            "shop/objects: access",
            f"expected bucket {NAME} used by services that bind objects only (api), found "
            f"{role('worker')} of worker, allowed s3:DeleteObject, s3:GetObject, s3:PutObject; "
            "remove the statement from its policies, or let the service bind objects",
        )
    ]


@pytest.mark.usefixtures("bucket")
def test_services_without_a_task_role(deployed: Deployed, failures: Failures) -> None:
    for service in ("api", "worker"):
        run_as(deployed, service, None)

    assert failures() == [
        (
            "shop/objects: access",
            f"expected a role of api, which binds objects, found none; {RESTORE}",
        )
    ]
