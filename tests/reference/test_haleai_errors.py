"""HALE-01, HALE-09: nothing can be written, and whatever goes wrong is in the envelope."""

import httpx2
import pytest

from tests.reference.conftest import BASE, Running

PATHS = ("/contacts", "/contacts/ctk_AbCd", "/leads", "/leads/ld_AbCd", "/deals", "/deals/dl_AbCd")


def _has_envelope(response: httpx2.Response) -> bool:
    assert response.headers["Content-Type"].partition(";")[0] == "application/json"
    body = response.json()
    return [*body] == ["error"] and {*body["error"]} == {"code", "message"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_only_get_is_allowed(server: Running, key: str, path: str, method: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    response = server.request(method, BASE + path, headers=headers)
    assert response.status_code == 405
    assert _has_envelope(response)
    assert {name.strip() for name in response.headers["Allow"].split(",")} >= {"GET"}
    assert not {"POST", "PUT", "PATCH", "DELETE"} & {*response.headers["Allow"].split(", ")}


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_the_body(server: Running, key: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    head = server.request("HEAD", BASE + path, headers=headers)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == server.get(path, key).headers["Content-Length"]


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/contacts/a/b", "/Contacts", "/v2/contacts"]
)
def test_an_unknown_route_is_404_in_the_envelope(server: Running, key: str, path: str) -> None:
    response = server.get(path, key)
    assert response.status_code == 404
    assert _has_envelope(response)


@pytest.mark.parametrize("query", ["source=%ff", "cursor=%ff", "limit=%00", "%ff=1", "source=%"])
def test_an_odd_query_is_no_crash(server: Running, key: str, query: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    response = server.request("GET", f"{BASE}/contacts?{query}", headers=headers)
    assert response.status_code in {200, 400}
    assert response.status_code == 200 or _has_envelope(response)


def test_a_crash_tells_nothing(server: Running, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("secret insides")

    monkeypatch.setattr("reference.haleai.handlers.instant", crash)
    response = server.get("/contacts", key)
    assert response.status_code == 500
    assert _has_envelope(response)
    assert response.json()["error"]["code"] == "internal_error"
    assert "secret" not in response.text
    assert "RuntimeError" not in response.text


@pytest.mark.parametrize(
    "path", ["/contacts", "/contacts/ctk_AbCd", "/contacts/nobody", "/deals?limit=0"]
)
def test_nobody_may_cache_an_answer(server: Running, key: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    response = server.request("GET", BASE + path, headers=headers)
    assert response.headers["Cache-Control"] == "no-store"


def test_no_answer_names_the_software(server: Running, key: str) -> None:
    for path in ("/contacts", "/contacts/nobody", "/nothing"):
        assert not {"server", "x-powered-by", "via"} & {*server.get(path, key).headers}


def test_outside_of_the_apis_is_a_plain_404(server: Running) -> None:
    for path in ("/", "/haleai", "/haleai/api/v12/contacts", "/_controls/clock"):
        response = server.request("GET", path)
        assert response.status_code == 404
        assert response.json()["error"]["code"] == "not_found"
