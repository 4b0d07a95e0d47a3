"""The reference server in the test's own process: HTTP in and out, and its clock at hand."""

import asyncio
import itertools
import shutil
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2
import pytest
from sqlalchemy import Select

from reference.origin import build_origin
from reference.storage.database import Database, open_database
from tests.reference.haloagents import Organization, organization
from tests.reference.postgresql import fresh_database

if TYPE_CHECKING:
    from tests.reference.leadiosa import Workspace

BASE = "/haleai/api/v1"
TOKEN = "control-token"  # noqa: S105 - of servers that live for one test
_PAGES = 200
_NUMBERS = itertools.count()
T = TypeVar("T")


class Running:
    """A server, and two ways to speak to it: as a caller of its first API, as its controller."""

    def __init__(
        self, database: Database, apis: Sequence[str] = ("haleai",), faults: Sequence[str] = ()
    ) -> None:
        self._runner = asyncio.Runner()
        self._database = database
        self.origin = self.run(build_origin(apis, faults, database, TOKEN))
        self.api = apis[0]
        self.base = self.origin.base_paths[self.api]
        self._client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.origin), base_url="http://server"
        )

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        self.run(self._client.aclose())
        self._runner.close()
        self._database.close()

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return self.run(self._client.request(method, path, **options))

    def read(self, statement: Select[Any]) -> list[Any]:
        """Return what the database has."""
        work = self._database.read(lambda connection: list(connection.execute(statement)))
        return self.run(work)

    def send(
        self, method: str, path: str, key: str | None, headers: Any = None, **options: Any
    ) -> httpx2.Response:
        """Ask for a path of the API; `options` are the client's: `json`, `params`, `content`."""
        given = {} if key is None else {"Authorization": f"Bearer {key}"}
        return self.request(method, self.base + path, headers=given | (headers or {}), **options)

    def get(self, path: str, key: str | None, /, **query: Any) -> httpx2.Response:
        return self.send("GET", path, key, params=query)

    def post(self, path: str, key: str | None, body: object = None) -> httpx2.Response:
        """POST a body as JSON, or none."""
        return self.send("POST", path, key, **({} if body is None else {"json": body}))

    def patch(self, path: str, key: str | None, body: object) -> httpx2.Response:
        return self.send("PATCH", path, key, json=body)

    def delete(self, path: str, key: str | None) -> httpx2.Response:
        return self.send("DELETE", path, key)

    def requests(self, count: int, path: str, key: str) -> list[httpx2.Response]:
        """Send the same GET `count` times at once."""

        async def all_at_once() -> list[httpx2.Response]:
            headers = {"Authorization": f"Bearer {key}"}
            sent = (self._client.get(self.base + path, headers=headers) for _ in range(count))
            return await asyncio.gather(*sent)

        return self.run(all_at_once())

    def chunks(self, path: str, key: str, body: object) -> list[bytes]:
        """POST a body; return the parts in which a streamed answer was sent."""
        sent: list[bytes] = []

        async def watched(scope: Any, receive: Any, send: Any) -> None:
            async def keeping(message: Any) -> None:
                if message.get("body"):
                    sent.append(message["body"])
                await send(message)

            await self.origin(scope, receive, keeping)

        async def posted() -> None:
            transport = httpx2.ASGITransport(watched)
            async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
                headers = {"Authorization": f"Bearer {key}"}
                await client.post(self.base + path, headers=headers, json=body)

        self.run(posted())
        return sent

    def call(self, call: str, body: object = None, token: str = TOKEN) -> httpx2.Response:
        """Make a control call: a POST where there is a body."""
        return self.request(
            "GET" if body is None else "POST",
            f"/_control/{call}",
            headers={"Authorization": f"Bearer {token}"},
            **({} if body is None else {"json": body}),
        )

    def control(self, call: str, body: object = None) -> Any:
        """Make a control call that succeeds; return its answer."""
        response = self.call(call, body)
        assert response.status_code == 200, response.text
        return response.json()

    def key(self, tenant: str = "acme", **attributes: object) -> str:
        minted = self.control("keys", {"api": self.api, "tenant": tenant, **attributes})
        return str(minted["key"])

    def advance(self, seconds: float) -> None:
        self.control("clock", {"advance": seconds})

    def pages(self, path: str, key: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Walk a list, however slowly the rate limit wants it."""
        cursor: dict[str, str] = {}
        for _ in range(_PAGES):
            response = self.get(path, key, **query, **cursor)
            assert response.status_code == 200, response.text
            yield response.json()
            following = response.json()["pagination"]["nextCursor"]
            if following is None:
                return
            cursor = {"cursor": following}
            self.advance(0.1)
        pytest.fail(f"the walk has more than {_PAGES} pages")

    def walk(self, path: str, key: str, **query: Any) -> list[dict[str, Any]]:
        return [row for page in self.pages(path, key, **query) for row in page["data"]]


@contextmanager
def serving(*apis: str, url: str | None = None) -> Iterator[Running]:
    """A server of some APIs whose clock is stopped, on a fresh database where none is named."""
    running = Running(open_database(url or fresh_database()), apis)
    try:
        running.control("clock", {"frozen": True})
        yield running
    finally:
        running.close()


Start = Callable[..., Running]
"""Starts a server of an API with some faults."""


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Starts a server of an API with faults, on a copy of what it has at first; time stands."""
    templates: dict[str, Path] = {}

    def started(api: str, *faults: str) -> Running:
        directory = tmp_path_factory.mktemp(api)
        if api not in templates:
            templates[api] = directory / "template.db"
            Running(open_database(f"sqlite:///{templates[api]}"), (api,)).close()
        file = shutil.copy(templates[api], directory / "copy.db")
        running = Running(open_database(f"sqlite:///{file}"), (api,), faults)
        running.control("clock", {"frozen": True})
        return running

    return started


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Running]:
    """A server that tests share: each has keys, and where it changes rows tenants, of its own.

    Its parameter is the kind of its database; without one it is what is usual.
    """
    with serving("haleai", url=fresh_database(getattr(request, "param", None))) as running:
        yield running


@pytest.fixture
def own_server() -> Iterator[Running]:
    """A server for one test."""
    with serving("haleai") as running:
        yield running


@pytest.fixture
def key(server: Running) -> str:
    """A key of acme."""
    return server.key()


@pytest.fixture(scope="session")
def halo() -> Iterator[Running]:
    """A server of HaloAgents that tests share: each has an organization of its own."""
    with serving("haloagents") as running:
        yield running


@pytest.fixture
def org(halo: Running) -> Organization:
    """An organization that no other test has."""
    return organization(halo, f"org-{next(_NUMBERS)}")


@pytest.fixture(scope="session")
def aloha() -> Iterator[Running]:
    """A server of Aloha that tests share: each has workspaces of its own."""
    with serving("aloha") as running:
        yield running


@pytest.fixture(scope="session")
def leadiosa() -> Iterator[Running]:
    """A server of Leadiosa that tests share: each has workspaces of its own."""
    with serving("leadiosa") as running:
        yield running


@pytest.fixture
def workspace(leadiosa: Running) -> "Workspace":
    """A workspace of Leadiosa with a few rows on each list."""
    from tests.reference.leadiosa import new_workspace  # noqa: PLC0415 - it imports this module

    return new_workspace(leadiosa)
