"""Answers and arguments that are not as they should be: a typed error, never a surprise."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import msgspec
import pytest

from generator.targets.python.runtime import errors
from generator.targets.python.runtime.operation import Operation, Path
from tests.python_client.conftest import KEY, MakeHarness
from tests.python_client.scripted import json_answer, settled

pytestmark = pytest.mark.anyio

ONCE: Any = {"max_retries": 0}


class Row(msgspec.Struct):
    id: str
    size: int


GET_ROW = Operation[Row]("GET", "/rows/{id}", parameters=(Path("id"),), returns=Row)
DELETE = Operation[None]("DELETE", "/rows/1")
HTML = httpx2.Response(200, html="<!doctype html><title>Sign in</title>")


def body(content: bytes, status: int = 200, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return httpx2.Response(
        status, content=content, headers={"content-type": "application/json", **named}
    )


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (HTML, "text/html"),
        (body(b'{"id": "a", "si'), "truncated"),
        (body(b'{"id": "a", "size": "large"}'), r"Expected `int`, got `str` - at `\$\.size`"),
        (body(b'{"id": null, "size": 1}'), r"got `null` - at `\$\.id`"),
        (body(b'{"id": "a"}'), "missing required field `size`"),
        (body(b"[]"), "Expected `object`, got `array`"),
        (body(b""), "truncated"),
        (body(b'{"id": "\xff", "size": 1}'), "utf-8"),
        (body(b"[" * 100_000), "Expected `object`"),
        (body(b'{"id": "a", "size": 1} trailing'), "trailing characters"),
    ],
)
async def test_a_success_that_is_not_as_documented(
    harness: MakeHarness, answer: httpx2.Response, what: str
) -> None:
    made = harness([answer])
    with pytest.raises(errors.APIResponseValidationError, match=f"(?i){what}") as caught:
        await made.call(GET_ROW, id="1")
    error = caught.value
    assert "GET /v1/rows/1 (200" in str(error)
    assert (error.status_code, error.response.content) == (200, answer.content)
    assert error.response.headers["content-type"] == answer.headers["content-type"]


async def test_a_204_with_a_body_is_nothing(harness: MakeHarness) -> None:
    made = harness([body(b"surprise", 204), body(b'{"id": "a", "size": 1}', 204)])
    assert await made.call(DELETE) is None
    assert await made.call(DELETE) is None


async def test_a_204_where_a_value_is_documented_says_so(harness: MakeHarness) -> None:
    made = harness([httpx2.Response(204)])
    with pytest.raises(errors.APIResponseValidationError, match="204"):
        await made.call(GET_ROW, id="1")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (529, errors.InternalServerError),
        (599, errors.InternalServerError),
        (799, errors.InternalServerError),
        (460, errors.APIStatusError),
        (304, errors.APIStatusError),
    ],
)
async def test_a_status_that_nobody_documents(
    harness: MakeHarness, status: int, kind: type[errors.APIStatusError]
) -> None:
    made = harness([body(b"<html>", status)])
    with pytest.raises(errors.APIStatusError) as caught:
        await made.call(GET_ROW, ONCE, id="1")
    assert type(caught.value) is kind
    assert str(caught.value).startswith(str(status))
    assert caught.value.response.content == b"<html>"


@pytest.mark.parametrize(
    "location", ["", "http://[bad", "http://a:99999/", "mailto:a@b.c", "//", "http://", "\x00"]
)
async def test_a_redirect_to_nowhere_is_an_error(harness: MakeHarness, location: str) -> None:
    made = harness([httpx2.Response(302, headers=[(b"location", location.encode())])] * 6)
    with pytest.raises((errors.APIStatusError, errors.APIConnectionError)):
        await made.call(GET_ROW, ONCE, id="1")


async def test_a_redirect_to_another_host_takes_no_secret_there(harness: MakeHarness) -> None:
    elsewhere = httpx2.Response(302, headers={"location": "https://evil.test/x"})
    made = harness([elsewhere, json_answer({"id": "a", "size": 1})])
    secret: Any = {"headers": {"Cookie": "sid=1", "X-Api-Key": "2"}}
    assert await made.call(GET_ROW, secret, id="1") == Row("a", 1)
    sent = made.script.requests[1]
    assert sent.url.host == "evil.test"
    assert not {"authorization", "cookie", "x-api-key"} & set(sent.headers)
    assert KEY not in str(sent.headers.raw)


PLAIN = b'{"id": "' + b"a" * 100_000 + b'", "size": 1}'
DEFLATED = zlib.compress(PLAIN)


@pytest.mark.parametrize(
    "answer",
    [
        body(PLAIN),
        body(PLAIN, 500),
        httpx2.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(PLAIN)),
        httpx2.Response(200, headers={"content-encoding": "deflate"}, content=DEFLATED),
    ],
)
async def test_a_gigantic_answer_is_not_read_to_its_end(
    harness: MakeHarness, answer: httpx2.Response
) -> None:
    encoding = answer.headers.get("content-encoding")
    sent = {"gzip": gzip.compress(PLAIN), "deflate": DEFLATED, None: PLAIN}[encoding]

    def raw(_: httpx2.Request) -> httpx2.Response:
        stream = httpx2.ByteStream(sent)
        return httpx2.Response(answer.status_code, headers=answer.headers, stream=stream)

    made = harness([raw, raw], max_response_bytes=50_000)
    with pytest.raises(
        errors.ResponseTooLargeError, match="GET /v1/rows/1 has more than 50000"
    ) as caught:
        await made.call(GET_ROW, ONCE, id="1")
    assert caught.value.status_code == answer.status_code
    assert len(caught.value.response.content) > 50_000
    made.client = made.client.with_options(max_response_bytes=200_000)
    if answer.status_code == 200:
        assert (await made.call(GET_ROW, id="1")).size == 1


async def test_an_endless_answer_ends(harness: MakeHarness) -> None:
    class Endless(httpx2.SyncByteStream, httpx2.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            for _ in range(1000):
                yield b"a" * 1000
            raise AssertionError("read on and on")

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for chunk in self:
                yield chunk

    made = harness([lambda _: httpx2.Response(200, stream=Endless())], max_response_bytes=5000)
    with pytest.raises(errors.ResponseTooLargeError) as caught:
        await made.call(GET_ROW, id="1")
    assert len(caught.value.response.content) == 6000


async def test_a_compressed_answer_that_is_damaged(harness: MakeHarness) -> None:
    damaged = httpx2.ByteStream(b"no gzip at all")
    answer = lambda _: httpx2.Response(  # noqa: E731  an answer of the script
        200, headers={"content-encoding": "gzip"}, stream=damaged
    )
    made = harness([answer])
    with pytest.raises(errors.APIConnectionError, match="GET /v1/rows/1"):
        await made.call(GET_ROW, ONCE, id="1")


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-A", "a\r\nX-Evil: 1"), ("X-A", "a\0"), ("X-A", "☃"), ("X A", "1"), ("", "1"), ("X-A", 3)],
)
async def test_a_header_that_cannot_be_sent_is_not(
    harness: MakeHarness, name: str, value: Any
) -> None:
    made = harness([])
    with pytest.raises(errors.ArgumentError) as caught:
        await made.call(GET_ROW, {"headers": {name: value}}, id="1")
    assert str(value) not in str(caught.value) or value == "1"
    with pytest.raises(errors.ArgumentError):
        made.client.with_options(headers={name: value})
    with pytest.raises(errors.ArgumentError):
        await settled(made.client.request("GET", "/x", headers={name: value}))
    assert made.script.requests == []


@pytest.mark.parametrize("value", ["", ".", "..", None, []])
async def test_a_path_parameter_that_names_another_path_is_not_sent(
    harness: MakeHarness, value: Any
) -> None:
    made = harness([])
    with pytest.raises(errors.ArgumentError, match=r"GET /rows/\{id\}: the path parameter id"):
        await made.call(GET_ROW, id=value)
    assert made.script.requests == []


async def test_a_path_parameter_stays_one_segment(harness: MakeHarness) -> None:
    made = harness([json_answer({"id": "a", "size": 1})])
    await made.call(GET_ROW, id="a/../b?c#d%")
    assert made.script.urls == ["https://api.test/v1/rows/a%2F..%2Fb%3Fc%23d%25"]
