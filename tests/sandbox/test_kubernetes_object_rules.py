"""What Kubernetes refuses about Services, autoscalers, selectors and policies: rarer mistakes."""

import pytest

from sandbox.provider import UNKNOWN
from tests.support.kubernetes import changed, manifest

MATCH = "spec.selector.matchExpressions"
VALUES = f"{MATCH}[0].values"


def requirement(operator, *values):
    return [{"key": "app", "operator": operator, **({"values": list(values)} if values else {})}]


def metric(type_="Resource", target=None, **more):
    target = target or {"type": "Utilization", "averageUtilization": 70}
    return [{"type": type_, "resource": {"name": "cpu", "target": target}, **more}]


METRIC = "spec.metrics[0]"
TARGET = f"{METRIC}.resource.target"
POD_METRIC = {"metric": {"name": "a"}, "target": {"type": "AverageValue", "averageValue": 1}}
PART = "use a whole number of 0 or more, or a percentage from 0% to 100%"

# kind, path of the changed field, its new value (None: gone), and what is refused
REFUSED = [
    # Deployments
    (
        "Deployment",
        "spec.strategy",
        {"rollingUpdate": {"maxUnavailable": "150%"}},
        f'spec.strategy.rollingUpdate.maxUnavailable: "150%" is refused; {PART}',
    ),
    (
        "Deployment",
        "spec.minReadySeconds",
        600,
        "spec.minReadySeconds: 600 is refused; use less than progressDeadlineSeconds, which is 600",
    ),
    # autoscalers and budgets
    (
        "HorizontalPodAutoscaler",
        "spec.metrics",
        metric(target={"type": "Value", "value": 1}),
        f"{TARGET}.type: Value is refused for resource; use Utilization or AverageValue",
    ),
    (
        "HorizontalPodAutoscaler",
        "spec.metrics",
        metric(pods=POD_METRIC),
        f"{METRIC}.pods: is there too: the metric is of type Resource",
    ),
    (
        "HorizontalPodAutoscaler",
        "spec.metrics",
        metric(target={"type": "AverageValue", "averageValue": "0"}),
        f"{TARGET}.averageValue: 0 is refused; use more than 0",
    ),
    (
        "HorizontalPodAutoscaler",
        "spec.metrics",
        metric(target={"type": "Utilization", "averageUtilization": 70, "averageValue": 1}),
        f"{TARGET}.averageValue: is there too: the target is of type Utilization",
    ),
    (
        "HorizontalPodAutoscaler",
        "spec.scaleTargetRef.kind",
        "deployment",
        'spec.scaleTargetRef.kind: "deployment" is refused; use a kind such as Deployment',
    ),
    (
        "PodDisruptionBudget",
        "spec.maxUnavailable",
        "150%",
        f'spec.maxUnavailable: "150%" is refused; {PART}',
    ),
    # Services
    (
        "Service",
        "spec.clusterIP",
        "10.0.0.256",
        "spec.clusterIP: 10.0.0.256 is no address such as 10.100.0.10, or None for a headless "
        "Service",
    ),
    (
        "Service",
        "spec.externalIPs",
        ["here"],
        "spec.externalIPs[0]: here is no address such as 10.100.0.10",
    ),
    (
        "Service",
        "spec.ipFamilyPolicy",
        "Bogus",
        'spec.ipFamilyPolicy: "Bogus" is refused; use one of SingleStack, PreferDualStack, '
        "RequireDualStack",
    ),
    (
        "Service",
        "spec.ipFamilies",
        ["IPv4", "IPv6", "IPv4"],
        "spec.ipFamilies: 3 are refused; use at most 2",
    ),
    (
        "Service",
        "spec.ports.0.nodePort",
        30000,
        "spec.ports[0].nodePort: is for Services of type NodePort and LoadBalancer only",
    ),
    (
        "Service",
        "spec.loadBalancerClass",
        "eks.amazonaws.com/nlb",
        "spec.loadBalancerClass: is for Services of type LoadBalancer only",
    ),
    (
        "Service",
        "spec",
        {"type": "NodePort", "clusterIP": "None", "ports": [{"port": 80}]},
        "spec.clusterIP: None is refused for a Service of type NodePort",
    ),
    # label selectors
    *(
        ("PodDisruptionBudget", MATCH, requirement(operator), f"{VALUES}: {reason}")
        for operator, reason in (
            ("In", "is missing: the operator is In"),
            ("NotIn", "is missing: the operator is NotIn"),  # codespell:ignore
        )
    ),
    *(
        (
            "PodDisruptionBudget",
            MATCH,
            requirement(operator, "a"),
            f"{VALUES}: must be left out with {operator}",
        )
        for operator in ("Exists", "DoesNotExist")
    ),
    (
        "ServiceMonitor",
        "spec.selector.matchLabels.app",
        "shop api",
        'spec.selector.matchLabels.app: "shop api" is refused; use at most 63 letters, digits, '
        "'-', '_' and '.', with a letter or digit at both ends",
    ),
    # NetworkPolicies
    (
        "NetworkPolicy",
        "spec.policyTypes",
        ["Ingress", "Egress", "Ingress"],
        "spec.policyTypes: 3 are refused; use at most 2",
    ),
    (
        "NetworkPolicy",
        "spec.policyTypes",
        ["Outgress"],
        'spec.policyTypes[0]: "Outgress" is refused; use one of Ingress, Egress',
    ),
    (
        "NetworkPolicy",
        "spec.ingress.0.from.0.ipBlock.except",
        ["fd00::/64"],
        "spec.ingress[0].from[0].ipBlock.except[0]: fd00::/64 is no part of 10.0.0.0/16",
    ),
    (
        "NetworkPolicy",
        "spec.ingress.0.from.0.ipBlock.cidr",
        "10.0.0.0/255.255.0.0",
        "spec.ingress[0].from[0].ipBlock.cidr: 10.0.0.0/255.255.0.0 is no address block such as "
        "10.0.0.0/16",
    ),
]


@pytest.mark.parametrize(
    ("kind", "path", "new", "failure"), REFUSED, ids=[f"{c[0]}-{c[3][:60]}" for c in REFUSED]
)
def test_refuses(cluster, kind, path, new, failure):
    assert cluster.failures(changed(manifest(kind), path, new)) == [failure]


ACCEPTED = [
    ("Deployment", "spec.strategy", {"rollingUpdate": {"maxSurge": "150%", "maxUnavailable": 200}}),
    ("Deployment", "spec.minReadySeconds", 599),
    ("HorizontalPodAutoscaler", "spec.metrics", [{"type": "Pods", "pods": POD_METRIC}]),
    ("PodDisruptionBudget", "spec.maxUnavailable", "100%"),
    ("PodDisruptionBudget", MATCH, requirement("Exists")),
    ("PodDisruptionBudget", MATCH, requirement("In", "a", "")),
    ("Service", "spec.clusterIP", "10.100.0.10"),
    ("Service", "spec", {"type": "NodePort", "ports": [{"port": 80, "nodePort": 32767}]}),
    ("Service", "spec.ipFamilies", ["IPv6", "IPv4"]),
    ("Service", "spec.type", UNKNOWN),
    ("PodDisruptionBudget", "spec.selector.matchExpressions", UNKNOWN),
    ("PodDisruptionBudget", "spec", UNKNOWN),
]


@pytest.mark.parametrize(
    ("kind", "path", "new"), ACCEPTED, ids=[f"{c[0]}-{c[1]}-{c[2]}"[:90] for c in ACCEPTED]
)
def test_accepts(cluster, kind, path, new):
    value = changed(manifest(kind), path, new)
    assert cluster.failures(value) == []
