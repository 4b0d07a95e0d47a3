"""How a server ends: in order at the first signal, at once at the second."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.reference.wire import PATIENCE, Wire, serving

ENDLESS = """
import asyncio, json, logging, socket, sys
from reference import http_server
from reference.http_server import HttpServer
from reference.logs import configure_logging

http_server._SECONDS_FOR_REQUESTS = json.loads(sys.argv[1])["database"] or 1

class Origin:
    async def start(self):
        pass

    async def stop(self):
        print("handed back", flush=True)

    async def __call__(self, scope, receive, send):
        head = {"type": "http.response.start", "status": 200, "headers": []}
        try:
            await send(head)
            while True:
                message = {"type": "http.response.body", "body": b"more\\n", "more_body": True}
                await send(message)
                await asyncio.sleep(0.05)
        finally:
            print("cleaned up", flush=True)

configure_logging("debug")
listener = socket.create_server(("127.0.0.1", 0))
url = f"http://127.0.0.1:{listener.getsockname()[1]}"
server = HttpServer(Origin(), json.dumps({"url": url}))
server.run(sockets=[listener])
sys.exit(server.force_exit)
"""
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
TOKEN = {"FOURFOLD_CONTROL_TOKEN": "given"}
BODY = b'{"advance": 0}'
BEGUN = (
    b"POST /_control/clock HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer given\r\n"
    b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)
)


@contextmanager
def _streaming(seconds: float) -> Iterator[tuple[Any, Wire]]:
    """A server that gives requests so many seconds to end, and one that does not end."""
    with serving(program=ENDLESS, database=seconds) as (process, ready), Wire(ready) as wire:
        wire.send(REQUEST)
        while wire.line() != b"more\n":
            pass
        yield process, wire


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_under_way_is_finished(number: signal.Signals) -> None:
    with serving(TOKEN) as (process, ready), Wire(ready) as wire, Wire(ready) as idle:
        wire.send(BEGUN)
        assert (wire.any_answer() or pytest.fail("nothing")).status == 100
        process.send_signal(number)
        assert idle.is_closed()
        assert _is_refused(ready)
        wire.send(BODY)
        answer = wire.answer()
        assert answer is not None
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out, err) == (0, "", "")


def test_a_stream_is_given_some_time_and_then_ended() -> None:
    with _streaming(seconds=0.5) as (process, wire):
        process.send_signal(signal.SIGTERM)
        while wire.line():
            pass
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out, err) == (0, "cleaned up\nhanded back\n", "")


def test_a_second_signal_ends_it_at_once() -> None:
    with _streaming(seconds=10 * PATIENCE) as (process, _):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, err) == (1, "")
        assert "cleaned up\n" in out


def test_a_database_in_a_file_is_closed(tmp_path: Path) -> None:
    """Closing it brings what its journal has into the file."""
    file = tmp_path / "kept.db"
    with serving(TOKEN, database=f"sqlite:///{file}") as (process, _):
        assert {path.name for path in tmp_path.iterdir()} > {file.name}
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def _is_refused(ready: dict[str, Any]) -> bool:
    try:
        with Wire(ready):
            return False
    except ConnectionError:
        return True
