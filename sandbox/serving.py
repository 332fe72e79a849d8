"""How the sandbox serves an API: on loopback, in a thread of this process, and quietly."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Writes no log, and keeps a connection open for the next request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the client's acknowledgment

    def log(self, type: str, message: str, *args: object) -> None:
        """Writes nothing."""
        del type, message, args


@dataclass(frozen=True)
class Server:
    """A running API."""

    endpoint: str
    """Its URL."""
    stop: Callable[[], None]
    """Ends it; everything in it is gone. A second call does nothing."""


def serve(
    application: Callable[..., Any], port: int, handler: type[WSGIRequestHandler] = Quiet
) -> Server:
    """Serves a WSGI application in a thread of this process.

    Args:
        application: The application.
        port: Port on 127.0.0.1; 0 for a free one.
        handler: Reads the requests and writes the answers.

    Returns:
        The server, which accepts requests already.

    Raises:
        OSError: The port is taken.
    """
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server: BaseWSGIServer = make_server(
        "127.0.0.1", port, application, threaded=True, request_handler=handler
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.daemon = True
    thread.start()
    stopped = threading.Event()

    def stop() -> None:
        if not stopped.is_set():
            stopped.set()
            server.shutdown()
            thread.join()
            server.server_close()

    return Server(endpoint=f"http://127.0.0.1:{server.server_port}", stop=stop)
