"""Server-sent events (WHATWG HTML §9.2): typed events, the first awaited, the work cancellable."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Send

from .answers import encode_json

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
logger = logging.getLogger(__name__)

Failure = Callable[[Exception], bytes]
"""What is sent where the stream breaks after its first byte."""


@dataclass(frozen=True, slots=True)
class ServerSentEvent(Generic[T_co]):
    """One event; `data` is sent as one line of JSON."""

    data: T_co
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    """Milliseconds that a client waits before it connects again."""


@dataclass(frozen=True, slots=True)
class EventStream(Generic[T_co]):
    """An answer of events.

    Nothing is sent before the first event is there: what goes wrong until then is an ordinary
    error. What goes wrong later is sent as `on_error`'s event, where there is one, and ends the
    stream. When the client hangs up, the iterator is cancelled and closed.
    """

    events: AsyncIterator[ServerSentEvent[T_co]]
    on_error: Callable[[Exception], ServerSentEvent[T_co]] | None = None


def encode_event(event: ServerSentEvent[object], data: bytes) -> bytes:
    """An event as it is sent, `data` being its data as one line of JSON."""
    lines = []
    if event.event is not None:
        lines.append(f"event: {_line(event.event)}")
    if event.id is not None:
        lines.append(f"id: {_line(event.id)}")
    if event.retry is not None:
        lines.append(f"retry: {event.retry}")
    head = "".join(f"{line}\n" for line in lines).encode()
    return head + b"data: " + data + b"\n\n"


def _line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ").replace("\0", "")


async def first_event(
    stream: EventStream[object], receive: Receive
) -> ServerSentEvent[object] | None:
    """The first event, None where there is none.

    Raises what the iterator raises, and ClientDisconnect where the client does not wait for it.
    """
    return await _until_disconnected(_next(stream), receive)


async def _next(stream: EventStream[object]) -> ServerSentEvent[object] | None:
    return await anext(stream.events, None)


async def send_events(
    first: ServerSentEvent[object] | None,
    stream: EventStream[object],
    encode: Callable[[ServerSentEvent[object]], bytes],
    receive: Receive,
    send: Send,
) -> None:
    """Send `first` and the events after it as the body of an answer that has begun.

    Raises ClientDisconnect where the client hangs up.
    """
    await _until_disconnected(_send_all(first, stream, encode, send), receive)


async def _send_all(
    first: ServerSentEvent[object] | None,
    stream: EventStream[object],
    encode: Callable[[ServerSentEvent[object]], bytes],
    send: Send,
) -> None:
    try:
        if first is not None:
            await _send_chunk(send, encode(first))
            async for event in stream.events:
                await _send_chunk(send, encode(event))
    except Exception as error:
        logger.exception("stream_failed")
        if stream.on_error is not None:
            event = stream.on_error(error)
            await _send_chunk(send, encode_event(event, encode_json(event.data)))
    finally:
        await close(stream.events)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_chunk(send: Send, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _until_disconnected(work: Coroutine[Any, Any, T], receive: Receive) -> T:
    """What `work` returns; it is cancelled, and ClientDisconnect raised, where the client goes."""
    task = asyncio.ensure_future(work)
    hang_up = asyncio.ensure_future(_disconnect(receive))
    try:
        await asyncio.wait({task, hang_up}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return await task
        raise ClientDisconnect
    finally:
        for pending in (task, hang_up):
            pending.cancel()
        await asyncio.gather(task, hang_up, return_exceptions=True)


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def close(events: AsyncIterator[object]) -> None:
    """Close an iterator that can be closed, so that it cleans up now."""
    aclose = getattr(events, "aclose", None)
    if aclose is not None:
        with contextlib.suppress(RuntimeError):
            await aclose()
