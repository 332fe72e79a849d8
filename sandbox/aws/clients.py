"""Clients of the AWS API, made once: reading the model of a service costs up to 0.3 s of CPU."""

import threading
from functools import lru_cache
from typing import Any, Self, cast
from urllib.parse import urlparse

import botocore.session
from botocore.config import Config

from sandbox.errors import SandboxError

_CONFIG = Config(
    # Loopback neither loses nor delays anything: a failure is one at the second try, too.
    retries={"total_max_attempts": 1},
    max_pool_connections=32,
    s3={"addressing_style": "path"},
)
_session = botocore.session.Session()
_lock = threading.Lock()


@lru_cache(maxsize=1)
def region_names() -> frozenset[str]:
    """Returns the regions of AWS, without those of China and of governments."""
    with _lock:
        return frozenset(cast("list[str]", cast("Any", _session).get_available_regions("ec2")))


class Clients:
    """The clients of one endpoint and region, for all threads."""

    def __init__(self, endpoint: str, region: str) -> None:
        self.endpoint = endpoint
        self.region = region
        self._clients: dict[str, Any] = {}

    @classmethod
    @lru_cache(maxsize=32)
    def of(cls, endpoint: str, region: str) -> Self:
        """Returns the clients for an endpoint.

        Args:
            endpoint: URL of the sandbox's AWS API.
            region: AWS region, for example `us-east-1`.

        Raises:
            SandboxError: The endpoint is not on this machine. The sandbox lifts protections and
                deletes without asking; it must never meet a real account.
        """
        if urlparse(endpoint).hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise SandboxError(
                f"the sandbox works on this machine only, not on '{endpoint}'; set "
                "AWS_ENDPOINT_URL to what `make serve` prints"
            )
        return cls(endpoint, region)

    def client(self, service: str) -> Any:
        """Returns the client of a service, by boto3's name for it."""
        known = self._clients.get(service)
        if known is not None:
            return known
        with _lock:  # a botocore session must not make two clients at the same time
            if service not in self._clients:
                self._clients[service] = _session.create_client(
                    service,
                    region_name=self.region,
                    endpoint_url=self.endpoint,
                    aws_access_key_id="sandbox",
                    aws_secret_access_key="sandbox",  # noqa: S106 moto accepts any
                    config=_CONFIG,
                )
        return self._clients[service]
