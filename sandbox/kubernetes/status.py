"""What Kubernetes adds to objects: defaults, and the status once its controllers are done.

No pod runs here, so every Deployment is available at once and every Job is complete; the last Job
of a CronJob always ran just now. A Job whose command ends with `false` fails, as it would, so that
it can be seen what a failing Job does to a deploy.
"""

import base64
from collections.abc import Callable, Mapping

from sandbox.kubernetes import kinds
from sandbox.kubernetes.fields import at, containers, mapping, maps, name_of, namespace_of, text
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.kubernetes.matching import pod_labels
from sandbox.kubernetes.store import Store, now
from sandbox.provider import Plain, is_list


def served(store: Store, kind: ObjectKind, value: Plain) -> Plain:
    """Returns an object as the API serves it.

    Args:
        store: The cluster.
        kind: Kind of the object.
        value: The object as it was created.

    Returns:
        It with defaults and status; both are computed anew each time, because the status of one
        object depends on others.
    """
    return _SERVED[kind](store, value) if kind in _SERVED else value


def has_failed(job: Plain) -> str:
    """Why a served Job has failed; "" if it has not."""
    for condition in maps(job, "status", "conditions"):
        if condition.get("type") == "Failed" and condition.get("status") == "True":
            return text(condition, "message")
    return ""


def replicas(store: Store, deployment: Plain) -> int:
    """Returns how many pods a Deployment has: what it says, or what its autoscaler makes of it."""
    own = at(deployment, "spec", "replicas")
    wanted = own if isinstance(own, int) else 1
    for autoscaler in store.of_kind(kinds.AUTOSCALER, namespace_of(deployment)):
        spec = mapping(autoscaler, "spec")
        if text(spec, "scaleTargetRef", "name") == name_of(deployment):
            wanted = min(max(wanted, spec.get("minReplicas", 1)), spec["maxReplicas"])
    return wanted


def _condition(value: Plain, type_: str, reason: str, message: str = "") -> Plain:
    since = text(value, "metadata", "creationTimestamp")
    return {
        "type": type_,
        "status": "True",
        "reason": reason,
        "message": message,
        "lastTransitionTime": since,
    }


def _template(kind: ObjectKind, value: Plain) -> Plain:
    template = mapping(value, *kind.template)
    defaults = {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "schedulerName": "default-scheduler",
    }
    return {**template, "spec": {**defaults, **mapping(template, "spec")}}


def _deployment(store: Store, value: Plain) -> Plain:
    count = replicas(store, value)
    strategy = mapping(value, "spec", "strategy")
    if strategy.get("type", "RollingUpdate") == "RollingUpdate":
        rolling = {"maxSurge": "25%", "maxUnavailable": "25%", **mapping(strategy, "rollingUpdate")}
        strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    spec = {
        "progressDeadlineSeconds": 600,
        "revisionHistoryLimit": 10,
        **mapping(value, "spec"),
        "replicas": count,
        "strategy": strategy,
        "template": _template(kinds.DEPLOYMENT, value),
    }
    counted = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    updated = f'ReplicaSet "{name_of(value)}" has successfully progressed.'
    status = {
        "observedGeneration": 1,
        # Kubernetes leaves out what is 0.
        **(dict.fromkeys(counted, count) if count else {}),
        "conditions": [
            _condition(value, "Available", "MinimumReplicasAvailable"),
            _condition(value, "Progressing", "NewReplicaSetAvailable", updated),
        ],
    }
    return {**value, "spec": spec, "status": status}


def _job(store: Store, value: Plain) -> Plain:
    del store
    template = _template(kinds.JOB, value)
    defaults: Plain = {"backoffLimit": 6, "completions": 1, "parallelism": 1}
    spec: Plain = {**defaults, **mapping(value, "spec"), "template": template}
    created = text(value, "metadata", "creationTimestamp")
    if any(_fails(container) for _, container in containers(template["spec"])):
        message = "Job has reached the specified backoff limit"
        end: Plain = {
            "failed": spec["backoffLimit"] + 1,
            "conditions": [_condition(value, "Failed", "BackoffLimitExceeded", message)],
        }
    else:
        end = {
            "succeeded": 1,
            "completionTime": created,
            "conditions": [
                _condition(value, "SuccessCriteriaMet", "CompletionsReached"),
                _condition(value, "Complete", "CompletionsReached"),
            ],
        }
    return {**value, "spec": spec, "status": {"startTime": created, "ready": 0, **end}}


def _cron_job(store: Store, value: Plain) -> Plain:
    del store
    template = _template(kinds.CRON_JOB, value)
    job = mapping(value, "spec", "jobTemplate")
    spec: Plain = {
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
        **mapping(value, "spec"),
        # The defaults of a Job come with each Job, those of its pods already here.
        "jobTemplate": {**job, "spec": {**mapping(job, "spec"), "template": template}},
    }
    status = {"lastScheduleTime": now()}
    fails = any(_fails(container) for _, container in containers(template["spec"]))
    if not (spec["suspend"] or fails):
        status["lastSuccessfulTime"] = status["lastScheduleTime"]
    return {**value, "spec": spec, "status": status}


def _fails(container: Plain) -> bool:
    words: list[str] = []
    for key in ("command", "args"):
        given = container.get(key)
        words += [str(word) for word in given] if is_list(given) else []
    # The last word may be a whole line for a shell.
    return bool(words) and words[-1].split()[-1:] == ["false"]


def _autoscaler(store: Store, value: Plain) -> Plain:
    target = text(value, "spec", "scaleTargetRef", "name")
    deployment = store.get(kinds.DEPLOYMENT, namespace_of(value), target)
    count = replicas(store, deployment) if deployment else 0
    status = {
        "currentReplicas": count,
        "desiredReplicas": count,
        "conditions": [
            _condition(value, "AbleToScale", "ReadyForNewScale"),
            _condition(value, "ScalingActive", "ValidMetricFound"),
        ],
    }
    return {**value, "spec": {"minReplicas": 1, **mapping(value, "spec")}, "status": status}


def _disruption_budget(store: Store, value: Plain) -> Plain:
    spec = mapping(value, "spec")
    wanted = mapping(spec, "selector", "matchLabels").items()
    count = sum(
        replicas(store, deployment)
        for deployment in store.of_kind(kinds.DEPLOYMENT, namespace_of(value))
        if wanted <= pod_labels(kinds.DEPLOYMENT, deployment).items()
    )
    if "minAvailable" in spec:
        desired = _part(spec["minAvailable"], count)
    else:
        desired = max(count - _part(spec.get("maxUnavailable", 0), count), 0)
    status = {
        "currentHealthy": count,
        "desiredHealthy": desired,
        "disruptionsAllowed": max(count - desired, 0),
        "expectedPods": count,
        "observedGeneration": 1,
    }
    return {**value, "status": status}


def _part(wanted: object, count: int) -> int:
    """A number, or a percentage of the pods, rounded up."""
    if isinstance(wanted, str):
        return -(-int(wanted.rstrip("%")) * count // 100)
    return wanted if isinstance(wanted, int) else 0


def _namespace(store: Store, value: Plain) -> Plain:
    del store
    return {**value, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}


def _service(store: Store, value: Plain) -> Plain:
    del store
    spec = mapping(value, "spec")
    ports = [
        {"protocol": "TCP", "targetPort": port.get("port"), **port} for port in maps(spec, "ports")
    ]
    filled = {"type": "ClusterIP", "sessionAffinity": "None", **spec}
    if ports:
        filled["ports"] = ports
    return {**value, "spec": filled, "status": {"loadBalancer": {}}}


def _secret(store: Store, value: Plain) -> Plain:
    del store
    rest = {key: item for key, item in value.items() if key != "stringData"}
    texts = mapping(value, "stringData").items()
    encoded = {key: base64.b64encode(str(item).encode()).decode() for key, item in texts}
    return {"type": "Opaque", **rest, "data": {**mapping(value, "data"), **encoded}}


_SERVED: Mapping[ObjectKind, Callable[[Store, Plain], Plain]] = {
    kinds.DEPLOYMENT: _deployment,
    kinds.JOB: _job,
    kinds.CRON_JOB: _cron_job,
    kinds.AUTOSCALER: _autoscaler,
    kinds.DISRUPTION_BUDGET: _disruption_budget,
    kinds.NAMESPACE: _namespace,
    kinds.SERVICE: _service,
    kinds.SECRET: _secret,
}
