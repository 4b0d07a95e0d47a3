"""Planted faults of lists and their cursors."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from generated.leadiosa.server import models
from generated.leadiosa.server.runtime import Request
from reference.cursors import Cursors, Scope
from reference.faults.composition import answers, around, requests
from reference.faults.cursors import Readable, Rescoped, Unauthenticated, without
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.faults.leadiosa.access import says
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.cursors import ListCursors
from reference.leadiosa.lists import ARTICLES, AUDIT, CONTACTS, List
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.resources import ARTICLE
from reference.leadiosa.security import Caller
from reference.leadiosa.tables import audit_entries

_MOST = 100
_MINUTE = 60_000_000
_MONTH = 30 * 86_400_000_000
_PREFIX = "cur_"
Apply = Callable[[Parts], Parts]


def is_page(_asked: Asked, answered: Answered) -> bool:
    """Whether an answer is a page of a list."""
    body = answered.json
    return answered.status == 200 and isinstance(body, dict) and "pagination" in body


@dataclass(frozen=True, slots=True)
class _Undying(ListCursors):
    """Cursors of which one of every version is good."""

    def read(self, cursor: str, version: int, scope: Scope) -> int:  # noqa: ARG002 - that is the fault
        of_version = cursor.removeprefix(_PREFIX).partition(".")[0]
        return ListCursors.read(self, cursor, self.cursors.read(of_version, scope), scope)


@dataclass(frozen=True, slots=True)
class _Reversioned(Reader):
    """Reads lists that have other versions."""

    version: Callable[[List, Connection, str, str], int]

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        def version(connection: Connection, tenant: str, name: str) -> int:
            return self.version(of, connection, tenant, name)

        return await Reader.page(
            self, replace(of, version=version), tenant, after, limit, parent_id
        )


@dataclass(frozen=True, slots=True)
class _Repaged(Reader):
    """Reads lists whose pages are made in another way."""

    change: Callable[[Paged, int], Paged]
    more: int = 0

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        found = await Reader.page(self, of, tenant, after, limit + self.more, parent_id)
        return self.change(found, limit)


@dataclass(frozen=True, slots=True)
class _Relisted(Reader):
    """Reads lists that have other rows, or another order."""

    change: Callable[[List], List]

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        return await Reader.page(self, self.change(of), tenant, after, limit, parent_id)


def relisted(make: Callable[[Parts], Callable[[List], List]]) -> Apply:
    """Put other lists in the place of the honest ones."""

    def apply(parts: Parts) -> Parts:
        reader = parts.reader
        return replace(parts, reader=_Relisted(reader.database, reader.cursors, make(parts)))

    return apply


def _contacts_by_change(_parts: Parts) -> Callable[[List], List]:
    return lambda of: replace(of, key="updated_at") if of is CONTACTS else of


def _audit_of_a_month(parts: Parts) -> Callable[[List], List]:
    def change(of: List) -> List:
        since = parts.platform.clock.microseconds() - _MONTH
        return replace(of, among=audit_entries.c.created_at >= since) if of is AUDIT else of

    return change


def _versions(make: Callable[[Parts], Callable[[List, Connection, str, str], int]]) -> Apply:
    def apply(parts: Parts) -> Parts:
        reader = parts.reader
        return replace(parts, reader=_Reversioned(reader.database, reader.cursors, make(parts)))

    return apply


def _pages(change: Callable[[Paged, int], Paged], more: int = 0) -> Apply:
    def apply(parts: Parts) -> Parts:
        reader = parts.reader
        return replace(parts, reader=_Repaged(reader.database, reader.cursors, change, more))

    return apply


def list_cursors(make: Callable[[Parts], ListCursors]) -> Apply:
    """Put other cursors in the place of the honest ones."""
    return lambda parts: replace(parts, reader=replace(parts.reader, cursors=make(parts)))


def _cursors(make: Callable[[Parts], Cursors]) -> Apply:
    return list_cursors(lambda parts: ListCursors(make(parts)))


def _bound(*without_names: str) -> Apply:
    return _cursors(
        lambda parts: Rescoped(
            parts.reader.cursors.cursors, lambda scope: without(scope, *without_names)
        )
    )


def _by_minute(parts: Parts) -> Callable[[List, Connection, str, str], int]:
    clock = parts.platform.clock
    return lambda *_: clock.microseconds() // _MINUTE


def _by_count(_parts: Parts) -> Callable[[List, Connection, str, str], int]:
    def version(of: List, connection: Connection, tenant: str, _name: str) -> int:
        counted = select(func.count()).select_from(of.table).where(of.table.c.tenant == tenant)
        return int(connection.scalar(counted) or 0)

    return version


def _lost(found: Paged, _limit: int) -> Paged:
    rows, pagination = found
    return (rows[:-1], pagination) if pagination.has_more else found


def _one_more(found: Paged, limit: int) -> Paged:
    rows, pagination = found
    return (rows, pagination) if limit == _MOST else (rows[:limit], pagination)


def _says_no_more(found: Paged, _limit: int) -> Paged:
    rows, pagination = found
    if not pagination.has_more:
        return found
    return rows, models.Pagination(has_more=False, next_cursor=pagination.next_cursor)


def _defaulted(asked: Asked) -> Asked:
    return asked.with_query([*asked.query, ("limit", "50")])


def _clamped(asked: Asked) -> Asked:
    limit = asked.parameter("limit") or ""
    if not limit.isdecimal() or int(limit) <= _MOST:
        return asked
    return asked.with_query((k, str(_MOST) if k == "limit" else v) for k, v in asked.query)


def _null_cursor(answered: Answered) -> Answered:
    body = answered.json
    return answered.with_json({**body, "pagination": {"next_cursor": None, **body["pagination"]}})


def _camel_case(answered: Answered) -> Answered:
    pagination = {
        {"has_more": "hasMore", "next_cursor": "nextCursor"}.get(k, k): v
        for k, v in answered.json["pagination"].items()
    }
    return answered.with_json({**answered.json, "pagination": pagination})


def _is_expired(_asked: Asked, answered: Answered) -> bool:
    return answered.code == "cursor_expired"


async def _starts_again(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    return await ask(asked.without("after")) if answered.code == "cursor_expired" else answered


_LISTS = tuple(
    f"{BASE_PATH}/{name}"
    for name in ("conversations", "contacts", "knowledge", "webhooks", "audit")
)


def _stored_anew(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(ARTICLE, request.path.rpartition("/")[2])
    written = work(change)
    row = change.get(ARTICLE, written.resource_id)
    if row != before:
        values = {name: value for name, value in row._asdict().items() if name != "seq"}
        change.delete(ARTICLES, [row])
        change.insert(ARTICLES, [values])
    return written


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F61",
        title="Lists have 50 rows by default",
        promises=("LEAD-09",),
        mistake="The default of another product.",
        apply=requests(
            lambda asked: (
                asked.path in _LISTS and asked.method == "GET" and asked.parameter("limit") is None
            ),
            _defaulted,
        ),
    ),
    Fault(
        id="PAG-F62",
        title="A limit that is too large is cut",
        promises=("LEAD-09",),
        mistake="Clamping was thought to be kinder than refusing.",
        apply=requests(lambda asked: asked.method == "GET", _clamped),
    ),
    Fault(
        id="PAG-F63",
        title="has_more is false on every page",
        promises=("LEAD-09",),
        mistake="It is computed from the rows that are left of none.",
        apply=_pages(_says_no_more),
    ),
    Fault(
        id="PAG-F64",
        title="The cursor of the last page is null",
        promises=("LEAD-06", "LEAD-09"),
        mistake="The serializer writes what is empty.",
        apply=answers(is_page, _null_cursor),
    ),
    Fault(
        id="PAG-F65",
        title="The last row of every page but the last is lost",
        promises=("LEAD-09",),
        mistake="The row that tells whether there is more is dropped from the wrong end.",
        apply=_pages(_lost),
    ),
    Fault(
        id="PAG-F66",
        title="A cursor outlives the data that it was given for",
        promises=("LEAD-10",),
        mistake="Versions of lists are counted, and not compared.",
        apply=list_cursors(lambda parts: _Undying(parts.reader.cursors.cursors)),
    ),
    Fault(
        id="PAG-F67",
        title="A cursor whose data has changed has the code invalid_cursor",
        promises=("LEAD-10",),
        mistake="One code for every cursor that does not work.",
        apply=answers(_is_expired, says("invalid_cursor")),
    ),
    Fault(
        id="PAG-F68",
        title="A cursor whose data has changed gives the first page",
        promises=("LEAD-10",),
        mistake="Starting again was thought to be kinder than refusing.",
        apply=around(_starts_again),
    ),
    Fault(
        id="PAG-F69",
        title="A cursor of one list works on another",
        promises=("LEAD-10",),
        mistake="The list is missing from what the cursor is bound to.",
        apply=_bound("list"),
    ),
    Fault(
        id="PAG-F70",
        title="A cursor of one workspace works for another",
        promises=("LEAD-10",),
        mistake="The workspace is missing from what the cursor is bound to.",
        apply=_bound("tenant"),
    ),
    Fault(
        id="PAG-F71",
        title="Cursors can be read",
        promises=("LEAD-10",),
        mistake="Base64 was taken for encryption.",
        apply=_cursors(lambda parts: Readable(parts.platform.cursor_secret)),
    ),
    Fault(
        id="PAG-F72",
        title="A cursor lives for the minute in which it was given",
        promises=("LEAD-10",),
        mistake="The cache of lists is renewed by the minute.",
        apply=_versions(_by_minute),
    ),
    Fault(
        id="PAG-F73",
        title="A cursor survives changes of rows, as long as none is added or removed",
        promises=("LEAD-10",),
        mistake="The version of a list is its length.",
        apply=_versions(_by_count),
    ),
    Fault(
        id="PAG-F74",
        title="A page of 100 has 101 rows",
        promises=("LEAD-09",),
        mistake="The row that tells whether there is more is not dropped.",
        apply=_pages(_one_more, more=1),
    ),
    Fault(
        id="PAG-F75",
        title="Pages say hasMore and nextCursor",
        promises=("LEAD-09",),
        mistake="A serializer got aliases.",
        apply=answers(is_page, _camel_case),
    ),
    Fault(
        id="PAG-F76",
        title="A changed cursor is taken",
        promises=("LEAD-10",),
        mistake="The cursor is encrypted and not authenticated.",
        apply=_cursors(lambda parts: Unauthenticated(parts.platform.cursor_secret)),
    ),
    Fault(
        id="PAG-F77",
        title="A cursor that is none is 404",
        promises=("LEAD-10",),
        mistake="What the cursor stands for was not found.",
        apply=answers(
            lambda _, answered: answered.code == "invalid_cursor",
            lambda answered: answered.with_status(404),
        ),
    ),
    Fault(
        id="LIF-F82",
        title="The audit log has the entries of the last 30 days",
        promises=("LEAD-18",),
        mistake="A filter that was to keep the dashboard quick is in the query of both.",
        apply=relisted(_audit_of_a_month),
    ),
    Fault(
        id="LIF-F83",
        title="The contact that was changed last comes first",
        promises=("LEAD-09", "LEAD-14"),
        mistake="The list is sorted as the dashboard's.",
        apply=relisted(_contacts_by_change),
    ),
    Fault(
        id="LIF-F4036",
        title="An article that was changed is listed as the newest",
        promises=("LEAD-09", "LEAD-16"),
        mistake="A change deletes the row and stores it anew.",
        apply=reworking("article.update", _stored_anew),
    ),
)
