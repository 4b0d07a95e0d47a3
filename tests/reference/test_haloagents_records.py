"""HaloAgents: tickets, events, users, companies and series, as they are kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.reference.conftest import Running, serving
from tests.reference.haloagents import Organization, organization

CONTRACT = Path(__file__).parents[2] / "generated" / "haloagents" / "openapi.json"


def test_a_ticket_is_kept(org: Organization) -> None:
    """HALO-12"""
    ticket = {"subject": "Refund", "description": "Where\0 is it? \U0001f600", "user_id": "anon_1"}
    ids = {org.accepted("/tickets/create", ticket)["ticket_id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(ticket_id.startswith("tkt_") for ticket_id in ids)
    assert org.stored("tickets") == [ticket] * 3


def test_events_are_kept_in_order(org: Organization) -> None:
    """HALO-12"""
    batch = [{"name": f"event {number}", "metadata": {"n": number}} for number in range(100)]
    assert org.accepted("/events", {"events": batch, "user_id": "anon_1"}) == {"stored": 100}
    assert org.stored("events") == [{"user_id": "anon_1"} | event for event in batch]


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"name": ""},
        {"name": 1},
        {"name": "x", "metadata": []},
        {"name": "x", "metadata": None},
        {"name": "x", "metadata": {"k": "x" * 10_000}},
        "x",
        None,
    ],
)
@pytest.mark.parametrize("place", [0, 50, 99])
def test_one_bad_event_and_none_is_stored(org: Organization, bad: object, place: int) -> None:
    """HALO-13"""
    batch: list[object] = [{"name": "good"} for _ in range(100)]
    batch[place] = bad
    org.refused(400, "/events", {"events": batch})
    assert org.stored("events") == []


@pytest.mark.parametrize("kind", ["user", "company"])
def test_identifying_creates_then_merges(org: Organization, kind: str) -> None:
    """HALO-12, HALO-13: traits by name, at the top level."""
    path = {"user": "/users/identify", "company": "/companies/identify"}[kind]
    named = {f"{kind}_id": "new"}

    def identified(**fields: object) -> object:
        return org.accepted(path, {**named, **fields})[kind]

    assert identified() == {**named, "traits": {}}
    assert identified(traits={"a": 1, "b": {"x": 1}}) == {
        **named,
        "traits": {"a": 1, "b": {"x": 1}},
    }
    merged = {**named, "traits": {"a": 1, "b": {"y": 2}, "c": None}}
    assert identified(traits={"b": {"y": 2}, "c": None}) == merged
    assert identified(traits={}, context={"page": "/"}) == merged
    assert identified() == merged


@pytest.mark.parametrize("kind", ["user", "company"])
def test_the_same_call_twice_changes_nothing(org: Organization, kind: str) -> None:
    """HALO-13"""
    path = {"user": "/users/identify", "company": "/companies/identify"}[kind]
    collection = {"user": "users", "company": "companies"}[kind]
    body = {f"{kind}_id": "new", "traits": {"a": [1, 2]}, "context": {"page": "/"}}
    before = len(org.stored(collection))
    first = org.accepted(path, body)
    stored = org.stored(collection)
    assert len(stored) == before + 1
    assert org.accepted(path, body) == first
    assert org.stored(collection) == stored


def test_a_field_that_is_not_sent_stays(org: Organization) -> None:
    """HALO-13"""
    org.accepted("/users/identify", {"user_id": "new", "email": "a@example.com", "plan": "pro"})
    user = org.accepted("/users/identify", {"user_id": "new", "plan": "free"})["user"]
    assert user == {"user_id": "new", "email": "a@example.com", "plan": "free", "traits": {}}


def test_traits_are_kept_as_they_were_sent(org: Organization) -> None:
    """HALO-12: any JSON."""
    traits = {
        "": "",
        "null": None,
        "nested": [{"a": [True, -0.5, 1e-7, 2**70, "\0\u2028"]}],
        "constructor": {"__proto__": 1},
        "ключ": "\U0001f600",
    }
    sent = {"user_id": "new", "traits": traits}
    assert org.accepted("/users/identify", sent)["user"]["traits"] == traits
    assert org.accepted("/users/identify", {"user_id": "new"})["user"]["traits"] == traits


def test_enrolling_and_removing_twice_changes_nothing(org: Organization) -> None:
    """HALO-12"""
    named = {"series_id": "onboarding", "user_id": "user_123"}
    for action, enrolled in (("enroll", True), ("remove", False), ("enroll", True)):
        for _ in range(2):
            answer = org.accepted("/series", {**named, "action": action})
            assert answer == {**named, "enrolled": enrolled}
            assert org.stored("enrollments") == ([named] if enrolled else [])


def test_the_examples_of_the_contract_work(halo: Running) -> None:
    """HALO-12: each body as it stands there, in acme."""
    acme = organization(halo, "acme")
    contract = json.loads(CONTRACT.read_text())
    bodies = [
        (path, example["value"])
        for path, item in contract["paths"].items()
        if "post" in item
        for example in _examples(contract, item["post"]["requestBody"])
    ]
    assert len(bodies) >= 10
    for path, body in bodies:
        acme.accepted(path, body)


def _examples(contract: dict[str, Any], body: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in body:
        body = contract["components"]["requestBodies"][body["$ref"].rpartition("/")[2]]
    return list(body["content"]["application/json"]["examples"].values())


def test_what_is_kept_survives_a_restart(tmp_path: Path) -> None:
    """HALO-03, HALO-12: keys, secrets, users and series included."""
    url = f"sqlite:///{tmp_path}/halo.db"
    named = {"series_id": "onboarding", "user_id": "user_123"}
    with serving("haloagents", url=url) as server:
        org = organization(server, "acme")
        secret = org.verify()
        org.verify(enabled=False)
        org.accepted("/series", {**named, "action": "enroll"})
        org.verify()
    with serving("haloagents", url=url) as again:
        org = Organization(again, org.tenant, org.org_id, org.key)
        assert org.stored("enrollments") == [named]
        org.refused(403, "/chat", {"message": "Hi", "user_id": "user_123"})
        assert org.verify() == secret


def test_the_same_seed_is_the_same_data_and_a_reset_leaves_nothing_else() -> None:
    with serving("haloagents") as server:

        def seen(seed: int) -> list[Any]:
            server.control("reset", {"seed": seed})
            assert server.control("replies") == {"replies": []}
            org = organization(server, "globex")
            agent = org.agent()
            stored = [org.stored(name) for name in ("users", "companies", "series", "tickets")]
            org.accepted("/chat", {"message": "Hi"})
            org.accepted("/tickets/create", {"subject": "a", "description": "b"})
            org.agent(active=False)
            return [agent, *stored]

        first = seen(7)
        assert seen(8) != first
        assert seen(7) == first
        assert first[-1] == []
