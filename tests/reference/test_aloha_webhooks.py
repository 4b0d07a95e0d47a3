"""ALOHA-12, ALOHA-13: events as subscribers receive them, signed, and told of once."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator

import msgspec
import pytest

from generated.aloha.server import models
from tests.reference.aloha import EVENTS, Workspace, later, now, workspace
from tests.reference.conftest import Running, serving
from tests.reference.receiver import Received, Receiver, answering, receiving

SECRET = "of the subscriber's own"  # noqa: S105 - of receivers that live for one test
EVENT_TYPES = {
    "post.scheduled": models.PostScheduledEvent,
    "post.published": models.PostPublishedEvent,
    "post.failed": models.PostFailedEvent,
    "reply.received": models.ReplyReceivedEvent,
    "matrix.completed": models.MatrixCompletedEvent,
}


@pytest.fixture(scope="module")
def delivering() -> Iterator[Running]:
    """A server whose background work runs."""
    with serving("aloha") as running:
        running.control("webhooks/targets", {"allow_private": True})
        running.run(running.origin.start())
        yield running
        running.run(running.origin.stop())


def _subscribed(space: Workspace, receiver: Receiver, *events: str) -> None:
    body = {"api": "aloha", "tenant": space.tenant, "url": receiver.url, "secret": SECRET}
    space.server.control("webhooks/subscriptions", body | {"events": events or EVENTS})


def _received(space: Workspace, receiver: Receiver, count: int) -> list[Received]:
    """Wait for so many deliveries."""

    async def wait() -> None:
        for _ in range(2_000):
            if len(receiver.received) >= count:
                return
            await asyncio.sleep(0.005)
        pytest.fail(f"{len(receiver.received)} of {count} deliveries came")

    space.server.run(wait())
    return receiver.received


def _all_events(space: Workspace) -> None:
    """Let each of the five happen, once for one channel."""
    space.create(scheduledAt=later(space.server, 60))
    space.server.advance(60)
    space.rows("channels", update=["instagram"], values={"connection": "expired"})
    space.create(scheduledAt="2026-04-15T09:30:00Z")
    space.rows("threads", insert=1, values={"channel": "instagram"})
    (matrix,) = space.rows("matrices", insert=1)
    assert space.server.post(f"/v1/matrix/{matrix}/run", space.key).status_code == 202
    space.server.advance(30)


def test_each_event_comes_signed_and_named(delivering: Running) -> None:
    """ALOHA-12."""
    space = workspace(delivering, "signed")
    with receiving() as receiver:
        _subscribed(space, receiver)
        _all_events(space)
        received = _received(space, receiver, 5)
    for one in received:
        digest = hmac.new(SECRET.encode(), one.body, hashlib.sha256).hexdigest()
        assert one.headers["X-Aloha-Signature"] == f"sha256={digest}"
        assert one.headers["X-Aloha-Event"] == json.loads(one.body)["event"]
        assert one.headers["Content-Type"] == "application/json"
    names = {one.headers["X-Aloha-Event"] for one in received}
    assert names == {*EVENTS}


def test_each_event_is_as_the_contract_has_it(aloha: Running) -> None:
    """ALOHA-12."""
    space = workspace(aloha, "documented")
    _all_events(space)
    events = space.events()
    assert [event["event"] for event in events] == [*EVENTS]
    for event in events:
        assert event.keys() == {"id", "event", "created", "data"}
        msgspec.convert(event, EVENT_TYPES[event["event"]])
        assert event["id"].startswith("evt_")
        assert 0 <= now(aloha).timestamp() - event["created"] <= 91
    assert len({event["id"] for event in events}) == 5


def test_who_subscribed_to_one_event_hears_of_no_other(aloha: Running) -> None:
    """ALOHA-12."""
    space = workspace(aloha, "one-event")
    aloha.control("webhooks/unsubscribe", {"api": "aloha", "tenant": space.tenant})
    body = {"api": "aloha", "tenant": space.tenant, "url": "https://receiver.example/"}
    aloha.control("webhooks/subscriptions", body | {"events": ["matrix.completed"]})
    _all_events(space)
    assert [event for event, _ in space.told()] == ["matrix.completed"]


def test_two_subscribers_are_told_of_the_same_event(aloha: Running) -> None:
    """ALOHA-12."""
    space = workspace(aloha, "two")
    body = {"api": "aloha", "tenant": space.tenant, "url": "https://other.example/"}
    aloha.control("webhooks/subscriptions", body | {"events": ["post.published"]})
    space.create(scheduledAt="2026-04-15T09:30:00Z")
    one, other = space.events()
    assert one == other


def test_a_failed_delivery_comes_again_unchanged(delivering: Running) -> None:
    """ALOHA-13."""
    space = workspace(delivering, "again")
    with receiving(answering(500, 200)) as receiver:
        _subscribed(space, receiver, "post.published")
        space.create(scheduledAt="2026-04-15T09:30:00Z")
        _received(space, receiver, 1)
        delivering.advance(59.5)
        assert len(receiver.received) == 1
        delivering.advance(0.5)
        first, second = _received(space, receiver, 2)
        assert first.body == second.body
        assert first.headers["X-Aloha-Signature"] == second.headers["X-Aloha-Signature"]


def test_a_refused_change_tells_nobody(aloha: Running) -> None:
    """ALOHA-12."""
    space = workspace(aloha, "refused")
    body = {"content": "x", "channels": ["instagram", "myspace"]}
    assert aloha.post("/v1/posts", space.key, body).status_code == 400
    assert space.events() == []
