"""Alarms and their topics, with one thing broken at a time."""

import json
from typing import Any

from model.description import Description
from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.deployed import ACCOUNT, REGION, Deployed, key_policy, put_alarm
from tools import doctor


def test_an_alarm_without_action(deployed: Deployed, failures: Failures) -> None:
    put_alarm(deployed.client, "shop-Unhealthy", [])

    assert failures() == [
        (
            "shop: alarms",
            f"expected alarm shop-Unhealthy to act on {deployed['shop-topic']}, found none; "
            f"{RESTORE}",
        )
    ]


def test_an_alarm_that_was_silenced(deployed: Deployed, failures: Failures) -> None:
    deployed.client("cloudwatch").disable_alarm_actions(AlarmNames=["shop-Unhealthy"])

    assert failures() == [
        (
            "shop: alarms",
            "expected actions of alarm shop-Unhealthy enabled, found disabled, so it tells nobody; "
            "run `aws cloudwatch enable-alarm-actions --alarm-names shop-Unhealthy`",
        )
    ]


def test_a_deleted_alarm(deployed: Deployed, failures: Failures) -> None:
    deployed.client("cloudwatch").delete_alarms(AlarmNames=["platform-Unhealthy"])

    assert failures() == [
        (
            "platform: alarms",
            f"expected alarm platform-Unhealthy, found nothing of that name; {RESTORE}",
        )
    ]


def put_sum(deployed: Deployed, service: str, target_group: str) -> None:
    """Writes an alarm on what is calculated from a metric of ECS and one of the load balancer."""

    def stat(identifier: str, namespace: str, name: str, **dimensions: str) -> dict[str, Any]:
        metric = {
            "Namespace": namespace,
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        }
        return {
            "Id": identifier,
            "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"},
            "ReturnData": False,
        }

    deployed.client("cloudwatch").put_metric_alarm(
        AlarmName="shop-Unhealthy",
        Metrics=[
            {"Id": "result", "Expression": "errors / tasks", "ReturnData": True},
            stat("tasks", "AWS/ECS", "CPUUtilization", ClusterName="cluster", ServiceName=service),
            stat("errors", "AWS/ApplicationELB", "RequestCount", TargetGroup=target_group),
        ],
        EvaluationPeriods=2,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[deployed["shop-topic"]],
    )


def test_an_alarm_on_what_is_calculated(deployed: Deployed, failures: Failures) -> None:
    put_sum(deployed, "shop-api", deployed["target-group"].rpartition(":")[2])

    assert failures() == []


def test_an_alarm_on_what_is_no_longer_there(deployed: Deployed, failures: Failures) -> None:
    put_sum(deployed, "shop-old", "targetgroup/old/1")

    target_group = deployed["target-group"].rpartition(":")[2]
    never = f"which this stack has not, so it never fires; {RESTORE}"
    assert failures() == [
        (
            "shop: alarms",
            "expected alarm shop-Unhealthy to watch ServiceName shop-api, shop-worker, found "
            f"shop-old, {never}",
        ),
        (
            "shop: alarms",
            f"expected alarm shop-Unhealthy to watch TargetGroup {target_group}, found "
            f"targetgroup/old/1, {never}",
        ),
    ]


def test_an_alarm_on_another_load_balancer(deployed: Deployed, failures: Failures) -> None:
    deployed.client("cloudwatch").put_metric_alarm(
        AlarmName="platform-Unhealthy",
        Namespace="AWS/ApplicationELB",
        MetricName="HTTPCode_ELB_5XX_Count",
        Dimensions=[{"Name": "LoadBalancer", "Value": "app/old/1"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=5,
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[deployed["platform-topic"]],
    )

    edge = deployed["edge"].partition(":loadbalancer/")[2]
    assert failures() == [
        (
            "platform: alarms",
            f"expected alarm platform-Unhealthy to watch LoadBalancer {edge}, found app/old/1, "
            f"which this stack has not, so it never fires; {RESTORE}",
        )
    ]


def test_an_alert_without_alarm(deployed: Deployed, failures: Failures) -> None:
    deployed.outputs["systems"]["shop"]["alarmNames"] = []

    assert failures() == [
        (
            "shop: alarms",
            f"expected an alarm for the alerts Unhealthy, found alarms none; {RESTORE}",
        )
    ]


def test_a_deleted_topic(deployed: Deployed, failures: Failures) -> None:
    deployed.client("sns").delete_topic(TopicArn=deployed["shop-topic"])

    assert failures() == [
        (
            "shop: topic",
            "expected an answer to sns:GetTopicAttributes, found NotFound: Topic does not exist; "
            f"{RESTORE}",
        )
    ]


def test_a_key_that_keeps_alarms_out(deployed: Deployed, failures: Failures) -> None:
    deployed.client("kms").put_key_policy(
        KeyId=deployed["key"], PolicyName="default", Policy=key_policy(alarms=False)
    )

    assert failures() == [
        (
            f"{subject}: topic",
            f"expected a key of topic arn:aws:sns:{REGION}:{ACCOUNT}:{subject} that alarms may use "
            f"(kms:Decrypt, kms:GenerateDataKey*), found {deployed['key']}, which does not let "
            f"cloudwatch.amazonaws.com in; {RESTORE}",
        )
        for subject in ("platform", "shop")
    ]


def test_a_topic_that_alarms_may_not_publish_to(deployed: Deployed, failures: Failures) -> None:
    other = {"Service": "events.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": other, "Action": "sns:Publish", "Resource": "*"}
    deployed.client("sns").set_topic_attributes(
        TopicArn=deployed["shop-topic"],
        AttributeName="Policy",
        AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )

    assert failures() == [
        (
            "shop: topic",
            f"expected a policy of topic {deployed['shop-topic']} that lets "
            "cloudwatch.amazonaws.com publish, found one that does not, so that alarms reach "
            f"nobody; {RESTORE}",
        )
    ]


def test_nobody_subscribed(deployed: Deployed, failures: Failures) -> None:
    sns = deployed.client("sns")
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=deployed["shop-topic"])
    sns.unsubscribe(SubscriptionArn=subscriptions["Subscriptions"][0]["SubscriptionArn"])

    assert failures() == [
        (
            "shop: topic",
            f"expected team@example.com subscribed to {deployed['shop-topic']}, found no "
            f"subscription; {RESTORE}",
        )
    ]


def test_an_unconfirmed_subscription_is_a_warning(
    deployed: Deployed, description: Description, alter: Alter
) -> None:
    def leave_pending(answer: dict[str, Any]) -> None:
        for entry in answer["Subscriptions"]:
            entry["SubscriptionArn"] = "PendingConfirmation"

    # moto confirms every subscription by itself; AWS waits for a person to open a mail.
    alter("sns", "ListSubscriptionsByTopic", leave_pending)
    findings = doctor.run(description, deployed.outputs, deployed.endpoint)

    assert [
        (finding.ok, finding.detail) for finding in findings if finding.check == "shop: topic"
    ] == [
        (True, "it takes alarms and passes them on"),
        (
            True,
            f"warning: expected a confirmed subscription of team@example.com to "
            f"{deployed['shop-topic']}, found PendingConfirmation; open the mail from AWS "
            "Notifications and confirm, until then alarms reach nobody",
        ),
    ]
