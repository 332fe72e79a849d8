"""The services of one system: on the environment's runtime, and while switching on both."""

from collections.abc import Mapping

import pulumi

from planning.order import called_services, deploy_order, needs_database
from stacks import prepare, routes, system_secrets
from stacks.parts import SystemParts
from stacks.running import Running
from stacks.runtime import SystemRuntime
from stacks.scope import Scope
from stacks.stores import Stores


def build(scope: Scope, stores: Stores) -> Mapping[str, Running]:
    """Builds secrets, routes and services of a system.

    Args:
        scope: The system.
        stores: Its data stores.

    Returns:
        What runs, by runtime. While switching, the twin on the other one has its share of the
        requests already; alarms are about it from the moment on in which it is the environment's
        own.
    """
    parts = SystemParts(
        stores=stores,
        secrets=system_secrets.build(scope),
        offered=stores.offered(scope),
        routes=routes.build(scope),
    )
    built: dict[str, Running] = {}
    for name, runtime in scope.platform.runtimes.items():
        # While switching, the database is prepared where the services are at home.
        works = prepare.works(scope, parts) if name == scope.environment.runtime else []
        here = runtime.system(scope, parts, works)
        _deploy(scope, parts, here, works)
        built[name] = here.running()
    return built


def _deploy(
    scope: Scope, parts: SystemParts, here: SystemRuntime, works: list[prepare.Work]
) -> None:
    """Builds each service behind all that it calls, and behind what prepares its database."""
    prepared: list[pulumi.Resource] = []
    for work in works:
        prepared.append(here.prepare(work, tuple(prepared)))
    offered = dict(parts.offered)
    built: dict[str, pulumi.Resource] = {}
    for name in deploy_order(scope.system.services):
        wanted = scope.system.services[name]
        after = [built[called] for called in called_services(wanted)]
        if needs_database(wanted):
            after += prepared
        if name in parts.routes:
            # ECS refuses a service whose target group no listener knows; a pod is ready once the
            # load balancer finds it well, and that looks only at groups which a rule leads to.
            after.append(parts.routes[name])
        built[name] = here.deploy(name, offered, after)
        offers = here.offers(name)
        if offers is not None:
            offered[f"services.{name}"] = offers
