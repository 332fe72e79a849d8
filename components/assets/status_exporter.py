"""Asks for a status document and reports its fields as metrics, once or again and again.

It runs in a pod as it stands here and knows nothing of the project. What to read and how to report
it comes from environment variables:

  STATUS_URL         address of the document; https, except in tests
  METRIC_NAMESPACE   namespace of the metrics in CloudWatch
  METRIC_DIMENSIONS  {"<name>": "<value>"}
  METRICS            {"<metric>": {"field": "a.b", "values": {"<word>": 1}, "otherwise": -1}}
  AWS_REGION         region of CloudWatch
  PORT               port of /metrics, for Prometheus, and of /healthz, for the kubelet
  INTERVAL_SECONDS   seconds from one question to the next

Without PORT it asks once and ends, as a CronJob wants it: well if CloudWatch has the metrics, also
those that tell of no answer. With PORT it asks until it is told to end; whatever goes wrong in one
round is told in the log, and the next round tries again. A field becomes the same number as with
the canary, status-canary.js.
"""

import http.client
import json
import math
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

TIMEOUT_SECONDS = 15
MAXIMUM_BYTES = 1024 * 1024
# With https only a host is asked whose certificate an authority of the image confirms.
CONNECTIONS = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}
# Beside the metrics: whether there was an answer at all, by the name and in the percent that the
# canary's own metric has. It is the only one that is reported in every round.
ANSWERED = "SuccessPercent"
# A call that hangs must be over before the next round.
PATIENCE = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})


class NoStatusError(Exception):
    """There is no status; the text tells why."""


class Exporter:
    """Measures, and keeps what was measured last for Prometheus."""

    def __init__(self, environment: dict[str, str]) -> None:
        """Takes its settings from the environment; a wrong one ends the process here."""
        self.url = environment["STATUS_URL"]
        self.namespace = environment["METRIC_NAMESPACE"]
        self.metrics: dict[str, dict[str, Any]] = json.loads(environment["METRICS"])
        self.values: dict[str, float] = {}
        dimensions = json.loads(environment["METRIC_DIMENSIONS"])
        self._dimensions = [{"Name": name, "Value": value} for name, value in dimensions.items()]
        self._cloudwatch = _cloudwatch(environment["AWS_REGION"])

    def run(self, interval: float) -> None:
        """Measures for ever, at even intervals however long a round takes."""
        due = time.monotonic()
        while True:
            self.measure()
            due = max(due + interval, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()))

    def measure(self) -> bool:
        """Measures once; whether CloudWatch has what was measured."""
        status: Any = None
        answered = False
        try:
            status = read_status(self.url)
            answered = True
        except Exception as error:
            _log(f"no status: {error}")
        measured = {name: value_of(status, metric) for name, metric in self.metrics.items()}
        self.values = {name: value for name, value in measured.items() if value is not None}
        try:
            self._put({**self.values, ANSWERED: 100.0 if answered else 0.0})
        except Exception as error:
            _log(f"CloudWatch has no metrics of this round: {error}")
            return False
        return True

    def _put(self, values: dict[str, float]) -> None:
        now = time.time()
        self._cloudwatch.put_metric_data(
            Namespace=self.namespace,
            MetricData=[
                {
                    "MetricName": name,
                    "Value": value,
                    "Dimensions": self._dimensions,
                    "Timestamp": now,
                }
                for name, value in values.items()
            ],
        )


def _cloudwatch(region: str) -> Any:
    # boto3 has no types.
    return boto3.client(  # pyright: ignore[reportUnknownVariableType]
        "cloudwatch", region_name=region, config=PATIENCE
    )


def read_status(url: str) -> Any:
    """Reads the document. The status code does not count: an unhealthy system answers 503."""
    text = _get(url)
    try:
        # Numbers as JavaScript has them, and none of Python's own additions to JSON.
        return json.loads(text, parse_int=float, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NoStatusError(f"{url} does not answer with JSON") from None


def _get(url: str) -> str:
    """Reads one answer, without proxies and without following redirects."""
    parts = urlsplit(url)
    deadline = time.monotonic() + TIMEOUT_SECONDS
    connection = CONNECTIONS[parts.scheme](
        parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS
    )
    try:
        path = parts.path or "/"
        connection.request(
            "GET",
            f"{path}?{parts.query}" if parts.query else path,
            headers={"accept": "application/json", "connection": "close"},
        )
        body = b""
        with connection.getresponse() as response:
            while chunk := response.read1(65536):
                body += chunk
                if len(body) > MAXIMUM_BYTES:
                    raise NoStatusError(f"{url} answers with more than {MAXIMUM_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise NoStatusError(f"{url} takes more than {TIMEOUT_SECONDS} seconds")
    finally:
        connection.close()
    return body.decode(errors="replace")


def _no_constant(name: str) -> float:
    raise ValueError(name)


def value_of(status: Any, metric: dict[str, Any]) -> float | None:
    """A number to report, or None for nothing."""
    otherwise: float | None = metric.get("otherwise")
    found = status
    for key in metric["field"].split("."):
        members = _members(found)
        if key not in members:
            return otherwise
        found = members[key]
    if "values" in metric:
        return metric["values"].get(_word(found), otherwise)
    if isinstance(found, float) and math.isfinite(found):
        return found
    return otherwise


def _members(value: Any) -> dict[str, Any]:
    """What a value has by name; a list has what it has in JavaScript."""
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return {"length": float(len(items)), **{str(n): each for n, each in enumerate(items)}}
    return {}


def _word(found: Any) -> str | None:
    """What a field holds as the word that a description names it by: true and 1 are words too."""
    if isinstance(found, str):
        return found
    if isinstance(found, float):
        return str(int(found)) if found.is_integer() else str(found)
    if found is None or isinstance(found, bool):
        return json.dumps(found)
    return None


def exposition(values: dict[str, float]) -> str:
    """Writes numbers in the text format of Prometheus."""
    return "".join(f"# TYPE {name} gauge\n{name} {value!r}\n" for name, value in values.items())


def server(exporter: Exporter, port: int) -> ThreadingHTTPServer:
    """Makes the server of /metrics and /healthz."""

    class Handler(BaseHTTPRequestHandler):
        timeout = TIMEOUT_SECONDS

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            code, text = 404, "not found\n"
            if path == "/metrics":
                code, text = 200, exposition(exporter.values)
            elif path == "/healthz":
                code, text = 200, "ok\n"
            body = text.encode()
            self.send_response(code)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Says nothing: each scrape and each probe would be a line."""

    return ThreadingHTTPServer(("", port), Handler)


def _log(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _end(number: int, frame: object) -> None:
    """Ends the process at once, in the middle of whatever it does: nothing has to be put down."""
    del number, frame
    os._exit(0)


def main() -> None:
    """Measures once, or serves until SIGTERM."""
    # The kernel does not end the first process of a container for a signal that it does not handle.
    signal.signal(signal.SIGTERM, _end)
    exporter = Exporter(dict(os.environ))
    if "PORT" not in os.environ:
        sys.exit(0 if exporter.measure() else 1)
    interval = float(os.environ["INTERVAL_SECONDS"])
    serving = server(exporter, int(os.environ["PORT"]))
    threading.Thread(target=exporter.run, args=(interval,), daemon=True).start()
    serving.serve_forever()


if __name__ == "__main__":
    main()
