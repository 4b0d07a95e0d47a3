"""The control plane: every call, and every way to get one wrong."""

from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.reference.conftest import TOKEN, Running

ACME = {"api": "haleai", "tenant": "acme"}
ROWS = {**ACME, "collection": "leads"}


def _sentence(response: httpx2.Response) -> str:
    message: str = response.json()["error"]["message"]
    assert message.endswith(".")
    return message


def test_it_wants_the_token(server: Running) -> None:
    for token in ("", "other", TOKEN[:-1], TOKEN + "x", "é"):
        headers = {"Authorization": f"Bearer {token}".encode()}
        response = server.request("GET", "/_control/clock", headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert _sentence(response)
    assert server.request("GET", "/_control/clock").status_code == 401


def test_it_is_for_this_machine_only(server: Running) -> None:
    async def from_afar(address: str) -> httpx2.Response:
        transport = httpx2.ASGITransport(server.origin, client=(address, 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            headers = {"Authorization": f"Bearer {TOKEN}"}
            return await client.get("/_control/clock", headers=headers)

    assert server.run(from_afar("127.0.0.1")).status_code == 200
    assert server.run(from_afar("::1")).status_code == 200
    for address in ("192.0.2.1", "2001:db8::1", "not an address"):
        assert server.run(from_afar(address)).status_code == 403


def test_the_clock_is_read_and_put_forward(own_server: Running) -> None:
    def now(answer: dict[str, Any]) -> datetime:
        return datetime.fromisoformat(answer["now"])

    frozen = own_server.control("clock", {"frozen": True})
    assert frozen == own_server.control("clock") == {"now": frozen["now"], "frozen": True}
    later = own_server.control("clock", {"advance": 90.5})
    assert now(later) - now(frozen) == timedelta(seconds=90.5)
    running = own_server.control("clock", {"frozen": False})
    assert running["frozen"] is False
    assert now(running) >= now(later)


def test_the_same_seed_is_the_same_data(own_server: Running) -> None:
    def rows() -> list[Any]:
        key = own_server.key()
        return [own_server.get(path, key).json()["data"] for path in ("/contacts", "/deals")]

    first = rows()
    assert own_server.control("reset", {"seed": 7}) == {"seed": 7}
    other = rows()
    assert own_server.control("reset", {}) == {"seed": 1}
    assert rows() == first != other
    own_server.control("reset", {"seed": 7})
    assert rows() == other


def test_a_reset_leaves_everything_as_freshly_started(own_server: Running) -> None:
    key = own_server.key()
    own_server.requests(70, "/deals", key)
    own_server.control("rows", {**ROWS, "insert": 5})
    own_server.control("reset", {})
    assert own_server.control("clock")["frozen"] is False
    assert own_server.control("requests") == {"requests": []}
    assert own_server.get("/deals", key).status_code == 401
    own_server.control("clock", {"frozen": True})
    assert len(own_server.walk("/leads", own_server.key(), limit=200)) == 700


def test_tenants_are_filled_anew(server: Running) -> None:
    body = {"api": "haleai", "tenants": ["one", "two"], "rows": 3}
    assert server.control("seed", body) == {"tenants": ["one", "two"], "rows": 3}
    for tenant in ("one", "two"):
        key = server.key(tenant)
        for path in ("/contacts", "/leads", "/deals"):
            assert len(server.get(path, key).json()["data"]) == 3


def test_naming_a_tenant_makes_it(server: Running) -> None:
    key = server.key("named-just-now")
    assert len(server.get("/leads", key, limit=200).json()["data"]) == 200


def test_rows_are_added_and_updated_at_the_time_of_the_clock(server: Running) -> None:
    key = server.key("changing")
    place = {"api": "haleai", "tenant": "changing", "collection": "leads"}
    values = {"stage": "won", "source": "a friend"}
    ids = server.control("rows", {**place, "insert": 2, "values": values})["ids"]
    added = server.get("/leads", key, source="a friend").json()["data"]
    assert {row["id"] for row in added} == {*ids}
    assert {row["stage"] for row in added} == {"won"}
    now = datetime.fromisoformat(server.control("clock")["now"])
    moments = {datetime.fromisoformat(row["updatedAt"]) for row in added}
    assert all(timedelta(0) <= now - moment < timedelta(milliseconds=1) for moment in moments)
    server.control("rows", {**place, "update": ids[:1], "values": {"stage": "lost"}})
    server.control("rows", {**place, "update": ids[:1]})
    updated = server.get(f"/leads/{ids[0]}", key).json()["data"]
    assert updated["stage"] == "lost"
    assert datetime.fromisoformat(updated["updatedAt"]) > max(moments)


def test_the_journal_has_no_secret(server: Running) -> None:
    key = server.key("journalled")
    server.get("/contacts", key, source="private", api_key=key)
    listed = server.call("requests")
    assert key not in listed.text
    assert "private" not in listed.text
    entry = listed.json()["requests"][-1]
    assert entry["path"] == "/haleai/api/v1/contacts"
    assert (entry["method"], entry["status"], entry["api"]) == ("GET", 400, "haleai")
    assert entry["parameters"] == ["source", "api_key"]
    assert entry["request_id"].startswith("req_")


def test_what_the_server_can_do(server: Running) -> None:
    answer = server.control("capabilities")
    assert answer["apis"]["haleai"]["base_path"] == "/haleai/api/v1"
    assert answer["apis"]["haleai"]["collections"] == ["contacts", "leads", "deals"]
    assert {"POST keys", "POST rows", "GET requests"} <= {*answer["calls"]}
    assert not any("oauth" in call for call in answer["calls"])


def test_the_database_is_shown_as_it_is_stored(server: Running) -> None:
    minted = server.control("keys", {"api": "haleai", "tenant": "acme"})
    stored = server.call("database").content
    assert stored.startswith(b"SQLite format 3")
    assert minted["id"].encode() in stored
    assert minted["key"].encode() not in stored


def test_the_small_ones(server: Running) -> None:
    assert server.control("deliveries") == {"deliveries": []}
    assert server.control("healthz") == {"status": "ok"}
    server.get("/contacts", None)
    metrics = server.call("metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain")
    assert '{api="haleai",method="GET",operation="listContacts",status="401"}' in metrics.text


@pytest.mark.parametrize(
    "call", ["identity", "oauth/clients", "oauth/approve", "webhooks/subscriptions"]
)
def test_what_no_api_here_has_is_501(server: Running, call: str) -> None:
    response = server.call(call, {"api": "aloha", "tenant": "acme"})
    assert response.status_code == 501
    assert _sentence(response)


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("reset", {"seed": -1}),
        ("reset", {"seed": "one"}),
        ("reset", {"sed": 1}),
        ("reset", []),
        ("seed", {"api": "haleai", "tenants": ["acme"]}),
        ("seed", {"api": "haleai", "tenants": [], "rows": 1}),
        ("seed", {"api": "haleai", "tenants": ["A b"], "rows": 1}),
        ("seed", {"api": "haleai", "tenants": ["acme"], "rows": -1}),
        ("seed", {"api": "hale", "tenants": ["acme"], "rows": 1}),
        ("clock", {"advance": -0.1}),
        ("clock", {"advance": "1"}),
        ("clock", {"advance": 1e99}),
        ("clock", {"frozen": 1}),
        ("keys", {"api": "haleai"}),
        ("keys", {**ACME, "tenant": "../acme"}),
        ("keys", {**ACME, "api": "aloha"}),
        ("keys", {**ACME, "tier": "free"}),
        ("keys", {**ACME, "plan": "agency"}),
        ("keys", {**ACME, "scopes": ["read"]}),
        ("keys/rotate", {"api": "haleai"}),
        ("keys/revoke", {"key": "hk_x"}),
        ("rows", ROWS),
        ("rows", {**ROWS, "insert": 1, "update": ["ld_AbCd"]}),
        ("rows", {**ROWS, "insert": 0}),
        ("rows", {**ROWS, "update": []}),
        ("rows", {**ROWS, "update": ["ld_nobody"]}),
        ("rows", {**ROWS, "collection": "notes", "insert": 1}),
        ("rows", {**ROWS, "insert": 1, "values": {"stage": "listing"}}),
        ("rows", {**ROWS, "insert": 1, "values": {"id": "ld_mine"}}),
        ("rows", {**ROWS, "insert": 1, "values": {"source": 5}}),
    ],
)
def test_a_wrong_body_is_400_with_a_sentence(server: Running, call: str, body: object) -> None:
    response = server.call(call, body)
    assert response.status_code == 400, response.text
    assert _sentence(response)


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000, b'{"seed": NaN}', b"nul"])
def test_a_body_that_is_no_json_is_400(server: Running, content: bytes) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    response = server.request("POST", "/_control/reset", headers=headers, content=content)
    assert response.status_code == 400
    assert _sentence(response)


def test_an_unknown_key_cannot_be_rotated_or_revoked(server: Running) -> None:
    for call in ("keys/rotate", "keys/revoke"):
        response = server.call(call, {"api": "haleai", "key": "hk_nobodys"})
        assert response.status_code == 404
        assert "hk_nobodys" not in _sentence(response)


def test_unknown_calls_and_methods(server: Running) -> None:
    assert server.call("nothing").status_code == 404
    assert server.call("nothing", {}).status_code == 404
    wrong = server.call("reset")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "POST")
    assert _sentence(wrong)


def test_a_key_in_a_path_is_struck_out_of_the_journal(server: Running) -> None:
    key = server.key("journalled")
    server.get(f"/contacts/{key}", key)
    listed = server.call("requests")
    assert listed.json()["requests"][-1]["path"] == "/haleai/api/v1/contacts/hk_..."
    assert key not in listed.text
