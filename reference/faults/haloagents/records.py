"""Planted faults of what organizations put down, and of how their requests end."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import delete, select, update

from reference.faults.composition import (
    answers,
    around,
    around_with_parts,
    errors_of,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haloagents.access import CONFIG, SERIES, TICKETS
from reference.faults.haloagents.limits import CHATS, COMPANIES, EVENTS, USERS, Body, taking
from reference.haloagents.parts import Parts
from reference.haloagents.tables import companies, fingerprint, tickets, users

_IDENTIFY = {USERS: (users, "user_id"), COMPANIES: (companies, "company_id")}
_TRACEBACK = (
    "Traceback (most recent call last):\n"
    '  File "/srv/widget/events.py", line 88, in store\n'
    "psycopg.errors.InvalidTextRepresentation: invalid input syntax for type json\n"
)
_KNOWN = {
    "message", "history", "behavior_context", "custom_fields", "user_id", "user_token", "subject",
    "description", "events", "email", "role", "plan", "traits", "context", "company_id",
    "series_id", "action",
}  # fmt: skip


def _is(path: str, status: int) -> Callable[[Asked, Answered], bool]:
    return lambda asked, answered: asked.path == path and answered.status == status


async def _good_events_stored(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    events = asked.fields.get("events")
    if asked.path == EVENTS and answered.status == 400 and isinstance(events, list):
        for event in events:
            await ask(asked.with_json({**asked.fields, "events": [event]}))
    return answered


async def _bad_events_skipped(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    events = asked.fields.get("events")
    if asked.path != EVENTS or answered.status != 400 or not isinstance(events, list):
        return answered
    single = [await ask(asked.with_json({**asked.fields, "events": [e]})) for e in events]
    stored = [each for each in single if each.status == 200]
    return stored[0].with_json({"stored": len(stored)}) if stored else answered


def forgetting(paths: tuple[str, ...], columns: tuple[str, ...]) -> Callable[[Parts], Parts]:
    """Forget what is known of a user or company before something more is said of it."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            tenant = await tenant_of(parts, asked)
            table, name = _IDENTIFY.get(asked.path, (users, ""))
            named = asked.fields.get(name)
            if tenant is not None and isinstance(named, str) and asked.path in paths:
                is_it = (table.c.tenant == tenant) & (table.c.fingerprint == fingerprint(named))
                database = parts.platform.database
                data = await database.read(
                    lambda connection: connection.scalar(select(table.c.data).where(is_it))
                )
                if data is not None:
                    left = {k: v for k, v in data.items() if k not in columns}
                    change = update(table).where(is_it).values(data=left)
                    await database.write(lambda connection: connection.execute(change))
            return await ask(asked)

        return tamper

    return around_with_parts(make)


def _second_time(path: str, status: int) -> Callable[[Parts], Parts]:
    """Refuse what was done before."""

    def make(_parts: Parts) -> Tamper:
        done: set[tuple[str, bytes]] = set()

        async def tamper(ask: Ask, asked: Asked) -> Answered:
            answered = await ask(asked)
            call = (asked.token, asked.body)
            if asked.path != path or answered.status != 200:
                return answered
            if call in done:
                return answered.with_status(status).with_json({"error": "This was done before."})
            done.add(call)
            return answered

        return tamper

    return around_with_parts(make)


def _tickets_lost(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path == TICKETS and answered.status == 200:
            made = delete(tickets).where(tickets.c.id == answered.json["ticket_id"])
            await parts.platform.database.write(lambda connection: connection.execute(made))
        return answered

    return tamper


async def _removes_nobody(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if asked.path == SERIES and answered.status == 200 and asked.fields.get("action") == "remove":
        await ask(asked.with_json({**asked.fields, "action": "enroll"}))
    return answered


async def _enrolls_anyone(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if asked.path != SERIES or answered.status != 404:
        return answered
    named = {name: asked.fields[name] for name in ("series_id", "user_id")}
    enrolled = {**named, "enrolled": asked.fields["action"] == "enroll"}
    return answered.with_status(200).with_json(enrolled)


async def _strict(ask: Ask, asked: Asked) -> Answered:
    if set(asked.fields) <= _KNOWN:
        return await ask(asked)
    answered = await ask(asked)
    if answered.status != 200:
        return answered
    return answered.with_status(400).with_json({"error": "A field of the body is unknown."})


def _without(name: str) -> Callable[[Body], Body]:
    return lambda body: {key: value for key, value in body.items() if key != name}


def _without_metadata(body: Body) -> Body:
    events = body.get("events")
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        return body
    if any(not isinstance(event.get("metadata", {}), dict) for event in events):
        return body
    return {**body, "events": [{"name": event["name"]} for event in events if "name" in event]}


def _nested(answered: Answered) -> Answered:
    return answered.with_json({"error": {"message": answered.json["error"]}})


def _without_agent(_asked: Asked, answered: Answered) -> bool:
    return answered.status == 404 and b"active agent" in answered.body


async def _deep_crashes(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.status == 400 and asked.method == "POST" and asked.json is None:
        return answered.with_status(500).with_text(_TRACEBACK)
    return answered


def _ok_for_creating(answered: Answered) -> Answered:
    return replace(answered, status=201)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F01",
        title="Of a batch with a bad event the good ones are stored, and it is 400",
        promises=("HALO-13",),
        mistake="Events are stored as they are read, without a transaction.",
        apply=around(_good_events_stored),
    ),
    Fault(
        id="LIF-F02",
        title="A bad event of a batch is skipped",
        promises=("HALO-13",),
        mistake="One bad event was not to spoil the others.",
        apply=around(_bad_events_skipped),
    ),
    Fault(
        id="LIF-F03",
        title="Traits replace those that are there",
        promises=("HALO-13",),
        mistake="The column is written as a whole.",
        apply=forgetting((USERS, COMPANIES), ("traits",)),
    ),
    Fault(
        id="LIF-F04",
        title="identify forgets the fields that are not sent",
        promises=("HALO-12", "HALO-13"),
        mistake="The row is written as a whole.",
        apply=forgetting((USERS, COMPANIES), ("email", "role", "plan")),
    ),
    Fault(
        id="LIF-F05",
        title="The same identify again is 400",
        promises=("HALO-13",),
        mistake="A row that is there already was thought to be an error.",
        apply=_second_time(USERS, 400),
    ),
    Fault(
        id="LIF-F06",
        title="A ticket is not kept",
        promises=("HALO-12",),
        mistake="The transaction is never committed.",
        apply=around_with_parts(_tickets_lost),
    ),
    Fault(
        id="LIF-F07",
        title="A ticket does not keep its user",
        promises=("HALO-12",),
        mistake="The field was lost on the way to the table.",
        apply=taking((TICKETS,), _without("user_id")),
    ),
    Fault(
        id="LIF-F08",
        title="Enrolling a user who is enrolled is 400",
        promises=("HALO-12",),
        mistake="The unique index says no.",
        apply=_second_time(SERIES, 400),
    ),
    Fault(
        id="LIF-F09",
        title="A removed user stays enrolled",
        promises=("HALO-12",),
        mistake="The delete names the wrong column.",
        apply=around(_removes_nobody),
    ),
    Fault(
        id="LIF-F10",
        title="An unknown series, or user, is enrolled with 200",
        promises=("HALO-09",),
        mistake="Nobody looks whether it is there.",
        apply=around(_enrolls_anyone),
    ),
    Fault(
        id="LIF-F11",
        title="Events do not keep their metadata",
        promises=("HALO-12",),
        mistake="The field was renamed on one side.",
        apply=taking((EVENTS,), _without_metadata),
    ),
    Fault(
        id="LIF-F12",
        title="A company's context is stored among its traits",
        promises=("HALO-12",),
        mistake="Both are put into one column.",
        apply=taking(
            (COMPANIES,),
            lambda body: (
                {**body, "traits": {**body["traits"], **body["context"]}}
                if isinstance(body.get("traits"), dict) and isinstance(body.get("context"), dict)
                else body
            ),
        ),
    ),
    Fault(
        id="STA-F31",
        title="A ticket is 201",
        promises=("HALO-08",),
        mistake="A created thing is 201 elsewhere.",
        apply=answers(_is(TICKETS, 200), _ok_for_creating),
    ),
    Fault(
        id="STA-F32",
        title="A bad request is 422",
        promises=("HALO-08",),
        mistake="The framework's default status for validation errors.",
        apply=errors_of(400, lambda answered: answered.with_status(422)),
    ),
    Fault(
        id="STA-F33",
        title="An organization without an active agent is 503",
        promises=("HALO-09",),
        mistake="Nobody there was thought to be a failure.",
        apply=answers(_without_agent, lambda answered: answered.with_status(503)),
    ),
    Fault(
        id="STA-F34",
        title="config of an organization without an active agent is 200 with null",
        promises=("HALO-09",),
        mistake="The agent became optional.",
        apply=answers(
            lambda asked, answered: asked.path == CONFIG and _without_agent(asked, answered),
            lambda answered: answered.with_status(200).with_json({"agent": None}),
        ),
    ),
    Fault(
        id="STA-F35",
        title="A chat without an active agent is an empty reply",
        promises=("HALO-09",),
        mistake="No agent says nothing.",
        apply=answers(
            lambda asked, answered: asked.path == CHATS[0] and _without_agent(asked, answered),
            lambda answered: answered.with_status(200).with_json({"reply": ""}),
        ),
    ),
    Fault(
        id="STA-F36",
        title="A field that is not documented is 400",
        promises=("HALO-07",),
        mistake="Validation was made strict; widgets of all ages call.",
        apply=around(_strict),
    ),
    Fault(
        id="ENV-F31",
        title="The error of a 401 is an object",
        promises=("HALO-08",),
        mistake="The gateway has an envelope of its own.",
        apply=errors_of(401, _nested),
    ),
    Fault(
        id="ENV-F32",
        title="An unknown route is answered by the framework",
        promises=("HALO-08",),
        mistake="The error handler is registered for the API's own errors only.",
        apply=answers(
            lambda _, answered: answered.status == 404 and b"path" in answered.body.lower(),
            lambda answered: answered.with_json({"detail": "Not Found"}),
        ),
    ),
    Fault(
        id="ENV-F33",
        title="A body that is not JSON is a traceback",
        promises=("HALO-08",),
        mistake="Debug mode is on.",
        apply=around(_deep_crashes),
    ),
    Fault(
        id="SCH-F31",
        title="A batch says that nothing was stored",
        promises=("HALO-12",),
        mistake="The count of rows is that of the last statement.",
        apply=answers(_is(EVENTS, 200), lambda answered: answered.with_json({"stored": 0})),
    ),
    Fault(
        id="SCH-F32",
        title="A batch says that one event was stored, whatever it holds",
        promises=("HALO-12",),
        mistake="The count of rows is that of the last statement.",
        apply=answers(_is(EVENTS, 200), lambda answered: answered.with_json({"stored": 1})),
    ),
    Fault(
        id="SCH-F33",
        title="The ticket's id is called id",
        promises=("HALO-12",),
        mistake="A serializer was changed and lost its alias.",
        apply=answers(
            _is(TICKETS, 200),
            lambda answered: answered.with_json({"id": answered.json["ticket_id"]}),
        ),
    ),
    Fault(
        id="SCH-F34",
        title="Every ticket has the same id",
        promises=("HALO-12",),
        mistake="The default of the column is computed once.",
        apply=answers(
            _is(TICKETS, 200), lambda answered: answered.with_json({"ticket_id": "tkt_1"})
        ),
    ),
)
