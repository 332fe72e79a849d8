"""The services of one system: on the environment's runtime, and while switching on both."""

from stacks import routes, system_secrets
from stacks.parts import SystemParts
from stacks.running import Running
from stacks.scope import Scope
from stacks.stores import Stores


def build(scope: Scope, stores: Stores) -> Running:
    """Builds secrets, routes and services of a system.

    Args:
        scope: The system.
        stores: Its data stores.

    Returns:
        What runs on the environment's runtime. While switching, its twin on the other one has its
        share of the requests already; alarms and outputs are about it from the moment on in which
        it is the environment's own.
    """
    parts = SystemParts(
        stores=stores,
        secrets=system_secrets.build(scope),
        offered=stores.offered(scope),
        routes=routes.build(scope),
    )
    found: Running | None = None
    for runtime in scope.environment.runtimes:
        built = _on(runtime, scope, parts)
        found = found or built
    assert found is not None  # noqa: S101 (there is always a runtime)
    return found


def _on(runtime: str, scope: Scope, parts: SystemParts) -> Running:
    # Only what is used is loaded: each runtime has a score of modules.
    prepares = runtime == scope.environment.runtime
    platform = scope.platform
    if runtime == "fargate":
        from stacks import on_fargate  # noqa: PLC0415

        assert platform.fargate is not None  # noqa: S101 (built for each runtime there is)
        tasks = on_fargate.build(scope, parts, platform.fargate, prepares=prepares)
        return on_fargate.as_running(tasks, parts, platform.fargate)
    from stacks import on_kubernetes  # noqa: PLC0415

    assert platform.eks is not None  # noqa: S101 (built for each runtime there is)
    pods = on_kubernetes.build(scope, parts, platform.eks, prepares=prepares)
    return on_kubernetes.as_running(
        pods,
        parts,
        platform.eks,
        container_insights=scope.environment.eks.container_insights,
    )
