"""What Kubernetes refuses about a Deployment, a Job or a CronJob, besides its pods."""

import itertools
import json
from collections.abc import Iterator, Sequence

from sandbox.kubernetes import kinds, schedules
from sandbox.kubernetes.fields import at, containers, mapping, numbered, selects, text
from sandbox.kubernetes.kinds import ObjectKind
from sandbox.provider import UNKNOWN, Plain, Problem, is_list, is_map

Found = Iterator[Problem]

_PROGRESS_SECONDS = 600
# Kubernetes' own default of progressDeadlineSeconds.
_REPLACEMENT = ("TerminatingOrFailed", "Failed")
# Here and not among the limits, whose fields all versions have: this one came with 1.28.
_MOST_RULES, _MOST_VALUES = 20, 255


def deployment(value: Plain) -> Found:
    """Finds what is wrong with a Deployment."""
    spec = mapping(value, "spec")
    selector = spec.get("selector")
    labels = at(value, *kinds.DEPLOYMENT.template, "metadata", "labels")
    if is_map(selector) and not any(selector.values()):
        yield Problem("spec.selector", "is empty, which selects nothing; name a label of the pods")
    elif not selects(selector, labels):
        yield Problem("spec.selector", "does not select the labels of the pod template")
    strategy = mapping(spec, "strategy")
    rolling = mapping(strategy, "rollingUpdate")
    if strategy.get("type") == "Recreate" and rolling:
        yield Problem("spec.strategy.rollingUpdate", "is for the type RollingUpdate only")
    if [str(rolling.get(key, "25%")).rstrip("%") for key in ("maxSurge", "maxUnavailable")] == [
        "0",
        "0",
    ]:
        yield Problem(
            "spec.strategy.rollingUpdate", "both are 0: no pod could be replaced; raise one"
        )
    ready, progress = (
        spec.get("minReadySeconds", 0),
        spec.get("progressDeadlineSeconds", _PROGRESS_SECONDS),
    )
    if isinstance(ready, int) and isinstance(progress, int) and ready >= progress:
        reason = f"{ready} is refused; use less than progressDeadlineSeconds, which is {progress}"
        yield Problem("spec.minReadySeconds", reason)
    policy = at(value, *kinds.DEPLOYMENT.pod_spec, "restartPolicy")
    if policy not in (None, UNKNOWN, "Always"):
        path = f"{kinds.DEPLOYMENT.pod_path}.restartPolicy"
        yield Problem(path, "a Deployment's pods restart Always")


def cron_job(value: Plain) -> Found:
    """Finds what is wrong with a CronJob."""
    yield from job(value, kinds.CRON_JOB)
    yield from schedules.check(value)


def job(value: Plain, kind: ObjectKind = kinds.JOB) -> Found:
    """Finds what is wrong with a Job, or with those of a CronJob."""
    policy = at(value, *kind.pod_spec, "restartPolicy")
    if policy not in (UNKNOWN, "OnFailure", "Never"):
        reason = f"{policy or 'nothing'} is refused for a {kind.name}; use OnFailure or Never"
        yield Problem(f"{kind.pod_path}.restartPolicy", reason)
    path, spec = ".".join(kind.template[:-1]), mapping(value, *kind.template[:-1])
    for key in ("selector", "manualSelector"):
        if spec.get(key) not in (None, False, UNKNOWN):
            yield Problem(f"{path}.{key}", "a Job selects its own pods; leave it out")
    if spec.get("completionMode") == "Indexed" and spec.get("completions") is None:
        yield Problem(f"{path}.completions", "is missing: the completionMode is Indexed")
    yield from _replacement(path, spec)
    if spec.get("podFailurePolicy") is None:
        return
    if policy not in (UNKNOWN, "Never"):
        reason = "needs pods of the restartPolicy Never"
        yield Problem(f"{path}.podFailurePolicy", reason)
    rules = numbered(spec, "podFailurePolicy", "rules")
    if len(rules) > _MOST_RULES:
        reason = f"{len(rules)} are refused; use at most {_MOST_RULES}"
        yield Problem(f"{path}.podFailurePolicy.rules", reason)
    names = [container.get("name") for _, container in containers(mapping(value, *kind.pod_spec))]
    for place, rule in rules:
        yield from _failure_rule(f"{path}.podFailurePolicy.rules[{place}]", rule, spec, names)


def _replacement(path: str, spec: Plain) -> Found:
    policy = spec.get("podReplacementPolicy")
    allowed = _REPLACEMENT if spec.get("podFailurePolicy") is None else _REPLACEMENT[1:]
    if policy not in (None, UNKNOWN, *allowed):
        beside = "" if len(allowed) > 1 else " beside a podFailurePolicy"
        reason = f"{json.dumps(policy)} is refused; use {' or '.join(allowed)}{beside}"
        yield Problem(f"{path}.podReplacementPolicy", reason)


def _failure_rule(path: str, rule: Plain, job_: Plain, names: Sequence[object]) -> Found:
    if rule.get("action") == "FailIndex" and job_.get("backoffLimitPerIndex") is None:
        yield Problem(f"{path}.action", "FailIndex needs a backoffLimitPerIndex")
    given = [key for key in ("onExitCodes", "onPodConditions") if rule.get(key)]
    if len(given) != 1:
        yield Problem(path, "name one of onExitCodes, onPodConditions")
    codes = mapping(rule, "onExitCodes")
    container = text(codes, "containerName")
    if container and UNKNOWN not in names and container not in names:
        yield Problem(f"{path}.onExitCodes.containerName", f"there is no container {container}")
    values = codes.get("values")
    if not is_list(values) or not all(isinstance(each, int) for each in values):
        return
    if codes.get("operator") == "In" and 0 in values:
        reason = "0 is refused with the operator In: a container that ends with it did not fail"
        yield Problem(f"{path}.onExitCodes.values", reason)
    elif len(values) > _MOST_VALUES or any(
        later <= before for before, later in itertools.pairwise(values)
    ):
        reason = f"name at most {_MOST_VALUES}, in rising order and each once"
        yield Problem(f"{path}.onExitCodes.values", reason)
