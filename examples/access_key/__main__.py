"""The smallest access key: reads the objects of one bucket, for a client that can have no role."""

import pulumi
import pulumi_aws as aws

from components.access_key import AccessKey, AccessKeyArgs
from components.bucket import Bucket, BucketArgs
from components.policy import Statement

cloud = aws.Provider("aws", region="us-east-1")
options = pulumi.ResourceOptions(providers=[cloud])
key = aws.kms.Key("key", enable_key_rotation=True, opts=pulumi.ResourceOptions(provider=cloud))
bucket = Bucket("reports", BucketArgs(kms_key_arn=key.arn), options)
reader = AccessKey(
    "reports-reader",
    AccessKeyArgs(
        permissions=[
            Statement(
                sid="Read",
                actions="s3:GetObject",
                resources=pulumi.Output.concat(bucket.bucket_arn, "/*"),
            ),
            Statement(
                sid="Decrypt",
                actions="kms:Decrypt",
                resources=key.arn,
                conditions={
                    "StringEquals": {"kms:EncryptionContext:aws:s3:arn": bucket.bucket_arn}
                },
            ),
        ],
        kms_key_arn=key.arn,
    ),
    options,
)
pulumi.export("secretArn", reader.secret_arn)
