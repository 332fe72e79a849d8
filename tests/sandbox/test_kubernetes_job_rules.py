"""What Kubernetes refuses about a Job, most of all about what it does when its pods fail."""

import pytest

from sandbox.provider import UNKNOWN
from tests.support.kubernetes import changed, manifest

RULES = "spec.podFailurePolicy.rules"
CONDITION = {"type": "DisruptionTarget", "status": "True"}
CODES = {"containerName": "main", "operator": "In", "values": [75]}


def failure_policy(**rule):
    return {"rules": [{"action": "Ignore", **rule}]}


def codes(**changes):
    return failure_policy(onExitCodes={**CODES, **changes})


# path of the changed field, its new value, and what is refused
REFUSED = [
    (
        "spec.podFailurePolicy",
        {"rules": [{"action": "FailJobb", "onPodConditions": [CONDITION]}]},
        f'{RULES}[0].action: "FailJobb" is refused; use one of FailJob, FailIndex, Ignore, Count',
    ),
    (
        "spec.podFailurePolicy",
        {"rules": [{"action": "FailIndex", "onPodConditions": [CONDITION]}]},
        f"{RULES}[0].action: FailIndex needs a backoffLimitPerIndex",
    ),
    (
        "spec.podFailurePolicy",
        failure_policy(),
        f"{RULES}[0]: name one of onExitCodes, onPodConditions",
    ),
    (
        "spec.podFailurePolicy",
        failure_policy(onExitCodes=CODES, onPodConditions=[CONDITION]),
        f"{RULES}[0]: name one of onExitCodes, onPodConditions",
    ),
    (
        "spec.podFailurePolicy",
        {"rules": failure_policy(onPodConditions=[CONDITION])["rules"] * 21},
        f"{RULES}: 21 are refused; use at most 20",
    ),
    (
        "spec.podFailurePolicy",
        codes(containerName="other"),
        f"{RULES}[0].onExitCodes.containerName: there is no container other",
    ),
    (
        "spec.podFailurePolicy",
        codes(operator="Inn"),
        f'{RULES}[0].onExitCodes.operator: "Inn" is refused; '
        "use one of In, NotIn",  # codespell:ignore
    ),
    (
        "spec.podFailurePolicy",
        codes(values=[0, 75]),
        f"{RULES}[0].onExitCodes.values: 0 is refused with the operator In: a container that ends "
        "with it did not fail",
    ),
    *(
        (
            "spec.podFailurePolicy",
            codes(values=values),
            f"{RULES}[0].onExitCodes.values: name at most 255, in rising order and each once",
        )
        for values in ([75, 75], [75, 74], [*range(1, 257)])
    ),
    (
        "spec.podFailurePolicy",
        failure_policy(onPodConditions=[{**CONDITION, "status": "true"}]),
        f'{RULES}[0].onPodConditions[0].status: "true" is refused; use one of True, False, Unknown',
    ),
    (
        "spec.podReplacementPolicy",
        "Bogus",
        'spec.podReplacementPolicy: "Bogus" is refused; use TerminatingOrFailed or Failed',
    ),
    (
        "spec.completionMode",
        "Indexed",
        "spec.completions: is missing: the completionMode is Indexed",
    ),
]


@pytest.mark.parametrize(("path", "new", "failure"), REFUSED, ids=[c[2][:70] for c in REFUSED])
def test_refuses(cluster, path, new, failure):
    assert cluster.failures(changed(manifest("Job"), path, new)) == [failure]


def test_a_failure_policy_decides_for_pods_that_have_ended(cluster):
    value = changed(manifest("Job"), "spec.podFailurePolicy", codes())
    assert cluster.failures(value) == []
    assert cluster.failures(changed(value, "spec.podReplacementPolicy", "TerminatingOrFailed")) == [
        'spec.podReplacementPolicy: "TerminatingOrFailed" is refused; use Failed beside a '
        "podFailurePolicy"
    ]
    again = changed(value, "spec.template.spec.restartPolicy", "OnFailure")
    assert cluster.failures(again) == [
        "spec.podFailurePolicy: needs pods of the restartPolicy Never"
    ]


@pytest.mark.parametrize("policy", [codes(containerName=UNKNOWN), codes(values=UNKNOWN)])
def test_what_is_not_known_yet_passes(cluster, policy):
    assert cluster.failures(changed(manifest("Job"), "spec.podFailurePolicy", policy)) == []
