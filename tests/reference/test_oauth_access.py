"""ALOHA-02, ALOHA-04, ALOHA-17: what access tokens open, and for how long (RFC 6750)."""

import base64
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from reference.oauth.tables import (
    access_tokens,
    codes,
    grants,
    refresh_tokens,
)
from tests.reference.conftest import Running, serving
from tests.reference.oauth import App, refusal, register

NEW_POST = {"content": "a monday note.", "channels": ["instagram"]}
GETS = ("/v1/posts", "/v1/posts/post_nobodys", "/v1/inbox/threads")
POSTS = (
    ("/v1/posts", NEW_POST),
    ("/v1/analytics/export", {"format": "csv"}),
    ("/v1/matrix/mtx_nobodys/run", None),
    ("/v1/voice/train", {"samples": ["a monday note."]}),
)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving("aloha") as running:
        yield running


@pytest.fixture(scope="module")
def app(server: Running) -> App:
    return register(server)


@pytest.mark.parametrize("path", GETS)
def test_a_get_needs_the_scope_read(app: App, path: str) -> None:
    assert app.server.get(path, app.tokens(scope="read")["access_token"]).status_code in {200, 404}
    for scope in ("write", "webhook:admin", "write webhook:admin"):
        _require_insufficient(app, "GET", path, scope, needed="read")


@pytest.mark.parametrize(("path", "body"), POSTS)
def test_a_post_needs_the_scope_write(app: App, path: str, body: object) -> None:
    token = app.tokens(scope="write")["access_token"]
    assert app.server.post(path, token, body).status_code in {201, 202, 404}
    for scope in ("read", "webhook:admin", "read webhook:admin"):
        _require_insufficient(app, "POST", path, scope, needed="write")


def _require_insufficient(app: App, method: str, path: str, scope: str, needed: str) -> None:
    """RFC 6750 §3.1: 403 in the envelope, with a challenge that names the scope."""
    response = app.server.send(method, path, app.tokens(scope=scope)["access_token"])
    assert response.status_code == 403
    assert response.json()["error"].keys() == {"code", "message"}
    assert response.json()["error"]["code"] == "insufficient_scope"
    challenge = response.headers["WWW-Authenticate"]
    assert challenge == f'Bearer error="insufficient_scope", scope="{needed}"'


def test_an_access_token_sees_the_live_data_of_the_workspace_that_granted_it(app: App) -> None:
    server = app.server
    post = server.post("/v1/posts", server.key("globex"), NEW_POST).json()["id"]
    tested = server.post("/v1/posts", server.key("globex", mode="test"), NEW_POST).json()["id"]
    ours, theirs = app.tokens("globex")["access_token"], app.tokens("acme")["access_token"]
    assert server.get(f"/v1/posts/{post}", ours).status_code == 200
    assert server.get(f"/v1/posts/{tested}", ours).status_code == 404
    assert server.get(f"/v1/posts/{post}", theirs).status_code == 404


def test_an_access_token_lives_for_an_hour(app: App) -> None:
    token = app.tokens()["access_token"]
    app.server.advance(3_599.9)
    assert app.works(token)
    app.server.advance(0.1)
    assert not app.works(token)


def test_a_token_that_is_not_good_is_a_401_that_says_so(app: App) -> None:
    """RFC 6750 §3.1."""
    expired = app.tokens()["access_token"]
    app.server.advance(3_600)
    code = app.code()
    revoked = app.redeem(code).json()["access_token"]
    app.redeem(code)
    for token in (expired, revoked, "aoa_nobodys", revoked[:-1], revoked.swapcase()):
        response = app.server.get("/v1/posts", token)
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "unauthorized"
        assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert token not in response.text


def test_without_a_token_the_challenge_has_no_error(app: App) -> None:
    """RFC 6750 §3.1."""
    assert app.server.get("/v1/posts", None).headers["WWW-Authenticate"] == "Bearer"


def test_a_token_is_taken_from_the_header_only(app: App) -> None:
    """RFC 9700 §4.3.2."""
    token = app.tokens()["access_token"]
    response = app.server.send("GET", "/v1/posts", None, params={"access_token": token})
    assert response.status_code == 401


def test_every_answer_of_the_two_endpoints_has_the_allowance_of_free(app: App) -> None:
    """ALOHA-14: nobody is known there, and nothing is spent."""
    answers = [
        app.authorize(app.request()),
        app.authorize(app.request(scope="nonsense")),
        app.authorize({}),
        app.redeem(app.code()),
        app.redeem("aoc_nobodys"),
        app.redeem(app.code(), client_id="app_nobodys"),
    ]
    assert [answer.status_code for answer in answers] == [200, 302, 400, 200, 400, 401]
    for answer in answers:
        assert answer.headers["X-RateLimit-Limit"] == "60"
        assert answer.headers["X-RateLimit-Remaining"] == "60"
        assert answer.headers["X-RateLimit-Reset"].isdecimal()


@pytest.mark.parametrize(("method", "path"), [("GET", "authorize"), ("POST", "token")])
def test_plain_http_is_refused_as_the_endpoints_refuse(app: App, method: str, path: str) -> None:
    """ALOHA-01."""
    headers = {"X-Forwarded-Proto": "http"}
    response = app.server.send(method, f"/oauth/{path}", None, headers=headers)
    assert refusal(response) == (403, "tls_required")


def test_clients_grants_and_tokens_survive_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'server.db'}"
    with serving("aloha", url=url) as before:
        app = register(before, confidential=True)
        token, code = app.tokens(), app.code()
        spent = app.code()
        kept = app.redeem(spent).json()
    with serving("aloha", url=url) as after:
        app = App(after, app.client_id, app.secret)
        assert app.works(token["access_token"])
        assert app.refresh(token["refresh_token"]).status_code == 200
        assert app.redeem(code).status_code == 200
        assert app.works(kept["access_token"])
        assert refusal(app.redeem(spent)) == (400, "invalid_grant")
        assert not app.works(kept["access_token"])


def test_no_secret_code_or_token_is_in_the_database(tmp_path: Path) -> None:
    file = tmp_path / "server.db"
    with serving("aloha", url=f"sqlite:///{file}") as server:
        app = register(server, confidential=True)
        token = app.tokens()
        secret_texts = [app.secret or "", app.code(), token["access_token"], token["refresh_token"]]
    stored = b"".join(part.read_bytes() for part in tmp_path.iterdir())
    assert app.client_id.encode() in stored
    for text in secret_texts:
        random = text[4:].encode()
        for form in (random, random.hex().encode(), base64.b64encode(random)):
            assert form not in stored


def test_no_secret_code_or_token_is_in_the_log_or_the_journal(
    server: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = register(server, confidential=True)
    code = app.code()
    token = app.redeem(code).json()
    app.refresh(token["refresh_token"])
    app.authorize(app.request(state="our-own-state", scope="nonsense"))
    lines = [str(vars(line)) for line in caplog.records if line.name != "httpx2"]
    journal = server.call("requests").text
    assert lines
    assert "/oauth/token" in journal
    noted = journal + "".join(lines)
    for text in (app.secret, code, token["access_token"], token["refresh_token"], "our-own-state"):
        assert str(text) not in noted


def test_a_reset_forgets_clients_grants_and_tokens() -> None:
    with serving("aloha") as server:
        app = register(server)
        token, code = app.tokens(), app.code()
        server.control("reset", {})
        server.control("clock", {"frozen": True})
        assert not app.works(token["access_token"])
        assert refusal(app.redeem(code)) == (401, "invalid_client")
        assert refusal(app.authorize(app.request())) == (400, "invalid_request")
        assert not any(_count(server).values())


def test_what_has_expired_is_swept() -> None:
    with serving("aloha") as server:
        app = register(server)
        app.code()
        first = app.tokens()
        second = app.refresh(first["refresh_token"]).json()
        server.advance(3_600)
        app.code()
        assert _count(server) == {"codes": 1, "grants": 1, "access": 0, "refresh": 2}
        server.advance(3_600)
        app.refresh(second["refresh_token"])
        assert _count(server) == {"codes": 0, "grants": 1, "access": 1, "refresh": 3}
        server.advance(90 * 86_400)
        app.code()
        assert _count(server) == {"codes": 1, "grants": 0, "access": 0, "refresh": 0}


def _count(server: Running) -> dict[str, int]:
    tables = {
        "codes": codes,
        "grants": grants,
        "access": access_tokens,
        "refresh": refresh_tokens,
    }
    return {
        name: server.read(select(func.count()).select_from(table))[0][0]
        for name, table in tables.items()
    }
