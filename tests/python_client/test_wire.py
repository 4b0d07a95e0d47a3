"""Over real sockets: what a mock of the transport cannot show."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import Any

import httpx2
import pytest

from generator.targets.python.runtime.errors import APIConnectionError, APITimeoutError
from generator.targets.python.runtime.operation import Events, Operation
from generator.targets.python.runtime.sync_client import SyncClient
from tests.python_client.conftest import configuration
from tests.python_client.scripted import FakeClock
from tests.python_client.socket_server import Replies

GET = Operation[Any]("GET", "/x", returns=Any)
ONCE: Any = {"max_retries": 0}


def test_nobody_listens() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with (
        SyncClient(configuration(base_url=url), clock=FakeClock()) as client,
        pytest.raises(APIConnectionError) as caught,
    ):
        client._caller.execute(GET, {}, ONCE)
    assert not caught.value.sent
    assert isinstance(caught.value.__cause__, httpx2.ConnectError)


def test_an_answer_that_breaks_off_is_asked_for_again(server: Replies) -> None:
    server.replies = [
        b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{",
        b"",
        b'HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n{"ok":1}',
    ]
    clock = FakeClock()
    with SyncClient(configuration(base_url=server.url), clock=clock) as client:
        assert client._caller.execute(GET, {}, {}) == {"ok": 1}
    assert clock.slept == [0.5, 1.0]
    assert all(b"GET /x HTTP/1.1\r\n" in request for request in server.received)


def test_an_answer_that_does_not_come(server: Replies) -> None:
    server.replies = [None]
    with (
        SyncClient(configuration(base_url=server.url), clock=FakeClock()) as client,
        pytest.raises(APITimeoutError) as caught,
    ):
        client._caller.execute(GET, {}, {"max_retries": 0, "timeout": 0.05})
    assert caught.value.sent


def test_a_stream_that_breaks_off_in_the_middle(server: Replies) -> None:
    server.replies = [
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        b"9\r\ndata: 1\n\n\r\n"
    ]
    stream = Operation[Any]("GET", "/x", returns=Any, events=Events({}))
    events: list[Any] = []
    with SyncClient(configuration(base_url=server.url), clock=FakeClock()) as client:
        opened = client._caller.stream(stream, {}, ONCE)
        with pytest.raises(APIConnectionError):
            events.extend(event.data for event in opened)
    assert events == [1]
