"""What becomes of an event: when it is delivered, how often, and in which words it is told."""

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from reference.webhooks.outbox import Event
from tests.reference.deliveries import EVENT, Deliveries, delivering
from tests.reference.receiver import answering, receiving

WAITS = (60, 300, 1_500, 7_200, 43_200, 86_400)


@pytest.fixture
def deliveries() -> Iterator[Deliveries]:
    """Workers whose clock stands still."""
    with delivering() as made:
        made.clock.freeze()
        yield made


def _only(journal: Any) -> Any:
    (one,) = journal
    return one


def test_an_event_is_delivered_at_once_to_who_wants_it(deliveries: Deliveries) -> None:
    """ALOHA-12."""
    with receiving() as wanting, receiving() as elsewhere:
        deliveries.subscribe(wanting.url)
        deliveries.subscribe(elsewhere.url, api="leadiosa")
        deliveries.put(b'{"id": "evt_0"}')
        one = _only(deliveries.settle())
    assert wanting.bodies == [b'{"id": "evt_0"}']
    assert elsewhere.bodies == []
    assert one["state"] == "delivered"
    assert one["attempts"] == [{"at": deliveries.clock.now(), "status": 200}]
    assert "next_at" not in one


def test_an_event_goes_with_its_change_or_not_at_all(deliveries: Deliveries) -> None:
    """ALOHA-13."""

    def put_and_fail(connection: Any) -> None:
        deliveries.outbox.put(connection, Event("evt_x", "aloha", "acme", EVENT, b"never"))
        raise KeyError

    with receiving() as receiver:
        deliveries.subscribe(receiver.url)
        with pytest.raises(KeyError):
            deliveries.run(deliveries.database.write(put_and_fail))
        deliveries.put(b"kept")
        deliveries.settle()
    assert receiver.bodies == [b"kept"]


@pytest.mark.parametrize("api", ["aloha", "leadiosa"])
def test_failed_deliveries_are_retried_after_the_documented_waits_then_no_more(
    deliveries: Deliveries, api: str
) -> None:
    """ALOHA-13, LEAD-17."""
    with receiving(answering(500)) as receiver:
        deliveries.subscribe(receiver.url, api=api)
        deliveries.put(b'{"id": "evt_0"}', api=api)
        for retry, wait in enumerate(WAITS):
            at = deliveries.clock.now()
            waiting = _only(deliveries.settle())
            assert waiting["state"] == "pending"
            assert (waiting["next_at"] - at).total_seconds() == wait
            assert len(receiver.received) == retry + 1
            deliveries.advance(wait - 0.000_001)
            deliveries.settle()
            assert len(receiver.received) == retry + 1
            deliveries.advance(0.000_001)
        failed = _only(deliveries.settle())
        assert failed["state"] == "failed"
        assert "next_at" not in failed
        deliveries.advance(10 * 86_400)
        deliveries.settle()
    assert receiver.bodies == [b'{"id": "evt_0"}'] * 7
    assert {one["status"] for one in failed["attempts"]} == {500}
    starts = [one["at"] for one in failed["attempts"]]
    assert [(b - a).total_seconds() for a, b in pairwise(starts)] == [*WAITS]


def test_waits_are_counted_from_the_attempt_before(deliveries: Deliveries) -> None:
    """ALOHA-13: late attempts, too, are followed by whole waits."""
    with receiving(answering(500)) as receiver:
        deliveries.subscribe(receiver.url)
        deliveries.put(b"{}")
        deliveries.settle()
        deliveries.advance(3 * 86_400)
        late = _only(deliveries.settle())
        assert len(receiver.received) == 2
        assert (late["next_at"] - deliveries.clock.now()).total_seconds() == WAITS[1]


def test_a_running_clock_brings_the_retry(deliveries: Deliveries) -> None:
    """ALOHA-13."""
    with receiving(answering(500, 200)) as receiver:
        deliveries.subscribe(receiver.url)
        deliveries.put(b"{}")
        deliveries.settle()
        deliveries.advance(59.9)
        deliveries.clock.resume()
        deliveries.wait_until(lambda: len(receiver.received) == 2)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_a_success(deliveries: Deliveries, status: int) -> None:
    """ALOHA-12."""
    with receiving(answering(status)) as receiver:
        deliveries.subscribe(receiver.url)
        deliveries.put(b"{}")
        assert _only(deliveries.settle())["state"] == "delivered"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 400, 404, 410, 429, 503])
def test_nothing_but_2xx_is_a_success(deliveries: Deliveries, status: int) -> None:
    """ALOHA-12, ALOHA-13."""
    with receiving(answering(status)) as receiver:
        deliveries.subscribe(receiver.url)
        deliveries.put(b"{}")
        one = _only(deliveries.settle())
    assert one["state"] == "pending"
    assert one["attempts"][0]["status"] == status
    assert str(status) in one["attempts"][0]["error"]


def test_redirects_are_not_followed(deliveries: Deliveries) -> None:
    def redirect(handler: Any, _number: int) -> None:
        handler.send_response(307)
        handler.send_header("Location", elsewhere.url)
        handler.send_header("Set-Cookie", "a=b")
        handler.end_headers()

    with receiving() as elsewhere, receiving(redirect) as receiver:
        deliveries.subscribe(receiver.url)
        deliveries.put(b"{}")
        one = _only(deliveries.settle())
        deliveries.advance(60)
        deliveries.settle()
    assert elsewhere.received == []
    assert "redirects are not followed" in one["attempts"][0]["error"]
    assert len(receiver.received) == 2
    assert not any("Cookie" in one.headers for one in receiver.received)


def test_the_oldest_is_delivered_first_and_a_failed_one_holds_up_none(
    deliveries: Deliveries,
) -> None:
    with receiving(answering(500, 200)) as receiver:
        deliveries.subscribe(receiver.url)
        deliveries.put(b"0", b"1", b"2", b"3")
        deliveries.settle()
        assert receiver.bodies == [b"0", b"1", b"2", b"3"]
        deliveries.advance(60)
        deliveries.settle()
    assert receiver.bodies == [b"0", b"1", b"2", b"3", b"0"]


def test_nothing_is_sent_to_who_unsubscribed(deliveries: Deliveries) -> None:
    """LEAD-17."""
    with receiving(answering(500)) as receiver:
        subscription = deliveries.subscribe(receiver.url)
        deliveries.put(b"{}")
        deliveries.settle()
        assert deliveries.unsubscribe(subscription)
        assert not deliveries.unsubscribe(subscription)
        deliveries.advance(60)
        deliveries.put(b"{}")
        assert deliveries.settle() == []
    assert len(receiver.received) == 1


def test_nothing_more_is_sent_to_who_unsubscribed_while_it_was_sent_to(
    deliveries: Deliveries,
) -> None:
    """LEAD-17."""

    def slow_failure(handler: Any, number: int) -> None:
        time.sleep(0.2)
        answering(500)(handler, number)

    with receiving(slow_failure) as receiver:
        subscription = deliveries.subscribe(receiver.url)
        deliveries.put(b"{}")
        deliveries.wait_until(lambda: len(receiver.received) == 1)
        assert deliveries.journal()[0]["state"] == "delivering"
        deliveries.unsubscribe(subscription)
        deliveries.stop()
        deliveries.start()
        deliveries.advance(60)
        assert deliveries.settle() == []
    assert len(receiver.received) == 1


def test_stopping_waits_for_what_is_in_flight(deliveries: Deliveries) -> None:
    def slow(handler: Any, number: int) -> None:
        time.sleep(0.2)
        answering(200)(handler, number)

    with receiving(slow) as receiver:
        deliveries.subscribe(receiver.url)
        deliveries.put(b"0", b"1")
        deliveries.wait_until(lambda: len(receiver.received) == 1)
        deliveries.stop()
        states = [one["state"] for one in deliveries.journal()]
        assert states == ["delivered", "pending"]
        deliveries.start()
        deliveries.settle()
    assert receiver.bodies == [b"0", b"1"]


def test_the_journal_keeps_the_latest(
    deliveries: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference.webhooks.queue._KEPT_DELIVERIES", 3)
    with receiving(answering(500, 200)) as receiver:
        deliveries.subscribe(receiver.url)
        deliveries.put(*(b"%d" % number for number in range(8)))
        journal = deliveries.settle()
        states = [one["state"] for one in journal]
        assert states == ["pending", "delivered", "delivered", "delivered"]
        assert [one["event_id"] for one in journal] == ["evt_0", "evt_5", "evt_6", "evt_7"]
