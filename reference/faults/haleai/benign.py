"""Benign variants: an API may be like this, and keeps all its promises."""

import asyncio
import json
import random
import secrets
from dataclasses import dataclass, replace

from sqlalchemy import select

from reference.collection import AnyRow, Collection, Page, Reading
from reference.cursors import Cursors, Scope, UnknownCursorError
from reference.faults.composition import answers, around, errors_of
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Apply, cursors, is_list
from reference.faults.haleai.rows import Row, rows
from reference.haleai.dataset import HaleAIDataset
from reference.haleai.kinds import KINDS
from reference.haleai.parts import Parts
from reference.haleai.tables import reading
from reference.storage.database import Database
from reference.tenants import INITIAL_TENANTS

_ULID_CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NONCE_CHARACTERS = 11


@dataclass(frozen=True, slots=True)
class _OldestFirst:
    """A collection whose pages begin with the oldest rows."""

    inner: Collection
    database: Database
    how: Reading

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        seq = self.how.key
        statement = (
            select(self.how.table)
            .where(*(self.how.conditions[name] for name in selection), seq > (position or 0))
            .order_by(seq)
            .limit(limit + 1)
        )
        found = await self.database.read(
            lambda connection: connection.execute(statement, {**selection}).all()
        )
        return Page(found[:limit], found[limit - 1].seq if len(found) > limit else None)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        return await self.inner.find(tenant, row_id)


def _oldest_first(parts: Parts) -> Parts:
    database = parts.platform.database
    return replace(
        parts,
        collections={
            name: _OldestFirst(inner, database, reading(KINDS[name].table))
            for name, inner in parts.collections.items()
        },
    )


def _long_ids(parts: Parts) -> Parts:
    def make_id(dice: random.Random) -> str:
        return "".join(dice.choices(_ULID_CHARACTERS, k=26))

    return replace(parts, dataset=HaleAIDataset(parts.platform.clock, make_id))


@dataclass(frozen=True, slots=True)
class _NeverTheSame:
    """Cursors that differ each time, and are of another shape."""

    inner: Cursors

    def mint(self, position: int, scope: Scope) -> str:
        nonce = secrets.token_urlsafe(8)
        return f"c2.{nonce}.{self.inner.mint(position, {**scope, 'nonce': nonce})}"

    def read(self, cursor: str, scope: Scope) -> int:
        version, _, rest = cursor.partition(".")
        nonce, _, sealed = rest.partition(".")
        if version != "c2" or len(nonce) != _NONCE_CHARACTERS:
            raise UnknownCursorError
        return self.inner.read(sealed, {**scope, "nonce": nonce})


def _more_fields(row: Row) -> Row:
    return {**row, "displayName": f"Row {row['id']}", "tags": [], "owner": None}


def _more_of_the_page(answered: Answered) -> Answered:
    body = answered.json
    pagination = {**body["pagination"], "hasMore": body["pagination"]["nextCursor"] is not None}
    return answered.with_json({**body, "pagination": pagination, "apiVersion": "1.4"})


def _extra_fields(parts: Parts) -> Parts:
    page = answers(lambda _, answered: b'"pagination"' in answered.body, _more_of_the_page)
    return rows(_more_fields)(page(parts))


def _offset_timestamps(row: Row) -> Row:
    seconds = row["updatedAt"].removesuffix("Z")
    fraction = "" if "." in seconds else ".000"
    return {**row, "updatedAt": f"{seconds}{fraction}+00:00"}


async def _slower(ask: Ask, asked: Asked) -> Answered:
    await asyncio.sleep(0.03)
    return await ask(asked)


def _pretty(answered: Answered) -> Answered:
    text = json.dumps(answered.json, indent=2, sort_keys=True, ensure_ascii=False)
    laid_out = replace(answered, body=text.encode() + b"\n")
    return laid_out.with_header("content-type", "application/json; charset=utf-8")


async def _more_headers(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    more = {
        "x-request-id": f"req_{secrets.token_hex(8)}",
        "vary": "Authorization",
        "x-content-type-options": "nosniff",
        "server-timing": "db;dur=1.2",
    }
    return replace(answered, headers={**answered.headers, **more})


async def _other_words(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.code is None:
        return answered
    return answered.with_json({"error": {"code": answered.code, "message": "That did not work."}})


def _waits_longer(answered: Answered) -> Answered:
    return answered.with_header("retry-after", str(int(answered.headers["retry-after"]) + 1))


def _busy(parts: Parts) -> Apply:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if is_list(asked.path):
            collection = asked.path.rpartition("/")[2]
            await parts.platform.database.write(
                lambda connection: [
                    parts.dataset.insert(connection, tenant, collection, 1, {})
                    for tenant in INITIAL_TENANTS
                ]
            )
        return await ask(asked)

    return around(tamper)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="BENIGN-BUSY",
        title="Rows are added to acme and globex all the time",
        promises=(),
        mistake="Nothing: other people are at work.",
        apply=lambda parts: _busy(parts)(parts),
    ),
    Fault(
        id="BENIGN-CURSORS",
        title="Cursors are longer, and differ each time",
        promises=(),
        mistake="Nothing: cursors are opaque.",
        apply=cursors(lambda parts: _NeverTheSame(parts.cursors)),
    ),
    Fault(
        id="BENIGN-FIELDS",
        title="Rows and pages have more fields",
        promises=(),
        mistake="Nothing: answers are open.",
        apply=_extra_fields,
    ),
    Fault(
        id="BENIGN-HEADERS",
        title="Answers have more headers",
        promises=(),
        mistake="Nothing: nobody asked for fewer.",
        apply=around(_more_headers),
    ),
    Fault(
        id="BENIGN-IDS",
        title="Ids are longer",
        promises=(),
        mistake="Nothing: ids are opaque after their prefix.",
        apply=_long_ids,
    ),
    Fault(
        id="BENIGN-LAYOUT",
        title="JSON is indented, its fields in alphabetical order",
        promises=(),
        mistake="Nothing: JSON is JSON.",
        apply=answers(lambda _, answered: answered.json is not None, _pretty),
    ),
    Fault(
        id="BENIGN-ORDER",
        title="Lists begin with the oldest rows",
        promises=(),
        mistake="Nothing: the order is not documented.",
        apply=_oldest_first,
    ),
    Fault(
        id="BENIGN-SLOW",
        title="Answers take 30 milliseconds more",
        promises=(),
        mistake="Nothing: no time is promised.",
        apply=around(_slower),
    ),
    Fault(
        id="BENIGN-TIMES",
        title="updatedAt has milliseconds, and +00:00 in the place of Z",
        promises=(),
        mistake="Nothing: both are ISO 8601.",
        apply=rows(_offset_timestamps),
    ),
    Fault(
        id="BENIGN-WAIT",
        title="Retry-After is a second longer than it must be",
        promises=(),
        mistake="Nothing: a request sent after that wait succeeds.",
        apply=errors_of(429, _waits_longer),
    ),
    Fault(
        id="BENIGN-WORDS",
        title="The messages of errors are worded otherwise",
        promises=(),
        mistake="Nothing: messages are for people.",
        apply=around(_other_words),
    ),
)
