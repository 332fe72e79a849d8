"""The cluster's API does not answer, or not to us: a finding that says what to do."""

import base64
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.serving import make_server

from model.description import Description
from sandbox.serving import Quiet
from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.conftest import self_signed
from tests.unit.doctor.deployed import Deployed
from tests.unit.doctor.eks.cluster import Cluster
from tests.unit.doctor.eks.deployed import NAME
from tools import doctor
from tools.doctor.account import Account, Refused
from tools.doctor.finding import Finding

ENTRIES = (
    f"run the doctor as a role with an access entry of cluster {NAME}, such as those that "
    "slipway:eks names in deployRoleName and breakGlassRoleName"
)
NOBODY = "http://127.0.0.1:9"
PRIVATE = (
    "run the doctor inside of the VPC, for the endpoint is private, or name your range in "
    "slipway:eks publicAccessCidrBlocks"
)


def of_cluster(findings: list[Finding]) -> list[tuple[str, bool, str]]:
    """What needs the cluster's API."""
    return [
        (finding.check, finding.ok, finding.detail)
        for finding in findings
        if finding.check == "cluster: API" or "as said above" in finding.detail
    ]


def test_the_token_of_aws(deployed: Deployed, description: Description, cluster: Cluster) -> None:
    cluster.requests.clear()

    doctor.run(description, deployed.outputs, deployed.endpoint)

    (token,) = {token for _, _, token in cluster.requests}
    assert token.startswith("Bearer k8s-aws-v1.")
    encoded = token.removeprefix("Bearer k8s-aws-v1.")
    assert "=" not in encoded
    url = urlsplit(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
    query = parse_qs(url.query)
    assert query["Action"] == ["GetCallerIdentity"]
    assert query["X-Amz-Expires"] == ["60"]
    assert query["X-Amz-SignedHeaders"] == ["host;x-k8s-aws-id"]


def test_only_the_token_is_signed_so(deployed: Deployed) -> None:
    account = Account("us-east-1", deployed.endpoint)
    signed = account.presign_identity({"x-k8s-aws-id": NAME})

    assert "x-k8s-aws-id" in signed
    assert "x-k8s-aws-id" not in account.presign_identity({})


def test_nothing_to_sign_a_token_with(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(Refused) as raised:
        Account("us-east-1").presign_identity({})

    assert str(raised.value) == (
        "sts:GetCallerIdentity: Unable to locate credentials (NoCredentialsError)"
    )


def test_a_private_endpoint_from_outside(
    deployed: Deployed, description: Description, alter: Alter
) -> None:
    alter("eks", "DescribeCluster", _at(NOBODY))

    findings = doctor.run(description, deployed.outputs, deployed.endpoint)

    said = of_cluster(findings)
    assert said[0] == (
        "cluster: API",
        False,
        "expected an answer to GET /version, found ConnectionRefusedError: [Errno 111] Connection "
        f"refused; {PRIVATE}",
    )
    above = f"skipped: the API of cluster {NAME} refuses every read, as said above"
    assert {detail for _, _, detail in said[1:]} == {above}
    assert ("shop/api: rollout", True, above) in said
    assert [finding.check for finding in findings if not finding.ok] == ["cluster: API"]


def test_a_public_endpoint_that_does_not_answer(
    deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    def open_to_others(answer: dict[str, Any]) -> None:
        _at(NOBODY)(answer)
        answer["cluster"]["resourcesVpcConfig"].update(
            endpointPublicAccess=True, publicAccessCidrs=["203.0.113.0/24"]
        )

    alter("eks", "DescribeCluster", open_to_others)

    assert [detail for check, detail in failures() if check == "cluster: API"] == [
        "expected an answer to GET /version, found ConnectionRefusedError: [Errno 111] Connection "
        "refused; run the doctor from an address that the endpoint takes (203.0.113.0/24)"
    ]


def test_an_identity_that_the_cluster_does_not_know(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    cluster.answer("", 401, {"kind": "Status", "message": "Unauthorized"})

    assert failures() == [
        (
            "cluster: API",
            f"expected an answer to GET /version, found Unauthorized: Unauthorized; {ENTRIES}",
        )
    ]
    assert len({path for method, path, _ in cluster.requests if method == "GET"}) == 1


def test_an_identity_that_may_not_read_secrets(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    path = "/api/v1/namespaces/shop/secrets/worker-secrets"
    said = 'secrets "worker-secrets" is forbidden: User "viewer" cannot get resource "secrets"'
    cluster.answer(path, 403, {"kind": "Status", "message": said})

    detail = f"expected an answer to GET {path}, found Forbidden: {said}; {ENTRIES}"
    assert failures() == [
        ("shop/worker: environment", detail),
        ("shop/worker: references", detail),
        ("shop/worker: secrecy", detail),
    ]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((500, {"message": "etcd is slow"}), "status 500: etcd is slow"),
        ((502, "<html>"), "status 502: Given"),
        ((503, []), "status 503: Given"),
    ],
)
def test_another_error(
    answer: tuple[int, Any], found: str, deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    path = "/api/v1/namespaces/shop"
    cluster.answer(path, *answer)

    assert failures() == [
        (
            "shop/namespace: pod security",
            f"expected an answer to GET {path}, found {found}; {RESTORE}",
        )
    ]


def test_an_answer_that_is_no_json(
    deployed: Deployed, failures: Failures, cluster: Cluster
) -> None:
    cluster.answer("", 200, "<html>a login page</html>")

    assert failures() == [
        (
            "cluster: API",
            "expected an answer to GET /version, found JSONDecodeError: Expecting value: line 1 "
            f"column 1 (char 0); {PRIVATE}",
        )
    ]


def test_a_redirect_gets_no_token(deployed: Deployed, failures: Failures, cluster: Cluster) -> None:
    elsewhere = Cluster()
    elsewhere.start()
    cluster.answer("", 302, {}, f"{elsewhere.endpoint}/version")

    found = failures()
    elsewhere.stop()

    assert found[0] == (
        "cluster: API",
        f"expected an answer to GET /version, found status 302: Given; {RESTORE}",
    )
    assert elsewhere.requests == []


@pytest.mark.parametrize("endpoint_url", ["", "http://cluster.example", "https://cluster.example"])
def test_no_endpoint_that_can_be_trusted(
    endpoint_url: str, deployed: Deployed, failures: Failures, alter: Alter
) -> None:
    def creating(answer: dict[str, Any]) -> None:
        _at(endpoint_url)(answer)
        del answer["cluster"]["certificateAuthority"]

    alter("eks", "DescribeCluster", creating)

    assert failures() == [
        (
            "cluster: API",
            f"expected an answer to GET /version, found NoEndpoint: endpoint "
            f"{endpoint_url or 'nothing'}; wait until cluster {NAME} is ACTIVE and run the doctor "
            "again",
        )
    ]


def test_a_cluster_that_is_gone(deployed: Deployed, description: Description) -> None:
    deployed.client("eks").delete_cluster(name=NAME)

    findings = doctor.run(description, deployed.outputs, deployed.endpoint)

    gone = (
        "expected an answer to eks:DescribeCluster, found ResourceNotFoundException: No cluster "
        f"found for name: {NAME}.; {RESTORE}"
    )
    assert [(each.check, each.detail) for each in findings if not each.ok][:2] == [
        ("cluster: state", gone),
        ("cluster: API", gone),
    ]
    assert len(of_cluster(findings)) > 20


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """A server that speaks TLS: its URL, its own authority, and the tokens that it was sent."""
    public, private = self_signed("localhost")
    chain = tmp_path / "chain.pem"
    chain.write_bytes(private + public)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    tokens: list[str] = []

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        tokens.append(environ["HTTP_AUTHORIZATION"])
        found = environ["PATH_INFO"] == "/version"
        start_response("200 OK" if found else "404 Not Found", [])
        return [b'{"major": "1", "minor": "35+"}' if found else b"{}"]

    server = make_server(
        "127.0.0.1", 0, answer, threaded=True, request_handler=Quiet, ssl_context=context
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}", _encoded(public), tokens
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_authority_of_the_cluster(
    deployed: Deployed,
    description: Description,
    alter: Alter,
    encrypted: tuple[str, str, list[str]],
) -> None:
    url, authority, tokens = encrypted
    alter("eks", "DescribeCluster", _at(url, authority))

    findings = doctor.run(description, deployed.outputs, deployed.endpoint)

    assert of_cluster(findings) == [
        ("cluster: API", True, "it answers us and is of the same version")
    ]
    assert tokens
    assert tokens[0].startswith("Bearer k8s-aws-v1.")


def test_another_authority(
    deployed: Deployed, failures: Failures, alter: Alter, encrypted: tuple[str, str, list[str]]
) -> None:
    url, _, tokens = encrypted
    alter("eks", "DescribeCluster", _at(url, _encoded(self_signed("localhost")[0])))

    found = failures()

    check, detail = found[0]
    assert (check, len(found)) == ("cluster: API", 1)
    assert detail.startswith(
        "expected an answer to GET /version, found SSLCertVerificationError: [SSL: "
        "CERTIFICATE_VERIFY_FAILED]"
    )
    assert tokens == []


def _at(url: str, authority: str | None = None) -> Callable[[dict[str, Any]], None]:
    def move(answer: dict[str, Any]) -> None:
        answer["cluster"]["endpoint"] = url
        if authority is not None:
            answer["cluster"]["certificateAuthority"] = {"data": authority}

    return move


def _encoded(certificate: bytes) -> str:
    return base64.b64encode(certificate).decode()
