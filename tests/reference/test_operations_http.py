"""HTTP/1.1 byte by byte: what is a request, what is none, and where one ends (RFC 9112)."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.reference.wire import Answer, Wire, control, serving

LIST = b"/haleai/api/v1/contacts"
HEAD_LIMIT = 65_536
KEY = b"@KEY@"
"""Stands for a good key in the requests of this module."""
HOST = b"Host: x\r\n"
GET = b"GET " + LIST + b" HTTP/1.1\r\n" + HOST + b"Authorization: Bearer @KEY@\r\n"
CONTROL = b"POST /_control/clock HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer given\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, Any]]:
    """A server's ready line, with a key of acme in it."""
    with serving({"FOURFOLD_CONTROL_TOKEN": "given"}) as (_, ready):
        key = control(ready, "given", "keys", api="haleai", tenant="acme")["key"]
        yield {**ready, "key": key.encode()}


@pytest.fixture
def wire(server: dict[str, Any]) -> Iterator[Wire]:
    """A connection of its own for each test."""
    control(server, "given", "clock", advance=60)
    with Wire(server) as connection:
        yield connection


NO_REQUEST = {
    "no version": b"GET " + LIST + b"\r\n\r\n",
    "a version that is none": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "two words too many": b"GET / and more HTTP/1.1\r\nHost: x\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a method with a colon": b"G:T / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a NUL in a value": GET + b"X-Odd: \0\r\n\r\n",
    "a control character in a value": GET + b"X-Odd: a\x01b\r\n\r\n",
    "a header without a colon": GET + b"no colon\r\n\r\n",
    "a header without a name": GET + b": value\r\n\r\n",
    "a space before the colon": GET + b"Content-Length : 5\r\n\r\nhello",
    "a space in a name": GET + b"Content Length: 5\r\n\r\nhello",
    "a line that is folded": GET + b"X-Long: one\r\n two\r\n\r\n",
    "a first header that is folded": b"GET / HTTP/1.1\r\n Host: x\r\n\r\n",
    "a carriage return alone": GET + b"X-Odd: one\rX-Other: two\r\n\r\n",
    "no Host": b"GET " + LIST + b" HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET " + LIST + b" HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "two lengths": GET + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "two lengths in one": GET + b"Content-Length: 5, 6\r\n\r\nhello!",
    "a length that is signed": GET + b"Content-Length: +5\r\n\r\nhello",
    "a length below nothing": GET + b"Content-Length: -5\r\n\r\nhello",
    "a length in sixteens": GET + b"Content-Length: 0x5\r\n\r\nhello",
    "a length past all counting": GET + b"Content-Length: 99999999999999999999999\r\n\r\nhello",
    "an empty length": GET + b"Content-Length: \r\n\r\nhello",
    "a length and chunks": GET
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and a length": GET
    + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "an encoding nobody knows": GET + b"Transfer-Encoding: identity\r\n\r\n",
    "an encoding that ends otherwise": GET + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "chunked twice": GET + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "two encodings": GET
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an encoding with a control character": GET
    + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": b"POST "
    + LIST
    + b" HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", NO_REQUEST)
def test_what_is_no_http_is_refused_in_the_envelope(
    wire: Wire, server: dict[str, Any], name: str
) -> None:
    """HALE-09."""
    wire.send(NO_REQUEST[name].replace(KEY, server["key"]))
    answer = wire.answer()
    assert answer is not None
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["connection"] == "close"
    assert answer.json()["error"]["code"] == "invalid_request"
    assert wire.is_closed()


REQUESTS = {
    "as usual": (GET + b"\r\n", 200),
    "an empty line before it": (b"\r\n" + GET + b"\r\n", 200),
    "any case of a header": (GET.replace(b"Authorization", b"aUTHORIZATION") + b"\r\n", 200),
    "spaces around a value": (GET.replace(b": Bearer", b":  \t Bearer") + b"\r\n", 200),
    "an absolute target": (
        GET.replace(b"GET /", b"GET http://x/").replace(b"contacts ", b"contacts?limit=1 ")
        + b"\r\n",
        200,
    ),
    "an escaped path": (GET.replace(b"contacts", b"c%6fntacts") + b"\r\n", 200),
    "an escaped slash": (GET.replace(b"/contacts", b"%2Fcontacts") + b"\r\n", 200),
    "bytes past ASCII in a value": (GET + b"X-Odd: caf\xe9\r\n\r\n", 200),
    "two slashes": (GET.replace(b"/contacts", b"//contacts") + b"\r\n", 404),
    "dots": (GET.replace(b"/contacts", b"/../v1/contacts") + b"\r\n", 404),
    "a method nobody uses": (GET.replace(b"GET", b"PURGE") + b"\r\n", 405),
    "a length of nothing": (GET + b"Content-Length: 0\r\n\r\n", 200),
    "a body nobody asked for": (GET + b"Content-Length: 5\r\n\r\nhello", 200),
    "chunks nobody asked for": (
        GET + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        200,
    ),
    "an upgrade to WebSocket": (
        GET
        + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        200,
    ),
    "an upgrade to HTTP/2": (GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200),
    "no key": (GET.replace(b"Bearer", b"Basic") + b"\r\n", 401),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_http_is_answered_by_the_api(wire: Wire, server: dict[str, Any], name: str) -> None:
    sent, status = REQUESTS[name]
    wire.send(sent.replace(KEY, server["key"]))
    answer = wire.answer()
    assert answer is not None
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()


def _list(server: dict[str, Any], *headers: bytes) -> bytes:
    return (GET + b"".join(header + b"\r\n" for header in headers) + b"\r\n").replace(
        KEY, server["key"]
    )


def test_a_request_in_single_bytes_is_one(wire: Wire, server: dict[str, Any]) -> None:
    for byte in _list(server):
        wire.send(bytes([byte]))
    assert (wire.answer() or pytest.fail("nothing")).status == 200


def test_a_connection_is_kept(wire: Wire, server: dict[str, Any]) -> None:
    for _ in range(3):
        wire.send(_list(server))
        assert (wire.answer() or pytest.fail("nothing")).status == 200


def test_a_connection_is_not_kept_where_the_client_says_so(
    wire: Wire, server: dict[str, Any]
) -> None:
    wire.send(_list(server, b"Connection: close"))
    answer = wire.answer()
    assert answer is not None
    assert answer.headers["connection"] == "close"
    assert wire.is_closed()


def test_http_1_0_is_answered_and_not_kept(wire: Wire, server: dict[str, Any]) -> None:
    wire.send(_list(server).replace(b"HTTP/1.1", b"HTTP/1.0"))
    answer = wire.answer()
    assert answer is not None
    assert answer.status == 200
    assert "transfer-encoding" not in answer.headers
    assert wire.is_closed()


def test_requests_sent_at_once_are_answered_in_order(wire: Wire, server: dict[str, Any]) -> None:
    page, detail = _list(server), _list(server).replace(b"contacts", b"contacts/ctk_AbCd")
    wire.send(page + detail + _list(server).replace(b"contacts", b"nothing") + page)
    answers = [wire.answer() for _ in range(4)]
    assert [answer and answer.status for answer in answers] == [200, 200, 404, 200]
    assert isinstance(answers[1], Answer)
    assert answers[1].json()["data"]["id"] == "ctk_AbCd"


def test_what_is_no_http_waits_for_the_answers_before_it(
    wire: Wire, server: dict[str, Any]
) -> None:
    wire.send(_list(server) + _list(server) + b"nonsense\r\n\r\n")
    answers = [wire.answer() for _ in range(2)]
    assert [answer and answer.status for answer in answers] == [200, 200]
    last = wire.answer()
    assert last is None or last.status == 400
    assert wire.is_closed()


@pytest.mark.parametrize("framing", [b"Content-Length: 14", b"Transfer-Encoding: chunked"])
def test_a_body_is_no_request(wire: Wire, server: dict[str, Any], framing: bytes) -> None:
    body = b'{"advance": 0}'
    sent = body if b"Length" in framing else b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    wire.send(CONTROL + framing + b"\r\n\r\n" + sent + _list(server))
    answers = [wire.answer(), wire.answer()]
    assert [answer and answer.status for answer in answers] == [200, 200]


def test_a_header_after_the_body_counts_for_nothing(wire: Wire) -> None:
    head = b"GET " + LIST + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    wire.send(head + b"1\r\na\r\n0\r\nAuthorization: Bearer @KEY@\r\n\r\n")
    assert (wire.answer() or pytest.fail("nothing")).status == 401


@pytest.mark.parametrize(
    "chunk",
    [
        b"zz\r\nhello\r\n",
        b"-1\r\n\r\n",
        b"fffffffffffffffff\r\n",
        b"5 \0\r\nhello\r\n",
        b"1\r\nabc\r\n",
    ],
)
def test_a_chunk_that_is_none_is_answered_once_at_most(wire: Wire, chunk: bytes) -> None:
    wire.send(CONTROL + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n")
    answer = wire.answer()
    assert answer is None or answer.status == 400
    assert wire.is_closed()


def test_a_client_that_waits_to_send_its_body_is_told_to(wire: Wire) -> None:
    """RFC 9110 §10.1.1."""
    wire.send(CONTROL + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    told = wire.any_answer()
    assert told is not None
    assert told.status == 100
    wire.send(b"{}")
    assert (wire.answer() or pytest.fail("nothing")).status == 200


def test_a_client_that_is_not_told_to_send_its_body_keeps_it(wire: Wire) -> None:
    """What it sends next could be taken for the body: the connection ends."""
    head = CONTROL.replace(b"given", b"wrong") + b"Content-Length: 2\r\n"
    wire.send(head + b"Expect: 100-continue\r\n\r\n")
    answer = wire.any_answer()
    assert answer is not None
    assert answer.status == 401
    assert wire.is_closed()


def test_head_is_answered_without_a_body(wire: Wire, server: dict[str, Any]) -> None:
    wire.send(_list(server).replace(b"GET", b"HEAD") + _list(server))
    head = wire.answer(to_head=True)
    assert head is not None
    assert int(head.headers["content-length"]) > 0
    assert (wire.answer() or pytest.fail("nothing")).status == 200


@pytest.mark.parametrize(
    "large",
    [
        lambda: GET + b"X-Large: " + b"a" * HEAD_LIMIT + b"\r\n\r\n",
        lambda: GET + b"".join(b"X-%d: a\r\n" % n for n in range(HEAD_LIMIT // 8)) + b"\r\n",
        lambda: b"GET /" + b"a" * HEAD_LIMIT + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        lambda: GET + b"X-" + b"a" * HEAD_LIMIT + b": a\r\n\r\n",
        lambda: b"GET /" + b"a" * HEAD_LIMIT * 8,
        lambda: GET + b"X-Endless: " + b"a" * HEAD_LIMIT * 8,
        lambda: b"A" * (HEAD_LIMIT + 100),
    ],
    ids=["a value", "many", "a target", "a name", "an endless target", "endless", "a method"],
)
def test_a_head_that_is_too_large_is_refused(wire: Wire, large: Any) -> None:
    with contextlib.suppress(ConnectionError):
        wire.send(large())
    answer = wire.answer()
    assert answer is not None
    assert answer.status == 400
    assert answer.json()["error"]["code"] == "invalid_request"
    assert wire.is_closed()


def test_a_head_that_is_large_is_read(wire: Wire, server: dict[str, Any]) -> None:
    wire.send(_list(server, b"X-Large: " + b"a" * (HEAD_LIMIT // 2)))
    assert (wire.answer() or pytest.fail("nothing")).status == 200


def test_many_large_heads_in_a_row_are_each_read(wire: Wire, server: dict[str, Any]) -> None:
    large = b"X-Large: " + b"a" * (HEAD_LIMIT // 3)
    wire.send(_list(server, large) * 5)
    answers = [wire.answer() for _ in range(5)]
    assert [answer and answer.status for answer in answers] == [200] * 5
