"""Every transport that is shipped, over real sockets: the same client in front of each."""

from __future__ import annotations

import gzip
import inspect
import socket
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx2
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from generator.targets.python.runtime.async_client import AsyncClient
from generator.targets.python.runtime.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ArgumentError,
    ResponseTooLargeError,
)
from generator.targets.python.runtime.httpx2_transport import AsyncHttpx2Transport, Httpx2Transport
from generator.targets.python.runtime.operation import Body, Events, Operation, Path
from generator.targets.python.runtime.pyreqwest_transport import (
    AsyncPyreqwestTransport,
    PyreqwestTransport,
)
from generator.targets.python.runtime.request import Request
from generator.targets.python.runtime.sync_client import SyncClient
from generator.targets.python.runtime.tracing import AsyncTracingTransport, TracingTransport
from tests.python_client.conftest import configuration
from tests.python_client.scripted import FakeClock, collected, settled
from tests.python_client.socket_server import Replies

pytestmark = pytest.mark.anyio

GET = Operation[Any]("GET", "/rows/{id}", parameters=(Path("id"),), returns=Any)
POST = Operation[Any]("POST", "/rows", body=Body(members={"a": "a"}), returns=Any)
STREAM = Operation[Any]("GET", "/events", returns=Any, events=Events({}, frozenset({"end"})))
ONCE: Any = {"max_retries": 0}
TRANSPORTS: list[Callable[[], Any]] = [
    Httpx2Transport,
    AsyncHttpx2Transport,
    PyreqwestTransport,
    AsyncPyreqwestTransport,
]


def answer(content: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(content)}", "connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + content


class Wire:
    """A client on the transport of one test, and the server that it talks to."""

    def __init__(self, transport: Any) -> None:
        self.transport = transport
        self.clock = FakeClock()

    def client(self, url: str, **settings: Any) -> Any:
        asynchronous = inspect.iscoroutinefunction(self.transport.send)
        cls: Any = AsyncClient if asynchronous else SyncClient
        made = configuration(base_url=url, **settings)
        return cls(made, transport=self.transport, clock=self.clock)

    async def call(
        self, server: Replies, operation: Operation[Any], *options: Any, **given: Any
    ) -> Any:
        caller = self.client(server.url)._caller
        return await settled(caller.execute(operation, given, *(options or ({},))))


@pytest.fixture(params=range(len(TRANSPORTS)))
async def wire(request: pytest.FixtureRequest) -> Any:
    made = Wire(TRANSPORTS[request.param]())
    yield made
    await settled(made.transport.close())


async def test_a_call(wire: Wire, server: Replies) -> None:
    server.replies = [answer(b'{"ok":1}', "200 OK", "X-Request-Id: r1", "X-RateLimit-Limit: 9")]
    response = await settled(wire.client(server.url)._caller.respond(GET, {"id": "a/b"}, {}))
    assert response.parse() == {"ok": 1}
    assert (response.request_id, response.rate_limit.limit) == ("r1", 9)
    sent = server.received[0].decode().lower()
    assert sent.startswith("get /rows/a%2fb http/1.1\r\n")
    assert "\r\nauthorization: bearer hk_live_secret\r\n" in sent
    assert "\r\naccept: application/json\r\n" in sent
    assert "\r\nuser-agent: test/1.0\r\n" in sent
    assert sent.count("\r\nhost:") == 1


async def test_a_body_is_sent(wire: Wire, server: Replies) -> None:
    server.replies = [answer(b"{}", "201 Created")]
    assert await wire.call(server, POST, a=[1, None]) == {}
    head, _, content = server.received[0].partition(b"\r\n\r\n")
    assert content == b'{"a":[1,null]}'
    assert b"content-length: 14" in head.lower()


async def test_an_error_status(wire: Wire, server: Replies) -> None:
    server.replies = [answer(b'{"error":{"code":"gone","message":"Gone."}}', "410 Gone")]
    with pytest.raises(APIStatusError, match="Gone"):
        await wire.call(server, GET, ONCE, id="1")


async def test_a_redirect_is_the_clients_to_follow(wire: Wire, server: Replies) -> None:
    moved = answer(
        b"", "302 Found", f"location: http://localhost:{server.url.rpartition(':')[2]}/x"
    )
    server.replies = [moved, answer(b"{}")]
    assert await wire.call(server, GET, id="1") == {}
    assert b"authorization" in server.received[0].lower()
    assert b"authorization" not in server.received[1].lower()


async def test_a_transport_follows_no_redirect(wire: Wire, server: Replies) -> None:
    server.replies = [answer(b"", "302 Found", "location: /x"), answer(b"{}")]
    reply = await settled(wire.transport.send(Request("GET", server.url, {}, None, 5.0)))
    assert (reply.status_code, reply.headers["location"]) == (302, "/x")
    await settled(reply.close())


async def test_no_cookie_is_kept(wire: Wire, server: Replies) -> None:
    server.replies = [answer(b"{}", "200 OK", "set-cookie: sid=1"), answer(b"{}")]
    for _ in range(2):
        await wire.call(server, GET, id="1")
    assert b"cookie" not in server.received[1].lower()


async def test_a_compressed_answer(wire: Wire, server: Replies) -> None:
    server.replies = [answer(gzip.compress(b'{"ok":1}'), "200 OK", "content-encoding: gzip")]
    assert await wire.call(server, GET, id="1") == {"ok": 1}


async def test_an_answer_beyond_the_limit(wire: Wire, server: Replies) -> None:
    server.replies = [answer(b'"' + b"a" * 100_000 + b'"')]
    client = wire.client(server.url, max_response_bytes=1000)
    with pytest.raises(ResponseTooLargeError):
        await settled(client._caller.execute(GET, {"id": "1"}, {}))


async def test_nobody_listens(wire: Wire) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    client = wire.client(url)
    with pytest.raises(APIConnectionError) as caught:
        await settled(client._caller.execute(POST, {"a": 1}, {"query": {"token": "s3cret"}}))
    assert not caught.value.sent
    assert wire.clock.slept == [0.5, 1.0]
    assert "s3cret" not in str(caught.value)


async def test_an_answer_that_breaks_off(wire: Wire, server: Replies) -> None:
    server.replies = [b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{", b"", answer(b'{"ok":1}')]
    assert await wire.call(server, GET, id="1") == {"ok": 1}
    assert wire.clock.slept == [0.5, 1.0]
    server.replies = [b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"]
    with pytest.raises(APIConnectionError) as caught:
        await wire.call(server, POST, a=1)
    assert caught.value.sent


async def test_an_answer_that_does_not_come(wire: Wire, server: Replies) -> None:
    server.replies = [None]
    with pytest.raises(APITimeoutError) as caught:
        await wire.call(server, GET, {"max_retries": 0, "timeout": 0.2}, id="1")
    assert caught.value.sent


async def test_a_url_that_is_none(wire: Wire, server: Replies) -> None:
    server.replies = [answer(b"", "302 Found", "location: http://a..b/")]
    with pytest.raises((APIConnectionError, APIStatusError)):
        await wire.call(server, GET, ONCE, id="1")


async def test_a_stream(wire: Wire, server: Replies) -> None:
    chunks = b"9\r\ndata: 1\n\n\r\n14\r\nevent: end\ndata: 2\n\n\r\n0\r\n\r\n"
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    server.replies = [head + chunks]
    stream = await settled(wire.client(server.url)._caller.stream(STREAM, {}, ONCE))
    assert [event.data for event in await collected(stream)] == [1, 2]


async def test_a_client_of_ones_own_adds_what_it_does(server: Replies) -> None:
    server.replies = [answer(b"{}")]
    mine = httpx2.Client(headers={"X-Mine": "1", "User-Agent": "me"}, params={"tenant": "acme"})
    with mine, SyncClient(configuration(base_url=server.url), http_client=mine) as client:
        client._caller.execute(GET, {"id": "1"}, {"query": {"a": "b"}})
    sent = server.received[0].decode().lower()
    assert sent.startswith("get /rows/1?a=b&tenant=acme ")
    assert "\r\nx-mine: 1\r\n" in sent
    assert "\r\nuser-agent: test/1.0\r\n" in sent


async def test_a_client_takes_one_way_to_send() -> None:
    with pytest.raises(ArgumentError, match="not both"):
        SyncClient(configuration(), http_client=httpx2.Client(), transport=Httpx2Transport())


SPANS: list[Callable[[TracerProvider], Any]] = [
    lambda provider: TracingTransport(tracer_provider=provider),
    lambda provider: AsyncTracingTransport(tracer_provider=provider),
    lambda provider: TracingTransport(PyreqwestTransport(), provider),
]


@pytest.mark.parametrize("make", SPANS)
async def test_spans(make: Callable[[TracerProvider], Any], server: Replies) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    wire = Wire(make(provider))
    server.replies = [answer(b"", "503 Service Unavailable"), b"", answer(b"{}")]
    with provider.get_tracer("test").start_as_current_span("outer") as outer:
        await wire.call(server, GET, {"query": {"email": "a@b.c"}}, id="1")
    await settled(wire.transport.close())
    spans: list[ReadableSpan] = [
        span for span in exporter.get_finished_spans() if span.name != "outer"
    ]
    assert [span.name for span in spans] == ["GET /rows/{id}"] * 3
    assert {span.kind for span in spans} == {SpanKind.CLIENT}
    assert {span.parent.span_id for span in spans if span.parent} == {
        outer.get_span_context().span_id
    }
    told = [dict(span.attributes or {}) for span in spans]
    port = int(server.url.rpartition(":")[2])
    common = {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": port,
        "url.full": f"{server.url}/rows/1",
        "url.template": "/rows/{id}",
    }
    assert told == [
        {**common, "http.response.status_code": 503, "error.type": "503"},
        {**common, "http.request.resend_count": 1, "error.type": "APIConnectionError"},
        {**common, "http.request.resend_count": 2, "http.response.status_code": 200},
    ]
    statuses = [span.status.status_code for span in spans]
    assert statuses == [StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET]
    ids = [f"{span.context.span_id:016x}" for span in spans if span.context]
    for sent, span_id in zip(server.received, ids, strict=True):
        assert f"-{span_id}-" in sent.decode().lower().partition("traceparent: ")[2]
