"""Faults of HaleAI, the second set planted from its documentation alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from generated.haleai.server.runtime import Gate, Request
from reference.collection import AnyRow, Collection
from reference.faults.composition import answers, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haleai.composition import (
    Refound,
    gate,
    is_detail,
    is_list,
    is_page,
)
from reference.haleai.parts import BASE_PATH, Parts
from reference.haleai.security import Caller
from reference.haleai.tables import contacts

_OFFSET = re.compile(r"[+-]\d\d:\d\d$")
_LARGE = 100
_LARGEST = 200


def _is_of(kind: str, asked: Asked) -> bool:
    """Whether a path is that of a collection, or of a row of it."""
    return asked.path.removeprefix(f"{BASE_PATH}/").partition("/")[0] == kind


def _source_of_leads(asked: Asked) -> bool:
    return _is_of("leads", asked) and asked.parameter("source") is not None


def _trimmed(asked: Asked) -> Asked:
    return asked.with_query(
        (name, value.strip() or value) if name == "source" else (name, value)
        for name, value in asked.query
    )


def _has_offset(asked: Asked) -> bool:
    since = asked.parameter("updatedSince")
    return _is_of("deals", asked) and since is not None and _OFFSET.search(since) is not None


def _as_utc(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _OFFSET.sub("Z", value)) if name == "updatedSince" else (name, value)
        for name, value in asked.query
    )


def _limit_of_the_walk(_parts: Parts) -> Tamper:
    """Cut each page like the one that its cursor came with."""
    kept: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        first = kept.get(asked.parameter("cursor") or "")
        if first is not None and _has_good_limit(asked):
            asked = asked.with_query([*asked.without("limit").query, ("limit", first)])
        answered = await ask(asked)
        if is_page(asked, answered):
            match answered.json["pagination"]:
                case {"nextCursor": str(following), "limit": int(limit)}:
                    kept[following] = str(limit)
        return answered

    return tamper


def _has_good_limit(asked: Asked) -> bool:
    given = [value for name, value in asked.query if name == "limit"]
    is_good = all(value.isdecimal() and 1 <= int(value) <= _LARGEST for value in given)
    return is_list(asked.path) and len(given) <= 1 and is_good


def _found_in_any_case(parts: Parts) -> Parts:
    async def find(inner: Collection, tenant: str, row_id: str) -> AnyRow | None:
        alike = select(contacts.c.id).where(
            contacts.c.tenant == tenant, func.lower(contacts.c.id) == row_id.lower()
        )
        found = await parts.platform.database.read(lambda connection: connection.scalar(alike))
        return await inner.find(tenant, row_id) or await inner.find(tenant, found or row_id)

    insensitive = Refound(parts.collections["contacts"], find)
    return replace(parts, collections={**parts.collections, "contacts": insensitive})


def _one_deal(asked: Asked) -> bool:
    return is_detail(asked.path) and _is_of("deals", asked)


@dataclass(frozen=True, slots=True)
class _DearPages:
    """Admission that takes two tokens for a large page."""

    inner: Gate[Caller]

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Spend a request, or two; raise RateLimited, with the seconds to wait."""
        limit = dict(request.query).get("limit", "")
        if limit.isdecimal() and int(limit) > _LARGE:
            await self.inner.admit(request)
        return await self.inner.admit(request)


def _options(asked: Asked, answered: Answered) -> bool:
    return asked.method == "OPTIONS" and answered.status == 405


def _without_content(answered: Answered) -> Answered:
    return replace(answered.without_header("content-type"), status=204, body=b"")


def _is_last_page(asked: Asked, answered: Answered) -> bool:
    return is_page(asked, answered) and answered.json["pagination"]["nextCursor"] is None


def _without_its_cursor(answered: Answered) -> Answered:
    pagination = {**answered.json["pagination"], "cursor": None}
    return answered.with_json({**answered.json, "pagination": pagination})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="FIL-F901",
        title="Spaces around a source of leads are not looked at",
        promises=("HALE-12",),
        mistake="The parameter is trimmed, as the fields of a form are.",
        apply=requests(_source_of_leads, _trimmed),
        held_out=2,
    ),
    Fault(
        id="FIL-F902",
        title="An updatedSince of deals is read as UTC, whatever its offset says",
        promises=("HALE-13",),
        mistake="The offset is cut off before the moment is parsed.",
        apply=requests(_has_offset, _as_utc),
        held_out=2,
    ),
    Fault(
        id="PAG-F903",
        title="Each page has the limit of the first, whatever is asked for",
        promises=("HALE-10", "HALE-07", "HALE-15"),
        mistake="The limit is kept with the cursor.",
        apply=around_with_parts(_limit_of_the_walk),
        held_out=2,
    ),
    Fault(
        id="TEN-F904",
        title="A contact is found by its id in capitals or small letters alike",
        promises=("HALE-14", "HALE-04"),
        mistake="The column has a collation that does not look at case.",
        apply=_found_in_any_case,
        held_out=2,
    ),
    Fault(
        id="FIL-F905",
        title="A deal in detail can be asked for with any query parameter",
        promises=("HALE-13", "HALE-11"),
        mistake="A route without parameters was left out of the check.",
        apply=requests(_one_deal, lambda asked: asked.with_query(())),
        held_out=2,
    ),
    Fault(
        id="RAT-F906",
        title="A page of more than a hundred rows counts for two requests",
        promises=("HALE-06",),
        mistake="Large pages were to have their price.",
        apply=gate(lambda parts: _DearPages(parts.gate)),
        held_out=2,
    ),
    Fault(
        id="ENV-F907",
        title="OPTIONS is answered with 204",
        promises=("HALE-01", "HALE-09"),
        mistake="A framework answers it by itself.",
        apply=answers(_options, _without_content),
        held_out=2,
    ),
    Fault(
        id="PAG-F908",
        title="The last page does not say which cursor it was asked with",
        promises=("HALE-07",),
        mistake="Where nothing follows, the whole of pagination is made anew.",
        apply=answers(_is_last_page, _without_its_cursor),
        held_out=2,
    ),
)
