"""The namespace of a system: closed by default, strict with pods, and done with its Jobs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tools.doctor import clock
from tools.doctor.finding import Difference, Missing, compare
from tools.doctor.kubernetes_api import CRON_JOB, DEPLOYMENT, JOB, NAMESPACE, NETWORK_POLICY
from tools.doctor.kubernetes_policies import DIRECTIONS, selects_all
from tools.doctor.kubernetes_subjects import NamespaceSubject
from tools.doctor.outputs import KubernetesTaskOutputs, StatusExporterOutputs

_STANDARD = "pod-security.kubernetes.io"
_INTERVALS = 3
"""How many intervals of a CronJob may pass without a run that succeeds: one may fail, one start
late."""


def standard(subject: NamespaceSubject) -> Iterator[Difference]:
    """It takes pods of the restricted security standard only, and says so of all others."""
    labels = subject.cluster.object(NAMESPACE, subject.namespace)["metadata"].get("labels", {})
    for mode in ("enforce", "audit", "warn"):
        label = f"{_STANDARD}/{mode}"
        yield from compare(
            f"label {label} of namespace {subject.namespace}",
            "restricted",
            labels.get(label),
            subject.redeploy,
        )


def default_deny(subject: NamespaceSubject) -> Iterator[Difference]:
    """A policy for all of its pods lets nothing in and nothing out."""
    policies = subject.cluster.objects(NETWORK_POLICY, subject.namespace)
    closing = [
        policy["spec"]
        for policy in policies
        if selects_all(policy["spec"]) and not _opens(policy["spec"])
    ]
    closed = {direction for spec in closing for direction in spec.get("policyTypes", [])}
    for direction in DIRECTIONS:
        if direction not in closed:
            yield Difference(
                f"a network policy of namespace {subject.namespace} that denies all {direction}",
                "none",
                subject.redeploy,
            )


def tasks(subject: NamespaceSubject) -> Iterator[Difference]:
    """The Jobs before the services have ended well."""
    for task, published in sorted(subject.outputs.tasks.items()):
        yield from _task(subject, task, published)


def status_exporter(subject: NamespaceSubject) -> Iterator[Difference]:
    """What turns the status answer into metrics runs, once or once an interval."""
    described = subject.system.status_exporter
    if described is None:
        return
    published = subject.outputs.status_exporter
    if published is None:
        raise Missing(f"status exporter of {subject.name}")
    if published.kind == "CronJob":
        yield from _cron_job(subject, published, described.interval_seconds)
    else:
        yield from _one_replica(subject, published)


def _one_replica(
    subject: NamespaceSubject, published: StatusExporterOutputs
) -> Iterator[Difference]:
    name, where = published.name, published.namespace
    deployment = subject.cluster.object(DEPLOYMENT, name, where)
    yield from compare(
        f"available replicas of Deployment {name}",
        1,
        deployment.get("status", {}).get("availableReplicas", 0),
        f"read its log with `kubectl -n {where} logs deployment/{name}`",
    )


def _cron_job(
    subject: NamespaceSubject, published: StatusExporterOutputs, interval_seconds: int
) -> Iterator[Difference]:
    name, where = published.name, published.namespace
    cron_job = subject.cluster.object(CRON_JOB, name, where)
    is_suspended = cron_job["spec"].get("suspend", False)
    yield from compare(
        f"spec.suspend of CronJob {name}",
        expected=False,
        found=is_suspended,
        remedy=f"run `kubectl -n {where} patch cronjob {name} "
        """-p '{"spec":{"suspend":false}}'`""",
    )
    if is_suspended:
        # Nothing runs until then, and no log would say why.
        return
    succeeded = cron_job.get("status", {}).get("lastSuccessfulTime")
    # A new one has had no time for a run yet.
    since = datetime.fromisoformat(succeeded or cron_job["metadata"]["creationTimestamp"])
    seconds = _INTERVALS * interval_seconds
    if clock.now() - since > timedelta(seconds=seconds):
        yield Difference(
            f"a run of CronJob {name} that succeeded within the last {seconds} seconds",
            succeeded or "none",
            f"find its newest Job with `kubectl -n {where} get jobs` and read the log with "
            f"`kubectl -n {where} logs job/<the newest>`",
        )


def _task(
    subject: NamespaceSubject, task: str, published: KubernetesTaskOutputs
) -> Iterator[Difference]:
    name, where = published.job_name, published.namespace
    try:
        job = subject.cluster.object(JOB, name, where)
    except Missing as missing:
        yield Difference(f"{missing}, the {task}", "nothing", subject.redeploy)
        return
    conditions = {
        each["type"]: each
        for each in job.get("status", {}).get("conditions", [])
        if each["status"] == "True"
    }
    if "Complete" in conditions:
        return
    failed = conditions.get("Failed")
    yield Difference(
        f"Job {name} of the {task} Complete",
        "still running" if failed is None else _reason(failed),
        f"read its log with `kubectl -n {where} logs job/{name}`; a deploy runs it again",
    )


def _reason(condition: dict[str, Any]) -> str:
    return f"{condition.get('reason', 'Failed')}: {condition.get('message', 'no message')}"


def _opens(spec: dict[str, Any]) -> bool:
    return bool(spec.get("ingress") or spec.get("egress"))
