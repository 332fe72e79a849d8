"""The smallest namespace with a data store: its pods may reach a cache once a policy allows it."""

import json

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pulumi_random as random

from components.cache import Cache, CacheArgs
from components.eks_cluster import EksCluster
from components.eks_cluster_args import EksClusterArgs
from components.kubernetes_namespace import (
    KubernetesNamespace,
    KubernetesNamespaceArgs,
    RegistryCredentialsArgs,
)
from components.network import Network, NetworkArgs
from components.reach import Destination

cloud = aws.Provider("aws", region="us-east-1")
draws = random.Provider("random")
options = pulumi.ResourceOptions(providers=[cloud, draws])
key = aws.kms.Key("key", enable_key_rotation=True, opts=pulumi.ResourceOptions(provider=cloud))
network = Network(
    "network",
    NetworkArgs(cidr_block="10.0.0.0/16", availability_zones=["us-east-1a", "us-east-1b"]),
    options,
)
apps = EksCluster(
    "apps",
    EksClusterArgs(
        region="us-east-1",
        version="1.34",
        subnet_ids=network.private_subnet_ids,
        service_cidr_block="172.20.0.0/16",
        kms_key_arn=key.arn,
        admin_role_arns={"deploy": "arn:aws:iam::111122223333:role/deploy"},
    ),
    options,
)
cache = Cache(
    "sessions",
    CacheArgs(
        vpc_id=network.vpc_id,
        subnet_ids=network.isolated_subnet_ids,
        engine_version="7",
        node_type="cache.t4g.small",
        kms_key_arn=key.arn,
    ),
    options,
)
token = random.RandomPassword("token", length=40, opts=pulumi.ResourceOptions(provider=draws))
cluster = kubernetes.Provider("cluster", kubeconfig=apps.kubeconfig)
shop = KubernetesNamespace(
    "shop",
    KubernetesNamespaceArgs(
        namespace="shop",
        part_of="shop",
        pod_security_version="v1.34",
        cluster_security_group_id=apps.security_group_id,
        reaches={"cache": Destination(security_group_id=cache.security_group_id, port=6379)},
        registry_credentials=RegistryCredentialsArgs(
            host="registry.example.com",
            document=token.result.apply(
                lambda password: json.dumps({"username": "shop", "password": password})
            ),
        ),
    ),
    pulumi.ResourceOptions(providers=[cloud, cluster]),
)
pulumi.export("namespace", shop.namespace)
pulumi.export("imagePullSecret", shop.image_pull_secret)
