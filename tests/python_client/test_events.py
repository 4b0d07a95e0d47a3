"""Server-sent events: the WHATWG grammar fed with every split, typed events, endings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.targets.python.runtime.errors import (
    APIConnectionError,
    APIResponseValidationError,
    NotFoundError,
)
from generator.targets.python.runtime.events import EventParser, RawEvent
from generator.targets.python.runtime.operation import Events, Operation
from generator.targets.python.runtime.unions import Unknown
from tests.python_client.conftest import MakeHarness
from tests.python_client.scripted import collected, json_answer, settled


class Delta(msgspec.Struct):
    text: str


STREAM = Operation[Any](
    "POST",
    "/chat/stream",
    returns=Any,
    events=Events({"delta": Delta, "done": Delta}, frozenset({"done"})),
)

CASES = [
    (b"data: a\n\n", [RawEvent("message", "a")]),
    (b"data:a\r\ndata: b\r\rdata: c\n\n", [RawEvent("message", "a\nb"), RawEvent("message", "c")]),
    (b"data: a\r\r", [RawEvent("message", "a")]),
    (b"data: a\r\n\r\ndata: b\r\n\r", [RawEvent("message", "a"), RawEvent("message", "b")]),
    (b"\xef\xbb\xbfdata: a\n\n", [RawEvent("message", "a")]),
    (
        b"event: x\nid: 7\ndata: a\n\ndata: b\n\n",
        [RawEvent("x", "a", "7"), RawEvent("message", "b", "7")],
    ),
    (b"event: x\n\ndata: a\n\n", [RawEvent("message", "a")]),
    (b": comment\ndata\n\n", [RawEvent("message", "")]),
    (b"data:  two\n\n", [RawEvent("message", " two")]),
    (
        b"retry: 30\ndata: a\n\nretry: x\ndata: b\n\n",
        [RawEvent("message", "a", "", 30), RawEvent("message", "b")],
    ),
    (b"id: a\0b\ndata: a\n\n", [RawEvent("message", "a")]),
    ("data: snow ☃\n\n".encode(), [RawEvent("message", "snow ☃")]),
    (b"data: cut off\n", []),
    (b"data: cut off", []),
    (b"", []),
]


@pytest.mark.parametrize(("stream", "events"), CASES)
def test_every_cut_in_two_gives_the_same_events(stream: bytes, events: list[RawEvent]) -> None:
    for cut in range(len(stream) + 1):
        parser = EventParser()
        found = [*parser.feed(stream[:cut]), *parser.feed(stream[cut:])]
        assert found == events, cut


@given(
    st.lists(st.sampled_from([each for each, _ in CASES if each.endswith(b"\n\n")]), max_size=4),
    st.data(),
)
def test_any_cuts_give_the_same_events(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(part.removeprefix(b"\xef\xbb\xbf") for part in parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    cut, whole = EventParser(), EventParser()
    assert [e for piece in pieces for e in cut.feed(piece)] == list(whole.feed(stream))


def answer(body: str, status: int = 200) -> httpx2.Response:
    headers = {"content-type": "text/event-stream"}
    return httpx2.Response(status, content=body.encode(), headers=headers)


@pytest.mark.anyio
async def test_events_have_their_types_and_the_final_one_ends(harness: MakeHarness) -> None:
    body = (
        'event: delta\ndata: {"text": "a"}\n\nevent: new\ndata: {"x": 1}\n\n'
        'event: done\ndata: {"text": "ab"}\n\nevent: delta\ndata: {"text": "late"}\n\n'
    )
    made = harness([answer(body)])
    stream = await made.stream(STREAM)
    events = await collected(stream)
    assert [event.data for event in events] == [Delta("a"), Unknown({"x": 1}), Delta("ab")]
    assert stream._reply._reply.is_closed
    assert made.script.requests[0].headers["accept"] == "text/event-stream"


@pytest.mark.anyio
async def test_a_stream_left_early_is_closed(harness: MakeHarness) -> None:
    made = harness([answer('event: delta\ndata: {"text": "a"}\n\n' * 3)])
    stream = await made.stream(STREAM)
    if hasattr(stream, "__aenter__"):
        async with stream:
            await anext(stream)
    else:
        with stream:
            next(stream)
    assert stream._reply._reply.is_closed


@pytest.mark.anyio
async def test_a_stream_that_breaks_off_says_so(harness: MakeHarness) -> None:
    made = harness([answer('event: delta\ndata: {"text": "a"}\n\n')])
    with pytest.raises(APIConnectionError, match="broke off"):
        await collected(await made.stream(STREAM))


@pytest.mark.anyio
async def test_an_event_that_is_not_as_documented(harness: MakeHarness) -> None:
    made = harness([answer('event: delta\ndata: {"text": 1}\n\n')])
    with pytest.raises(APIResponseValidationError, match=r"delta.*\$\.text"):
        await collected(await made.stream(STREAM))


@pytest.mark.anyio
async def test_a_reply_that_is_tried_again_is_closed(harness: MakeHarness) -> None:
    body = OpenBody()
    busy: Any = lambda _: httpx2.Response(429, stream=body)  # noqa: E731  an answer of the script
    made = harness([busy, answer('event: done\ndata: {"text": "a"}\n\n')])
    assert len(await collected(await made.stream(STREAM))) == 1
    assert body.closed


class OpenBody(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that nobody has read yet."""

    closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"{}"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"{}"

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.anyio
async def test_a_refused_stream_is_an_ordinary_error(harness: MakeHarness) -> None:
    made = harness([json_answer({"error": {"code": "no_agent", "message": "None."}}, 404)])
    with pytest.raises(NotFoundError, match="no_agent"):
        await settled(made.stream(STREAM))
