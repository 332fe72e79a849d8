"""Makes valid names of what people call things elsewhere."""

import re
from collections.abc import Collection

LONGEST_NAME = 20
_MASTER = frozenset({"postgres", "rdsadmin", "slipway_admin"})
"""Users that RDS and Slipway have for themselves, or that own more than one database."""


def valid_name(text: str, taken: Collection[str] = (), other: str = "service") -> str:
    """A name of a system or service like a text: `Web_App` is `web-app`.

    Args:
        text: What it is called.
        taken: Names that are given already.
        other: What to write where nothing of the text is left.
    """
    kept = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    kept = re.sub(r"^[0-9-]+", "", kept)[:LONGEST_NAME].strip("-") or other
    name, number = kept, 1
    while name in taken:
        number += 1
        name = f"{kept[: LONGEST_NAME - len(str(number)) - 1].rstrip('-')}-{number}"
    return name


def postgres_name(text: str) -> str:
    """A name of a database or user of PostgreSQL like a text: `My-Shop` is `my_shop`.

    Args:
        text: What it is called; with at least one letter.
    """
    return re.sub(r"^[0-9_]+", "", re.sub(r"[^a-z0-9_]+", "_", text.lower()))[:63].strip("_")


def is_masters_name(name: str) -> bool:
    """Whether a user of PostgreSQL cannot be the application's own (trap 28)."""
    return name in _MASTER or name.startswith("pg_") or not name
