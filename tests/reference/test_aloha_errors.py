"""ALOHA-17: whatever goes wrong is told by the status and the envelope."""

import logging
from typing import Any

import httpx2
import pytest
from sqlalchemy.exc import OperationalError

from reference.aloha.posts import SqlPosts
from tests.reference.aloha import RATE_LIMIT
from tests.reference.conftest import Running

PATHS = {
    "/v1/posts": {"GET", "HEAD", "POST"},
    "/v1/posts/post_01HYB7M3QK9XTR": {"GET", "HEAD"},
    "/v1/analytics/export": {"POST"},
    "/v1/inbox/threads": {"GET", "HEAD"},
    "/v1/matrix/mtx_01HXV5N7EB3FZD/run": {"POST"},
    "/v1/voice/train": {"POST"},
}
BODIES: dict[str, dict[str, Any]] = {
    "/v1/posts": {"content": "x", "channels": ["instagram"]},
    "/v1/analytics/export": {"format": "csv"},
    "/v1/voice/train": {"samples": ["x"]},
}


def _code(response: httpx2.Response) -> str:
    assert response.headers["Content-Type"] == "application/json"
    assert all(name in response.headers for name in RATE_LIMIT)
    body = response.json()
    assert [*body] == ["error"]
    assert body["error"].keys() == {"code", "message"}
    return str(body["error"]["code"])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_wrong_method_is_405_with_a_complete_allow(
    aloha: Running, path: str, method: str
) -> None:
    """ALOHA-17."""
    if method in PATHS[path]:
        return
    response = aloha.send(method, path, aloha.key())
    assert response.status_code == 405
    assert _code(response) == "method_not_allowed"
    assert set(response.headers["Allow"].split(", ")) == PATHS[path]


@pytest.mark.parametrize(
    "path", ["", "/", "/v1", "/v1/", "/v1/posts/", "/v1/posts/a/b", "/v2/posts", "/v1/Posts"]
)
def test_an_unknown_path_is_404(aloha: Running, path: str) -> None:
    """ALOHA-17."""
    response = aloha.get(path, aloha.key())
    assert response.status_code == 404
    assert _code(response) == "not_found"


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"content": b""},
        {"content": b"{"},
        {"content": b"[]"},
        {"content": b"null"},
        {"content": b'{"content": "\xff"}'},
        {"content": b"[" * 10_000},
        {"content": b'"' + b"x" * 1_100_000 + b'"'},
        {"content": b"{}", "headers": {"Content-Type": "text/plain"}},
        {"content": b"{}", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"json": {}},
    ],
    ids=lambda options: str(options)[:40],
)
def test_a_body_that_cannot_be_read_is_400(
    aloha: Running, path: str, options: dict[str, Any]
) -> None:
    """ALOHA-17."""
    headers = {"Content-Type": "application/json"} | options.get("headers", {})
    response = aloha.send("POST", path, aloha.key(), **{**options, "headers": headers})
    assert response.status_code == 400
    assert _code(response) == "invalid_request"


@pytest.mark.parametrize("path", BODIES)
def test_an_unknown_field_or_parameter_is_400(aloha: Running, path: str) -> None:
    """ALOHA-05, ALOHA-17."""
    key = aloha.key()
    for response in (
        aloha.post(path, key, BODIES[path] | {"sheduledAt": "2026-04-15T09:30:00Z"}),
        aloha.post(f"{path}?expand=all", key, BODIES[path]),
    ):
        assert response.status_code == 400
        assert _code(response) == "invalid_request"


@pytest.mark.parametrize(
    "changed",
    [
        {"content": ""},
        {"content": None},
        {"content": 7},
        {"channels": []},
        {"channels": ["instagram", "instagram"]},
        {"channels": ["myspace"]},
        {"channels": "instagram"},
        {"channels": None},
        {"scheduledAt": None},
        {"scheduledAt": "tomorrow"},
        {"scheduledAt": "2026-04-15"},
        {"scheduledAt": "2026-04-15T09:30:00"},
        {"scheduledAt": "2026-02-30T09:30:00Z"},
        {"scheduledAt": 1_776_245_400},
    ],
)
def test_a_post_that_is_not_as_documented_is_400(aloha: Running, changed: dict[str, Any]) -> None:
    """ALOHA-05."""
    key = aloha.key("refusals")
    newest = aloha.get("/v1/posts", key, limit=1).json()
    response = aloha.post("/v1/posts", key, BODIES["/v1/posts"] | changed)
    assert response.status_code == 400
    assert _code(response) == "invalid_request"
    assert aloha.get("/v1/posts", key, limit=1).json() == newest


@pytest.mark.parametrize(
    "content", ["\0", "a\0b", "🌺" * 2_000, "\u2028", "'; DROP TABLE", "\ufdd0"]
)
def test_what_a_post_says_is_kept_to_the_letter(aloha: Running, content: str) -> None:
    """ALOHA-06."""
    key = aloha.key("letters")
    made = aloha.post("/v1/posts", key, BODIES["/v1/posts"] | {"content": content})
    assert made.status_code == 201
    assert made.json()["content"] == content
    assert aloha.get(f"/v1/posts/{made.json()['id']}", key).json() == made.json()


@pytest.mark.parametrize("path", [path for path, methods in PATHS.items() if "HEAD" in methods])
def test_head_is_get_without_the_body(aloha: Running, path: str) -> None:
    """ALOHA-17."""
    key = aloha.key()
    head, get = aloha.send("HEAD", path, key), aloha.get(path, key)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


@pytest.mark.parametrize("path", PATHS)
def test_answers_to_a_caller_are_not_kept_by_caches(aloha: Running, path: str) -> None:
    """ALOHA-02."""
    for method in ("GET", "POST", "PUT"):
        response = aloha.send(method, path, aloha.key())
        assert response.headers["Cache-Control"] == "no-store"


def test_a_failure_of_the_server_tells_nothing_of_it(
    aloha: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """ALOHA-17, ALOHA-14: 500 in the envelope, with the headers of every answer."""

    async def fail(*_asked: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("no such table"))

    monkeypatch.setattr(SqlPosts, "page", fail)
    key = aloha.key("crashed")
    with caplog.at_level(logging.CRITICAL):
        response = aloha.get("/v1/posts", key)
    assert response.status_code == 500
    assert _code(response) == "internal_error"
    assert response.headers["X-RateLimit-Remaining"] == "2999"
    assert "SELECT" not in response.text
    assert "table" not in response.text


def test_where_nothing_can_be_looked_up_an_answer_is_sent_all_the_same(
    aloha: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """ALOHA-14, ALOHA-17: the rate limit of a caller who cannot be found is shown as Free's."""
    key = aloha.key("unreachable")

    async def fail(*_asked: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("reference.aloha.security.ApiKeys.find", fail)
    with caplog.at_level(logging.CRITICAL):
        response = aloha.get("/v1/nothing", key)
    assert response.status_code == 404
    assert _code(response) == "not_found"
    assert response.headers["X-RateLimit-Limit"] == "60"
