"""Parameters on the wire, in the styles of OpenAPI 3.1 §4.8.12.4."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest

from generator.targets.python.runtime.errors import ArgumentError
from generator.targets.python.runtime.operation import Cookie, Header, Operation, Path, Query
from generator.targets.python.runtime.values import UNSET
from tests.python_client.conftest import MakeHarness
from tests.python_client.scripted import json_answer

pytestmark = pytest.mark.anyio

COLOURS = ["blue", "black"]
RGB = {"R": 100, "G": 200}
CEST = dt.timezone(dt.timedelta(hours=2))


@pytest.mark.parametrize(
    ("parameter", "value", "query"),
    [
        (Query("color"), "a b/&é", "color=a%20b%2F%26%C3%A9"),
        (Query("color", allow_reserved=True), "a/b?c&d", "color=a/b?c%26d"),
        (Query("color"), "", "color="),
        (Query("color"), COLOURS, "color=blue&color=black"),
        (Query("color", explode=False), COLOURS, "color=blue,black"),
        (Query("color", style="spaceDelimited", explode=False), COLOURS, "color=blue%20black"),
        (Query("color", style="pipeDelimited", explode=False), COLOURS, "color=blue%7Cblack"),
        (Query("color"), RGB, "R=100&G=200"),
        (Query("color", explode=False), RGB, "color=R,100,G,200"),
        (Query("color", style="deepObject"), RGB, "color%5BR%5D=100&color%5BG%5D=200"),
        (
            Query("color", content="application/json"),
            RGB,
            "color=%7B%22R%22%3A100%2C%22G%22%3A200%7D",
        ),
        (Query("is_new", "isNew"), True, "isNew=true"),
        (Query("limit"), 2, "limit=2"),
        (Query("limit"), 2.5, "limit=2.5"),
        (Query("limit"), None, ""),
        (Query("limit"), UNSET, ""),
        (Query("limit"), [], ""),
        (
            Query("since"),
            dt.datetime(2026, 5, 1, 2, 0, tzinfo=CEST),
            "since=2026-05-01T00%3A00%3A00Z",
        ),
        (
            Query("since"),
            dt.datetime(2026, 5, 1, 0, 0, 0, 250000),
            "since=2026-05-01T00%3A00%3A00.250000Z",
        ),
        (Query("since"), dt.date(2026, 5, 1), "since=2026-05-01"),
    ],
)
async def test_query_styles(harness: MakeHarness, parameter: Query, value: Any, query: str) -> None:
    made = harness([json_answer({})])
    await made.call(Operation("GET", "/x", (parameter,), returns=Any), **{parameter.name: value})
    assert made.script.requests[0].url.query.decode() == query


@pytest.mark.parametrize(
    ("parameter", "value", "path"),
    [
        (Path("id"), "a/b c", "a%2Fb%20c"),
        (Path("id"), COLOURS, "blue,black"),
        (Path("id"), RGB, "R,100,G,200"),
        (Path("id", explode=True), RGB, "R=100,G=200"),
        (Path("id", style="label"), "blue", ".blue"),
        (Path("id", style="label"), COLOURS, ".blue,black"),
        (Path("id", style="label", explode=True), COLOURS, ".blue.black"),
        (Path("id", style="label", explode=True), RGB, ".R=100.G=200"),
        (Path("id", style="matrix"), "blue", ";id=blue"),
        (Path("id", style="matrix"), COLOURS, ";id=blue,black"),
        (Path("id", style="matrix", explode=True), COLOURS, ";id=blue;id=black"),
        (Path("id", style="matrix", explode=True), RGB, ";R=100;G=200"),
        (Path("id"), 7, "7"),
    ],
)
async def test_path_styles(harness: MakeHarness, parameter: Path, value: Any, path: str) -> None:
    made = harness([json_answer({})])
    await made.call(Operation("GET", "/x/{id}/y", (parameter,), returns=Any), id=value)
    assert made.script.requests[0].url.raw_path.decode() == f"/v1/x/{path}/y"


async def test_a_moment_without_a_zone_is_utc_wherever_it_is_sent_from(
    harness: MakeHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        made = harness([json_answer({})])
        await made.call(
            Operation("GET", "/x", (Query("at"),), returns=Any), at=dt.datetime(2026, 5, 1)
        )
    finally:
        monkeypatch.undo()
        time.tzset()
    assert made.script.requests[0].url.query == b"at=2026-05-01T00%3A00%3A00Z"


@pytest.mark.parametrize("value", ["", ".", "..", None, []])
async def test_a_path_parameter_never_names_another_path(harness: MakeHarness, value: Any) -> None:
    made = harness([])
    with pytest.raises(ArgumentError, match="path parameter id"):
        await made.call(Operation("GET", "/x/{id}", (Path("id"),), returns=Any), id=value)


async def test_headers_and_cookies(harness: MakeHarness) -> None:
    made = harness([json_answer({})])
    operation = Operation[Any](
        "GET",
        "/x",
        (
            Header("tags", "X-Tags"),
            Header("rgb", "X-RGB", explode=True),
            Cookie("visit"),
            Cookie("seen"),
        ),
        returns=Any,
    )
    await made.call(operation, tags=COLOURS, rgb=RGB, visit="a;b", seen=True)
    headers = made.script.requests[0].headers
    assert headers["x-tags"] == "blue,black"
    assert headers["x-rgb"] == "R=100,G=200"
    assert headers["cookie"] == "visit=a%3Bb; seen=true"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\x00", "snow \u2603"])
async def test_a_header_that_no_header_can_carry_is_refused(
    harness: MakeHarness, value: str
) -> None:
    made = harness([])
    operation = Operation[Any]("GET", "/x", (Header("tag", "X-Tag"),), returns=Any)
    with pytest.raises(ArgumentError, match="x-tag") as caught:
        await made.call(operation, tag=value)
    assert value not in str(caught.value)
    with pytest.raises(ArgumentError, match="x-tag"):
        await made.call(Operation("GET", "/x", returns=Any), {"headers": {"X-Tag": value}})
