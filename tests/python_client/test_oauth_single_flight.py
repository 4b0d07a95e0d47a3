"""However many threads or tasks are refused at once, the token is renewed once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

from tests.python_client.oauth_server import Partner
from tests.python_client.packages import imported, write_package
from tests.python_client.scripted import json_answer

MANY = 20
_PATIENCE = 60.0


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    document = Path(__file__).with_name("partner.yaml")
    distribution = write_package(document, "partner", tmp_path_factory.mktemp("client"))
    with imported(distribution, "partner") as module:
        yield module


class Crowd:
    """A credential whose token nobody takes any more; renewed when all have asked for that."""

    def __init__(self, partner: Partner) -> None:
        partner.server.granted = 7
        tokens = partner.package.oauth.Tokens("access_1", "refresh_1")
        http = httpx2.Client(transport=httpx2.MockTransport(self._answer))
        store = partner.package.oauth.MemoryTokenStore(tokens)
        self._auth = partner.auth(store=store, http_client=http)
        self._server = partner.server
        self._asked = threading.Semaphore(0)
        self._all = threading.Event()

    def __call__(self) -> str:
        return str(self._auth())

    def renew(self, refused: str) -> str:
        self._asked.release()
        return str(self._auth.renew(refused))

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if not self._all.is_set():
            for _ in range(MANY):
                assert self._asked.acquire(timeout=_PATIENCE)
            self._all.set()
        return self._server(request)


def outcomes(partner: Partner, client: Any) -> list[Any]:
    """What the calls of many threads come to, all of them refused before any is renewed."""
    together = threading.Barrier(MANY)

    def wait_for_the_others(token: str) -> None:
        if token == "access_1":  # noqa: S105  of a test
            together.wait(_PATIENCE)

    partner.server.before_call = wait_for_the_others

    def call(_: int) -> Any:
        try:
            return client.things.get()
        except partner.package.APIError as error:
            return type(error).__name__

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(call, range(MANY)))


def test_threads_share_a_renewal(package: ModuleType) -> None:
    partner = Partner(package, asynchronous=False)
    client = partner.client(auth=Crowd(partner), max_retries=0)
    assert outcomes(partner, client) == [{"ok": "access_8"}] * MANY
    assert len(partner.server.asked) == 1


def test_threads_share_a_refusal(package: ModuleType) -> None:
    partner = Partner(package, asynchronous=False)
    partner.server.refusals = [json_answer({"error": "invalid_grant"}, 400)]
    client = partner.client(auth=Crowd(partner), max_retries=0)
    assert outcomes(partner, client) == ["SignInRequiredError"] * MANY
    assert len(partner.server.asked) == 1


class Gate:
    """Holds tasks back until all have come."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._open = asyncio.Event()

    async def wait(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._open.set()
        await self._open.wait()


def gated(partner: Partner, gate: Gate, renewal: asyncio.Event) -> Any:
    """A client whose calls are refused together, and renewed when `renewal` is set."""

    async def answer(request: httpx2.Request) -> httpx2.Response:
        if request.headers.get("authorization") == "Bearer access_1":
            await gate.wait()
        elif "oauth" in request.url.path:
            await renewal.wait()
        return partner.server(request)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    tokens = partner.package.oauth.Tokens("access_1", "refresh_1")
    store = partner.package.oauth.MemoryTokenStore(tokens)
    partner.server.granted = 7
    auth = partner.auth(store=store, http_client=http)
    cls = partner.cls("Partner", "")
    return cls(auth=auth, http_client=http, clock=partner.clock, max_retries=0)


@pytest.mark.anyio
async def test_tasks_share_a_renewal(package: ModuleType) -> None:
    partner, renewal = Partner(package, asynchronous=True), asyncio.Event()
    client = gated(partner, Gate(MANY), renewal)
    renewal.set()
    calls = [client.things.get() for _ in range(MANY)]
    assert await asyncio.gather(*calls) == [{"ok": "access_8"}] * MANY
    assert len(partner.server.asked) == 1


@pytest.mark.anyio
async def test_tasks_share_a_refusal(package: ModuleType) -> None:
    partner, renewal = Partner(package, asynchronous=True), asyncio.Event()
    partner.server.refusals = [json_answer({"error": "invalid_grant"}, 400)]
    client = gated(partner, Gate(MANY), renewal)
    renewal.set()
    calls = [client.things.get() for _ in range(MANY)]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(end).__name__ for end in ends} == {"SignInRequiredError"}
    assert len(partner.server.asked) == 1


@pytest.mark.anyio
async def test_a_task_that_is_cancelled_takes_nobody_along(package: ModuleType) -> None:
    partner, renewal, gate = Partner(package, asynchronous=True), asyncio.Event(), Gate(3)
    client = gated(partner, gate, renewal)
    tasks = [asyncio.create_task(client.things.get()) for _ in range(2)]
    await gate.wait()
    for _ in range(20):
        await asyncio.sleep(0)
    tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    renewal.set()
    assert await tasks[1] == {"ok": "access_8"}
    assert await client.things.get() == {"ok": "access_8"}
    assert len(partner.server.asked) == 1
