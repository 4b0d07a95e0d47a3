"""Servers of operations and paths: where a client sends what, given a base URL or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.python_client.language.conftest import Client, MakeClient
from tests.python_client.scripted import FakeClock, Script, collected, json_answer, script, settled
from tests.python_client.socket_server import Replies

pytestmark = pytest.mark.anyio

SERVED = """
servers: [{url: https://api.sample.test/v1}]
security: [{key: []}, {}]
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
paths:
  /a: {get: {operationId: getA, tags: [a], responses: {204: <OK>}}}
  /same:
    get:
      {operationId: getSame, tags: [a], servers: [{url: ./v1/}], responses: {204: <OK>}}
  /files/{id}:
    servers:
      - {url: 'https://{place}.sample.test/store/', variables: {place: {default: files}}}
      - {url: https://other.sample.test}
    put:
      operationId: replaceFile
      tags: [files]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody: {content: {application/octet-stream: {}}}
      responses: {200: {description: OK, content: {application/json: {}}}}
    delete:
      operationId: deleteFile
      tags: [files]
      servers: [{url: /files}]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {204: <OK>}
  /rows:
    servers: [{url: https://rows.sample.test}]
    get:
      operationId: listRows
      tags: [rows]
      x-fern-pagination: {next_uri: $response.next, results: $response.data}
      responses: {200: {description: OK, content: {application/json: {schema: {
        type: object, properties: {data: {type: array, items: {type: integer}},
        next: {type: string}}}}}}}
  /events:
    get:
      operationId: streamEvents
      tags: [rows]
      servers: [{url: https://events.sample.test}]
      responses: {200: {description: OK, content: {text/event-stream: {}}}}
"""
API, FILES = "https://api.sample.test/v1", "https://files.sample.test/store"
DONE = httpx2.Response(204)


@pytest.fixture
def served(sample: MakeClient) -> Client:
    return sample(SERVED)


@pytest.fixture(params=["", "Async"])
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def wired(served: Client, flavour: str, *answers: Any, **settings: Any) -> tuple[Any, Script]:
    """A client that is given no base URL, unless among its settings."""
    server = script(answers)
    http = getattr(httpx2, f"{flavour}Client")(transport=httpx2.MockTransport(server))
    made = getattr(served.package, f"{flavour}Sample")
    return made(key="t", http_client=http, clock=FakeClock(), **settings), server


async def test_operations_are_sent_to_their_own_servers(served: Client, flavour: str) -> None:
    client, server = wired(served, flavour, json_answer("it"), DONE, DONE, DONE, json_answer(1))
    assert await settled(client.files.replace("1", body=b"x")) == "it"
    await settled(client.files.delete("1"))
    await settled(client.a.get())
    await settled(client.a.get_same())
    await settled(client.request("GET", "/files/1"))
    assert server.urls == [
        f"{FILES}/files/1",
        "https://api.sample.test/files/files/1",
        f"{API}/a",
        f"{API}/same",
        f"{API}/files/1",
    ]
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer t"}
    assert not [code for code in served.codes if code.startswith("GEN")]


async def test_a_base_url_takes_all_of_them(
    served: Client, flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, server = wired(served, flavour, json_answer(1), base_url="https://staging.test/")
    await settled(client.files.replace("1", body=b"x"))
    assert server.urls == ["https://staging.test/files/1"]
    client, server = wired(served, flavour, json_answer(1), base_url=API)
    await settled(client.files.replace("1", body=b"x"))
    assert server.urls == [f"{API}/files/1"]
    monkeypatch.setenv("SAMPLE_BASE_URL", "https://machine.test")
    client, server = wired(served, flavour, json_answer(1))
    await settled(client.files.replace("1", body=b"x"))
    assert server.urls == ["https://machine.test/files/1"]


async def test_copies_of_a_client_go_where_it_does_unless_they_are_given_a_base_url(
    served: Client, flavour: str
) -> None:
    client, server = wired(served, flavour, json_answer(1), json_answer(1), json_answer(1))
    patient = client.with_options(timeout=5)
    await settled(patient.files.replace("1", body=b"x"))
    await settled(patient.with_options(base_url="https://b.test").files.replace("1", body=b"x"))
    await settled(client.files.replace("1", body=b"x"))
    assert server.urls == [f"{FILES}/files/1", "https://b.test/files/1", f"{FILES}/files/1"]
    assert "staging" in repr(client.with_options(base_url="https://staging.test"))


async def test_retries_and_redirects_start_from_the_own_server(
    served: Client, flavour: str
) -> None:
    moved = httpx2.Response(307, headers={"location": "../moved"})
    answers = [httpx2.Response(503), moved, json_answer("it", x_request_id="r")]
    client, server = wired(served, flavour, *answers)
    raw = await settled(client.files.with_raw_response.replace("1", body=b"x"))
    assert (raw.parse(), raw.request_id, raw.request.url) == ("it", "r", f"{FILES}/moved")
    assert server.urls == [f"{FILES}/files/1", f"{FILES}/files/1", f"{FILES}/moved"]
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer t"}
    error = json_answer({"message": "no"}, status=404)
    client, server = wired(served, flavour, error)
    with pytest.raises(served.package.errors.NotFoundError) as caught:
        await settled(client.files.replace("1", body=b"x"))
    assert caught.value.response.request.url == f"{FILES}/files/1"


async def test_pages_stay_on_the_server_of_their_list(served: Client, flavour: str) -> None:
    first = json_answer({"data": [1, 2], "next": "/rows?page=2"})
    client, server = wired(served, flavour, first, json_answer({"data": [3]}))
    assert await collected(client.rows.list()) == [1, 2, 3]
    rows = "https://rows.sample.test/rows"
    assert server.urls == [rows, f"{rows}?page=2"]


async def test_a_stream_comes_from_its_server(served: Client, flavour: str) -> None:
    kind = {"content-type": "text/event-stream"}
    events = httpx2.Response(200, content=b"data: 1\n\n", headers=kind)
    client, server = wired(served, flavour, events, events)
    stream = await settled(client.rows.stream_events())
    assert [event.data for event in await collected(stream)] == [1]
    async_ = flavour == "Async"
    opening = client.rows.with_raw_response.stream_events.stream()
    opened = await opening.__aenter__() if async_ else opening.__enter__()
    assert await collected(opened.iter_lines()) == ["data: 1", ""]
    assert server.urls == ["https://events.sample.test/events"] * 2


async def test_it_is_sent_over_a_wire(sample: MakeClient, server: Replies, flavour: str) -> None:
    client = getattr(
        sample(SERVED.replace("https://rows.sample.test", server.url)).package, f"{flavour}Sample"
    )(key="t")
    body = b'{"data": [7]}'
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    server.replies.append(head.encode() + body)
    assert await collected(client.rows.list()) == [7]
    await settled(client.close())
    assert server.received[0].startswith(b"GET /rows HTTP/1.1\r\n")
    assert b"\r\nauthorization: Bearer t\r\n" in server.received[0].replace(b"A", b"a")


async def test_a_server_that_nothing_can_be_sent_to_is_refused(
    sample: MakeClient, flavour: str
) -> None:
    served = sample(SERVED.replace("https://rows.sample.test", "wss://rows.sample.test"))
    client, server = wired(served, flavour)
    with pytest.raises(served.package.errors.ArgumentError, match="wss://rows"):
        await settled(client.rows.list().first_page)
    assert not server.requests


def test_a_client_of_one_server_knows_of_no_other(sample: MakeClient) -> None:
    client = sample("paths: {/a: {get: {operationId: getA, responses: {204: <OK>}}}}")
    assert "of its own" not in client.package.Sample.__doc__
    assert "own_servers.py" not in _runtime(client)


def test_the_base_url_says_that_it_takes_all(served: Client) -> None:
    assert "also what the contract has on servers of its own" in served.package.Sample.__doc__
    assert "own_servers.py" in _runtime(served)


def _runtime(client: Client) -> set[str]:
    return {each.name for each in Path(client.package.__path__[0], "_runtime").iterdir()}
