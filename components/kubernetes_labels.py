"""Names and labels of Kubernetes objects; a part of all that runs in a cluster."""

import re
from typing import Any

from components.errors import require

# RFC 1035 and not 1123, which lets a name begin with a digit: a Service's name may not.
_DNS_LABEL = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")


def labels(app: str, *, name: str, part_of: str, version: str | None = None) -> dict[str, str]:
    """The labels of an object and of its pods.

    Selectors use `app` alone, which never changes: a Deployment's selector cannot be changed, and
    a Service that selected a version would lose its pods in the middle of a rollout.

    Source: kubernetes.io/docs/concepts/overview/working-with-objects/common-labels

    Args:
        app: Name of the Deployment or Job.
        name: The service, as its system calls it.
        part_of: The system.
        version: Version of the image; for a Deployment and its pods only, because an object that
            outlives a version would be changed by each release.
    """
    found = {
        "app": app,
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/part-of": part_of,
        "app.kubernetes.io/managed-by": "pulumi",
    }
    return found if version is None else {**found, "version": version}


def require_dns_label(args: Any, field: str, *, optional: bool = False) -> None:
    """Refuses a name that Kubernetes does not take for an object.

    Args:
        args: The args object, as for `components.errors.require`.
        field: Name of the field that holds the name.
        optional: Whether None is fine.

    Raises:
        ArgumentError: The name is no DNS label.
    """
    value = getattr(args, field)
    require(
        args,
        field,
        (value is None and optional) or (value is not None and is_dns_label(value)),
        "use 1 to 63 lower-case letters, digits and hyphens, a letter first and no hyphen last",
    )


def is_dns_label(text: str) -> bool:
    """Whether Kubernetes takes a text for a name of any object."""
    return _DNS_LABEL.fullmatch(text) is not None


def require_label_value(args: Any, field: str, *, optional: bool = False) -> None:
    """Refuses a text that Kubernetes does not take for a label; arguments as above."""
    value = getattr(args, field)
    require(
        args,
        field,
        (value is None and optional)
        or (value is not None and _LABEL_VALUE.fullmatch(value) is not None),
        "use 1 to 63 letters, digits, hyphens, underscores and dots, a letter or digit first and "
        "last",
    )
