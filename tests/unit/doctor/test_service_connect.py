"""Services that call each other, with one thing broken at a time."""

import pytest

from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.deployed import Deployed, create_api

CHECK = "shop/api: namespace"


def recreate(deployed: Deployed, **configuration: object) -> None:
    deployed.client("ecs").delete_service(cluster="cluster", service="shop-api", force=True)
    create_api(deployed.client, deployed.ids, serviceConnectConfiguration=configuration)


@pytest.mark.acceptance("trap-29")
def test_a_service_that_left_the_namespace(deployed: Deployed, failures: Failures) -> None:
    recreate(deployed, enabled=False)

    assert failures() == [(CHECK, f"expected Service Connect on, found off; {RESTORE}")]


def test_a_service_in_another_namespace(deployed: Deployed, failures: Failures) -> None:
    other = deployed["namespace"] + "-other"
    recreate(deployed, enabled=True, namespace=other)

    assert failures() == [
        (
            CHECK,
            f"expected Service Connect namespace {deployed['namespace']}, found {other}; {RESTORE}",
        )
    ]


def test_a_service_that_should_be_in_none(deployed: Deployed, failures: Failures) -> None:
    deployed.outputs["systems"]["shop"]["services"]["api"]["serviceConnect"] = False

    assert failures() == [(CHECK, f"expected Service Connect off, found on; {RESTORE}")]


def test_outputs_from_before_there_was_a_namespace(deployed: Deployed, failures: Failures) -> None:
    del deployed.outputs["platform"]["serviceConnectNamespaceArn"]
    del deployed.outputs["systems"]["shop"]["services"]["worker"]["serviceConnect"]

    assert failures() == []


def test_no_primary_deployment_is_said_once(
    deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    def replaced(answer: dict[str, object]) -> None:
        for service in answer["services"]:  # type: ignore[attr-defined]
            if service["serviceName"] == "shop-api":
                service["deployments"] = []

    alter("ecs", "DescribeServices", replaced)

    assert [check for check, _ in failures()] == ["shop/api: rollout"]


def test_a_worker_needs_no_target_group(deployed: Deployed, failures: Failures) -> None:
    worker = deployed.outputs["systems"]["shop"]["services"]["worker"]
    assert worker["targetGroupArn"] is None
    del worker["targetGroupArn"]

    assert failures() == []
