"""Which paths reach which service: compose publishes ports, a load balancer has one and paths."""

from collections.abc import Sequence

from tools.new_system.draft import Remarks, SystemDraft

_FRONTS = ("web", "front", "portal", "ui", "site", "www", "app", "client")
"""What services are called that answer a browser."""


def give_paths(draft: SystemDraft, published: Sequence[str], remarks: Remarks) -> None:
    """Gives every published service its paths: `/` to one, `/<name>` to the others.

    Args:
        draft: The system.
        published: Names of the services with ports on the machine.
        remarks: Where to tell.
    """
    reached = [name for name in published if draft.services[name].port is not None]
    if not reached:
        return
    first = next(
        (name for name in reached for word in _FRONTS if name.startswith(word)), reached[0]
    )
    for name in reached:
        service = draft.services[name]
        service.paths = ("/",) if name == first else (f"/{name}",)
        service.notes["public"] = "the path of the health check is a default: the file names none"
        if len(reached) > 1:
            remarks.consider(
                f"{name}.ports",
                f"all systems share port 443, so requests to {service.paths[0]} reach it",
                "write its paths under public.paths; the path is passed on as it is",
            )
