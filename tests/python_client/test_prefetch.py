"""Lists whose next page is fetched while one is read: the same rows, errors where they belong."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from generator.targets.python.runtime.errors import InternalServerError, PaginationError
from generator.targets.python.runtime.headers import Headers
from generator.targets.python.runtime.paging import AsyncPaginator
from generator.targets.python.runtime.response import RequestInfo, Response
from generator.targets.python.runtime.retries import RetryPolicy
from tests.python_client.conftest import MakeHarness
from tests.python_client.scripted import Answer, collected, json_answer
from tests.python_client.test_paging import LIST, Rows, page

pytestmark = pytest.mark.anyio


async def read_all(rows: Any, seen: list[int]) -> None:
    """Read every row into `seen`, keeping those that came before an error."""
    if hasattr(rows, "__aiter__"):
        async for row in rows:
            seen.append(row)
    else:
        for row in rows:
            seen.append(row)


async def test_every_row_once_and_no_page_twice(harness: MakeHarness) -> None:
    answers = [page([2 * n, 2 * n + 1], str(n + 1) if n < 9 else None) for n in range(10)]
    made = harness(answers)
    assert await collected(made.list(LIST).prefetched()) == list(range(20))
    assert len(made.script.requests) == 10


async def test_the_next_page_is_asked_for_while_one_is_read(harness: MakeHarness) -> None:
    asked = threading.Event()

    def second(_: httpx2.Request) -> httpx2.Response:
        asked.set()
        return json_answer({"data": [2], "pagination": {}})

    made = harness([page([1], "a"), second])
    rows = made.list(LIST).prefetched()
    if hasattr(rows, "__aiter__"):
        pages = rows.pages()
        assert (await anext(pages)).items == [1]
        while not asked.is_set():
            await asyncio.sleep(0)
        assert (await anext(pages)).items == [2]
        await pages.aclose()
    else:
        pages = rows.pages()
        assert next(pages).items == [1]
        assert asked.wait(60)
        assert next(pages).items == [2]
        pages.close()


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (json_answer({"error": {"code": "no", "message": "No."}}, 500), InternalServerError),
        (page([3], "a"), PaginationError),
    ],
)
async def test_an_error_comes_after_the_rows_before_it(
    harness: MakeHarness, trouble: Answer, kind: type[Exception]
) -> None:
    made = harness([page([1, 2], "a"), trouble], retries=RetryPolicy(max_retries=0))
    seen: list[int] = []
    with pytest.raises(kind):
        await read_all(made.list(LIST).prefetched(), seen)
    assert seen == ([1, 2] if kind is InternalServerError else [1, 2, 3])


async def test_a_walk_that_is_left_leaves_nothing_behind(harness: MakeHarness) -> None:
    before = threading.active_count()
    made = harness([page([1, 2], "a"), page([3], "b"), page([4])])
    rows = made.list(LIST).prefetched()
    if hasattr(rows, "__aiter__"):
        tasks = asyncio.all_tasks()
        walk = aiter(rows)
        assert await anext(walk) == 1
        await walk.aclose()
        assert asyncio.all_tasks() == tasks
    else:
        for row in rows:
            assert row == 1
            break
        gc.collect()
        assert threading.active_count() == before
    assert len(made.script.requests) <= 2


async def test_a_walk_that_is_left_cancels_the_page_on_its_way() -> None:
    asked, cancelled = asyncio.Event(), asyncio.Event()

    async def fetch(_: object, arguments: Mapping[str, Any], __: object) -> Response[Any]:
        if "cursor" in arguments:
            asked.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.set()
                raise
        content = b'{"data": [1], "pagination": {"next_cursor": "a"}}'
        return Response(200, Headers(), content, RequestInfo("GET", "/rows"), shape=Rows)

    pages = AsyncPaginator[int](fetch, LIST, {}, {}).prefetched().pages()
    assert (await anext(pages)).items == [1]
    await asked.wait()
    async with asyncio.timeout(60):
        await pages.aclose()
    assert cancelled.is_set()


async def test_a_list_can_be_walked_either_way(harness: MakeHarness) -> None:
    made = harness([page([1], "a"), page([2]), page([2])])
    rows = made.list(LIST)
    assert await collected(rows.prefetched()) == [1, 2]
    assert await collected(made.list(LIST, cursor="a")) == [2]
