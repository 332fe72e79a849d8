"""What runs the status exporter's script; a part of `components/status_exporter.py`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pulumi
import pulumi_kubernetes as kubernetes

from components.kubernetes_container import ContainerArgs, ProbeArgs
from components.kubernetes_environment import EnvironmentSource, create_environment
from components.kubernetes_labels import labels
from components.kubernetes_pod import pod_template
from components.status_exporter_args import StatusExporterArgs
from components.status_metric import script_variables

SCRIPT = Path(__file__).parent / "assets" / "status_exporter.py"
SCRIPT_FOLDER = "/etc/slipway"
PORT = 9101
PORT_NAME = "metrics"

_STOP_SECONDS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Workload:
    """What was created."""

    kind: str
    """`CronJob` or `Deployment`."""
    name: pulumi.Output[str]
    """Its name."""


def create_workload(
    name: str,
    args: StatusExporterArgs,
    *,
    needed: Sequence[pulumi.Resource],
    parent: pulumi.Resource,
) -> Workload:
    """Creates the script, its settings and what runs it: by the clock, or for ever to be scraped.

    Args:
        name: Beginning of the logical names.
        args: What the exporter has to know.
        needed: What must be there before a pod starts.
        parent: The component that owns it all.
    """
    script = kubernetes.core.v1.ConfigMap(
        f"{name}-script",
        metadata=exporter_metadata(args, f"{args.app}-script"),
        data={SCRIPT.name: SCRIPT.read_text(encoding="utf-8")},
        opts=pulumi.ResourceOptions(parent=parent),
    )
    environment = create_environment(
        name,
        config_map_name=f"{args.app}-config",
        secret_name=f"{args.app}-secrets",
        namespace=args.namespace,
        labels=exporter_labels(args),
        environment=_environment(args),
        secrets={},
        secret_keys={},
        parent=parent,
    )
    options = pulumi.ResourceOptions(
        parent=parent, depends_on=[script, *environment.objects, *needed]
    )
    if args.scrape_namespace is None:
        cron_job = _cron_job(name, args, environment, options)
        return Workload(kind="CronJob", name=cron_job.metadata.name)
    deployment = _deployment(name, args, environment, options)
    return Workload(kind="Deployment", name=deployment.metadata.name)


def exporter_labels(args: StatusExporterArgs) -> dict[str, str]:
    """The labels of all objects of an exporter."""
    return labels(args.app, name="status-exporter", part_of=args.part_of)


def exporter_metadata(args: StatusExporterArgs, name: str) -> "kubernetes.meta.v1.ObjectMetaArgs":
    """The metadata of an object of an exporter."""
    return kubernetes.meta.v1.ObjectMetaArgs(
        name=name, namespace=args.namespace, labels=exporter_labels(args)
    )


def _cron_job(
    name: str,
    args: StatusExporterArgs,
    environment: EnvironmentSource,
    options: pulumi.ResourceOptions,
) -> "kubernetes.batch.v1.CronJob":
    return kubernetes.batch.v1.CronJob(
        f"{name}-cron-job",
        metadata=exporter_metadata(args, args.app),
        spec=kubernetes.batch.v1.CronJobSpecArgs(
            schedule=_schedule(args.interval_seconds),
            # Two runs at once would count an answer twice. A run that is late is no longer of use.
            concurrency_policy="Forbid",
            starting_deadline_seconds=args.interval_seconds,
            successful_jobs_history_limit=1,
            failed_jobs_history_limit=1,
            job_template=kubernetes.batch.v1.JobTemplateSpecArgs(
                metadata=kubernetes.meta.v1.ObjectMetaArgs(labels=exporter_labels(args)),
                spec=kubernetes.batch.v1.JobSpecArgs(
                    # The next run is the next try, and one that hangs must not stand in its way.
                    backoff_limit=0,
                    active_deadline_seconds=args.interval_seconds,
                    template=_pod(args, environment, _container(args), restart_policy="Never"),
                ),
            ),
        ),
        opts=options,
    )


def _schedule(interval_seconds: int) -> str:
    """Every so many minutes, which divide an hour: a schedule begins anew with each."""
    minutes = interval_seconds // 60
    return {1: "* * * * *", 60: "0 * * * *"}.get(minutes, f"*/{minutes} * * * *")


def _deployment(
    name: str,
    args: StatusExporterArgs,
    environment: EnvironmentSource,
    options: pulumi.ResourceOptions,
) -> "kubernetes.apps.v1.Deployment":
    return kubernetes.apps.v1.Deployment(
        f"{name}-deployment",
        metadata=exporter_metadata(args, args.app),
        spec=kubernetes.apps.v1.DeploymentSpecArgs(
            replicas=1,
            selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels={"app": args.app}),
            # The old pod goes first: two of them would count each answer twice.
            strategy=kubernetes.apps.v1.DeploymentStrategyArgs(type="Recreate"),
            template=_pod(args, environment, _served_container(args)),
        ),
        opts=options,
    )


def _pod(
    args: StatusExporterArgs,
    environment: EnvironmentSource,
    container: ContainerArgs,
    restart_policy: str | None = None,
) -> "kubernetes.core.v1.PodTemplateSpecArgs":
    script = kubernetes.core.v1.ConfigMapVolumeSourceArgs(name=f"{args.app}-script")
    return pod_template(
        app=args.app,
        labels=exporter_labels(args),
        container=container,
        environment=environment,
        service_account_name=args.app,
        termination_grace_period_seconds=_STOP_SECONDS,
        image_pull_secret=None,
        system_controls={},
        annotations={
            "slipway.dev/script-checksum": hashlib.sha256(SCRIPT.read_bytes()).hexdigest()
        },
        restart_policy=restart_policy,
        volumes=[kubernetes.core.v1.VolumeArgs(name="script", config_map=script)],
        volume_mounts=[
            kubernetes.core.v1.VolumeMountArgs(
                name="script", mount_path=SCRIPT_FOLDER, read_only=True
            )
        ],
    )


def _environment(args: StatusExporterArgs) -> dict[str, pulumi.Input[str]]:
    variables: dict[str, pulumi.Input[str]] = {
        "STATUS_URL": args.url,
        **script_variables(args.metric_namespace, args.metrics, args.dimensions),
        "AWS_REGION": args.region,
        # Where images of Lambda have boto3 besides the interpreter's own folder.
        "PYTHONPATH": "/var/runtime",
    }
    if args.scrape_namespace is not None:
        variables |= {"INTERVAL_SECONDS": str(args.interval_seconds), "PORT": str(PORT)}
    return variables


def _container(args: StatusExporterArgs) -> ContainerArgs:
    return ContainerArgs(
        image=args.tools_image,
        # In place of the image's entrypoint: Lambda's takes the name of a handler only.
        entrypoint=("python3", f"{SCRIPT_FOLDER}/{SCRIPT.name}"),
        cpu_request="50m",
        cpu_limit="500m",
        memory_request="128Mi",
        memory_limit="256Mi",
        scratch=("/tmp",),  # noqa: S108
    )


def _served_container(args: StatusExporterArgs) -> ContainerArgs:
    return replace(
        _container(args),
        port=PORT,
        port_name=PORT_NAME,
        startup_probe=ProbeArgs(path="/healthz", period_seconds=2, failure_threshold=30),
        readiness_probe=ProbeArgs(path="/healthz"),
        liveness_probe=ProbeArgs(path="/healthz", period_seconds=30),
    )
