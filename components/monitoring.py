"""Alarms that reach people, and a dashboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.alarms import AlarmArgs, Comparison, MissingData, Severity, create_alarm
from components.dashboard import WidgetArgs, dashboard_body
from components.errors import ArgumentError, require
from components.metrics import ExpressionArgs, MetricArgs
from components.physical_name import name_in_stack
from components.policy import Statement, policy_document

__all__ = [
    "AlarmArgs",
    "Comparison",
    "ExpressionArgs",
    "MetricArgs",
    "MissingData",
    "Monitoring",
    "MonitoringArgs",
    "Severity",
    "WidgetArgs",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class MonitoringArgs:
    """What monitoring needs to know."""

    kms_key_arn: pulumi.Input[str]
    """Key that encrypts the topic; its policy must let CloudWatch use it. Source:
    EncryptionKey.key_arn."""
    account_id: pulumi.Input[str]
    """Account whose alarms may publish to the topic, twelve digits."""
    emails: Sequence[str] = ()
    """Who is told; each address must confirm by mail once. None by default: then other receivers
    subscribe to the topic."""
    alarms: Sequence[AlarmArgs] = ()
    """What people are told about; nothing by default."""
    dashboard: Sequence[WidgetArgs] = ()
    """Graphs of the dashboard, two in a row, below the state of the alarms; without graphs there is
    no dashboard."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        emails = [email.lower() for email in self.emails]
        require(
            self, "emails", all("@" in email for email in emails), "use addresses: a@example.com"
        )
        require(self, "emails", len(set(emails)) == len(emails), "name every address only once")
        names = [alarm.name for alarm in self.alarms]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ArgumentError("Monitoring", "alarms", twice, "give every alarm its own name")


class Monitoring(pulumi.ComponentResource):
    """An encrypted topic, alarms that publish to it, and a dashboard.

    Builds:
        1. The topic; only alarms of this account publish to it, and only over TLS.
        2. A subscription per address.
        3. The alarms, each of which tells when it starts and when it is over, and names its
           runbook.
        4. The dashboard, with the state of the alarms on top.

    Not built: the metrics.

    Cost: 0.10 USD a month for each alarm, on an expression for each metric in it; 3 USD for a
    dashboard, the first three of an account are free.

    Example: `examples/monitoring`.
    """

    topic_arn: pulumi.Output[str]
    """Topic to which further receivers may subscribe."""
    alarm_names: pulumi.Output[Sequence[str]]
    """Names of the alarms in AWS, in the order of the arguments."""
    dashboard_name: pulumi.Output[str] | None
    """Name of the dashboard, None without graphs."""
    dashboard_url: pulumi.Output[str] | None
    """The dashboard in the console, None without graphs."""

    def __init__(
        self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:Monitoring", name, {}, opts)

        topic = self._topic(name, args)
        alarms = [
            create_alarm(
                f"{name}-{alarm.name}", alarm, topic_arn=topic.arn, tags=args.tags, parent=self
            )
            for alarm in args.alarms
        ]
        region = topic.arn.apply(lambda arn: arn.split(":")[3])
        dashboard = self._dashboard(name, args, alarms, region)

        self.topic_arn = topic.arn
        self.alarm_names = pulumi.Output.all(*(alarm.name for alarm in alarms))
        self.dashboard_name = dashboard.dashboard_name if dashboard else None
        self.dashboard_url = (
            pulumi.Output.concat(
                *("https://console.aws.amazon.com/cloudwatch/home?region=", region),
                *("#dashboards/dashboard/", dashboard.dashboard_name),
            )
            if dashboard
            else None
        )
        self.register_outputs(
            {
                "topic_arn": self.topic_arn,
                "alarm_names": self.alarm_names,
                "dashboard_name": self.dashboard_name,
                "dashboard_url": self.dashboard_url,
            }
        )

    def _topic(self, name: str, args: MonitoringArgs) -> "aws.sns.Topic":
        child = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(
            f"{name}-topic",
            kms_master_key_id=args.kms_key_arn,
            tags={**args.tags, "Name": f"{name}-topic"},
            opts=child,
        )
        aws.sns.TopicPolicy(
            f"{name}-topic-policy",
            arn=topic.arn,
            policy=policy_document(
                Statement(
                    sid="AlarmsOfThisAccount",
                    principals={"Service": "cloudwatch.amazonaws.com"},
                    actions="sns:Publish",
                    resources=topic.arn,
                    conditions={"StringEquals": {"aws:SourceAccount": args.account_id}},
                ),
                Statement(
                    sid="OnlyOverTls",
                    effect="Deny",
                    principals="*",
                    actions="sns:Publish",
                    resources=topic.arn,
                    conditions={"Bool": {"aws:SecureTransport": "false"}},
                ),
            ),
            opts=child,
        )
        for email in args.emails:
            # Named by the address, so that one who leaves takes no other's confirmation along.
            aws.sns.TopicSubscription(
                f"{name}-{email.lower()}",
                topic=topic.arn,
                protocol="email",
                endpoint=email,
                opts=child,
            )
        return topic

    def _dashboard(
        self,
        name: str,
        args: MonitoringArgs,
        alarms: "Sequence[aws.cloudwatch.MetricAlarm]",
        region: pulumi.Output[str],
    ) -> "aws.cloudwatch.Dashboard | None":
        if not args.dashboard:
            return None
        return aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=name_in_stack(name),
            dashboard_body=dashboard_body(
                args.dashboard, alarm_arns=[alarm.arn for alarm in alarms], region=region
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
