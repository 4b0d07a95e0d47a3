"""Faults of HaloAgents, planted from its documentation alone."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generated.haloagents.server import Security
from generated.haloagents.server.runtime import Request
from reference.faults.composition import (
    answers,
    around,
    around_with_parts,
    requests,
    retelling,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haloagents.identity import (
    Identified,
    Identity,
    IdentityCheck,
    InvalidTokenError,
    read_token,
)
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, KEY_PREFIX, Parts

_CHATS = (f"{BASE_PATH}/chat", f"{BASE_PATH}/chat/stream")
_EVENTS, _SERIES = f"{BASE_PATH}/events", f"{BASE_PATH}/series"
_BEHAVIOR_CONTEXT = 5_000
_KEY_LENGTH = len(KEY_PREFIX) + 32
_ALLOWED = {"accept", "accept-language", "content-language", "authorization", "content-type"}
_DELTA = b"event: delta\n"


@dataclass(frozen=True, slots=True)
class _EmptyIsAbsent:
    """Takes a token's `sub` where its `user_id` is empty."""

    parts: Parts

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        token, user = body.user_token or "", body.user_id
        named = self._named(organization, token)
        if named is not None and not named.user_id and user and _subject(token) == user:
            return replace(named, user_id=user)
        return self.parts.identity.identity(organization, body)

    def _named(self, organization: Organization, token: str) -> Identity | None:
        if not organization.verifies_identity:
            return None
        now = self.parts.platform.clock.microseconds()
        try:
            return read_token(token, organization.identity_secret, now)
        except InvalidTokenError:
            return None


def _subject(token: str) -> object:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))).get("sub")


@dataclass(frozen=True, slots=True)
class _RememberedSecret:
    """Verifies a token with the secret that once verified it, whoever sends it."""

    inner: IdentityCheck
    secrets: dict[str, str] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        token = body.user_token or ""
        secret = self.secrets.get(token, organization.identity_secret)
        proved = self.inner.identity(replace(organization, identity_secret=secret), body)
        if proved is not None:
            self.secrets[token] = secret
        return proved


@dataclass(frozen=True, slots=True)
class _CutToLength(Security[Organization]):
    """Security that looks at no more of a key than a key has."""

    inner: Security[Organization]

    async def publishable_key(self, token: str, request: Request[None]) -> Organization:
        """Return the organization whose key it is, or begins it."""
        return await self.inner.publishable_key(token[:_KEY_LENGTH], request)


def _is_long_with_spaces(asked: Asked) -> bool:
    match asked.fields.get("behavior_context"):
        case str(text) if asked.path in _CHATS:
            return len(text.strip()) <= _BEHAVIOR_CONTEXT < len(text)
    return False


def _trimmed(asked: Asked) -> Asked:
    text = asked.fields["behavior_context"].strip()
    return asked.with_json({**asked.fields, "behavior_context": text})


def _left_for_good(parts: Parts) -> Tamper:
    """Keep a list of who was removed, which enrolling looks at and never takes anybody off."""
    left: set[tuple[str | None, str, str]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        match asked.fields:
            case {"series_id": str(series), "user_id": str(user)} if asked.path == _SERIES:
                place = await tenant_of(parts, asked), series, user
            case _:
                return await ask(asked)
        action = asked.fields.get("action")
        if action == "enroll" and place in left:
            return await ask(asked.with_json({**asked.fields, "action": "remove"}))
        answered = await ask(asked)
        if action == "remove" and answered.status == 200:
            left.add(place)
        return answered

    return tamper


def _complaints(asked: Asked) -> Sequence[str]:
    batch = asked.fields.get("events")
    events: Sequence[Any] = batch if isinstance(batch, list) else []
    return [
        f"The field name of events[{index}] is required."
        for index, event in enumerate(events)
        if not isinstance(event, dict) or "name" not in event
    ]


async def _each_complaint(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    complaints = _complaints(asked)
    if asked.path != _EVENTS or answered.status != 400 or len(complaints) < 2:
        return answered
    return answered.with_json({"error": complaints})


def _only_pairs(event: bytes) -> Sequence[bytes]:
    """Tell no piece of one word, which is what the end of an odd number of words is."""
    if event.startswith(_DELTA):
        text = json.loads(event.partition(b"data: ")[2])["text"]
        return [event] if len(text.split()) > 1 else []
    return [event] if event else []


def _asks_for_more(asked: Asked, _answered: Answered) -> bool:
    text = asked.headers.get("access-control-request-headers", "")
    names = {name.strip().lower() for name in text.split(",") if name.strip()}
    is_preflight = "access-control-request-method" in asked.headers and asked.method == "OPTIONS"
    return is_preflight and not names <= _ALLOWED


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F4309",
        title="A token whose user_id is empty is good for its sub",
        promises=("HALO-03", "HALO-04"),
        mistake="`claims.user_id || claims.sub`.",
        apply=lambda parts: replace(parts, identity=_EmptyIsAbsent(parts)),
        held_out=22,
    ),
    Fault(
        id="TEN-F4310",
        title="A token that one organization's secret verified is good in every other",
        promises=("HALO-04",),
        mistake="The secret is cached by the token, not by the organization.",
        apply=lambda parts: replace(parts, identity=_RememberedSecret(parts.identity)),
        held_out=22,
    ),
    Fault(
        id="LIM-F4311",
        title="A behavior context that is too long by its spaces is cut to fit",
        promises=("HALO-07",),
        mistake="It is trimmed before it is measured.",
        apply=requests(_is_long_with_spaces, _trimmed),
        held_out=22,
    ),
    Fault(
        id="LIF-F4312",
        title="Who was removed from a series is never enrolled in it again",
        promises=("HALO-12",),
        mistake="Removing writes to a list of those who left, and enrolling takes nobody off it.",
        apply=around_with_parts(_left_for_good),
        held_out=22,
    ),
    Fault(
        id="ENV-F4313",
        title="The error is a list where several events of a batch have no name",
        promises=("HALO-08",),
        mistake="One complaint is sent as it is, several as they were collected.",
        apply=around(_each_complaint),
        held_out=22,
    ),
    Fault(
        id="SSE-F4314",
        title="The last word of a reply with an odd number of them is in no delta",
        promises=("HALO-11",),
        mistake="Words are sent two by two, and what is left over at the end is not flushed.",
        apply=retelling(lambda: _only_pairs),
        held_out=22,
    ),
    Fault(
        id="COR-F4315",
        title="A preflight that asks for one header more is refused in plain text",
        promises=("HALO-06", "HALO-08"),
        mistake="The framework's own middleware answers preflights, as it thinks best.",
        apply=answers(
            _asks_for_more,
            lambda answered: answered.with_status(400).with_text("Disallowed CORS headers"),
        ),
        held_out=22,
    ),
    Fault(
        id="AUT-F4316",
        title="A key with more characters at its end is taken for the key",
        promises=("HALO-01",),
        mistake="What is looked up is cut to the length of the column.",
        apply=lambda parts: replace(parts, security=_CutToLength(parts.security)),
        held_out=22,
    ),
)
