"""ALOHA-04: codes and refresh tokens work once, whichever of several servers is asked."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx2
import pytest

from tests.reference.conftest import Running, serving
from tests.reference.oauth import App, register
from tests.reference.postgresql import postgresql

SERVERS = 3
AT_ONCE = 8


@pytest.fixture(scope="module")
def servers() -> Iterator[Sequence[Running]]:
    """Servers that share a PostgreSQL database."""
    url = postgresql().database()
    with ExitStack() as stack:
        yield [stack.enter_context(serving("aloha", url=url)) for _ in range(SERVERS)]


@pytest.fixture(scope="module")
def app(servers: Sequence[Running]) -> App:
    return register(servers[0])


def _post(server: Running, form: dict[str, str]) -> list[httpx2.Response]:
    """Send a form to the token endpoint of one server, several times at once."""

    async def all_at_once() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(server.origin)
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            sent = (client.post("/aloha/oauth/token", data=form) for _ in range(AT_ONCE))
            return await asyncio.gather(*sent)

    return server.run(all_at_once())


def _post_everywhere(servers: Sequence[Running], form: dict[str, str]) -> list[httpx2.Response]:
    with ThreadPoolExecutor(SERVERS) as threads:
        answered = threads.map(lambda server: _post(server, form), servers)
        return [response for responses in answered for response in responses]


def _require_one(app: App, responses: Sequence[httpx2.Response]) -> None:
    """One got tokens, which the others, being second, revoked."""
    statuses = sorted(response.status_code for response in responses)
    assert statuses == [200] + [400] * (SERVERS * AT_ONCE - 1)
    granted = next(r.json() for r in responses if r.status_code == 200)
    assert not app.works(granted["access_token"])


def test_a_code_is_redeemed_once(servers: Sequence[Running], app: App) -> None:
    for _ in range(3):
        _require_one(app, _post_everywhere(servers, app.redemption(app.code())))


def test_a_refresh_token_is_spent_once(servers: Sequence[Running], app: App) -> None:
    for _ in range(3):
        form = app.refreshment(app.tokens()["refresh_token"])
        _require_one(app, _post_everywhere(servers, form))


def test_what_one_server_granted_all_know(servers: Sequence[Running], app: App) -> None:
    token = app.tokens()
    for server in servers:
        assert App(server, app.client_id).works(token["access_token"])
    App(servers[-1], app.client_id).refresh(token["refresh_token"])
    assert app.refresh(token["refresh_token"]).status_code == 400
    for server in servers:
        assert not App(server, app.client_id).works(token["access_token"])
