"""Logs, metrics and messages: CloudWatch, CloudWatch Logs, SNS."""

from sandbox.aws.common import by_id, each_of, given, nothing
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.naming import Naming
from sandbox.aws.rules import json_text, one_of
from sandbox.provider import Plain

_RETENTION = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def _log_group_naming() -> Naming:
    return Naming(
        property="name", limit=512, pattern=r"[\w./#-]+", words="letters, digits and _./#-"
    )


def _find_log_group(resource: Resource) -> list[Plain]:
    found = resource.call("DescribeLogGroups", logGroupNamePrefix=resource.id)["logGroups"]
    return [each for each in found if each["logGroupName"] == resource.id]


def _metric_query(query: Plain) -> Plain:
    """The metric inside a query is called MetricStat in AWS, with the metric one level deeper."""
    metric = query.get("metric")
    if metric is None:
        return query
    inner = {
        key: metric[name]
        for key, name in (
            ("metricName", "metricName"), ("namespace", "namespace"), ("dimensions", "dimensions")
        )
        if name in metric
    }  # fmt: skip
    stat: Plain = {"metric": inner}
    for key in ("period", "stat", "unit"):
        if key in metric:
            stat[key] = metric[key]
    return {**{key: value for key, value in query.items() if key != "metric"}, "metricStat": stat}


def _alarm(inputs: Plain) -> Plain:
    arranged = {("alarmName" if key == "name" else key): value for key, value in inputs.items()}
    queries = arranged.pop("metricQueries", None)
    if queries is not None:
        arranged["metrics"] = each_of(queries, _metric_query)
    return arranged


def _find_alarm(resource: Resource) -> list[Plain]:
    return resource.call("DescribeAlarms", AlarmNames=[resource.id])["MetricAlarms"]


KINDS = {
    "aws:cloudwatch/logGroup:LogGroup": AwsKind(
        service="logs",
        create=Call(operation="CreateLogGroup", names={"name": "logGroupName"}),
        then=[
            Call(
                operation="PutRetentionPolicy",
                takes=["retentionInDays"],
                adds=lambda resource: {"logGroupName": resource.id},
            )
        ],
        own=["skipDestroy", "namePrefix"],
        id=given("name"),
        find=_find_log_group,
        outputs={"arn": lambda resource: resource.arn(f"log-group:{resource.id}")},
        delete=by_id("DeleteLogGroup", "logGroupName"),
        naming=_log_group_naming(),
        rules=[one_of("retentionInDays", *_RETENTION)],
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": AwsKind(
        service="cloudwatch",
        create=Call(
            operation="PutMetricAlarm", arrange=_alarm, names={"alarmActions": "AlarmActions"}
        ),
        id=given("name"),
        find=_find_alarm,
        outputs={"arn": lambda resource: resource.arn(f"alarm:{resource.id}")},
        delete=lambda resource: resource.call("DeleteAlarms", AlarmNames=[resource.id]),
        naming=Naming(property="name", limit=255, pattern=r"[^\x00-\x1f]+", words="any text"),
    ),
    "aws:cloudwatch/dashboard:Dashboard": AwsKind(
        service="cloudwatch",
        create=Call(operation="PutDashboard"),
        id=given("dashboardName"),
        find=lambda resource: resource.call("GetDashboard", DashboardName=resource.id),
        outputs={
            "dashboardArn": lambda resource: resource.arn(
                f"dashboard/{resource.id}", regional=False
            )
        },
        delete=lambda resource: resource.call("DeleteDashboards", DashboardNames=[resource.id]),
        naming=Naming(
            property="dashboardName",
            limit=255,
            pattern=r"[\w-]+",
            words="letters, digits, - and _",
            automatic=False,
        ),
        rules=[json_text("dashboardBody")],
        tagged=None,
    ),
    "aws:sns/topic:Topic": AwsKind(
        service="sns",
        create=Call(
            operation="CreateTopic",
            arrange=lambda inputs: {
                **{key: value for key, value in inputs.items() if key != "kmsMasterKeyId"},
                **(
                    {"attributes": {"KmsMasterKeyId": inputs["kmsMasterKeyId"]}}
                    if "kmsMasterKeyId" in inputs
                    else {}
                ),
            },
        ),
        id="TopicArn",
        find=lambda resource: resource.call("GetTopicAttributes", TopicArn=resource.id),
        outputs={"arn": lambda resource: resource.id},
        delete=by_id("DeleteTopic", "TopicArn"),
        naming=Naming(property="name", limit=256, pattern=r"[\w-]+", words="letters, digits, - _"),
    ),
    "aws:sns/topicPolicy:TopicPolicy": AwsKind(
        service="sns",
        create=Call(
            operation="SetTopicAttributes",
            arrange=lambda inputs: {
                "topicArn": inputs["arn"],
                "attributeName": "Policy",
                "attributeValue": inputs["policy"],
            },
        ),
        id=given("arn"),
        find=lambda resource: resource.call("GetTopicAttributes", TopicArn=resource.id),
        delete=nothing,
        rules=[json_text("policy")],
        tagged=None,
    ),
    "aws:sns/topicSubscription:TopicSubscription": AwsKind(
        service="sns",
        create=Call(operation="Subscribe", names={"topic": "TopicArn"}),
        id="SubscriptionArn",
        find=lambda resource: [
            each
            for each in resource.call("ListSubscriptions")["Subscriptions"]
            if each["SubscriptionArn"] == resource.id
        ],
        outputs={"arn": "SubscriptionArn"},
        delete=by_id("Unsubscribe", "SubscriptionArn"),
        tagged=None,
    ),
}
