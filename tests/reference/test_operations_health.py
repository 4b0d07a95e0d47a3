"""Whether the server is well, what it counts, and who may ask."""

import asyncio

import httpx2
import pytest
from sqlalchemy.exc import OperationalError

from tests.reference.conftest import TOKEN, Running


def test_a_server_without_its_database_is_not_well(
    own_server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(_database: object, _work: object) -> None:
        raise OperationalError("SELECT 1", {}, OSError("no route to host"))

    assert own_server.call("healthz").status_code == 200
    monkeypatch.setattr(type(own_server._database), "read", unreachable)
    answer = own_server.call("healthz")
    assert answer.status_code == 503
    assert answer.json() == {"error": {"message": "The database cannot be reached."}}


def test_a_server_whose_background_work_died_is_not_well(
    own_server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr("reference.alarm.Alarm.sleep", dies)
    own_server.run(own_server.origin.start())
    own_server.run(asyncio.sleep(0.05))
    answer = own_server.call("healthz")
    assert answer.status_code == 503
    assert answer.json()["error"]["message"].endswith(".")


def test_requests_are_counted_by_operation_never_by_path(own_server: Running) -> None:
    key = own_server.key()
    for row in ("ctk_1", "ctk_2", "a@b.example"):
        own_server.get(f"/contacts/{row}", key)
    own_server.get("/nowhere/a@b.example", key)
    own_server.request("BREW", f"{own_server.base}/contacts")
    text = own_server.call("metrics").text
    count = 'fourfold_requests_total{api="haleai",method="%s",operation="%s",status="%s"}'
    assert count % ("GET", "getContact", 404) + " 3.0" in text
    assert count % ("GET", "", 404) + " 1.0" in text
    assert count % ("other", "", 405) + " 1.0" in text
    assert 'fourfold_requests_in_flight{api="haleai"} 0.0' in text
    assert 'fourfold_request_seconds_count{api="haleai",operation="getContact"} 3.0' in text
    assert "ctk_1" not in text
    assert "example" not in text


def test_requests_refused_as_too_many_are_counted(own_server: Running) -> None:
    refused = [r for r in own_server.requests(70, "/deals", own_server.key()) if r.is_error]
    expected = f'fourfold_rate_limited_total{{api="haleai"}} {float(len(refused))}'
    assert len(refused) == 10
    assert expected in own_server.call("metrics").text


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        ("127.0.0.1", 200),
        ("127.8.8.8", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("10.0.0.1", 403),
        ("::ffff:10.0.0.1", 403),
        ("169.254.169.254", 403),
        ("", 403),
        ("localhost", 403),
    ],
)
def test_the_control_plane_is_for_this_machine(own_server: Running, peer: str, status: int) -> None:
    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(own_server.origin, client=(peer, 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "127.0.0.1"}
            return await client.get("/_control/healthz", headers=headers)

    assert own_server.run(ask()).status_code == status
