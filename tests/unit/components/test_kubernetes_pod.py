"""What a pod of a KubernetesService runs, with exact inputs, and what else a template takes."""

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
import pytest

from components.kubernetes_pod import pod_container, pod_template, scratch_volumes
from tests.unit.components import kubernetes_cases
from tests.unit.components.kubernetes_cases import (
    container,
    container_of,
    pod_of,
    record_in_cluster,
)
from tools.recording.recorder import Recording


@pytest.fixture
def recording() -> Recording:
    return kubernetes_cases.recorded()


def test_builds_the_pod(recording: Recording) -> None:
    found = dict(pod_of(recording, "api"))
    assert len(found.pop("containers")) == 1
    assert found == {
        "serviceAccountName": "shop-api",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 50,
        "imagePullSecrets": [{"name": "registry"}],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "runAsGroup": 1000,
            "fsGroup": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": key,
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": {"app": "shop-api"}},
                "matchLabelKeys": ["pod-template-hash"],
            }
            for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ],
    }


@pytest.mark.acceptance("A2", "A4", "A5", "A6", "A7", "A10", "A11", "trap-4")
def test_builds_the_container(recording: Recording) -> None:
    def http(path: str, **numbers: int) -> dict[str, Any]:
        return {"httpGet": {"path": path, "port": 3333, "scheme": "HTTP"}, **numbers}

    assert container_of(recording, "api") == {
        "name": "main",
        "image": "registry/api:1.0.0",
        "imagePullPolicy": "Always",
        "args": ["node", "main.js"],
        "ports": [{"name": "http", "containerPort": 3333, "protocol": "TCP"}],
        "envFrom": [{"configMapRef": {"name": "api-config"}}],
        "env": [
            {"name": name, "valueFrom": {"secretKeyRef": {"name": "api-secrets", "key": name}}}
            for name in ("DB_PASSWORD", "REDIS_PASSWORD")
        ],
        "resources": {
            "requests": {"cpu": "250m", "memory": "512Mi"},
            "limits": {"cpu": "1", "memory": "1Gi"},
        },
        "livenessProbe": http(
            "/api/health",
            initialDelaySeconds=30,
            periodSeconds=10,
            timeoutSeconds=5,
            failureThreshold=3,
        ),
        "readinessProbe": http(
            "/api/status",
            initialDelaySeconds=5,
            periodSeconds=5,
            timeoutSeconds=3,
            failureThreshold=2,
        ),
        "startupProbe": http(
            "/api/health",
            initialDelaySeconds=0,
            periodSeconds=5,
            timeoutSeconds=3,
            failureThreshold=30,
        ),
        "lifecycle": {"preStop": {"sleep": {"seconds": 10}}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }


@pytest.mark.acceptance("D3", "trap-19")
def test_waits_before_sigterm_without_a_program_of_the_image(recording: Recording) -> None:
    assert container_of(recording, "runtime")["lifecycle"] == {
        "preStop": {"sleep": {"seconds": 15}}
    }
    assert pod_of(recording, "runtime")["terminationGracePeriodSeconds"] == 60
    assert "lifecycle" not in container_of(recording, "worker")


@pytest.mark.acceptance("C7")
def test_writes_to_its_scratch_directories_only(recording: Recording) -> None:
    main = container_of(recording, "runtime")
    assert main["securityContext"]["readOnlyRootFilesystem"] is True
    assert main["volumeMounts"] == [
        {"name": "main-scratch-1", "mountPath": "/app/logs"},
        {"name": "main-scratch-2", "mountPath": "/tmp"},  # noqa: S108
    ]
    assert pod_of(recording, "runtime")["volumes"] == [
        {"name": "main-scratch-1", "emptyDir": {}},
        {"name": "main-scratch-2", "emptyDir": {}},
    ]
    assert (main["command"], main["args"]) == (["tini", "--"], ["node", "dist/server.js"])


@pytest.mark.acceptance("D6", "trap-44")
def test_sets_user_and_kernel_parameters(recording: Recording) -> None:
    context = pod_of(recording, "runtime")["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (1001, 1001, 1001)
    assert context["sysctls"] == [
        {"name": "net.ipv4.ip_local_port_range", "value": "1024 65535"},
        {"name": "net.ipv4.tcp_syncookies", "value": "1"},
    ]


def test_takes_init_containers_and_volumes() -> None:
    """What a Job needs: variables in the container itself, a volume that two containers share."""
    memory = kubernetes.core.v1.VolumeArgs(
        name="fetched", empty_dir=kubernetes.core.v1.EmptyDirVolumeSourceArgs(medium="Memory")
    )
    mount = kubernetes.core.v1.VolumeMountArgs(name="fetched", mount_path="/fetched")
    first = container(name="fetch", entrypoint=["python3"], scratch=["/work"])

    def build(_options: pulumi.ResourceOptions) -> None:
        template = pod_template(
            app="job",
            labels={"app": "job"},
            container=container(),
            environment=None,
            service_account_name="job",
            termination_grace_period_seconds=30,
            image_pull_secret=None,
            system_controls={},
            annotations={},
            restart_policy="Never",
            init_containers=[
                pod_container(first, variables={"B": "2", "A": "1"}, volume_mounts=[mount])
            ],
            volumes=[memory, *scratch_volumes(first)],
            volume_mounts=[mount],
        )
        kubernetes.batch.v1.Job("job", spec=kubernetes.batch.v1.JobSpecArgs(template=template))

    template = record_in_cluster(build).one("Job").inputs["spec"]["template"]
    assert template["metadata"] == {"labels": {"app": "job"}}
    spec = template["spec"]
    assert spec["restartPolicy"] == "Never"
    assert "topologySpreadConstraints" not in spec
    assert spec["volumes"] == [
        {"name": "fetched", "emptyDir": {"medium": "Memory"}},
        {"name": "fetch-scratch-1", "emptyDir": {}},
    ]
    (fetch,) = spec["initContainers"]
    assert fetch["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    assert fetch["command"] == ["python3"]
    assert fetch["securityContext"]["readOnlyRootFilesystem"] is True
    assert fetch["volumeMounts"] == [
        {"name": "fetch-scratch-1", "mountPath": "/work"},
        {"name": "fetched", "mountPath": "/fetched"},
    ]
    (main,) = spec["containers"]
    assert main["volumeMounts"] == [{"name": "fetched", "mountPath": "/fetched"}]
    assert "env" not in main
