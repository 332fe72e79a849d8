"""A Kubernetes cluster that AWS runs."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.eks_access import (
    AUTO_NODE_POLICIES,
    CONTROL_PLANE_POLICIES,
    admit_administrators,
    create_service_role,
)
from components.eks_addons import create_addon, create_container_insights
from components.eks_cluster_args import EksClusterArgs
from components.eks_kubeconfig import kubeconfig
from components.eks_nodes import create_node_group
from components.reach import Destination, open_reach
from planning.eks_addons import BEFORE_NODES, DNS, METRICS

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""All that the control plane can log."""
NODE_POOLS = ("general-purpose", "system")
"""The kinds of machines that EKS Auto Mode brings along: for pods, and for add-ons."""


class EksCluster(pulumi.ComponentResource):
    """An EKS cluster in private subnets, which only named roles enter.

    EKS Auto Mode is on, with a node group too: its load balancing is what registers pods in target
    groups. It may do so in those only that bear the tag `eks:eks-cluster-name` with this cluster's
    name.

    Builds:
        1. The cluster, its Secrets encrypted with the key, and its role.
        2. The log group of its control plane, encrypted and with an end.
        3. Access as administrator for the named roles, and for nobody else.
        4. Machines: those that EKS Auto Mode chooses and their role, or a node group.
        5. Add-ons: metrics-server for autoscalers, Container Insights by choice, and with a node
           group network, DNS, kube-proxy and the agent that gives pods their roles.
        6. The load balancer's way to the ports of pods.

    Not built: anything inside of the cluster, and the application of NetworkPolicies on the
    machines of EKS Auto Mode; see NetworkPolicyController. An autoscaler for a node group.

    Cost: 73 USD a month, and the machines; with EKS Auto Mode about 12 percent more for each.
    Container Insights by the number of pods and metrics, tens of USD for a small cluster.

    Example: `examples/eks_cluster`.
    """

    cluster_name: pulumi.Output[str]
    """Name of the cluster; value of the tag `eks:eks-cluster-name`."""
    cluster_arn: pulumi.Output[str]
    """ARN of the cluster."""
    endpoint: pulumi.Output[str]
    """Address of the Kubernetes API."""
    certificate_authority_data: pulumi.Output[str]
    """Certificate by which that API is recognised, base64."""
    security_group_id: pulumi.Output[str]
    """Security group of all nodes and pods, to which data stores open themselves."""
    version: pulumi.Output[str]
    """Version of Kubernetes."""
    kubeconfig: pulumi.Output[str]
    """How the Kubernetes provider and kubectl enter, as JSON without a token. It is known once the
    administrators may enter, and pods can run and be reached, so that whatever is built with it
    waits for that, and is gone before that goes."""

    def __init__(
        self, name: str, args: EksClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:EksCluster", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        cluster = self._cluster(name, args)
        admitted = admit_administrators(
            name,
            cluster_name=cluster.name,
            role_arns=args.admin_role_arns,
            partition=args.partition,
            tags=args.tags,
            child=child,
        )
        running = self._nodes_and_addons(name, args, cluster)
        group_id = cluster.vpc_config.cluster_security_group_id
        ways_in = self._open_ports(name, args, group_id)

        self.cluster_name = cluster.name
        self.cluster_arn = cluster.arn
        self.endpoint = cluster.endpoint
        self.certificate_authority_data = cluster.certificate_authority.data
        self.security_group_id = group_id
        self.version = cluster.version
        self.kubeconfig = pulumi.Output.all(
            cluster.name,
            cluster.endpoint,
            self.certificate_authority_data,
            # Known in a preview, unlike ids: a role that is added must not hide what the preview
            # has to say about all that runs in the cluster.
            *[each.urn for each in (*admitted, *running, *ways_in)],
        ).apply(
            lambda known: kubeconfig(
                cluster_name=known[0],
                endpoint=known[1],
                certificate_authority_data=known[2],
                region=args.region,
            )
        )
        self.register_outputs(
            {
                "cluster_name": self.cluster_name,
                "cluster_arn": self.cluster_arn,
                "endpoint": self.endpoint,
                "certificate_authority_data": self.certificate_authority_data,
                "security_group_id": self.security_group_id,
                "version": self.version,
                "kubeconfig": self.kubeconfig,
            }
        )

    def _cluster(self, name: str, args: EksClusterArgs) -> "aws.eks.Cluster":
        child = pulumi.ResourceOptions(parent=self)
        # EKS logs from its first minute on, and makes the group itself, to be kept for ever, where
        # it finds none. So the name must be known before the cluster is there.
        suffix = random.RandomString(
            f"{name}-suffix", length=7, upper=False, special=False, opts=child
        )
        cluster_name = pulumi.Output.concat(name, "-", suffix.result)
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=pulumi.Output.concat("/aws/eks/", cluster_name, "/cluster"),
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            tags={**args.tags, "Name": f"{name}-logs"},
            opts=child,
        )
        role, permissions = create_service_role(
            f"{name}-control-plane",
            description=f"Control plane of cluster {name}",
            service="eks.amazonaws.com",
            # EKS Auto Mode tags its sessions with the cluster's name, and its policies ask for it.
            actions=("sts:AssumeRole", "sts:TagSession"),
            policies=CONTROL_PLANE_POLICIES,
            partition=args.partition,
            tags=args.tags,
            child=child,
        )
        compute, node_permissions = self._compute(name, args)
        return aws.eks.Cluster(
            f"{name}-cluster",
            name=cluster_name,
            version=args.version,
            role_arn=role.arn,
            vpc_config=aws.eks.ClusterVpcConfigArgs(
                subnet_ids=args.subnet_ids,
                endpoint_private_access=True,
                endpoint_public_access=bool(args.public_access_cidr_blocks),
                public_access_cidrs=list(args.public_access_cidr_blocks) or None,
            ),
            # The three of EKS Auto Mode are on together or not at all.
            compute_config=compute,
            storage_config=aws.eks.ClusterStorageConfigArgs(
                block_storage=aws.eks.ClusterStorageConfigBlockStorageArgs(enabled=True)
            ),
            kubernetes_network_config=aws.eks.ClusterKubernetesNetworkConfigArgs(
                service_ipv4_cidr=args.service_cidr_block,
                elastic_load_balancing=aws.eks.ClusterKubernetesNetworkConfigElasticLoadBalancingArgs(
                    enabled=True
                ),
            ),
            bootstrap_self_managed_addons=False,
            # There is no way back from it, nor from the other one to it without a lockout.
            access_config=aws.eks.ClusterAccessConfigArgs(
                authentication_mode="API", bootstrap_cluster_creator_admin_permissions=False
            ),
            encryption_config=aws.eks.ClusterEncryptionConfigArgs(
                provider=aws.eks.ClusterEncryptionConfigProviderArgs(key_arn=args.kms_key_arn),
                resources=["secrets"],
            ),
            enabled_cluster_log_types=list(LOG_TYPES),
            # At the end of a version's support EKS upgrades it, in the place of six times the
            # price for a year.
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
            deletion_protection=args.deletion_protection,
            tags={**args.tags, "Name": f"{name}-cluster"},
            opts=pulumi.ResourceOptions(
                parent=self,
                # Without its roles the cluster could not take its machines away at its end.
                depends_on=[logs, *permissions, *node_permissions],
                protect=args.deletion_protection or None,
                # The name is taken while the old one is there.
                delete_before_replace=True,
            ),
        )

    def _compute(
        self, name: str, args: EksClusterArgs
    ) -> "tuple[aws.eks.ClusterComputeConfigArgs, list[pulumi.Resource]]":
        if args.node_group:
            # EKS refuses a role without node pools, and node pools without a role.
            return aws.eks.ClusterComputeConfigArgs(enabled=True, node_pools=[]), []
        role, permissions = create_service_role(
            f"{name}-node",
            description=f"Nodes of cluster {name}",
            service="ec2.amazonaws.com",
            policies=AUTO_NODE_POLICIES,
            partition=args.partition,
            tags=args.tags,
            child=pulumi.ResourceOptions(parent=self),
        )
        compute = aws.eks.ClusterComputeConfigArgs(
            enabled=True, node_pools=list(NODE_POOLS), node_role_arn=role.arn
        )
        return compute, permissions

    def _nodes_and_addons(
        self, name: str, args: EksClusterArgs, cluster: "aws.eks.Cluster"
    ) -> list[pulumi.Resource]:
        """All that must be there before a pod can run, and do what it is for."""
        running: list[pulumi.Resource] = []
        if args.node_group:
            before: list[pulumi.Resource] = [
                create_addon(name, addon, args, cluster=cluster, parent=self)
                for addon in BEFORE_NODES
            ]
            nodes = create_node_group(
                name, args, args.node_group, cluster=cluster, needed=before, parent=self
            )
            dns = create_addon(name, DNS, args, cluster=cluster, needed=[nodes], parent=self)
            running += [nodes, dns]
        # What runs as pods is installed once there is somewhere to run it.
        after = list(running)
        running.append(
            create_addon(name, METRICS, args, cluster=cluster, needed=after, parent=self)
        )
        if args.container_insights:
            running.append(
                create_container_insights(name, args, cluster=cluster, needed=after, parent=self)
            )
        return running

    def _open_ports(
        self, name: str, args: EksClusterArgs, group_id: pulumi.Input[str]
    ) -> list[pulumi.Resource]:
        ways: list[pulumi.Resource] = []
        if args.load_balancer_security_group_id is None:
            return ways
        for port in args.target_ports:
            ways += open_reach(
                f"{name}-from-load-balancer-{port}",
                f"{name}-into-pods-{port}",
                source=args.load_balancer_security_group_id,
                destination=Destination(security_group_id=group_id, port=port),
                description=f"Load balancer to pods of {name}",
                tags=args.tags,
                parent=self,
            )
        return ways
