"""What runs: ECS, its autoscaling, and CloudWatch Synthetics."""

import json
from collections.abc import Iterator

from sandbox.aws.common import by_id, given, nothing
from sandbox.aws.kind import AwsKind, Call, Resource
from sandbox.aws.naming import Naming
from sandbox.aws.rules import one_of
from sandbox.provider import Plain, Problem, is_map

_NAME = r"[A-Za-z0-9_-]+"
_WORDS = "letters, digits, - and _"
_FARGATE = {
    256: (512, 1024, 2048),
    512: range(1024, 4097, 1024),
    1024: range(2048, 8193, 1024),
    2048: range(4096, 16385, 1024),
    4096: range(8192, 30721, 1024),
    8192: range(16384, 61441, 4096),
    16384: range(32768, 122881, 8192),
}
# Source: ECS developer guide, "Fargate task definition differences".


def _fargate_size(inputs: Plain) -> Iterator[Problem]:
    cpu, memory = str(inputs.get("cpu")), str(inputs.get("memory"))
    fargate = inputs.get("requiresCompatibilities") == ["FARGATE"]
    if not (fargate and cpu.isdecimal() and memory.isdecimal()):
        return
    if int(memory) not in _FARGATE.get(int(cpu), ()):
        yield Problem("memory", f"{memory} MiB with {cpu} CPU units is no size of Fargate")


def _stop_timeouts(inputs: Plain) -> Iterator[Problem]:
    text = inputs.get("containerDefinitions")
    if not isinstance(text, str):
        return
    try:
        containers = json.loads(text)
    except json.JSONDecodeError as error:
        yield Problem("containerDefinitions", f"is not JSON: {error}")
        return
    for container in containers:
        timeout = container.get("stopTimeout", 30)
        if not 2 <= timeout <= 120:
            yield Problem(
                "containerDefinitions",
                f"stopTimeout {timeout} is refused by AWS; use 2 to 120 (seconds) on Fargate",
            )


def _task(inputs: Plain) -> Plain:
    text = inputs.get("containerDefinitions")
    if not isinstance(text, str):
        return inputs
    try:
        return {**inputs, "containerDefinitions": json.loads(text)}
    except json.JSONDecodeError:
        return {**inputs, "containerDefinitions": []}  # `_stop_timeouts` says it


_SERVICE_NAMES = {
    "name": "serviceName",
    "enableEcsManagedTags": "enableECSManagedTags",
    "networkConfiguration": "networkConfiguration",
    "serviceConnectConfiguration.services.clientAlias": "clientAliases",
}


def _service(inputs: Plain) -> Plain:
    arranged = dict(inputs)
    network = arranged.get("networkConfiguration")
    if is_map(network):
        public = network.get("assignPublicIp")
        vpc = {
            **network,
            "assignPublicIp": "ENABLED" if public is True else "DISABLED",
        }
        arranged["networkConfiguration"] = {"awsvpcConfiguration": vpc}
    deployment: Plain = {}
    for key, name in (
        ("deploymentMaximumPercent", "maximumPercent"),
        ("deploymentMinimumHealthyPercent", "minimumHealthyPercent"),
        ("deploymentCircuitBreaker", "deploymentCircuitBreaker"),
    ):
        if key in arranged:
            deployment[name] = arranged.pop(key)
    if deployment:
        arranged["deploymentConfiguration"] = deployment
    return arranged


def _delete_service(resource: Resource) -> None:
    resource.call("DeleteService", cluster=resource.get("cluster"), service=resource.id, force=True)


def _find_service(resource: Resource) -> list[Plain]:
    found = resource.call(
        "DescribeServices", cluster=resource.get("cluster"), services=[resource.id]
    )["services"]
    return [each for each in found if each["status"] == "ACTIVE"]


def _active_cluster(resource: Resource) -> list[Plain]:
    found = resource.call("DescribeClusters", clusters=[resource.id])["clusters"]
    return [each for each in found if each["status"] == "ACTIVE"]


def _find_task(resource: Resource) -> list[Plain]:
    # Deregistering leaves AWS's own record of a task definition behind, marked inactive.
    found = resource.call("DescribeTaskDefinition", taskDefinition=resource.get("arn"))
    return [each for each in [found["taskDefinition"]] if each["status"] == "ACTIVE"]


def _target_arguments(resource: Resource) -> Plain:
    return {
        "ServiceNamespace": resource.get("serviceNamespace"),
        "ResourceId": resource.get("resourceId"),
        "ScalableDimension": resource.get("scalableDimension"),
    }


def _canary(inputs: Plain) -> Plain:
    arranged = dict(inputs)
    code = {
        name: arranged.pop(key)
        for key, name in (("s3Bucket", "s3Bucket"), ("s3Key", "s3Key"), ("handler", "handler"))
        if key in arranged
    }
    if "s3Version" in arranged:
        code["s3Version"] = arranged.pop("s3Version")
    return {**arranged, "code": code}


def _start(resource: Resource) -> None:
    if resource.get("startCanary"):
        resource.call("StartCanary", Name=resource.id)


def _engine(resource: Resource) -> str:
    identity = resource.record["Id"]
    return resource.arn(f"function:cwsyn-{resource.id}-{identity}:1", service="lambda")


def _family(resource: Resource) -> str:
    return resource.record["taskDefinitionArn"].rpartition(":")[0]


KINDS = {
    "aws:ecs/cluster:Cluster": AwsKind(
        service="ecs",
        create=Call(operation="CreateCluster", names={"name": "clusterName"}),
        record="cluster",
        id="clusterArn",
        find=_active_cluster,
        outputs={"arn": "clusterArn"},
        delete=by_id("DeleteCluster", "cluster"),
        naming=Naming(property="name", limit=255, pattern=_NAME, words=_WORDS),
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": AwsKind(
        service="ecs",
        create=Call(
            operation="PutClusterCapacityProviders",
            names={
                "clusterName": "cluster",
                "defaultCapacityProviderStrategies": "defaultCapacityProviderStrategy",
            },
        ),
        id=given("clusterName"),
        find=_active_cluster,
        delete=nothing,
        tagged=None,
    ),
    "aws:ecs/taskDefinition:TaskDefinition": AwsKind(
        service="ecs",
        create=Call(operation="RegisterTaskDefinition", arrange=_task),
        own=["skipDestroy"],
        record="taskDefinition",
        id="family",
        find=_find_task,
        outputs={
            "arn": "taskDefinitionArn",
            "arnWithoutRevision": _family,
            "revision": "revision",
        },
        delete=lambda resource: resource.call(
            "DeregisterTaskDefinition", taskDefinition=resource.get("arn")
        ),
        naming=Naming(property="family", limit=255, pattern=_NAME, words=_WORDS, automatic=False),
        rules=[_fargate_size, _stop_timeouts],
    ),
    "aws:ecs/service:Service": AwsKind(
        service="ecs",
        create=Call(operation="CreateService", names=_SERVICE_NAMES, arrange=_service),
        own=["waitForSteadyState"],
        record="service",
        id="serviceArn",
        find=_find_service,
        outputs={"arn": "serviceArn", "iamRole": lambda _resource: None},
        delete=_delete_service,
        naming=Naming(property="name", limit=255, pattern=_NAME, words=_WORDS),
    ),
    "aws:appautoscaling/target:Target": AwsKind(
        service="application-autoscaling",
        create=Call(operation="RegisterScalableTarget"),
        id=given("resourceId"),
        find=lambda resource: resource.call(
            "DescribeScalableTargets",
            ServiceNamespace=resource.get("serviceNamespace"),
            ResourceIds=[resource.id],
        )["ScalableTargets"],
        outputs={"arn": "ScalableTargetARN"},
        delete=lambda resource: resource.call(
            "DeregisterScalableTarget", **_target_arguments(resource)
        ),
        tagged=None,
    ),
    "aws:appautoscaling/policy:Policy": AwsKind(
        service="application-autoscaling",
        create=Call(operation="PutScalingPolicy", names={"name": "PolicyName"}),
        id=given("name"),
        find=lambda resource: resource.call(
            "DescribeScalingPolicies",
            ServiceNamespace=resource.get("serviceNamespace"),
            PolicyNames=[resource.id],
        )["ScalingPolicies"],
        outputs={"arn": "PolicyARN"},
        delete=lambda resource: resource.call(
            "DeleteScalingPolicy", PolicyName=resource.get("name"), **_target_arguments(resource)
        ),
        naming=Naming(property="name", limit=256, pattern=r"[\w-]+", words=_WORDS),
        rules=[one_of("policyType", "TargetTrackingScaling", "StepScaling")],
        tagged=None,
    ),
    "aws:synthetics/canary:Canary": AwsKind(
        service="synthetics",
        create=Call(
            operation="CreateCanary",
            arrange=_canary,
            names={
                "successRetentionPeriod": "SuccessRetentionPeriodInDays",
                "failureRetentionPeriod": "FailureRetentionPeriodInDays",
            },
        ),
        own=["startCanary", "deleteLambda"],
        record="Canary",
        id="Name",
        after=_start,
        # moto fails where AWS answers that there is none, so all are asked for.
        find=lambda resource: [
            each
            for each in resource.call("DescribeCanaries")["Canaries"]
            if each["Name"] == resource.id
        ],
        outputs={
            "arn": lambda resource: resource.arn(f"canary:{resource.id}"),
            "engineArn": _engine,
            "status": lambda _resource: "RUNNING",
        },
        delete=by_id("DeleteCanary", "Name"),
        naming=Naming(
            property="name",
            limit=255,
            pattern=r"[a-z0-9_-]+",
            words="lower-case letters, digits, - and _",
            lower=True,
        ),
    ),
}
