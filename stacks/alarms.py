"""Which alarms watch a system and its platform: those of its file and those that all need."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi

from components.cache import Cache
from components.database import Database
from components.fargate_service import FargateService
from components.load_balancer import LoadBalancer
from components.monitoring import AlarmArgs, Comparison, MetricArgs, Severity, WidgetArgs
from components.status_canary import StatusCanary
from model.description import Description
from model.system import Alert


@dataclass(frozen=True, kw_only=True, slots=True)
class Runbooks:
    """Where the runbook of an alarm is found."""

    base_url: str

    def of(self, name: str) -> str:
        """The page of one alarm, for example `https://example.com/runbooks/api-unhealthy.md`."""
        return f"{self.base_url.rstrip('/')}/{name}.md"


def _runbooks(description: Description) -> Runbooks:
    return Runbooks(base_url=description.environment.monitoring.runbook_base_url)


def _load_balancer_metric(
    load_balancer: LoadBalancer,
    name: str,
    statistic: str,
    target_group_arn_suffix: pulumi.Input[str] | None = None,
) -> MetricArgs:
    dimensions: dict[str, pulumi.Input[str]] = {"LoadBalancer": load_balancer.arn_suffix}
    if target_group_arn_suffix is not None:
        dimensions["TargetGroup"] = target_group_arn_suffix
    return MetricArgs(
        namespace="AWS/ApplicationELB", name=name, dimensions=dimensions, statistic=statistic
    )


def of_load_balancer(load_balancer: LoadBalancer, description: Description) -> list[AlarmArgs]:
    """The alarms of what all systems share."""
    return [
        AlarmArgs(
            name="load-balancer-5xx",
            summary="The load balancer itself answers with errors: no healthy target, or too slow.",
            runbook_url=_runbooks(description).of("load-balancer-5xx"),
            severity=Severity.CRITICAL,
            metric=_load_balancer_metric(load_balancer, "HTTPCode_ELB_5XX_Count", "Sum"),
            comparison=Comparison.ABOVE,
            threshold=10,
            for_minutes=5,
        )
    ]


def load_balancer_widgets(load_balancer: LoadBalancer) -> list[WidgetArgs]:
    """What the platform's dashboard shows."""
    return [
        WidgetArgs(
            title="Requests",
            metrics=[_load_balancer_metric(load_balancer, "RequestCount", "Sum")],
        ),
        WidgetArgs(
            title="Errors of load balancer and targets",
            metrics=[
                _load_balancer_metric(load_balancer, "HTTPCode_ELB_5XX_Count", "Sum"),
                _load_balancer_metric(load_balancer, "HTTPCode_Target_5XX_Count", "Sum"),
            ],
        ),
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """The parts of one system that alarms and the dashboard look at."""

    name: str
    description: Description
    load_balancer: LoadBalancer
    cluster_name: pulumi.Input[str]
    services: Mapping[str, FargateService]
    database: Database | None
    cache: Cache | None
    canary: StatusCanary | None

    def alarms(self) -> list[AlarmArgs]:
        """Every alarm of the system: the system file's, then those of services and stores."""
        return [
            *self._stated(),
            *self._of_services(),
            *self._of_database(),
            *self._of_cache(),
        ]

    def _alarm(
        self,
        name: str,
        summary: str,
        metric: MetricArgs,
        comparison: Comparison,
        threshold: float,
        for_minutes: int,
        severity: Severity = Severity.WARNING,
        runbook: str | None = None,
        team: str | None = None,
    ) -> AlarmArgs:
        return AlarmArgs(
            name=name,
            summary=summary,
            runbook_url=_runbooks(self.description).of(runbook or name),
            severity=severity,
            metric=metric,
            comparison=comparison,
            threshold=threshold,
            for_minutes=for_minutes,
            team=team,
        )

    def _stated(self) -> Iterator[AlarmArgs]:
        if self.canary is None:
            return
        for alert in self.description.systems[self.name].alerts:
            comparison, threshold = _condition(alert)
            yield self._alarm(
                slug(alert.name),
                alert.summary,
                self._status_metric(alert.metric, self.canary),
                comparison,
                threshold,
                alert.for_minutes,
                Severity(alert.severity),
                team=alert.team,
            )

    def _status_metric(self, name: str, canary: StatusCanary) -> MetricArgs:
        return MetricArgs(
            namespace=canary.metric_namespace,
            name=name,
            dimensions={"System": self.name},
            statistic="Average",
        )

    def _service_metric(self, service: FargateService, name: str) -> MetricArgs:
        return MetricArgs(
            namespace="AWS/ECS",
            name=name,
            dimensions={"ClusterName": self.cluster_name, "ServiceName": service.service_name},
            statistic="Average",
        )

    def _of_services(self) -> Iterator[AlarmArgs]:
        for name, service in self.services.items():
            yield self._alarm(
                f"{name}-cpu",
                "The tasks are short of processor although the autoscaler may add more.",
                self._service_metric(service, "CPUUtilization"),
                Comparison.ABOVE,
                90,
                10,
                runbook="service-cpu",
            )
            if service.target_group_arn_suffix is None:
                continue
            yield self._alarm(
                f"{name}-unhealthy-hosts",
                "The load balancer's health check fails for some tasks.",
                _load_balancer_metric(
                    self.load_balancer,
                    "UnHealthyHostCount",
                    "Maximum",
                    service.target_group_arn_suffix,
                ),
                Comparison.ABOVE,
                0,
                5,
                Severity.CRITICAL,
                runbook="unhealthy-hosts",
            )

    def _database_metric(self, database: Database, name: str) -> MetricArgs:
        return MetricArgs(
            namespace="AWS/RDS",
            name=name,
            dimensions={"DBInstanceIdentifier": database.identifier},
            statistic="Average",
        )

    def _of_database(self) -> Iterator[AlarmArgs]:
        settings = self.description.environment.systems[self.name].database
        if self.database is None or settings is None:
            return
        yield self._alarm(
            "database-cpu",
            "The database has been short of processor for half an hour.",
            self._database_metric(self.database, "CPUUtilization"),
            Comparison.ABOVE,
            90,
            30,
        )
        yield self._alarm(
            "database-storage",
            "Less than a tenth of the storage is free; autoscaling has not helped.",
            self._database_metric(self.database, "FreeStorageSpace"),
            Comparison.BELOW,
            settings.storage_gib * 1024**3 / 10,
            10,
            Severity.CRITICAL,
        )

    def _cache_metric(self, cache: Cache, name: str) -> MetricArgs:
        # Redis metrics are per node; the first node exists in every replication group.
        return MetricArgs(
            namespace="AWS/ElastiCache",
            name=name,
            dimensions={"CacheClusterId": pulumi.Output.concat(cache.replication_group_id, "-001")},
            statistic="Average",
        )

    def _of_cache(self) -> Iterator[AlarmArgs]:
        if self.cache is not None:
            yield self._alarm(
                "cache-memory",
                "The cache is nearly full and evicts, or will refuse writes.",
                self._cache_metric(self.cache, "DatabaseMemoryUsagePercentage"),
                Comparison.ABOVE,
                90,
                10,
            )

    def widgets(self) -> list[WidgetArgs]:
        """What the system's dashboard shows, from the edge inwards."""
        widgets: list[WidgetArgs] = []
        for name, service in self.services.items():
            widgets.append(
                WidgetArgs(
                    title=f"{name}: processor and memory",
                    metrics=[
                        self._service_metric(service, "CPUUtilization"),
                        self._service_metric(service, "MemoryUtilization"),
                    ],
                )
            )
            if service.target_group_arn_suffix is not None:
                suffix = service.target_group_arn_suffix
                widgets.append(
                    WidgetArgs(
                        title=f"{name}: requests, errors, response time",
                        metrics=[
                            _load_balancer_metric(self.load_balancer, metric, statistic, suffix)
                            for metric, statistic in (
                                ("RequestCount", "Sum"),
                                ("HTTPCode_Target_5XX_Count", "Sum"),
                                ("TargetResponseTime", "p95"),
                            )
                        ],
                    )
                )
        if self.database is not None:
            widgets.append(
                WidgetArgs(
                    title="Database",
                    metrics=[
                        self._database_metric(self.database, metric)
                        for metric in ("CPUUtilization", "DatabaseConnections", "ReadLatency")
                    ],
                )
            )
        if self.cache is not None:
            widgets.append(
                WidgetArgs(
                    title="Cache",
                    metrics=[
                        self._cache_metric(self.cache, metric)
                        for metric in ("DatabaseMemoryUsagePercentage", "EngineCPUUtilization")
                    ],
                )
            )
        exporter = self.description.systems[self.name].status_exporter
        if self.canary is not None and exporter is not None:
            widgets.append(
                WidgetArgs(
                    title="Status, as the application reports it",
                    metrics=[self._status_metric(name, self.canary) for name in exporter.metrics],
                )
            )
        return widgets


def slug(name: str) -> str:
    """Turns an alert's name into that of its alarm and runbook, `APIUnhealthy` to `api-unhealthy`."""
    return "-".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", name)).lower()


def _condition(alert: Alert) -> tuple[Comparison, float]:
    for comparison, threshold in (
        (Comparison.EQUALS, alert.equals),
        (Comparison.ABOVE, alert.above),
        (Comparison.BELOW, alert.below),
    ):
        if threshold is not None:
            return comparison, threshold
    raise AssertionError("the model refuses an alert without a condition")
