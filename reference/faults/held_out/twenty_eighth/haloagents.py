"""Faults of HaloAgents, planted from its documentation alone."""

import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from generated.haloagents.server import errors
from reference.faults.composition import around, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import (
    Identified,
    Identity,
    IdentityCheck,
    InvalidTokenError,
    read_token,
)
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, fingerprint, series, users

_MESSAGE = 10_000
_BATCH = 100


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_STREAM, _ON_EVENTS, _ON_SERIES = _is("/chat/stream"), _is("/events"), _is("/series")
_ON_COMPANIES, _ON_TICKETS = _is("/companies/identify"), _is("/tickets/create")


def _identity(check: Callable[[Parts], IdentityCheck]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, identity=check(parts))


@dataclass(frozen=True, slots=True)
class _NothingOfEmptyClaims:
    """Passes over what a token says with an empty text."""

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
class _Normalized:
    """Lets a token speak for each user whose id is normalized to the same text as its own."""

    parts: Parts

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        try:
            return self.parts.identity.identity(organization, body)
        except errors.Forbidden:
            named = self._named(organization, body.user_token or "")
            if named is None or _normal(named.user_id) != _normal(body.user_id or ""):
                raise
            return named

    def _named(self, organization: Organization, token: str) -> Identity | None:
        now = self.parts.platform.clock.microseconds()
        try:
            return read_token(token, organization.identity_secret, now)
        except InvalidTokenError:
            return None


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _is_spaced(asked: Asked) -> bool:
    message = asked.fields.get("message")
    is_text = isinstance(message, str) and 0 < len(message.strip()) < len(message) <= _MESSAGE
    return is_text and _ON_STREAM(asked)


def _stripped(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "message": asked.fields["message"].strip()})


def _merged_to_be_measured(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_COMPANIES(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, companies, "company_id")
        if known is None:
            return await ask(asked)
        merged = {**known.get("traits", {}), **traits}
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


def _batch(asked: Asked) -> Sequence[Any]:
    events = asked.fields.get("events")
    is_batch = _ON_EVENTS(asked) and isinstance(events, list) and len(events) <= _BATCH
    return events if is_batch and events is not None else []


def _different(events: Sequence[Any]) -> list[Any]:
    return [*{json.dumps(event, sort_keys=True): event for event in events}.values()]


def _has_repeated(asked: Asked) -> bool:
    events = _batch(asked)
    return len(_different(events)) < len(events)


def _without_repeated(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "events": _different(_batch(asked))})


def _removed_from_any_series(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_removal = _ON_SERIES(asked) and asked.fields.get("action") == "remove"
        if answered.status != 404 or not is_removal:
            return answered
        if await known_data(parts, asked, users, "user_id") is None:
            return answered
        names = {name: asked.fields[name] for name in ("series_id", "user_id")}
        is_it = series.c.fingerprint == fingerprint(names["series_id"])
        kept = await parts.platform.database.read(
            lambda connection: connection.execute(select(series.c.seq).where(is_it)).first()
        )
        if kept is None:
            return answered
        return answered.with_status(200).with_json({**names, "enrolled": False})

    return tamper


def _no_tickets_without_agent(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant = await tenant_of(parts, asked)
        if tenant is None or asked.method != "POST" or not _ON_TICKETS(asked):
            return await ask(asked)
        if (await parts.organizations.of_tenant(tenant)).agent_active:
            return await ask(asked)
        refused = await ask(asked.with_json({}))
        error = {"error": "This organization has no active agent."}
        return refused.with_status(404).with_json(error)

    return tamper


async def _origin_with_cookies(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if not {"cookie", "origin"} <= asked.headers.keys():
        return answered
    origin = asked.headers["origin"]
    return answered.with_header("access-control-allow-origin", origin).with_header("vary", "Origin")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F4851",
        title="A claim that is an empty text does not override the body",
        promises=("HALO-05",),
        mistake="claim || body, where only an absent claim was meant.",
        apply=_identity(lambda parts: _NothingOfEmptyClaims(parts.identity)),
        held_out=28,
    ),
    Fault(
        id="JWT-F4852",
        title="A token is good for each user whose id looks the same after normalization",
        promises=("HALO-04",),
        mistake="Ids are brought to one Unicode form to be compared, though not to be kept.",
        apply=_identity(_Normalized),
        held_out=28,
    ),
    Fault(
        id="SSE-F4853",
        title="The streaming agent is given the message without the space around it",
        promises=("HALO-11",),
        mistake="One of the two handlers trims its input.",
        apply=requests(_is_spaced, _stripped),
        held_out=28,
    ),
    Fault(
        id="LIM-F4854",
        title="A company's traits are measured together with those that it already has",
        promises=("HALO-07", "HALO-13"),
        mistake="The limit is checked after the merge.",
        apply=around_with_parts(_merged_to_be_measured),
        held_out=28,
    ),
    Fault(
        id="SCH-F4855",
        title="Events of one batch that are equal are stored once",
        promises=("HALO-12", "HALO-13"),
        mistake="What was to drop batches sent again drops what happened twice.",
        apply=requests(_has_repeated, _without_repeated),
        held_out=28,
    ),
    Fault(
        id="TEN-F4856",
        title="To remove a user from another organization's series answers 200",
        promises=("HALO-09", "HALO-12"),
        mistake="Removing looks the series up by its id alone.",
        apply=around_with_parts(_removed_from_any_series),
        held_out=28,
    ),
    Fault(
        id="COR-F4857",
        title="With a cookie, an answer allows the page's own origin and not *",
        promises=("HALO-06",),
        mistake="A CORS middleware that does so for the sake of credentials.",
        apply=around(_origin_with_cookies),
        held_out=28,
    ),
    Fault(
        id="LIF-F4858",
        title="While the agent is switched off, no ticket can be created",
        promises=("HALO-12", "HALO-09"),
        mistake="The check of the chat was put where tickets pass as well.",
        apply=around_with_parts(_no_tickets_without_agent),
        held_out=28,
    ),
)
