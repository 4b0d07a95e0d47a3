"""A proxy that breaks what goes over it, as a plan says, request by request."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no seconds: closing sends a reset."""

INJECTED = "x-injected"
"""The header of an answer that is the proxy's own."""


class Fault(Enum):
    """What becomes of a request."""

    RATE_LIMITED = auto()
    """Answered with 429 and Retry-After: 3, and not passed on."""
    UNAVAILABLE = auto()
    """Answered with 503, and not passed on."""
    RESET_BEFORE = auto()
    """Read, and the connection reset; not passed on."""
    RESET_AFTER = auto()
    """Passed on, and the connection reset instead of an answer."""
    TRUNCATED = auto()
    """Passed on, and the answer cut off."""
    DRIBBLED = auto()
    """Passed on, and the answer given in small pieces."""
    STALLED = auto()
    """Passed on, and nothing given but the beginning of the answer."""


PASSES_ON = {Fault.RESET_AFTER, Fault.TRUNCATED, Fault.DRIBBLED, Fault.STALLED, None}

_ANSWERS = {
    Fault.RATE_LIMITED: (b"429 Too Many Requests", b"Retry-After: 3\r\n"),
    Fault.UNAVAILABLE: (b"503 Service Unavailable", b""),
}


@dataclass
class Proxy:
    """A proxy at `port` before the server at `upstream`. What is not planned passes unharmed."""

    upstream: int
    port: int = 0
    plan: deque[Fault] = field(default_factory=deque)
    passed: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each request that was passed on."""

    def expect(self, faults: Iterable[Fault]) -> None:
        """Let these befall the next requests, one each."""
        self.plan = deque(faults)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        content = await reader.readexactly(_length(head))
        fault = self.plan.popleft() if self.plan else None
        if fault in _ANSWERS:
            status, extra = _ANSWERS[fault]
            writer.write(_own_answer(status, extra))
            await writer.drain()
            return
        if fault is not Fault.RESET_BEFORE:
            method, target, _ = head.split(b" ", 2)
            self.passed.append((method.decode(), target.decode().partition("?")[0]))
            answer = await self._forward(head, content)
            await _give(answer, fault, reader, writer)
        if fault in {Fault.RESET_BEFORE, Fault.RESET_AFTER}:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    async def _forward(self, head: bytes, content: bytes) -> bytes:
        """The whole answer of the server, on a connection that serves for nothing else."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        lines = [
            line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")
        ]
        lines.insert(1, b"Connection: close")
        writer.write(b"\r\n".join(lines) + content)
        try:
            return await reader.read()
        finally:
            writer.close()


async def _give(
    answer: bytes,
    fault: Fault | None,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    if fault is Fault.TRUNCATED:
        writer.write(answer[: -(len(body) // 2 + 1)])
    elif fault is Fault.STALLED:
        writer.write(head[: len(head) // 2])
        await writer.drain()
        await reader.read()
    elif fault is Fault.DRIBBLED:
        size = len(answer) // 50 + 1
        for start in range(0, len(answer), size):
            writer.write(answer[start : start + size])
            await writer.drain()
            await asyncio.sleep(0)
    elif fault is None:
        writer.write(answer)
    await writer.drain()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _own_answer(status: bytes, extra: bytes) -> bytes:
    body = b"<html>not the API</html>"
    return b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nContent-Length: %d\r\n" % (
        status,
        len(body),
    ) + b"%b: yes\r\nConnection: close\r\n%b\r\n%b" % (INJECTED.encode(), extra, body)


@contextmanager
def faulty_proxy(upstream: int) -> Iterator[Proxy]:
    """A proxy before the server at a port, in a thread of its own."""
    proxy = Proxy(upstream)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(proxy._serve, "127.0.0.1", 0))
    proxy.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def stop() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()
