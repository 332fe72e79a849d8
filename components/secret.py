"""One secret value: drawn here or given from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from components.errors import require
from components.secret_recovery import require_recovery


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretArgs:
    """What a secret needs to know."""

    description: str
    """What the secret is for; shown in the console. No part of its value."""
    kms_key_arn: pulumi.Input[str]
    """Key that encrypts it. Source: EncryptionKey.key_arn."""
    value: pulumi.Input[str] | None = field(default=None, repr=False)
    """The value, from `pulumi config set --secret`; drawn at random when left out (trap 1)."""
    length: int = 48
    """Characters of a drawn value, 32 to 128; 48 letters and digits by default, 285 bits, so that
    no character has to be escaped in a URL or a shell. A change draws a new value."""
    recovery_days: int = 30
    """Days in which a deleted secret can be restored, 7 to 30, or 0 to delete it at once; 30 by
    default, because a lost key may mean lost data.
    Source: docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html"""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require(self, "length", 32 <= self.length <= 128, "use 32 to 128 (characters)")
        require_recovery(self, "recovery_days")


class Secret(pulumi.ComponentResource):
    """A secret in Secrets Manager with its current value.

    Builds:
        1. The secret, encrypted with a key of one's own.
        2. Its value: the given one, or a random one that is drawn once and kept in the state,
           encrypted there by the stack's secrets provider.

    Not built: rotation and read permission; the reader's role names the secret's ARN.

    Cost: 0.40 USD a month, and 0.05 USD for 10,000 reads.

    Example: `examples/secret`.
    """

    secret_arn: pulumi.Output[str]
    """ARN by which a task definition or a role names the secret; never the value."""
    version_id: pulumi.Output[str]
    """Identifier of the current value; it changes with the value, so that a task definition that
    names it is deployed anew."""

    def __init__(
        self, name: str, args: SecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:Secret", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        secret = aws.secretsmanager.Secret(
            f"{name}-secret",
            description=args.description,
            kms_key_id=args.kms_key_arn,
            recovery_window_in_days=args.recovery_days,
            tags={**args.tags, "Name": f"{name}-secret"},
            opts=child,
        )
        value = args.value
        if value is None:
            value = random.RandomPassword(
                f"{name}-value", length=args.length, special=False, opts=child
            ).result
        document = pulumi.Output.secret(value)
        version = aws.secretsmanager.SecretVersion(
            f"{name}-version",
            secret_id=secret.arn,
            secret_string=document,
            opts=child,
        )

        self.secret_arn = secret.arn
        self.version_id = version.version_id
        self._secret_document = document
        self.register_outputs({"secret_arn": self.secret_arn, "version_id": self.version_id})

    @property
    def secret_document(self) -> pulumi.Output[str]:
        """Text of the secret, itself secret, for a reader without Secrets Manager.

        Not among the component's outputs, which are shown.
        """
        return self._secret_document
