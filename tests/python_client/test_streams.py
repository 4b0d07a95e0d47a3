"""Streams that break off: taken up again after the last event, or given up with an error."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import msgspec
import pytest

from generator.targets.python.runtime.errors import APIConnectionError, InternalServerError
from generator.targets.python.runtime.operation import Events, Operation
from tests.python_client.conftest import Harness, MakeHarness
from tests.python_client.scripted import collected, json_answer

pytestmark = pytest.mark.anyio


class Delta(msgspec.Struct):
    text: str


EVENTS = {"content-type": "text/event-stream"}
TYPES = {"delta": Delta, "done": Delta}
RESUMED = Operation[Any](
    "GET", "/chat", returns=Any, events=Events(TYPES, frozenset({"done"}), resume=True)
)
NOT_RESUMED = Operation[Any]("GET", "/chat", returns=Any, events=Events(TYPES, frozenset({"done"})))


class Broken(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that ends with a lost connection; `closed` once nobody reads it any more."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield self.text.encode()
        raise httpx2.ReadError("reset")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.text.encode()
        raise httpx2.ReadError("reset")

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def event(name: str, text: str, number: int | None = None) -> str:
    told = "" if number is None else f"id: {number}\n"
    return f'{told}event: {name}\ndata: {{"text": "{text}"}}\n\n'


def whole(*events: str) -> httpx2.Response:
    return httpx2.Response(200, headers=EVENTS, content="".join(events).encode())


def cut(*events: str) -> Any:
    return lambda _: httpx2.Response(200, headers=EVENTS, stream=Broken("".join(events)))


async def texts(made: Harness, operation: Operation[Any]) -> list[str]:
    return [each.data.text for each in await collected(await made.stream(operation))]


@pytest.mark.parametrize("breaking", [cut, whole])
async def test_a_stream_goes_on_after_the_last_whole_event(
    harness: MakeHarness, breaking: Any
) -> None:
    made = harness(
        [
            breaking(
                event("delta", "a", 1), event("delta", "b", 2), "id: 3\nevent: delta\ndata: {"
            ),
            whole(event("delta", "c", 3), event("done", "abc", 4)),
        ]
    )
    assert await texts(made, RESUMED) == ["a", "b", "c", "abc"]
    first, second = made.script.requests
    assert "last-event-id" not in first.headers
    assert second.headers["last-event-id"] == "2"
    assert made.clock.slept == [0.5]


async def test_the_stream_says_how_long_to_wait(harness: MakeHarness) -> None:
    made = harness([cut("retry: 3000\n\n", event("delta", "a", 1)), whole(event("done", "a"))])
    assert await texts(made, RESUMED) == ["a", "a"]
    assert made.clock.slept == [3.0]


async def test_a_stream_that_had_not_begun_begins_again(harness: MakeHarness) -> None:
    made = harness([cut(), whole(event("done", "a"))])
    assert await texts(made, RESUMED) == ["a"]
    assert "last-event-id" not in made.script.requests[1].headers


async def test_events_without_ids_cannot_be_gone_on_after(harness: MakeHarness) -> None:
    made = harness([cut(event("delta", "a"))])
    with pytest.raises(APIConnectionError, match="reset"):
        await texts(made, RESUMED)


async def test_a_contract_that_says_nothing_has_no_resumption(harness: MakeHarness) -> None:
    made = harness([cut(event("delta", "a", 1))])
    with pytest.raises(APIConnectionError, match="reset"):
        await texts(made, NOT_RESUMED)
    assert len(made.script.requests) == 1


async def test_a_stream_without_progress_is_given_up(harness: MakeHarness) -> None:
    made = harness([cut(event("delta", "a", 1)), cut(), cut()])
    with pytest.raises(APIConnectionError, match="reset"):
        await texts(made, RESUMED)
    assert made.clock.slept == [0.5, 1.0]


async def test_progress_gives_new_tries(harness: MakeHarness) -> None:
    parts = [cut(event("delta", str(number), number)) for number in range(6)]
    made = harness([*parts, whole(event("done", "6", 6))])
    assert await texts(made, RESUMED) == ["0", "1", "2", "3", "4", "5", "6"]
    assert [request.headers.get("last-event-id") for request in made.script.requests] == [
        *(None, "0", "1", "2", "3", "4", "5")
    ]


async def test_a_stream_that_is_refused_when_it_is_taken_up_again(harness: MakeHarness) -> None:
    error = json_answer({"error": {"code": "gone", "message": "Gone."}}, 500)
    made = harness([cut(event("delta", "a", 1)), *[error] * 3])
    with pytest.raises(InternalServerError, match="Gone"):
        await texts(made, RESUMED)


async def test_every_connection_of_a_stream_is_closed(harness: MakeHarness) -> None:
    bodies = [Broken(event("delta", "a", 1)), Broken(event("delta", "b", 2) * 2)]
    made = harness([lambda _: httpx2.Response(200, headers=EVENTS, stream=bodies[0])])
    made.script.answers.append(lambda _: httpx2.Response(200, headers=EVENTS, stream=bodies[1]))
    stream = await made.stream(RESUMED)
    if hasattr(stream, "__aenter__"):
        async with stream:
            assert [(await anext(stream)).data.text for _ in range(2)] == ["a", "b"]
    else:
        with stream:
            assert [next(stream).data.text for _ in range(2)] == ["a", "b"]
    assert [body.closed for body in bodies] == [True, True]
