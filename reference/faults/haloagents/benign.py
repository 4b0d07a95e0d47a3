"""Benign variants of HaloAgents: it may be like this, and keeps all its promises."""

import asyncio
import json
import secrets
from dataclasses import replace

from sqlalchemy import update

from reference.faults.composition import answers, around, around_with_parts, retelling
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import tickets

_NOTHING = "Nothing: no promise is about it."


def _is_json(_asked: Asked, answered: Answered) -> bool:
    return isinstance(answered.json, dict)


def _more_fields(answered: Answered) -> Answered:
    return answered.with_json({**answered.json, "api_version": "2026-05", "hints": []})


def _pretty(answered: Answered) -> Answered:
    text = json.dumps(answered.json, indent=2, sort_keys=True, ensure_ascii=False)
    laid_out = replace(answered, body=text.encode() + b"\n")
    return laid_out.with_header("content-type", "application/json; charset=utf-8")


def _other_words(answered: Answered) -> Answered:
    return answered.with_json({**answered.json, "error": "That did not work."})


def _other_ids(parts: Parts) -> Tamper:
    """Tickets are stored, and told, under another id than the one that was made for them."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        made = answered.json if answered.status == 200 else None
        if asked.path != f"{BASE_PATH}/tickets/create" or not isinstance(made, dict):
            return answered
        number = f"T-{secrets.randbelow(10**12):012}"
        renamed = update(tickets).where(tickets.c.id == made["ticket_id"]).values(id=number)
        await parts.platform.database.write(lambda connection: connection.execute(renamed))
        return answered.with_json({**made, "ticket_id": number})

    return tamper


async def _slower(ask: Ask, asked: Asked) -> Answered:
    await asyncio.sleep(0.03)
    return await ask(asked)


def _with_comments(event: bytes) -> list[bytes]:
    return [b": still here\n\n", b"id: 7\n" + event] if event else []


def _crlf(event: bytes) -> list[bytes]:
    return [event.replace(b"\n", b"\r\n")] if event else []


async def _preflight_with_more(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if asked.method != "OPTIONS" or "access-control-allow-headers" not in answered.headers:
        return answered
    allowed = "authorization, content-type, x-requested-with"
    return answered.with_header("access-control-allow-headers", allowed).with_header(
        "access-control-max-age", "86400"
    )


async def _mirrored_preflight(ask: Ask, asked: Asked) -> Answered:
    """As libraries do: a page is told yes to whatever it asks for, so that it may ask for all."""
    answered = await ask(asked)
    wanted = asked.headers.get("access-control-request-headers")
    if asked.method != "OPTIONS" or wanted is None:
        return answered
    return answered.with_header("access-control-allow-headers", wanted)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="BENIGN-HALO-FIELDS",
        title="Answers have more fields",
        promises=(),
        mistake=_NOTHING,
        apply=answers(_is_json, _more_fields),
    ),
    Fault(
        id="BENIGN-HALO-LAYOUT",
        title="JSON is indented, its fields in alphabetical order",
        promises=(),
        mistake=_NOTHING,
        apply=answers(_is_json, _pretty),
    ),
    Fault(
        id="BENIGN-HALO-WORDS",
        title="The messages of errors are worded otherwise",
        promises=(),
        mistake=_NOTHING,
        apply=answers(
            lambda _, answered: answered.status >= 400 and isinstance(answered.json, dict),
            _other_words,
        ),
    ),
    Fault(
        id="BENIGN-HALO-IDS",
        title="Tickets have ids of another shape",
        promises=(),
        mistake=_NOTHING,
        apply=around_with_parts(_other_ids),
    ),
    Fault(
        id="BENIGN-HALO-SLOW",
        title="Answers take 30 milliseconds more",
        promises=(),
        mistake=_NOTHING,
        apply=around(_slower),
    ),
    Fault(
        id="BENIGN-HALO-STREAM",
        title="Streams have comments between events, and events have ids",
        promises=(),
        mistake=_NOTHING,
        apply=retelling(lambda: _with_comments),
    ),
    Fault(
        id="BENIGN-HALO-CRLF",
        title="The lines of streams end with CR and LF",
        promises=(),
        mistake=_NOTHING,
        apply=retelling(lambda: _crlf),
    ),
    Fault(
        id="BENIGN-HALO-PREFLIGHT",
        title="A preflight allows more headers, in lower case, and may be kept for a day",
        promises=(),
        mistake=_NOTHING,
        apply=around(_preflight_with_more),
    ),
    Fault(
        id="BENIGN-HALO-MIRROR",
        title="A preflight allows the headers that it asks for",
        promises=(),
        mistake=_NOTHING,
        apply=around(_mirrored_preflight),
    ),
)
