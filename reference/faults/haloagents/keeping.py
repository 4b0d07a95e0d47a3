"""Planted faults of what is kept of tickets, events and users where it is unlike most of it."""

from typing import Any

from sqlalchemy import update

from reference.faults.composition import around, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haloagents.access import TICKETS
from reference.faults.haloagents.limits import EVENTS, USERS, Body, taking
from reference.faults.held_out.known import known_data
from reference.haloagents.parts import Parts
from reference.haloagents.tables import fingerprint, users


def _in_unix_lines(body: Body) -> Body:
    text = body.get("description")
    return {**body, "description": text.replace("\r\n", "\n")} if isinstance(text, str) else body


async def _named_as_stored(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    events = asked.fields.get("events")
    if asked.path != EVENTS or answered.status != 400 or not isinstance(events, list):
        return answered
    names = [event.get("name") for event in events if isinstance(event, dict)]
    if "" in names[1:] and len(names) == len(events):
        await ask(asked.with_json({**asked.fields, "events": events[: names.index("", 1)]}))
    return answered


def _trimmed(event: Any) -> Any:
    name = event.get("name") if isinstance(event, dict) else None
    return {**event, "name": name.strip()} if isinstance(name, str) and name.strip() else event


def _trimmed_names(body: Body) -> Body:
    events = body.get("events")
    return {**body, "events": [*map(_trimmed, events)]} if isinstance(events, list) else body


def _role_ends_with_plan(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        body, tenant = asked.fields, await tenant_of(parts, asked)
        is_signed = "user_token" in body
        if asked.path != USERS or is_signed or not body.get("plan") or "role" in body:
            return await ask(asked)
        plan = (await known_data(parts, asked, users, "user_id") or {}).get("plan")
        answered = await ask(asked)
        if answered.status != 200 or plan in {None, body["plan"]}:
            return answered
        user = {name: value for name, value in answered.json["user"].items() if name != "role"}
        is_it = (users.c.tenant == tenant) & (users.c.fingerprint == fingerprint(body["user_id"]))
        change = update(users).where(is_it).values(data=user)
        await parts.platform.database.write(lambda connection: connection.execute(change))
        return answered.with_json({**answered.json, "user": user})

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F4061",
        title="A ticket's lines end with LF, however they were sent",
        promises=("HALO-12",),
        mistake="Mail is sent of it, and the library for that reads and writes Unix lines.",
        apply=taking((TICKETS,), _in_unix_lines),
    ),
    Fault(
        id="LIF-F4062",
        title="Of a batch with an event without a name those before it are stored, and it is 400",
        promises=("HALO-13",),
        mistake="That a name is not empty is a constraint of the table, met half through a loop.",
        apply=around(_named_as_stored),
    ),
    Fault(
        id="LIF-F4063",
        title="Where no token tells it, a user's role is forgotten when the plan becomes another",
        promises=("HALO-12", "HALO-13"),
        mistake="Roles are those of a plan in the application that was built first.",
        apply=around_with_parts(_role_ends_with_plan),
    ),
    Fault(
        id="LIF-F4064",
        title="The spaces around an event's name are not stored",
        promises=("HALO-12",),
        mistake="Names are tidied, so that reports count them together.",
        apply=taking((EVENTS,), _trimmed_names),
    ),
)
