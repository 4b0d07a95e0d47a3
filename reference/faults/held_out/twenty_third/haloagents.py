"""Faults of HaloAgents, planted from its documentation alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, delete, insert

from reference.faults.composition import around, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, IdentityCheck, is_anonymous
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import fingerprint, tickets, users

_ALLOW_ORIGIN = "access-control-allow-origin"
_SAME_FOR = 10_000_000
"""Microseconds."""


def _is(*paths: str) -> Callable[[Asked], bool]:
    full = {f"{BASE_PATH}{path}" for path in paths}
    return lambda asked: asked.path in full


_ON_CHAT, _ON_STREAM = _is("/chat", "/chat/stream"), _is("/chat/stream")
_ON_EVENTS, _ON_TICKETS = _is("/events"), _is("/tickets/create")
_ON_USERS, _ON_CONFIG = _is("/users/identify"), _is("/config")


@dataclass(frozen=True, slots=True)
class _OnceProved:
    """Checks a token with the secret under which it was first found to be good."""

    inner: IdentityCheck
    secrets: dict[str, str] = field(default_factory=dict)
    """By token."""

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        token = body.user_token or ""
        secret = self.secrets.get(token, organization.identity_secret)
        proved = self.inner.identity(replace(organization, identity_secret=secret), body)
        if proved is not None:
            self.secrets[token] = secret
        return proved


async def _origin_of_cookies(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    origin = asked.headers.get("origin")
    if origin is None or "cookie" not in asked.headers or _ALLOW_ORIGIN not in answered.headers:
        return answered
    return answered.with_header(_ALLOW_ORIGIN, origin).with_header("vary", "Origin")


def _has_carriage_returns(asked: Asked) -> bool:
    context = asked.fields.get("behavior_context")
    return _ON_CHAT(asked) and isinstance(context, str) and "\r\n" in context


def _with_newlines(asked: Asked) -> Asked:
    context = asked.fields["behavior_context"].replace("\r\n", "\n")
    return asked.with_json({**asked.fields, "behavior_context": context})


def _set_by_path(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_USERS(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, users, "user_id")
        if known is None or not any("." in name for name in traits):
            return await ask(asked)
        return await ask(asked.with_json({**asked.fields, "traits": _by_path(known, traits)}))

    return tamper


def _by_path(known: Mapping[str, Any], sent: Mapping[str, Any]) -> Mapping[str, Any]:
    before = known.get("traits", {})
    changed: dict[str, Any] = {}
    for path, value in sent.items():
        name, dot, member = path.partition(".")
        there = changed.get(name, before.get(name))
        is_inside = {**there, member: value} if isinstance(there, dict) else {member: value}
        changed[name] = is_inside if dot else value
    return changed


def _users_of_events(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant, user_id = await tenant_of(parts, asked), asked.fields.get("user_id")
        if not _ON_EVENTS(asked) or answered.status != 200 or tenant is None:
            return answered
        if not isinstance(user_id, str) or is_anonymous(user_id):
            return answered
        if await known_data(parts, asked, users, "user_id") is not None:
            return answered
        row = {
            "tenant": tenant,
            "fingerprint": fingerprint(user_id),
            "data": {"user_id": user_id, "traits": {}},
            "context": {},
        }

        def make(connection: Connection) -> None:
            connection.execute(insert(users).values(row))

        await parts.platform.database.write(make)
        return answered

    return tamper


def _sent_once(parts: Parts) -> Tamper:
    """Keep one of the tickets that say the same within a while."""
    kept: dict[tuple[object, ...], tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if not _ON_TICKETS(asked) or answered.status != 200 or "user_id" not in asked.fields:
            return answered
        now = parts.platform.clock.microseconds()
        said = tuple(asked.fields.get(name) for name in ("user_id", "subject", "description"))
        since, known = kept.get(said, (0, None))
        if known is None or now - since >= _SAME_FOR:
            kept[said] = now, answered
            return answered
        ticket = tickets.c.id == answered.json["ticket_id"]

        def drop(connection: Connection) -> None:
            connection.execute(delete(tickets).where(ticket))

        await parts.platform.database.write(drop)
        return known

    return tamper


def _wants_json(asked: Asked) -> bool:
    accepted = asked.headers.get("accept", "")
    is_json = "application/json" in accepted and "text/event-stream" not in accepted
    return _ON_STREAM(asked) and asked.method == "POST" and is_json


def _of_the_key(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant = await tenant_of(parts, asked) if _ON_CONFIG(asked) else None
        if tenant is None or not asked.parameter("org_id"):
            return await ask(asked)
        own = await parts.organizations.org_id(tenant)
        return await ask(
            asked.with_query(
                (name, own if name == "org_id" else value) for name, value in asked.query
            )
        )

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F4609",
        title="A token that one organization has taken is taken by every other, too",
        promises=("HALO-03", "HALO-04"),
        mistake="Verified tokens are cached by the token, whoever's secret it was signed with.",
        apply=lambda parts: replace(parts, identity=_OnceProved(parts.identity)),
        held_out=23,
    ),
    Fault(
        id="COR-F4610",
        title="A request with a cookie is answered with its own origin instead of *",
        promises=("HALO-06",),
        mistake="A middleware's care for credentials, which this API does not take.",
        apply=around(_origin_of_cookies),
        held_out=23,
    ),
    Fault(
        id="LIM-F4611",
        title="The end of a line, CR LF, counts as one character of the behavior context",
        promises=("HALO-07",),
        mistake="Line ends are made uniform before the text is measured.",
        apply=requests(_has_carriage_returns, _with_newlines),
        held_out=23,
    ),
    Fault(
        id="STA-F4612",
        title="A trait with a dot in its name, sent of a known user, ends up inside another trait",
        promises=("HALO-12", "HALO-13"),
        mistake="An update sets each trait by its path, and a dot parts the names of a path.",
        apply=around_with_parts(_set_by_path),
        held_out=23,
    ),
    Fault(
        id="STA-F4613",
        title="A user who was never identified can be enrolled once an event named them",
        promises=("HALO-09",),
        mistake="Taking events makes a record of a user who has none.",
        apply=around_with_parts(_users_of_events),
        held_out=23,
    ),
    Fault(
        id="STA-F4614",
        title="A ticket like another of ten seconds ago is dropped, whichever organization's it is",
        promises=("HALO-12",),
        mistake="A guard against double clicks, which looks at the user and the words alone.",
        apply=around_with_parts(_sent_once),
        held_out=23,
    ),
    Fault(
        id="SSE-F4615",
        title="A stream asked for with Accept: application/json is no stream",
        promises=("HALO-11",),
        mistake="Both operations share a handler, which goes by the Accept header.",
        apply=requests(_wants_json, lambda asked: replace(asked, path=f"{BASE_PATH}/chat")),
        held_out=23,
    ),
    Fault(
        id="AUT-F4616",
        title="The configuration is that of the key's organization where a key is sent",
        promises=("HALO-02", "HALO-12"),
        mistake="What a key says of the caller goes before what the query says, on every route.",
        apply=around_with_parts(_of_the_key),
        held_out=23,
    ),
)
