"""A server that speaks chat completions as OpenAI does, as well or as badly as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.responses import StreamingResponse as Streaming
from starlette.routing import Route

PIECES = ("Refunds ", "take ", "five days — ", "\U0001f600")


class ModelServer:
    """The app, where it is, what it was asked, and how many answers it is still working at."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.working = 0
        self.url = ""
        self.app = Starlette(routes=[Route("/v1/chat/completions", self._answer, methods=["POST"])])

    async def _answer(self, request: Request) -> Response:
        asked = await request.json()
        self.asked.append(asked)
        self.headers.append(dict(request.headers))
        model = asked["model"]
        if model in _ANSWERS:
            return _ANSWERS[model]()
        return Streaming(self._counted(_STREAMS[model]()), media_type="text/event-stream")

    async def _counted(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        self.working += 1
        try:
            async for chunk in chunks:
                yield chunk
        finally:
            self.working -= 1


def _chunk(delta: dict[str, str]) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": delta}]}).encode() + b"\n\n"


async def _said(*, done: bool = True) -> AsyncIterator[bytes]:
    yield b": a comment\r\n\r\n" + _chunk({"role": "assistant"})
    for piece in PIECES:
        whole = _chunk({"content": piece})
        yield whole[:30]
        await asyncio.sleep(0)
        yield whole[30:]
    yield b'data: {"choices": [], "usage": {"total_tokens": 9}}\n\n'
    if done:
        yield b"data: [DONE]\n\n"


async def _then(chunk: bytes) -> AsyncIterator[bytes]:
    yield _chunk({"content": PIECES[0]})
    yield chunk


async def _falling_silent(first: bytes) -> AsyncIterator[bytes]:
    yield first
    await asyncio.Event().wait()


async def _torn() -> AsyncIterator[bytes]:
    yield _chunk({"content": PIECES[0]})
    await asyncio.sleep(0.05)
    raise ConnectionResetError


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield _chunk({"content": "on and on " * 1_000})
        await asyncio.sleep(0)


async def _endless_line() -> AsyncIterator[bytes]:
    yield b"data: "
    while True:
        yield b"x" * 65_536
        await asyncio.sleep(0)


async def _nothing() -> AsyncIterator[bytes]:
    yield b"data: [DONE]\n\n"


_STREAMS: dict[str, Callable[[], AsyncIterator[bytes]]] = {
    "ok": _said,
    "without an end": lambda: _said(done=False),
    "torn": _torn,
    "garbage": lambda: _then(b"data: <html>\n\n"),
    "another shape": lambda: _then(b'data: {"choices": "none"}\n\n'),
    "silent": lambda: _falling_silent(b": wait\n\n"),
    "falling silent": lambda: _falling_silent(_chunk({"content": PIECES[0]})),
    "saying nothing": _nothing,
    "endless": _endless,
    "endless line": _endless_line,
}


_ANSWERS: dict[str, Callable[[], Response]] = {
    "failing": lambda: JSONResponse({"error": {"message": "overloaded"}}, 500),
    "unauthorized": lambda: JSONResponse({"error": {"message": "no key"}}, 401),
    "redirecting": lambda: RedirectResponse("http://127.0.0.1:9/"),
    "no stream": lambda: PlainTextResponse("hello"),
}
