"""The smallest cluster: EKS Auto Mode in the private subnets of a network, for one deploy role."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.eks_cluster import EksCluster
from components.eks_cluster_args import EksClusterArgs
from components.encryption_key import EncryptionKey, EncryptionKeyArgs
from components.network import Network, NetworkArgs

REGION = "us-east-1"

cloud = aws.Provider("aws", region=REGION)
draws = random.Provider("random")
options = pulumi.ResourceOptions(providers=[cloud, draws])
invoke = pulumi.InvokeOutputOptions(provider=cloud)
account_id = aws.get_caller_identity_output(opts=invoke).account_id
key = EncryptionKey(
    "key",
    EncryptionKeyArgs(description="Cluster", account_id=account_id, region=REGION),
    options,
)
network = Network(
    "network",
    NetworkArgs(cidr_block="10.0.0.0/16", availability_zones=["us-east-1a", "us-east-1b"]),
    options,
)
cluster = EksCluster(
    "apps",
    EksClusterArgs(
        region=REGION,
        version="1.34",
        subnet_ids=network.private_subnet_ids,
        service_cidr_block="172.20.0.0/16",
        kms_key_arn=key.key_arn,
        admin_role_arns={
            "deploy": pulumi.Output.concat("arn:aws:iam::", account_id, ":role/deploy")
        },
    ),
    options,
)
pulumi.export("clusterName", cluster.cluster_name)
pulumi.export("kubeconfig", cluster.kubeconfig)
