"""The AWS API on loopback: moto, with what an account has before Slipway comes to it.

Beside it stands the Kubernetes API of its EKS clusters.
"""

import json
import os
import threading
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_SETTINGS = {
    # Without it a role cannot be given one of AWS's own policies.
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    # Certificates are issued when they are first looked at; the default is to wait a minute, and
    # 0 would be the next full second.
    "MOTO_ACM_VALIDATION_WAIT": "-1",
    # Images of virtual machines that nothing here uses: 1291 of them, with their snapshots.
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
}
for _name, _value in _SETTINGS.items():
    os.environ[_name] = _value  # moto reads its settings when it is imported, below

from moto.core.models import DEFAULT_ACCOUNT_ID  # noqa: E402
from moto.eks.models import eks_backends  # noqa: E402
from moto.elbv2.models import elbv2_backends  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)

from sandbox import moto_actions, moto_eks  # noqa: E402
from sandbox.aws.clients import Clients  # noqa: E402
from sandbox.kubernetes import api  # noqa: E402
from sandbox.kubernetes.store import Settings  # noqa: E402
from sandbox.serving import Quiet, serve  # noqa: E402

_XML_SERVICES = {
    *("ec2", "elasticache", "elasticloadbalancing", "iam", "monitoring"),
    *("rds", "route53", "s3", "sns", "sts"),
}
_Environ = dict[str, Any]
_FOR_THE_ACCOUNT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


@dataclass(frozen=True)
class Server:
    """A running AWS API with the Kubernetes API of its clusters."""

    endpoint: str
    """URL for boto3, the aws CLI (`AWS_ENDPOINT_URL`) and the provider."""
    kubernetes_endpoint: str
    """URL of the Kubernetes API of its EKS clusters, for kubectl (`--server`)."""
    stop: Callable[[], None]
    """Ends both; everything in them is gone. A second call does nothing."""


class _Quiet(Quiet, MotoRequestHandler):
    """Reads requests as moto wants them."""


class _Dispatcher(DomainDispatcherApplication):
    """Remembers which service a host is: moto lists its folders to find that out, every time."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self._known: dict[str | None, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        if host not in self._known:
            self._known[host] = super().get_backend_for_host(host)
        return self._known[host]


class _OneAtATime:
    """moto's stores are plain dicts that are walked while others write: requests take turns.

    It costs nothing, because Python runs one thread at a time anyway.
    """

    def __init__(self, application: DomainDispatcherApplication) -> None:
        self._application = application
        self._lock = threading.Lock()

    def __call__(self, environ: _Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._lock:
            try:
                return list(self._application(environ, start_response))
            except Exception as error:
                return _refusal(environ, start_response, error)


def _refusal(
    environ: _Environ, start_response: Callable[..., Any], error: Exception
) -> list[bytes]:
    """An action that moto lacks, or a fault in one, in the form in which AWS answers errors."""
    lacking = isinstance(error, NotImplementedError)
    code = "NotImplementedBySandbox" if lacking else "SandboxFault"
    message = f"{type(error).__name__}: {error}"
    credential = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
    if len(credential) > 3 and credential[3] in _XML_SERVICES:
        kind = "text/xml"
        text = message.replace("&", "&amp;").replace("<", "&lt;")
        body = (
            f"<ErrorResponse><Error><Code>{code}</Code><Message>{text}</Message></Error>"
            f"<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
        )
    else:
        kind = "application/json"
        body = json.dumps({"__type": code, "message": message})
    payload = body.encode()
    # 400, not 500: boto3 repeats what a server failed at, and it would fail again.
    headers = [("Content-Type", kind), ("Content-Length", str(len(payload)))]
    start_response("400 Bad Request", [*headers, ("x-amzn-ErrorType", code)])
    return [payload]


def start(port: int = 0) -> Server:
    """Starts an empty AWS API and an empty Kubernetes API in threads of this process.

    One process has one AWS: a second start empties what the first one holds.

    Args:
        port: Port of the AWS API on 127.0.0.1. Default: 0, a free one.

    Returns:
        The server, which accepts requests already.

    Raises:
        OSError: The port is taken.
    """
    moto_actions.add()
    moto_actions.reset()
    aws = serve(_OneAtATime(_Dispatcher()), port, _Quiet)
    kubernetes = api.start(_cluster)
    moto_eks.set_kubernetes_endpoint(kubernetes.endpoint)

    def stop() -> None:
        aws.stop()
        kubernetes.stop()

    return Server(aws.endpoint, kubernetes.endpoint, stop)


def _cluster() -> Settings:
    """What AWS knows of the cluster whose API this is, the one that was created last."""
    # Lists, because AWS's API writes meanwhile, in other threads.
    balancers = [each for account in list(elbv2_backends.values()) for each in [*account.values()]]
    target_types = {
        group.arn: group.target_type
        for each in balancers
        for group in list(each.target_groups.values())
    }
    backends = [backend for account in eks_backends.values() for backend in account.values()]
    clusters = [cluster for backend in backends for cluster in backend.clusters.values()]
    if not clusters:
        return Settings(target_types=target_types)
    latest: Any = max(clusters, key=lambda cluster: cluster.created_at)
    network = latest.kubernetes_network_config["serviceIpv4Cidr"]
    return Settings(version=latest.version, service_network=network, target_types=target_types)


def prepare_account(
    endpoint: str, region: str, hosted_zone: str | None, role_names: Iterable[str] = ()
) -> None:
    """Creates what must exist in an account before a stack is deployed.

    Args:
        endpoint: URL of the AWS API.
        region: Region of the stack.
        hosted_zone: Domain of the public hosted zone, for example `example.com`; created unless
            it exists. None for a stack that has none.
        role_names: Roles of people and of pipelines, which the account's own users may take;
            created unless they exist.
    """
    clients = Clients.of(endpoint, region)
    if hosted_zone is not None:
        route53 = clients.client("route53")
        name = hosted_zone.rstrip(".") + "."
        zones = route53.list_hosted_zones_by_name(DNSName=name, MaxItems="1")["HostedZones"]
        if not any(zone["Name"] == name for zone in zones):
            route53.create_hosted_zone(Name=name, CallerReference=str(uuid.uuid4()))
    iam = clients.client("iam")
    for role in role_names:
        path, _, name = f"/{role}".rpartition("/")
        with suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_role(
                Path=f"{path}/", RoleName=name, AssumeRolePolicyDocument=_FOR_THE_ACCOUNT
            )
