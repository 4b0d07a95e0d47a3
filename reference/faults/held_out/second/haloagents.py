"""Faults of HaloAgents, the second set planted from its documentation alone."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from generated.haloagents.server import errors, models
from reference.faults.composition import answers, around_with_parts, requests, tenant_of
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
from reference.haloagents.tables import enrollments, fingerprint, users

_BEHAVIOR_CONTEXT = 5_000
_HISTORY = 50
_UTF_16_UNIT = 2
"""Bytes."""


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_CHAT, _ON_STREAM, _ON_SERIES = _is("/chat"), _is("/chat/stream"), _is("/series")
_ON_CONFIG, _ON_USERS = _is("/config"), _is("/users/identify")


def _refused(answered: Answered, status: int, sentence: str) -> Answered:
    return answered.with_status(status).with_json({"error": sentence})


@dataclass(frozen=True, slots=True)
class _Nameless:
    """Takes everybody for anonymous whose id begins with `anon`."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        if body.user_id is not None and body.user_id.startswith("anon"):
            return None
        return self.inner.identity(organization, body)


@dataclass(frozen=True, slots=True)
class _UnendingOnTickets:
    """Takes a token for a ticket whenever it has expired."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        try:
            return self.inner.identity(organization, body)
        except errors.Forbidden:
            once = self._once(organization, body.user_token or "")
            is_ticket = isinstance(body, models.TicketRequest)
            if is_ticket and once is not None and once.user_id == body.user_id:
                return once
            raise

    def _once(self, organization: Organization, token: str) -> Identity | None:
        try:
            return read_token(token, organization.identity_secret, 0)
        except InvalidTokenError:
            return None


def _identity(check: Callable[[IdentityCheck], IdentityCheck]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, identity=check(parts.identity))


def _units(text: object) -> int:
    """Return the length of a text as JavaScript counts it."""
    is_text = isinstance(text, str)
    return len(str(text).encode("utf-16-le", "surrogatepass")) // _UTF_16_UNIT if is_text else 0


def _long_in_units(asked: Asked, answered: Answered) -> bool:
    is_long = _units(asked.fields.get("behavior_context")) > _BEHAVIOR_CONTEXT
    return _ON_CHAT(asked) and answered.status == 200 and is_long


def _too_long(answered: Answered) -> Answered:
    sentence = f"The behavior_context is longer than {_BEHAVIOR_CONTEXT} characters."
    return _refused(answered, 400, sentence)


def _has_long_history(asked: Asked) -> bool:
    history = asked.fields.get("history")
    return _ON_STREAM(asked) and isinstance(history, list) and len(history) > _HISTORY


def _latest(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "history": asked.fields["history"][-_HISTORY:]})


def _truthy_traits(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_USERS(asked) or not isinstance(traits, dict):
            return await ask(asked)
        if await known_data(parts, asked, users, "user_id") is None:
            return await ask(asked)
        taken = {name: value for name, value in traits.items() if value}
        return await ask(asked.with_json({**asked.fields, "traits": taken}))

    return tamper


async def _enrolled(parts: Parts, asked: Asked) -> Any:
    tenant, fields = await tenant_of(parts, asked), asked.fields
    its_own = select(enrollments.c.seq).where(
        enrollments.c.tenant == tenant,
        enrollments.c.series == fingerprint(str(fields.get("series_id"))),
        enrollments.c.user == fingerprint(str(fields.get("user_id"))),
    )
    return await parts.platform.database.read(lambda connection: connection.scalar(its_own))


def _removed_once(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if not _ON_SERIES(asked) or asked.fields.get("action") != "remove":
            return await ask(asked)
        enrolled = await _enrolled(parts, asked)
        answered = await ask(asked)
        if answered.status != 200 or enrolled is not None:
            return answered
        return _refused(answered, 404, "This user is not enrolled in the series.")

    return tamper


def _no_agent_to_stream(asked: Asked, answered: Answered) -> bool:
    return _ON_STREAM(asked) and answered.status == 404


def _told_in_the_stream(answered: Answered) -> Answered:
    event = f"event: error\ndata: {json.dumps(answered.json)}\n\n"
    return answered.with_status(200).with_text(event, "text/event-stream; charset=utf-8")


def _empty_org_id(asked: Asked, answered: Answered) -> bool:
    return _ON_CONFIG(asked) and answered.status == 400 and asked.query == [("org_id", "")]


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="IDN-F921",
        title="A user whose id begins with anon needs no token, without the underscore too",
        promises=("HALO-04",),
        mistake="The prefix was written from memory.",
        apply=_identity(_Nameless),
        held_out=2,
    ),
    Fault(
        id="IDN-F922",
        title="On tickets, a token that has expired is good",
        promises=("HALO-04",),
        mistake="One route decodes the token itself, without the check of exp.",
        apply=_identity(_UnendingOnTickets),
        held_out=2,
    ),
    Fault(
        id="LIM-F923",
        title="The chat counts an emoji of the behavior context as two characters",
        promises=("HALO-07",),
        mistake="JavaScript's idea of length.",
        apply=answers(_long_in_units, _too_long),
        held_out=2,
    ),
    Fault(
        id="LIM-F924",
        title="The stream takes a history of any length, and drops all but its last 50 messages",
        promises=("HALO-07",),
        mistake="The history is cut for the model before anybody measures it.",
        apply=requests(_has_long_history, _latest),
        held_out=2,
    ),
    Fault(
        id="STA-F925",
        title="An update of a user leaves out the traits that are 0, false or empty",
        promises=("HALO-13",),
        mistake="if value: where the question was whether there is one.",
        apply=around_with_parts(_truthy_traits),
        held_out=2,
    ),
    Fault(
        id="STA-F926",
        title="To remove a user who is not in the series is 404",
        promises=("HALO-12", "HALO-08"),
        mistake="DELETE found no row, which was taken for an error.",
        apply=around_with_parts(_removed_once),
        held_out=2,
    ),
    Fault(
        id="STR-F927",
        title="Where there is no active agent, the stream is 200 and says so in an event",
        promises=("HALO-11", "HALO-09"),
        mistake="The agent is looked for once the stream has begun.",
        apply=answers(_no_agent_to_stream, _told_in_the_stream),
        held_out=2,
    ),
    Fault(
        id="ENV-F928",
        title="An empty org_id is 404",
        promises=("HALO-02",),
        mistake="The parameter was there, so that nobody looked at what it says.",
        apply=answers(
            _empty_org_id,
            lambda answered: _refused(answered, 404, "There is no organization with this org_id."),
        ),
        held_out=2,
    ),
)
