"""KubernetesService: the arguments that it refuses, with the whole message."""

from typing import Any

import pytest

from components.errors import ArgumentError
from components.kubernetes_service_args import NamesArgs, ScrapeArgs
from tests.unit.components.kubernetes_cases import TARGET_GROUP, args, container

LABEL = "use 1 to 63 lower-case letters, digits and hyphens, a letter first and no hyphen last"
VALUE = (
    "use 1 to 63 letters, digits, hyphens, underscores and dots, a letter or digit first and last"
)
SCRAPE = ScrapeArgs(path="/metrics", interval_seconds=30, namespace="monitoring")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"app": "Shop"}, f"app='Shop' is not allowed; {LABEL}"),
        ({"app": ""}, f"app='' is not allowed; {LABEL}"),
        ({"app": "7-eleven"}, f"app='7-eleven' is not allowed; {LABEL}"),
        ({"app": "shop-"}, f"app='shop-' is not allowed; {LABEL}"),
        ({"app": 64 * "a"}, f"app='{64 * 'a'}' is not allowed; {LABEL}"),
        ({"service": "a b"}, f"service='a b' is not allowed; {VALUE}"),
        ({"part_of": ""}, f"part_of='' is not allowed; {VALUE}"),
        ({"version": "v1+2"}, f"version='v1+2' is not allowed; {VALUE}"),
        ({"replicas": -1}, "replicas=-1 is not allowed; use 0 or more (pods)"),
        (
            {"replicas": 0, "maximum_replicas": 2, "target_cpu_percent": 70},
            "replicas=0 is not allowed; use 1 or more (pods)",
        ),
        (
            {"maximum_replicas": 10, "target_cpu_percent": 0},
            "target_cpu_percent=0 is not allowed; use 1 to 100 (percent)",
        ),
        (
            {"maximum_replicas": 10, "target_memory_percent": 101},
            "target_memory_percent=101 is not allowed; use 1 to 100 (percent)",
        ),
        (
            {"target_cpu_percent": 70},
            "maximum_replicas=None is not allowed; set it too: an autoscaler needs an upper bound "
            "(pods)",
        ),
        (
            {"maximum_replicas": 2, "target_cpu_percent": 70},
            "maximum_replicas=2 is not allowed; use replicas or more (pods)",
        ),
        (
            {"maximum_replicas": 10},
            "maximum_replicas=10 is not allowed; set target_cpu_percent or target_memory_percent, "
            "or use replicas: nothing else makes the count grow",
        ),
        (
            {"scale_down_stabilization_seconds": 3601},
            "scale_down_stabilization_seconds=3601 is not allowed; use 0 to 3600 (seconds), or "
            "None",
        ),
        ({"max_surge": -1}, "max_surge=-1 is not allowed; use 0 or more (pods)"),
        ({"max_unavailable": -1}, "max_unavailable=-1 is not allowed; use 0 or more (pods)"),
        pytest.param(
            {"max_surge": 0, "max_unavailable": 0},
            "max_surge=0 is not allowed; use 1 or more, or let max_unavailable be 1: otherwise no "
            "pod may start and none may stop",
            marks=pytest.mark.acceptance("trap-40"),
        ),
        (
            {"revision_history_limit": 0},
            "revision_history_limit=0 is not allowed; use 1 or more (versions)",
        ),
        (
            {"progress_deadline_seconds": 0},
            "progress_deadline_seconds=0 is not allowed; use 1 or more (seconds)",
        ),
        pytest.param(
            {"container": container(pre_stop_seconds=40)},
            "termination_grace_period_seconds=40 is not allowed; use more than the container's "
            "pre_stop_seconds: otherwise SIGTERM never comes",
            marks=pytest.mark.acceptance("trap-19"),
        ),
        (
            {"target_group_arn": TARGET_GROUP},
            "container.port=None is not allowed; name the port that target_group_arn is about",
        ),
        (
            {"ingress_cidr_blocks": ["10.0.0.0/24"]},
            "container.port=None is not allowed; name the port that ingress_cidr_blocks is about",
        ),
        (
            {"callers": ["web"]},
            "container.port=None is not allowed; name the port that callers is about",
        ),
        (
            {"scrape": SCRAPE},
            "container.port=None is not allowed; name the port that scrape is about",
        ),
        ({"is_headless": True}, "is_headless=True is not allowed; name the container's port"),
        (
            {"service_port": 80},
            "service_port=80 is not allowed; use 1 to 65535, or none without a container's port",
        ),
        (
            {"container": container(port=3000), "service_port": 65536},
            "service_port=65536 is not allowed; use 1 to 65535, or none without a container's port",
        ),
        (
            {"container": container(port=3000), "service_port": 80, "is_headless": True},
            "service_port=80 is not allowed; leave it out: a name that stands for the pods cannot "
            "translate ports",
        ),
        pytest.param(
            {"system_controls": {"net.core.somaxconn": "4096", "net.ipv4.tcp_syncookies": "1"}},
            "system_controls=['net.core.somaxconn'] is not allowed; leave these to the nodes' "
            "configuration; the kubelet refuses them to a pod",
            marks=pytest.mark.acceptance("trap-44"),
        ),
    ],
)
def test_fails_when_kubernetes_would_refuse_it(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        args(**changes)
    assert str(refused.value) == f"KubernetesService: {message}"


def test_takes_the_bounds() -> None:
    bounds = args(
        app=63 * "a",
        version="1",
        container=container(port=65535, pre_stop_seconds=39),
        replicas=1,
        maximum_replicas=1,
        target_cpu_percent=100,
        target_memory_percent=1,
        scale_down_stabilization_seconds=3600,
        max_surge=0,
        max_unavailable=1,
        revision_history_limit=1,
        progress_deadline_seconds=1,
        is_headless=True,
    )
    assert bounds.scales
    assert bounds.port == 65535
    assert args(replicas=0, maximum_replicas=0, scale_down_stabilization_seconds=0).port is None
    assert args(container=container(port=3000), service_port=80).port == 80


@pytest.mark.parametrize("name", ["service", "config_map", "secret"])
def test_fails_when_a_name_is_no_dns_label(name: str) -> None:
    names = {"service": "api", "config_map": "api-config", "secret": "api-secrets"}
    with pytest.raises(ArgumentError) as refused:
        NamesArgs(**names | {name: "api.config"})
    assert str(refused.value) == f"Names: {name}='api.config' is not allowed; {LABEL}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"path": "metrics"}, "path='metrics' is not allowed; begin it with a slash"),
        ({"interval_seconds": 0}, "interval_seconds=0 is not allowed; use 1 or more (seconds)"),
        ({"namespace": ""}, f"namespace='' is not allowed; {LABEL}"),
    ],
)
def test_fails_when_a_scrape_is_wrong(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        ScrapeArgs(**{"path": "/metrics", "interval_seconds": 30, "namespace": "m"} | changes)
    assert str(refused.value) == f"Scrape: {message}"
