"""Faults of HaloAgents, planted from its documentation alone."""

import base64
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from reference.clock import Clock
from reference.faults.composition import around, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.agent import Agent, AgentError, Question
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies

_BATCH = 100
_MICROSECONDS = 1_000_000


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_EVENTS, _ON_SERIES, _ON_CONFIG = _is("/events"), _is("/series"), _is("/config")
_ON_COMPANIES = _is("/companies/identify")


def _identity(check: Callable[[Parts], IdentityCheck]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, identity=check(parts))


def _expiry(token: str) -> int:
    """Return when a token that was verified expires, in microseconds since 1970."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return int(claims["exp"] * _MICROSECONDS)


@dataclass(frozen=True, slots=True)
class _Remembering:
    """Remembers until it expires whom a token named."""

    inner: IdentityCheck
    clock: Clock
    known: dict[str, tuple[int, Identity]] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        token = body.user_token or ""
        until, known = self.known.get(token, (0, None))
        is_it = known is not None and known.user_id == body.user_id
        if organization.verifies_identity and is_it and self.clock.microseconds() < until:
            return known
        proved = self.inner.identity(organization, body)
        if proved is not None:
            self.known[token] = _expiry(token), proved
        return proved


@dataclass(frozen=True, slots=True)
class _WithoutEmptyClaims:
    """Trusts a token about what it says something of."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        proved = self.inner.identity(organization, body)
        if proved is None:
            return None
        return replace(
            proved,
            email=proved.email or None,
            role=proved.role or None,
            plan=proved.plan or None,
        )


@dataclass(frozen=True, slots=True)
class _ContentWithLess:
    """An agent whose failure is the end of what it says, where it has said anything."""

    inner: Agent

    async def reply(self, question: Question) -> AsyncGenerator[str]:
        """Yield the pieces of a reply; raise AgentError where there is none."""
        has_spoken = False
        try:
            async with aclosing(self.inner.reply(question)) as pieces:
                async for piece in pieces:
                    has_spoken = True
                    yield piece
        except AgentError:
            if not has_spoken:
                raise


def _content_with_less(parts: Parts) -> Parts:
    inner = parts.agent
    return replace(parts, agent=lambda organization: _ContentWithLess(inner(organization)))


def _merged_first(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_COMPANIES(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, companies, "company_id") or {}
        merged = {**known.get("traits", {}), **traits}
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


def _left_for_good(parts: Parts) -> Tamper:
    enrolled: set[tuple[object, ...]] = set()
    left: set[tuple[object, ...]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        fields, tenant = asked.fields, await tenant_of(parts, asked)
        names = fields.get("series_id"), fields.get("user_id")
        if not _ON_SERIES(asked) or not all(isinstance(name, str) for name in names):
            return await ask(asked)
        place = (tenant, *names)
        if fields.get("action") == "enroll" and place in left:
            return await ask(asked.with_json({**fields, "action": "remove"}))
        answered = await ask(asked)
        if answered.status == 200 and fields["action"] == "enroll":
            enrolled.add(place)
        elif answered.status == 200 and place in enrolled:
            left.add(place)
        return answered

    return tamper


async def _for_the_origin(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    origin = asked.headers.get("origin")
    if origin is None or "cookie" not in asked.headers:
        return answered
    allowed = answered.with_header("access-control-allow-origin", origin)
    return allowed.with_header("vary", "Origin")


def _batch(asked: Asked) -> Sequence[Any]:
    match asked.fields.get("events"):
        case [*events] if _ON_EVENTS(asked) and len(events) <= _BATCH:
            return events
    return []


def _each_once(events: Sequence[Any]) -> Sequence[Any]:
    return [*{json.dumps(event, sort_keys=True): event for event in events}.values()]


def _has_twins(asked: Asked) -> bool:
    events = _batch(asked)
    return len(_each_once(events)) < len(events)


def _without_twins(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "events": _each_once(_batch(asked))})


def _key_looked_at(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_asked = _ON_CONFIG(asked) and asked.method in {"GET", "HEAD"}
        if not is_asked or "authorization" not in asked.headers:
            return answered
        if await tenant_of(parts, asked) is not None:
            return answered
        refused = answered.with_status(401).with_header("www-authenticate", "Bearer")
        return refused.with_json({"error": "This key is unknown, or was revoked."})

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F3509",
        title="A token that one organization took is taken by every other",
        promises=("HALO-03", "HALO-04"),
        mistake="Verified tokens are cached by the token alone.",
        apply=_identity(lambda parts: _Remembering(parts.identity, parts.platform.clock)),
        held_out=18,
    ),
    Fault(
        id="JWT-F3510",
        title="A trusted claim that is empty does not override the body",
        promises=("HALO-05",),
        mistake="`claim or field` where the claim's presence was meant.",
        apply=_identity(lambda parts: _WithoutEmptyClaims(parts.identity)),
        held_out=18,
    ),
    Fault(
        id="SSE-F3511",
        title="A reply that breaks off is given as if it were whole",
        promises=("HALO-10", "HALO-11"),
        mistake="The agent's failure is logged where its pieces are read, and goes no further.",
        apply=_content_with_less,
        held_out=18,
    ),
    Fault(
        id="LIM-F3512",
        title="The limit of a company's traits counts those that were there before",
        promises=("HALO-07", "HALO-13"),
        mistake="Traits are merged first, and then validated.",
        apply=around_with_parts(_merged_first),
        held_out=18,
    ),
    Fault(
        id="LIF-F3513",
        title="Who was removed from a series is not enrolled in it again",
        promises=("HALO-12",),
        mistake="A removal marks the row, and to enroll does nothing where there is a row.",
        apply=around_with_parts(_left_for_good),
        held_out=18,
    ),
    Fault(
        id="COR-F3514",
        title="An answer to a request with a cookie allows its origin alone",
        promises=("HALO-06",),
        mistake="A framework's middleware does so, as answers with credentials need it.",
        apply=around(_for_the_origin),
        held_out=18,
    ),
    Fault(
        id="STA-F3515",
        title="Events of a batch that are alike are stored once",
        promises=("HALO-12", "HALO-13"),
        mistake="Batches are cleared of what was taken for a widget's retries.",
        apply=requests(_has_twins, _without_twins),
        held_out=18,
    ),
    Fault(
        id="AUT-F3516",
        title="GET /config with a key that is unknown or revoked is 401",
        promises=("HALO-02",),
        mistake="The route's key is optional, and checked where one is sent.",
        apply=around_with_parts(_key_looked_at),
        held_out=18,
    ),
)
