"""How the pods of a service are reached: policies, Service, target group."""

from collections.abc import Iterator

from tools.doctor.finding import Difference, Missing, compare, listed
from tools.doctor.kubernetes_api import NETWORK_POLICY, SERVICE, TARGET_GROUP_BINDING
from tools.doctor.kubernetes_policies import DIRECTIONS, openings, selects, selects_all
from tools.doctor.kubernetes_subjects import KubernetesServiceSubject

_CLUSTER_TAG = "eks:eks-cluster-name"
"""EKS Auto Mode registers pods in those target groups only that bear it.

Source: EKS user guide, "Use Auto Mode's load balancing": TargetGroupBinding."""


def policy(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """A network policy of its own guards the pods, and none lets everybody in or out."""
    labels = subject.labels()
    guarding = [
        each
        for each in subject.objects(NETWORK_POLICY)
        if selects(each["spec"].get("podSelector", {}), labels)
    ]
    own = [each["spec"] for each in guarding if not selects_all(each["spec"])]
    guarded = {direction for spec in own for direction in spec.get("policyTypes", [])}
    for direction in DIRECTIONS:
        if direction not in guarded:
            yield Difference(
                f"a network policy for the {direction} of {subject.deployed.deployment_name}",
                "none",
                subject.redeploy,
            )
    for each in guarding:
        name = each["metadata"]["name"]
        for direction in DIRECTIONS:
            for opening in openings(each["spec"], direction):
                yield Difference(
                    f"no network policy that opens {direction} to everybody",
                    f"NetworkPolicy {name} with {opening}",
                    f"run `kubectl -n {subject.deployed.namespace} delete networkpolicy {name}`; "
                    f"if Pulumi made it, {subject.redeploy}",
                )


def service(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """Its Service finds the pods, on their port, and each of them where callers balance."""
    name, port = subject.deployed.service_name, subject.plan.service_port
    if port is None:
        yield from compare("Service", None, name, subject.redeploy)
        return
    if name is None:
        raise Missing(f"Service of {subject.label}")
    spec = subject.object(SERVICE, name)["spec"]
    selector = spec.get("selector", {})
    if not selector or not selects({"matchLabels": selector}, subject.labels()):
        shown = listed(f"{key}={value}" for key, value in selector.items())
        yield Difference(
            f"Service {name} to select the pods of {subject.deployed.deployment_name}",
            f"selector {shown}",
            subject.redeploy,
        )
    # A target port that is left out is the port itself.
    ports = {each["port"]: each.get("targetPort", each["port"]) for each in spec.get("ports", [])}
    yield from compare(
        f"target of port {port} of Service {name}",
        _container_port(subject, subject.service.port),
        _container_port(subject, ports.get(port)),
        subject.redeploy,
    )
    yield from compare(
        f"a headless Service {name}",
        subject.plan.is_headless,
        spec.get("clusterIP") == "None",
        subject.redeploy,
    )
    yield from compare(
        f"type of Service {name}", "ClusterIP", spec.get("type", "ClusterIP"), subject.redeploy
    )


def binding(subject: KubernetesServiceSubject) -> Iterator[Difference]:
    """EKS keeps the pods in the target group to which the load balancer sends."""
    arn = subject.deployed.target_group_arn
    if arn is None:
        return
    bindings = [
        each["spec"]
        for each in subject.objects(TARGET_GROUP_BINDING)
        if each["spec"].get("targetGroupARN") == arn
    ]
    if len(bindings) != 1:
        yield Difference(f"one TargetGroupBinding of {arn}", str(len(bindings)), subject.redeploy)
        return
    reference = bindings[0].get("serviceRef", {})
    pairs: list[tuple[str, object, object]] = [
        ("Service of the TargetGroupBinding", subject.deployed.service_name, reference.get("name")),
        ("port of the TargetGroupBinding", subject.plan.service_port, reference.get("port")),
        ("target type of the TargetGroupBinding", "ip", bindings[0].get("targetType")),
        (
            f"tag {_CLUSTER_TAG} of {arn}",
            subject.cluster.name,
            _tags(subject, arn).get(_CLUSTER_TAG),
        ),
    ]
    for what, expected, found in pairs:
        yield from compare(what, expected, found, subject.redeploy)


def _container_port(subject: KubernetesServiceSubject, port: int | str | None) -> int | str | None:
    """Gives the number of a port; a Service may name it as the container does."""
    if not isinstance(port, str):
        return port
    named = {each.get("name"): each for each in subject.container().get("ports", [])}
    return named[port]["containerPort"] if port in named else port


def _tags(subject: KubernetesServiceSubject, arn: str) -> dict[str, str]:
    answer = subject.account.read("elbv2", "describe_tags", ResourceArns=[arn])
    return {tag["Key"]: tag["Value"] for tag in answer["TagDescriptions"][0]["Tags"]}
