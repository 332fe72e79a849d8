"""What a container is told, whatever runs it."""

from collections.abc import Mapping
from dataclasses import dataclass

from model.description import Description


@dataclass(frozen=True, kw_only=True, slots=True)
class Variables:
    """What a container is told, whatever runs it."""

    image: str
    """Image with tag (`shop/api:1.0.0`) or digest (`shop/api@sha256:...`), without registry."""
    environment: Mapping[str, str]
    """Plain variables: the system file's, overridden by the stack file's, and the version."""
    bindings: Mapping[str, str]
    """Variables that a data store or another service fills, each `<part>.<output>`."""
    secrets: Mapping[str, str]
    """Variables with secrets of the service's own, each `generated` or `provided`."""


def plan_variables(description: Description, system_name: str, service_name: str) -> Variables:
    """Works out image and variables of a service.

    Args:
        description: The verified description.
        system_name: One of its systems.
        service_name: One of the system's services.
    """
    service = description.systems[system_name].services[service_name]
    settings = description.environment.systems[system_name]
    tag_or_digest = settings.images[service_name]
    version = {service.version_variable: tag_or_digest} if service.version_variable else {}
    return Variables(
        image=image_reference(service.image, tag_or_digest),
        environment={**service.env, **settings.services[service_name].env, **version},
        bindings=service.bind,
        secrets=service.secrets,
    )


def image_reference(name: str, tag_or_digest: str) -> str:
    """Joins an image's name with its tag (by a colon) or its digest (by an at sign)."""
    separator = "@" if tag_or_digest.startswith("sha256:") else ":"
    return f"{name}{separator}{tag_or_digest}"
