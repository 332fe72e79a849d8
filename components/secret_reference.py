"""How a container is given a secret of Secrets Manager."""

import json
from dataclasses import dataclass, field

import pulumi

from components.errors import ArgumentError


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretReference:
    """A secret that an environment variable of a container holds (trap 1), whatever runs it."""

    secret_arn: pulumi.Input[str]
    """The secret. Source: Secret.secret_arn, Database.secret_arn, Cache.secret_arn."""
    json_key: str | None = None
    """Key of its JSON object; the whole secret by default."""
    version_id: pulumi.Input[str] | None = None
    """Version to read. With it a changed secret makes a new task definition, or new pods, so that
    exactly the services that read it are deployed anew; without it a running task keeps the old
    value. The current version by default."""
    document: pulumi.Input[str] | None = field(default=None, repr=False)
    """Whole text of the secret, for Kubernetes, which cannot read Secrets Manager when it starts a
    container; not known by default, as where only AWS knows it. Source: Secret.secret_document,
    Database.secret_document."""

    @property
    def value_from(self) -> pulumi.Input[str]:
        """The reference as ECS reads it, `<arn>:<json key>:<version stage>:<version id>`.

        Source: ECS guide, "Pass Secrets Manager secrets through environment variables".
        """
        if self.json_key is None and self.version_id is None:
            return self.secret_arn
        return pulumi.Output.concat(
            self.secret_arn, f":{self.json_key or ''}::", self.version_id or ""
        )

    @property
    def plain(self) -> pulumi.Output[str]:
        """The value itself, as a secret: the document, or what stands under its key.

        Raises:
            ArgumentError: There is no document.
        """
        if self.document is None:
            remedy = "pass the text of the secret: Kubernetes cannot read Secrets Manager itself"
            raise ArgumentError("SecretReference", "document", None, remedy)
        document, key = pulumi.Output.secret(self.document), self.json_key
        return document if key is None else document.apply(lambda text: str(json.loads(text)[key]))
