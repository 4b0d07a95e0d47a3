"""ALOHA-04: refresh tokens at the token endpoint (RFC 6749 §6, RFC 9700 §4.14)."""

import asyncio
from collections.abc import Iterator

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.conftest import Running, serving
from tests.reference.oauth import App, basic, refusal, register

DAY = 86_400


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving("aloha") as running:
        yield running


@pytest.fixture(scope="module")
def app(server: Running) -> App:
    return register(server)


def test_a_refresh_token_gives_new_tokens(app: App) -> None:
    first = app.tokens(scope="read write")
    response = app.refresh(first["refresh_token"])
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Pragma"] == "no-cache"
    second = response.json()
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == "read write"
    assert app.works(second["access_token"])


def test_a_refresh_token_outlives_the_access_token(app: App) -> None:
    token = app.tokens()
    app.server.advance(3_600)
    assert not app.works(token["access_token"])
    assert app.works(app.refresh(token["refresh_token"]).json()["access_token"])


def test_a_refresh_token_that_nobody_uses_dies_after_ninety_days(app: App) -> None:
    idle, busy = app.tokens(), app.tokens()
    app.server.advance(50 * DAY)
    busy = app.refresh(busy["refresh_token"]).json()
    app.server.advance(40 * DAY)
    assert refusal(app.refresh(idle["refresh_token"])) == (400, "invalid_grant")
    assert app.refresh(busy["refresh_token"]).status_code == 200


@given(st.integers(1, 4), st.data())
@settings(max_examples=15, deadline=None)
def test_a_refresh_token_used_again_revokes_the_whole_family(
    app: App, rotations: int, data: st.DataObject
) -> None:
    """RFC 9700 §4.14.2: access tokens too."""
    family = [app.tokens()]
    for _ in range(rotations):
        family.append(app.refresh(family[-1]["refresh_token"]).json())
    other = app.tokens()
    assert all(app.works(token["access_token"]) for token in family)
    used = data.draw(st.integers(0, rotations - 1))
    assert refusal(app.refresh(family[used]["refresh_token"])) == (400, "invalid_grant")
    assert not any(app.works(token["access_token"]) for token in family)
    for token in family:
        assert refusal(app.refresh(token["refresh_token"])) == (400, "invalid_grant")
    assert app.works(other["access_token"])
    assert app.refresh(other["refresh_token"]).status_code == 200


def test_of_twenty_at_once_one_gets_tokens_and_the_family_is_revoked(app: App) -> None:
    form = app.refreshment(app.tokens()["refresh_token"])
    transport = httpx2.ASGITransport(app.server.origin)

    async def all_at_once() -> list[httpx2.Response]:
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            sent = (client.post("/aloha/oauth/token", data=form) for _ in range(20))
            return await asyncio.gather(*sent)

    responses = app.server.run(all_at_once())
    assert sorted(response.status_code for response in responses) == [200] + [400] * 19
    granted = next(r.json() for r in responses if r.status_code == 200)
    assert not app.works(granted["access_token"])


def test_a_refresh_may_ask_for_fewer_scopes(app: App) -> None:
    """RFC 6749 §6: the access token has them; the refresh token keeps what was granted."""
    token = app.tokens(scope="read write")
    narrow = app.refresh(token["refresh_token"], scope="write").json()
    assert narrow["scope"] == "write"
    assert app.server.get("/v1/posts", narrow["access_token"]).status_code == 403
    assert app.refresh(narrow["refresh_token"]).json()["scope"] == "read write"


@pytest.mark.parametrize("scope", ["read write", "write", "webhook:admin", "admin", "read  read"])
def test_a_refresh_cannot_ask_for_more_than_was_granted(app: App, scope: str) -> None:
    """What was refused spent nothing."""
    token = app.tokens(scope="read")
    response = app.refresh(token["refresh_token"], scope=scope)
    assert refusal(response) == (400, "invalid_scope")
    assert app.refresh(token["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"refresh_token": None}, "invalid_request"),
        ({"refresh_token": ""}, "invalid_request"),
        ({"refresh_token": "aor_nobodys"}, "invalid_grant"),
        ({"refresh_token": "\x00"}, "invalid_grant"),
        ({"client_id": None}, "invalid_request"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_refresh_request(
    app: App, changed: dict[str, str | None], code: str
) -> None:
    token = app.tokens()
    assert refusal(app.refresh(token["refresh_token"], **changed)) == (400, code)
    assert app.refresh(token["refresh_token"]).status_code == 200


def test_an_access_token_is_no_refresh_token(app: App) -> None:
    token = app.tokens()
    assert refusal(app.refresh(token["access_token"])) == (400, "invalid_grant")
    assert not app.works(token["refresh_token"])


@pytest.mark.parametrize("name", ["grant_type", "client_id", "refresh_token", "scope"])
def test_a_repeated_parameter_is_an_invalid_request(app: App, name: str) -> None:
    form = app.refreshment(app.tokens()["refresh_token"], scope="read")
    assert refusal(app.post([*form.items(), (name, form[name])])) == (400, "invalid_request")
    assert app.post(form).status_code == 200


def test_a_refresh_token_is_its_clients_own(server: Running, app: App) -> None:
    """RFC 6749 §10.4; a stranger who knows it cannot revoke with it either."""
    first = app.tokens()
    second = app.refresh(first["refresh_token"]).json()
    other = register(server)
    for token in (first, second):
        assert refusal(other.refresh(token["refresh_token"])) == (400, "invalid_grant")
    assert app.works(second["access_token"])


def test_a_confidential_client_needs_its_secret_to_refresh(server: Running) -> None:
    app = register(server, confidential=True)
    token = app.tokens()
    form = app.refreshment(token["refresh_token"], client_secret=None)
    assert refusal(app.post(form)) == (401, "invalid_client")
    assert app.post(form, basic(app.client_id, app.secret or "")).status_code == 200
