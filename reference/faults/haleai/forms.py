"""Planted faults of how a request may be written: its moments, values, names and content."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.types import ASGIApp, Receive, Scope, Send

from reference.clock import Clock
from reference.faults.composition import around, requests, wrapped
from reference.faults.exchange import Answered, Ask, Asked, refusal
from reference.faults.fault import Fault
from reference.faults.haleai.composition import is_detail, is_list
from reference.haleai.dataset import HaleAIDataset
from reference.haleai.parts import Parts

_LARGEST_PAGE = 200
_MOST_MISTAKES = 2
_BOUND = {"limit", "updatedSince"}
_MICROSECOND = 1_000_000
_NANOSECONDS = 1_000
_LEAP = re.compile(r"(T\d\d:\d\d):60")
_MOMENTS = ("HALE-11", "HALE-12", "HALE-13")


def _since(change: Callable[[str], str]) -> Callable[[Parts], Parts]:
    """Read the moment of `updatedSince` in another way."""

    def changed(asked: Asked) -> Asked:
        return asked.with_query(
            (name, change(value) if name == "updatedSince" else value)
            for name, value in asked.query
        )

    return requests(lambda asked: asked.parameter("updatedSince") is not None, changed)


def _next_minute(text: str) -> str:
    if _LEAP.search(text) is None:
        return text
    try:
        at = datetime.fromisoformat(_LEAP.sub(r"\1:59", text))
    except ValueError:
        return text
    return (at + timedelta(seconds=1)).isoformat()


def _offset_of_space(text: str) -> str:
    return re.sub(r" (\d\d:\d\d)$", r"+\1", text)


async def _in_capitals(ask: Ask, asked: Asked) -> Answered:
    since = asked.parameter("updatedSince") or ""
    if is_list(asked.path) and since != since.upper():
        return refusal(400, "invalid_request", "The query parameter updatedSince is no date-time.")
    return await ask(asked)


def _is_wrong(name: str, value: str) -> bool:
    if name == "limit":
        return not (value.isdecimal() and 1 <= int(value) <= _LARGEST_PAGE)
    if name == "updatedSince":
        return not value[:1].isdecimal()
    return name not in {"cursor", "source", "stage"}


async def _only_two_mistakes(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    mistakes = {
        name if name in _BOUND else "" for name, value in asked.query if _is_wrong(name, value)
    }
    if answered.status == 400 and is_list(asked.path) and len(mistakes) > _MOST_MISTAKES:
        return refusal(500, "internal_error", "Something went wrong on our side.")
    return answered


def _known_stage(asked: Asked) -> Asked:
    return asked.with_query(
        (name, value.lower() if name == "stage" else value) for name, value in asked.query
    )


def _is_late_stage(asked: Asked) -> bool:
    return (asked.parameter("stage") or "").lower() in {"won", "lost", "closed", "dead"}


async def _latest(ask: Ask, asked: Asked) -> Answered:
    listed, _, word = asked.path.rpartition("/")
    if word != "latest" or not is_detail(asked.path):
        return await ask(asked)
    answered = await ask(replace(asked, path=listed).with_query([("limit", "1")]))
    if answered.status != 200 or not answered.json["data"]:
        return answered
    return answered.with_json({"data": answered.json["data"][0]})


def _before_cursor(asked: Asked) -> Asked:
    names = [name for name, _ in asked.query]
    return asked.with_query(
        pair
        for pair in asked.query
        if pair[0] != "limit" or names.index("limit") < names.index("cursor")
    )


async def _plain_names(ask: Ask, asked: Asked) -> Answered:
    names = [part.partition(b"=")[0] for part in asked.query_string.split(b"&")]
    if is_list(asked.path) and any(re.match(rb"%[4-7]", name) for name in names):
        return refusal(400, "invalid_request", "A query parameter is unknown.")
    return await ask(asked)


@dataclass(frozen=True, slots=True)
class _Searched:
    """ASGI middleware: what a GET brings as JSON is taken for parameters."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        listed = scope["type"] == "http" and scope["method"] == "GET" and is_list(scope["path"])
        headers = dict(scope["headers"]) if listed else {}
        if headers.get(b"content-type") == b"application/json" and b"content-length" in headers:
            message = await receive()
            try:
                limit = json.loads(message.get("body", b"")).get("limit")
            except (ValueError, AttributeError):
                limit = None
            if limit is not None and not scope["query_string"]:
                scope = {**scope, "query_string": f"limit={limit}".encode()}
        await self.app(scope, receive, send)


def _in_summer(parts: Parts) -> Parts:
    utc = parts.platform.clock.microseconds

    def office() -> int:
        there = datetime.fromtimestamp(utc() / _MICROSECOND, ZoneInfo("America/New_York"))
        summer = there.dst() or timedelta()
        return (utc() + int(summer.total_seconds()) * _MICROSECOND) * _NANOSECONDS

    return replace(parts, dataset=HaleAIDataset(Clock(office)))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="HDR-F4500",
        title="The limit of a JSON document that comes with GET is taken",
        promises=("HALE-09", "HALE-10"),
        mistake="Parameters are gathered from the query and from the body.",
        apply=wrapped(_Searched),
    ),
    Fault(
        id="LIM-F4501",
        title="The fraction of updatedSince may follow a comma",
        promises=_MOMENTS,
        mistake="The library reads ISO 8601, which allows both.",
        apply=_since(lambda text: text.replace(",", ".")),
    ),
    Fault(
        id="LIM-F4502",
        title="updatedSince with a small t or z is 400",
        promises=_MOMENTS,
        mistake="The pattern for moments is written in capitals.",
        apply=around(_in_capitals),
    ),
    Fault(
        id="LIM-F4503",
        title="The 60th second of any minute is the first of the next",
        promises=_MOMENTS,
        mistake="Leap seconds are carried over without looking whether there can be one.",
        apply=_since(_next_minute),
    ),
    Fault(
        id="LIM-F4504",
        title="Blanks around updatedSince are ignored",
        promises=_MOMENTS,
        mistake="Texts are stripped before they are read.",
        apply=_since(str.strip),
    ),
    Fault(
        id="LIM-F4505",
        title="A space before the offset of updatedSince is a plus",
        promises=_MOMENTS,
        mistake="Clients forgot to escape it, and were to be helped.",
        apply=_since(_offset_of_space),
    ),
    Fault(
        id="LIM-F4506",
        title="A list that is asked for with three mistakes at once is 500",
        promises=("HALE-09", "HALE-11", "HALE-12", "HALE-13"),
        mistake="The message is made for two mistakes at most.",
        apply=around(_only_two_mistakes),
    ),
    Fault(
        id="LIM-F4507",
        title="The last stages of leads and deals are read in any case",
        promises=("HALE-12", "HALE-13"),
        mistake="Values that were added later have aliases.",
        apply=requests(_is_late_stage, _known_stage),
    ),
    Fault(
        id="LIF-F4508",
        title="The id latest reads the row that changed last",
        promises=("HALE-14",),
        mistake="A route of the dashboard was left in.",
        apply=around(_latest),
    ),
    Fault(
        id="PAG-F4509",
        title="A limit that follows the cursor is ignored",
        promises=("HALE-10", "HALE-15"),
        mistake="The query is read until a cursor is found.",
        apply=requests(
            lambda asked: {"limit", "cursor"} <= {name for name, _ in asked.query},
            _before_cursor,
        ),
    ),
    Fault(
        id="PAG-F4510",
        title="A parameter whose name is escaped is unknown",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="Names are looked up before they are decoded.",
        apply=around(_plain_names),
    ),
    Fault(
        id="LIF-F4511",
        title="In summer what changes is told to have changed an hour later",
        promises=_MOMENTS,
        mistake="Times are stored by the clock of the office, and told as its winter's.",
        apply=_in_summer,
    ),
)
