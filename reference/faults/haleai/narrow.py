"""Planted faults that show in one place only: one value, one page, one list beside another."""

import re
from datetime import datetime, timedelta

from reference.cursors import Scope
from reference.faults.composition import answers, around, around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.faults.haleai.composition import is_page, rescoped
from reference.haleai.kinds import KINDS
from reference.haleai.parts import Parts

_MOST_NARROWED = 500
_FINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})(\d+)(Z|[+-]\d\d:\d\d)")
_MICROSECOND = 1_000_000
_SHORT_MONTH = re.compile(r"-(04|06|09|11)-31T")


def _of_a_source(scope: Scope) -> Scope:
    if "source" not in scope:
        return scope
    return {name: value for name, value in scope.items() if name != "collection"}


def _of_a_tag(scope: Scope) -> Scope:
    stage = scope.get("stage")
    if stage is None or "source" in scope:
        return scope
    return {name: value for name, value in scope.items() if name != "stage"} | {"source": stage}


def _in_seconds(scope: Scope) -> Scope:
    since = scope.get("updated_since")
    return {**scope, "updated_since": since // _MICROSECOND} if isinstance(since, int) else scope


def _with_pagination(answered: Answered, **changes: object) -> Answered:
    body = answered.json
    return answered.with_json({**body, "pagination": {**body["pagination"], **changes}})


def _is_empty(asked: Asked, answered: Answered) -> bool:
    return is_page(asked, answered) and not answered.json["data"]


def _ends_without_limit(asked: Asked, answered: Answered) -> bool:
    return (
        is_page(asked, answered)
        and asked.parameter("cursor") is not None
        and asked.parameter("limit") is None
        and answered.json["pagination"]["nextCursor"] is None
    )


def _ends_a_stage(asked: Asked, answered: Answered) -> bool:
    return (
        is_page(asked, answered)
        and asked.parameter("stage") is not None
        and answered.json["pagination"]["nextCursor"] is None
        and bool(answered.json["data"])
    )


def _is_of_leads(asked: Asked) -> bool:
    stages = KINDS["leads"].values["stage"]
    return asked.path.endswith("/contacts") and asked.parameter("stage") in stages


def _ending_early(_parts: Parts) -> Tamper:
    before: dict[str, int] = {}
    """How many rows came before the page of a cursor."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        narrowed = asked.parameter("source") or asked.parameter("stage")
        if not narrowed or not is_page(asked, answered):
            return answered
        rows = before.get(asked.parameter("cursor") or "", 0) + len(answered.json["data"])
        following = answered.json["pagination"]["nextCursor"]
        if following is not None:
            before[following] = rows
        if rows < _MOST_NARROWED:
            return answered
        return _with_pagination(answered, nextCursor=None)

    return tamper


def _up(text: str) -> str:
    found = _FINE.fullmatch(text)
    if found is None or found[2] < "5":
        return text
    at = datetime.fromisoformat(found[1] + found[3])
    return (at + timedelta(microseconds=1)).isoformat()


def _rounded(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _up(value) if name == "updatedSince" else value) for name, value in asked.query
    )


def _has_dash(asked: Asked) -> bool:
    return "-" in (asked.parameter("stage") or "")


def _with_underscores(asked: Asked) -> Asked:
    return asked.with_query(
        (name, value.replace("-", "_") if name == "stage" else value) for name, value in asked.query
    )


def _is_since_in_contract(asked: Asked) -> bool:
    return asked.parameter("stage") == "under_contract" and asked.parameter("cursor") is None


def _is_narrowed_thrice(asked: Asked) -> bool:
    names = {name for name, _ in asked.query}
    return asked.parameter("stage") == "qualified" and {"source", "updatedSince"} <= names


async def _refusing_pages(ask: Ask, asked: Asked) -> Answered:
    if "origin" in asked.headers:
        return refusal(400, "invalid_request", "This API is not for browsers.")
    return await ask(asked)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F2951",
        title="A cursor of the contacts of a source is good for the leads of that source",
        promises=("HALE-15", "HALE-07"),
        mistake="A cursor is bound to its filters, and those to no list.",
        apply=rescoped(_of_a_source),
    ),
    Fault(
        id="PAG-F2952",
        title="A cursor knows the second of updatedSince, not its fraction",
        promises=("HALE-15",),
        mistake="The filters are hashed after moments were written in whole seconds.",
        apply=rescoped(_in_seconds),
    ),
    Fault(
        id="PAG-F2953",
        title="A list narrowed by source or stage ends after 500 rows",
        promises=("HALE-15", "HALE-11", "HALE-12", "HALE-13"),
        mistake="Narrowed lists come from a search index, which finds so many at most.",
        apply=around_with_parts(_ending_early),
    ),
    Fault(
        id="PAG-F2954",
        title="An empty page says that its limit is 50, whatever was asked for",
        promises=("HALE-07",),
        mistake="Nothing found is answered early, with the defaults.",
        apply=answers(_is_empty, lambda answered: _with_pagination(answered, limit=50)),
    ),
    Fault(
        id="PAG-F2955",
        title="Without a limit, the last page of a walk says its number of rows is the limit",
        promises=("HALE-07",),
        mistake="The limit is taken from what was fetched where none was sent.",
        apply=answers(
            _ends_without_limit,
            lambda answered: _with_pagination(answered, limit=len(answered.json["data"])),
        ),
    ),
    Fault(
        id="FIL-F2956",
        title="What follows the microseconds of updatedSince rounds it up",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The database rounds the text that it is given.",
        apply=requests(lambda asked: asked.parameter("updatedSince") is not None, _rounded),
    ),
    Fault(
        id="FIL-F2957",
        title="The stages of deals may be written with dashes",
        promises=("HALE-13",),
        mistake="Names of the URL are made names of the code.",
        apply=requests(_has_dash, _with_underscores),
    ),
    Fault(
        id="FIL-F2958",
        title="A list takes the name of a row's id as a parameter, and ignores it",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="Lists and details share what they know of parameters.",
        apply=requests(
            lambda asked: asked.parameter("contactId") is not None,
            lambda asked: asked.without("contactId"),
        ),
    ),
    Fault(
        id="HDR-F2959",
        title="A request with an Origin is 400",
        promises=("HALE-09", "HALE-11"),
        mistake="Browsers were to be kept out.",
        apply=around(_refusing_pages),
    ),
    Fault(
        id="FIL-F3908",
        title="Contacts take a stage of leads, and ignore it",
        promises=("HALE-11",),
        mistake="Contacts and leads share what they know of parameters.",
        apply=requests(_is_of_leads, lambda asked: asked.without("stage")),
    ),
    Fault(
        id="FIL-F3909",
        title="The 31st of a month of 30 days is read as its last day",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The days of a month are cut to what it has, but for February.",
        apply=requests(
            lambda asked: asked.parameter("updatedSince") is not None,
            lambda asked: asked.with_query(
                (name, _SHORT_MONTH.sub(r"-\1-30T", value) if name == "updatedSince" else value)
                for name, value in asked.query
            ),
        ),
    ),
    Fault(
        id="PAG-F3910",
        title="The last page of a stage says that its number of rows is the limit",
        promises=("HALE-07",),
        mistake="The limit is taken from what was fetched, where that was less.",
        apply=answers(
            _ends_a_stage,
            lambda answered: _with_pagination(answered, limit=len(answered.json["data"])),
        ),
    ),
    Fault(
        id="PAG-F4125",
        title="Beside the stage under_contract, updatedSince is ignored",
        promises=("HALE-13",),
        mistake="That stage has a query of its own, which lacks the condition.",
        apply=requests(_is_since_in_contract, lambda asked: asked.without("updatedSince")),
    ),
    Fault(
        id="PAG-F4126",
        title="Beside source and updatedSince, the stage qualified is ignored",
        promises=("HALE-12",),
        mistake="The index for all three filters has no rows of that stage, and is left out.",
        apply=requests(_is_narrowed_thrice, lambda asked: asked.without("stage")),
    ),
    Fault(
        id="LIM-F4127",
        title="An access_token in the query is ignored",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The library for OAuth takes it out before parameters are checked.",
        apply=requests(
            lambda asked: asked.parameter("access_token") is not None,
            lambda asked: asked.without("access_token"),
        ),
    ),
    Fault(
        id="PAG-F4171",
        title="A cursor of a stage is good for the source of that name",
        promises=("HALE-15",),
        mistake="Stage and source are tags of a row, and a cursor is bound to its tags.",
        apply=rescoped(_of_a_tag),
    ),
)
