"""The kinds of values that the files hold: what each looks like, and what to write instead."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from model.quantity import QuantityError, parse_cpu, parse_memory


class Refused(ValueError):  # noqa: N818 (reads as what happened to the value)
    """A value is of the right type and still wrong."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{reason}; {remedy}")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a certain form."""

    pattern: str
    """Regular expression that the whole text matches."""
    reason: str
    """What is said of a text that does not."""
    remedy: str
    """What to write instead."""
    example: str
    """A text that does."""

    def check(self, value: str) -> str:
        """Refuses a text of another form."""
        if re.fullmatch(self.pattern, value) is None:
            raise Refused(self.reason, self.remedy)
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            **handler(schema),
            "pattern": f"^(?:{self.pattern})$",
            "examples": [self.example],
        }


LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"

Name = Annotated[
    str,
    Text(
        rf"(?=.{{1,20}}$)(?=[a-z]){LABEL}",
        # AWS's names have 32 characters for a load balancer's target group, with Pulumi's suffix.
        "is no name",
        "write up to 20 lower-case letters, digits and hyphens, a letter first",
        "api",
    ),
]
"""Name of a system or service; it becomes part of AWS names and of DNS names."""

ObjectName = Annotated[
    str,
    Text(
        rf"(?=.{{1,63}}$)(?=[a-z]){LABEL}",
        "is no DNS label",
        "write up to 63 lower-case letters, digits and hyphens, a letter first and no hyphen last",
        "shop-api",
    ),
]
"""Name of an object in Kubernetes, of those kinds that must be DNS labels (RFC 1035).

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

NamespaceName = Annotated[
    str,
    Text(
        rf"(?!kube-|default$)(?=.{{1,63}}$)(?=[a-z]){LABEL}",
        "is no namespace that you may choose",
        "write a DNS label: up to 63 lower-case letters, digits and hyphens, a letter first; not "
        "default and not kube-",
        "shop",
    ),
]

HostName = Annotated[
    str,
    Text(
        rf"(?=.{{1,253}}$)(?:{LABEL}\.)+[a-z]{{2,63}}",
        "is no host name",
        "write a full host name in lower case, without scheme, port or path",
        "api.example.com",
    ),
]

UrlPath = Annotated[
    str,
    Text(
        r"/[A-Za-z0-9_.$/~@:+&-]{0,125}",
        "is no path",
        "write a path of up to 126 characters that starts with /, without *, ? and %",
        "/api/health",
    ),
]
"""Path of a request; the load balancer's rules take 128 characters, `/*` included."""

ImageName = Annotated[
    str,
    Text(
        r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*",
        "is no image name",
        "write it without registry and tag: the registry stands in the stack file's domain, "
        "the tag in its images",
        "shop/api",
    ),
]

ImageReference = Annotated[
    str,
    Text(
        r"sha256:[0-9a-f]{64}|[A-Za-z0-9_][A-Za-z0-9._-]{0,127}",
        "is neither a tag nor a digest",
        "write a tag of letters, digits, dots, hyphens and underscores, or sha256: and 64 "
        "hexadecimal digits",
        "1.0.0",
    ),
]

PublicImage = Annotated[
    str,
    Text(
        r"[a-z0-9.-]+(?::\d+)?(?:/[a-z0-9._-]+)+(?::[A-Za-z0-9_][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})",
        "is no image with registry and tag",
        "write registry, name and tag of an image",
        "public.ecr.aws/docker/library/postgres:17.6-alpine",
    ),
]
"""An image of somebody else, with its registry."""

SuccessCodes = Annotated[
    str,
    Text(
        r"[2-4]\d\d(?:-[2-4]\d\d)?(?:,[2-4]\d\d(?:-[2-4]\d\d)?)*",
        "is no range of HTTP codes",
        "write codes or ranges such as 200-299 or 200,204",
        "200-299",
    ),
]

FileName = Annotated[
    str,
    Text(
        r"[A-Za-z0-9_.-]{1,255}",
        "is no name of a file",
        "write letters, digits and _.- without a slash",
        "index.html",
    ),
]

QueueName = Annotated[
    str,
    Text(
        r"[A-Za-z0-9_.:-]{1,255}",
        "is no name of a queue",
        "write letters, digits and _.:-",
        "jobs",
    ),
]

DatabaseExtension = Annotated[
    str,
    Text(
        r"[a-z][a-z0-9_-]{0,62}",
        "is no extension of PostgreSQL",
        "write its name as in CREATE EXTENSION, for example uuid-ossp",
        "uuid-ossp",
    ),
]

PostgresName = Annotated[
    str,
    Text(
        r"[a-z_][a-z0-9_]{0,62}",
        "is no PostgreSQL name",
        "write up to 63 lower-case letters, digits and underscores, no digit first",
        "shop",
    ),
]


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    # YAML reads `cpu: 1` as a number, and Kubernetes allows it.
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _cpu(value: Any) -> Any:
    try:
        return parse_cpu(_as_text(value))
    except QuantityError:
        raise Refused(
            "is no processor quantity", "write thousandths such as 250m, or processors such as 1"
        ) from None


def _memory(value: Any) -> Any:
    try:
        return parse_memory(_as_text(value))
    except QuantityError:
        raise Refused(
            "is no memory quantity", "write mebibytes such as 512Mi, or gibibytes such as 1Gi"
        ) from None


Cpu = Annotated[
    int,
    BeforeValidator(_cpu),
    WithJsonSchema(
        {"type": ["string", "number"], "pattern": r"^\d+(m|\.\d{1,3})?$", "examples": ["250m"]}
    ),
]
"""Millicores, written as a Kubernetes quantity."""

Memory = Annotated[
    int,
    BeforeValidator(_memory),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(Mi|Gi)$", "examples": ["512Mi"]}),
]
"""MiB, written as a Kubernetes quantity."""

Sentence = Annotated[str, Field(min_length=1, max_length=500)]
Percent = Annotated[int, Field(ge=1, le=100)]
Port = Annotated[int, Field(ge=1, le=65535)]
