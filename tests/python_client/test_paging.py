"""Lists: every row once, no page twice, no endless walk."""

from __future__ import annotations

from typing import Any

import httpx2
import msgspec
import pytest

from generator.targets.python.runtime.errors import APIResponseValidationError, PaginationError
from generator.targets.python.runtime.operation import Operation, Pages, Query
from tests.python_client.conftest import MakeHarness
from tests.python_client.scripted import Answer, collected, json_answer, settled

pytestmark = pytest.mark.anyio


class Place(msgspec.Struct):
    next_cursor: str | msgspec.UnsetType | None = msgspec.UNSET
    more: bool | msgspec.UnsetType = msgspec.UNSET


class Rows(msgspec.Struct):
    data: list[int]
    pagination: Place


def listing(**settings: Any) -> Operation[Any]:
    pages = Pages(
        **{
            "results": ("data",),
            "argument": "cursor",
            "next": ("pagination", "next_cursor"),
            **settings,
        }
    )
    parameters = (Query("cursor"), Query("offset"), Query("page"), Query("source"))
    return Operation("GET", "/rows", parameters, returns=Rows, pages=pages)


LIST = listing()


def page(rows: list[int], cursor: str | None = None, **more: Any) -> Answer:
    return json_answer({"data": rows, "pagination": {"next_cursor": cursor, **more}})


async def test_a_walk_gives_every_row_once_with_the_same_filters(harness: MakeHarness) -> None:
    made = harness([page([1, 2], "a"), page([], "b"), page([3])])
    assert await collected(made.list(LIST, source="zillow")) == [1, 2, 3]
    assert made.script.urls == [
        "https://api.test/v1/rows?source=zillow",
        "https://api.test/v1/rows?cursor=a&source=zillow",
        "https://api.test/v1/rows?cursor=b&source=zillow",
    ]


async def test_nothing_is_sent_before_it_is_asked_for(harness: MakeHarness) -> None:
    made = harness([page([1], "a"), page([2], "b")])
    rows = made.list(LIST)
    assert made.script.requests == []
    first = await settled(rows.first_page)
    assert (first.items, first.next_cursor, first.has_next, len(first)) == ([1], "a", True, 1)
    assert first.response.status_code == 200
    assert len(made.script.requests) == 1
    again = await settled(rows.first_page)
    assert again is first
    assert len(made.script.requests) == 1


async def test_the_first_page_is_not_fetched_again_by_a_walk(harness: MakeHarness) -> None:
    made = harness([page([1], "a"), page([2])])
    rows = made.list(LIST)
    await settled(rows.first_page)
    assert [p.items for p in await collected(rows.pages())] == [[1], [2]]
    assert len(made.script.requests) == 2


async def test_a_walk_resumes_from_a_cursor(harness: MakeHarness) -> None:
    made = harness([page([3], None)])
    assert await collected(made.list(LIST, cursor="b")) == [3]
    assert made.script.urls == ["https://api.test/v1/rows?cursor=b"]


@pytest.mark.parametrize("cursors", [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]])
async def test_a_cursor_given_twice_ends_the_walk_with_an_error(
    harness: MakeHarness, cursors: list[str]
) -> None:
    made = harness([page([n], cursor) for n, cursor in enumerate(cursors)])
    with pytest.raises(PaginationError):
        await collected(made.list(LIST))
    assert len(made.script.requests) == len(cursors)


async def test_the_cursor_that_a_walk_began_with_counts(harness: MakeHarness) -> None:
    made = harness([page([1], "a")])
    with pytest.raises(PaginationError):
        await collected(made.list(LIST, cursor="a"))


@pytest.mark.parametrize("last", [{"next_cursor": None}, {"next_cursor": ""}, {}])
async def test_a_walk_ends_without_a_cursor(harness: MakeHarness, last: dict[str, Any]) -> None:
    made = harness([json_answer({"data": [1], "pagination": last})])
    assert await collected(made.list(LIST)) == [1]


async def test_a_flag_ends_a_walk_too(harness: MakeHarness) -> None:
    made = harness([page([1], "a", more=True), page([2], "b", more=False)])
    assert await collected(made.list(listing(has_more=("pagination", "more")))) == [1, 2]


async def test_offsets_and_page_numbers(harness: MakeHarness) -> None:
    offset = listing(style="offset", argument="offset")
    made = harness([page([1, 2]), page([3]), page([])])
    assert await collected(made.list(offset)) == [1, 2, 3]
    assert [url.partition("?")[2] for url in made.script.urls] == ["", "offset=2", "offset=3"]

    made = harness([page([1, 2]), page([3]), page([])])
    assert await collected(made.list(listing(style="page", argument="page"))) == [1, 2, 3]
    assert [url.partition("?")[2] for url in made.script.urls] == ["", "page=2", "page=3"]


async def test_links(harness: MakeHarness) -> None:
    def linked(rows: list[int], link: str) -> httpx2.Response:
        return json_answer({"data": rows, "pagination": {}}, link=link)

    operation = listing(style="link", argument="", next=())
    made = harness(
        [
            linked(
                [1], '<https://api.test/v1/rows?page=1>; rel="prev", </v1/rows?page=3>; rel="next"'
            ),
            linked([2], '</v1/rows?page=1>; rel="prev"'),
        ]
    )
    assert await collected(made.list(operation, source="x")) == [1, 2]
    assert made.script.urls[1].endswith("?source=x&page=3")


async def test_a_page_without_its_rows_is_an_error(harness: MakeHarness) -> None:
    made = harness([json_answer({"data": "oops", "pagination": {}})])
    with pytest.raises(APIResponseValidationError, match=r"\$\.data"):
        await collected(made.list(LIST))


async def test_a_long_walk(harness: MakeHarness) -> None:
    count = 200
    answers = [page([n], str(n + 1) if n + 1 < count else None) for n in range(count)]
    made = harness(answers)
    assert await collected(made.list(LIST)) == list(range(count))
