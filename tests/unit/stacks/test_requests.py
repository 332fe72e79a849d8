"""While a service moves between runtimes, what the load balancer counts is counted on both."""

import pytest

from components.monitoring import ExpressionArgs
from model.metrics import SERVICE_METRICS
from stacks import measured, requests
from stacks.running import Running
from tests.unit.stacks.watched_cases import SUFFIXES, TARGETS, on_ecs, on_eks, watched

BOTH = {
    "errorRatePercent": (
        "MAX([100 * FILL(eks_errors, 0) / eks_requests, "
        "100 * FILL(fargate_errors, 0) / fargate_requests])",
        {
            "eks_errors": ("HTTPCode_Target_5XX_Count", "Sum", "eks"),
            "eks_requests": ("RequestCount", "Sum", "eks"),
            "fargate_errors": ("HTTPCode_Target_5XX_Count", "Sum", "fargate"),
            "fargate_requests": ("RequestCount", "Sum", "fargate"),
        },
    ),
    "errorsPerSecond": (
        "SUM([eks_errors / PERIOD(eks_errors), fargate_errors / PERIOD(fargate_errors)])",
        {
            "eks_errors": ("HTTPCode_Target_5XX_Count", "Sum", "eks"),
            "fargate_errors": ("HTTPCode_Target_5XX_Count", "Sum", "fargate"),
        },
    ),
    "requestsPerSecond": (
        "SUM([eks_requests / PERIOD(eks_requests), fargate_requests / PERIOD(fargate_requests)])",
        {
            "eks_requests": ("RequestCount", "Sum", "eks"),
            "fargate_requests": ("RequestCount", "Sum", "fargate"),
        },
    ),
    "responseTimeP95Milliseconds": (
        "MAX([eks, fargate])",
        {
            "eks": ("TargetResponseTime", "p95", "eks"),
            "fargate": ("TargetResponseTime", "p95", "fargate"),
        },
    ),
    "unhealthyTasks": (
        "SUM([eks, fargate])",
        {
            "eks": ("UnHealthyHostCount", "Maximum", "eks"),
            "fargate": ("UnHealthyHostCount", "Maximum", "fargate"),
        },
    ),
}


@pytest.mark.parametrize("running", [on_ecs(["eks"]), on_eks(["fargate"])], ids=["from", "to"])
def test_watches_both_runtimes_while_a_service_moves(running: Running) -> None:
    """The same from both sides: when the names change places, no such alarm changes."""
    assert set(BOTH) == {name for name, each in SERVICE_METRICS.items() if each.needs_public}
    for name, (expression, metrics) in BOTH.items():
        found = measured.of_service(watched(running), "api", name).metric
        assert isinstance(found, ExpressionArgs)
        assert found.expression == expression
        assert {
            key: (metric.name, metric.statistic, metric.dimensions)
            for key, metric in found.metrics.items()
        } == {
            key: (metric, statistic, {**TARGETS, "TargetGroup": SUFFIXES[runtime]})
            for key, (metric, statistic, runtime) in metrics.items()
        }


def test_the_unit_and_the_meaning_of_silence_stay_while_a_service_moves() -> None:
    name = "responseTimeP95Milliseconds"
    found = measured.of_service(watched(on_ecs(["eks"])), "api", name)
    alone = measured.of_service(watched(), "api", name)
    assert (found.scale, found.silent_without_requests) == (1000, True)
    assert (alone.scale, alone.silent_without_requests) == (1000, True)


def test_shows_a_line_for_each_runtime() -> None:
    found = requests.error_rates(watched(on_ecs(["eks"])), "api")
    assert {runtime: (line.label, line.expression) for runtime, line in found.items()} == {
        "eks": ("errors, percent of the requests, eks", "100 * FILL(eks_errors, 0) / eks_requests"),
        "fargate": (
            "errors, percent of the requests, fargate",
            "100 * FILL(fargate_errors, 0) / fargate_requests",
        ),
    }
    [alone] = requests.per_second(watched(), "api", "requests").values()
    assert (alone.label, alone.expression) == (
        "requests a second",
        "requests / PERIOD(requests)",
    )
