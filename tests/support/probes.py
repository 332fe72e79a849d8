"""A service's probes as tests compare them."""

from model.service import Service

Figures = tuple[str | None, int, int, int, int]


def figures(service: Service) -> dict[str, Figures]:
    """For each probe that there is: path, initial delay, period, timeout and failures."""
    probes = service.probes
    return {
        kind: (
            probe.path,
            probe.initial_delay_seconds,
            probe.period_seconds,
            probe.timeout_seconds,
            probe.failure_threshold,
        )
        for kind, probe in (
            ("liveness", probes.liveness),
            ("readiness", probes.readiness),
            ("startup", probes.startup),
        )
        if probe is not None
    }
