"""A static access key for one client that can have no role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.errors import require
from components.json_document import json_document
from components.policy import Statement, policy_document
from components.secret_recovery import require_recovery


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessKeyArgs:
    """What an access key needs to know."""

    permissions: Sequence[Statement]
    """What the client may do, at least one statement; together 2,048 characters of JSON, white
    space not counted. Whoever finds the key may do the same, so name actions and resources.
    Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
    kms_key_arn: pulumi.Input[str]
    """Key that encrypts the secret. Source: EncryptionKey.key_arn."""
    secret_recovery_days: int = 30
    """Days in which the deleted secret can be restored, 7 to 30, or 0 to delete it at once; 30 by
    default."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Tags besides the provider's default tags; none by default."""

    def __post_init__(self) -> None:
        require(self, "permissions", len(self.permissions) > 0, "use one statement or more")
        require_recovery(self, "secret_recovery_days")


class AccessKey(pulumi.ComponentResource):
    """An access key for one client that cannot take the credentials of its task's role.

    Unwise where a role would do (trap 14): the key does not end, it works from anywhere, and who
    copies it leaves no trace. A role's credentials end within hours, and nobody has to keep them.
    Until the client can do without, change the key as `docs/runbooks/static-access-key.md` says.

    Builds:
        1. A user for this client alone, without a password, and its inline policy.
        2. The key, kept in the state too, encrypted there by the stack's secrets provider.
        3. A secret with both halves of the key.

    Not built: rotation by a clock, since the client learns of a new key only when it is deployed
    anew, and read permission; the reader's role names the secret's ARN.

    Cost: 0.40 USD a month for the secret, and 0.05 USD for 10,000 reads; user and key are free.

    Example: `examples/access_key`.
    """

    user_name: pulumi.Output[str]
    """Name of the user, for the runbook and the aws CLI."""
    secret_arn: pulumi.Output[str]
    """ARN of the secret: JSON with access_key and secret_key."""
    secret_version_id: pulumi.Output[str]
    """Version of that secret, so that a new key deploys its readers anew."""

    def __init__(
        self, name: str, args: AccessKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:AccessKey", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)

        user = aws.iam.User(f"{name}-user", tags={**args.tags, "Name": f"{name}-user"}, opts=child)
        policy = aws.iam.UserPolicy(
            f"{name}-policy",
            user=user.name,
            policy=policy_document(*args.permissions),
            opts=child,
        )
        key = aws.iam.AccessKey(f"{name}-key", user=user.name, opts=child)
        secret = aws.secretsmanager.Secret(
            f"{name}-secret",
            description=f"Access key {name}, which does not end",
            kms_key_id=args.kms_key_arn,
            recovery_window_in_days=args.secret_recovery_days,
            tags={**args.tags, "Name": f"{name}-secret"},
            opts=child,
        )
        version = aws.secretsmanager.SecretVersion(
            f"{name}-secret-version",
            secret_id=secret.arn,
            secret_string=pulumi.Output.secret(
                json_document({"access_key": key.id, "secret_key": key.secret})
            ),
            # A client that starts with the version finds the key allowed to do its work.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )

        self.user_name = user.name
        self.secret_arn = secret.arn
        self.secret_version_id = version.version_id
        # From the version and not from the key: so its reader waits for the policy too.
        self._secret_document = pulumi.Output.secret(version.secret_string.apply(str))
        self.register_outputs(
            {
                "user_name": self.user_name,
                "secret_arn": self.secret_arn,
                "secret_version_id": self.secret_version_id,
            }
        )

    @property
    def secret_document(self) -> pulumi.Output[str]:
        """Text of the secret, itself secret, for a reader without Secrets Manager.

        Not among the component's outputs, which are shown.
        """
        return self._secret_document
