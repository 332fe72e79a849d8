"""What the load balancer counts of a service: of both runtimes while it moves between them.

Both have a target group then, and each metric of it is two. An alarm looks at them by one
expression, not as two alarms: it stays the alarm it is when a move begins and ends, with its name,
its history and whoever is called by it, and none that comes for the move can be forgotten. MAX and
SUM of an array take the values of each minute; CloudWatch advises against them in alarms because of
those of a single metric, which are over its whole time. A runtime without requests, which reports
nothing, adds nothing.

Source: CloudWatch user guide, "Using math expressions with CloudWatch metrics".
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from components.monitoring import ExpressionArgs, MetricArgs
from stacks.watched import Watched, of_load_balancer

Line = MetricArgs | ExpressionArgs
"""What an alarm looks at and a graph shows."""

_COUNTS = {"errors": "HTTPCode_Target_5XX_Count", "requests": "RequestCount"}


def of_targets(
    watched: Watched, service: str, metric: str, statistic: str
) -> Mapping[str, MetricArgs]:
    """A metric of a service's target groups, by the runtime that fills them.

    Args:
        watched: The system.
        service: A public service.
        metric: Its name in CloudWatch.
        statistic: As of `MetricArgs`.
    """
    route = watched.routes.get(service)
    if route is None:
        raise AssertionError("the model refuses such a metric of a service that is not public")
    # In one order whichever is the environment's own: when the names change places, nothing does.
    return {
        runtime: of_load_balancer(watched.load_balancer, metric, statistic, suffix)
        for runtime, suffix in sorted(route.target_group_arn_suffixes.items())
    }


def error_rates(watched: Watched, service: str) -> Mapping[str, ExpressionArgs]:
    """Errors in percent of the requests, by runtime.

    Args:
        watched: The system.
        service: A public service.
    """
    return _counted(
        watched,
        service,
        "errors, percent of the requests",
        # The load balancer reports no errors where there are none. No requests are left out, not
        # filled: the last minute comes late, and the alarm would always see a filled 0 there.
        "100 * FILL({errors}, 0) / {requests}",
        ("errors", "requests"),
    )


def per_second(
    watched: Watched, service: str, count: Literal["errors", "requests"]
) -> Mapping[str, ExpressionArgs]:
    """Errors or requests a second, by runtime.

    Args:
        watched: The system.
        service: A public service.
        count: Which of them.
    """
    return _counted(
        watched, service, f"{count} a second", f"{{{count}}} / PERIOD({{{count}}})", (count,)
    )


def together(lines: Mapping[str, Line]) -> Line:
    """The sum over the runtimes, for what is counted.

    Args:
        lines: What was counted, by runtime.
    """
    return _joined("SUM", "both runtimes together", lines)


def worse(lines: Mapping[str, Line]) -> Line:
    """The larger one of the runtimes' numbers, for a share or a time.

    The share of both together would hide that the new runtime answers its tenth of the requests
    badly behind the nine tenths of the old one.

    Args:
        lines: What was measured, by runtime.
    """
    return _joined("MAX", "the worse of both runtimes", lines)


def _counted(
    watched: Watched, service: str, label: str, expression: str, counts: Sequence[str]
) -> Mapping[str, ExpressionArgs]:
    metrics = {count: of_targets(watched, service, _COUNTS[count], "Sum") for count in counts}
    found: dict[str, ExpressionArgs] = {}
    for runtime in metrics[counts[0]]:
        alone = len(metrics[counts[0]]) == 1
        names = {count: count if alone else f"{runtime}_{count}" for count in counts}
        found[runtime] = ExpressionArgs(
            label=label if alone else f"{label}, {runtime}",
            expression=expression.format_map(names),
            metrics={names[count]: metrics[count][runtime] for count in counts},
        )
    return found


def _joined(function: str, label: str, lines: Mapping[str, Line]) -> Line:
    if len(lines) == 1:
        return next(iter(lines.values()))
    expressions: list[str] = []
    metrics: dict[str, MetricArgs] = {}
    for runtime, line in lines.items():
        if isinstance(line, ExpressionArgs):
            expressions.append(line.expression)
            metrics |= line.metrics
        else:
            expressions.append(runtime)
            metrics[runtime] = line
    return ExpressionArgs(
        label=label, expression=f"{function}([{', '.join(expressions)}])", metrics=metrics
    )
