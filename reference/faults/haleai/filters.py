"""Planted faults of filters and other query parameters."""

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func

from reference.collection import Reading
from reference.cursors import Scope
from reference.faults.composition import around
from reference.faults.cursors import without
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.faults.haleai.composition import is_list, readings, reselected
from reference.haleai.kinds import KINDS
from reference.haleai.parts import BASE_PATH, Parts

_KNOWN = {"limit", "cursor", "source", "stage", "updatedSince"}


def _with_condition(how: Reading, name: str, condition: ColumnElement[bool]) -> Reading:
    return replace(how, conditions={**how.conditions, name: condition})


def _since_inclusive(how: Reading) -> Reading:
    at_least = how.table.c.updated_at >= bindparam("updated_since")
    return _with_condition(how, "updated_since", at_least)


def _source_any_case(how: Reading) -> Reading:
    if "source" not in how.table.c:
        return how
    same = func.lower(how.table.c["source"]) == func.lower(bindparam("source"))
    return _with_condition(how, "source", same)


def _source_pattern(how: Reading) -> Reading:
    if "source" not in how.table.c:
        return how
    return _with_condition(how, "source", how.table.c["source"].like(bindparam("source")))


def _since_ignored(selection: Scope, _position: int | None) -> Scope:
    return without(selection, "updated_since")


def _stage_or_source(selection: Scope, _position: int | None) -> Scope:
    return without(selection, "stage") if "source" in selection else selection


async def _unknown_stage_is_empty(ask: Ask, asked: Asked) -> Answered:
    kind = KINDS.get(asked.path.rpartition("/")[2])
    stage = asked.parameter("stage")
    if kind is None or stage is None or stage in kind.values.get("stage", ()):
        return await ask(asked)
    answered = await ask(asked.without("stage"))
    if answered.status != 200:
        return answered
    pagination = {**answered.json["pagination"], "nextCursor": None}
    return answered.with_json({"data": [], "pagination": pagination})


async def _deals_take_source(ask: Ask, asked: Asked) -> Answered:
    on_deals = asked.path == f"{BASE_PATH}/deals"
    return await ask(asked.without("source") if on_deals else asked)


async def _unknown_ignored(ask: Ask, asked: Asked) -> Answered:
    unknown = {name for name, _ in asked.query} - _KNOWN
    return await ask(asked.without(*unknown) if unknown else asked)


async def _last_one_wins(ask: Ask, asked: Asked) -> Answered:
    last = dict(asked.query)
    return await ask(asked if len(last) == len(asked.query) else asked.with_query(last.items()))


async def _changing_since(ask: Ask, asked: Asked, pattern: str, by: str) -> Answered:
    since = asked.parameter("updatedSince")
    if since is None or not re.search(pattern, since):
        return await ask(asked)
    changed = ("updatedSince", re.sub(pattern, by, since))
    return await ask(asked.with_query([*asked.without("updatedSince").query, changed]))


async def _offset_dropped(ask: Ask, asked: Asked) -> Answered:
    return await _changing_since(ask, asked, r"[+-]\d\d:\d\d$", "Z")


async def _fraction_dropped(ask: Ask, asked: Asked) -> Answered:
    return await _changing_since(ask, asked, r"\.\d+", "")


async def _bad_since_ignored(ask: Ask, asked: Asked) -> Answered:
    try:
        datetime.fromisoformat(asked.parameter("updatedSince") or "2026-01-01")
    except ValueError:
        return await ask(asked.without("updatedSince"))
    return await ask(asked)


async def _details_take_anything(ask: Ask, asked: Asked) -> Answered:
    return await ask(asked if is_list(asked.path) else asked.with_query([]))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="FIL-F01",
        title="updatedSince gives rows updated at that very moment too",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The comparison is >= where it ought to be >.",
        apply=readings(_since_inclusive),
    ),
    Fault(
        id="FIL-F02",
        title="updatedSince is ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The parameter is validated and never given to the query.",
        apply=reselected(_since_ignored),
    ),
    Fault(
        id="FIL-F03",
        title="source matches in any case",
        promises=("HALE-11", "HALE-12"),
        mistake="The column has a case-insensitive collation.",
        apply=readings(_source_any_case),
    ),
    Fault(
        id="FIL-F04",
        title="source is a pattern: % matches everything",
        promises=("HALE-11", "HALE-12"),
        mistake="LIKE was used where = was meant.",
        apply=readings(_source_pattern),
    ),
    Fault(
        id="FIL-F05",
        title="stage is ignored where source is given",
        promises=("HALE-12",),
        mistake="Filters are tried one after the other, and the first that is there wins.",
        apply=reselected(_stage_or_source),
    ),
    Fault(
        id="FIL-F06",
        title="An unknown stage gives an empty list",
        promises=("HALE-12", "HALE-13"),
        mistake="The enum is documented and not checked.",
        apply=around(_unknown_stage_is_empty),
    ),
    Fault(
        id="FIL-F07",
        title="Deals take source, and ignore it",
        promises=("HALE-13",),
        mistake="The three lists share one set of parameters.",
        apply=around(_deals_take_source),
    ),
    Fault(
        id="FIL-F08",
        title="Unknown query parameters are ignored",
        promises=("HALE-13",),
        mistake="The framework does so unless told otherwise.",
        apply=around(_unknown_ignored),
    ),
    Fault(
        id="FIL-F09",
        title="Of a repeated parameter the last one counts",
        promises=("HALE-10",),
        mistake="The query was read into a dictionary.",
        apply=around(_last_one_wins),
    ),
    Fault(
        id="FIL-F10",
        title="The offset of updatedSince is ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="Time zones are dropped when the text is parsed.",
        apply=around(_offset_dropped),
    ),
    Fault(
        id="FIL-F11",
        title="The fraction of updatedSince is ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="Moments are compared in whole seconds.",
        apply=around(_fraction_dropped),
    ),
    Fault(
        id="FIL-F12",
        title="An updatedSince that is no moment is ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="A failed parsing falls back to no filter.",
        apply=around(_bad_since_ignored),
    ),
    Fault(
        id="FIL-F13",
        title="Details take any query parameter",
        promises=("HALE-13",),
        mistake="Only lists were thought to have a query.",
        apply=around(_details_take_anything),
    ),
)
