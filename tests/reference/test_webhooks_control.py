"""Webhooks on the control plane: subscriptions, targets, and the journal of deliveries."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from reference.jobs import jobs
from tests.reference.conftest import Running, serving
from tests.reference.receiver import answering, receiving

POST = {"content": "Hello", "channels": ["instagram"], "scheduledAt": "2026-01-01T00:00:00Z"}
IN_2090 = 3_786_912_000_000_000
SUBSCRIPTION = {
    "api": "aloha",
    "tenant": "acme",
    "url": "http://127.0.0.1:9/hook",
    "events": ["post.published"],
}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A server whose background work runs."""
    with serving("aloha", "leadiosa") as made:
        made.run(made.origin.start())
        yield made
        made.run(made.origin.stop())


@pytest.fixture(autouse=True)
def _nothing_is_left(running: Running) -> Iterator[None]:
    yield
    running.control("reset", {})
    running.control("clock", {"frozen": True})


def _publish(running: Running, tenant: str = "acme") -> None:
    answer = running.post("/v1/posts", running.key(tenant), POST)
    assert answer.status_code == 201, answer.text


def _settled(running: Running, query: str = "") -> list[dict[str, Any]]:
    """Return the deliveries once each has been attempted as often as is due."""
    for _ in range(2_000):
        found: list[dict[str, Any]] = running.control(f"deliveries{query}")["deliveries"]
        now = running.control("clock")["now"]
        if all(one.get("next_at", "~") > now for one in found):
            return found
    raise AssertionError("something is still due")


def test_a_delivery_can_be_followed_through_its_retries(running: Running) -> None:
    """ALOHA-13."""
    with receiving(answering(500, 302, 200)) as receiver:
        made = running.control("webhooks/subscriptions", SUBSCRIPTION | {"url": receiver.url})
        _publish(running)
        now = running.control("clock")["now"]
        (one,) = _settled(running)
        assert one.pop("next_at") > now
        attempts = one.pop("attempts")
        assert re.fullmatch(r"dlv_\w+", one.pop("id"))
        assert re.fullmatch(r"evt_\w+", one.pop("event_id"))
        assert one == {
            "event": "post.published",
            "url": receiver.url,
            "state": "pending",
            "api": "aloha",
            "tenant": "acme",
            "subscription": made["id"],
        }
        error = "The receiver answered 500, which is not 2xx."
        assert attempts == [{"at": now, "status": 500, "error": error}]
        for wait in (60, 300):
            running.advance(wait)
            (one,) = _settled(running)
    assert [attempt["status"] for attempt in one["attempts"]] == [500, 302, 200]
    assert one["state"] == "delivered"
    assert "next_at" not in one
    assert len({received.body for received in receiver.received}) == 1


def test_deliveries_are_listed_by_api_and_tenant(running: Running) -> None:
    with receiving() as receiver:
        for tenant in ("acme", "globex"):
            body = SUBSCRIPTION | {"url": receiver.url, "tenant": tenant}
            running.control("webhooks/subscriptions", body)
            _publish(running, tenant)
        assert [one["tenant"] for one in _settled(running)] == ["acme", "globex"]
    for query, tenants in (
        ("?tenant=globex", ["globex"]),
        ("?api=aloha&tenant=acme", ["acme"]),
        ("?api=leadiosa", []),
        ("?tenant=nobody", []),
    ):
        assert [one["tenant"] for one in _settled(running, query)] == tenants
    assert running.call("deliveries?state=failed").status_code == 400


def test_a_subscription_takes_a_secret_or_is_given_one(running: Running) -> None:
    for api, secret in (("aloha", "ours"), ("leadiosa", "whsec_" + "QUJD" * 8)):
        event = {"aloha": "post.published", "leadiosa": "message.created"}[api]
        body = SUBSCRIPTION | {"api": api, "events": [event]}
        own = running.control("webhooks/subscriptions", body | {"secret": secret})
        assert own["secret"] == secret
        first = running.control("webhooks/subscriptions", body)
        second = running.control("webhooks/subscriptions", body)
        assert len({own["id"], first["id"], second["id"]}) == 3
        assert first["secret"] != second["secret"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"api": "haleai"},
        {"tenant": "A tenant"},
        {"url": "ftp://hooks.example.com"},
        {"url": "http://user:password@hooks.example.com"},
        {"url": 1},
        {"events": []},
        {"events": ["post.deleted"]},
        {"secret": ""},
        {"secret": "whsec_QUJD"},
        {"api": "leadiosa", "events": ["message.created"], "secret": "not in base64"},
        {"more": 1},
    ],
)
def test_a_wrong_subscription_is_refused_in_a_sentence(
    running: Running, wrong: dict[str, object]
) -> None:
    answer = running.call("webhooks/subscriptions", SUBSCRIPTION | wrong)
    assert answer.status_code == 400
    message = answer.json()["error"]["message"]
    assert message.endswith(".")
    assert "password" not in message.replace("no password", "")


def test_subscriptions_of_a_tenant_are_forgotten(running: Running) -> None:
    with receiving() as receiver:
        for tenant in ("acme", "acme", "globex"):
            body = SUBSCRIPTION | {"url": receiver.url, "tenant": tenant}
            running.control("webhooks/subscriptions", body)
        gone = running.control("webhooks/unsubscribe", {"api": "aloha", "tenant": "acme"})
        assert gone == {"removed": 2}
        _publish(running, "acme")
        _publish(running, "globex")
        assert [one["tenant"] for one in _settled(running)] == ["globex"]


def test_reset_forgets_subscriptions_deliveries_jobs_and_permission(running: Running) -> None:
    later = POST | {"scheduledAt": "2099-01-01T00:00:00Z"}
    with receiving(answering(500)) as receiver:
        running.control("webhooks/subscriptions", SUBSCRIPTION | {"url": receiver.url})
        running.control("webhooks/targets", {"allow_private": True})
        _publish(running)
        assert running.post("/v1/posts", running.key(), later).status_code == 201
        assert len(_settled(running)) == 1
        running.control("reset", {})
        assert running.control("deliveries") == {"deliveries": []}
        assert running.read(select(jobs).where(jobs.c.due_at > IN_2090)) == []
        _publish(running)
        assert running.control("deliveries") == {"deliveries": []}
    assert len(receiver.received) == 1
    assert _registered(running, "http://127.0.0.1:9/") == 422


def _registered(running: Running, url: str) -> int:
    """Return the status that registering an endpoint is answered with."""
    key = running.control("keys", {"api": "leadiosa", "tenant": "acme"})["key"]
    answer = running.request(
        "POST",
        "/leadiosa/api/v1/webhooks",
        headers={"Authorization": f"Bearer {key}", "X-Forwarded-Proto": "https"},
        json={"url": url, "events": ["message.created"]},
    )
    return answer.status_code


def test_private_targets_are_for_the_control_plane_unless_all_may_have_them(
    running: Running,
) -> None:
    """LEAD-17."""
    url = "http://127.0.0.1:9/hook"
    running.control("webhooks/subscriptions", SUBSCRIPTION | {"url": url})
    assert _registered(running, url) == 422
    assert running.control("webhooks/targets", {"allow_private": True}) == {"allow_private": True}
    assert _registered(running, url) == 201
    running.control("webhooks/targets", {"allow_private": False})
    assert _registered(running, url) == 422


def test_an_api_without_webhooks_has_no_subscriptions(server: Running) -> None:
    assert server.call("webhooks/subscriptions", SUBSCRIPTION).status_code == 501
    assert server.control("deliveries") == {"deliveries": []}
