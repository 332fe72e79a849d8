"""What the dashboards show, from the edge inwards."""

from components.load_balancer import LoadBalancer
from components.monitoring import WidgetArgs
from stacks.watched import Watched, of_cache, of_database, of_load_balancer


def of_platform(load_balancer: LoadBalancer) -> list[WidgetArgs]:
    """Requests and errors of all systems together."""
    return [
        WidgetArgs(
            title="Requests", metrics=[of_load_balancer(load_balancer, "RequestCount", "Sum")]
        ),
        WidgetArgs(
            title="Errors of load balancer and targets",
            metrics=[
                of_load_balancer(load_balancer, "HTTPCode_ELB_5XX_Count", "Sum"),
                of_load_balancer(load_balancer, "HTTPCode_Target_5XX_Count", "Sum"),
            ],
        ),
    ]


def of_system(watched: Watched) -> list[WidgetArgs]:
    """Services, data stores and the application's own status."""
    return [*_services(watched), *_stores(watched), *_status(watched)]


def _services(watched: Watched) -> list[WidgetArgs]:
    widgets: list[WidgetArgs] = []
    for name, service in watched.services.items():
        widgets.append(
            WidgetArgs(
                title=f"{name}: processor and memory",
                metrics=[
                    watched.of_service(service, metric)
                    for metric in ("CPUUtilization", "MemoryUtilization")
                ],
            )
        )
        suffix = service.target_group_arn_suffix
        if suffix is not None:
            widgets.append(
                WidgetArgs(
                    title=f"{name}: requests, errors, response time",
                    metrics=[
                        of_load_balancer(watched.load_balancer, metric, statistic, suffix)
                        for metric, statistic in (
                            ("RequestCount", "Sum"),
                            ("HTTPCode_Target_5XX_Count", "Sum"),
                            ("TargetResponseTime", "p95"),
                        )
                    ],
                )
            )
    return widgets


def _stores(watched: Watched) -> list[WidgetArgs]:
    widgets: list[WidgetArgs] = []
    if watched.database is not None:
        widgets.append(
            WidgetArgs(
                title="Database",
                metrics=[
                    of_database(watched.database, metric)
                    for metric in ("CPUUtilization", "DatabaseConnections", "ReadLatency")
                ],
            )
        )
    if watched.cache is not None:
        widgets.append(
            WidgetArgs(
                title="Cache",
                metrics=[
                    of_cache(watched.cache, metric)
                    for metric in ("DatabaseMemoryUsagePercentage", "EngineCPUUtilization")
                ],
            )
        )
    return widgets


def _status(watched: Watched) -> list[WidgetArgs]:
    exporter = watched.description.systems[watched.name].status_exporter
    if watched.canary is None or exporter is None:
        return []
    return [
        WidgetArgs(
            title="Status, as the application reports it",
            metrics=[watched.of_status(watched.canary, name) for name in exporter.metrics],
        )
    ]
