"""The Kubernetes objects of the shop, written out and not planned, so that a wrong plan shows."""

from typing import Any

from tests.unit.doctor.deployed import IMAGE, WORKER_IMAGE
from tests.unit.doctor.eks.prometheus import alerts, monitor

Manifest = dict[str, Any]


def of_platform() -> tuple[str, Manifest]:
    """The switch of network policies, and where it is posted."""
    return "/api/v1/namespaces/kube-system/configmaps", {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "amazon-vpc-cni"},
        "data": {"enable-network-policy-controller": "true"},
    }


def of_system() -> list[Manifest]:
    """The namespace with what closes it, and the Jobs; `exporter` has the status exporter."""
    standard = {
        f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")
    }
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "shop", "labels": standard},
    }
    deny = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "default-deny"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }
    return [
        namespace,
        deny,
        *(account(name) for name in ("shop-bootstrap", "shop-status")),
        job("shop-bootstrap"),
        service("shop-status", ports=[{"name": "metrics", "port": 9101, "targetPort": "metrics"}])
        | {"metadata": {"name": "shop-status", "labels": {"app": "shop-status"}}},
        monitor("shop-status", "metrics"),
        alerts(),
    ]


def of_api(target_group_arn: str) -> list[Manifest]:
    """All objects of the public service."""
    values = {"NODE_ENV": "production", "LOG_LEVEL": "debug", "DB_HOST": "db.example"}
    secrets = {"DB_PASSWORD": "hidden-1", "REDIS_PASSWORD": "hidden-2", "api-key": "hidden-3"}
    return [
        account("shop-api"),
        config_map("api-config", values),
        secret("api-secrets", secrets),
        policy("shop-api"),
        service("shop-api"),
        {
            "apiVersion": "eks.amazonaws.com/v1",
            "kind": "TargetGroupBinding",
            "metadata": {"name": "shop-api"},
            "spec": {
                "serviceRef": {"name": "shop-api-service", "port": 80},
                "targetGroupARN": target_group_arn,
                "targetType": "ip",
            },
        },
        monitor("shop-api", "http"),
        deployment("shop-api", api_container(), grace=50),
        autoscaler("shop-api"),
        budget("shop-api"),
    ]


def of_worker() -> list[Manifest]:
    """All objects of the service that nobody calls."""
    main = container(
        image=WORKER_IMAGE,
        env=[_from_secret("DATABASE_URL", "worker-secrets", "DATABASE_URL")],
        resources={
            "requests": {"cpu": "250m", "memory": "512Mi"},
            "limits": {"cpu": "500m", "memory": "1Gi"},
        },
    )
    return [
        account("shop-worker"),
        secret("worker-secrets", {"DATABASE_URL": "hidden-4"}),
        policy("shop-worker"),
        deployment("shop-worker", main, replicas=2, grace=40),
        budget("shop-worker"),
    ]


def api_container() -> Manifest:
    """The api's container."""
    return container(
        image=IMAGE,
        ports=[{"name": "http", "containerPort": 3000}],
        envFrom=[{"configMapRef": {"name": "api-config"}}],
        env=[
            _from_secret("DB_PASSWORD", "api-secrets", "DB_PASSWORD"),
            _from_secret("REDIS_PASSWORD", "api-secrets", "REDIS_PASSWORD"),
            _from_secret("API_KEY", "api-secrets", "api-key"),
        ],
        resources={
            "requests": {"cpu": "250m", "memory": "512Mi"},
            "limits": {"cpu": "1", "memory": "1Gi"},
        },
        startupProbe=_probe("/health", 5, 3, 30),
        readinessProbe=_probe("/ready", 5, 3, 2),
        livenessProbe=_probe("/health", 10, 5, 3),
        lifecycle={"preStop": {"sleep": {"seconds": 10}}},
    )


def account(name: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name},
        "automountServiceAccountToken": False,
    }


def config_map(name: str, data: dict[str, str]) -> Manifest:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def secret(name: str, data: dict[str, str], kind: str = "Opaque") -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name},
        "type": kind,
        "stringData": data,
    }


def policy(app: str, **changes: Any) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"{app}-netpol"},
        "spec": {
            "podSelector": {"matchLabels": {"app": app}},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {
                    "from": [{"ipBlock": {"cidr": "10.0.0.0/24"}}],
                    "ports": [{"port": 3000, "protocol": "TCP"}],
                }
            ],
            "egress": [{"ports": [{"port": 443, "protocol": "TCP"}]}],
            **changes,
        },
    }


def service(app: str, **changes: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": f"{app}-service", "labels": {"app": app}},
        "spec": {
            "type": "ClusterIP",
            "selector": {"app": app},
            "ports": [{"name": "http", "port": 80, "targetPort": 3000, "protocol": "TCP"}],
            **changes,
        },
    }


def container(**changes: Any) -> Manifest:
    """A container that may do nothing."""
    return {
        "name": "main",
        "resources": {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"cpu": "100m", "memory": "128Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
        **changes,
    }


def deployment(
    app: str, main: Manifest, *, replicas: int | None = None, grace: int = 30
) -> Manifest:
    """A Deployment; without a number of replicas for an autoscaler."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": app},
        "spec": {
            **({} if replicas is None else {"replicas": replicas}),
            "selector": {"matchLabels": {"app": app}},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
            },
            "template": _template(app, main, terminationGracePeriodSeconds=grace),
        },
    }


def job(name: str, command: str = "migrate") -> Manifest:
    main = container(image=WORKER_IMAGE, args=[command])
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"backoffLimit": 0, "template": _template(name, main, restartPolicy="Never")},
    }


def autoscaler(app: str, *, cpu: int | None = 70, memory: int | None = 80) -> Manifest:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": f"{app}-hpa"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": app},
            "minReplicas": 2,
            "maxReplicas": 4,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": name,
                        "target": {"type": "Utilization", "averageUtilization": percent},
                    },
                }
                for name, percent in (("cpu", cpu), ("memory", memory))
                if percent is not None
            ],
            "behavior": {"scaleDown": {"stabilizationWindowSeconds": 300}},
        },
    }


def budget(app: str, name: str | None = None) -> Manifest:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name or app},
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": {"app": app}},
        },
    }


def _template(app: str, main: Manifest, **changes: Any) -> Manifest:
    return {
        "metadata": {"labels": {"app": app, "version": "v1.0.0"}},
        "spec": {
            "serviceAccountName": app,
            "automountServiceAccountToken": False,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [main],
            **changes,
        },
    }


def _from_secret(variable: str, name: str, key: str) -> Manifest:
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}


def _probe(path: str, period: int, timeout: int, failures: int) -> Manifest:
    return {
        "httpGet": {"path": path, "port": 3000, "scheme": "HTTP"},
        "periodSeconds": period,
        "timeoutSeconds": timeout,
        "failureThreshold": failures,
    }
