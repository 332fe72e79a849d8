"""The smallest bucket: the access logs of a load balancer, kept for 90 days."""

import pulumi
import pulumi_aws as aws

from components.bucket import Bucket, BucketArgs, LogWriter

provider = aws.Provider("aws", region="us-east-1")
caller = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=provider))
bucket = Bucket(
    "logs",
    BucketArgs(
        expiration_days=90,
        writers=[
            LogWriter(
                service="logdelivery.elasticloadbalancing.amazonaws.com",
                prefix="edge",
                account_id=caller.account_id,
            )
        ],
    ),
    pulumi.ResourceOptions(provider=provider),
)
pulumi.export("bucketName", bucket.bucket_name)
