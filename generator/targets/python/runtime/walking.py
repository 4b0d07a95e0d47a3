"""Ways to walk a list's pages: each when it is reached, or each while the one before is read."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextvars import copy_context
from typing import Any, Protocol, TypeVar

from .errors import PaginationError


class Step(Protocol):
    """What asks for a page."""

    @property
    def place(self) -> str:
        """What tells it from other steps of the same walk."""
        ...


class Page(Protocol):
    """A page, and what asks for the next."""

    @property
    def following(self) -> Any:
        """The next step; None after the last page."""
        ...


P = TypeVar("P", bound=Page)


class Circuit:
    """The places of a list that a walk has been to, so that it goes to none again."""

    def __init__(self, start: str) -> None:
        self._seen = {start}

    def enter(self, step: Step) -> None:
        """Note that the page is about to be asked for. Raises `PaginationError` on a circle."""
        if step.place in self._seen:
            raise PaginationError("the server gave a cursor that it had given before")
        self._seen.add(step.place)


def pages_in_turn(
    circuit: Circuit, first: Callable[[], P], fetch: Callable[[Any], P]
) -> Generator[P, None, None]:
    """Every page, fetched when it is reached."""
    page = first()
    yield page
    while page.following is not None:
        circuit.enter(page.following)
        page = fetch(page.following)
        yield page


def pages_ahead(
    circuit: Circuit, first: Callable[[], P], fetch: Callable[[Any], P]
) -> Generator[P, None, None]:
    """Every page, fetched by a thread while the one before is read.

    What goes wrong with a page is raised where the page would have come.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  only for those who ask

    def advance(step: Step) -> P:
        circuit.enter(step)
        return fetch(step)

    with ThreadPoolExecutor(1, "next page") as thread:
        page = first()
        while page.following is not None:
            coming = thread.submit(copy_context().run, advance, page.following)
            yield page
            page = coming.result()
        yield page


async def async_pages_in_turn(
    circuit: Circuit, first: Callable[[], Awaitable[P]], fetch: Callable[[Any], Awaitable[P]]
) -> AsyncGenerator[P, None]:
    """Every page, fetched when it is reached."""
    page = await first()
    yield page
    while page.following is not None:
        circuit.enter(page.following)
        page = await fetch(page.following)
        yield page


async def async_pages_ahead(
    circuit: Circuit, first: Callable[[], Awaitable[P]], fetch: Callable[[Any], Awaitable[P]]
) -> AsyncGenerator[P, None]:
    """Every page, fetched by a task while the one before is read."""
    import asyncio  # noqa: PLC0415  only for those who ask

    async def advance(step: Step) -> P:
        circuit.enter(step)
        return await fetch(step)

    page = await first()
    while page.following is not None:
        coming = asyncio.ensure_future(advance(page.following))
        try:
            yield page
            page = await coming
        finally:
            coming.cancel()
            await asyncio.wait([coming])
            if not coming.cancelled():
                coming.exception()
    yield page
