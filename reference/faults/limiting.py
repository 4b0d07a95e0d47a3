"""Changes of rate limits that make sense in every API that documents some headers for them."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from reference.faults.composition import Composed, answers, around, around_with_parts, everywhere
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault

LIMIT, REMAINING, RESET = "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"
RETRY_AFTER = "retry-after"
P = TypeVar("P", bound=Composed)


def _number(answered: Answered, name: str) -> int:
    return int(answered.headers.get(name, "0"))


def without_headers(applies: Callable[[Asked, Answered], bool]) -> Callable[[P], P]:
    """Leave the headers out of some answers."""
    return answers(applies, lambda answered: answered.without_header(LIMIT, REMAINING, RESET))


def with_all_left(answered: Answered) -> Answered:
    """The answer, telling of the whole limit as what remains."""
    limit = answered.headers.get(LIMIT)
    return answered if limit is None else answered.with_header(REMAINING, limit)


def _one_too_many(answered: Answered) -> Answered:
    if REMAINING not in answered.headers or answered.status == 429:
        return answered
    return answered.with_header(REMAINING, str(_number(answered, REMAINING) + 1))


def _in_milliseconds(answered: Answered) -> Answered:
    if RESET not in answered.headers:
        return answered
    return answered.with_header(RESET, str(_number(answered, RESET) * 1000))


def _as_delta(parts: Composed) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if RESET not in answered.headers:
            return answered
        now = parts.platform.clock.microseconds() // 1_000_000
        return answered.with_header(RESET, str(max(_number(answered, RESET) - now, 0)))

    return tamper


def _in_the_past(parts: Composed) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if RESET not in answered.headers:
            return answered
        now = parts.platform.clock.microseconds() // 1_000_000
        return answered.with_header(RESET, str(now - 60))

    return tamper


def _is_half_used(answered: Answered) -> bool:
    return 2 * _number(answered, REMAINING) < _number(answered, LIMIT)


async def _slowed(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.status < 300 and LIMIT in answered.headers and _is_half_used(answered):
        await asyncio.sleep(0.5)
    return answered


def _emptied(answered: Answered) -> Answered:
    match answered.json:
        case {"data": [*_], **rest}:
            return answered.with_json({**rest, "data": []})
    return answered


def _shorter(answered: Answered) -> Answered:
    wait = _number(answered, RETRY_AFTER)
    return answered.with_header(RETRY_AFTER, str(max(wait - 1, 0)))


def _refused(_asked: Asked, answered: Answered) -> bool:
    return answered.status == 429


def header_faults(first: int, promise: str, refusing: str) -> tuple[Fault[P], ...]:
    """Return faults RAT-F`first` and after, of what a promise says of headers and of refusing."""

    def number(offset: int) -> str:
        return f"RAT-F{first + offset:02}"

    return (
        Fault(
            id=number(0),
            title="A 401 has no rate limit headers",
            promises=(promise,),
            mistake="Authentication stands outside of the limiter.",
            apply=without_headers(lambda _, answered: answered.status == 401),
        ),
        Fault(
            id=number(1),
            title="A 404 has no rate limit headers",
            promises=(promise,),
            mistake="The error handler makes an answer of its own.",
            apply=without_headers(lambda _, answered: answered.status == 404),
        ),
        Fault(
            id=number(2),
            title="A 429 has no rate limit headers",
            promises=(promise,),
            mistake="The refusal is raised before the headers are written.",
            apply=without_headers(_refused),
        ),
        Fault(
            id=number(3),
            title="What remains does not fall",
            promises=(promise,),
            mistake="The header is computed from a fresh bucket.",
            apply=everywhere(with_all_left),
        ),
        Fault(
            id=number(4),
            title="One more remains than there is",
            promises=(promise,),
            mistake="The header is written before the request is counted.",
            apply=everywhere(_one_too_many),
        ),
        Fault(
            id=number(5),
            title="The reset is in milliseconds",
            promises=(promise,),
            mistake="JavaScript's idea of time.",
            apply=everywhere(_in_milliseconds),
        ),
        Fault(
            id=number(6),
            title="The reset is in seconds from now",
            promises=(promise,),
            mistake="Another draft of the header.",
            apply=around_with_parts(_as_delta),
        ),
        Fault(
            id=number(7),
            title="The reset lies in the past",
            promises=(promise,),
            mistake="The start of the window is sent.",
            apply=around_with_parts(_in_the_past),
        ),
        Fault(
            id=number(8),
            title="A 429 has no Retry-After",
            promises=(refusing,),
            mistake="The header was forgotten.",
            apply=answers(_refused, lambda answered: answered.without_header(RETRY_AFTER)),
        ),
        Fault(
            id=number(9),
            title="Retry-After is a second too short",
            promises=(refusing,),
            mistake="The wait is rounded down.",
            apply=answers(_refused, _shorter),
        ),
        Fault(
            id=number(10),
            title="Retry-After is a fraction",
            promises=(refusing,),
            mistake="The wait is written as it was computed.",
            apply=answers(_refused, lambda answered: answered.with_header(RETRY_AFTER, "0.5")),
        ),
        Fault(
            id=number(11),
            title="Answers take half a second when half of the limit is used",
            promises=(refusing,),
            mistake="Busy callers were to be slowed down gently.",
            apply=around(_slowed),
        ),
        Fault(
            id=number(12),
            title="Lists are empty when half of the limit is used",
            promises=(refusing,),
            mistake="A fallback for busy hours.",
            apply=answers(lambda _, answered: _is_half_used(answered), _emptied),
        ),
    )
