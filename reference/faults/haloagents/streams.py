"""Planted faults of streamed replies."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from starlette.types import Message

from reference.clock import Clock
from reference.faults.composition import around, reheading, requests, retelling
from reference.faults.exchange import Answered, Ask, Asked, Retell
from reference.faults.fault import Fault
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.replies import Replies

STREAM = f"{BASE_PATH}/chat/stream"
_SERVED: set[asyncio.Task[None]] = set()


def _event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def _is(name: str, event: bytes) -> bool:
    return event.startswith(f"event: {name}\n".encode())


def _data(event: bytes) -> Any:
    return json.loads(event.partition(b"data: ")[2])


def _each(change: Callable[[bytes], Sequence[bytes]]) -> Callable[[], Retell]:
    """Tell each event otherwise, whatever came before."""
    return lambda: lambda event: change(event) if event else ()


def _at_once() -> Retell:
    kept: list[bytes] = []

    def retell(event: bytes) -> Sequence[bytes]:
        kept.append(event)
        return () if event else [b"".join(kept)]

    return retell


def _in_one_piece() -> Retell:
    def retell(event: bytes) -> Sequence[bytes]:
        if _is("delta", event):
            return ()
        if _is("done", event):
            return [_event("delta", {"text": _data(event)["reply"]}), event]
        return [event] if event else ()

    return retell


def _losing_the_second() -> Retell:
    seen = 0

    def retell(event: bytes) -> Sequence[bytes]:
        nonlocal seen
        seen += _is("delta", event)
        return () if not event or (_is("delta", event) and seen == 2) else [event]

    return retell


def _cumulative() -> Retell:
    said = ""

    def retell(event: bytes) -> Sequence[bytes]:
        nonlocal said
        if not _is("delta", event):
            return [event] if event else ()
        said += _data(event)["text"]
        return [_event("delta", {"text": said})]

    return retell


def _done_after_all() -> Retell:
    said = ""

    def retell(event: bytes) -> Sequence[bytes]:
        nonlocal said
        if _is("delta", event):
            said += _data(event)["text"]
        if _is("error", event):
            return [_event("done", {"reply": said})]
        return [event] if event else ()

    return retell


def _without_name(event: bytes) -> Sequence[bytes]:
    return [b"data:" + event.partition(b"data:")[2]]


def _done_as_word(event: bytes) -> Sequence[bytes]:
    return [b"data: [DONE]\n\n"] if _is("done", event) else [event]


def _error_as_text(event: bytes) -> Sequence[bytes]:
    return [b"event: error\ndata: stream failed\n\n"] if _is("error", event) else [event]


def _plain_text(_start: Message, headers: dict[str, str]) -> dict[str, str]:
    if not headers.get("content-type", "").startswith("text/event-stream"):
        return headers
    return {**headers, "content-type": "text/plain; charset=utf-8"}


async def _errors_as_events(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if asked.path != STREAM or answered.status not in {400, 403, 404}:
        return answered
    body = _event("error", answered.json)
    return answered.with_status(200).with_text(body.decode(), "text/event-stream")


def _without_history(asked: Asked) -> Asked:
    return asked.with_json({k: v for k, v in asked.fields.items() if k != "history"})


class _Unstoppable(Replies):
    """Replies that are worked at to their end, whoever waits for them."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)

    async def watched(
        self, pieces: AsyncGenerator[str], org_id: str, operation: str
    ) -> AsyncGenerator[str]:
        said: asyncio.Queue[str | Exception | None] = asyncio.Queue()
        watched = super().watched(pieces, org_id, operation)

        async def work() -> None:
            try:
                async with aclosing(watched):
                    async for piece in watched:
                        said.put_nowait(piece)
                said.put_nowait(None)
            except Exception as error:
                said.put_nowait(error)

        task = asyncio.create_task(work())
        _SERVED.add(task)
        task.add_done_callback(_SERVED.discard)
        while (piece := await said.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="SSE-F01",
        title="A stream has no final event",
        promises=("HALO-11",),
        mistake="The end of the connection was thought to say it.",
        apply=retelling(_each(lambda event: () if _is("done", event) else [event])),
    ),
    Fault(
        id="SSE-F02",
        title="A stream has the whole reply in one piece",
        promises=("HALO-11",),
        mistake="The agent is asked for its whole reply, which is then sent as a stream.",
        apply=retelling(_in_one_piece),
    ),
    Fault(
        id="SSE-F03",
        title="All events arrive at once, at the end",
        promises=("HALO-11",),
        mistake="The proxy in front buffers.",
        apply=retelling(_at_once),
    ),
    Fault(
        id="SSE-F04",
        title="The final event's data is [DONE]",
        promises=("HALO-11",),
        mistake="Another vendor's stream ends so.",
        apply=retelling(_each(_done_as_word)),
    ),
    Fault(
        id="SSE-F05",
        title="The final event is sent twice",
        promises=("HALO-11",),
        mistake="Both the agent and the route send it.",
        apply=retelling(_each(lambda event: [event, event] if _is("done", event) else [event])),
    ),
    Fault(
        id="SSE-F06",
        title="A stream that breaks just ends",
        promises=("HALO-11",),
        mistake="Exceptions in the generator are logged, and that is it.",
        apply=retelling(_each(lambda event: () if _is("error", event) else [event])),
    ),
    Fault(
        id="SSE-F07",
        title="A stream that breaks ends as if it were done",
        promises=("HALO-11",),
        mistake="The final event is sent in a finally block.",
        apply=retelling(_done_after_all),
    ),
    Fault(
        id="SSE-F08",
        title="What goes wrong before the first byte is a stream of one error event",
        promises=("HALO-11",),
        mistake="The stream is begun before the request is looked at.",
        apply=around(_errors_as_events),
    ),
    Fault(
        id="SSE-F09",
        title="A client that hangs up does not stop the work",
        promises=("HALO-11",),
        mistake="The agent runs in a task of its own, which nobody cancels.",
        apply=lambda parts: replace(parts, replies=_Unstoppable(parts.platform.clock)),
    ),
    Fault(
        id="SSE-F10",
        title="The second piece of a reply is lost",
        promises=("HALO-11",),
        mistake="The first read from the queue is thrown away when the headers are sent.",
        apply=retelling(_losing_the_second),
    ),
    Fault(
        id="SSE-F11",
        title="Each delta has all that was said so far",
        promises=("HALO-11",),
        mistake="The text is put together in the wrong place.",
        apply=retelling(_cumulative),
    ),
    Fault(
        id="SSE-F12",
        title="Events have no names",
        promises=("HALO-11",),
        mistake="Only data lines are written.",
        apply=retelling(_each(_without_name)),
    ),
    Fault(
        id="SSE-F13",
        title="A stream is text/plain",
        promises=("HALO-11",),
        mistake="The framework's default content type was left.",
        apply=reheading(_plain_text),
    ),
    Fault(
        id="SSE-F14",
        title="The streamed reply does not know of the history",
        promises=("HALO-11",),
        mistake="The two routes put the question together in two places.",
        apply=requests(lambda asked: asked.path == STREAM, _without_history),
    ),
    Fault(
        id="SSE-F15",
        title="The data of an error event is no JSON",
        promises=("HALO-11",),
        mistake="The error is written by hand.",
        apply=retelling(_each(_error_as_text)),
    ),
    Fault(
        id="SSE-F16",
        title="Another event comes after the final one",
        promises=("HALO-11",),
        mistake="Usage is told when it is known.",
        apply=retelling(
            _each(
                lambda event: (
                    [event, _event("delta", {"text": ""})] if _is("done", event) else [event]
                )
            )
        ),
    ),
    Fault(
        id="SSE-F17",
        title="The final event has no reply",
        promises=("HALO-11",),
        mistake="It was thought that the client has it already.",
        apply=retelling(_each(lambda event: [_event("done", {}) if _is("done", event) else event])),
    ),
)
