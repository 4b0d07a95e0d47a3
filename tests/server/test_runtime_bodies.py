"""Request bodies: media types, JSON that is not JSON, what a schema cannot say, limits."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from generator.targets.server.runtime import ServerOptions
from tests.server.parcels import FORM, Label, Parcels, build, call, refusal, served

PARCELS = Parcels()
APP = build(PARCELS)
JSON = {"Content-Type": "application/json"}


def post(content: bytes | str, headers: Any = JSON, url: str = "/parcels") -> httpx2.Response:
    return call(APP, "POST", url, content=content, headers=headers)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "The body is not valid JSON."),
        (b"", "The body is required."),
        (b"null", "The body: null is not an object."),
        (b"\xff", "The body is not valid JSON."),
        (b'{"name": "\xff"}', "The body is not valid JSON."),
        (b'{"name": "\\ud800"}', "The body is not valid JSON."),
        (b'\xef\xbb\xbf{"name": "a"}', "The body is not valid JSON."),
        (b'{"name": "a", "weight": NaN}', "The body is not valid JSON."),
        (b'{"name": "a", "weight": Infinity}', "The body is not valid JSON."),
        (b'{"name": "a", "weight": 1e999}', "The body is not valid JSON."),
        (b'{"name": "a", "count": ' + b"9" * 5000 + b"}", "The body is not valid JSON."),
        (b'{"name": "a", "name": "b"}', "The body has the member `name` more than once."),
        (b"[" * 100_000, "The body is nested too deeply."),
        (
            b'{"name":"a","contents":' + b"[" * 300 + b"]" * 300 + b"}",
            "The body is nested too deeply.",
        ),
        (b"{}", "Body field `name` is required."),
        (b'{"name": "a", "colour": 1}', "Body field `colour` is not known here."),
        (b'{"name": "a", "id": "p1"}', "Body field `id` must not be sent."),
        (b'{"name": 1}', "Body field `name`: 1 is not a string."),
        (b'{"name": "a", "kind": "letter"}', 'Body field `kind`: "letter" is not "parcel".'),
        (b'{"name": "a", "weight": 0}', "Body field `weight`: 0 is not greater than 0."),
        (b'{"name": "a", "due": "soon"}', 'Body field `due`: "soon" is not a valid date-time.'),
        (
            b'{"name": "a", "due": "0000-01-01T00:00:00Z"}',
            "Body field `due` is outside what can be represented.",
        ),
        (
            b'{"name": "a", "contents": [{"name": "b", "inside": [{}]}]}',
            "Body field `contents[0].inside[0].name` is required.",
        ),
        (
            json.dumps({"name": "é" * 21}).encode(),
            "The body: `name` exceed 20 characters.",
        ),
    ],
)
def test_a_wrong_body_is_400_and_names_the_field(content: bytes, message: str) -> None:
    PARCELS.calls.clear()
    assert refusal(post(content)) == message
    assert not PARCELS.calls


def test_a_right_body_reaches_the_handler_typed() -> None:
    PARCELS.calls.clear()
    sent = {"name": "é" * 20, "weight": None, "count": 1.0, "contents": [{"name": "x"}]}
    assert post(json.dumps(sent)).status_code == 201
    body = PARCELS.calls[0]["body"]
    assert (body.name, body.weight, body.count) == ("é" * 20, None, 1)
    assert isinstance(body.count, int)


def test_a_moment_is_cut_to_the_microsecond_and_a_text_like_it_is_not() -> None:
    PARCELS.calls.clear()
    fine = "2026-01-01T00:00:00.9999999Z"
    sent = {"name": "a", "due": fine, "contents": [{"name": fine}]}
    assert post(json.dumps(sent)).status_code == 201
    body = PARCELS.calls[0]["body"]
    assert body.due == datetime(2026, 1, 1, 0, 0, 0, 999999, tzinfo=UTC)
    assert body.contents == [{"name": fine}]


def test_payload_limits_hold_at_the_limit_and_one_over() -> None:
    frame = len(b'[{"name":""}]')
    fits = {"name": "a", "contents": [{"name": "x" * (4000 - frame)}]}
    assert post(json.dumps(fits)).status_code == 201
    over = {"name": "a", "contents": [{"name": "x" * (4001 - frame)}]}
    assert refusal(post(json.dumps(over))) == "The body: `contents` exceed 4000 bytes."


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "garbage", "", "application/json; charset=klingon", "application/json; x", ";"],
)
def test_a_wrong_content_type_is_400(content_type: str) -> None:
    assert "Content-Type" in refusal(post('{"name": "a"}', {"Content-Type": content_type}))


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=UTF-8",
        "application/json;",
    ],
)
def test_a_content_type_is_compared_as_the_standard_says(content_type: str) -> None:
    assert post('{"name": "a"}', {"Content-Type": content_type}).status_code == 201


def test_a_body_without_content_type_is_400() -> None:
    assert "`Content-Type` is required" in refusal(post('{"name": "a"}', {}))


def test_two_content_types_are_400() -> None:
    headers = httpx2.Headers([("Content-Type", "application/json")] * 2)
    assert "Content-Type" in refusal(post('{"name": "a"}', headers))


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_over_the_size_limit_is_400(declared: bool) -> None:
    app = build(options=ServerOptions(max_body_bytes=100))
    content = json.dumps({"name": "a", "contents": [{"name": "x" * 100}]}).encode()

    async def chunks() -> Any:
        yield content

    sent = content if declared else chunks()
    response = call(app, "POST", "/parcels", content=sent, headers=JSON)
    assert refusal(response) == "The body is larger than 100 bytes."
    assert call(app, "POST", "/parcels", json={"name": "a"}).status_code == 201


def test_a_body_that_takes_too_long_is_400() -> None:
    app = build(options=ServerOptions(body_timeout=0.01))

    async def chunks() -> Any:
        yield b"{"
        await asyncio.sleep(5)

    with served(app) as url:
        response = asyncio.run(send_chunks(url, chunks()))
    assert refusal(response) == "The body took too long to arrive."


def test_a_chunked_body_is_read() -> None:
    parcels = Parcels()

    async def chunks() -> Any:
        yield b'{"na'
        yield b'me": "a"}'

    with served(build(parcels)) as url:
        response = asyncio.run(send_chunks(url, chunks()))
    assert response.request.headers["transfer-encoding"] == "chunked"
    assert response.status_code == 201
    assert parcels.calls[0]["body"].name == "a"


async def send_chunks(url: str, chunks: Any) -> httpx2.Response:
    headers = {"Authorization": "Bearer good", **JSON}
    async with httpx2.AsyncClient(trust_env=False) as client:
        return await client.post(f"{url}/parcels", content=chunks, headers=headers)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("copies=+2", "Body field `copies` must be an integer."),
        ("copies=1_0", "Body field `copies` must be an integer."),
        ("copies=1&copies=2", "Body field `copies` must be given once."),
        ("line=a", "Body field `copies` is required."),
        ("copies=1&colour=red", "Body field `colour` is not known here."),
        ("copies=%FF", "The body is not a form in UTF-8."),
    ],
)
def test_a_wrong_form_is_400(content: str, message: str) -> None:
    assert refusal(post(content, {"Content-Type": FORM}, "/labels")) == message


def test_a_form_is_lexed_like_a_query() -> None:
    PARCELS.calls.clear()
    response = post("copies=2&line=a&line=b+c", {"Content-Type": FORM}, "/labels")
    assert response.status_code == 200
    assert PARCELS.calls == [{"body": Label(copies=2, line=["a", "b c"])}]


@pytest.mark.parametrize(
    ("content", "content_type", "body"),
    [
        (b"h\xc3\xa9", "text/plain", "hé"),
        (b"\xff\x00", "application/octet-stream", b"\xff\x00"),
        (b"<note/>", "text/xml", "<note/>"),
        (b"a=1&a=2", FORM, "a=1&a=2"),
        (b"", "text/plain", ""),
        (b"", None, None),
    ],
)
def test_other_media_types_arrive_as_text_or_bytes(
    content: bytes, content_type: str | None, body: Any
) -> None:
    PARCELS.calls.clear()
    headers = {"Content-Type": content_type} if content_type else {}
    assert call(APP, "PUT", "/notes", content=content, headers=headers).status_code == 200
    assert PARCELS.calls == [{"body": body}]


def test_text_is_utf8_and_bounded() -> None:
    text = {"Content-Type": "text/plain"}
    assert "not UTF-8" in refusal(call(APP, "PUT", "/notes", content=b"\xff", headers=text))
    longer = call(APP, "PUT", "/notes", content="x" * 11, headers=text)
    assert refusal(longer) == "The body: the text is longer than 10 characters."
