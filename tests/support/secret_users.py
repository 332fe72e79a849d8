"""Who uses which secret, computed from the descriptions alone."""

from pathlib import Path

from model.load import load_files

_ROOT = Path(__file__).resolve().parents[2]
_OUTPUTS = ("password", "url", "readerUrl")
_STORES = ("database", "cache", "queue")


def of_each_version(stack: str, *, service: str, task: str) -> dict[str, set[str]]:
    """The names of the resources that use each version of a secret.

    Args:
        stack: Name of the stack.
        service: How the names of what runs a service end, for example `deployment`.
        task: How those of what runs before the services end, for example `job`.
    """
    description = load_files(_ROOT, stack, assume_secrets=True)
    found: dict[str, set[str]] = {}
    for name, system in description.systems.items():
        users = {f"{name}-{each}-{service}": one for each, one in system.services.items()}
        database = system.database
        if database is not None:
            bootstrap = f"{name}-bootstrap-{task}"
            found.setdefault(f"{name}-database-secret-version", set()).add(bootstrap)
            if database.migration is not None:
                users[f"{name}-migration-{task}"] = system.services[database.migration.service]
        for user, described in users.items():
            for variable in described.secrets:
                version = f"{name}-{variable.lower().replace('_', '-')}-version"
                found.setdefault(version, set()).add(user)
            for source in described.bind.values():
                store, _, output = source.partition(".")
                if output in _OUTPUTS and store in _STORES:
                    found.setdefault(f"{name}-{store}-secret-version", set()).add(user)
    return found
