"""Faults of HaleAI, planted from its documentation alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from starlette.middleware.cors import CORSMiddleware

from generated.haleai.server import Security, errors
from generated.haleai.server.runtime import Gate, Request
from reference.collection import Collection, Page
from reference.cursors import Scope
from reference.faults.composition import answers, requests, wrapped
from reference.faults.exchange import Answered, Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import gate, is_page, security
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import Caller

_DETAILS: Mapping[str, str] = {"getContact": "contacts", "getLead": "leads", "getDeal": "deals"}
_BEHIND = re.compile(r"(?P<local>.*[Tt].*)-(?P<hours>\d\d):(?P<minutes>\d\d)")
_DIGITS = re.compile(r"[0-9]+")
_HIGHEST_LIMIT = 200
_PAGE = 2**32


@dataclass(frozen=True, slots=True)
class _AnyCase(Security[Caller]):
    """Security that looks for a key among those it has let in, by its letters in lower case."""

    inner: Security[Caller]
    known: dict[str, str] = field(default_factory=dict)

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is, but for the case of its letters."""
        try:
            caller = await self.inner.api_key(token, request)
        except errors.Unauthorized:
            known = self.known.get(token.lower())
            if known is None:
                raise
            return await self.inner.api_key(known, request)
        self.known[token.lower()] = token
        return caller


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A collection whose positions are the newest row of a walk and the number of a page."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return the page with the number, as if all before it had had the same limit."""
        number, newest = (0, None) if position is None else divmod(position, _PAGE)
        start = None if newest is None else newest + 1
        before = number * limit
        found = await self.inner.page(selection, start, before + limit)
        if found.next_position is None:
            return Page(found.rows[before:], None)
        top = found.rows[0].seq if newest is None else newest
        return Page(found.rows[before:], (number + 1) * _PAGE + top)

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id."""
        return await self.inner.find(tenant, row_id)


@dataclass(frozen=True, slots=True)
class _Found:
    """A collection that remembers whose rows were found, by their ids."""

    inner: Collection
    owners: dict[str, str] = field(default_factory=dict)

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return a page of the selected rows."""
        return await self.inner.page(selection, position, limit)

    async def find(self, tenant: str, row_id: str) -> Any:
        """Return the row with this id, anybody's where it was found before."""
        row = await self.inner.find(self.owners.get(row_id, tenant), row_id)
        if row is not None:
            self.owners[row_id] = row.tenant
        return row


def _numbered_deals(parts: Parts) -> Parts:
    deals = _Numbered(parts.collections["deals"])
    return replace(parts, collections={**parts.collections, "deals": deals})


def _found_leads(parts: Parts) -> Parts:
    leads = _Found(parts.collections["leads"])
    return replace(parts, collections={**parts.collections, "leads": leads})


@dataclass(frozen=True, slots=True)
class _OnceFound:
    """A gate that counts a request for one row when the row is there."""

    inner: Gate[Caller]
    collections: Mapping[str, Collection]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Take a token, unless there is nothing with the id."""
        name = _DETAILS.get(request.operation_id)
        if name is not None:
            row_id = request.path.rpartition("/")[2]
            if await self.collections[name].find(request.principal.tenant, row_id) is None:
                return {}
        return await self.inner.admit(request)


def _behind(asked: Asked) -> re.Match[str] | None:
    since = [value for name, value in asked.query if name == "updatedSince"]
    return _BEHIND.fullmatch(since[0]) if len(since) == 1 else None


def _is_behind(asked: Asked) -> bool:
    found = _behind(asked)
    return found is not None and found["minutes"] != "00"


def _minutes_forward(asked: Asked) -> Asked:
    found = _behind(asked)
    if found is None:
        return asked
    offset = int(found["minutes"]) - 60 * int(found["hours"])
    hours, minutes = divmod(abs(offset), 60)
    moment = f"{found['local']}{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"
    return asked.with_query(
        (name, moment if name == "updatedSince" else value) for name, value in asked.query
    )


def _limit(asked: Asked) -> int | None:
    """Return the one limit of a request, as `int` reads it; None where it does not."""
    limits = [value for name, value in asked.query if name == "limit"]
    try:
        return int(limits[0]) if len(limits) == 1 else None
    except ValueError:
        return None


def _is_loose(asked: Asked) -> bool:
    limit = _limit(asked)
    is_plain = _DIGITS.fullmatch(asked.parameter("limit") or "") is not None
    return limit is not None and not is_plain and 1 <= limit <= _HIGHEST_LIMIT


def _plain(asked: Asked) -> Asked:
    limit = str(_limit(asked))
    return asked.with_query(
        (name, limit if name == "limit" else value) for name, value in asked.query
    )


def _leads(asked: Asked, answered: Answered) -> bool:
    return is_page(asked, answered) and asked.path == f"{BASE_PATH}/leads"


def _escaped(answered: Answered) -> Answered:
    page = answered.json
    rows = [{**lead, "source": escape(lead["source"])} for lead in page["data"]]
    return answered.with_json({**page, "data": rows})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F3801",
        title="A key that was let in once is let in with its letters in another case, too",
        promises=("HALE-02",),
        mistake="The cache of keys is asked by the token in lower case.",
        apply=security(lambda parts: _AnyCase(parts.security)),
        held_out=20,
    ),
    Fault(
        id="PAG-F3802",
        title="A walk of deals whose limit changes loses rows, or repeats them",
        promises=("HALE-15", "HALE-13"),
        mistake="The cursor holds the number of the page, which is multiplied by the limit.",
        apply=_numbered_deals,
        held_out=20,
    ),
    Fault(
        id="PAG-F3803",
        title="In a negative offset of updatedSince, the minutes count forward",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The sign is given to the hours alone.",
        apply=requests(_is_behind, _minutes_forward),
        held_out=20,
    ),
    Fault(
        id="TEN-F3804",
        title="A lead that its own tenant has read by its id is given to every tenant",
        promises=("HALE-04",),
        mistake="What was found is kept by its id, without the tenant.",
        apply=_found_leads,
        held_out=20,
    ),
    Fault(
        id="RAT-F3805",
        title="Requests for ids that do not exist are never refused",
        promises=("HALE-06",),
        mistake="A request for a row is counted when the row was loaded.",
        apply=gate(lambda parts: _OnceFound(parts.gate, parts.collections)),
        held_out=20,
    ),
    Fault(
        id="LIM-F3806",
        title="A limit is taken with a sign, blanks, underscores or digits of other scripts",
        promises=("HALE-10",),
        mistake="It is whatever the language's own conversion takes for a number.",
        apply=requests(_is_loose, _plain),
        held_out=20,
    ),
    Fault(
        id="COR-F3807",
        title="A preflight is answered with 200, in plain text",
        promises=("HALE-01", "HALE-09"),
        mistake="A middleware for CORS was added for a dashboard, with its defaults.",
        apply=wrapped(lambda app: CORSMiddleware(app, allow_origins=["*"])),
        held_out=20,
    ),
    Fault(
        id="SCH-F3808",
        title="In the list of leads, a source has entities of HTML for some of its characters",
        promises=("HALE-12",),
        mistake="The list was once a page, and its template's escaping went along.",
        apply=answers(_leads, _escaped),
        held_out=20,
    ),
)
