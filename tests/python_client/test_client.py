"""The client around the calls: credentials, redirects, bodies, options, closing, observation."""

from __future__ import annotations

import datetime as dt
import logging
import warnings
from typing import Any

import httpx2
import msgspec
import pytest

from generator.targets.python.runtime.async_client import AsyncClient
from generator.targets.python.runtime.configuration import Configuration
from generator.targets.python.runtime.credentials import Credential, Scheme, gather
from generator.targets.python.runtime.errors import (
    APIStatusError,
    ArgumentError,
    MissingCredentialsError,
)
from generator.targets.python.runtime.httpx2_transport import AsyncHttpx2Transport, Httpx2Transport
from generator.targets.python.runtime.operation import Body, Operation
from generator.targets.python.runtime.sync_client import SyncClient
from generator.targets.python.runtime.values import UNSET
from tests.python_client.conftest import KEY, MakeHarness, configuration
from tests.python_client.scripted import json_answer

pytestmark = pytest.mark.anyio

GET = Operation[Any]("GET", "/x", returns=Any)


class When(msgspec.Struct, rename="camel"):
    starts_at: dt.datetime
    note: str | msgspec.UnsetType | None = UNSET


@pytest.mark.parametrize(
    ("security", "credentials", "header"),
    [
        ((("key",),), {"key": Credential("s", prefix="Bearer ")}, "Bearer s"),
        ((("key",),), {"key": Credential(lambda: "fresh", prefix="Bearer ")}, "Bearer fresh"),
        ((("oauth",), ("key",)), {"key": Credential("s", prefix="Bearer ")}, "Bearer s"),
        ((), {"key": Credential("s", prefix="Bearer ")}, None),
        (((),), {}, None),
        (((), ("key",)), {"key": Credential("s", prefix="Bearer ")}, "Bearer s"),
    ],
)
async def test_the_first_complete_alternative_authenticates(
    harness: MakeHarness, security: Any, credentials: Any, header: str | None
) -> None:
    made = harness([json_answer({})], credentials=credentials)
    await made.call(Operation("GET", "/x", returns=Any, security=security))
    assert made.script.requests[0].headers.get("authorization") == header


async def test_keys_in_headers_queries_and_cookies(harness: MakeHarness) -> None:
    credentials = {
        "h": Credential("1", name="X-Key"),
        "q": Credential("2 &", "query", "key"),
        "c": Credential("3", "cookie", "sid"),
    }
    made = harness([json_answer({}, 404)], credentials=credentials, security=(("h", "q", "c"),))
    with pytest.raises(APIStatusError) as caught:
        await made.call(GET, {"query": {"a": 1}})
    sent = made.script.requests[0]
    assert (sent.headers["x-key"], sent.headers["cookie"]) == ("1", "sid=3")
    assert sent.url.query == b"a=1&key=2%20%26"
    assert caught.value.request.url == "https://api.test/v1/x?a=1"


async def test_a_call_without_its_credential_is_not_sent(harness: MakeHarness) -> None:
    made = harness([], credentials={}, security=(("key",), ("a", "b")))
    with pytest.raises(MissingCredentialsError, match="key or a and b"):
        await made.call(GET)


def test_a_missing_credential_names_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    scheme = Scheme("apiKey", "api_key", variable="HALEAI_API_KEY", prefix="Bearer ")
    monkeypatch.delenv("HALEAI_API_KEY", raising=False)
    with pytest.raises(MissingCredentialsError, match=r"pass api_key=… to HaleAI.*HALEAI_API_KEY"):
        gather("HaleAI", {scheme: None}, required=True)
    monkeypatch.setenv("HALEAI_API_KEY", "from-env")
    expected = Credential("from-env", prefix="Bearer ", given=False)
    assert gather("HaleAI", {scheme: None}, required=True) == {"apiKey": expected}
    given = Credential("given", prefix="Bearer ")
    assert gather("HaleAI", {scheme: "given"}, required=True) == {"apiKey": given}


async def test_async_clients_await_their_secret() -> None:
    async def fresh() -> str:
        return "fresh"

    seen: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["authorization"])
        return json_answer({})

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    made = configuration(credentials={"key": Credential(fresh, prefix="Bearer ")})
    await AsyncClient(made, http_client=http)._caller.execute(GET, {}, {})
    assert seen == ["Bearer fresh"]


def moved(location: str, status: int = 307) -> httpx2.Response:
    return httpx2.Response(status, headers={"location": location})


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        ("/v2/x", True),
        ("https://api.test/v2/x", True),
        ("https://other.test/x", False),
        ("http://api.test/x", False),
        ("https://api.test:8443/x", False),
    ],
)
async def test_a_redirect_takes_no_credential_to_another_origin(
    harness: MakeHarness, location: str, kept: bool
) -> None:
    made = harness([moved(location), json_answer({"ok": 1})])
    assert await made.call(GET, {"headers": {"X-Private": "p"}}) == {"ok": 1}
    headers = made.script.requests[1].headers
    assert ("authorization" in headers, "x-private" in headers) == (kept, kept)


async def test_a_body_is_never_redirected_elsewhere(harness: MakeHarness) -> None:
    made = harness([moved("https://other.test/x", 308), moved("/y", 308), json_answer({})])
    post = Operation[Any]("POST", "/x", body=Body(members={"a": "a"}), returns=Any)
    with pytest.raises(APIStatusError):
        await made.call(post, a=1)
    await made.call(post, a=1)
    assert made.script.requests[-1].content == b'{"a":1}'


async def test_endless_redirects_end(harness: MakeHarness) -> None:
    made = harness([moved("/x")] * 6)
    with pytest.raises(APIStatusError, match="307"):
        await made.call(GET)


BODIES = [
    (Body(members={"a_b": "aB", "c": "c"}), {"a_b": None}, b'{"aB":null}', "application/json"),
    (Body(), {"body": [1]}, b"[1]", "application/json"),
    (Body("application/merge-patch+json"), {"body": {}}, b"{}", "application/merge-patch+json"),
    (Body("text/plain"), {"body": "é"}, "é".encode(), "text/plain; charset=utf-8"),
    (Body("application/octet-stream"), {"body": b"\0"}, b"\0", "application/octet-stream"),
    (
        Body("application/x-www-form-urlencoded", members={"a": "a", "b": "b"}),
        {"a": "x y", "b": [1, 2]},
        b"a=x%20y&b=1&b=2",
        "application/x-www-form-urlencoded",
    ),
    (
        Body(members={"when": "when"}),
        {"when": When(dt.datetime(2026, 4, 15, 11, 30, tzinfo=dt.timezone(dt.timedelta(hours=2))))},
        b'{"when":{"startsAt":"2026-04-15T09:30:00Z"}}',
        "application/json",
    ),
    (Body(members={"a": "a"}), {}, b"{}", "application/json"),
]


@pytest.mark.parametrize(("body", "arguments", "content", "media"), BODIES)
async def test_bodies(
    harness: MakeHarness, body: Body, arguments: dict[str, Any], content: bytes, media: str
) -> None:
    made = harness([json_answer({})])
    await made.call(Operation("POST", "/x", body=body, returns=Any), **arguments)
    sent = made.script.requests[0]
    assert (sent.content, sent.headers["content-type"]) == (content, media)


async def test_an_optional_body_without_members_is_not_sent(harness: MakeHarness) -> None:
    made = harness([json_answer({}), json_answer({})])
    post = Operation[Any]("POST", "/x", body=Body(members={"a": "a"}, required=False), returns=Any)
    await made.call(post, a=UNSET)
    await made.call(post, {"extra_body": {"b": 2}}, a=UNSET)
    assert [request.content for request in made.script.requests] == [b"", b'{"b":2}']
    assert "content-type" not in made.script.requests[0].headers


async def test_multipart(harness: MakeHarness) -> None:
    made = harness([json_answer({})])
    body = Body("multipart/form-data", members={"file": "file", "note": "note", "meta": "meta"})
    post = Operation[Any]("POST", "/x", body=body, returns=Any)
    await made.call(post, file=('a".txt', b"hello", "text/plain"), note="n", meta={"k": 1})
    sent = made.script.requests[0]
    boundary = sent.headers["content-type"].partition("boundary=")[2]
    assert sent.content.decode() == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a%22.txt"\r\n'
        "Content-Type: text/plain\r\n\r\nhello\r\n"
        f'--{boundary}\r\nContent-Disposition: form-data; name="note"\r\n\r\nn\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="meta"\r\n'
        "Content-Type: application/json\r\n\r\n"
        f'{{"k":1}}\r\n--{boundary}--\r\n'
    )


async def test_options_of_one_call(harness: MakeHarness) -> None:
    made = harness([json_answer({})])
    await made.call(GET, {"timeout": 3, "headers": {"User-Agent": "me"}, "query": {"q": [1, 2]}})
    sent = made.script.requests[0]
    assert (sent.url.query, sent.headers["user-agent"]) == (b"q=1&q=2", "me")
    assert sent.extensions["timeout"]["read"] == 3


async def test_a_caller_may_authenticate_a_call(harness: MakeHarness) -> None:
    made = harness([json_answer({})], credentials={})
    await made.call(GET, {"headers": {"Authorization": "Bearer mine"}})
    assert made.script.requests[0].headers["authorization"] == "Bearer mine"


async def test_options_of_a_copy(harness: MakeHarness) -> None:
    made = harness([json_answer({}), json_answer({})])
    original = made.client
    made.client = original.with_options(timeout=None, headers={"X-A": "1"}, base_url="http://local")
    await made.call(GET)
    made.client = original
    await made.call(GET)
    copied, plain = made.script.requests
    assert (str(copied.url), copied.headers["x-a"]) == ("http://local/x", "1")
    assert copied.extensions["timeout"]["read"] is None
    assert (str(plain.url), "x-a" in plain.headers) == ("https://api.test/v1/x", False)


@pytest.mark.parametrize("url", ["", "/", "api.test", "ftp://x", "https://a?b", "https://u:p@h"])
def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ArgumentError, match="base URL") as caught:
        configuration(base_url=url)
    assert "u:p" not in str(caught.value)


async def test_a_client_closes_what_it_opened_and_nothing_else() -> None:
    made: Configuration = configuration()
    closed = []
    with SyncClient(made) as client:
        assert isinstance(client._owned, Httpx2Transport)
        http = client._owned._client
        client.with_options(timeout=1).close()
        closed.append(http.is_closed)
    closed.append(http.is_closed)
    assert closed == [False, True]
    async with AsyncClient(made) as asynchronous:
        assert isinstance(asynchronous._owned, AsyncHttpx2Transport)
        connections = asynchronous._owned._client
    assert connections.is_closed
    with httpx2.Client() as own:
        SyncClient(made, http_client=own).close()
        assert not own.is_closed


async def test_a_deprecated_operation_warns_once(harness: MakeHarness) -> None:
    made = harness([json_answer({}, x_api_deprecation="2027-01-01", sunset="Fri, 01 Jan 2027")] * 2)
    with pytest.warns(DeprecationWarning, match=r"GET /x is deprecated: sunset.*2027-01-01"):
        await made.call(GET)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await made.call(GET)


async def test_the_log_has_neither_query_nor_secret(
    harness: MakeHarness, caplog: pytest.LogCaptureFixture
) -> None:
    made = harness([json_answer({})])
    with caplog.at_level(logging.DEBUG, logger="generator"):
        await made.call(GET, {"query": {"email": "a@b.c"}})
    assert "GET /v1/x: 200" in caplog.text
    assert KEY not in caplog.text
    assert "a@b.c" not in caplog.text
