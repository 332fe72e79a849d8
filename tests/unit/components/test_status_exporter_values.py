"""The script of the status exporter: what a status becomes, and how long it waits for one (A15).

What it measures is held against the canary's script: both have to report the same.
"""

import contextlib
import importlib.util
import json
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from components import status_canary
from components.status_exporter_workload import SCRIPT
from tests.unit.components.status_exporter_world import HEALTHY, METRICS, Application
from tests.unit.doctor.conftest import self_signed

HARNESS = Path(__file__).with_name("status_canary_harness.js")

pytestmark = pytest.mark.acceptance("A15")


@pytest.fixture
def application() -> Iterator[Application]:
    made = Application()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("status_exporter_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measured(script: ModuleType, url: str, metrics: dict[str, Any]) -> dict[str, float]:
    """What a round measures, in this process."""
    try:
        status = script.read_status(url)
    except (script.NoStatusError, OSError):
        status = None
    found = {name: script.value_of(status, metric) for name, metric in metrics.items()}
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize(
    ("status", "number"),
    [
        ("healthy", 1),
        ("degraded", 0.5),
        ("unhealthy", 0),
        ("on fire", -1),
        ("toString", -1),
        (None, -1),
        (7, -1),
    ],
)
def test_turns_words_into_numbers(
    script: ModuleType, application: Application, status: object, number: float
) -> None:
    application.says({"data": {"status": status}})
    assert measured(script, application.url, METRICS)["health"] == number


@pytest.mark.parametrize("percentage", [None, "41", {"of": 100}, True])
def test_reports_nothing_where_no_number_stands(
    script: ModuleType, application: Application, percentage: object
) -> None:
    application.says({"data": {"status": "healthy", "memory": {"percentage": percentage}}})
    assert measured(script, application.url, METRICS) == {"health": 1, "redis": 0}


CASES = [
    *("[]", "{}", "null", "7", '"healthy"', "", "{", "{} {}", "NaN", "\ufeff{}"),
    json.dumps(HEALTHY),
    '{"data": {"status": "healthy", "memory": {"percentage": NaN}}}',
    '{"data": {"status": "healthy", "memory": {"percentage": 1e999}, "redis": 4}}',
    '{"data": {"status": true, "memory": {"percentage": -0.5}}}',
    '{"data": {"status": false}, "data": {"status": null}}',
    '{"data": {"status": 1, "memory": [1, 2, 3]}}',
    '{"data": {"status": 0.5, "redis": {"responseTime": "2"}}}',
    '{"data": [{"status": "healthy"}]}',
    '{"data": {"status": ["healthy", "healthy"]}}',
    '{"data": {"status": {"healthy": 1}}}',
    '{"data": "a text with a length"}',
    '{"data.status": "healthy"}',
    '{"data": {"memory": {"percentage": ' + "9" * 5000 + "}}}",
]
MORE_METRICS = METRICS | {
    "words": {
        "field": "data.status",
        "values": {"true": 1, "false": 0, "null": 2, "1": 3, "0.5": 4},
    },
    "first": {"field": "data.0.status", "values": {"healthy": 1}},
    "length": {"field": "data.memory.length", "otherwise": -3},
    "text": {"field": "data.length", "otherwise": -2},
    "array": {"field": "length"},
}


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not on PATH")
@pytest.mark.parametrize("body", CASES, ids=range(len(CASES)))
def test_measures_what_the_canary_measures(
    script: ModuleType, application: Application, body: str
) -> None:
    application.body = body.encode()
    done = subprocess.run(  # noqa: S603
        [
            shutil.which("node") or "node",
            str(HARNESS),
            str(status_canary.SCRIPT),
            json.dumps({"statusCode": 200, "body": body}),
        ],
        env={
            "PATH": os.environ["PATH"],
            "STATUS_URL": "https://api.example.com/api/status",
            "METRIC_NAMESPACE": "Shop",
            "METRIC_DIMENSIONS": "{}",
            "METRICS": json.dumps(MORE_METRICS),
        },
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    )
    outcome = json.loads(done.stdout)
    reported = {
        each["MetricName"]: each["Value"] for sent in outcome["sent"] for each in sent["MetricData"]
    }
    assert measured(script, application.url, MORE_METRICS) == reported
    answered = True
    try:
        script.read_status(application.url)
    except script.NoStatusError:
        answered = False
    assert answered is (outcome["failure"] is None)


def test_asks_by_https_whom_an_authority_confirms(
    script: ModuleType, application: Application, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(b"".join(self_signed("localhost")))
    application.speaks_https(certificate)
    with pytest.raises(ssl.SSLCertVerificationError):
        script.read_status(application.url)
    # From here on as if an authority of the image had signed it.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert script.read_status(application.url) == HEALTHY
    with pytest.raises(ssl.SSLCertVerificationError):
        script.read_status(application.url.replace("localhost", "127.0.0.1"))
    assert application.asked == [("/api/status?deep=1", "application/json")]


def test_does_not_follow_redirects_nor_proxies(
    script: ModuleType, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    application.says(HEALTHY, code=302)
    application.headers["Location"] = "http://127.0.0.1:1/elsewhere"
    assert urllib.request.getproxies()["http"] == "http://127.0.0.1:1"
    assert script.read_status(application.url) == HEALTHY


def test_reads_a_limited_number_of_bytes(script: ModuleType, application: Application) -> None:
    application.body = b"x" * (1024 * 1024 + 1)
    with pytest.raises(script.NoStatusError) as failed:
        script.read_status(application.url)
    assert str(failed.value) == f"{application.url} answers with more than 1048576 bytes"
    application.body = b'"' + b"x" * (1024 * 1024 - 2) + b'"'
    assert len(script.read_status(application.url)) == 1024 * 1024 - 2


def test_waits_a_limited_time(
    script: ModuleType, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "TIMEOUT_SECONDS", 0.3)
    application.body = None
    with pytest.raises(TimeoutError):
        script.read_status(application.url)


def test_waits_no_longer_for_an_answer_in_drops(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"

        def drip() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
                for _ in range(100):
                    connection.sendall(b" ")
                    time.sleep(0.1)

        thread = threading.Thread(target=drip)
        thread.start()
        with pytest.raises(script.NoStatusError) as failed:
            script.read_status(url)
        thread.join()
    assert str(failed.value) == f"{url} takes more than 0.3 seconds"
