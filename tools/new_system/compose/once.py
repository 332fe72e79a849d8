"""Services that run once and end: the one that prepares the database becomes its migration."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.new_system.compose.document import command_words, missing, section
from tools.new_system.draft import Remarks, SystemDraft


def find_once(services: Mapping[str, Any]) -> tuple[str, ...]:
    """The services whose end others wait for.

    Args:
        services: All services of the compose file.
    """
    return tuple(
        dict.fromkeys(
            target
            for content in services.values()
            for target, how in section(section(content).get("depends_on")).items()
            if section(how).get("condition") == "service_completed_successfully"
            and target in services
        )
    )


def take_migration(
    draft: SystemDraft,
    services: Mapping[str, Any],
    names: Mapping[str, str],
    once: Sequence[str],
    remarks: Remarks,
) -> None:
    """Makes the first of them that can be the migration of the database; tells of all others.

    Args:
        draft: The system.
        services: All services of the compose file.
        names: Names in the system by names in the file.
        once: As from `find_once`.
        remarks: Where to tell.
    """
    for source in once:
        command = command_words(section(services[source]).get("command") or "") or ()
        twin = _twin(draft, services, names, source)
        taken = draft.database is not None and draft.database.migration is not None
        if (
            draft.database is not None
            and not taken
            and twin is not None
            and command
            and not any(missing(word) for word in command)
        ):
            draft.database.migration = (twin, command)
            draft.database.note = "a service that ran once and ended is the migration now"
            remarks.change(
                source,
                f"its command is database.migration, with image and variables of {twin}",
                "see that it can run twice and needs no other variables",
            )
        else:
            remarks.leave(
                source,
                "runs once and ends, and Slipway runs services",
                "write its command under database.migration with a service that binds the "
                "database, or let a service do it when it starts",
            )


def _twin(
    draft: SystemDraft, services: Mapping[str, Any], names: Mapping[str, str], source: str
) -> str | None:
    """A service with the same image that binds the database."""
    own = section(services[source])
    for other, name in names.items():
        content = section(services[other])
        same = all(own.get(key) == content.get(key) for key in ("image", "build"))
        bound = draft.services[name].bind.values()
        if same and any(output.startswith("database.") for output in bound):
            return name
    return None
