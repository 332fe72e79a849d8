"""Reads from one AWS account and region, each at most once per run."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts that are this machine, where a sandbox answers."""

_IAM_PREFIXES = {"monitoring": "cloudwatch"}
"""Where an API's signing name is not the prefix of its IAM actions."""

_IAM_NAMES = {
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
}
"""Where an operation is not called as the IAM action that allows it.
Source: S3 user guide, "Required permissions for Amazon S3 API operations"."""

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")


class Refused(Exception):  # noqa: N818 (the word that the messages use)
    """AWS, or the cluster on it, did not answer a read."""

    def __init__(
        self,
        action: str,
        code: str,
        message: str,
        *,
        answered: bool = True,
        remedy: str | None = None,
    ) -> None:
        self.action = action
        """The IAM action that the read needs, for example `ecs:DescribeServices`; of a cluster's
        API, the request."""
        self.code = code
        """AWS's error code."""
        self.message = message
        """AWS's own words."""
        self.answered = answered
        """False when nothing came back: no network, no credentials."""
        self.remedy = remedy
        """What to do about it, where that depends on more than the code."""
        super().__init__(f"{action}: {message} ({code})")

    @property
    def denied(self) -> bool:
        """Whether the identity that runs the doctor lacks the action."""
        return self.code in _DENIED

    @property
    def missing(self) -> bool:
        """Whether AWS says that the thing asked for does not exist."""
        return any(word in self.code for word in ("NotFound", "NoSuch", "DoesNotExist"))


class Account:
    """AWS's API of one region with the credentials in use."""

    def __init__(self, region: str, endpoint_url: str | None = None) -> None:
        """Opens the account; the first read makes the first connection.

        Args:
            region: Region of the stack.
            endpoint_url: Where AWS's API answers. Default: `AWS_ENDPOINT_URL`, else AWS itself.
        """
        endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
        self.region = region
        self.is_sandbox = endpoint is not None and urlsplit(endpoint).hostname in LOOPBACK
        """Whether the API answers on this machine, where no container runs."""
        # The sandbox takes any credentials; asking for real ones would make it need an account.
        secrets = (
            {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
            if self.is_sandbox
            else {}
        )
        self._options: dict[str, Any] = {
            "region_name": region,
            "endpoint_url": endpoint,
            "config": Config(connect_timeout=5, retries={"mode": "standard", "max_attempts": 4}),
            **secrets,
        }
        self._session: Any = boto3.Session()
        self._clients: dict[str, Any] = {}
        self._answers: dict[tuple[str, str, str], dict[str, Any] | Refused] = {}

    def read(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
        """Calls one read-only operation with all its pages.

        Args:
            service: boto3's name of the service, for example `elbv2`.
            operation: boto3's name of the method, for example `describe_rules`.
            arguments: The operation's arguments in AWS's spelling.

        Raises:
            Refused: AWS answered with an error, or did not answer.
        """
        key = (service, operation, repr(sorted(arguments.items())))
        if key not in self._answers:
            try:
                self._answers[key] = self._call(service, operation, arguments)
            except Refused as refusal:
                self._answers[key] = refusal
        answer = self._answers[key]
        if isinstance(answer, Refused):
            raise answer
        return answer

    def presign_identity(self, headers: Mapping[str, str]) -> str:
        """Signs a request for STS's GetCallerIdentity, valid a minute, without sending it.

        Args:
            headers: Headers that the signature covers, so that whoever sends it must send them.

        Raises:
            Refused: There are no credentials to sign with.
        """
        client = self._client("sts")
        event = "before-sign.sts.GetCallerIdentity"

        def add(request: Any, **_: object) -> None:
            for name, value in headers.items():
                request.headers[name] = value

        client.meta.events.register(event, add)
        try:
            return client.generate_presigned_url("get_caller_identity", ExpiresIn=60)
        except BotoCoreError as error:
            raise Refused(
                "sts:GetCallerIdentity", type(error).__name__, str(error), answered=False
            ) from None
        finally:
            client.meta.events.unregister(event, add)

    def _call(self, service: str, operation: str, arguments: dict[str, object]) -> dict[str, Any]:
        action = f"{service}:{operation}"
        try:
            client = self._client(service)
            signing_name = client.meta.service_model.signing_name
            action = (
                f"{_IAM_PREFIXES.get(signing_name, signing_name)}:"
                f"{client.meta.method_to_api_mapping[operation]}"
            )
            action = _IAM_NAMES.get(action, action)
            if client.can_paginate(operation):
                return client.get_paginator(operation).paginate(**arguments).build_full_result()
            return getattr(client, operation)(**arguments)
        except ClientError as error:
            response: Any = error.response
            detail = response["Error"]
            raise Refused(action, detail["Code"], detail["Message"]) from None
        except BotoCoreError as error:
            raise Refused(action, type(error).__name__, str(error), answered=False) from None

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(service, **self._options)
        return self._clients[service]
