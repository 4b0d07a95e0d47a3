"""Faults of HaloAgents, the fifth set planted from its documentation alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, delete
from starlette.types import Message

from generated.haloagents.server import models
from reference.clock import Clock
from reference.faults.composition import (
    answers,
    around_with_parts,
    reheading,
    requests,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper, is_stream
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, tickets, users

_MINUTE = 60_000_000
"""In microseconds."""
_LONGEST_HISTORY = 50
_LARGEST_TRAITS = 20_000
_ORIGIN = "access-control-allow-origin"
_EVENT_FIELDS = {"name", "metadata"}
_IDENTIFIED = {
    f"{BASE_PATH}/users/identify": (users, "user_id"),
    f"{BASE_PATH}/companies/identify": (companies, "company_id"),
}


def _checked_where_sent(parts: Parts) -> Tamper:
    """Refuse a key that is none, also where none is asked for."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        is_read = asked.path == f"{BASE_PATH}/config" and asked.method in {"GET", "HEAD"}
        is_sent = is_read and "authorization" in asked.headers
        if is_sent and await tenant_of(parts, asked) is None:
            return await ask(replace(asked, method="POST", path=f"{BASE_PATH}/chat"))
        return await ask(asked)

    return tamper


@dataclass(frozen=True, slots=True)
class _LateSetting:
    """Knows for a minute whether an organization had identities verified."""

    inner: IdentityCheck
    clock: Clock
    known: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        now, setting = self.clock.microseconds(), organization.verifies_identity
        at, before = self.known.get(organization.tenant, (now, setting))
        if now - at >= _MINUTE:
            at, before = now, setting
        self.known[organization.tenant] = (at, before)
        return self.inner.identity(replace(organization, verifies_identity=before), body)


def _known_late(parts: Parts) -> Parts:
    return replace(parts, identity=_LateSetting(parts.identity, parts.platform.clock))


@dataclass(frozen=True, slots=True)
class _FreeToLeave:
    """Asks for no proof of a user who is removed from a series."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        if isinstance(body, models.SeriesRequest) and body.action == "remove":
            return None
        return self.inner.identity(organization, body)


def _kept_if_empty(parts: Parts) -> Tamper:
    """Send the known value of each trait that is to become false, nothing, or empty."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if asked.path not in _IDENTIFIED or not isinstance(traits, dict) or all(traits.values()):
            return await ask(asked)
        known = await known_data(parts, asked, *_IDENTIFIED[asked.path]) or {}
        before = known.get("traits", {})
        merged = {name: value or before.get(name, value) for name, value in traits.items()}
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


def _twice_on_streams(message: Message, headers: dict[str, str]) -> dict[str, str]:
    return {**headers, _ORIGIN: "*, *"} if is_stream(message) else headers


def _escaped_size(fields: Mapping[str, Any]) -> int:
    """Return the size of traits and context where all but ASCII is escaped."""
    payload = [fields[name] for name in ("traits", "context") if name in fields]
    return sum(len(json.dumps(part, separators=(",", ":"))) for part in payload)


def _is_too_large_escaped(asked: Asked) -> bool:
    is_user = asked.path == f"{BASE_PATH}/users/identify"
    return is_user and _escaped_size(asked.fields) > _LARGEST_TRAITS


def _too_large(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "traits": {"size": "x" * _LARGEST_TRAITS}})


def _is_unknown(event: object) -> bool:
    return isinstance(event, dict) and not event.keys() <= _EVENT_FIELDS


def _has_unknown_field(asked: Asked) -> bool:
    batch = asked.fields.get("events")
    has_unknown = isinstance(batch, list) and any(_is_unknown(event) for event in batch)
    return has_unknown and asked.path == f"{BASE_PATH}/events"


def _spoiled(asked: Asked) -> Asked:
    batch = [None if _is_unknown(event) else event for event in asked.fields["events"]]
    return asked.with_json({**asked.fields, "events": batch})


def _has_no_reply(asked: Asked, answered: Answered) -> bool:
    return asked.path == f"{BASE_PATH}/chat" and answered.status == 500


def _apology(answered: Answered) -> Answered:
    sorry = "Sorry, I cannot answer that right now. Please try again later."
    return answered.with_status(200).with_json({"reply": sorry})


def _is_said(message: object) -> bool:
    match message:
        case {"role": "user" | "assistant", "content": str()}:
            return True
    return False


def _streams_history(asked: Asked) -> bool:
    history = asked.fields.get("history")
    return (
        asked.path == f"{BASE_PATH}/chat/stream"
        and isinstance(history, list)
        and 0 < len(history) <= _LONGEST_HISTORY
        and all(_is_said(message) for message in history)
    )


def _without_history(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "history": []})


def _once_a_minute(parts: Parts) -> Tamper:
    """Keep no second ticket with a subject; answer with the first."""
    first: dict[tuple[object, ...], tuple[int, str]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != f"{BASE_PATH}/tickets/create" or answered.status != 200:
            return answered
        tenant, made = await tenant_of(parts, asked), answered.json["ticket_id"]
        name = (tenant, asked.fields.get("user_id"), asked.fields["subject"])
        now = parts.platform.clock.microseconds()
        at, ticket_id = first.get(name, (now, made))
        if ticket_id == made or now - at >= _MINUTE:
            first[name] = (now, made)
            return answered

        def drop(connection: Connection) -> None:
            connection.execute(delete(tickets).where(tickets.c.id == made))

        await parts.platform.database.write(drop)
        return answered.with_json({"ticket_id": ticket_id})

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F1211",
        title="The configuration is 401 where a key is sent that is none",
        promises=("HALO-02",),
        mistake="What authenticates stands before every endpoint, and lets pass who sends nothing.",
        apply=around_with_parts(_checked_where_sent),
        held_out=5,
    ),
    Fault(
        id="IDN-F1212",
        title="That identities are to be verified is known up to a minute late",
        promises=("HALO-04",),
        mistake="The settings of an organization are cached, and a change does not clear them.",
        apply=_known_late,
        held_out=5,
    ),
    Fault(
        id="IDN-F1213",
        title="A user is removed from a series without a token",
        promises=("HALO-04",),
        mistake="Links to unsubscribe were to work for everybody.",
        apply=lambda parts: replace(parts, identity=_FreeToLeave(parts.identity)),
        held_out=5,
    ),
    Fault(
        id="STA-F1214",
        title="A trait that is false, 0 or empty does not replace the one that is known",
        promises=("HALO-13",),
        mistake="The new value is taken by its truth, or else the old one.",
        apply=around_with_parts(_kept_if_empty),
        held_out=5,
    ),
    Fault(
        id="CRS-F1215",
        title="A stream allows its origin twice",
        promises=("HALO-06",),
        mistake="The endpoint that streams writes the header itself, and so does what is around.",
        apply=reheading(_twice_on_streams),
        held_out=5,
    ),
    Fault(
        id="LIM-F1216",
        title="Traits and context of a user are measured with all but ASCII escaped",
        promises=("HALO-07",),
        mistake="The library that writes JSON escapes unless it is told not to.",
        apply=requests(_is_too_large_escaped, _too_large),
        held_out=5,
    ),
    Fault(
        id="ENV-F1217",
        title="An event with a field that is not documented is refused",
        promises=("HALO-08",),
        mistake="The schema of an event was made strict, which that of the batch is not.",
        apply=requests(_has_unknown_field, _spoiled),
        held_out=5,
    ),
    Fault(
        id="ENV-F1218",
        title="A chat whose agent fails is answered with an apology, as a success",
        promises=("HALO-08", "HALO-10"),
        mistake="The widget was to show something friendly.",
        apply=answers(_has_no_reply, _apology),
        held_out=5,
    ),
    Fault(
        id="STR-F1219",
        title="A reply that is streamed does not know the history",
        promises=("HALO-11",),
        mistake="The handler was copied before the history was added to the other.",
        apply=requests(_streams_history, _without_history),
        held_out=5,
    ),
    Fault(
        id="LIF-F1220",
        title="A second ticket of the same subject within a minute is dropped",
        promises=("HALO-12",),
        mistake="Impatient visitors press the button twice.",
        apply=around_with_parts(_once_a_minute),
        held_out=5,
    ),
)
