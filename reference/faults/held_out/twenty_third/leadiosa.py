"""Faults of Leadiosa, planted from its documentation alone."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from generated.leadiosa.server.runtime import ApiError, Request
from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Rework, Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.lists import API, AUDIT, List
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.redaction import REDACTED
from reference.leadiosa.resources import CONTACT
from reference.leadiosa.security import Caller
from reference.storage.tables import api_keys
from reference.webhooks.tables import subscriptions

_CONTACTS = f"{BASE_PATH}/contacts/"
_TEXTS = ("/messages", "/notes")
_OVERRIDE = "x-http-method-override"
_OVERRIDING = frozenset({"PATCH", "PUT", "DELETE"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")

_OF_GOOD_TOKENS = tables.audit_entries.c.token_id.in_(
    select(api_keys.c.id).where(api_keys.c.expires_at.is_(None))
)
_JOINED = replace(AUDIT, among=_OF_GOOD_TOKENS)


class _Joining(Reader):
    """Reads the audit log with the tokens that there are."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        joined = _JOINED if of.kind == AUDIT.kind else of
        return await Reader.page(self, joined, tenant, after, limit, parent_id)


def _joining(parts: Parts) -> Parts:
    return replace(parts, reader=_Joining(parts.reader.database, parts.reader.cursors))


def _each_address_once(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONTACT, request.path.rpartition("/")[2])
    written = work(change)
    email = written.answer.email
    if before is None or email is None or email == before.email:
        return written
    columns = tables.contacts.c
    same = select(columns.id).where(columns.email == email, columns.id != before.id)
    if change.connection.scalar(same.limit(1)) is not None:
        raise ApiError(409, "email_taken", "There is a contact with this email already.")
    return written


def _in_utc(text: str) -> str:
    """Return a moment in UTC, with milliseconds; any other text as it is."""
    if _MOMENT.fullmatch(text) is None:
        return text
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return text
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _has_attributes(asked: Asked) -> bool:
    is_contact = asked.path.startswith(_CONTACTS) and asked.method == "PATCH"
    return is_contact and isinstance(asked.fields.get("attributes"), dict)


def _with_read_moments(asked: Asked) -> Asked:
    given = asked.fields["attributes"]
    read = {
        name: _in_utc(value) if isinstance(value, str) else value for name, value in given.items()
    }
    return asked if read == given else asked.with_json({**asked.fields, "attributes": read})


def _remembering(erased: dict[tuple[str, str], str]) -> Rework:
    """Keep what an erased contact was called."""

    def rework(request: Request[Caller], change: Change, work: Work, /) -> Written[Any]:
        contact = change.find(CONTACT, request.path.rpartition("/")[2])
        written = work(change)
        if contact is not None:
            called = contact.name or contact.email or contact.phone or contact.id
            erased[change.tenant, contact.id] = called
        return written

    return rework


def _telling(erased: dict[tuple[str, str], str]) -> Callable[[Parts], Tamper]:
    """Say of an erased contact what it was called."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            answered = await ask(asked)
            if answered.code != "contact_not_found":
                return answered
            tenant = await tenant_of(parts, asked)
            called = erased.get((tenant or "", asked.path.removeprefix(_CONTACTS)))
            if called is None:
                return answered
            error = {**answered.json["error"], "message": f"Contact {called} was erased."}
            return answered.with_json({"error": error})

        return tamper

    return make


def _with_tombstones(parts: Parts) -> Parts:
    erased: dict[tuple[str, str], str] = {}
    told: Parts = around_with_parts(_telling(erased))(parts)
    return reworking("contact.delete", _remembering(erased))(told)


def _has_texts(asked: Asked, answered: Answered) -> bool:
    return asked.path.endswith(_TEXTS) and answered.status < 300


def _marked_by_its_text(answered: Answered) -> Answered:
    match answered.json:
        case {"data": [*rows], **rest}:
            return answered.with_json({**rest, "data": [_marked(row) for row in rows]})
    return answered.with_json(_marked(answered.json))


def _marked(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "redacted": True} if row["body"] == REDACTED.body else row


def _beginning_anew(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    kept, workspaces = tables.list_versions, tables.workspaces
    for statement in (
        update(kept).where(kept.c.tenant == change.tenant).values(version=kept.c.version + 1),
        update(workspaces)
        .where(workspaces.c.tenant == change.tenant)
        .values(generation=workspaces.c.generation + 1),
    ):
        change.connection.execute(statement)
    return written


def _removing_by_url(parts: Parts) -> Parts:
    """Remove endpoints by where they are."""

    def rework(_: Request[Caller], change: Change, work: Work, /) -> Written[Any]:
        columns = subscriptions.c
        its_own = select(columns.id, columns.url).where(
            columns.api == API, columns.tenant == change.tenant
        )
        urls = {row.id: row.url for row in change.connection.execute(its_own).all()}
        written = work(change)
        url = urls.pop(written.resource_id)
        for other, its_url in urls.items():
            if its_url == url:
                known = parts.platform.subscriptions
                known.remove(change.connection, API, change.tenant, other)
        return written

    return reworking("webhook.delete", rework)(parts)


def _is_overridden(asked: Asked) -> bool:
    return asked.method == "POST" and asked.headers.get(_OVERRIDE, "").upper() in _OVERRIDING


def _overriding(asked: Asked) -> Asked:
    return replace(asked, method=asked.headers[_OVERRIDE].upper())


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F4625",
        title="What a token did leaves the audit log when the token is rotated",
        promises=("LEAD-18",),
        mistake="The log is read with an inner join of the tokens that are good.",
        apply=_joining,
        held_out=23,
    ),
    Fault(
        id="TEN-F4626",
        title="A contact cannot get an email that one of any workspace has",
        promises=("LEAD-14", "LEAD-08"),
        mistake="A unique index has the address, and not the workspace.",
        apply=reworking("contact.update", _each_address_once),
        held_out=23,
    ),
    Fault(
        id="SCH-F4627",
        title="An attribute that reads as a moment comes back in UTC, with milliseconds",
        promises=("LEAD-14",),
        mistake="The JSON library makes dates of texts that look like some.",
        apply=requests(_has_attributes, _with_read_moments),
        held_out=23,
    ),
    Fault(
        id="PRI-F4628",
        title="The 404 of an erased contact says what it was called",
        promises=("LEAD-14",),
        mistake="A friendlier message, from the tombstone of the row.",
        apply=_with_tombstones,
        held_out=23,
    ),
    Fault(
        id="SCH-F4629",
        title="A text that somebody wrote as [redacted] is said to be redacted",
        promises=("LEAD-13", "LEAD-15", "LEAD-14"),
        mistake="The mark is not kept; it is read off the text.",
        apply=answers(_has_texts, _marked_by_its_text),
        held_out=23,
    ),
    Fault(
        id="PAG-F4630",
        title="Closing the workspace ends the cursors of all lists",
        promises=("LEAD-10", "LEAD-19"),
        mistake="The status of the workspace counts among the data of each list.",
        apply=reworking("workspace.close", _beginning_anew),
        held_out=23,
    ),
    Fault(
        id="WHK-F4631",
        title="Removing an endpoint removes others with the same URL",
        promises=("LEAD-17",),
        mistake="The row is found by its id, and deleted by its URL.",
        apply=_removing_by_url,
        held_out=23,
    ),
    Fault(
        id="STA-F4632",
        title="X-HTTP-Method-Override makes PATCH, PUT or DELETE of a POST",
        promises=("LEAD-08",),
        mistake="Middleware for old proxies was left on.",
        apply=requests(_is_overridden, _overriding),
        held_out=23,
    ),
)
