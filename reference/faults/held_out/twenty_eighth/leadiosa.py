"""Faults of Leadiosa, planted from its documentation alone."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import Connection, select, update

from generated.leadiosa.server.runtime import Request
from reference.cursors import Scope
from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.cursors import Rescoped
from reference.faults.deliveries import received
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa import tables
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.knowledge import chunks_of
from reference.leadiosa.lists import CHUNKS, MESSAGES
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import ARTICLE
from reference.leadiosa.security import Caller
from reference.leadiosa.workspace import workspace_of

_BATCH = 25
_GONE = 410
_READING = {"GET", "HEAD", "OPTIONS"}
_IN_A_QUERY = "/:@!$&'()*+,;=~-._?"
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _redacting_a_batch(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    columns = tables.conversations.c
    its_own = select(columns.id).where(
        columns.tenant == change.tenant, columns.contact_id == _named(request)
    )
    ids = change.connection.scalars(its_own).all()
    missed = [row for conversation in ids for row in change.rows(MESSAGES, conversation)[_BATCH:]]
    written = work(change)
    for row in missed:
        change.replace(MESSAGES, [row], {"body": row.body, "redacted": row.redacted})
    return written


def _cutting_always(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(ARTICLE, _named(request))
    written = work(change)
    if before is not None and before.content == written.answer.content:
        change.delete(CHUNKS, change.rows(CHUNKS, before.id))
        change.insert(CHUNKS, chunks_of(before.id, before.content))
    return written


def _of_kind(scope: Scope) -> Scope:
    return {**scope, "list": str(scope["list"]).partition("/")[0]}


def _bound_to_kinds(parts: Parts) -> Parts:
    honest = parts.reader.cursors
    cursors = replace(honest, cursors=Rescoped(honest.cursors, _of_kind))
    return replace(parts, reader=replace(parts.reader, cursors=cursors))


def _has_attributes(asked: Asked) -> bool:
    is_contact = asked.method == "PATCH" and asked.path.startswith(f"{BASE_PATH}/contacts/")
    return is_contact and isinstance(asked.fields.get("attributes"), dict)


def _in_snake_case(asked: Asked) -> Asked:
    given: dict[str, Any] = asked.fields["attributes"]
    named = {_CAPITAL.sub(r"_\1", name).lower(): value for name, value in given.items()}
    return asked.with_json({**asked.fields, "attributes": named})


def _closed_once(parts: Parts) -> Parts:
    first: dict[tuple[str, int], int] = {}

    def closing(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
        written = work(change)
        at = first.setdefault((change.tenant, change.workspace.generation), change.at)
        of_tenant = tables.workspaces.c.tenant == change.tenant
        change.connection.execute(update(tables.workspaces).where(of_tenant).values(closed_at=at))
        return written

    return reworking("workspace.close", closing)(parts)


def _is_redirect(_asked: Asked, answered: Answered) -> bool:
    return answered.status == 308 and "location" in answered.headers


def _decoded_query(answered: Answered) -> Answered:
    path, mark, query = answered.headers["location"].partition("?")
    return answered.with_header("location", path + mark + quote(unquote(query), safe=_IN_A_QUERY))


def _closed_before_forbidden(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_life = asked.path.startswith(f"{BASE_PATH}/workspace")
        if answered.code != "forbidden" or asked.method in _READING or is_life:
            return answered
        tenant = await tenant_of(parts, asked)
        if tenant is None or not await _is_closed(parts, tenant):
            return answered
        told = {"code": "workspace_closed", "message": "This workspace is closed."}
        error = {**answered.json["error"], **told}
        return answered.with_status(409).with_json({"error": error})

    return tamper


async def _is_closed(parts: Parts, tenant: str) -> bool:
    def read(connection: Connection) -> bool:
        return workspace_of(connection, tenant).closed_at is not None

    return await parts.platform.database.read(read)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PRI-F4871",
        title="Erasure leaves what follows the first 25 messages of a conversation as it is",
        promises=("LEAD-14",),
        mistake="The messages are read as a list is, which has pages.",
        apply=reworking("contact.delete", _redacting_a_batch),
        held_out=28,
    ),
    Fault(
        id="PAG-F4872",
        title="An article's new title ends the cursors of its chunks",
        promises=("LEAD-10",),
        mistake="Each change of an article cuts it anew, into the same chunks.",
        apply=reworking("article.update", _cutting_always),
        held_out=28,
    ),
    Fault(
        id="PAG-F4873",
        title="A cursor of one conversation's messages is taken for those of another",
        promises=("LEAD-10",),
        mistake="Cursors are bound to the kind of a list, and not to whose it is.",
        apply=_bound_to_kinds,
        held_out=28,
    ),
    Fault(
        id="WHK-F4874",
        title="A delivery that is answered 410 is not retried",
        promises=("LEAD-17",),
        mistake="What is gone was thought to be gone for good.",
        apply=received(lambda outcome: outcome.status == _GONE),
        held_out=28,
    ),
    Fault(
        id="SCH-F4875",
        title="Names of attributes in camel case are kept in snake case",
        promises=("LEAD-14",),
        mistake="The fields of a body are renamed at every depth.",
        apply=requests(_has_attributes, _in_snake_case),
        held_out=28,
    ),
    Fault(
        id="LIF-F4876",
        title="Closed a second time, a workspace is closed since the first time",
        promises=("LEAD-19",),
        mistake="closed_at is written where it was never written before.",
        apply=_closed_once,
        held_out=28,
    ),
    Fault(
        id="TLS-F4877",
        title="The redirect to HTTPS decodes the query",
        promises=("LEAD-01",),
        mistake="The URL is put together from parameters that were decoded.",
        apply=answers(_is_redirect, _decoded_query),
        held_out=28,
    ),
    Fault(
        id="STA-F4878",
        title="In a closed workspace, a write with a read-only token is 409",
        promises=("LEAD-08", "LEAD-19"),
        mistake="The workspace is looked at before the role of the token.",
        apply=around_with_parts(_closed_before_forbidden),
        held_out=28,
    ),
)
