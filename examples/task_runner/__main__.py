"""The smallest task runner: ready for tasks, so far without any."""

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket, BucketArgs
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.task_runner import TaskRunner, TaskRunnerArgs

REGION = "us-east-1"

cloud = aws.Provider("aws", region=REGION)
options = pulumi.ResourceOptions(providers=[cloud])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
key = EncryptionKey(
    "key",
    EncryptionKeyArgs(description="Task runner", account_id=account_id, region=REGION),
    options,
)
artifacts = Bucket("artifacts", BucketArgs(), options)
runner = TaskRunner(
    "tasks",
    TaskRunnerArgs(bucket_name=artifacts.bucket_name, kms_key_arn=key.key_arn),
    options,
)
pulumi.export("functionName", runner.function_name)
