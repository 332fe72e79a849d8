"""A17 against a small server on this machine, and the targets where containers run."""

import http.server
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from model.description import Description
from tests.unit.doctor import RESTORE, Alter, Failures
from tests.unit.doctor.deployed import Deployed
from tools import doctor
from tools.doctor import latency
from tools.doctor.finding import Finding
from tools.doctor.outputs import parse

CHECK = "shop/api: latency of /health"


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status = 200
    body = b'{"status":"ok"}'
    delay_seconds = 0.0
    connections: ClassVar[set[object]] = set()
    requests = 0

    def do_GET(self) -> None:
        cls = type(self)
        cls.connections.add(self.client_address)
        cls.requests += 1
        time.sleep(cls.delay_seconds)
        self.send_response(cls.status)
        self.send_header("Content-Length", str(len(cls.body)))
        self.end_headers()
        self.wfile.write(cls.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def answers() -> Iterator[Any]:
    class Own(Answers):
        connections: ClassVar[set[object]] = set()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Own)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield SimpleNamespace(handler=Own, url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


def measure(description: Description, url: str) -> list[Finding]:
    outputs = parse(
        {
            "urls": {"shop": url},
            "platform": dict.fromkeys(
                ("vpcId", "clusterName", "loadBalancerArn", "listenerArn", "topicArn"), "none"
            ),
            "systems": {},
        }
    )
    account: Any = SimpleNamespace(is_sandbox=False)
    return list(latency.measure(description, outputs, account))


def test_a_quick_answer(answers: Any, description: Description) -> None:
    (finding,) = measure(description, answers.url)

    assert (finding.check, finding.ok) == (CHECK, True)
    assert finding.detail.startswith("median ")
    assert finding.detail.endswith(" ms of 20 requests on one connection, limit 500 ms")
    # One to open the connection, twenty that count.
    assert (len(answers.handler.connections), answers.handler.requests) == (1, 21)


def test_a_slow_answer(
    answers: Any, description: Description, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latency, "REQUESTS", 1)
    answers.handler.delay_seconds = 0.6

    (finding,) = measure(description, answers.url)

    assert not finding.ok
    assert finding.detail.startswith("expected less than 500 ms, found median 6")
    assert finding.detail.endswith(
        " ms of 1 requests on one connection; compare with the target response time on the "
        "dashboard, which leaves out the network up to here"
    )


def test_another_body(answers: Any, description: Description) -> None:
    answers.handler.body = b'{"status":"down"}'

    assert measure(description, answers.url) == [
        Finding(
            CHECK,
            ok=False,
            detail=f"expected status 200 and a body with 'ok' from {answers.url}/health, found "
            """status 200 and '{"status":"down"}'; read the service's log""",
        )
    ]


def test_an_error_status(answers: Any, description: Description) -> None:
    answers.handler.status = 503

    assert measure(description, answers.url) == [
        Finding(
            CHECK,
            ok=False,
            detail=f"expected status 200 and a body with 'ok' from {answers.url}/health, found "
            """status 503 and '{"status":"ok"}'; read the service's log""",
        )
    ]


def test_nobody_answers(description: Description) -> None:
    assert measure(description, "http://127.0.0.1:9") == [
        Finding(
            CHECK,
            ok=False,
            detail="expected an answer from http://127.0.0.1:9/health, found "
            "ConnectionRefusedError: [Errno 111] Connection refused; check the DNS record of the "
            "host and the targets' health",
        )
    ]


def test_targets_are_read_where_containers_run(
    deployed: Deployed, description: Description, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.doctor.account.LOOPBACK", frozenset())
    deployed.client("elbv2").register_targets(
        TargetGroupArn=deployed["target-group"], Targets=[{"Id": "10.0.2.10", "Port": 3000}]
    )

    findings = doctor.run(description, deployed.outputs, deployed.endpoint)

    assert [finding.detail for finding in findings if not finding.ok] == [
        "expected 2 or more targets, each healthy, found 1 healthy of 1; read the service's log "
        "group /shop/api"
    ]


@pytest.mark.parametrize(
    ("states", "found"),
    [
        (["healthy", "healthy", "draining"], None),
        (["healthy", "healthy", "healthy", "unhealthy"], "3 healthy of 4 (unhealthy: why)"),
        (
            ["healthy", "healthy", "initial", "unused"],
            "2 healthy of 4 (initial: why) (unused: why)",
        ),
        (["healthy", "unhealthy.draining"], "1 healthy of 1"),
    ],
)
def test_every_target_that_stays_is_to_be_healthy(
    states: list[str],
    found: str | None,
    failures: Failures,
    alter: Alter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tools.doctor.account.LOOPBACK", frozenset())

    def answer(health: dict[str, Any]) -> None:
        health["TargetHealthDescriptions"] = [
            {
                "Target": {"Id": "10.0.2.10", "Port": 3000},
                "TargetHealth": {"State": state}
                | ({} if state == "healthy" else {"Description": "why"}),
            }
            for state in states
        ]

    alter("elbv2", "DescribeTargetHealth", answer)

    wanted = "expected 2 or more targets, each healthy, found "
    said = (
        []
        if found is None
        else [("shop/api: targets", f"{wanted}{found}; read the service's log group /shop/api")]
    )
    assert failures() == said


def test_targets_on_another_port(
    deployed: Deployed, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.doctor.account.LOOPBACK", frozenset())
    targets = [{"Id": "10.0.2.10", "Port": 3000}, {"Id": "10.0.2.11", "Port": 80}]
    deployed.client("elbv2").register_targets(
        TargetGroupArn=deployed["target-group"], Targets=targets
    )

    assert failures() == [
        (
            "shop/api: targets",
            f"expected targets on port 3000 only, found ports 3000, 80; {RESTORE}",
        )
    ]
