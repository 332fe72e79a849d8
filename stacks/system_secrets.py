"""The secrets of a system that no data store gives."""

from collections.abc import Mapping

import pulumi

from components.secret import Secret, SecretArgs
from components.secret_reference import SecretReference
from stacks.scope import Scope

GENERATED_LENGTHS = {"generated": 48, "generated-32": 32}
"""Characters of a drawn secret."""


def build(scope: Scope) -> Mapping[str, SecretReference]:
    """Builds the secrets that no data store gives, one for each name in the system."""
    origins = {
        variable: origin
        for service in scope.system.services.values()
        for variable, origin in service.secrets.items()
    }
    return {variable: _secret(scope, variable, origin) for variable, origin in origins.items()}


def _secret(scope: Scope, variable: str, origin: str) -> SecretReference:
    value = None
    if origin == "provided":
        value = pulumi.Config().require_secret(f"{scope.name}.{variable}")
    secret = Secret(
        f"{scope.name}-{variable.lower().replace('_', '-')}",
        SecretArgs(
            description=f"{variable} of {scope.name}",
            value=value,
            length=GENERATED_LENGTHS.get(origin, 48),
            kms_key_arn=scope.platform.key_arn,
            recovery_days=scope.environment.encryption.secret_recovery_days,
        ),
        scope.clouds.options,
    )
    return SecretReference(
        secret_arn=secret.secret_arn,
        version_id=secret.version_id,
        document=secret.secret_document,
    )
