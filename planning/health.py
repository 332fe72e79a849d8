"""The paths by which a system is asked how it is."""

from model.system import System


def health_paths(system: System) -> tuple[str, ...]:
    """Every path of a probe or check, sorted, without `/`: what no cache may answer (A12, E4).

    Args:
        system: The system.
    """
    found: set[str] = set()
    for service in system.services.values():
        probes = (service.probes.startup, service.probes.readiness, service.probes.liveness)
        found |= {probe.path for probe in probes if probe is not None and probe.path is not None}
        check = service.container_health_check
        if check is not None and check.path is not None:
            found.add(check.path)
        if service.public is not None:
            found.add(service.public.health_check.path)
    return tuple(sorted(path.rstrip("/") for path in found if path != "/"))
