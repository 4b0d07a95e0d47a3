"""Planted faults of the limits to what is sent."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from reference.faults.composition import answers, around, requests
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault
from reference.haloagents.parts import BASE_PATH, Parts

CHATS = (f"{BASE_PATH}/chat", f"{BASE_PATH}/chat/stream")
EVENTS = f"{BASE_PATH}/events"
USERS = f"{BASE_PATH}/users/identify"
COMPANIES = f"{BASE_PATH}/companies/identify"
_MESSAGE, _HISTORY, _BEHAVIOR, _CUSTOM = 10_000, 50, 5_000, 10_000
_USER, _COMPANY, _BATCH, _METADATA = 20_000, 50_000, 100, 10_000

Body = dict[str, Any]
Apply = Callable[[Parts], Parts]


def text(value: object) -> str:
    """Return the compact JSON of a value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _bytes(value: object) -> int:
    return len(text(value).encode("utf-8", "surrogatepass"))


def _payload(body: Body) -> list[Any]:
    return [body[name] for name in ("traits", "context") if name in body]


def _string(body: Body, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _count(body: Body, name: str) -> int:
    value = body.get(name)
    return len(value) if isinstance(value, list) else 0


def _events(body: Body) -> list[Any]:
    events = body.get("events")
    return events if isinstance(events, list) else []


def taking(paths: tuple[str, ...], change: Callable[[Body], Body]) -> Apply:
    """Take other bodies than were sent to some paths."""

    def changed(asked: Asked) -> Asked:
        body = change(asked.fields)
        return asked if body == asked.fields else asked.with_json(body)

    return requests(lambda asked: asked.path in paths and bool(asked.fields), changed)


def _refusing(paths: tuple[str, ...], refuses: Callable[[Asked, Body], bool]) -> Apply:
    """Refuse bodies that the API takes."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        is_refused = asked.path in paths and refuses(asked, asked.fields)
        # An empty body is what the API refuses itself, in its own words.
        return await ask(asked.with_json({}) if is_refused else asked)

    return around(tamper)


def _cut(name: str, length: int) -> Callable[[Body], Body]:
    def cut(body: Body) -> Body:
        value = body.get(name)
        return {**body, name: value[:length]} if isinstance(value, str | list) else body

    return cut


def _last_messages(body: Body) -> Body:
    history = body.get("history")
    return {**body, "history": history[-_HISTORY:]} if isinstance(history, list) else body


def _without_large_custom_fields(body: Body) -> Body:
    if len(text(body.get("custom_fields"))) <= _CUSTOM:
        return body
    return {**body, "custom_fields": {}}


def _each_measured(body: Body) -> Body:
    sizes = [_bytes(part) for part in _payload(body)]
    if sum(sizes) <= _USER or max(sizes) > _USER:
        return body
    return {name: value for name, value in body.items() if name != "context"}


def _characters_measured(body: Body) -> Body:
    parts = _payload(body)
    if sum(map(_bytes, parts)) <= _USER or sum(len(text(part)) for part in parts) > _USER:
        return body
    return {name: value for name, value in body.items() if name not in {"traits", "context"}}


def _companies_unlimited(body: Body) -> Body:
    if sum(map(_bytes, _payload(body))) <= _COMPANY:
        return body
    return {name: value for name, value in body.items() if name not in {"traits", "context"}}


def _metadata_dropped(body: Body) -> Body:
    events = [
        {**event, "metadata": {}}
        if isinstance(event, Mapping) and _bytes(event.get("metadata", {})) > _METADATA
        else event
        for event in _events(body)
    ]
    return {**body, "events": events} if events else body


def _is_too_large(_asked: Asked, answered: Answered) -> bool:
    said = str(answered.json or "")
    return answered.status == 400 and ("larger" in said or "longer" in said)


async def _keeps_first(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    events = _events(asked.fields)
    if asked.path == EVENTS and answered.status == 400 and len(events) > _BATCH:
        await ask(asked.with_json({**asked.fields, "events": events[:_BATCH]}))
    return answered


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIM-F01",
        title="A message that is too long is cut",
        promises=("HALO-07",),
        mistake="Cutting was thought to be kinder than refusing.",
        apply=taking(CHATS, _cut("message", _MESSAGE)),
    ),
    Fault(
        id="LIM-F02",
        title="Of a history that is too long the last 50 messages are taken",
        promises=("HALO-07",),
        mistake="The model's window is all that was thought of.",
        apply=taking(CHATS, _last_messages),
    ),
    Fault(
        id="LIM-F03",
        title="A behavior context that is too long is cut",
        promises=("HALO-07",),
        mistake="The column is cut to its size.",
        apply=taking(CHATS, _cut("behavior_context", _BEHAVIOR)),
    ),
    Fault(
        id="LIM-F04",
        title="Custom fields that are too large are left out",
        promises=("HALO-07",),
        mistake="They were thought to be a nicety.",
        apply=taking(CHATS, _without_large_custom_fields),
    ),
    Fault(
        id="LIM-F05",
        title="A user's traits and context are measured one by one",
        promises=("HALO-07",),
        mistake="The limit was put on each field.",
        apply=taking((USERS,), _each_measured),
    ),
    Fault(
        id="LIM-F06",
        title="A company's traits and context have no limit",
        promises=("HALO-07",),
        mistake="The limit was put on users only.",
        apply=taking((COMPANIES,), _companies_unlimited),
    ),
    Fault(
        id="LIM-F07",
        title="Of a batch that is too large the first 100 events are taken",
        promises=("HALO-07", "HALO-13"),
        mistake="The batch is sliced.",
        apply=taking((EVENTS,), _cut("events", _BATCH)),
    ),
    Fault(
        id="LIM-F08",
        title="The metadata of all events of a batch share one limit",
        promises=("HALO-07",),
        mistake="The batch is measured as a whole.",
        apply=_refusing(
            (EVENTS,),
            lambda _, body: (
                sum(_bytes(e.get("metadata", {})) for e in _events(body) if isinstance(e, dict))
                > _METADATA
            ),
        ),
    ),
    Fault(
        id="LIM-F09",
        title="Metadata that is too large is left out",
        promises=("HALO-07",),
        mistake="An event was thought to be better than none.",
        apply=taking((EVENTS,), _metadata_dropped),
    ),
    Fault(
        id="LIM-F10",
        title="A message is measured in bytes",
        promises=("HALO-07",),
        mistake="The length is taken after encoding.",
        apply=_refusing(
            CHATS,
            lambda _, body: (
                len(_string(body, "message").encode("utf-8", "surrogatepass")) > _MESSAGE
            ),
        ),
    ),
    Fault(
        id="LIM-F11",
        title="A message is measured in UTF-16 units",
        promises=("HALO-07",),
        mistake="The limit was taken over from the widget, which is JavaScript.",
        apply=_refusing(
            CHATS,
            lambda _, body: (
                len(_string(body, "message").encode("utf-16-le", "surrogatepass")) > 2 * _MESSAGE
            ),
        ),
    ),
    Fault(
        id="LIM-F12",
        title="A message of exactly 10,000 characters is refused",
        promises=("HALO-07",),
        mistake="Less than was written for at most.",
        apply=_refusing(CHATS, lambda _, body: len(_string(body, "message")) == _MESSAGE),
    ),
    Fault(
        id="LIM-F13",
        title="A user's payload is measured as it was sent, spaces and all",
        promises=("HALO-07",),
        mistake="Content-Length is compared.",
        apply=_refusing((USERS,), lambda asked, _: len(asked.body) > _USER),
    ),
    Fault(
        id="LIM-F14",
        title="What is too large is 413",
        promises=("HALO-07", "HALO-08"),
        mistake="HTTP has a status for it; the document has not.",
        apply=answers(_is_too_large, lambda answered: answered.with_status(413)),
    ),
    Fault(
        id="LIM-F15",
        title="Custom fields are measured in bytes",
        promises=("HALO-07",),
        mistake="One function measures all payloads.",
        apply=_refusing(CHATS, lambda _, body: _bytes(body.get("custom_fields", {})) > _CUSTOM),
    ),
    Fault(
        id="LIM-F16",
        title="A user's payload is measured in characters",
        promises=("HALO-07",),
        mistake="One function measures all payloads.",
        apply=taking((USERS,), _characters_measured),
    ),
    Fault(
        id="LIM-F17",
        title="A batch of exactly 100 events is refused",
        promises=("HALO-07",),
        mistake="Less than was written for at most.",
        apply=_refusing((EVENTS,), lambda _, body: len(_events(body)) == _BATCH),
    ),
    Fault(
        id="LIM-F18",
        title="Of a batch that is refused the first 100 events are stored",
        promises=("HALO-07", "HALO-13"),
        mistake="Events are stored as they are read, and the batch has no transaction.",
        apply=around(_keeps_first),
    ),
    Fault(
        id="LIM-F19",
        title="A history of exactly 50 messages is refused",
        promises=("HALO-07",),
        mistake="The message itself is counted too.",
        apply=_refusing(CHATS, lambda _, body: _count(body, "history") == _HISTORY),
    ),
    Fault(
        id="LIM-F20",
        title="A payload is measured with all that is not ASCII escaped",
        promises=("HALO-07",),
        mistake="The JSON library escapes by default.",
        apply=_refusing(
            (USERS,),
            lambda _, body: (
                sum(len(json.dumps(p, separators=(",", ":"))) for p in _payload(body)) > _USER
            ),
        ),
    ),
)
