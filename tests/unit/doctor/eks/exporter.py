"""The status exporter's CronJob as an API answers it; the sandbox's own ran just now, always."""

from datetime import UTC, datetime

from tests.unit.doctor.deployed import WORKER_IMAGE
from tests.unit.doctor.eks.cluster import Cluster, Manifest
from tests.unit.doctor.eks.objects import container, deployment, job

NAME = "shop-status"
NOW = datetime(2026, 11, 21, 14, 0, 0, tzinfo=UTC)
"""What the doctor's clock shows in these tests."""

_PATH = f"/apis/batch/v1/namespaces/shop/cronjobs/{NAME}"


def record(
    cluster: Cluster,
    *,
    created: str = "2026-11-01T12:00:00Z",
    succeeded: str | None = "2026-11-21T13:59:04Z",
    suspend: bool | None = False,
) -> None:
    """Lets the API answer with the CronJob.

    Args:
        cluster: The API.
        created: When it was created.
        succeeded: When a run of it last succeeded; None for never.
        suspend: Its `spec.suspend`; None for no such field.
    """
    template = {"spec": job(NAME)["spec"]}
    spec = {"schedule": "* * * * *", "concurrencyPolicy": "Forbid", "jobTemplate": template}
    manifest: Manifest = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": NAME, "namespace": "shop", "creationTimestamp": created},
        "spec": spec if suspend is None else {**spec, "suspend": suspend},
        "status": {} if succeeded is None else {"lastSuccessfulTime": succeeded},
    }
    cluster.answer(_PATH, 200, manifest)


def forget(cluster: Cluster) -> None:
    """Lets the API know no such CronJob."""
    message = f'cronjobs.batch "{NAME}" not found'
    cluster.answer(_PATH, 404, {"kind": "Status", "code": 404, "message": message})


def replace(cluster: Cluster) -> None:
    """Puts a Deployment in its place, as where Prometheus scrapes it."""
    forget(cluster)
    cluster.create(deployment(NAME, container(image=WORKER_IMAGE), replicas=1))
