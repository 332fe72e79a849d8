"""Runs the checks and turns what they find, or cannot read, into findings."""

from collections.abc import Iterator, Mapping
from typing import Any

from model.description import Description
from tools.doctor import checks, latency
from tools.doctor.account import Account, Refused
from tools.doctor.checks import Check
from tools.doctor.finding import Difference, Finding, Missing, Skipped
from tools.doctor.inventory import subjects
from tools.doctor.moving import parse_other
from tools.doctor.outputs import StackOutputs, parse
from tools.doctor.subjects import PlatformSubject


def run(
    description: Description,
    outputs: Mapping[str, Any],
    endpoint_url: str | None = None,
    *,
    measure_latency: bool = False,
) -> list[Finding]:
    """Compares what runs with what was described.

    Args:
        description: The verified description of the stack.
        outputs: The stack's outputs, as `stacks/exports.py` publishes them.
        endpoint_url: Where AWS's API answers. Default: `AWS_ENDPOINT_URL`, else AWS itself; on
            loopback (the sandbox) made-up credentials are used.
        measure_latency: Whether to run the described checks of answers and latencies too.

    Returns:
        Findings in the order of `checks.py`; a read that AWS refuses is a failed finding.

    Raises:
        UnusableOutputs: The outputs are not those of this description's stack.
    """
    published = parse(outputs)
    account = Account(published.platform.region, endpoint_url)
    identity = _identity(account, published)
    if not identity.ok:
        # Every other read would fail for the same reason, or describe someone else's account.
        return [identity]
    findings = [identity]
    for subject in subjects(description, published, parse_other(outputs), account):
        findings.extend(_examine(subject))
    if measure_latency:
        findings.extend(latency.measure(description, published, account))
    return findings


def _identity(account: Account, outputs: StackOutputs) -> Finding:
    name = "platform: account"
    wanted = outputs.platform.account_id
    try:
        caller = account.read("sts", "get_caller_identity")
    except Refused as refusal:
        return Finding(
            name,
            ok=False,
            detail=f"expected credentials of account {wanted}, found {refusal.message} "
            f"({refusal.code}); log in with `aws sso login`, or pass --endpoint-url for the "
            "sandbox",
        )
    if caller["Account"] != wanted:
        return Finding(
            name,
            ok=False,
            detail=f"expected credentials of account {wanted}, whose stack the outputs describe, "
            f"found account {caller['Account']}; choose the right AWS_PROFILE, or pass --outputs "
            "with that account's outputs, or --endpoint-url when they are the sandbox's",
        )
    return Finding(name, ok=True, detail=f"{wanted} in {account.region}")


def _examine(subject: PlatformSubject) -> Iterator[Finding]:
    for check in checks.of(subject):
        name = f"{subject.label}: {check.name}"
        try:
            differences = list(_differences(check, subject))
        except Skipped as skipped:
            yield Finding(name, ok=True, detail=f"skipped: {skipped}")
            continue
        if not any(not difference.warning for difference in differences):
            yield Finding(name, ok=True, detail=check.confirms)
        for difference in differences:
            yield Finding(name, ok=difference.warning, detail=str(difference))


def _differences(check: Check[Any], subject: PlatformSubject) -> Iterator[Difference]:
    """Gives what the check found, also when a read ends it early."""
    try:
        yield from check.differences(subject)
    except Missing as missing:
        yield Difference(str(missing), "nothing", subject.redeploy)
    except Refused as refusal:
        yield _explain(refusal, subject)


def _explain(refusal: Refused, subject: PlatformSubject) -> Difference:
    answer = f"{refusal.code}: {refusal.message}"
    if refusal.remedy is not None:
        return Difference(f"an answer to {refusal.action}", answer, refusal.remedy)
    if refusal.denied:
        return Difference(
            f"to be allowed {refusal.action}",
            answer,
            f"allow {refusal.action} to the identity that runs the doctor",
        )
    remedy = subject.redeploy if refusal.answered else "check the network and run the doctor again"
    return Difference(f"an answer to {refusal.action}", answer, remedy)
