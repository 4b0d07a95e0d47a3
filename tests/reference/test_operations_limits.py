"""Time and size: who sends too slowly, too much, or holds too many connections."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reference.wire import PROGRAM, Wire, control, serving

HURRIED = f"""
from reference import http_server, protocol
from reference.control import plane
from generated.haloagents.server.runtime import ServerOptions
protocol.SECONDS_FOR_HEAD = protocol.SECONDS_FOR_REST = plane._SECONDS_FOR_BODY = 0.5
http_server.MAX_CONNECTIONS = 10
ServerOptions.__init__.__defaults__ = (1_048_576, 0.5, *ServerOptions.__init__.__defaults__[2:])
{PROGRAM}
"""
TOKEN = {"FOURFOLD_CONTROL_TOKEN": "given"}
MEGABYTE = 1_048_576
CONTROL = b"POST /_control/clock HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer given\r\n"


@pytest.fixture(scope="module")
def hurried() -> Iterator[tuple[int, dict[str, Any]]]:
    """A server with little patience: its process id, and its ready line with a HaloAgents key."""
    with serving(TOKEN, HURRIED, apis=["haloagents"]) as (process, ready):
        minted = control(ready, "given", "keys", api="haloagents", tenant="acme")
        yield process.pid, {**ready, "key": minted["key"].encode()}


@pytest.fixture
def ready(hurried: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    return hurried[1]


def _post(ready: dict[str, Any]) -> bytes:
    path = ready["apis"]["haloagents"].encode() + b"/events"
    return (
        b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %b\r\n" % (path, ready["key"])
    )


def test_who_sends_nothing_is_hung_up_on(ready: dict[str, Any]) -> None:
    with Wire(ready) as wire:
        assert wire.is_closed()


@pytest.mark.parametrize("begun", [b"GET / HTTP/1.1\r\nHost: ", b"GET /end", CONTROL, b"G"])
def test_a_head_that_does_not_end_is_refused(ready: dict[str, Any], begun: bytes) -> None:
    with Wire(ready) as wire:
        wire.send(begun)
        answer = wire.answer()
        assert answer is not None
        assert answer.status == 400
        assert "too long" in answer.json()["error"]["message"]
        assert wire.is_closed()


def test_a_head_in_drops_is_refused_all_the_same(ready: dict[str, Any]) -> None:
    with Wire(ready) as wire:
        wire.send(b"GET / HTTP/1.1\r\n")
        wire.drip(b"X-Drop: 1\r\n")


def test_empty_lines_are_no_request(ready: dict[str, Any]) -> None:
    with Wire(ready) as wire:
        wire.drip(b"\r\n")


def test_a_body_that_does_not_end_is_refused(ready: dict[str, Any]) -> None:
    for head in (CONTROL, _post(ready)):
        with Wire(ready) as wire:
            wire.send(head + b"Content-Length: 5\r\n\r\n{")
            answer = wire.answer()
            assert answer is not None
            assert answer.status == 400, answer
            assert b"too long" in answer.body
            assert wire.is_closed()


def test_a_body_that_nobody_waits_for_is_not_read_for_ever(ready: dict[str, Any]) -> None:
    with Wire(ready) as wire:
        wire.send(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        assert (wire.answer() or pytest.fail("nothing")).status == 404
        wire.drip(b"a")


def test_a_body_that_says_it_is_too_large_is_not_read(ready: dict[str, Any]) -> None:
    for head in (CONTROL, _post(ready)):
        with Wire(ready) as wire:
            wire.send(head + b"Content-Length: %d\r\n\r\n" % (50 * MEGABYTE))
            answer = wire.answer()
            assert answer is not None
            assert answer.status == 400


def test_a_body_that_turns_out_too_large_is_not_kept(
    hurried: tuple[int, dict[str, Any]],
) -> None:
    process, ready = hurried
    chunk = b"%x\r\n%b\r\n" % (MEGABYTE, b" " * MEGABYTE)
    before = _resident(process)
    for head in (CONTROL, _post(ready)):
        with Wire(ready) as wire:
            wire.send(head + b"Transfer-Encoding: chunked\r\n\r\n")
            sent = 0
            try:
                for _ in range(200):
                    wire.send(chunk)
                    sent += 1
            except ConnectionError:
                pass
            assert sent > 0
    assert _resident(process) - before < 40 * MEGABYTE


def test_a_body_too_large_is_refused_in_the_envelope(ready: dict[str, Any]) -> None:
    for head in (CONTROL, _post(ready)):
        with Wire(ready) as wire:
            wire.send(head + b"Transfer-Encoding: chunked\r\n\r\n")
            wire.send(b"%x\r\n%b\r\n0\r\n\r\n" % (MEGABYTE + 1, b" " * (MEGABYTE + 1)))
            answer = wire.answer()
            assert answer is not None
            assert answer.status == 400
            assert answer.headers["content-type"] == "application/json"


def test_too_many_connections_are_told_so() -> None:
    with serving(TOKEN, HURRIED) as (_, ready):
        wires = [Wire(ready) for _ in range(10)]
        with Wire(ready) as refused:
            answer = refused.answer()
            assert answer is not None
            assert answer.status == 503
            assert "connections" in answer.json()["error"]["message"]
            assert refused.is_closed()
        for wire in wires:
            wire.close()


def test_a_connection_that_is_kept_is_not_kept_for_ever(ready: dict[str, Any]) -> None:
    with Wire(ready) as wire:
        wire.send(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (wire.answer() or pytest.fail("nothing")).status == 404
        assert wire.is_closed()


def _resident(process: int) -> int:
    """Return the bytes of memory that a process has."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        pytest.skip("there is no /proc here")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024
