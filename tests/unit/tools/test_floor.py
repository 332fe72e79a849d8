"""The flat script of the bench registers what the recorded program registered."""

import json

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
import pytest

from tools.bench import floor
from tools.recording.recorder import record, record_file


def program() -> None:
    cloud = aws.Provider("aws", region="us-east-1")
    in_cloud = pulumi.ResourceOptions(provider=cloud)
    role = aws.iam.Role("cluster", assume_role_policy="{}", opts=in_cloud)
    cluster = aws.eks.Cluster(
        "main",
        role_arn=role.arn,
        vpc_config=aws.eks.ClusterVpcConfigArgs(subnet_ids=["subnet-1", "subnet-2"]),
        tags={"Name": "shop"},
        opts=in_cloud,
    )
    aws.vpc.SecurityGroupIngressRule(
        "pods",
        security_group_id=cluster.vpc_config.cluster_security_group_id,
        ip_protocol="-1",
        cidr_ipv4="10.0.0.0/16",
        tags={"Name": "shop"},
        opts=in_cloud,
    )
    group = aws.lb.TargetGroup("shop", port=80, opts=in_cloud)
    inside = kubernetes.Provider(
        "kubernetes", kubeconfig=cluster.endpoint.apply(lambda server: json.dumps({"at": server}))
    )
    there = pulumi.ResourceOptions(provider=inside)
    room = kubernetes.core.v1.Namespace(
        "shop", metadata=kubernetes.meta.v1.ObjectMetaArgs(name="shop"), opts=there
    )
    metadata = kubernetes.meta.v1.ObjectMetaArgs(
        name="shop-api", namespace=room.metadata.name, labels={"app": "shop-api"}
    )
    selector = kubernetes.meta.v1.LabelSelectorArgs(match_labels={"app": "shop-api"})
    kubernetes.apps.v1.Deployment(
        "shop-api",
        metadata=metadata,
        spec=kubernetes.apps.v1.DeploymentSpecArgs(
            selector=selector,
            template=kubernetes.core.v1.PodTemplateSpecArgs(
                metadata=metadata,
                spec=kubernetes.core.v1.PodSpecArgs(
                    automount_service_account_token=False,
                    containers=[
                        kubernetes.core.v1.ContainerArgs(
                            name="main",
                            image="shop:1",
                            ports=[kubernetes.core.v1.ContainerPortArgs(container_port=8080)],
                            resources=kubernetes.core.v1.ResourceRequirementsArgs(
                                limits={"memory": "512Mi"}
                            ),
                        )
                    ],
                ),
            ),
        ),
        opts=there,
    )
    kubernetes.networking.v1.NetworkPolicy(
        "shop-api",
        metadata=metadata,
        spec=kubernetes.networking.v1.NetworkPolicySpecArgs(
            pod_selector=selector,
            ingress=[
                kubernetes.networking.v1.NetworkPolicyIngressRuleArgs(
                    from_=[
                        kubernetes.networking.v1.NetworkPolicyPeerArgs(
                            ip_block=kubernetes.networking.v1.IPBlockArgs(cidr="10.0.0.0/16")
                        )
                    ]
                )
            ],
        ),
        opts=there,
    )
    kubernetes.core.v1.ConfigMap("settings", data={"MODE": "live"}, opts=there)
    kubernetes.apiextensions.CustomResource(
        "shop-api",
        api_version="eks.amazonaws.com/v1",
        kind="TargetGroupBinding",
        metadata=metadata,
        spec={"targetGroupARN": group.arn, "serviceRef": {"name": "shop-api", "port": 80}},
        opts=there,
    )


@pytest.fixture(scope="module")
def script():
    return floor.script(record(program).resources)


def lines(script, start):
    return [line for line in script.splitlines() if start in line]


def test_registers_the_same(script, tmp_path):
    flat = tmp_path / "flat.py"
    flat.write_text(script)
    # A provider's kubeconfig travels as JSON, and the flat script does without.
    inputs, again = (
        {each.urn: (each.id, each.inputs, bool(each.provider)) for each in recording.custom}
        for recording in (record(program), record_file(flat))
    )
    assert again == inputs
    assert len(inputs) == 9


def test_writes_each_object_by_the_class_of_its_kind(script):
    [deployment] = lines(script, "pulumi_kubernetes.apps.v1.Deployment(")
    assert "spec=pulumi_kubernetes.apps.v1.DeploymentSpecArgs(" in deployment
    assert "containers=[pulumi_kubernetes.core.v1.ContainerArgs(" in deployment
    assert "api_version" not in deployment
    [policy] = lines(script, "pulumi_kubernetes.networking.v1.NetworkPolicy(")
    assert "from_=[pulumi_kubernetes.networking.v1.NetworkPolicyPeerArgs(" in policy


def test_writes_what_has_no_class_as_a_custom_resource(script):
    [binding] = lines(script, "pulumi_kubernetes.apiextensions.CustomResource(")
    assert "api_version='eks.amazonaws.com/v1', kind='TargetGroupBinding'" in binding
    assert "metadata=pulumi_kubernetes.meta.v1.ObjectMetaArgs(" in binding
    assert "spec={'serviceRef': {'name': 'shop-api', 'port': 80}, 'targetGroupARN': r" in binding


def test_writes_the_same_every_time(script):
    assert floor.script(record(program).resources) == script


def test_refers_to_what_another_resource_has_made(script):
    [role] = lines(script, "pulumi_aws.iam.Role(")
    [cluster] = lines(script, "pulumi_aws.eks.Cluster(")
    [rule] = lines(script, "SecurityGroupIngressRule(")
    assert f"role_arn={role.partition(' ')[0]}.arn" in cluster
    group = f"{cluster.partition(' ')[0]}.vpc_config.cluster_security_group_id"
    assert f"security_group_id={group}" in rule
    assert "'Name': 'shop'" in rule


def test_writes_the_script_of_a_program_file(tmp_path):
    (tmp_path / "program.py").write_text(
        "import pulumi\n"
        "import pulumi_aws as aws\n"
        "cloud = aws.Provider('aws', region=pulumi.Config('aws').require('region'))\n"
        "aws.sns.Topic('alarms', opts=pulumi.ResourceOptions(provider=cloud))\n"
    )
    (tmp_path / "settings.json").write_text(
        json.dumps({"config": {"aws:region": "us-east-1"}, "secrets": []})
    )
    flat = tmp_path / "flat.py"

    assert floor.write(tmp_path / "program.py", tmp_path / "settings.json", "dev", flat) == 1
    assert "pulumi_aws.sns.Topic('alarms', opts=" in flat.read_text()
