"""The smallest status canary: one word of a status page becomes one number."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.bucket import Bucket, BucketArgs
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.status_canary import StatusCanary, StatusCanaryArgs
from components.status_metric import StatusMetric

REGION = "us-east-1"

cloud = aws.Provider("aws", region=REGION)
options = pulumi.ResourceOptions(providers=[cloud, random.Provider("random")])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
key = EncryptionKey(
    "key",
    EncryptionKeyArgs(description="Canary", account_id=account_id, region=REGION),
    options,
)
artifacts = Bucket("artifacts", BucketArgs(), options)
canary = StatusCanary(
    "status",
    StatusCanaryArgs(
        url="https://www.example.com/status",
        namespace="Shop",
        metrics={"status": StatusMetric(field="status", values={"ok": 1, "down": 0}, otherwise=-1)},
        artifact_bucket_name=artifacts.bucket_name,
        artifact_bucket_arn=artifacts.bucket_arn,
        kms_key_arn=key.key_arn,
    ),
    options,
)
pulumi.export("canaryName", canary.canary_name)
