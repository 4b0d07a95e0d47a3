"""HALE-02, HALE-03, HALE-05: keys, and what they are worth."""

import base64
import sqlite3
from pathlib import Path

import pytest

from reference.storage.database import open_database
from tests.reference.conftest import BASE, Running
from tests.reference.postgresql import KINDS

on_both = pytest.mark.parametrize("server", KINDS, indirect=True, scope="session")

PATHS = ("/contacts", "/contacts/ctk_AbCd", "/leads", "/leads/ld_AbCd", "/deals", "/deals/dl_AbCd")


def _status_and_code(server: Running, path: str, authorization: str | None) -> tuple[int, str]:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = server.request("GET", BASE + path, headers=headers)
    return response.status_code, response.json()["error"]["code"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "hk_AbCdEfGhIjKlMnOpQrStUvWxYz012345",
        "Bearer hk_AbCdEfGhIjKlMnOpQrStUvWxYz012345",
        "Bearer hk_ two",
        "Basic aGtfOg==",
    ],
)
def test_without_a_good_key_every_operation_is_401(
    server: Running, path: str, authorization: str | None
) -> None:
    assert _status_and_code(server, path, authorization) == (401, "unauthorized")


def test_a_401_asks_for_a_bearer_token(server: Running) -> None:
    assert server.get("/contacts", None).headers["WWW-Authenticate"].startswith("Bearer")


def test_the_scheme_is_case_insensitive(server: Running, key: str) -> None:
    for scheme in ("Bearer", "bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {key}"}
        response = server.request("GET", f"{BASE}/contacts", headers=headers)
        assert response.status_code == 200


def test_a_good_key_needs_its_scheme(server: Running, key: str) -> None:
    encoded = base64.b64encode(f"{key}:".encode()).decode()
    for authorization in (key, f"Token {key}", f"Basic {encoded}", f"Bearer{key}", f"Bearer:{key}"):
        response = _status_and_code(server, "/contacts", authorization)
        assert response == (401, "unauthorized")


def test_a_401_does_not_repeat_what_was_sent(server: Running) -> None:
    for sent in ("hk_NobodysKeyAtAll0123456789", "abc", "Bearer hk_NobodysKeyAtAll0123456789"):
        headers = {"Authorization": sent}
        response = server.request("GET", f"{BASE}/contacts", headers=headers)
        assert sent.removeprefix("Bearer ") not in response.text


def test_a_key_is_not_taken_from_the_query(server: Running, key: str) -> None:
    for name in ("api_key", "access_token", "key"):
        assert server.get("/contacts", None, **{name: key}).status_code == 401


def test_security_comes_before_validation(server: Running) -> None:
    assert server.get("/contacts", None, limit="many", nonsense=1).status_code == 401


@on_both
def test_a_prefix_of_a_key_and_a_key_of_another_case_are_unknown(server: Running, key: str) -> None:
    assert server.get("/contacts", key).status_code == 200
    for other in (key[:-1], key + "x", key.lower(), key[:12] + "x" * (len(key) - 12)):
        assert server.get("/contacts", other).status_code == 401


@on_both
def test_a_revoked_key_is_worthless_at_once(server: Running, key: str) -> None:
    assert server.get("/contacts", key).status_code == 200
    server.control("keys/revoke", {"api": "haleai", "key": key})
    assert server.get("/contacts", key).status_code == 401


@on_both
def test_a_rotated_key_gives_way_to_the_new_one(server: Running, key: str) -> None:
    new = server.control("keys/rotate", {"api": "haleai", "key": key})["key"]
    assert server.get("/contacts", key).status_code == 401
    assert server.get("/contacts", new).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("tier", ["team", "team_plus"])
def test_a_lower_tier_is_401_with_a_code_of_its_own(server: Running, path: str, tier: str) -> None:
    key = server.key(tier=tier)
    assert _status_and_code(server, path, f"Bearer {key}") == (401, "plan_required")


def test_team_max_has_the_api(server: Running) -> None:
    assert server.get("/contacts", server.key(tier="team_max")).status_code == 200


def test_a_key_is_nowhere_in_the_database(tmp_path: Path) -> None:
    file = tmp_path / "server.db"
    running = Running(open_database(f"sqlite:///{file}"))
    key = running.key()
    assert running.get("/contacts", key).status_code == 200
    running.close()
    with sqlite3.connect(file) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert 'INSERT INTO "api_keys"' in dump
    kept = dump.lower()
    for form in (key, key.removeprefix("hk_")):
        encoded = form.encode()
        for text in (form, encoded.hex(), base64.b64encode(encoded).decode()):
            assert text.lower() not in kept
