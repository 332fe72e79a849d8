"""A container's environment variables as ConfigMap and Secret; a part of what runs in a cluster."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.errors import ArgumentError
from components.json_document import json_document
from components.secret_reference import SecretReference

CHECKSUM_ANNOTATION = "slipway.dev/config-checksum"
"""Annotation of a pod template by which a changed variable makes new pods (trap 39)."""

_KEY = re.compile(r"(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}")


@dataclass(frozen=True, kw_only=True, slots=True)
class EnvironmentSource:
    """Where a container's variables come from. Source: `create_environment`."""

    config_map_name: str | None
    """ConfigMap all of whose keys are variables (trap 4); None without plain variables."""
    secret_name: str | None
    """Secret of the others; None without secret variables."""
    secret_keys: Mapping[str, str]
    """Key in that Secret, by name of the variable."""
    checksum: pulumi.Output[str]
    """Changes with every plain value and with every secret's version; tells no secret."""
    objects: tuple[pulumi.Resource, ...]
    """ConfigMap and Secret, which a pod waits for: without them its container cannot start."""


def create_environment(
    name: str,
    *,
    config_map_name: str,
    secret_name: str,
    namespace: pulumi.Input[str],
    labels: Mapping[str, str],
    environment: Mapping[str, pulumi.Input[str]],
    secrets: Mapping[str, SecretReference],
    secret_keys: Mapping[str, str],
    parent: pulumi.Resource,
) -> EnvironmentSource:
    """Creates what holds a container's variables, and nothing where there are none.

    Both objects change in place, under the names that people know; the checksum then replaces the
    pods one by one.

    Args:
        name: Name of the component.
        config_map_name: Name of the ConfigMap.
        secret_name: Name of the Secret.
        namespace: Namespace of both.
        labels: Labels of both.
        environment: Plain variables.
        secrets: Secret variables, each with the text of its secret, as `require_environment`
            wants.
        secret_keys: Key in the Secret by variable; a variable's own name where it is left out.
        parent: The component.
    """
    child = pulumi.ResourceOptions(parent=parent)
    keys = {variable: secret_keys.get(variable, variable) for variable in sorted(secrets)}
    objects: list[pulumi.Resource] = []
    if environment:
        config_map = kubernetes.core.v1.ConfigMap(
            f"{name}-config",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=config_map_name, namespace=namespace, labels=labels
            ),
            data=environment,
            opts=child,
        )
        objects.append(config_map)
    if secrets:
        secret = kubernetes.core.v1.Secret(
            f"{name}-secrets",
            metadata=kubernetes.meta.v1.ObjectMetaArgs(
                name=secret_name, namespace=namespace, labels=labels
            ),
            type="Opaque",
            string_data={key: secrets[variable].plain for variable, key in keys.items()},
            opts=child,
        )
        objects.append(secret)
    return EnvironmentSource(
        config_map_name=config_map_name if environment else None,
        secret_name=secret_name if secrets else None,
        secret_keys=keys,
        checksum=_checksum(environment, secrets, keys),
        objects=tuple(objects),
    )


def require_environment(args: Any) -> None:
    """Refuses variables that a container cannot have.

    Args:
        args: The args object with `environment`, `secrets` and `secret_keys`.

    Raises:
        ArgumentError: A variable stands twice, a secret's text is missing, or a key is wrong.
    """
    component = type(args).__name__.removesuffix("Args")
    twice = sorted(set(args.environment) & set(args.secrets))
    if twice:
        remedy = "a variable has one value: leave these out of environment or of secrets"
        raise ArgumentError(component, "secrets", twice, remedy)
    closed = sorted(name for name, secret in args.secrets.items() if secret.document is None)
    if closed:
        remedy = "give the text of these secrets: a container cannot read Secrets Manager itself"
        raise ArgumentError(component, "secrets", closed, remedy)
    unknown = sorted(set(args.secret_keys) - set(args.secrets))
    if unknown:
        raise ArgumentError(component, "secret_keys", unknown, "name variables of secrets only")
    keys = {variable: args.secret_keys.get(variable, variable) for variable in args.secrets}
    wrong = sorted(key for key in keys.values() if not _KEY.fullmatch(key))
    if wrong:
        remedy = "use letters, digits, hyphens, underscores and dots, no dot alone or two first"
        raise ArgumentError(component, "secret_keys", wrong, remedy)
    if len(set(keys.values())) < len(keys):
        remedy = "give each variable a key of its own, or it would have another one's value"
        raise ArgumentError(component, "secret_keys", dict(args.secret_keys), remedy)


def _checksum(
    environment: Mapping[str, pulumi.Input[str]],
    secrets: Mapping[str, SecretReference],
    keys: Mapping[str, str],
) -> pulumi.Output[str]:
    # Versions and no values: whoever may read a pod could try short secrets against their hash.
    document = {
        "environment": dict(environment),
        "secrets": {
            variable: (key, reference.secret_arn, reference.json_key, reference.version_id)
            for variable, key in keys.items()
            for reference in [secrets[variable]]
        },
    }
    text = pulumi.Output.from_input(json_document(document, sort_keys=True))
    return text.apply(lambda known: hashlib.sha256(known.encode()).hexdigest())
