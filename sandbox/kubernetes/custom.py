"""What the controllers of custom resources refuse; the published schemas have the rest."""

import json
import re
from collections.abc import Iterator

from sandbox.kubernetes import schemas
from sandbox.kubernetes.fields import at, mapping, numbered
from sandbox.provider import Plain, Problem

Found = Iterator[Problem]

_LABEL = re.compile(r"(?!__name__\Z)[a-zA-Z_][a-zA-Z0-9_]*\Z")
_SECONDS = {"y": 31536000, "w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}
_CLOSES = {")": "(", "]": "[", "}": "{"}
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'" + r"|`[^`]*`|#[^\n]*")
"""A string of PromQL, or a comment; both may hold any bracket."""


def target_group_binding(value: Plain) -> Found:
    """Finds what is wrong with a TargetGroupBinding."""
    arn = at(value, "spec", "targetGroupARN")
    if isinstance(arn, str) and not re.fullmatch(
        r"arn:aws[\w-]*:elasticloadbalancing:[\w-]+:\d{12}:targetgroup/[\w-]+/\w+", arn
    ):
        yield Problem("spec.targetGroupARN", f"{json.dumps(arn)} is no ARN of a target group")


def service_monitor(value: Plain) -> Found:
    """Finds what is wrong with a ServiceMonitor."""
    for place, endpoint in numbered(value, "spec", "endpoints"):
        path = f"spec.endpoints[{place}]"
        if endpoint.get("port") is None and endpoint.get("targetPort") is None:
            yield Problem(f"{path}.port", "is missing: name the Service's port")
        interval, timeout = (
            _seconds(endpoint.get("interval")),
            _seconds(endpoint.get("scrapeTimeout")),
        )
        if interval is not None and timeout is not None and timeout > interval:
            reason = f"{endpoint['scrapeTimeout']} is more than the interval {endpoint['interval']}"
            yield Problem(f"{path}.scrapeTimeout", reason)


def prometheus_rule(value: Plain) -> Found:
    """Finds what is wrong with a PrometheusRule.

    Of an expression only that its brackets and quotes are closed: no parser of PromQL is at hand.
    """
    for place, group in numbered(value, "spec", "groups"):
        for number, rule in numbered(group, "rules"):
            path = f"spec.groups[{place}].rules[{number}]"
            if (rule.get("alert") is None) == (rule.get("record") is None):
                yield Problem(path, "name one of alert and record")
            expression = rule.get("expr")
            if isinstance(expression, str) and (reason := _unreadable(expression)):
                yield Problem(f"{path}.expr", f"is no expression of PromQL: {reason}")
            for field in ("labels", "annotations"):
                for key in mapping(rule, field):
                    if not _LABEL.match(key):
                        reason = "the key is refused; use letters, digits and '_', no digit first"
                        yield Problem(schemas.shown([*_steps(place, number), field, key]), reason)


def _steps(group: int, rule: int) -> tuple[str | int, ...]:
    return ("spec", "groups", group, "rules", rule)


def _unreadable(expression: str) -> str:
    if not expression.strip():
        return "it is empty"
    open_: list[str] = []
    for sign in _QUOTED.sub("", expression):
        if sign in "\"'`":
            return f"{sign} is not closed"
        if sign in _CLOSES.values():
            open_.append(sign)
        elif sign in _CLOSES and (not open_ or open_.pop() != _CLOSES[sign]):
            return f"{sign} closes nothing"
    return f"{open_[-1]} is not closed" if open_ else ""


def _seconds(duration: object) -> float | None:
    if not isinstance(duration, str):
        return None
    parts = re.findall(r"(\d+)(ms|[ywdhms])", duration)
    return sum(int(number) * _SECONDS[unit] for number, unit in parts) if parts else None
