"""HTTP/1.1 by hand around an application: what no framework lets an application get wrong.

Each name in `bugs` switches on one mistake of whoever frames answers, or stands before the API.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from functools import partial
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import h11

Headers = list[tuple[bytes, bytes]]
LONGEST = 100_000


@contextmanager
def framed(app: Any, *bugs: str) -> Iterator[str]:
    """An ASGI application on a free port of loopback, for as long as the block runs."""
    loop = asyncio.new_event_loop()
    answering = partial(_connection, app, frozenset(bugs))
    server = loop.run_until_complete(asyncio.start_server(answering, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _connection(
    app: Any,
    bugs: frozenset[str],
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Answer one request, and hang up."""
    with suppress(ConnectionError, h11.RemoteProtocolError):
        request, body = await _request(reader, lenient="guesses-lengths" in bugs)
        writer.write(await _answer(app, bugs, request, body))
        await writer.drain()
    writer.close()


async def _request(reader: asyncio.StreamReader, *, lenient: bool) -> tuple[h11.Request, bytes]:
    came = bytearray()
    try:
        return await _parsed(reader, came)
    except h11.RemoteProtocolError:
        if not lenient:
            raise
        guess = asyncio.StreamReader()
        guess.feed_data(_with_its_length(bytes(came)))
        guess.feed_eof()
        return await _parsed(guess, came)


def _with_its_length(request: bytes) -> bytes:
    """A request that is framed badly, framed as it was probably meant."""
    head, _, body = request.partition(b"\r\n\r\n")
    framing = (b"content-length:", b"transfer-encoding:")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(framing)]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])


async def _parsed(reader: asyncio.StreamReader, came: bytearray) -> tuple[h11.Request, bytes]:
    """A request and its body; what arrived is kept in `came`."""
    machine = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST)
    request, body = None, b""
    while True:
        event = machine.next_event()
        if event is h11.NEED_DATA:
            arrived = await reader.read(LONGEST)
            came += arrived
            machine.receive_data(arrived)
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif request is None:
            raise ConnectionError("There was no request.")
        else:
            return request, body


async def _answer(app: Any, bugs: frozenset[str], request: h11.Request, body: bytes) -> bytes:
    status, headers, content = await _application(app, request, body)
    told, asked = dict(request.headers), unquote(request.target.decode("latin-1"))
    lines: Headers = [pair for pair in headers if pair[0] != b"content-length"]
    length = dict(headers).get(b"content-length", b"%d" % len(content))
    if "undated" not in bugs:
        lines.append((b"date", formatdate(usegmt=True).encode()))
    if "follows-host" in bugs:
        lines.append((b"link", b"<https://%s/>; rel=self" % told.get(b"host", b"")))
    if "repeats-id" in bugs and (sent := told.get(b"x-request-id")):
        lines.append((b"x-request-id", unquote(sent.decode("latin-1")).encode("utf-8")))
    if "repeats-path" in bugs:
        lines.append((b"x-path", asked.encode("utf-8")))
    if "long-url-crash" in bugs and len(request.target) > 8_000:
        status = 500
    if request.method == b"HEAD":
        content = b'{"items": []}' if "head-with-body" in bugs else b""
        length = b"0" if "head-of-nothing" in bugs else length
    lines.append((b"content-length", length))
    lines.append((b"connection", b"close"))
    head = b"".join(b"%s: %s\r\n" % pair for pair in lines)
    return b"HTTP/1.1 %d \r\n%s\r\n%s" % (status, head, content)


async def _application(app: Any, request: h11.Request, body: bytes) -> tuple[int, Headers, bytes]:
    """The status, headers and body that an application answers with."""
    sent: list[dict[str, Any]] = []
    arriving = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        if (message := next(arriving, None)) is None:
            await asyncio.Event().wait()
        return message or {}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    path, _, query = request.target.partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": request.method.decode(),
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "headers": list(request.headers),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], list(sent[0]["headers"]), content
