"""Manifests as the guides have them, with what every service has besides."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.program.eks.manifests import Manifest
from tools.recording.recorder import Recording

REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"


def metadata(app: str, *, namespace: str, service: str, name: str | None = None) -> Manifest:
    """Name, namespace and labels of an object; a namespace has its system's name."""
    return {
        "name": name or app,
        "namespace": namespace,
        "labels": labels(app, service=service, part_of=namespace),
    }


def labels(app: str, *, service: str, part_of: str, version: str | None = None) -> dict[str, str]:
    """The labels of an object."""
    return {
        "app": app,
        "app.kubernetes.io/name": service,
        "app.kubernetes.io/part-of": part_of,
        "app.kubernetes.io/managed-by": "pulumi",
        **({"version": version} if version else {}),
    }


def deployment(
    app: str,
    main: Manifest,
    *,
    namespace: str,
    service: str,
    version: str,
    rollout: tuple[int, int],
    grace: int,
    replicas: int | None = None,
    user: int = 1000,
    volumes: Sequence[Manifest] = (),
    sysctls: Sequence[Manifest] = (),
) -> Manifest:
    """A Deployment of the guides' values and of what every service has besides.

    Args:
        app: Its name.
        main: The container but for its name and for what the standard asks of it.
        namespace: Its namespace, and the system's name.
        service: The service's name.
        version: Label `version`.
        rollout: maxSurge and maxUnavailable.
        grace: Seconds until SIGKILL.
        replicas: Number of pods; None where an autoscaler has it.
        user: Who the process is.
        volumes: The pod's volumes.
        sysctls: The pod's kernel parameters.
    """
    told = labels(app, service=service, part_of=namespace, version=version)
    surge, unavailable = rollout
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": app, "namespace": namespace, "labels": told},
        "spec": {
            **({} if replicas is None else {"replicas": replicas}),
            "minReadySeconds": 0,
            "progressDeadlineSeconds": 600,
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": {"app": app}},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable},
            },
            "template": {
                "metadata": {"labels": told},
                "spec": {
                    "serviceAccountName": app,
                    "automountServiceAccountToken": False,
                    "enableServiceLinks": False,
                    "terminationGracePeriodSeconds": grace,
                    "securityContext": {
                        "runAsNonRoot": True,
                        "runAsUser": user,
                        "runAsGroup": user,
                        "fsGroup": user,
                        "seccompProfile": {"type": "RuntimeDefault"},
                        **({"sysctls": list(sysctls)} if sysctls else {}),
                    },
                    "topologySpreadConstraints": spread(app),
                    "containers": [
                        {
                            "name": "main",
                            "securityContext": {
                                "allowPrivilegeEscalation": False,
                                "capabilities": {"drop": ["ALL"]},
                                **({"readOnlyRootFilesystem": True} if volumes else {}),
                            },
                            **main,
                        }
                    ],
                    **({"volumes": list(volumes)} if volumes else {}),
                },
            },
        },
    }


def spread(app: str) -> list[Manifest]:
    """Pods of a Deployment in different zones and on different hosts, as far as there is room."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app": app}},
            "matchLabelKeys": ["pod-template-hash"],
        }
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]


def http(path: str, port_: int, pace: str) -> Manifest:
    """A probe that asks for a path; initial delay/period/timeout/failures."""
    return {"httpGet": {"path": path, "port": port_, "scheme": "HTTP"}, **_pace(pace)}


def tcp(port_: int, pace: str) -> Manifest:
    """A probe that connects only."""
    return {"tcpSocket": {"port": port_}, **_pace(pace)}


def execute(words: Sequence[str], pace: str) -> Manifest:
    """A probe that runs something in the container."""
    return {"exec": {"command": list(words)}, **_pace(pace)}


def _pace(text: str) -> Manifest:
    fields = ("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold")
    return dict(zip(fields, map(int, text.split("/")), strict=True))


def size(cpu: tuple[str, str], memory: tuple[str, str]) -> Manifest:
    """Request and limit of processor and memory."""
    return {
        "requests": {"cpu": cpu[0], "memory": memory[0]},
        "limits": {"cpu": cpu[1], "memory": memory[1]},
    }


def port(number: int) -> list[Manifest]:
    """The only port of a container, named as a ServiceMonitor wants it."""
    return [{"name": "http", "containerPort": number, "protocol": "TCP"}]


def pre_stop(seconds: int) -> Manifest:
    """The wait before SIGTERM, by the kubelet: a slim image may have no `sleep`."""
    return {"preStop": {"sleep": {"seconds": seconds}}}


def cluster_ip(app: str, port_: int, target: int, **more: Any) -> Manifest:
    """The spec of a Service."""
    ports = [{"name": "http", "port": port_, "targetPort": target, "protocol": "TCP"}]
    return {"type": "ClusterIP", "selector": {"app": app}, "ports": ports, **more}


def from_secret(secret: str, keys: Mapping[str, str]) -> list[Manifest]:
    """Variables that come from a Secret, by name of the variable the key."""
    return [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
        for name, key in sorted(keys.items())
    ]


def utilization(resource: str, percent: int) -> Manifest:
    """What an autoscaler aims at."""
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": resource, "target": target}}


def autoscaler(
    app: str, *, namespace: str, service: str, bounds: tuple[int, int], metrics: Sequence[Manifest]
) -> Manifest:
    """An autoscaler that takes nothing away for five minutes (trap 23)."""
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(app, namespace=namespace, service=service, name=f"{app}-hpa"),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": app},
            "minReplicas": bounds[0],
            "maxReplicas": bounds[1],
            "metrics": list(metrics),
            "behavior": {"scaleDown": {"stabilizationWindowSeconds": 300}},
        },
    }


def binding(graph: Recording, app: str, *, namespace: str, service: str, name: str) -> Manifest:
    """What puts the pods of a Service into the target group of its route."""
    group = graph.one("TargetGroup", f"{namespace}-{service}-route-eks-tg")
    return {
        "apiVersion": "eks.amazonaws.com/v1",
        "kind": "TargetGroupBinding",
        "metadata": metadata(app, namespace=namespace, service=service),
        "spec": {
            "serviceRef": {"name": name, "port": 80},
            "targetGroupARN": group.outputs["arn"],
            "targetType": "ip",
        },
    }


def blocks(graph: Recording, layer: str) -> list[Manifest]:
    """All subnets of a layer as peers of a network policy, in the order of the zones."""
    found = [each for each in graph.of_type("Subnet") if f"-{layer}-" in each.name]
    return [{"ipBlock": {"cidr": each.inputs["cidrBlock"]}} for each in found]


def let_in(peers: Sequence[Manifest], port_: int) -> Manifest:
    """A rule of a network policy for whom it lets in."""
    return {"from": list(peers), "ports": [{"port": port_, "protocol": "TCP"}]}


def pods(app: str) -> list[Manifest]:
    """The pods of an app of the same namespace as peers of a network policy."""
    return [{"podSelector": {"matchLabels": {"app": app}}}]


def way(peers: Sequence[Manifest], port_: int) -> Manifest:
    """A rule of a network policy for whom it lets out."""
    return {"to": list(peers), "ports": [{"port": port_, "protocol": "TCP"}]}


NAMES = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}
HTTPS = {"ports": [{"port": 443, "protocol": "TCP"}]}
CREDENTIALS = way([{"ipBlock": {"cidr": "169.254.170.23/32"}}], 80)
"""What every pod may reach, and what one with a role may."""
