"""A server of pages that are at hand: what a client costs is the client's alone.

`python -m tests.bench.pages` prints a ready line. Every request is answered with a page of 50
posts; the cursor of the next counts up to the one in the path, `/<last>/v1/posts`.
"""

import asyncio
import json
import re

ROWS = 50
_LAST = re.compile(rb"GET /(\d+)/")
_CURSOR = re.compile(rb"[?&]cursor=(\d+)")


def page(number: int, last: int) -> bytes:
    """The body of a page."""
    posts = [
        {
            "id": f"post_{number}_{row}",
            "status": "scheduled",
            "content": f"a monday note, the {row}th of them.",
            "channels": [
                {"channel": "instagram", "status": "scheduled"},
                {"channel": "linkedin", "status": "published", "publishedAt": _MOMENT},
            ],
            "scheduledAt": _MOMENT,
            "createdAt": _MOMENT,
        }
        for row in range(ROWS)
    ]
    following = str(number + 1) if number < last else None
    pagination = {"limit": ROWS, "nextCursor": following}
    return json.dumps({"data": posts, "pagination": pagination}, separators=(",", ":")).encode()


_MOMENT = "2026-04-15T09:30:00Z"


class _Connection(asyncio.Protocol):
    """One connection, kept open."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        """Answer each request once its head is there; none has a body."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            target = head.partition(b"\r\n")[0]
            last, number = _number(_LAST, target), _number(_CURSOR, target)
            body = page(number, last) if last else _FIRST
            assert isinstance(self._transport, asyncio.Transport)
            self._transport.write(_HEAD % len(body) + body)


def _number(pattern: re.Pattern[bytes], target: bytes) -> int:
    found = pattern.search(target)
    return int(found[1]) if found else 0


_FIRST = page(0, 0)
_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-RateLimit-Limit: 600\r\n"
    b"X-RateLimit-Remaining: 599\r\nX-RateLimit-Reset: 1790000000\r\nContent-Length: %d\r\n\r\n"
)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"ready": True, "url": f"http://127.0.0.1:{port}"}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
