"""A receiver of webhooks: a real HTTP server in a thread, which records what comes."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes


Answer = Callable[[BaseHTTPRequestHandler, int], None]
"""Answers a request, the first of which is number 0."""


def answering(*statuses: int) -> Answer:
    """Answer with these statuses, the last one from then on."""

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        handler.send_response(statuses[min(number, len(statuses) - 1)])
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"ok")

    return answer


class Receiver:
    """What was received, and where."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook"
        self.received: list[Received] = []

    @property
    def bodies(self) -> list[bytes]:
        return [one.body for one in self.received]


@contextmanager
def receiving(answer: Answer | None = None) -> Iterator[Receiver]:
    """Receive on a free port; every delivery is acknowledged where nothing else is said."""
    lock = threading.Lock()
    respond = answer or answering(200)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                return
            with lock:
                number = len(receiver.received)
                receiver.received.append(Received(self.path, dict(self.headers), body))
            respond(self, number)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            """A delivery may be broken off."""

    server = Server(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
