"""What the status exporter's script lives among: an application, CloudWatch's API, its process."""

import contextlib
import datetime
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from components.status_exporter_workload import SCRIPT

PATIENCE_SECONDS = 30
INTERVAL_SECONDS = 0.2
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
METRICS = {
    "health": {
        "field": "data.status",
        "values": {"healthy": 1, "degraded": 0.5, "unhealthy": 0},
        "otherwise": -1,
    },
    "memory": {"field": "data.memory.percentage"},
    "redis": {"field": "data.redis.responseTime", "otherwise": 0},
}
HEALTHY = {
    "data": {"status": "healthy", "memory": {"percentage": 41.5}, "redis": {"responseTime": 2}}
}


class Application:
    """An application whose status page answers what a test tells it to."""

    def __init__(self) -> None:
        self.code = 200
        self.body: bytes | None = json.dumps(HEALTHY).encode()
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.released = threading.Event()
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                application.asked.append((self.path, self.headers["Accept"]))
                body = application.body
                if body is None:  # hangs
                    application.released.wait(PATIENCE_SECONDS)
                    return
                self.send_response(application.code)
                for name, value in application.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                # A client that has read enough hangs up.
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                # A client that does not trust the certificate breaks the handshake off.
                if not isinstance(sys.exception(), (ssl.SSLError, ConnectionError)):
                    super().handle_error(request, client_address)

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/api/status?deep=1"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def speaks_https(self, certificate: Path) -> None:
        """From now on, as `localhost`, with a certificate and its key in one file."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        # The handshake is each question's own affair: here it would stop the one who accepts.
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://localhost:{self._server.server_port}/api/status?deep=1"

    def says(self, document: object, code: int = 200) -> None:
        self.code, self.body = code, json.dumps(document).encode()

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


class CloudWatch:
    """CloudWatch's API, with a namespace that no other test writes to."""

    def __init__(self, port: int = 0) -> None:
        self.namespace = f"Shop-{uuid.uuid4()}"
        self._server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
        self._server.start()
        self.endpoint = "http://{}:{}".format(*self._server.get_host_and_port())

    def latest(self, metric: str, statistic: str = "Maximum") -> float | None:
        """What the last minutes hold of a metric of this system, None for nothing."""
        client: Any = boto3.client(
            "cloudwatch",
            "us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        now = datetime.datetime.now(tz=datetime.UTC)
        points = client.get_metric_statistics(
            Namespace=self.namespace,
            MetricName=metric,
            Dimensions=[{"Name": "System", "Value": "shop"}],
            StartTime=now - datetime.timedelta(minutes=5),
            EndTime=now + datetime.timedelta(minutes=5),
            Period=600,
            Statistics=[statistic],
        )["Datapoints"]
        return points[-1][statistic] if points else None

    def stop(self) -> None:
        self._server.stop()


class Process:
    """The script as a process of its own, as in its pod."""

    def __init__(
        self,
        url: str,
        endpoint: str,
        namespace: str,
        metrics: dict[str, Any] = METRICS,
        *,
        once: bool = False,
    ) -> None:
        self.port = free_port()
        serving = {"INTERVAL_SECONDS": str(INTERVAL_SECONDS), "PORT": str(self.port)}
        self._started = subprocess.Popen(  # noqa: S603
            [sys.executable, str(SCRIPT)],
            env={
                **CREDENTIALS,
                "PATH": os.environ["PATH"],
                "HOME": "/nonexistent",
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_REGION": "us-east-1",
                "STATUS_URL": url,
                "METRIC_NAMESPACE": namespace,
                "METRIC_DIMENSIONS": json.dumps({"System": "shop"}),
                "METRICS": json.dumps(metrics),
                **({} if once else serving),
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[str] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self._started.stderr is not None
        self.log.extend(self._started.stderr)

    def get(self, path: str) -> tuple[int, str, str]:
        """Status code, kind and text of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.headers["Content-Type"], answer.read().decode()

    @property
    def answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except ConnectionError:
            return False

    @property
    def metrics(self) -> str:
        return self.get("/metrics")[2]

    @property
    def runs(self) -> bool:
        return self._started.poll() is None

    def ended(self) -> int:
        """Waits for it to end by itself, and for the end of its log; how it ended."""
        code = self._started.wait(PATIENCE_SECONDS)
        self._reading.join(PATIENCE_SECONDS)
        return code

    def end(self) -> tuple[int, float]:
        """Sends SIGTERM; how the process ends and after how many seconds."""
        before = time.monotonic()
        self._started.send_signal(signal.SIGTERM)
        return self._started.wait(PATIENCE_SECONDS), time.monotonic() - before

    def kill(self) -> None:
        self._started.kill()
        self._started.wait()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def eventually(holds: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
