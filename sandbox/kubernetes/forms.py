"""The forms of single values that Kubernetes asks for, as JSON schema.

Source: the API reference (https://kubernetes.io/docs/reference/kubernetes-api/) and the API
server's own validation (https://github.com/kubernetes/kubernetes/tree/master/pkg/apis).
"""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.kubernetes.fields import QUANTITY as _QUANTITY

Form = Mapping[str, Any]
"""A JSON schema of one value."""

REASON = "x-reason"
"""A keyword of ours: what a value that breaks a form is told to be."""


def pattern(expression: str, longest: int, reason: str) -> Form:
    """A text of at most so many characters that matches as a whole."""
    # \Z, because $ would let a text end with a line break.
    return {
        "type": "string",
        "pattern": rf"^({expression})\Z",
        "maxLength": longest,
        REASON: reason,
    }


def one_of(*values: str) -> Form:
    """One of a few words."""
    return {"type": "string", "enum": list(values)}


def at_least(least: int, most: int | None = None) -> Form:
    """A whole number within bounds, both included."""
    if most is None:
        return {"type": "integer", "minimum": least, REASON: f"use {least} or more"}
    reason = f"use {least} to {most}"
    return {"type": "integer", "minimum": least, "maximum": most, REASON: reason}


def list_of(form: Form) -> Form:
    """A list whose items all have that form."""
    return {"items": form}


def fits(form: Form, text: str) -> bool:
    """Whether a text has the form; for what the published schemas leave without one.

    Args:
        form: One of `pattern`.
        text: The text.
    """
    return len(text) <= form["maxLength"] and re.search(form["pattern"], text) is not None


_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"

DNS_LABEL = pattern(
    _LABEL,
    63,
    "use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
)
DNS_LABEL_1035 = pattern(
    r"[a-z]([-a-z0-9]*[a-z0-9])?",
    63,
    "use 1 to 63 lower-case letters, digits and hyphens, a letter first and no hyphen last",
)
DNS_SUBDOMAIN = pattern(
    _SUBDOMAIN,
    253,
    "use 1 to 253 lower-case letters, digits, hyphens and dots, with a letter or digit at both "
    "ends of each part",
)
KEY = pattern(
    rf"({_SUBDOMAIN}/)?{_QUALIFIED}",
    253 + 1 + 63,
    "use 1 to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends; a DNS "
    "name and '/' may stand before them",
)
"""Of a label, an annotation and much else."""
LABEL_VALUE = pattern(
    r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]|",
    63,
    "use at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
)
LABELS: Form = {"type": "object", "propertyNames": KEY, "additionalProperties": LABEL_VALUE}
ANNOTATIONS: Form = {
    "type": "object",
    "propertyNames": KEY,
    "additionalProperties": {"type": "string"},
}
DATA_KEY = pattern(
    r"(?!\.\.)(?!\.\Z)[-._a-zA-Z0-9]+",
    253,
    "use 1 to 253 letters, digits, '-', '_' and '.', and not '.' or '..' at the beginning",
)
DATA: Form = {
    "type": "object",
    "propertyNames": DATA_KEY,
    "additionalProperties": {"type": "string"},
}
PORT = at_least(1, 65535)
PORT_NAME = pattern(
    r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?",
    15,
    "use 1 to 15 lower-case letters, digits and single hyphens, with a letter among them and a "
    "letter or digit at both ends",
)
PORT_OR_NAME: Form = {
    **PORT_NAME,
    **PORT,
    "type": ["integer", "string"],
    REASON: "use a port from 1 to 65535, or a port's name of at most 15 characters",
}
PROTOCOL = one_of("TCP", "UDP", "SCTP")
COUNT_OR_PERCENT: Form = {
    "type": ["integer", "string"],
    "minimum": 0,
    "pattern": r"^[0-9]+%\Z",
    REASON: "use a whole number of 0 or more, or a percentage such as 25%",
}
COUNT_OR_PART: Form = {
    **COUNT_OR_PERCENT,
    "pattern": r"^(100|[0-9]{1,2})%\Z",
    REASON: "use a whole number of 0 or more, or a percentage from 0% to 100%",
}
QUANTITY: Form = {
    "type": ["string", "number"],
    "minimum": 0,
    "pattern": rf"^({_QUANTITY.pattern})\Z".replace("?P<number>", "").replace("?P<unit>", ""),
    REASON: "use a quantity such as 250m, 0.5, 512Mi or 1Gi",
}
RESOURCE = pattern(
    rf"cpu|memory|ephemeral-storage|hugepages-[0-9]+[KMGTPE]i|{_SUBDOMAIN}/{_QUALIFIED}",
    253 + 1 + 63,
    "use cpu, memory, ephemeral-storage, hugepages-<size>, or a resource with a DNS name and '/' "
    "before it",
)
RESOURCES: Form = {"type": "object", "propertyNames": RESOURCE}
MODE = at_least(0, 0o777)
"""Who may do what with a file: 0 to 0777, which is 511."""
USER = at_least(0, 2147483647)
"""Number of a user or group."""
IMAGE = pattern(
    # https://pkg.go.dev/github.com/distribution/reference: [host[:port]/]path[:tag][@digest]
    r"([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*"
    r"(:[0-9]+)?/)?"
    r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*"
    r"(:[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?(@[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,})?",
    1024,
    "use [host[:port]/]path[:tag][@digest], the path in lower case",
)
"""What a node could pull; the API server itself takes any text."""
SOME: Form = {"minItems": 1}
