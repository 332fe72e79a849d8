"""What the load balancer does with a request, found by following its rules as it would."""

from collections.abc import Iterator
from typing import Any

from tools.doctor.finding import Difference
from tools.doctor.subjects import ServiceSubject
from tools.doctor.wildcards import matches


def forwarding(subject: ServiceSubject) -> Iterator[Difference]:
    """Requests for the system's host and the service's paths reach its target group."""
    public = subject.service.public
    if public is None:
        return
    gone = subject.description.environment.switch.percent
    share = 100 - gone if subject.is_moving else None
    wanted = f"forward to {_share(subject.deployed.target_group_arn, share)}"
    for path in public.paths:
        # Public paths are prefixes: what lies below one belongs to the service too.
        for request in (path, f"{path.rstrip('/')}/below"):
            yield from _answer(subject, request, wanted)


def denial(subject: ServiceSubject) -> Iterator[Difference]:
    """Paths that are not for the public are answered with 403 (trap 33)."""
    public = subject.service.public
    if public is None:
        return
    for path in public.deny:
        # Web frameworks take a trailing slash for the same route, so it must be denied as well.
        for request in (path, f"{path}/"):
            yield from _answer(subject, request, "fixed-response 403")


def _answer(subject: ServiceSubject, path: str, wanted: str) -> Iterator[Difference]:
    host = subject.settings.host
    rule = _first_match(_rules(subject), host, path)
    found = "no rule" if rule is None else _shown(rule, subject.deployed.target_group_arn)
    if found != wanted:
        where = "" if rule is None else f" (rule with priority {rule['Priority']})"
        yield Difference(
            f"https://{host}{path} answered by {wanted}", f"{found}{where}", subject.redeploy
        )


def _rules(subject: ServiceSubject) -> list[dict[str, Any]]:
    answer = subject.account.read(
        "elbv2", "describe_rules", ListenerArn=subject.platform.listener_arn
    )
    numbered = [rule for rule in answer["Rules"] if rule["Priority"] != "default"]
    default = [rule for rule in answer["Rules"] if rule["Priority"] == "default"]
    return [*sorted(numbered, key=lambda rule: int(rule["Priority"])), *default]


def _first_match(rules: list[dict[str, Any]], host: str, path: str) -> dict[str, Any] | None:
    for rule in rules:
        if all(_holds(condition, host, path) for condition in rule.get("Conditions", [])):
            return rule
    return None


def _holds(condition: dict[str, Any], host: str, path: str) -> bool:
    match condition["Field"]:
        case "path-pattern":
            patterns = condition.get("PathPatternConfig", condition).get("Values", [])
            return any(matches(pattern, path) for pattern in patterns)
        case "host-header":
            patterns = condition.get("HostHeaderConfig", condition).get("Values", [])
            return any(matches(pattern, host, ignore_case=True) for pattern in patterns)
        case _:
            # A rule that looks at headers, methods or addresses does not answer every request.
            return False


def _shown(rule: dict[str, Any], own: str | None) -> str:
    action = rule["Actions"][-1]
    match action["Type"]:
        case "forward":
            return f"forward to {_target_groups(action, own)}"
        case "fixed-response":
            return f"fixed-response {action['FixedResponseConfig']['StatusCode']}"
        case other:
            return str(other)


def _target_groups(action: dict[str, Any], own: str | None) -> str:
    if "TargetGroupArn" in action:
        return action["TargetGroupArn"]
    weights: dict[str, int | None] = {
        group["TargetGroupArn"]: group.get("Weight")
        for group in action.get("ForwardConfig", {}).get("TargetGroups", [])
    }
    if own in weights and len(weights) > 1:
        # The other one is the other runtime's, to which the services move.
        return _share(own, weights[own])
    return ", ".join(weights)


def _share(arn: str | None, percent: int | None) -> str:
    return str(arn) if percent is None else f"{arn} with weight {percent}"
