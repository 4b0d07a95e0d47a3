"""Benign variants that make sense in every API."""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from reference.faults.composition import Composed, answers, around, everywhere
from reference.faults.exchange import Answered, Ask, Asked
from reference.faults.fault import Fault

P = TypeVar("P", bound=Composed)
NOTHING = "Nothing: no promise is about it."


def is_json_object(_asked: Asked, answered: Answered) -> bool:
    """Whether an answer is a JSON object that may have more fields: no error, and no document."""
    body = answered.json
    return answered.status < 300 and isinstance(body, dict) and "openapi" not in body


def _pretty(answered: Answered) -> Answered:
    text = json.dumps(answered.json, indent=2, sort_keys=True, ensure_ascii=False)
    laid_out = replace(answered, body=text.encode() + b"\n")
    return laid_out.with_header("content-type", "application/json; charset=utf-8")


def _grown(answered: Answered) -> Answered:
    body = answered.json
    if isinstance(body.get("data"), list):
        body = {**body, "data": [_with_more(row) for row in body["data"]]}
    return answered.with_json(_with_more(body))


def _with_more(row: Any) -> Any:
    return {**row, "display_hints": {"color": "blue"}, "labels": []}


async def _slower(ask: Ask, asked: Asked) -> Answered:
    await asyncio.sleep(0.03)
    return await ask(asked)


def _headed(answered: Answered) -> Answered:
    more = {
        "vary": "Authorization, Accept-Encoding",
        "x-content-type-options": "nosniff",
        "server-timing": "db;dur=1.2",
        "x-trace-id": secrets.token_hex(8),
    }
    return replace(answered, headers={**more, **answered.headers})


def _other_words(answered: Answered) -> Answered:
    error = {**answered.json["error"], "message": "That did not work."}
    return answered.with_json({**answered.json, "error": error})


def _waits_longer(answered: Answered) -> Answered:
    return answered.with_header("retry-after", str(int(answered.headers["retry-after"]) + 1))


def variants(prefix: str, keep_words: Callable[[Asked, Answered], bool]) -> tuple[Fault[P], ...]:
    """Return variants of an API; `keep_words` picks errors whose message is promised something."""
    return (
        Fault(
            id=f"BENIGN-{prefix}-FIELDS",
            title="Answers and rows have more fields",
            promises=(),
            mistake=NOTHING,
            apply=answers(is_json_object, _grown),
        ),
        Fault(
            id=f"BENIGN-{prefix}-LAYOUT",
            title="JSON is indented, its fields in alphabetical order",
            promises=(),
            mistake=NOTHING,
            apply=answers(
                lambda _, answered: (
                    isinstance(answered.json, dict) and "openapi" not in answered.json
                ),
                _pretty,
            ),
        ),
        Fault(
            id=f"BENIGN-{prefix}-HEADERS",
            title="Answers have more headers",
            promises=(),
            mistake=NOTHING,
            apply=everywhere(_headed),
        ),
        Fault(
            id=f"BENIGN-{prefix}-SLOW",
            title="Answers take 30 milliseconds more",
            promises=(),
            mistake=NOTHING,
            apply=around(_slower),
        ),
        Fault(
            id=f"BENIGN-{prefix}-WORDS",
            title="The messages of errors are worded otherwise",
            promises=(),
            mistake=NOTHING,
            apply=answers(
                lambda asked, answered: (
                    answered.code is not None and not keep_words(asked, answered)
                ),
                _other_words,
            ),
        ),
        Fault(
            id=f"BENIGN-{prefix}-WAIT",
            title="Retry-After is a second longer than it must be",
            promises=(),
            mistake="Nothing: a request sent after that wait succeeds.",
            apply=answers(lambda _, answered: answered.status == 429, _waits_longer),
        ),
    )
