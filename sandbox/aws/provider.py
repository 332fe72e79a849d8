"""The AWS provider of the sandbox: Pulumi's provider interface over boto3 and moto."""

import json
import os
from functools import cached_property

from pulumi.provider.experimental.provider import ConfigureRequest, ConfigureResponse

from sandbox.aws.account import Account
from sandbox.aws.clients import Clients
from sandbox.aws.functions import FUNCTIONS
from sandbox.aws.table import KINDS
from sandbox.errors import SandboxError
from sandbox.provider import UNKNOWN, Kind, Plain, TableProvider, plain_map

_DEFAULT_REGION = "us-east-1"


class AwsProvider(TableProvider):
    """Creates, reads and deletes AWS resources on the sandbox's AWS API.

    Args:
        endpoint: URL of the API. Default: the environment's AWS_ENDPOINT_URL, which is how a
            plugin process gets to know it.
    """

    def __init__(self, endpoint: str | None = None) -> None:
        self._endpoint = endpoint or os.environ.get("AWS_ENDPOINT_URL", "")
        self._region = _DEFAULT_REGION
        self._default_tags: dict[str, str] = {}

    async def configure(self, request: ConfigureRequest) -> ConfigureResponse:
        """Takes region and default tags from the provider resource.

        Args:
            request: `region` is a text, `defaultTags` an object or, as the SDK sends it, the JSON
                text of one, with the tags under `tags`.
        """
        arguments = plain_map(request.args)
        self._region = arguments.get("region") or _DEFAULT_REGION
        tags = arguments.get("defaultTags", {})
        parsed = json.loads(tags) if isinstance(tags, str) else tags
        self._default_tags = dict(parsed.get("tags", {}))
        vars(self).pop("_account", None)
        return ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_resources=True, accept_outputs=False
        )

    def kind(self, type_: str) -> Kind | None:
        """Returns how resources of this type are made."""
        kind = KINDS.get(type_)
        return None if kind is None else kind.at(self._account)

    def later(self, type_: str) -> Plain:
        """Returns what AWS adds to inputs of this type; see `TableProvider`."""
        kind = KINDS.get(type_)
        if kind is None:
            return {}
        return {key: dict.fromkeys(parts, UNKNOWN) for key, parts in kind.adds.items()}

    def answer(self, token: str, arguments: Plain) -> Plain:
        """Computes a function's result; see `sandbox.aws.functions`."""
        function = FUNCTIONS.get(token)
        if function is None:
            raise SandboxError(f"the sandbox serves no function {token} yet")
        return function(self._account.at(arguments.get("region")), arguments)

    @cached_property
    def _account(self) -> Account:
        clients = Clients.of(self._endpoint, self._region)
        identity = clients.client("sts").get_caller_identity()
        return Account(clients, identity["Account"], self._default_tags)
