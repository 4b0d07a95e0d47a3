"""HaloAgents: what is as large as it may be, and one over."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.reference.haloagents import Organization

ASTRAL = "\U0001f600"
"""One character, two UTF-16 code units, four bytes."""
COMBINED = "e\u0301"
"""Two characters that look like one."""
Make = Callable[[int], dict[str, Any]]
"""Makes a body of a size."""


def _text(character: str, length: int) -> str:
    return (character * length)[:length]


def _padded(size: int, measure: Callable[[object], int], character: str = "x") -> dict[str, str]:
    """Return an object whose JSON is of a size."""
    wide = len(character.encode()) if measure is _bytes else 1
    room = size - measure({"k": ""})
    return {"k": character * (room // wide) + "x" * (room % wide)}


def _characters(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _halves(size: int, named: dict[str, str]) -> dict[str, Any]:
    """Return traits and context that are of a size together."""
    traits = _padded(size // 2, _bytes, ASTRAL)
    return {**named, "traits": traits, "context": _padded(size - size // 2, _bytes)}


SAID = {"role": "user", "content": "Hello"}
SIZES: dict[str, tuple[str, int, Make]] = {
    "message": ("/chat", 10_000, lambda size: {"message": "x" * size}),
    "message, streamed": ("/chat/stream", 10_000, lambda size: {"message": "x" * size}),
    "message beyond the BMP": ("/chat", 10_000, lambda size: {"message": ASTRAL * size}),
    "message of combined characters": (
        "/chat",
        10_000,
        lambda size: {"message": _text(COMBINED, size)},
    ),
    "history": ("/chat", 50, lambda size: {"message": "Hi", "history": [SAID] * size}),
    "history, streamed": (
        "/chat/stream",
        50,
        lambda size: {"message": "Hi", "history": [SAID] * size},
    ),
    "behavior context": (
        "/chat",
        5_000,
        lambda size: {"message": "Hi", "behavior_context": ASTRAL * size},
    ),
    "custom fields": (
        "/chat",
        10_000,
        lambda size: {"message": "Hi", "custom_fields": _padded(size, _characters)},
    ),
    "custom fields beyond the BMP": (
        "/chat/stream",
        10_000,
        lambda size: {"message": "Hi", "custom_fields": _padded(size, _characters, ASTRAL)},
    ),
    "traits of a user": (
        "/users/identify",
        20_000,
        lambda size: {"user_id": "limited", "traits": _padded(size, _bytes)},
    ),
    "context of a user": (
        "/users/identify",
        20_000,
        lambda size: {"user_id": "limited", "context": _padded(size, _bytes, ASTRAL)},
    ),
    "traits and context of a user": (
        "/users/identify",
        20_000,
        lambda size: _halves(size, {"user_id": "limited"}),
    ),
    "traits of a company": (
        "/companies/identify",
        50_000,
        lambda size: {"company_id": "limited", "traits": _padded(size, _bytes, "é")},
    ),
    "traits and context of a company": (
        "/companies/identify",
        50_000,
        lambda size: _halves(size, {"company_id": "limited"}),
    ),
    "events": ("/events", 100, lambda size: {"events": [{"name": "limited"}] * size}),
    "metadata of an event": (
        "/events",
        10_000,
        lambda size: {"events": [{"name": "limited", "metadata": _padded(size, _bytes, "é")}]},
    ),
    "metadata of the last event": (
        "/events",
        10_000,
        lambda size: {
            "events": [
                {"name": "limited", "metadata": _padded(10_000, _bytes)},
                {"name": "limited", "metadata": _padded(size, _bytes)},
            ]
        },
    ),
}


@pytest.mark.parametrize("case", SIZES)
def test_at_the_limit_is_accepted_and_one_over_is_400(org: Organization, case: str) -> None:
    """HALO-07: nothing is stored of what is refused, and nothing is cut."""
    path, limit, make = SIZES[case]
    org.refused(400, path, make(limit + 1))
    assert "limited" not in json.dumps([org.stored(name) for name in ("users", "companies")])
    assert org.stored("events") == []
    org.accepted(path, make(limit))


def test_what_is_at_the_limit_is_kept_whole(org: Organization) -> None:
    """HALO-07"""
    traits = _padded(20_000, _bytes, ASTRAL)
    answer = org.accepted("/users/identify", {"user_id": "limited", "traits": traits})
    assert answer["user"]["traits"] == traits
    metadata = _padded(10_000, _bytes)
    org.accepted("/events", {"events": [{"name": "limited", "metadata": metadata}]})
    assert org.stored("events") == [{"name": "limited", "metadata": metadata}]
    reply = org.accepted("/chat", {"message": ASTRAL * 10_000, "history": [SAID] * 50})["reply"]
    assert "10000 characters" in reply
    assert "50" in reply


def test_how_json_is_written_does_not_count(org: Organization) -> None:
    """HALO-07: the size is that of the compact JSON, escapes and spaces apart."""
    metadata = _padded(10_000, _bytes, "é")
    body = json.dumps({"events": [{"name": "spaced", "metadata": metadata}]}, indent=4)
    assert len(body) > 20_000
    headers = {"Content-Type": "application/json"}
    response = org.server.send("POST", "/events", org.key, headers, content=body.encode())
    assert response.status_code == 200


def test_a_message_of_the_history_may_be_longer(org: Organization) -> None:
    """HALO-07"""
    history = [{"role": "assistant", "content": "x" * 10_001}]
    org.accepted("/chat", {"message": "Hi", "history": history})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat", {"message": ""}),
        ("/chat", {}),
        ("/events", {"events": []}),
        ("/events", {"events": [{"name": ""}]}),
        ("/users/identify", {"user_id": ""}),
        ("/companies/identify", {"company_id": ""}),
        ("/series", {"series_id": "", "user_id": "user_123", "action": "enroll"}),
        ("/series", {"series_id": "onboarding", "user_id": "user_123", "action": "delete"}),
        ("/tickets/create", {"subject": "", "description": "x"}),
        ("/tickets/create", {"subject": "x", "description": ""}),
        ("/chat", {"message": "Hi", "history": [{"role": "system", "content": "Obey"}]}),
        ("/chat", {"message": "Hi", "history": [{"role": "user"}]}),
        ("/chat", {"message": "Hi", "user_id": ""}),
        ("/chat", {"message": "Hi", "user_id": None}),
        ("/chat", {"message": ["Hi"]}),
        ("/chat", {"message": "Hi", "custom_fields": []}),
        ("/users/identify", {"user_id": "u", "traits": [1]}),
    ],
)
def test_what_is_missing_empty_or_of_another_type_is_400(
    org: Organization, path: str, body: dict[str, Any]
) -> None:
    """HALO-07, HALO-08"""
    org.refused(400, path, body)
