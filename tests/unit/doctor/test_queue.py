"""The queue of a system: healthy, then with one thing broken at a time."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.description import Description
from model.load import load_files
from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.conftest import PROJECT
from tests.unit.doctor.deployed import REGION, Deployed, allow
from tools import doctor
from tools.doctor import checks
from tools.doctor.finding import Finding
from tools.doctor.outputs import UnusableOutputs

QUEUE = 'queue: {engine: rabbitmq, version: "3.13", user: admin}'
SETTINGS = """
      queue: {instanceType: mq.m7g.large, deployment: cluster, maintenanceWindow: sun:05:00,
        deletionProtection: false}
"""


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Description:
    """The project with a queue, to which only the worker connects."""
    root = tmp_path_factory.mktemp("project") / "with-queue"
    shutil.copytree(PROJECT, root)
    _change(
        root / "systems" / "shop.yaml",
        ("{DATABASE_URL: database.url}", "{DATABASE_URL: database.url, JOBS_URL: queue.url}"),
        ("cache: {version", f"{QUEUE}\ncache: {{version"),
    )
    stack = root / "Pulumi.staging.yaml"
    stack.write_text(stack.read_text().rstrip() + SETTINGS)
    return load_files(root, "staging")


def _change(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


@pytest.fixture
def create(deployed: Deployed) -> Callable[..., None]:
    """Creates the broker, with changes, and publishes it."""
    group = deployed.client("ec2").create_security_group(
        GroupName="queue", Description="queue", VpcId=deployed["vpc"]
    )
    deployed.ids["queue-group"] = group["GroupId"]
    deployed.ids["queue-rule"] = allow(
        deployed.client, group["GroupId"], 5671, group=deployed["worker-group"]
    )

    def broker(**changes: Any) -> None:
        made = deployed.client("mq").create_broker(
            **{
                "BrokerName": "shop-queue",
                "EngineType": "RABBITMQ",
                "EngineVersion": "3.13",
                "AutoMinorVersionUpgrade": True,
                "HostInstanceType": "mq.m7g.large",
                "DeploymentMode": "CLUSTER_MULTI_AZ",
                "SubnetIds": [deployed["isolated"], deployed["isolated-b"]],
                "SecurityGroups": [deployed["queue-group"]],
                "PubliclyAccessible": False,
                "EncryptionOptions": {"UseAwsOwnedKey": False, "KmsKeyId": deployed["key"]},
                "Logs": {"General": True},
                "Users": [{"Username": "admin", "Password": "not-a-real-one"}],
                **changes,
            }
        )
        deployed.ids["queue"] = made["BrokerId"]
        deployed.outputs["systems"]["shop"]["queue"] = {
            "brokerId": made["BrokerId"],
            "host": f"b-{made['BrokerId']}.mq.{REGION}.amazonaws.com",
            "securityGroupId": deployed["queue-group"],
            "secretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-queue",
        }

    return broker


@pytest.fixture
def examine(deployed: Deployed, described: Description) -> Callable[[], list[Finding]]:
    def run() -> list[Finding]:
        findings = doctor.run(described, deployed.outputs, deployed.endpoint)
        return [each for each in findings if each.check.startswith("shop/queue: ")]

    return run


@pytest.fixture
def failures(examine: Callable[[], list[Finding]]) -> Failures:
    return lambda: [(each.check, each.detail) for each in examine() if not each.ok]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the doctor take moto for AWS, where brokers write logs."""
    monkeypatch.setattr("tools.doctor.account.LOOPBACK", frozenset())


def test_every_check_confirms(
    create: Callable[..., None], examine: Callable[[], list[Finding]]
) -> None:
    create()

    findings = examine()
    assert [each.check for each in findings] == [
        f"shop/queue: {check.name}" for check in checks.QUEUE
    ]
    assert [(each.ok, each.detail) for each in findings] == [
        *((True, check.confirms) for check in checks.QUEUE[:3]),
        (True, "skipped: the sandbox runs no broker that writes a log"),
    ]


def test_a_queue_that_was_not_deployed(
    deployed: Deployed, examine: Callable[[], list[Finding]]
) -> None:
    assert "queue" not in deployed.outputs["systems"]["shop"]
    with pytest.raises(UnusableOutputs) as unusable:
        examine()
    assert str(unusable.value) == (
        "the queue of system shop is in the description but not in the outputs, so it was "
        "described after the last deploy; deploy it with `pulumi up --stack staging` (or `make "
        "up STACK=staging`)"
    )


def test_an_unprotected_queue(
    create: Callable[..., None], failures: Failures, deployed: Deployed
) -> None:
    create(
        HostInstanceType="mq.t3.micro",
        DeploymentMode="SINGLE_INSTANCE",
        SubnetIds=[deployed["isolated"]],
        PubliclyAccessible=True,
        EncryptionOptions={"UseAwsOwnedKey": True},
        AutoMinorVersionUpgrade=False,
        Logs={"General": False},
    )

    check = "shop/queue: protection"
    assert failures() == [
        (check, f"expected public access off, found on; {RESTORE}"),
        (check, f"expected encryption with a key of AWS's own off, found on; {RESTORE}"),
        (
            check,
            f"expected deployment mode CLUSTER_MULTI_AZ, found SINGLE_INSTANCE; {RESTORE}",
        ),
        (check, f"expected instance type mq.m7g.large, found mq.t3.micro; {RESTORE}"),
        (check, f"expected automatic patches on, found off; {RESTORE}"),
        (check, f"expected export of the general log on, found off; {RESTORE}"),
    ]


def test_a_queue_that_is_down(
    create: Callable[..., None], alter: Alter, failures: Failures
) -> None:
    create()
    alter(
        "mq",
        "DescribeBroker",
        lambda answer: answer.update(BrokerState="CRITICAL_ACTION_REQUIRED"),
    )

    assert failures() == [
        (
            "shop/queue: protection",
            f"expected status RUNNING, found CRITICAL_ACTION_REQUIRED; {RESTORE}",
        )
    ]


def test_a_deleted_queue(
    create: Callable[..., None], failures: Failures, deployed: Deployed
) -> None:
    create()
    deployed.client("mq").delete_broker(BrokerId=deployed["queue"])

    missing = (
        "expected an answer to mq:DescribeBroker, found NotFoundException: Can't find requested "
        f"broker [{deployed['queue']}]. Make sure your broker exists.; {RESTORE}"
    )
    names = ("protection", "placement", "reachability")
    assert failures() == [(f"shop/queue: {name}", missing) for name in names]


def test_a_subnet_with_a_way_out(
    create: Callable[..., None], failures: Failures, deployed: Deployed
) -> None:
    create(SubnetIds=[deployed["isolated"], deployed["public-b"]])

    assert failures() == [
        (
            "shop/queue: placement",
            "expected the queue in subnets without a route out of the VPC, found one in "
            f"{deployed['public-b']}; {RESTORE}",
        )
    ]


def test_another_security_group_and_host(
    create: Callable[..., None], failures: Failures, deployed: Deployed
) -> None:
    create(SecurityGroups=[deployed["cache-group"]])
    deployed.outputs["systems"]["shop"]["queue"]["host"] = "b-other.mq.us-east-1.amazonaws.com"

    check = "shop/queue: reachability"
    assert failures() == [
        (
            check,
            f"expected security groups {deployed['queue-group']}, found "
            f"{deployed['cache-group']}; {RESTORE}",
        ),
        (
            check,
            "expected host b-other.mq.us-east-1.amazonaws.com, found "
            f"b-{deployed['queue']}.mq.us-east-1.amazonaws.com; {RESTORE}",
        ),
    ]


def test_access_by_others_and_not_by_its_client(
    create: Callable[..., None], failures: Failures, deployed: Deployed
) -> None:
    create()
    group, api, worker = deployed["queue-group"], deployed["api-group"], deployed["worker-group"]
    deployed.client("ec2").revoke_security_group_ingress(
        GroupId=group, SecurityGroupRuleIds=[deployed["queue-rule"]]
    )
    added = allow(deployed.client, group, 15671, group=api)

    check = "shop/queue: reachability"
    assert failures() == [
        (
            check,
            f"expected access to port 5671 only, found {api} on port 15671; remove rule {added} "
            f"of {group}, or let the service bind it",
        ),
        (
            check,
            f"expected access from {worker} only, found access from {api}; remove it from "
            f"{group}, or let the service bind it",
        ),
        (
            check,
            f"expected access from {worker}, whose service binds it, found no rule for it; "
            f"{RESTORE}",
        ),
    ]


@pytest.mark.usefixtures("outside")
def test_a_log_that_does_not_arrive(
    create: Callable[..., None], failures: Failures, deployed: Deployed
) -> None:
    create()

    group = f"/aws/amazonmq/broker/{deployed['queue']}/general"
    assert failures() == [
        (
            "shop/queue: log",
            f"expected log group {group}, found nothing of that name; {RESTORE}",
        )
    ]


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize(
    ("days", "warned"), [(30, None), (None, "nothing"), (90, "90")], ids=["kept", "ever", "other"]
)
def test_a_log_that_is_kept_for_another_time(
    create: Callable[..., None],
    examine: Callable[[], list[Finding]],
    deployed: Deployed,
    days: int | None,
    warned: str | None,
) -> None:
    create()
    logs = deployed.client("logs")
    group = f"/aws/amazonmq/broker/{deployed['queue']}/general"
    logs.create_log_group(logGroupName=group)
    if days is not None:
        logs.put_retention_policy(logGroupName=group, retentionInDays=days)

    told = [each.detail for each in examine() if each.check == "shop/queue: log"]
    assert told == [
        "its log arrives in CloudWatch",
        *(
            [
                f"warning: expected retention (days) of log group {group} 30, found {warned}; "
                "wait a day for the schedule that sets it; if it is still so, look at its errors "
                "in CloudWatch, namespace AWS/Scheduler"
            ]
            if warned
            else []
        ),
    ]
    assert all(each.ok for each in examine())
