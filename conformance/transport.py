"""HTTP with one deadline for an answer as a whole, interim answers and headers included.

Timeouts of single reads do not end an answer that trickles: a server may send a byte now and then,
or interim answers (RFC 9110 §15.2), for ever.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore2
import httpx2

MOST_RAW_BYTES = 40_000_000
"""More than any answer that is read needs, however it is encoded."""


class Deadline(threading.local):
    """When the request that a thread is at has to have ended, and how much may still come."""

    ends: float = 0.0
    left: int = MOST_RAW_BYTES

    def start(self, seconds: float) -> None:
        """Begin a request that may take so long."""
        self.ends = time.monotonic() + seconds
        self.left = MOST_RAW_BYTES

    def remaining(self, timeout: float | None) -> float:
        """The seconds that one step may take; raises httpcore2.ReadTimeout where none is left."""
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise httpcore2.ReadTimeout("the answer did not end")
        return seconds if timeout is None else min(timeout, seconds)

    def came(self, data: bytes) -> bytes:
        """Count what came; raises httpcore2.ReadError where it is too much."""
        self.left -= len(data)
        if self.left < 0:
            raise httpcore2.ReadError(f"more than {MOST_RAW_BYTES} bytes came")
        return data


class DeadlineTransport(httpx2.BaseTransport):
    """Connections that are used again, none of which outlasts the deadline of its request."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.deadline = Deadline()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Backend(self.deadline),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the answer's body is still to be read.

        Raises what httpcore2 raises.
        """
        url = request.url
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        remaining = self._deadline.remaining(timeout)
        try:
            return self._deadline.came(self._stream.read(max_bytes, remaining))
        except httpcore2.ReadTimeout:
            self._deadline.remaining(timeout)
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        remaining = self._deadline.remaining(timeout)
        secure = self._stream.start_tls(ssl_context, server_hostname, remaining)
        return _Stream(secure, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._backend = httpcore2.SyncBackend()
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        remaining = self._deadline.remaining(timeout)
        stream = self._backend.connect_tcp(host, port, remaining, local_address, socket_options)
        return _Stream(stream, self._deadline)
