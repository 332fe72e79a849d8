"""What the name of an EC2 instance type says of the machine, as far as nodes of a cluster care.

Source: Amazon EC2 instance types guide, "Naming conventions": a family, a generation, options, a
size.
"""

import re

_NAME = re.compile(r"(?P<family>[a-z]+)(?P<generation>\d*)(?P<options>[a-z0-9-]*)\.[a-z0-9-]+")
_ACCELERATED = frozenset({"dl", "f", "g", "gr", "inf", "p", "trn", "vt"})


def is_instance_type(name: str) -> bool:
    """Whether a text has the form of a type, for example `m7i.large`."""
    return _NAME.fullmatch(name) is not None


def is_graviton(name: str) -> bool:
    """Whether a type has AWS's own processors, so that images must be built for arm64.

    Args:
        name: A type, for example `m7g.large`.
    """
    found = _NAME.fullmatch(name)
    # Of the first generation, a1, the family alone tells; since then it is `g`, behind the digits.
    return found is not None and (found["family"] == "a" or found["options"].startswith("g"))


def why_no_node(name: str) -> str | None:
    """Why a type cannot be a node of a cluster, whatever images are built for.

    Args:
        name: A type, for example `g6.xlarge`.

    Returns:
        The reason, for a message behind the type; None for one that can.
    """
    found = _NAME.fullmatch(name)
    family = found["family"] if found is not None else ""
    if family in _ACCELERATED:
        return "has an accelerator, and the machine image has no drivers for it"
    if family == "mac":
        return "runs macOS, and nodes run Linux"
    if family == "a":
        return "is of the first Graviton, which the machine image, Amazon Linux 2023, does not run"
    return None
