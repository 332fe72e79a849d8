"""The smallest monitoring: two alarms that reach one mailbox, and one graph."""

import pulumi
import pulumi_aws as aws

from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.monitoring import (
    AlarmArgs,
    Comparison,
    ExpressionArgs,
    MetricArgs,
    MissingData,
    Monitoring,
    MonitoringArgs,
    Severity,
    WidgetArgs,
)

REGION = "us-east-1"

cloud = aws.Provider("aws", region=REGION)
options = pulumi.ResourceOptions(providers=[cloud])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
key = EncryptionKey(
    "key",
    EncryptionKeyArgs(description="Alarms", account_id=account_id, region=REGION),
    options,
)
oldest = MetricArgs(
    namespace="AWS/SQS",
    name="ApproximateAgeOfOldestMessage",
    dimensions={"QueueName": "orders"},
    statistic="Maximum",
)
counts = {
    name: MetricArgs(
        namespace="AWS/SQS",
        name=f"NumberOfMessages{name.capitalize()}",
        dimensions={"QueueName": "orders"},
        statistic="Sum",
    )
    for name in ("sent", "deleted")
}
done = ExpressionArgs(
    label="messages done, percent of those sent",
    expression="100 * FILL(deleted, 0) / sent",
    metrics=counts,
)
monitoring = Monitoring(
    "watch",
    MonitoringArgs(
        kms_key_arn=key.key_arn,
        account_id=account_id,
        emails=["oncall@example.com"],
        alarms=[
            AlarmArgs(
                name="queue-stuck",
                summary="Nobody has taken a message for ten minutes.",
                runbook_url="https://example.com/runbooks/queue-stuck",
                severity=Severity.CRITICAL,
                metric=oldest,
                comparison=Comparison.ABOVE,
                threshold=600,
                for_minutes=5,
            ),
            AlarmArgs(
                name="queue-behind",
                summary="For an hour fewer messages were done than came in.",
                runbook_url="https://example.com/runbooks/queue-behind",
                severity=Severity.WARNING,
                metric=done,
                comparison=Comparison.BELOW,
                threshold=90,
                for_minutes=60,
                treat_missing_data=MissingData.NOT_BREACHING,
            ),
        ],
        dashboard=[
            WidgetArgs(title="Age of the oldest message", metrics=[oldest]),
            WidgetArgs(title="Done", metrics=[done]),
        ],
    ),
    options,
)
pulumi.export("topicArn", monitoring.topic_arn)
pulumi.export("dashboardUrl", monitoring.dashboard_url)
