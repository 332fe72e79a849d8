"""The smallest encryption key: for the logs and data of this account."""

import pulumi
import pulumi_aws as aws

from components.encryption_key import EncryptionKey, EncryptionKeyArgs

provider = aws.Provider("aws", region="us-east-1")
caller = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=provider))
key = EncryptionKey(
    "main",
    EncryptionKeyArgs(description="Data at rest", account_id=caller.account_id, region="us-east-1"),
    pulumi.ResourceOptions(provider=provider),
)
pulumi.export("keyArn", key.key_arn)
