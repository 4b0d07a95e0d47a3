"""A load generator: one process, some connections, each sending a request after the last answer.

`python -m tests.bench.load '{"port": …, "path": …, "keys": […], "connections": …, "requests": …}'`
prints a line of JSON: requests, seconds, the latencies' percentiles in milliseconds, and how often
each status came. It reads of an answer what it must: the status, Content-Length, and so many bytes.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from typing import Any

import uvloop

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass(slots=True)
class _Progress:
    """What all connections have still to send, and what they met."""

    left: int
    requests: Iterator[bytes]
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)


class _Connection(asyncio.Protocol):
    """One connection, busy until nothing is left to send."""

    def __init__(self, progress: _Progress, done: asyncio.Future[None]) -> None:
        self._progress = progress
        self._done = done
        self._received = b""
        self._sent_at = 0.0

    def connection_made(self, transport: Any) -> None:
        """Send the first request."""
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Send the next request once the answer is whole."""
        self._received = self._received + data if self._received else data
        head, end, body = self._received.partition(_END_OF_HEAD)
        if not end:
            return
        length = int(head[head.index(_LENGTH) + len(_LENGTH) :].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self._progress.seconds.append(time.perf_counter() - self._sent_at)
        self._progress.statuses[head[9:12].decode()] += 1
        self._received = b""
        self._send()

    def connection_lost(self, _exc: Exception | None) -> None:
        """End."""
        if not self._done.done():
            self._done.set_result(None)

    def _send(self) -> None:
        if self._progress.left == 0:
            self._transport.close()
            return
        self._progress.left -= 1
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._progress.requests))


async def load(
    port: int, path: str, keys: list[str], connections: int, requests: int
) -> dict[str, Any]:
    """Send so many requests over so many connections, with the keys in turn."""
    written = cycle([_request(path, key) for key in keys])
    progress = _Progress(requests, written)
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(connections)]
    start = time.perf_counter()
    for end in ends:
        await loop.create_connection(partial(_Connection, progress, end), "127.0.0.1", port)
    await asyncio.gather(*ends)
    elapsed = time.perf_counter() - start
    latencies = sorted(progress.seconds)
    return {
        "requests": len(latencies),
        "seconds": elapsed,
        "p50_ms": latencies[len(latencies) // 2] * 1_000,
        "p99_ms": latencies[len(latencies) * 99 // 100] * 1_000,
        "statuses": dict(progress.statuses),
        "cpu_seconds": time.process_time(),
    }


def _request(path: str, key: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Authorization: Bearer {key}\r\n\r\n"
    ).encode()


if __name__ == "__main__":
    print(json.dumps(uvloop.run(load(**json.loads(sys.argv[1])))))
