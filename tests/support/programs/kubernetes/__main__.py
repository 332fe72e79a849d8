"""One service on an EKS cluster: every kind of Kubernetes object that the sandbox serves."""

import json

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes.apiextensions import CustomResource

config = pulumi.Config()
SYSTEM = "shop"
APP = "shop-api"
LABELS = {"app": APP}

cloud = pulumi.ResourceOptions(provider=aws.Provider("aws", region="us-east-1"))
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=cloud)
subnets = [
    aws.ec2.Subnet(
        f"subnet-{zone}",
        vpc_id=vpc.id,
        cidr_block=f"10.0.{number}.0/24",
        availability_zone=f"us-east-1{zone}",
        opts=cloud,
    )
    for number, zone in enumerate("ab")
]
trust = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "eks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
role = aws.iam.Role("cluster-role", assume_role_policy=json.dumps(trust), opts=cloud)
policy = aws.iam.RolePolicyAttachment(
    "cluster-policy",
    role=role.name,
    policy_arn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
    opts=cloud,
)
cluster = aws.eks.Cluster(
    "cluster",
    role_arn=role.arn,
    version="1.33",
    vpc_config=aws.eks.ClusterVpcConfigArgs(subnet_ids=[subnet.id for subnet in subnets]),
    kubernetes_network_config=aws.eks.ClusterKubernetesNetworkConfigArgs(
        service_ipv4_cidr="172.20.0.0/16"
    ),
    opts=pulumi.ResourceOptions.merge(cloud, pulumi.ResourceOptions(depends_on=[policy])),
)
targets = aws.lb.TargetGroup(
    "targets", port=8080, protocol="HTTP", target_type="ip", vpc_id=vpc.id, opts=cloud
)
kubeconfig = pulumi.Output.json_dumps(
    {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "it",
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        "clusters": [{"name": "it", "cluster": {"server": cluster.endpoint}}],
        "users": [{"name": "it", "user": {}}],
    }
)
inside = pulumi.ResourceOptions(
    provider=kubernetes.Provider("kubernetes", kubeconfig=kubeconfig, enable_secret_mutable=True)
)


def named(name: str, labels: dict[str, str] | None = None) -> kubernetes.meta.v1.ObjectMetaArgs:
    return kubernetes.meta.v1.ObjectMetaArgs(
        name=name, namespace=namespace.metadata.name, labels=labels or LABELS
    )


namespace = kubernetes.core.v1.Namespace(
    "namespace",
    metadata=kubernetes.meta.v1.ObjectMetaArgs(
        name=SYSTEM, labels={"pod-security.kubernetes.io/enforce": "restricted"}
    ),
    opts=inside,
)
settings = kubernetes.core.v1.ConfigMap(
    "settings",
    metadata=named("shop-settings"),
    data={"PORT": "8080", "script.sh": "set -e\nexec server\n"},
    opts=inside,
)
secrets = kubernetes.core.v1.Secret(
    "secrets",
    metadata=named("shop-secrets"),
    string_data={"TOKEN": config.require_secret("token")},
    opts=inside,
)
account = kubernetes.core.v1.ServiceAccount("account", metadata=named(APP), opts=inside)


def pod(command: list[str], restart_policy: str | None) -> kubernetes.core.v1.PodTemplateSpecArgs:
    core = kubernetes.core.v1
    return core.PodTemplateSpecArgs(
        metadata=kubernetes.meta.v1.ObjectMetaArgs(
            labels=LABELS if restart_policy is None else None
        ),
        spec=core.PodSpecArgs(
            restart_policy=restart_policy,
            service_account_name=account.metadata.name,
            security_context=core.PodSecurityContextArgs(
                run_as_non_root=True,
                run_as_user=1000,
                seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault"),
            ),
            containers=[
                core.ContainerArgs(
                    name="main",
                    image="registry.example.com/shop/api:1.0.0",
                    image_pull_policy="IfNotPresent",
                    command=command,
                    ports=[core.ContainerPortArgs(container_port=8080, name="http")],
                    env_from=[
                        core.EnvFromSourceArgs(
                            config_map_ref=core.ConfigMapEnvSourceArgs(name=settings.metadata.name)
                        )
                    ],
                    env=[
                        core.EnvVarArgs(
                            name="TOKEN",
                            value_from=core.EnvVarSourceArgs(
                                secret_key_ref=core.SecretKeySelectorArgs(
                                    name=secrets.metadata.name, key="TOKEN"
                                )
                            ),
                        )
                    ],
                    resources=core.ResourceRequirementsArgs(
                        requests={"cpu": "250m", "memory": "256Mi"}, limits={"memory": "512Mi"}
                    ),
                    readiness_probe=core.ProbeArgs(
                        http_get=core.HTTPGetActionArgs(path="/health", port="http")
                    ),
                    security_context=core.SecurityContextArgs(
                        allow_privilege_escalation=False,
                        capabilities=core.CapabilitiesArgs(drop=["ALL"]),
                    ),
                )
            ],
        ),
    )


selector = kubernetes.meta.v1.LabelSelectorArgs(match_labels=LABELS)
deployment = kubernetes.apps.v1.Deployment(
    "api",
    metadata=named(APP),
    spec=kubernetes.apps.v1.DeploymentSpecArgs(selector=selector, template=pod(["server"], None)),
    opts=inside,
)
kubernetes.batch.v1.Job(
    "migration",
    metadata=kubernetes.meta.v1.ObjectMetaArgs(namespace=namespace.metadata.name),
    spec=kubernetes.batch.v1.JobSpecArgs(backoff_limit=0, template=pod(["migrate"], "Never")),
    opts=inside,
)
service = kubernetes.core.v1.Service(
    "service",
    metadata=named("shop-service"),
    spec=kubernetes.core.v1.ServiceSpecArgs(
        selector=LABELS,
        ports=[kubernetes.core.v1.ServicePortArgs(name="http", port=80, target_port="http")],
    ),
    opts=inside,
)
kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
    "autoscaler",
    metadata=named(f"{APP}-hpa"),
    spec=kubernetes.autoscaling.v2.HorizontalPodAutoscalerSpecArgs(
        scale_target_ref=kubernetes.autoscaling.v2.CrossVersionObjectReferenceArgs(
            api_version="apps/v1", kind="Deployment", name=deployment.metadata.name
        ),
        min_replicas=3,
        max_replicas=10,
        metrics=[
            kubernetes.autoscaling.v2.MetricSpecArgs(
                type="Resource",
                resource=kubernetes.autoscaling.v2.ResourceMetricSourceArgs(
                    name="cpu",
                    target=kubernetes.autoscaling.v2.MetricTargetArgs(
                        type="Utilization", average_utilization=70
                    ),
                ),
            )
        ],
    ),
    opts=inside,
)
kubernetes.policy.v1.PodDisruptionBudget(
    "budget",
    metadata=named(APP),
    spec=kubernetes.policy.v1.PodDisruptionBudgetSpecArgs(selector=selector, max_unavailable=1),
    opts=inside,
)
kubernetes.networking.v1.NetworkPolicy(
    "policy",
    metadata=named(f"{APP}-netpol"),
    spec=kubernetes.networking.v1.NetworkPolicySpecArgs(
        pod_selector=selector,
        policy_types=["Ingress"],
        ingress=[
            kubernetes.networking.v1.NetworkPolicyIngressRuleArgs(
                from_=[
                    kubernetes.networking.v1.NetworkPolicyPeerArgs(
                        ip_block=kubernetes.networking.v1.IPBlockArgs(cidr="10.0.0.0/16")
                    )
                ],
                ports=[kubernetes.networking.v1.NetworkPolicyPortArgs(port=8080, protocol="TCP")],
            )
        ],
    ),
    opts=inside,
)
CustomResource(
    "binding",
    api_version="eks.amazonaws.com/v1",
    kind="TargetGroupBinding",
    metadata=named(APP),
    spec={
        "serviceRef": {"name": service.metadata.name, "port": 80},
        "targetGroupARN": targets.arn,
        "targetType": "ip",
    },
    opts=inside,
)
CustomResource(
    "monitor",
    api_version="monitoring.coreos.com/v1",
    kind="ServiceMonitor",
    metadata=named(f"{APP}-monitor"),
    spec={
        "selector": {"matchLabels": LABELS},
        "endpoints": [{"port": "http", "path": "/metrics", "interval": "30s"}],
    },
    opts=inside,
)
CustomResource(
    "rule",
    api_version="monitoring.coreos.com/v1",
    kind="PrometheusRule",
    metadata=named(f"{APP}-alerts"),
    spec={"groups": [{"name": APP, "rules": [{"alert": "Down", "expr": "up == 0"}]}]},
    opts=inside,
)
pulumi.export("replicas", deployment.spec.replicas)
pulumi.export("clusterIp", service.spec.cluster_ip)
