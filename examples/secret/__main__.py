"""The smallest secret: drawn once, named to its readers by ARN."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.secret import Secret, SecretArgs

cloud = aws.Provider("aws", region="us-east-1")
draws = random.Provider("random")
key = aws.kms.Key("key", enable_key_rotation=True, opts=pulumi.ResourceOptions(provider=cloud))
secret = Secret(
    "signing-key",
    SecretArgs(description="Signs the sessions", kms_key_arn=key.arn),
    pulumi.ResourceOptions(providers=[cloud, draws]),
)
pulumi.export("secretArn", secret.secret_arn)
