"""A moto server for the whole session, a freshly built environment for each test."""

import datetime
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from moto.core.base_backend import BackendDict

from model.description import Description
from model.load import load_files
from sandbox import cloud
from tests.unit.doctor import Alter
from tests.unit.doctor import deployed as builder
from tests.unit.doctor.deployed import Deployed
from tools import doctor

PROJECT = Path(__file__).parent / "project"


@pytest.fixture(autouse=True)
def _no_managed_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    # AWS's own policies are in no test here, and loading them is half of each reset's time.
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    server = cloud.start(port=0)
    yield server.endpoint
    server.stop()


@pytest.fixture(scope="session")
def description() -> Description:
    return load_files(PROJECT, "staging")


@pytest.fixture(scope="session")
def clients(endpoint: str) -> builder.Clients:
    session = boto3.Session(aws_access_key_id="sandbox", aws_secret_access_key="sandbox")

    @functools.cache
    def client(service: str) -> Any:
        return session.client(service, region_name=builder.REGION, endpoint_url=endpoint)

    return client


@pytest.fixture
def shared_clients(clients: builder.Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading botocore's service models anew for every run would double the tests' time."""
    session = SimpleNamespace(client=lambda service, **_: clients(service))
    monkeypatch.setattr("tools.doctor.account.boto3.Session", lambda: session)


@pytest.fixture
def alter(clients: builder.Clients) -> Iterator[Alter]:
    """Changes what AWS answers, where moto cannot be brought into a state that AWS can be in."""
    registered: list[tuple[Any, str, Any]] = []

    def change(service: str, operation: str, edit: Callable[[dict[str, Any]], None]) -> None:
        events = clients(service).meta.events
        event = f"after-call.*.{operation}"

        def handler(parsed: dict[str, Any], http_response: Any, **_: Any) -> None:
            edit(parsed)
            # An edit may also give an answer to what moto does not know.
            http_response.status_code = 400 if "Error" in parsed else 200

        events.register(event, handler)
        registered.append((events, event, handler))

    yield change
    for events, event, handler in registered:
        events.unregister(event, handler)


@pytest.fixture
def deployed(
    endpoint: str,
    clients: builder.Clients,
    certificate: tuple[bytes, bytes],
    shared_clients: None,
) -> Deployed:
    BackendDict.reset()
    return builder.build(clients, endpoint, certificate)


@pytest.fixture(scope="session")
def certificate() -> tuple[bytes, bytes]:
    """A certificate for the host, imported instead of requested: ACM validates no DNS for it."""
    return self_signed(builder.HOST)


def self_signed(host: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


@pytest.fixture
def failures(deployed: Deployed, description: Description) -> Callable[[], list[tuple[str, str]]]:
    """Runs the doctor on the environment as it then is: the failed checks with their details."""

    def examine() -> list[tuple[str, str]]:
        findings = doctor.run(description, deployed.outputs, deployed.endpoint)
        return [(finding.check, finding.detail) for finding in findings if not finding.ok]

    return examine
