"""Planted faults of what is kept of tickets, events, users and companies, and by whom."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from reference.faults.composition import (
    answers,
    around,
    around_with_parts,
    requests,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haloagents.access import CONFIG, TICKETS
from reference.faults.haloagents.limits import CHATS, COMPANIES, EVENTS, USERS, taking
from reference.faults.haloagents.records import forgetting
from reference.haloagents.parts import Parts
from reference.haloagents.tables import fingerprint, tickets, users

Data = Mapping[str, Any]


async def _tickets_need_an_agent(ask: Ask, asked: Asked) -> Answered:
    if asked.path != TICKETS:
        return await ask(asked)
    question = json.dumps({"message": "Is anybody there?"}).encode()
    headers = {**asked.headers, "content-type": "application/json"}
    answered = await ask(replace(asked, path=CHATS[0], headers=headers).with_body(question))
    return answered.with_status(400) if answered.status == 404 else await ask(asked)


async def _longer_ids_fit(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    org_id = asked.parameter("org_id") or ""
    if asked.path != CONFIG or answered.status != 404 or not org_id.startswith("org_"):
        return answered
    return await ask(asked.with_query([("org_id", org_id[:-1])]))


def _nobody_asked(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path == TICKETS and answered.status == 200:
            is_it = tickets.c.id == answered.json["ticket_id"]
            database = parts.platform.database
            data: Data = await database.read(
                lambda connection: connection.scalars(select(tickets.c.data).where(is_it)).one()
            )
            left = {name: value for name, value in data.items() if name != "user_id"}
            change = update(tickets).where(is_it).values(data=left)
            await database.write(lambda connection: connection.execute(change))
        return answered

    return tamper


def _last_first(asked: Asked) -> Asked:
    events = asked.fields.get("events")
    if not isinstance(events, list):
        return asked
    return asked.with_json({**asked.fields, "events": events[::-1]})


def _without_empty(event: Any) -> Any:
    metadata = event.get("metadata") if isinstance(event, dict) else None
    if not isinstance(metadata, dict):
        return event
    return {**event, "metadata": {name: value for name, value in metadata.items() if value}}


def _only_told(body: dict[str, Any]) -> dict[str, Any]:
    events = body.get("events")
    return {**body, "events": [*map(_without_empty, events)]} if isinstance(events, list) else body


async def _known(parts: Parts, user_id: str, tenants: Any) -> Data:
    """Return what is known of a user in some organizations; nothing where it is not known."""
    wanted = select(users.c.data).where(users.c.fingerprint == fingerprint(user_id), tenants)
    data: Data | None = await parts.platform.database.read(
        lambda connection: connection.scalars(wanted).first()
    )
    return data or {}


def _deeply_merged(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant, user_id = await tenant_of(parts, asked), asked.fields.get("user_id")
        traits = asked.fields.get("traits")
        if asked.path != USERS or not isinstance(user_id, str) or not isinstance(traits, dict):
            return await ask(asked)
        before = (await _known(parts, user_id, users.c.tenant == tenant)).get("traits", {})
        merged = {
            name: {**before[name], **value}
            if isinstance(value, dict) and isinstance(before.get(name), dict)
            else value
            for name, value in traits.items()
        }
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


def _shared_traits(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant, user_id = await tenant_of(parts, asked), asked.fields.get("user_id")
        if asked.path != USERS or answered.status != 200 or not isinstance(user_id, str):
            return answered
        theirs = (await _known(parts, user_id, users.c.tenant != tenant)).get("traits", {})
        user = answered.json["user"]
        told = {**user, "traits": {**theirs, **user.get("traits", {})}}
        return answered.with_json({**answered.json, "user": told}) if theirs else answered

    return tamper


def _speechless(answered: Answered) -> Answered:
    return answered.with_json({**answered.json, "reply": " "})


def _is_foreign(asked: Asked, answered: Answered) -> bool:
    message = asked.fields.get("message")
    is_chat = asked.path == CHATS[0] and answered.status == 200
    return is_chat and isinstance(message, str) and any(letter > "\u2fff" for letter in message)


def _with_parts(make: Callable[[Parts], Tamper]) -> Callable[[Parts], Parts]:
    planted: Callable[[Parts], Parts] = around_with_parts(make)
    return planted


def _written_back(parts: Parts) -> Tamper:
    """Read what is known, think, and write that back with what was sent."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant, user_id = await tenant_of(parts, asked), asked.fields.get("user_id")
        if asked.path != USERS or not isinstance(user_id, str):
            return await ask(asked)
        before = await _known(parts, user_id, users.c.tenant == tenant)
        await asyncio.sleep(0.02)
        answered = await ask(asked)
        if answered.status == 200 and before:
            now = answered.json["user"]
            sent = asked.fields.get("traits") or {}
            data = {**now, "traits": {**before.get("traits", {}), **sent}}
            is_it = (users.c.tenant == tenant) & (users.c.fingerprint == fingerprint(user_id))
            change = update(users).where(is_it).values(data=data)
            await parts.platform.database.write(lambda connection: connection.execute(change))
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="STA-F37",
        title="Without an active agent no ticket is taken",
        promises=("HALO-09", "HALO-12"),
        mistake="The check stands before every route but the public one.",
        apply=around(_tickets_need_an_agent),
    ),
    Fault(
        id="STA-F38",
        title="An org_id with a letter too many is taken",
        promises=("HALO-09",),
        mistake="The column is as long as ids are, and the database cuts what it compares.",
        apply=around(_longer_ids_fit),
    ),
    Fault(
        id="LIF-F18",
        title="A message with Chinese characters is answered with a blank",
        promises=("HALO-10",),
        mistake="The reply is cut at what the filter does not know.",
        apply=answers(_is_foreign, _speechless),
    ),
    Fault(
        id="LIF-F13",
        title="Who wrote a ticket is not kept with it",
        promises=("HALO-12",),
        mistake="The user was meant for the check of identity only.",
        apply=_with_parts(_nobody_asked),
    ),
    Fault(
        id="LIF-F14",
        title="A batch of events is stored from its end",
        promises=("HALO-13",),
        mistake="The queue in between is a stack.",
        apply=requests(lambda asked: asked.path == EVENTS, _last_first),
    ),
    Fault(
        id="LIF-F19",
        title="Metadata that is null, false, 0 or empty is left out",
        promises=("HALO-12",),
        mistake="The warehouse was to be kept from empty columns.",
        apply=taking((EVENTS,), _only_told),
    ),
    Fault(
        id="LIF-F15",
        title="A trait that is an object is merged with what was there",
        promises=("HALO-13",),
        mistake="The merge is the library's, which is deep.",
        apply=_with_parts(_deeply_merged),
    ),
    Fault(
        id="LIF-F16",
        title="A user is told with traits that other organizations know of it",
        promises=("HALO-01", "HALO-12"),
        mistake="Traits are joined by the user's id alone.",
        apply=_with_parts(_shared_traits),
    ),
    Fault(
        id="LIF-F17",
        title="A company's traits replace those that are there",
        promises=("HALO-13",),
        mistake="Users are merged, companies were built first.",
        apply=forgetting((COMPANIES,), ("traits",)),
    ),
    Fault(
        id="LIF-F97",
        title="Of two updates of a user at one time, one loses its traits",
        promises=("HALO-13",),
        mistake="The user is read and written in two steps, with nothing between them locked.",
        apply=around_with_parts(_written_back),
    ),
)
