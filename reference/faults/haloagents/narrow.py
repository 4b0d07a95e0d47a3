"""Planted faults that show in one place only: one state, one sender, the later part of a batch."""

import html
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from reference.faults.composition import (
    answers,
    around,
    around_with_parts,
    requests,
    retelling,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.faults.haloagents.access import CONFIG, SERIES
from reference.faults.haloagents.limits import CHATS, EVENTS, USERS
from reference.faults.haloagents.streams import STREAM
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import Parts
from reference.haloagents.records import UnknownRecordError, set_enrollment
from reference.haloagents.tables import users
from reference.service import UnknownOrganizationError

_ORIGIN = "access-control-allow-origin"
_LONGEST_MESSAGE = 10_000
_STORED_WHOLE = 50
_LONGEST_LIST = 10


def _error(status: int, text: str) -> Answered:
    answer = refusal(status, "", "").with_json({"error": text})
    return answer.with_header(_ORIGIN, "*")


def _unreadable(applies: Callable[[Asked, Answered], bool]) -> Callable[[Parts], Parts]:
    return answers(applies, lambda answered: answered.without_header(_ORIGIN))


def _is_long_markup(asked: Asked) -> bool:
    message = asked.fields.get("message")
    return (
        asked.path in CHATS
        and isinstance(message, str)
        and len(message) <= _LONGEST_MESSAGE < len(html.escape(message))
    )


def _one_too_many(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "message": "a" * (_LONGEST_MESSAGE + 1)})


async def _user_first(ask: Ask, asked: Asked) -> Answered:
    match asked.fields.get("history"):
        case [{"role": "assistant"}, *_] if asked.path == STREAM:
            return _error(400, "A history begins with a message of the user.")
    return await ask(asked)


async def _nobody_to_send_them(ask: Ask, asked: Asked) -> Answered:
    if asked.path != SERIES:
        return await ask(asked)
    answered = await ask(replace(asked, path=CHATS[0]).with_json({"message": "Hello"}))
    return answered if answered.status == 404 else await ask(asked)


def _closed_configuration(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != CONFIG or asked.token:
            return answered
        try:
            organization = await parts.organizations.of_id(asked.parameter("org_id") or "")
        except UnknownOrganizationError:
            return answered
        if not organization.verifies_identity:
            return answered
        return _error(401, "Send a key.").with_header("www-authenticate", "Bearer")

    return tamper


def _done_all_the_same(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if asked.path != SERIES or answered.status != 403 or tenant is None:
            return answered
        body = asked.fields
        change = partial(
            set_enrollment,
            tenant=tenant,
            series_id=body["series_id"],
            user_id=body["user_id"],
            enrolled=body["action"] == "enroll",
        )
        try:
            await parts.platform.database.write(change)
        except UnknownRecordError:
            return answered
        return answered

    return tamper


def _nothing_new(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if asked.path == USERS and traits and isinstance(traits, dict):
            known = await known_data(parts, asked, users, "user_id") or {}
            if traits.items() <= known.get("traits", {}).items():
                return await ask(asked.with_json({"user_id": asked.fields["user_id"]}))
        return await ask(asked)

    return tamper


def _bare_after_fifty(asked: Asked) -> Asked:
    events = asked.fields.get("events")
    if not isinstance(events, list):
        return asked
    later = [
        {name: value for name, value in event.items() if name != "metadata"}
        if isinstance(event, dict) and isinstance(event.get("metadata"), dict)
        else event
        for event in events[_STORED_WHOLE:]
    ]
    return asked.with_json({**asked.fields, "events": [*events[:_STORED_WHOLE], *later]})


def _ten_of_each(asked: Asked) -> Asked:
    traits = asked.fields.get("traits")
    if not isinstance(traits, dict):
        return asked
    shorter: dict[str, Any] = {
        name: value[:_LONGEST_LIST] if isinstance(value, list) else value
        for name, value in traits.items()
    }
    return asked.with_json({**asked.fields, "traits": shorter})


def _telling_why() -> Callable[[bytes], Sequence[bytes]]:
    said = json.dumps({"error": "AgentError: the agent stopped (agent.py, line 41)"})

    def retell(event: bytes) -> Sequence[bytes]:
        if event.startswith(b"event: error\n"):
            return [f"event: error\ndata: {said}\n\n".encode()]
        return [event] if event else ()

    return retell


@dataclass(frozen=True, slots=True)
class _BlankIsNobody:
    """Takes a user of blanks alone for none."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        if body.user_id is not None and not body.user_id.strip():
            return None
        return self.inner.identity(organization, body)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="COR-F2961",
        title="A preflight of an unknown path has no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="The router answers before the CORS middleware does.",
        apply=_unreadable(
            lambda asked, answered: (asked.method, answered.status) == ("OPTIONS", 404)
        ),
    ),
    Fault(
        id="COR-F2962",
        title="A page of an extension gets no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="Only origins of http and https are thought of.",
        apply=_unreadable(
            lambda asked, _: not asked.headers.get("origin", "http").startswith(("http", "null"))
        ),
    ),
    Fault(
        id="LIM-F2963",
        title="A message is measured with its markup escaped",
        promises=("HALO-07",),
        mistake="It is escaped before it is checked.",
        apply=requests(_is_long_markup, _one_too_many),
    ),
    Fault(
        id="SSE-F2964",
        title="A stream refuses a history that begins with a message of the assistant",
        promises=("HALO-11", "HALO-10"),
        mistake="The model behind the stream asks for that.",
        apply=around(_user_first),
    ),
    Fault(
        id="LIF-F2965",
        title="Without an active agent, no series is changed",
        promises=("HALO-09", "HALO-12"),
        mistake="All routes but those of identities share one guard.",
        apply=around(_nobody_to_send_them),
    ),
    Fault(
        id="AUT-F2966",
        title="Where identities are verified, the configuration needs a key",
        promises=("HALO-02",),
        mistake="The switch is read as one for everything.",
        apply=around_with_parts(_closed_configuration),
    ),
    Fault(
        id="JWT-F2967",
        title="A user without a proof is enrolled, or removed, though the answer is 403",
        promises=("HALO-04", "HALO-12"),
        mistake="The change is queued before the token is looked at.",
        apply=around_with_parts(_done_all_the_same),
    ),
    Fault(
        id="LIF-F2968",
        title="From the 51st event of a batch on, no metadata is stored",
        promises=("HALO-12", "HALO-13"),
        mistake="Batches are written in two parts, by two statements.",
        apply=requests(lambda asked: asked.path == EVENTS, _bare_after_fifty),
    ),
    Fault(
        id="SSE-F2969",
        title="The error event of a stream says what was raised",
        promises=("HALO-08", "HALO-11"),
        mistake="The exception's text is the message.",
        apply=retelling(_telling_why),
    ),
    Fault(
        id="LIF-F2970",
        title="Who is identified with traits that are known keeps their email, role and plan",
        promises=("HALO-12", "HALO-13"),
        mistake="Where no trait is new, nothing is written.",
        apply=around_with_parts(_nothing_new),
    ),
    Fault(
        id="JWT-F2971",
        title="A user whose id is of blanks alone needs no token",
        promises=("HALO-04",),
        mistake="Ids are trimmed before it is asked whether there is one.",
        apply=lambda parts: replace(parts, identity=_BlankIsNobody(parts.identity)),
    ),
    Fault(
        id="LIF-F2972",
        title="Of a trait that is a list, ten items are kept",
        promises=("HALO-12", "HALO-13"),
        mistake="The limit of what is shown is one of what is stored.",
        apply=requests(lambda asked: asked.path == USERS, _ten_of_each),
    ),
)
