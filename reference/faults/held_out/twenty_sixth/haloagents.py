"""Faults of HaloAgents, planted from its documentation alone."""

import unicodedata
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import jwt
import msgspec
from sqlalchemy import Connection, and_, delete, insert, select

from reference.clock import Clock
from reference.faults.composition import around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.agent import Agent, Question
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import enrollments, events, fingerprint, series, users

_MESSAGE = 10_000
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_TRUSTED = ("email", "role", "plan")


def _is(*paths: str) -> Callable[[Asked], bool]:
    whole = {f"{BASE_PATH}{path}" for path in paths}
    return lambda asked: asked.method == "POST" and asked.path in whole


_ON_CHAT = _is("/chat", "/chat/stream")
_ON_EVENTS, _ON_USERS, _ON_SERIES = _is("/events"), _is("/users/identify"), _is("/series")


@dataclass(frozen=True, slots=True)
class _Remembered:
    """Verifies each token once, and knows it until it expires."""

    inner: IdentityCheck
    clock: Clock
    verified: dict[str, tuple[Identity, float]] = field(default_factory=dict)
    """Whom a token proved, and its `exp`."""

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        token = body.user_token or ""
        known, expires = self.verified.get(token, (None, 0))
        is_good = expires * _SECOND > self.clock.microseconds()
        if known and is_good and organization.verifies_identity and known.user_id == body.user_id:
            return known
        proved = self.inner.identity(organization, body)
        if proved is not None:
            claims = jwt.decode(token, options={"verify_signature": False})
            self.verified[token] = proved, claims["exp"]
        return proved


def _answered_before_the_claims(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if not _ON_USERS(asked):
            return await ask(asked)
        known = await known_data(parts, asked, users, "user_id")
        answered = await ask(asked)
        if known is not None or answered.status != 200:
            return answered
        user = {n: value for n, value in answered.json["user"].items() if n not in _TRUSTED}
        sent = {n: asked.fields[n] for n in _TRUSTED if asked.fields.get(n) is not None}
        return answered.with_json({"user": {**user, **sent}})

    return tamper


@dataclass(frozen=True, slots=True)
class _Repeating:
    """An agent that says again what it said to the same question."""

    inner: Agent
    tenant: str
    said: dict[tuple[str, bytes], str]

    async def reply(self, question: Question) -> AsyncGenerator[str]:
        """Yield the pieces of a reply; raise AgentError."""
        place = self.tenant, msgspec.json.encode(question)
        if place in self.said:
            yield self.said[place]
            return
        said = ""
        async with aclosing(self.inner.reply(question)) as pieces:
            async for piece in pieces:
                said += piece
                yield piece
        self.said[place] = said


def _repeating(parts: Parts) -> Parts:
    said: dict[tuple[str, bytes], str] = {}

    def agent(organization: Organization) -> Agent:
        return _Repeating(parts.agent(organization), organization.tenant, said)

    return replace(parts, agent=agent)


def _composed(asked: Asked) -> str | None:
    """Return a message that is too long, composed, where it is not too long then."""
    message = asked.fields.get("message")
    if not _ON_CHAT(asked) or not isinstance(message, str) or len(message) <= _MESSAGE:
        return None
    composed = unicodedata.normalize("NFC", message)
    return composed if len(composed) <= _MESSAGE else None


def _shortened(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "message": _composed(asked)})


def _once_a_minute(parts: Parts) -> Tamper:
    kept: dict[tuple[str, bytes], int] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if not _ON_EVENTS(asked) or answered.status != 200 or tenant is None:
            return answered
        now, batch = parts.platform.clock.microseconds(), (tenant, asked.body)
        if kept.get(batch, now - _MINUTE) <= now - _MINUTE:
            kept[batch] = now
            return answered
        latest = select(events.c.seq).where(events.c.tenant == tenant)
        latest = latest.order_by(events.c.seq.desc()).limit(answered.json["stored"])

        def forget(connection: Connection) -> None:
            connection.execute(delete(events).where(events.c.seq.in_(latest)))

        await parts.platform.database.write(forget)
        return answered

    return tamper


def _users_of_anybody(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if not _ON_SERIES(asked) or answered.status != 404 or tenant is None:
            return answered
        if await known_data(parts, asked, series, "series_id") is None:
            return answered
        place = {name: asked.fields[name] for name in ("series_id", "user_id")}
        enrolls = asked.fields["action"] == "enroll"

        def change(connection: Connection) -> bool:
            user = fingerprint(place["user_id"])
            is_known = select(users.c.seq).where(users.c.fingerprint == user)
            if connection.scalar(is_known) is None:
                return False
            names = {"tenant": tenant, "series": fingerprint(place["series_id"]), "user": user}
            is_it = and_(*(enrollments.c[name] == value for name, value in names.items()))
            connection.execute(delete(enrollments).where(is_it))
            if enrolls:
                connection.execute(insert(enrollments).values(data=place, **names))
            return True

        if not await parts.platform.database.write(change):
            return answered
        return answered.with_status(200).with_json({**place, "enrolled": enrolls})

    return tamper


def _is_beacon(asked: Asked) -> bool:
    return _ON_EVENTS(asked) and asked.headers.get("content-type", "").startswith("text/plain")


def _as_json(asked: Asked) -> Asked:
    return asked.with_header("content-type", "application/json")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F4741",
        title="A token that its organization has used is good for the same user of every other",
        promises=("HALO-04",),
        mistake="Verified tokens are cached, without whose secret they were verified under.",
        apply=lambda parts: replace(
            parts, identity=_Remembered(parts.identity, parts.platform.clock)
        ),
        held_out=26,
    ),
    Fault(
        id="JWT-F4742",
        title="The answer to identifying a new user shows the body's role, not the token's",
        promises=("HALO-05",),
        mistake="Creating became an insert of its own, and the claims are written after it.",
        apply=around_with_parts(_answered_before_the_claims),
        held_out=26,
    ),
    Fault(
        id="SSE-F4743",
        title="The reply to a question that was asked before is streamed in one piece",
        promises=("HALO-11",),
        mistake="Replies are cached whole, and given to the stream as they are.",
        apply=_repeating,
        held_out=26,
    ),
    Fault(
        id="LIM-F4745",
        title="A message of too many characters is taken where it is shorter when composed",
        promises=("HALO-07",),
        mistake="Texts are normalized for the search, before they are measured.",
        apply=requests(lambda asked: _composed(asked) is not None, _shortened),
        held_out=26,
    ),
    Fault(
        id="LIF-F4746",
        title="A batch like one of the last minute is counted as stored, and is not stored",
        promises=("HALO-12", "HALO-13"),
        mistake="Retries are recognized by the bytes of the batch.",
        apply=around_with_parts(_once_a_minute),
        held_out=26,
    ),
    Fault(
        id="TEN-F4747",
        title="A user whom only another organization has identified can be enrolled",
        promises=("HALO-09",),
        mistake="A new index of users has no tenant, and neither has the query that uses it.",
        apply=around_with_parts(_users_of_anybody),
        held_out=26,
    ),
    Fault(
        id="ENV-F4748",
        title="Events that are sent as text/plain are taken",
        promises=("HALO-08",),
        mistake="Beacons of browsers were let in, which cannot say that they send JSON.",
        apply=requests(_is_beacon, _as_json),
        held_out=26,
    ),
)
