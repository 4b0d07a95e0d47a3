"""A server that answers from a script, and a clock that never waits."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx2

Answer = httpx2.Response | Exception | Callable[[httpx2.Request], httpx2.Response]


@dataclass
class FakeClock:
    """Time that passes only by sleeping; `slept` lists the waits, in seconds."""

    now: float = 1_700_000_000.0
    slept: list[float] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


@dataclass
class Script:
    """Answers requests in order and remembers them."""

    answers: list[Answer]
    requests: list[httpx2.Request] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, httpx2.Response):
            return answer(request)
        return httpx2.Response(answer.status_code, headers=answer.headers, content=answer.content)

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.requests]


def script(answers: Iterable[Answer]) -> Script:
    return Script(list(answers))


def json_answer(value: Any, status: int = 200, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return httpx2.Response(status, json=value, headers=named)


async def settled(value: Any) -> Any:
    """The value, awaited where it must be: lets one test drive both clients."""
    return await value if inspect.isawaitable(value) else value


async def collected(rows: Any) -> list[Any]:
    """Everything that an iterator gives, synchronous or not."""
    if hasattr(rows, "__aiter__"):
        return [row async for row in rows]
    return list(rows)
