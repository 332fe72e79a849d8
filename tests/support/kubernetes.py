"""A Kubernetes API with a provider for it, and objects that it takes."""

import asyncio
import json
from typing import Any

import pytest
import urllib3
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import (
    CheckRequest,
    ConfigureRequest,
    CreateRequest,
    DeleteRequest,
    DiffRequest,
    ReadRequest,
    UpdateRequest,
)

from sandbox.errors import SandboxError
from sandbox.kubernetes import KubernetesProvider
from sandbox.kubernetes.client import Client
from sandbox.kubernetes.kinds import KINDS
from sandbox.provider import UNKNOWN, plain_map, property_map
from tests.support.account import SEED, unknown, urn

TOKENS = {kind.name: kind.token for kind in KINDS}
NAMESPACE = "shop"
LABELS = {"app": "shop-api"}
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop/0123456789abcdef"

_CONTAINER = {
    "name": "main",
    "image": "registry.example.com/shop/api:1.0.0",
    "ports": [{"containerPort": 8080, "name": "http"}],
    "resources": {
        "requests": {"cpu": "250m", "memory": "256Mi"},
        "limits": {"cpu": "500m", "memory": "512Mi"},
    },
    "readinessProbe": {"httpGet": {"path": "/health", "port": "http"}},
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
}
_POD = {
    "containers": [_CONTAINER],
    "securityContext": {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
}
_SPECS: dict[str, dict[str, Any]] = {
    "Namespace": {},
    "ConfigMap": {"data": {"PORT": "8080"}},
    "Secret": {"stringData": {"TOKEN": "aToKeNthatNobodyMaySee"}},
    "ServiceAccount": {},
    "Deployment": {
        "spec": {
            "selector": {"matchLabels": LABELS},
            "template": {"metadata": {"labels": LABELS}, "spec": _POD},
        }
    },
    "Job": {"spec": {"template": {"spec": {**_POD, "restartPolicy": "Never"}}}},
    "CronJob": {
        "spec": {
            "schedule": "*/5 * * * *",
            "jobTemplate": {"spec": {"template": {"spec": {**_POD, "restartPolicy": "Never"}}}},
        }
    },
    "Service": {
        "spec": {
            "selector": LABELS,
            "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
        }
    },
    "HorizontalPodAutoscaler": {
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop-api"},
            "minReplicas": 3,
            "maxReplicas": 10,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": "cpu",
                        "target": {"type": "Utilization", "averageUtilization": 70},
                    },
                }
            ],
        }
    },
    "PodDisruptionBudget": {"spec": {"selector": {"matchLabels": LABELS}, "maxUnavailable": 1}},
    "NetworkPolicy": {
        "spec": {
            "podSelector": {"matchLabels": LABELS},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {"from": [{"ipBlock": {"cidr": "10.0.0.0/16"}}], "ports": [{"port": 8080}]}
            ],
            "egress": [{"to": [{"podSelector": {"matchLabels": LABELS}}]}],
        }
    },
    "TargetGroupBinding": {
        "spec": {
            "serviceRef": {"name": "shop-api", "port": 80},
            "targetGroupARN": ARN,
            "targetType": "ip",
        }
    },
    "ServiceMonitor": {
        "spec": {
            "selector": {"matchLabels": LABELS},
            "endpoints": [{"port": "http", "path": "/metrics", "interval": "30s"}],
        }
    },
    "PrometheusRule": {
        "spec": {
            "groups": [{"name": "shop", "rules": [{"alert": "Down", "expr": "up == 0"}]}],
        }
    },
}


def manifest(kind: str, name: str = "shop-api", **fields: Any) -> dict[str, Any]:
    """An object of this kind that Kubernetes takes; fields replace its own."""
    metadata: dict[str, Any] = {"name": name, "labels": LABELS}
    if kind != "Namespace":
        metadata["namespace"] = NAMESPACE
    api_version = next(each.api_version for each in KINDS if each.name == kind)
    value = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **_SPECS[kind]}
    return _copied({**value, **fields})


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def changed(value: dict[str, Any], path: str, new: Any) -> dict[str, Any]:
    """The object with another value at a path such as `spec.ports.0.port`; None takes it away."""
    value = _copied(value)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner: Any = value
    for step in steps:
        inner = inner[step] if isinstance(step, int) else inner.setdefault(step, {})
    if new is None:
        del inner[last]
    elif isinstance(inner, list) and last == len(inner):
        inner.append(new)
    else:
        inner[last] = new
    return value


def wire(value: dict[str, Any]) -> dict[str, PropertyValue]:
    """Inputs as they are sent; UNKNOWN and a value that is one already may stand anywhere."""
    return {key: _wired(item) for key, item in value.items()}


def _wired(value: Any) -> PropertyValue:
    if isinstance(value, PropertyValue):
        return value
    if value is UNKNOWN:
        return unknown()
    if isinstance(value, dict):
        return PropertyValue(wire(value))
    if isinstance(value, list):
        return PropertyValue([_wired(item) for item in value])
    return property_map({"": value})[""]


def kubeconfig(endpoint: str) -> str:
    return json.dumps(
        {
            "current-context": "it",
            "contexts": [{"name": "it", "context": {"cluster": "it"}}],
            "clusters": [{"name": "it", "cluster": {"server": endpoint}}],
        }
    )


class Cluster:
    """One Kubernetes API with a provider for it."""

    def __init__(self, endpoint: str, **arguments: Any) -> None:
        self.endpoint = endpoint
        self.provider = KubernetesProvider()
        given = wire({"kubeconfig": kubeconfig(endpoint), **arguments})
        asyncio.run(self.provider.configure(ConfigureRequest({}, given, True, True)))

    def check(self, value: dict[str, Any], name: str = "it", old: dict[str, Any] | None = None):
        """Returns the inputs as the provider completes them, and its refusals."""
        type_ = TOKENS[value["kind"]]
        request = CheckRequest(urn(type_, name), wire(old or {}), wire(value), SEED)
        answer = asyncio.run(self.provider.check(request))
        failures = [f"{failure.property}: {failure.reason}" for failure in answer.failures or []]
        return answer.inputs or {}, failures

    def failures(self, value: dict[str, Any]) -> list[str]:
        return self.check(value)[1]

    def create(self, value: dict[str, Any], name: str = "it", *, preview: bool = False) -> "Made":
        inputs, failures = self.check(value, name)
        assert failures == []
        request = CreateRequest(urn(TOKENS[value["kind"]], name), inputs, 0, preview)
        answer = asyncio.run(self.provider.create(request))
        return Made(self, request.urn, answer.resource_id or "", answer.properties or {})

    def refusal(self, value: dict[str, Any]) -> str:
        """What the API says instead of creating it."""
        with pytest.raises(SandboxError) as refused:
            self.create(value)
        return str(refused.value)

    def have(self, *kinds: str, **fields: Any) -> None:
        """Creates objects that others need."""
        for kind in kinds:
            self.create(manifest(kind, NAMESPACE if kind == "Namespace" else "shop-api", **fields))

    def unmatched(self) -> list[str]:
        return [str(each) for each in Client(self.endpoint).unmatched()]

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Asks the API itself; returns the HTTP status and the answer."""
        answer = urllib3.request(method, self.endpoint + path, json=body)
        return answer.status, answer.json()

    def get(self, path: str) -> Any:
        code, answer = self.request("GET", path)
        assert code == 200, answer
        return answer


class Made:
    """An object that has been created."""

    def __init__(
        self, cluster: Cluster, urn_: str, resource_id: str, state: dict[str, PropertyValue]
    ) -> None:
        self._provider = cluster.provider
        self.urn = urn_
        self.id = resource_id
        self.state = state
        self.outputs = plain_map(state)

    def read(self) -> dict[str, Any] | None:
        answer = asyncio.run(self._provider.read(ReadRequest(self.urn, self.id, self.state, {})))
        return plain_map(answer.properties or {}) if answer.resource_id else None

    def delete(self) -> None:
        asyncio.run(self._provider.delete(DeleteRequest(self.urn, self.id, self.state, 0)))

    def diff(self, value: dict[str, Any]) -> dict[str, str]:
        request = DiffRequest(self.urn, self.id, self.state, wire(value), [])
        answer = asyncio.run(self._provider.diff(request))
        detailed = answer.detailed_diff or {}
        assert answer.changes is bool(detailed)
        return {key: each.kind.name for key, each in detailed.items()}

    def update(self, value: dict[str, Any]) -> None:
        request = UpdateRequest(self.urn, self.id, self.state, wire(value), 0, [], False)
        asyncio.run(self._provider.update(request))
