"""The smallest cluster: it needs a key for exec sessions and nothing else."""

import pulumi
import pulumi_aws as aws

from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.fargate_cluster import FargateCluster, FargateClusterArgs

REGION = "us-east-1"

cloud = aws.Provider("aws", region=REGION)
options = pulumi.ResourceOptions(providers=[cloud])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
key = EncryptionKey(
    "key",
    EncryptionKeyArgs(description="Cluster", account_id=account_id, region=REGION),
    options,
)
cluster = FargateCluster("apps", FargateClusterArgs(kms_key_arn=key.key_arn), options)
pulumi.export("clusterName", cluster.cluster_name)
