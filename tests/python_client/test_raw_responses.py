"""Whole answers: raw, streamed, with the members that the contract does not know."""

from __future__ import annotations

import copy
import datetime as dt
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import httpx2
import pytest

from tests.python_client import scripted
from tests.python_client.packages import imported, write_package
from tests.python_client.scripted import FakeClock, Script, collected, json_answer, script, settled

pytestmark = pytest.mark.anyio

TOM = {"class": "cat", "name": "Tom", "bornAt": "2026-01-02T03:04:05Z"}
REX = {"class": "dog", "name": "Rex", "age": 3}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    document = Path(__file__).with_name("menagerie.yaml")
    distribution = write_package(document, "menagerie", tmp_path_factory.mktemp("client"))
    with imported(distribution, "menagerie") as module:
        yield module


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def wired(package: ModuleType, kind: str, *answers: Any, **settings: Any) -> tuple[Any, Script]:
    server = script(answers)
    transport = httpx2.MockTransport(server)
    cls = package.AsyncMenagerie if kind == "async" else package.Menagerie
    http: Any = (httpx2.AsyncClient if kind == "async" else httpx2.Client)(transport=transport)
    return cls(key="t0ken", http_client=http, clock=FakeClock(), **settings), server


async def entered(context: Any) -> Any:
    return await context.__aenter__() if hasattr(context, "__aenter__") else context.__enter__()


async def left(context: Any) -> None:
    if hasattr(context, "__aexit__"):
        await context.__aexit__(None, None, None)
    else:
        context.__exit__(None, None, None)


async def test_a_raw_answer_of_a_list(package: ModuleType, kind: str) -> None:
    body = {"data": [TOM, REX], "page": {"nextCursor": "n"}, "took": 7}
    client, server = wired(package, kind, json_answer(body, x_request_id="req_1"))
    response = await settled(client.animals.with_raw_response.list(kind="cat"))
    page = response.parse()
    assert (response.status_code, response.request_id) == (200, "req_1")
    assert response.json() == body
    assert [type(row).__name__ for row in page.data] == ["Cat", "Dog"]
    assert response.parse() is page
    assert response.unknown_fields(page) == {"took": 7}
    assert response.unknown_fields(page.data[0]) == {}
    assert response.unknown_fields(page.data[1]) == {"age": 3}
    for other in (copy.copy(page.data[1]), None):
        with pytest.raises(ValueError, match="no part"):
            response.unknown_fields(other)
    assert len(server.requests) == 1


async def test_unknown_fields_of_a_row(package: ModuleType, kind: str) -> None:
    client, _ = wired(package, kind, json_answer({"data": [REX], "page": {}}))
    page = await settled(client.animals.list().first_page)
    assert page.response.unknown_fields(page.items[0]) == {"age": 3}


async def test_unknown_fields_of_each_row_of_a_copy(package: ModuleType, kind: str) -> None:
    rows = [{**REX, "age": age} for age in range(50)]
    client, _ = wired(package, kind, json_answer({"data": rows, "page": {}}))
    first = await settled(client.animals.with_raw_response.list())
    assert first.unknown_fields(first.parse().data[0]) == {"age": 0}
    whole = copy.deepcopy(first)
    assert whole == first
    told = [whole.unknown_fields(row) for row in whole.parse().data]
    assert told == [{"age": age} for age in range(50)]
    with pytest.raises(ValueError, match="no part"):
        whole.unknown_fields(first.parse().data[0])


async def test_an_answer_is_read_once_for_the_unknown_fields_of_all_rows(
    package: ModuleType, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = wired(package, kind, json_answer({"data": [REX] * 50, "page": {}}))
    response = await settled(client.animals.with_raw_response.list())
    page = response.parse()
    values = sys.modules[f"{package.__name__}._runtime.values"]
    decode = Mock(wraps=values.decode)
    monkeypatch.setattr(values, "decode", decode)
    assert [response.unknown_fields(row) for row in page.data] == [{"age": 3}] * 50
    decode.assert_called_once()


async def test_a_streamed_answer(package: ModuleType, kind: str) -> None:
    closed: list[bool] = []

    class Body(httpx2.SyncByteStream, httpx2.AsyncByteStream):
        def __iter__(self) -> Any:
            yield from (b"one\r\ntw", "o\nthr\u00e9".encode()[:-1], "\u00e9".encode()[-1:], b"e")

        async def __aiter__(self) -> Any:
            for part in self:
                yield part

        def close(self) -> None:
            closed.append(True)

        async def aclose(self) -> None:
            closed.append(True)

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=Body(), headers={"x-request-id": "r"})

    client, _ = wired(package, kind, answer, answer, answer, answer)
    method = client.animals.notes.with_raw_response.list
    stream = method.stream("1")
    opened = await entered(stream)
    assert (opened.response.status_code, opened.response.request_id) == (200, "r")
    assert not closed
    assert await collected(opened.iter_lines()) == ["one", "two", "thr\u00e9e"]
    await left(stream)
    assert closed

    stream = method.stream("1")
    assert b"".join(await collected((await entered(stream)).iter_bytes())).startswith(b"one\r\n")
    await left(stream)

    stream = method.stream("1")
    assert await settled((await entered(stream)).parse()) == "one\r\ntwo\nthr\u00e9e"
    await left(stream)

    closed.clear()
    stream = method.stream("1")
    await entered(stream)
    await left(stream)
    assert closed


async def test_a_streamed_answer_that_is_refused(package: ModuleType, kind: str) -> None:
    missing = {"error": {"code": "not_found", "message": "None."}}
    client, _ = wired(package, kind, json_answer(missing, 404))
    with pytest.raises(package.NotFoundError, match="not_found"):
        await entered(client.animals.with_raw_response.get.stream("1"))


async def test_a_streamed_answer_is_read_up_to_the_limit(package: ModuleType, kind: str) -> None:
    client, _ = wired(package, kind, json_answer(TOM), json_answer(TOM), max_response_bytes=10)
    stream = client.animals.with_raw_response.get.stream("1")
    opened = await entered(stream)
    with pytest.raises(package.ResponseTooLargeError):
        await settled(opened.read())
    await left(stream)
    stream = client.animals.with_raw_response.get.stream("1")
    assert len(b"".join(await collected((await entered(stream)).iter_bytes()))) > 10
    await left(stream)


async def test_a_misspelt_argument_is_refused_before_anything_is_sent(
    package: ModuleType, kind: str
) -> None:
    client, server = wired(package, kind)
    with pytest.raises(TypeError, match="kynd"):
        client.animals.list(kynd="cat")
    with pytest.raises(TypeError, match="time_out"):
        await settled(client.animals.get("1", time_out=3))
    assert server.requests == []


async def test_what_a_server_says_of_the_end_of_an_operation(
    package: ModuleType, kind: str
) -> None:
    told = {
        "Deprecation": "@1688169599",
        "Sunset": "Fri, 01 Jan 2027 00:00:00 GMT",
        "X-API-Deprecation": "use /creatures",
        "Link": '<https://api.test/next>; rel="successor-version"',
    }
    client, _ = wired(package, kind, *[httpx2.Response(200, json=TOM, headers=told)] * 3)
    with pytest.warns(DeprecationWarning, match="use /creatures") as caught:
        response = await settled(client.animals.with_raw_response.get("1"))
    caller = __file__ if kind == "sync" else scripted.__file__
    assert [each.filename for each in caught] == [caller]
    notice = response.deprecation
    assert notice.since == dt.datetime(2023, 6, 30, 23, 59, 59, tzinfo=dt.UTC)
    assert notice.sunset == dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    assert notice.link == "https://api.test/next"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await settled(client.animals.get("1"))


async def test_an_answer_that_says_nothing_of_an_end(package: ModuleType, kind: str) -> None:
    client, _ = wired(package, kind, json_answer(TOM))
    response = await settled(client.animals.with_raw_response.get("1"))
    assert response.deprecation is None


async def test_a_deprecated_method_warns_at_the_call(package: ModuleType, kind: str) -> None:
    client, _ = wired(package, kind, *[httpx2.Response(204)] * 4)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            await settled(client.animals.delete("1"))
    assert [(each.category, each.filename) for each in caught] == [(DeprecationWarning, __file__)]
