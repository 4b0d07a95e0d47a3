"""Faults of Leadiosa, planted from its documentation alone."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select, update

from generated.leadiosa.server.runtime import Request
from reference.faults.composition import around_with_parts, requests, tenant_of
from reference.faults.deliveries import attempts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.lists import CHUNKS, CONVERSATIONS, MESSAGES, NOTES, change_version
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import ARTICLE, CONTACT, CONVERSATION, Resource
from reference.leadiosa.security import Caller
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver

_PAGE = 25
_NAMED: Mapping[str, Resource] = {
    "conversations": CONVERSATION,
    "contacts": CONTACT,
    "knowledge": ARTICLE,
}
_REQUEST_ID = "x-request-id"


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _erasing_a_page(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    beyond = (
        select(columns.id)
        .where(columns.tenant == change.tenant, columns.contact_id == _named(request))
        .order_by(columns.seq.desc())
    )
    missed = change.connection.scalars(beyond).all()[_PAGE:]
    kept = [(on, row) for on in (MESSAGES, NOTES) for one in missed for row in change.rows(on, one)]
    written = work(change)
    for on, row in kept:
        change.replace(on, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _closing_since_the_first_time(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    entries, workspaces = tables.audit_entries.c, tables.workspaces
    closed = (entries.tenant == change.tenant) & (entries.action == "workspace.close")
    first = change.connection.scalar(select(func.min(entries.created_at)).where(closed))
    if first is not None:
        its_own = workspaces.c.tenant == change.tenant
        change.connection.execute(update(workspaces).where(its_own).values(closed_at=first))
    return written


def _told_once(parts: Parts) -> Parts:
    """Try an event again only where nobody at all has it."""
    received: set[str] = set()
    tried: set[tuple[str, str, str]] = set()

    def around_each(deliver: Deliver) -> Deliver:
        async def attempted(attempt: Attempt) -> Outcome:
            key = (attempt.event_id, attempt.url, attempt.secret)
            if key in tried and attempt.event_id in received:
                return Outcome(200, None)
            tried.add(key)
            outcome = await deliver(attempt)
            if outcome.delivered:
                received.add(attempt.event_id)
            return outcome

        return attempted

    planted: Callable[[Parts], Parts] = attempts(around_each)
    return planted(parts)


def _touching_the_conversation(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    change_version(change.connection, change.tenant, CONVERSATIONS.name(""))
    return written


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16


def _has_numbers(asked: Asked) -> bool:
    is_update = asked.method == "PATCH" and asked.path.startswith(f"{BASE_PATH}/contacts/")
    attributes = asked.fields.get("attributes")
    return is_update and isinstance(attributes, dict) and any(map(_is_number, attributes.values()))


def _as_numbers(asked: Asked) -> Asked:
    attributes = {
        name: int(value) if _is_number(value) else value
        for name, value in asked.fields["attributes"].items()
    }
    return asked.with_json({**asked.fields, "attributes": attributes})


def _callers_request_id(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        given, own = asked.headers.get(_REQUEST_ID), answered.headers.get(_REQUEST_ID)
        if not given or own is None:
            return answered
        entries = tables.audit_entries
        logged = update(entries).where(entries.c.request_id == own).values(request_id=given)
        if asked.method not in {"GET", "HEAD"}:
            await parts.platform.database.write(lambda connection: connection.execute(logged))
        named = answered.with_header(_REQUEST_ID, given)
        if answered.code is None:
            return named
        return named.with_json({"error": {**answered.json["error"], "request_id": given}})

    return tamper


def _looking_first(parts: Parts) -> Tamper:
    """Look for what a token may not change before it is told so."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        kind, _, rest = asked.path.removeprefix(f"{BASE_PATH}/").partition("/")
        resource, row_id = _NAMED.get(kind), rest.partition("/")[0]
        tenant = await tenant_of(parts, asked)
        is_refused = answered.status == 403 and tenant is not None
        if not is_refused or resource is None or not row_id:
            return answered
        found = await parts.platform.database.read(
            lambda connection: resource.find(connection, str(tenant), row_id)
        )
        if found is not None:
            return answered
        missing = resource.missing(row_id)
        error = {"code": missing.code, "message": missing.message}
        told = {"error": {**answered.json["error"], **error}}
        return answered.with_status(missing.status).with_json(told)

    return tamper


def _keeping_the_tail(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.rows(CHUNKS, _named(request))
    written = work(change)
    count = len(change.rows(CHUNKS, _named(request)))
    names = ("id", "article_id", "position", "content")
    tail = [{name: getattr(row, name) for name in names} for row in before if row.position >= count]
    change.insert(CHUNKS, tail)
    return written


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PRI-F4249",
        title="Erasure reaches the 25 newest conversations of a contact and no other",
        promises=("LEAD-14",),
        mistake="The conversations are found with the query of the list, its page size included.",
        apply=reworking("contact.delete", _erasing_a_page),
        held_out=21,
    ),
    Fault(
        id="LIF-F4250",
        title="A workspace that is closed again has the closed_at of the first time",
        promises=("LEAD-19",),
        mistake="closed_at is looked up in the audit log, where the oldest entry is found first.",
        apply=reworking("workspace.close", _closing_since_the_first_time),
        held_out=21,
    ),
    Fault(
        id="WHK-F4251",
        title="An event that one endpoint has is not sent again to another that failed",
        promises=("LEAD-17",),
        mistake="Whether it was delivered is kept with the event, not with the delivery.",
        apply=_told_once,
        held_out=21,
    ),
    Fault(
        id="PAG-F4252",
        title="A message ends the cursors of the list of conversations",
        promises=("LEAD-10",),
        mistake="A new message touches the conversation that it is in.",
        apply=reworking("message.create", _touching_the_conversation),
        held_out=21,
    ),
    Fault(
        id="SCH-F4253",
        title="An attribute that is a text of digits becomes a number",
        promises=("LEAD-14",),
        mistake="Attributes pass through the reader of the CSV import.",
        apply=requests(_has_numbers, _as_numbers),
        held_out=21,
    ),
    Fault(
        id="ENV-F4254",
        title="The X-Request-Id that a client sends is taken for the request's",
        promises=("LEAD-07",),
        mistake="The middleware for tracing goes on with an id that is there already.",
        apply=around_with_parts(_callers_request_id),
        held_out=21,
    ),
    Fault(
        id="STA-F4255",
        title="A read-only token's write to what is not there is 404",
        promises=("LEAD-08",),
        mistake="The thing is loaded before the role is checked.",
        apply=around_with_parts(_looking_first),
        held_out=21,
    ),
    Fault(
        id="LIF-F4256",
        title="An article that becomes shorter keeps the chunks of its old end",
        promises=("LEAD-16",),
        mistake="Chunks are overwritten by position, and those left over are not removed.",
        apply=reworking("article.update", _keeping_the_tail),
        held_out=21,
    ),
)
