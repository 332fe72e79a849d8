"""What a stack has whatever carries its services, with one thing broken at a time, on EKS."""

from collections.abc import Callable
from pathlib import Path

import pytest

from model.description import Description
from tests.unit.doctor import RESTORE, Failures, with_objects
from tests.unit.doctor.buckets import create_bucket
from tests.unit.doctor.deployed import Deployed, allow
from tests.unit.doctor.eks.cluster import Cluster
from tests.unit.doctor.eks.deployed import NAME, describe
from tools import doctor
from tools.doctor.outputs import UnusableOutputs, parse

Described = Callable[..., Failures]


def test_somebody_else_reaches_a_store(deployed: Deployed, failures: Failures) -> None:
    allow(deployed.client, deployed["cache-group"], 6379, group=deployed["api-group"])

    assert failures() == [
        (
            "shop/cache: reachability",
            f"expected access from {deployed['cluster-group']} only, found access from "
            f"{deployed['api-group']}; remove it from {deployed['cache-group']}, or let the "
            "service bind it",
        )
    ]


def test_a_store_that_pods_cannot_reach(deployed: Deployed, failures: Failures) -> None:
    ec2, group = deployed.client("ec2"), deployed["database-group"]
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    ingress = [
        rule["SecurityGroupRuleId"] for rule in rules["SecurityGroupRules"] if not rule["IsEgress"]
    ]
    ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=ingress)

    assert failures() == [
        (
            "shop/database: reachability",
            f"expected access from {deployed['cluster-group']}, whose service binds it, found no "
            f"rule for it; {RESTORE}",
        )
    ]


def test_an_alarm_on_pods_that_this_stack_has_not(deployed: Deployed, failures: Failures) -> None:
    def watch(pod: str) -> None:
        dimensions = {"ClusterName": NAME, "Namespace": "shop", "PodName": pod}
        deployed.client("cloudwatch").put_metric_alarm(
            AlarmName="shop-Unhealthy",
            Namespace="ContainerInsights",
            MetricName="replicas_ready",
            Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
            Statistic="Minimum",
            Period=60,
            EvaluationPeriods=2,
            Threshold=1,
            ComparisonOperator="LessThanThreshold",
            AlarmActions=[deployed["shop-topic"]],
        )

    watch("shop-api")
    assert failures() == []
    watch("shop-old")
    assert failures() == [
        (
            "shop: alarms",
            "expected alarm shop-Unhealthy to watch PodName shop-api, shop-worker, found shop-old, "
            f"which this stack has not, so it never fires; {RESTORE}",
        )
    ]


def test_targets_that_are_not_healthy(
    deployed: Deployed, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.doctor.account.LOOPBACK", frozenset())

    assert (
        "shop/api: targets",
        "expected 2 or more targets, each healthy, found 0 healthy of 0; look at its pods with "
        "`kubectl -n shop describe pods -l app=shop-api`",
    ) in failures()


def test_who_uses_the_bucket(deployed: Deployed, tmp_path: Path, cluster: Cluster) -> None:
    s3 = deployed.client("s3")
    create_bucket(s3, with_objects.NAME, key=deployed["key"])
    with_objects.expire(s3)
    deployed.outputs["systems"]["shop"]["objects"] = {"bucketName": with_objects.NAME}
    described = describe(
        tmp_path / "project",
        stack={
            "      cache: {node": "      objects: {expirationDays: 365, noncurrentDays: 30}\n"
            "      cache: {node"
        },
        system={
            "{DB_HOST: database.host": "{BUCKET: objects.bucket, DB_HOST: database.host",
            "cache: {version": "objects: {}\ncache: {version",
        },
    )

    def said() -> list[str]:
        found = with_objects.failed(described, deployed)
        return [detail for check, detail in found if check == "shop/objects: access"]

    assert said() == [f"expected a role of api, which binds objects, found none; {RESTORE}"]
    for service in ("api", "worker"):
        with_objects.create_role(deployed, service)
        deployed.client("eks").create_pod_identity_association(
            clusterName=NAME,
            namespace="shop",
            serviceAccount=f"shop-{service}",
            roleArn=with_objects.role(service),
        )
    with_objects.allow(deployed, "api", *with_objects.use(deployed))
    assert said() == []
    with_objects.allow(deployed, "worker", *with_objects.use(deployed))
    assert said() == [
        f"expected bucket {with_objects.NAME} used by services that bind objects only (api), found "
        f"{with_objects.role('worker')} of worker, allowed s3:DeleteObject, s3:GetObject, "
        "s3:ListBucket, s3:PutObject; remove the statement from its policies, or let the service "
        "bind objects"
    ]


def test_a_runtime_that_was_never_deployed(deployed: Deployed, description: Description) -> None:
    del deployed.outputs["runtime"]
    for service in deployed.outputs["systems"]["shop"]["services"].values():
        service |= {"serviceName": "x", "taskDefinitionArn": "x", "logGroupName": "x"}

    with pytest.raises(UnusableOutputs) as raised:
        doctor.run(description, deployed.outputs, deployed.endpoint)

    assert str(raised.value) == (
        "runtime eks is in the description but not in the outputs, so it was described after the "
        "last deploy; deploy it with `pulumi up --stack staging` (or `make up STACK=staging`)"
    )


def test_outputs_that_lack_what_eks_has(deployed: Deployed) -> None:
    system = deployed.outputs["systems"]["shop"]
    del system["services"]["api"]["deploymentName"]
    del system["tasks"]["bootstrap"]["jobName"]
    system["statusExporter"] = {"namespace": "shop", "kind": "DaemonSet"}

    with pytest.raises(UnusableOutputs) as raised:
        parse(deployed.outputs)

    assert str(raised.value) == (
        "the outputs are not those of a deployed Slipway stack:\n"
        "  systems.shop.services.api.deploymentName: Field required\n"
        "  systems.shop.tasks.bootstrap.jobName: Field required\n"
        "  systems.shop.statusExporter.kind: Input should be 'CronJob' or 'Deployment'\n"
        "  systems.shop.statusExporter.name: Field required\n"
        "finish the deploy with `pulumi up` (or `make up`) and run the doctor again"
    )
