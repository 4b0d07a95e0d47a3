"""Faults of HaloAgents, planted from its documentation alone."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import and_, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference.faults.composition import around, around_with_parts, tenant_of, wrapped
from reference.faults.exchange import Answered, Ask, Asked, Reheading, Tamper
from reference.faults.fault import Fault
from reference.haloagents.agent import Agent, Question
from reference.haloagents.identity import Identified, Identity, IdentityCheck, is_anonymous
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import enrollments, fingerprint

_ALLOW_ORIGIN = "access-control-allow-origin"


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_CONFIG, _ON_SERIES = _is("/config"), _is("/series")
_ON_USERS, _ON_COMPANIES = _is("/users/identify"), _is("/companies/identify")


@dataclass(frozen=True, slots=True)
class _Remembering:
    """Asks once whether a token is good."""

    inner: IdentityCheck
    known: dict[tuple[str, str], Identity] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        place = organization.tenant, body.user_token or ""
        known = self.known.get(place)
        is_asked = organization.verifies_identity and not is_anonymous(body.user_id)
        if is_asked and known is not None and known.user_id == body.user_id:
            return known
        proved = self.inner.identity(organization, body)
        if proved is not None:
            self.known[place] = proved
        return proved


@dataclass(frozen=True, slots=True)
class _WithoutEmpty:
    """Takes an empty claim for one that is not there."""

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
class _Repeating:
    """Says at once what it has said before."""

    inner: Agent
    tenant: str
    said: dict[tuple[str, str], str]

    async def reply(self, question: Question) -> AsyncGenerator[str]:
        """Yield the pieces of a reply."""
        place = self.tenant, repr(question)
        if place in self.said:
            yield self.said[place]
            return
        reply = ""
        async with aclosing(self.inner.reply(question)) as pieces:
            async for piece in pieces:
                reply += piece
                yield piece
        self.said[place] = reply


def _repeating(parts: Parts) -> Parts:
    said: dict[tuple[str, str], str] = {}

    def agent(organization: Organization) -> Agent:
        return _Repeating(parts.agent(organization), organization.tenant, said)

    return replace(parts, agent=agent)


@dataclass(frozen=True, slots=True)
class _NoOrigin:
    """ASGI middleware: who comes from the origin `null` is not told that they may read."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_opaque = (b"origin", b"null") in scope["headers"]
        app = Reheading(self.app, _unallowed) if is_opaque else self.app
        await app(scope, receive, send)


def _unallowed(_start: Message, headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != _ALLOW_ORIGIN}


async def _traits_first(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    fields = asked.fields
    has_both = all(isinstance(fields.get(name), dict) for name in ("traits", "context"))
    if _ON_USERS(asked) and answered.status == 400 and has_both:
        without = {name: value for name, value in fields.items() if name != "context"}
        await ask(asked.with_json(without))
    return answered


async def _any_case(ask: Ask, asked: Asked) -> Answered:
    company_id = asked.fields.get("company_id")
    if not _ON_COMPANIES(asked) or not isinstance(company_id, str):
        return await ask(asked)
    answered = await ask(asked.with_json({**asked.fields, "company_id": company_id.casefold()}))
    if answered.status != 200:
        return answered
    company: dict[str, Any] = {**answered.json["company"], "company_id": company_id}
    return answered.with_json({"company": company})


def _of_the_key(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant = await tenant_of(parts, asked) if _ON_CONFIG(asked) else None
        if tenant is None or not asked.parameter("org_id"):
            return await ask(asked)
        own = await parts.organizations.org_id(tenant)
        query = [(name, own if name == "org_id" else value) for name, value in asked.query]
        return await ask(asked.with_query(query))

    return tamper


def _left_for_good(parts: Parts) -> Tamper:
    """Remember who was removed, and take nobody in again."""
    removed: set[tuple[str, bytes, bytes]] = set()

    async def is_enrolled(tenant: str, series: bytes, user: bytes) -> bool:
        columns = enrollments.c
        is_it = and_(columns.tenant == tenant, columns.series == series, columns.user == user)
        statement = select(columns.seq).where(is_it)
        found = await parts.platform.database.read(lambda connection: connection.scalar(statement))
        return found is not None

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant = await tenant_of(parts, asked) if _ON_SERIES(asked) else None
        match asked.fields:
            case {"series_id": str(series), "user_id": str(user), "action": str(action)}:
                place = tenant or "", fingerprint(series), fingerprint(user)
            case _:
                return await ask(asked)
        if tenant is None:
            return await ask(asked)
        if action == "enroll" and place in removed:
            return await ask(asked.with_json({**asked.fields, "action": "remove"}))
        was_enrolled = await is_enrolled(*place)
        answered = await ask(asked)
        if action == "remove" and answered.status == 200 and was_enrolled:
            removed.add(place)
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F2009",
        title="A token that was taken once is taken after it has expired",
        promises=("HALO-04",),
        mistake="Verified tokens are cached, and their exp is not.",
        apply=lambda parts: replace(parts, identity=_Remembering(parts.identity)),
        held_out=12,
    ),
    Fault(
        id="JWT-F2010",
        title="The body wins over a trusted claim that is empty",
        promises=("HALO-05",),
        mistake="An empty text counts as false.",
        apply=lambda parts: replace(parts, identity=_WithoutEmpty(parts.identity)),
        held_out=12,
    ),
    Fault(
        id="SSE-F2011",
        title="A question that was answered before is streamed in one piece",
        promises=("HALO-11",),
        mistake="Replies are cached whole, and so they are sent.",
        apply=_repeating,
        held_out=12,
    ),
    Fault(
        id="COR-F2012",
        title="A request whose Origin is null gets no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="The text null was taken for no origin at all.",
        apply=wrapped(_NoOrigin),
        held_out=12,
    ),
    Fault(
        id="LIM-F2013",
        title="Of a user whose context is too large, the traits are merged before the 400",
        promises=("HALO-07",),
        mistake="The user is saved first, and the sum is checked when its context is.",
        apply=around(_traits_first),
        held_out=12,
    ),
    Fault(
        id="STA-F2014",
        title="Companies whose ids differ in case only are one",
        promises=("HALO-12", "HALO-13"),
        mistake="The column has a collation that ignores case.",
        apply=around(_any_case),
        held_out=12,
    ),
    Fault(
        id="AUT-F2015",
        title="The configuration is that of the key's organization where a key is sent",
        promises=("HALO-02", "HALO-12"),
        mistake="The organization of a key is put in place of the parameter for every route.",
        apply=around_with_parts(_of_the_key),
        held_out=12,
    ),
    Fault(
        id="LIF-F2016",
        title="A user who was removed from a series cannot be enrolled in it again",
        promises=("HALO-12",),
        mistake="Enrollments are deleted softly, and enrolling finds the deleted one.",
        apply=around_with_parts(_left_for_good),
        held_out=12,
    ),
)
