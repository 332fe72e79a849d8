"""Services on both runtimes: either is looked at as if it were the only one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.description import Description
from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor import deployed as builder
from tests.unit.doctor.deployed import Deployed, allow
from tests.unit.doctor.eks.deployed import describe
from tools import doctor
from tools.doctor import checks
from tools.doctor.outputs import UnusableOutputs

MOVING = {
    "slipway:switch: {to: null, percent: 0}": "slipway:switch: {to: fargate, percent: 30}",
}
HOST = "https://shop.staging.example.com"


@pytest.fixture
def moving(tmp_path: Path) -> Description:
    return describe(tmp_path / "project", stack=MOVING, system={})


@pytest.fixture
def both(deployed: Deployed) -> Deployed:
    """The shop on EKS, and on Fargate, where 30 % of the requests go."""
    arn = builder.create_target_group(deployed.client, deployed.ids, "shop-api-fargate")
    ids = {**deployed.ids, "target-group": arn}
    share(deployed, arn, 30)
    builder.build_fargate(deployed.client, ids)
    deployed.ids |= {name: value for name, value in ids.items() if name not in deployed.ids}
    deployed.ids["fargate-target-group"] = arn
    platform, system = builder.fargate_outputs(ids)
    deployed.outputs["otherRuntime"] = {
        "runtime": "fargate",
        "platform": platform,
        "systems": {"shop": system},
    }
    return deployed


def share(deployed: Deployed, other: str, percent: int) -> None:
    """Gives the other target group a percentage of the requests."""
    groups = [
        {"TargetGroupArn": other, "Weight": percent},
        {"TargetGroupArn": deployed["target-group"], "Weight": 100 - percent},
    ]
    forward: dict[str, Any] = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    deployed.client("elbv2").modify_rule(RuleArn=deployed["forward-rule"], Actions=[forward])


def failed(description: Description, deployed: Deployed) -> list[tuple[str, str]]:
    findings = doctor.run(description, deployed.outputs, deployed.endpoint)
    return [(finding.check, finding.detail) for finding in findings if not finding.ok]


def test_every_check_confirms(both: Deployed, moving: Description) -> None:
    findings = doctor.run(moving, both.outputs, both.endpoint)

    assert [(finding.check, finding.detail) for finding in findings if not finding.ok] == []
    tables = {
        "platform": checks.PLATFORM,
        "cluster": checks.CLUSTER,
        "shop": checks.SYSTEM,
        "shop/namespace": checks.NAMESPACE,
        "shop/api on eks": [*checks.PUBLIC_SERVICE, *checks.KUBERNETES_SERVICE],
        "shop/worker on eks": checks.KUBERNETES_SERVICE,
        "shop/api on fargate": [*checks.PUBLIC_SERVICE, *checks.FARGATE_SERVICE],
        "shop/worker on fargate": checks.FARGATE_SERVICE,
        "shop/database": checks.DATABASE,
        "shop/cache": checks.CACHE,
    }
    assert [finding.check for finding in findings] == [
        "platform: account",
        *(f"{subject}: {check.name}" for subject, table in tables.items() for check in table),
    ]


def test_the_way_back_is_the_same(both: Deployed, tmp_path: Path, deployed: Deployed) -> None:
    """The services come from Fargate, and pods stand by: nobody waits for Jobs or the exporter."""
    outputs = both.outputs
    cluster, eks = outputs["platform"], outputs["systems"]["shop"]
    there = outputs["otherRuntime"]
    outputs["otherRuntime"] = {
        "runtime": "eks",
        "platform": {"clusterName": cluster["clusterName"]},
        "systems": {"shop": {"services": eks["services"], "tasks": {}}},
    }
    outputs["runtime"] = "fargate"
    outputs["platform"] = {**cluster, **there["platform"]}
    outputs["systems"]["shop"] = {**eks, **there["systems"]["shop"], "tasks": {}}
    del outputs["systems"]["shop"]["statusExporter"]
    changes = {
        "slipway:runtime: eks": "slipway:runtime: fargate",
        "slipway:switch: {to: null, percent: 0}": "slipway:switch: {to: eks, percent: 70}",
    }

    assert failed(describe(tmp_path / "back", stack=changes, system={}), both) == []


def test_targets_that_serve_and_are_not_healthy(
    both: Deployed, moving: Description, alter: Alter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.doctor.account.LOOPBACK", frozenset())
    unwell = {"State": "unhealthy", "Description": "Health checks failed"}
    target = {"Id": "10.0.2.10", "Port": 3000}
    states = ({"State": "healthy"}, unwell)
    targets = [{"Target": target, "TargetHealth": state} for state in states]
    alter(
        "elbv2",
        "DescribeTargetHealth",
        lambda answer: answer.update(TargetHealthDescriptions=targets),
    )

    wanted = "expected 2 or more targets, each healthy, found 1 healthy of 2 (unhealthy: Health "
    found = [each for each in failed(moving, both) if each[0].endswith(": targets")]
    assert found == [
        (
            "shop/api on eks: targets",
            f"{wanted}checks failed); look at its pods with `kubectl -n shop describe pods "
            "-l app=shop-api`",
        ),
        (
            "shop/api on fargate: targets",
            f"{wanted}checks failed); read the service's log group /shop/api",
        ),
    ]


def test_another_share(both: Deployed, moving: Description) -> None:
    share(both, both["fargate-target-group"], 0)

    assert failed(moving, both) == [
        (
            f"shop/api on {runtime}: forwarding",
            f"expected {HOST}{path} answered by forward to {both[group]} with weight {wanted}, "
            f"found forward to {both[group]} with weight {found} (rule with priority 20); "
            f"{RESTORE}",
        )
        for runtime, group, wanted, found in (
            ("eks", "target-group", 70, 100),
            ("fargate", "fargate-target-group", 30, 0),
        )
        for path in ("/", "/below")
    ]


def test_a_share_that_is_left_over(both: Deployed, failures: Failures) -> None:
    arn = both["target-group"]

    assert (
        "shop/api: forwarding",
        f"expected {HOST}/ answered by forward to {arn}, found forward to {arn} with weight 70 "
        f"(rule with priority 20); {RESTORE}",
    ) in failures()


def test_an_alarm_on_the_target_groups_of_both(both: Deployed, moving: Description) -> None:
    def watch(arn: str) -> None:
        suffix = arn.rpartition(":")[2]
        both.client("cloudwatch").put_metric_alarm(
            AlarmName="shop-Unhealthy",
            Namespace="AWS/ApplicationELB",
            MetricName="UnHealthyHostCount",
            Dimensions=[{"Name": "TargetGroup", "Value": suffix}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=2,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            AlarmActions=[both["shop-topic"]],
        )

    for group in ("target-group", "fargate-target-group"):
        watch(both[group])
        assert failed(moving, both) == []
    gone = both["target-group"].replace("targetgroup/", "targetgroup/old-")
    watch(gone)
    assert [check for check, _ in failed(moving, both)] == ["shop: alarms"]


def test_somebody_else_reaches_a_store(both: Deployed, moving: Description) -> None:
    allow(both.client, both["cache-group"], 6379, group=both["worker-group"])

    assert failed(moving, both) == [
        (
            "shop/cache: reachability",
            f"expected access from {', '.join(sorted((both['api-group'], both['cluster-group'])))} "
            f"only, found access from {both['worker-group']}; remove it from "
            f"{both['cache-group']}, or let the service bind it",
        )
    ]


@pytest.mark.parametrize(
    "lose",
    [
        lambda outputs: outputs.pop("otherRuntime"),
        lambda outputs: outputs.update(otherRuntime=None),
    ],
    ids=["older", "not-moving"],
)
def test_a_runtime_that_was_never_deployed(
    lose: Callable[[dict[str, Any]], object], both: Deployed, moving: Description
) -> None:
    lose(both.outputs)

    with pytest.raises(UnusableOutputs) as raised:
        doctor.run(moving, both.outputs, both.endpoint)

    assert str(raised.value) == (
        "runtime fargate is in the description but not in the outputs, so it was described after "
        "the last deploy; deploy it with `pulumi up --stack staging` (or `make up STACK=staging`)"
    )


@pytest.mark.parametrize(
    ("systems", "lacking"),
    [({}, "shop/api"), ({"shop": {"services": {}}}, "shop/api")],
    ids=["system", "service"],
)
def test_a_service_that_was_never_deployed_there(
    systems: dict[str, Any], lacking: str, both: Deployed, moving: Description
) -> None:
    both.outputs["otherRuntime"]["systems"] = systems

    with pytest.raises(UnusableOutputs) as raised:
        doctor.run(moving, both.outputs, both.endpoint)

    assert str(raised.value) == (
        f"service {lacking} is in the description but not in the outputs, so it was described "
        "after the last deploy; deploy it with `pulumi up --stack staging` (or `make up "
        "STACK=staging`)"
    )


def test_outputs_that_lack_what_the_other_has(both: Deployed, moving: Description) -> None:
    other = both.outputs["otherRuntime"]
    other["runtime"] = "lambda"
    del other["platform"]

    with pytest.raises(UnusableOutputs) as raised:
        doctor.run(moving, both.outputs, both.endpoint)

    assert str(raised.value) == (
        "the outputs are not those of a deployed Slipway stack:\n"
        "  otherRuntime.runtime: Input should be 'fargate' or 'eks'\n"
        "  otherRuntime.platform: Field required\n"
        "finish the deploy with `pulumi up` (or `make up`) and run the doctor again"
    )
