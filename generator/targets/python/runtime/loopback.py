"""Receives one redirect of the user's browser on this machine (RFC 8252 §7.3)."""

from __future__ import annotations

import asyncio
import contextlib
import socketserver
import threading
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from .errors import ArgumentError
from .oauth_errors import SignInTimeoutError

_HOSTS = frozenset({"127.0.0.1", "localhost"})
_SILENCE = 10.0
_PAGE = b"""<!doctype html>
<meta charset="utf-8">
<title>Done</title>
<p>You can close this page and go back to where you came from.
"""


class Loopback:
    """Listens on 127.0.0.1 while it is entered, and takes one request for the redirect URI.

    `redirect_uri` is `http`, `127.0.0.1` or `localhost`, with the port where one is registered;
    without a port a free one is taken. As an attribute it is whole. Raises `ArgumentError` for
    another URI, `OSError` where the port is taken.
    """

    def __init__(self, redirect_uri: str = "http://127.0.0.1/callback") -> None:
        parts = urlsplit(redirect_uri)
        if parts.scheme != "http" or parts.hostname not in _HOSTS or parts.query or parts.fragment:
            raise ArgumentError(f"{redirect_uri!r} is not http://127.0.0.1, with a path")
        self._path = parts.path or "/"
        self._arrived: Future[str] = Future()
        self._server = _Server(("127.0.0.1", parts.port or 0), self._handler())
        port = self._server.server_address[1]
        self.redirect_uri = f"http://{parts.hostname}:{port}{self._path}"

    def wait(self, timeout: float) -> str:
        """The URL that the browser came to. Raises `SignInTimeoutError` after so many seconds."""
        try:
            return self._arrived.result(timeout)
        except TimeoutError:
            raise _late(timeout) from None

    async def wait_async(self, timeout: float) -> str:
        """The same, letting other tasks run."""
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self._arrived), timeout)
        except TimeoutError:
            raise _late(timeout) from None

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        path, arrived, lock = self._path, self._arrived, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            timeout = _SILENCE

            def do_GET(self) -> None:
                """Take the first request for the path; nothing else is here."""
                with lock:
                    taken = urlsplit(self.path).path == path and not arrived.done()
                    with contextlib.suppress(OSError):
                        self._answer(200 if taken else 404, _PAGE if taken else b"")
                    if taken:
                        arrived.set_result(self.path)

            def _answer(self, status: int, content: bytes) -> None:
                self.send_response_only(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Cache-Control", "no-store")
                self.send_header("Referrer-Policy", "no-referrer")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any, **__: Any) -> None:
                """Say nothing: the request holds the code."""

        return Handler


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that hangs up early is no news."""


def _late(timeout: float) -> SignInTimeoutError:
    return SignInTimeoutError(f"the browser did not come back within {timeout:g} seconds")
