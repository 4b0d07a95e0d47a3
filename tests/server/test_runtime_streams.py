"""Server-sent events: sent one by one, errors before and after the first byte, hanging up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.responses import StreamingResponse

from generator.targets.server.runtime import (
    ApiError,
    Cors,
    EventStream,
    ServerOptions,
    ServerSentEvent,
)
from tests.server.parcels import Parcels, build, call, refusal, served

MOVED = ServerSentEvent({"place": "Łódź\ndata: {}"}, event="moved", id="1", retry=5)


def test_events_are_sent_as_the_standard_says() -> None:
    response = call(build(Parcels(events=[MOVED, MOVED])), "POST", "/track")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    one = 'event: moved\nid: 1\nretry: 5\ndata: {"place":"Łódź\\ndata: {}"}\n\n'
    assert response.text == one + one


def test_a_field_cannot_break_out_of_its_line() -> None:
    event = ServerSentEvent({"place": "x"}, event="moved", id="1\ndata: 2\r\n\n")
    response = call(build(Parcels(events=[event])), "POST", "/track")
    assert response.text.splitlines()[1] == "id: 1 data: 2   "


def test_what_goes_wrong_before_the_first_event_is_an_ordinary_error() -> None:
    error = ApiError(404, "not_found", "No such parcel.")
    for parcels in (Parcels(error=error), Parcels(stream_error=error)):
        response = call(build(parcels), "POST", "/track")
        assert refusal(response, 404) == "No such parcel."


def test_what_goes_wrong_later_is_an_event(caplog: pytest.LogCaptureFixture) -> None:
    parcels = Parcels(events=[MOVED], stream_error=ValueError("hunter2"))
    with caplog.at_level(logging.ERROR):
        response = call(build(parcels), "POST", "/track")
    assert response.text.endswith('event: error\ndata: {"message":"lost"}\n\n')
    assert "hunter2" not in response.text
    assert "stream_failed" in [record.message for record in caplog.records]
    assert parcels.stream_closed


@pytest.mark.parametrize(
    "event",
    [
        ServerSentEvent({"spot": "x"}, event="moved"),
        ServerSentEvent({"place": "x"}, event="lost"),
        ServerSentEvent({"place": "x"}),
    ],
)
def test_an_undocumented_event_is_not_sent(event: ServerSentEvent[Any]) -> None:
    refusal(call(build(Parcels(events=[event])), "POST", "/track"), 500)
    response = call(build(Parcels(events=[MOVED, event])), "POST", "/track")
    assert response.text.count("event: moved") == 1
    assert response.text.endswith('event: error\ndata: {"message":"lost"}\n\n')


def test_a_stream_has_the_cors_header() -> None:
    app = build(Parcels(events=[MOVED]), options=ServerOptions(cors=Cors()))
    assert call(app, "POST", "/track").headers["access-control-allow-origin"] == "*"


async def first_chunk(url: str) -> str:
    """The first event of a stream that is then hung up on."""
    headers = {"Authorization": "Bearer good"}
    async with (
        httpx2.AsyncClient(trust_env=False) as client,
        client.stream("POST", f"{url}/track", headers=headers) as response,
    ):
        async for chunk in response.aiter_text():
            return chunk
    raise AssertionError("nothing was sent")


async def until(parcels: Parcels) -> None:
    """Wait until the stream's work has stopped."""
    async with asyncio.timeout(5):
        while not parcels.stream_closed:
            await asyncio.sleep(0.01)


def test_a_client_that_hangs_up_stops_the_work() -> None:
    parcels = Parcels()  # without events it goes on for ever
    with served(build(parcels)) as url:

        async def hang_up() -> None:
            assert 'data: {"place":"here"}' in await first_chunk(url)
            await until(parcels)

        asyncio.run(hang_up())


def test_a_client_that_hangs_up_on_a_raw_stream_stops_the_work() -> None:
    parcels = Parcels()

    async def endless() -> AsyncIterator[str]:
        async for event in parcels._track():
            yield f"event: {event.event}\ndata: {{}}\n\n"

    parcels.answer = StreamingResponse(endless(), media_type="text/event-stream")
    with served(build(parcels)) as url:

        async def hang_up() -> None:
            assert "event: moved" in await first_chunk(url)
            await until(parcels)

        asyncio.run(hang_up())


def test_a_client_that_hangs_up_before_the_first_event_stops_the_work() -> None:
    parcels = Parcels()

    async def silent() -> AsyncIterator[ServerSentEvent[Any]]:
        parcels.calls.append({})
        try:
            await asyncio.Event().wait()
            yield MOVED
        finally:
            parcels.stream_closed = True

    parcels.answer = EventStream(silent())
    with served(build(parcels)) as url:

        async def hang_up() -> None:
            asking = asyncio.create_task(first_chunk(url))
            while len(parcels.calls) < 2:
                await asyncio.sleep(0.01)
            asking.cancel()
            await until(parcels)

        asyncio.run(hang_up())
