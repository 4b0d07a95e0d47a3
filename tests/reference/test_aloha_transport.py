"""ALOHA-01: plain HTTP is rejected, and not redirected."""

import httpx2
import pytest

from tests.reference.conftest import Running

PATHS = (
    "/v1/posts",
    "/v1/posts/post_01HYB7M3QK9XTR",
    "/v1/inbox/threads",
    "/v1/matrix/mtx_01HXV5N7EB3FZD/run",
    "/v1/nothing",
    "",
)


def _is_rejected(response: httpx2.Response) -> bool:
    return response.status_code == 403 and "Location" not in response.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_plain_http_is_rejected_on_every_path(aloha: Running, path: str, method: str) -> None:
    """ALOHA-01: also with a good key, which is not looked at."""
    for key in (aloha.key(), None):
        response = aloha.send(method, path, key, headers={"X-Forwarded-Proto": "http"})
        assert _is_rejected(response)
        assert response.json()["error"]["code"] == "tls_required"
        assert response.json()["error"].keys() == {"code", "message"}
        assert response.headers["Cache-Control"] == "no-store"
        assert "WWW-Authenticate" not in response.headers


@pytest.mark.parametrize(("method", "path"), [("GET", "authorize"), ("POST", "token")])
def test_the_oauth_endpoints_reject_in_their_own_words(
    aloha: Running, method: str, path: str
) -> None:
    """ALOHA-01, ALOHA-04."""
    response = aloha.send(method, f"/oauth/{path}", None, headers={"X-Forwarded-Proto": "http"})
    assert _is_rejected(response)
    assert response.json().keys() == {"error", "error_description"}
    assert response.json()["error"] == "tls_required"


def test_nothing_is_done_in_the_clear(aloha: Running) -> None:
    """ALOHA-01."""
    key = aloha.key("cleartext")
    body = {"content": "in the clear", "channels": ["instagram"]}
    newest = aloha.get("/v1/posts", key, limit=1).json()
    rejected = aloha.send(
        "POST", "/v1/posts", key, headers={"X-Forwarded-Proto": "http"}, json=body
    )
    assert _is_rejected(rejected)
    assert aloha.get("/v1/posts", key, limit=1).json() == newest


def test_head_is_rejected_without_a_body(aloha: Running) -> None:
    """ALOHA-01."""
    response = aloha.send("HEAD", "/v1/posts", aloha.key(), headers={"X-Forwarded-Proto": "http"})
    assert _is_rejected(response)
    assert response.content == b""


@pytest.mark.parametrize("said", ["HTTP", "http, https", " http ,http"])
def test_the_first_hop_counts(aloha: Running, said: str) -> None:
    """ALOHA-01."""
    response = aloha.send("GET", "/v1/posts", aloha.key(), headers={"X-Forwarded-Proto": said})
    assert _is_rejected(response)


@pytest.mark.parametrize("said", ["https", "HTTPS", "https, http", ""])
def test_over_tls_all_is_well(aloha: Running, said: str) -> None:
    """ALOHA-01."""
    response = aloha.send("GET", "/v1/posts", aloha.key(), headers={"X-Forwarded-Proto": said})
    assert response.status_code == 200


@pytest.mark.parametrize("peer", ["203.0.113.9", "2001:db8::1", "proxy"])
def test_the_word_of_strangers_does_not_count(aloha: Running, peer: str) -> None:
    """ALOHA-01: only that of a trusted peer."""
    transport = httpx2.ASGITransport(aloha.origin, client=(peer, 40_000))
    headers = {"Authorization": f"Bearer {aloha.key()}", "X-Forwarded-Proto": "http"}

    async def ask() -> int:
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            return (await client.get("/aloha/v1/posts", headers=headers)).status_code

    assert aloha.run(ask()) == 200
