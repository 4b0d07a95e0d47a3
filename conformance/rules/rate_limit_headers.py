"""RAT: what headers tell of a rate limit, and of the plans that have limits of their own."""

from __future__ import annotations

import math
from calendar import isleap
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from conformance.bucket import Bucket, bucket, emptied, refill_time
from conformance.caller import Caller
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.months import ends
from conformance.oauth import app_of, flow_of
from conformance.rule import Check, Need, Untestable, must
from conformance.sample import NO_SUCH_ID, Sample, value_of
from conformance.vocabulary import (
    Subjects,
    is_detail,
    is_list,
    is_safe,
    limited,
    limited_operations,
    limited_writes,
    paging,
    rate_limit,
)
from conformance.walk import dig
from generator.model import Operation, RateLimit

PLANS = ("ALOHA-14",)
DAY = 86_400
SPENT = 7
"""Requests that a workspace's token finds spent, more than it may have spent by itself."""
FEW, OFTEN = 6, 11
"""Of how many operations that write each is sent how many times more."""
MONTHS = 12
NOON = timedelta(hours=12)
SECOND = timedelta(seconds=1)
NEEDS = (Need.FRESH_KEYS, Need.CLOCK)


def counting(contract: Contract) -> Subjects:
    """The API as a whole, where headers tell of a limit before it is reached."""
    limit = rate_limit(contract)
    return limited(contract) if limit and set(limit.headers) - {"retry-after"} else ()


def planned(contract: Contract) -> Subjects:
    """The API as a whole, where plans have limits of their own and headers tell of them."""
    limit = rate_limit(contract)
    return counting(contract) if limit and limit.plans else ()


def remaining(contract: Contract) -> Subjects:
    """The API as a whole, where a header tells what remains of a limit."""
    limit = rate_limit(contract)
    return limited(contract) if limit and "remaining" in limit.headers else ()


def refilled(contract: Contract) -> Subjects:
    """The same, where plans have limits of their own."""
    limit = rate_limit(contract)
    return remaining(contract) if limit and limit.plans else ()


def resetting(contract: Contract) -> Subjects:
    """The same, where another header tells when all of it is there again."""
    limit = rate_limit(contract)
    return remaining(contract) if limit and "reset" in limit.headers else ()


@must(
    "RAT-010",
    "The headers of the limit add up",
    counting,
    promises=("ALOHA-14", "LEAD-11"),
    needs=NEEDS,
)
def headers_add_up(check: Check) -> None:
    """The limit is the documented one, what remains falls by one a request, the reset lies ahead.

    Source: the contract's `x-rate-limit` (`headers`, `reset`).
    Passes: `X-RateLimit-Remaining: 299`, then `298`.
    Fails: it stays, rises or goes below zero; the reset is in milliseconds.
    """
    with bucket(check) as full:
        names = full.limit.headers
        last: int | None = None
        for number in range(min(full.limit.burst, 20)):
            exchange = full.send()
            found = {
                part: told_number(check, exchange, name)
                for part, name in names.items()
                if part != "retry-after"
            }
            if "limit" in found:
                allowed = {full.limit.limit, full.limit.burst}
                check.require(
                    found["limit"] in allowed, "The limit is not the documented one.", exchange
                )
            if "remaining" in found:
                full_less_one = {full.limit.limit - 1, full.limit.burst - 1}
                check.require(
                    found["remaining"] in (full_less_one if last is None else {last - 1}),
                    f"Request {number + 1}: what remains went from {last} to {found['remaining']}.",
                    exchange,
                )
                last = found["remaining"]
            if "reset" in found and check.session.control:
                now = check.session.control.now().timestamp()
                base = 0.0 if full.limit.reset == "delta-seconds" else now
                ahead = found["reset"] - base
                check.require(
                    -1 <= ahead <= full.limit.window + 1,
                    f"The reset is {ahead:.0f} s ahead.",
                    exchange,
                )


def told_number(check: Check, exchange: Exchange, name: str) -> int:
    """The number in a header of an answer; raises Violation where there is none."""
    value = exchange.answer.header(name) or ""
    check.require(value.isascii() and value.isdigit(), f"{name} is {value!r}.", exchange)
    return int(value)


@must(
    "RAT-019",
    "At the reset the whole allowance is there",
    resetting,
    promises=("ALOHA-14", "LEAD-11"),
    needs=NEEDS,
)
def whole_at_reset(check: Check) -> None:
    """Who is refused, and waits until the reset, may send a whole burst again.

    What is refilled in one second may be missing, for the reset is told in whole seconds. What is
    refused for another reason tells no earlier one.

    Source: the contract's `x-rate-limit` (`headers`, `reset`).
    Passes: 429 with a reset 60 s ahead; 60 s later → `X-RateLimit-Remaining: 299`.
    Fails: the reset of a 429 is when the next request may come, with `Retry-After`; that of a 404
    is now.
    """
    session, control = check.session, check.session.control
    if control is None:
        raise Untestable(session.missing(Need.CLOCK))
    with emptied(check) as bare:
        names = bare.limit.headers
        refused = bare.closed("A request over the limit")
        base = 0.0 if bare.limit.reset == "delta-seconds" else control.now().timestamp()
        ahead = max(told_number(check, refused, names["reset"]) - base, 0)
        vain = tuple(_in_vain(bare))
        waited = bare.earn(len(vain)) / bare.rate
        for operation, sample in vain:
            answered = bare.caller.call(operation, sample)
            later = base + ahead - (waited if bare.limit.reset == "delta-seconds" else 0)
            told = f"{names['reset']} of a {answered.status} is earlier than that of a 429."
            check.require(told_number(check, answered, names["reset"]) >= later - 1, told, answered)
        bare.drain()
        bare.advance(ahead)
        after = bare.send()
        found = told_number(check, after, names["remaining"])
        check.require(
            found >= bare.limit.burst - 1 - math.ceil(bare.rate),
            f"At the reset, {ahead:.0f} s after a 429, {names['remaining']} is {found} of "
            f"{bare.limit.burst}.",
            after,
        )


def _in_vain(bare: Bucket) -> Iterator[tuple[Operation, Sample]]:
    """Requests that are refused, whoever asks: for what is not documented, or not there."""
    for operation in limited_operations(bare.check.contract):
        sample = bare.samples[operation.id]
        if is_detail(operation):
            yield operation, sample.at(**dict.fromkeys(sample.path, NO_SUCH_ID))
            break
    first = limited_operations(bare.check.contract)[0]
    yield first, bare.samples[first.id].asking(("no-such-parameter", "1"))


@must("RAT-013", "Each plan has its own limit", planned, promises=PLANS, needs=NEEDS)
def limit_of_plan(check: Check) -> None:
    """A key of a plan is told that plan's limit, and one less of it after a request, of any mode.

    Source: the contract's `x-rate-limit` (`plans`, `headers`).
    Passes: agency → `X-RateLimit-Limit: 3000`, `X-RateLimit-Remaining: 2999`.
    Fails: the newest plan has the limit of another, or a test key of it has.
    """
    session, limit = check.session, rate_limit(check.contract)
    operation = limited_operations(check.contract)[0]
    names = limit.headers if limit else {}
    others = session.control.attributes() if session.control else {}
    kinds = [{name: value} for name in others if name != "plan" for value in others[name]]
    for plan, documented in (limit.plans if limit else {}).items():
        for kind in kinds or [{}]:
            key = session.fresh_key(session.new_tenant(), plan=plan, **kind)
            who = session.holding(key.secret)
            exchange = who.call(operation, session.sample(operation, who))
            for part, expected in (("limit", documented), ("remaining", documented - 1)):
                if part in names:
                    told = told_number(check, exchange, names[part])
                    check.require(
                        told == expected,
                        f"{names[part]} of plan {plan} is {told}, not {expected}.",
                        exchange,
                    )


@must("RAT-016", "Each plan is refilled at its own rate", refilled, promises=PLANS, needs=NEEDS)
def rate_of_plan(check: Check) -> None:
    """A while after some requests, a key of a plan has back what its plan gives in that while.

    It is told when the rest will be there, which the rate of its plan says.

    Source: the contract's `x-rate-limit` (`plans`, `headers`).
    Passes: agency, twelve requests, then the time of five → `X-RateLimit-Remaining` rose by five.
    Fails: every plan is refilled like the smallest; the reset of one is a minute ahead, always.
    """
    session, control, limit = check.session, check.session.control, rate_limit(check.contract)
    if control is None or limit is None:
        raise Untestable(session.missing(Need.CLOCK))
    operation = limited_operations(check.contract)[0]
    for plan, most in limit.plans.items():
        with control.frozen():
            who = session.holding(session.fresh_key(session.new_tenant(), plan=plan).secret)
            sample = session.sample(operation, who)
            sent = [who.call(operation, sample) for _ in range(12)]
            before = told_number(check, sent[-1], limit.headers["remaining"])
            control.advance(refill_time(limit.window, most, 5))
            after = who.call(operation, sample)
            found = told_number(check, after, limit.headers["remaining"])
            if "reset" in limit.headers:
                require_reset(check, limit, after, (most - found) * limit.window / most)
            check.require(
                found == before + 5 - 1,
                f"In the time of 5 requests of plan {plan}, {found + 1 - before} were refilled.",
                after,
            )


def require_reset(check: Check, limit: RateLimit, exchange: Exchange, ahead: float) -> None:
    """Require that the whole allowance is told to be there so many seconds from now, or one off."""
    control, name = check.session.control, limit.headers["reset"]
    base = control.now().timestamp() if control and limit.reset != "delta-seconds" else 0.0
    told = told_number(check, exchange, name) - base
    check.require(
        abs(told - ahead) <= 1,
        f"{name} is {told:.0f} s ahead, and should be {ahead:.1f}.",
        exchange,
    )


@must("RAT-018", "A key of any kind spends", remaining, promises=(*PLANS, "LEAD-11"), needs=NEEDS)
def any_kind_spends(check: Check) -> None:
    """Whatever a key was made with, a request takes one of what remains; so with a token of OAuth.

    Makes a key with each value of each attribute that the control plane tells of: it has a
    documented limit. Where the limit is a workspace's, its keys and its tokens take from the same.

    Source: the contract's `x-rate-limit`, which excepts no key.
    Passes: a test key → `X-RateLimit-Remaining: 2999`, then `2998`.
    Fails: test keys are not counted; access tokens are not; either have an allowance of their own;
    a read-only token may send fewer than is documented.
    """
    session, control, limit = check.session, check.session.control, rate_limit(check.contract)
    if control is None or limit is None:
        raise Untestable(session.missing(Need.CLOCK))
    operation = limited_operations(check.contract)[0]
    for kind, secret in _kinds(check):
        with control.frozen():
            who = session.holding(secret)
            sample = session.sample(operation, who)
            first, second = (who.call(operation, sample) for _ in range(2))
        if first.status < 300:
            _require_one_less(check, first, second, f"With {kind}")
            _require_documented_limit(check, limit, first, f"With {kind}")
    if limit.per != "key":
        _require_one_bucket(check, operation)
    if limit.per != "key" and flow_of(check.contract) and not session.missing(Need.OAUTH):
        app = app_of(check)
        secrets = session.fresh_key(app.tenant).secret, app.tokens().access
        with control.frozen():
            *_, by_key = [app.use(secrets[0], app.probe()) for _ in range(SPENT)]
            by_token = app.use(secrets[1], app.probe())
        _require_one_less(check, by_key, by_token, "With an access token after a key")
        shown = [e.answer.header(limit.headers.get("limit", "")) for e in (by_key, by_token)]
        check.require(shown[0] == shown[1], "An access token is told another limit.", by_token)


def _require_one_bucket(check: Check, operation: Operation) -> None:
    """Require that keys of a workspace that are told one limit take from one allowance."""
    session, control = check.session, check.session.control
    name = limit.headers.get("limit", "") if (limit := rate_limit(check.contract)) else ""
    tenant = session.new_tenant()
    for attribute, values in control.attributes().items() if control else ():
        for value in values:
            secrets = (session.fresh_key(tenant), session.fresh_key(tenant, **{attribute: value}))
            with control.frozen() if control else nullcontext():
                first, second = (
                    session.holding(key.secret).call(operation, session.sample(operation))
                    for key in secrets
                )
            if first.answer.header(name) == second.answer.header(name):
                what = f"With a key whose {attribute} is {value}, after one of its workspace's"
                _require_one_less(check, first, second, what)


def _require_documented_limit(
    check: Check, limit: RateLimit, exchange: Exchange, what: str
) -> None:
    documented = {limit.limit, limit.burst, *limit.plans.values()}
    if "limit" in limit.headers:
        told = told_number(check, exchange, limit.headers["limit"])
        check.require(told in documented, f"{what} the limit is {told}.", exchange)


def _kinds(check: Check) -> Iterator[tuple[str, str]]:
    """What opens operations, in words, and one of it, each of a tenant of its own."""
    session = check.session
    for attribute, values in session.control.attributes().items() if session.control else ():
        for value in values:
            key = session.fresh_key(session.new_tenant(), **{attribute: value})
            yield f"a key whose {attribute} is {value}", key.secret
    if flow_of(check.contract) and not session.missing(Need.OAUTH):
        yield "an access token", app_of(check).tokens().access


@must(
    "RAT-023",
    "Every request takes one of what remains",
    remaining,
    promises=(*PLANS, "LEAD-11"),
    needs=NEEDS,
)
def each_takes_one(check: Check) -> None:
    """Reads and writes, first pages and later ones, narrowed or not, HEAD or GET.

    Source: the contract's `x-rate-limit`, which counts requests.
    Passes: `X-RateLimit-Remaining: 297` for a page, then `296` for the one after it.
    Fails: a write takes two; a narrowed list takes two; later pages take none; the eleventh
    job of a minute is refused.
    """
    session, control = check.session, check.session.control
    if control is None:
        raise Untestable(session.missing(Need.CLOCK))
    who = session.of_tenant(session.new_tenant())
    spending = (*limited_operations(check.contract), *limited_writes(check.contract))
    prepared = [(operation, session.sample(operation, who)) for operation in spending]
    with control.frozen():
        control.advance(DAY)
        last = who.call(*prepared[0])
        for what, send in _requests(who, prepared):
            if not _remaining(check, last):
                return
            exchange = send()
            check.require(
                exchange.status != 429, f"{what} is refused, with the limit not reached.", exchange
            )
            _require_one_less(check, last, exchange, what)
            last = exchange


def _requests(
    who: Caller, prepared: Sequence[tuple[Operation, Sample]]
) -> Iterator[tuple[str, Callable[[], Exchange]]]:
    """Requests of all kinds that spend, in words, and how to send them."""
    posted = [op.id for op, _ in prepared if op.method.upper() == "POST"]
    repeated = posted[:FEW]
    for operation, sample in prepared:
        name, ask = operation.id, partial(who.call, operation)
        yield name, partial(ask, sample)
        if not is_safe(operation):
            if operation.id in repeated:
                yield from ((f"{name}, once more", partial(ask, sample)) for _ in range(OFTEN))
            continue
        yield f"HEAD of {name}", partial(ask, sample, method="HEAD")
        if is_list(operation):
            yield from _pages(operation, sample, ask)


def _pages(
    operation: Operation, sample: Sample, ask: Callable[[Sample], Exchange]
) -> Iterator[tuple[str, Callable[[], Exchange]]]:
    rules, name = paging(operation), operation.id
    small = sample
    if rules.size:
        small = sample.asking((rules.size.parameter, str(rules.size.minimum or 1)))
    pages: list[Exchange] = []

    def first() -> Exchange:
        pages.append(ask(small))
        return pages[-1]

    yield f"The first page of {name}", first
    cursor = dig(pages[-1].json, rules.next) if pages else None
    if isinstance(cursor, str) and cursor:
        yield f"The second page of {name}", partial(ask, small.asking((rules.parameter, cursor)))
    for parameter in operation.in_location("query"):
        if parameter.name not in {rules.parameter, rules.size and rules.size.parameter}:
            narrowed = sample.asking((parameter.name, value_of(parameter)))
            yield f"{name} with {parameter.name}", partial(ask, narrowed)


def _require_one_less(check: Check, before: Exchange, after: Exchange, what: str) -> None:
    """Require that what remains fell by one from one answer to the next."""
    had, has = (_remaining(check, each) for each in (before, after))
    check.require(has == had - 1, f"{what}: what remains goes from {had} to {has}.", after)


def _remaining(check: Check, exchange: Exchange) -> int:
    limit = rate_limit(check.contract)
    return told_number(check, exchange, limit.headers["remaining"] if limit else "")


@must(
    "RAT-031",
    "The reset is right on any day of the year",
    resetting,
    promises=("ALOHA-14", "LEAD-11"),
    needs=NEEDS,
)
def reset_on_any_day(check: Check) -> None:
    """When the whole allowance is there again hangs on what is missing, not on the calendar.

    Asks at noon of the last day of each month, in its last second, and on a leap day.

    Source: the contract's `x-rate-limit` (`headers`, `reset`); RFC 3339 §5.7.
    Passes: on 31 January, a request before midnight → the reset is on 1 February, at midnight.
    Fails: it is on 1 January, or a month later, as the day was put up by one and the month was not.
    """
    session, control = check.session, check.session.control
    limit = rate_limit(check.contract)
    if control is None or limit is None:
        raise Untestable(session.missing(Need.CLOCK))
    operation = limited_operations(check.contract)[0]
    plan, most = next(iter(limit.plans.items()), ("", limit.limit))
    options = {"plan": plan} if plan else {}
    who = session.holding(session.fresh_key(session.new_tenant(), **options).secret)
    sample = session.sample(operation, who)
    with control.frozen():
        for moment in _ends(control.now()):
            control.advance((moment - control.now()).total_seconds())
            # One request is missing since the last hours, whatever a burst may have.
            require_reset(check, limit, who.call(operation, sample), limit.window / most)


def _ends(now: datetime) -> Iterator[datetime]:
    """Noon and the last second of the last day of the months that follow, and a leap day."""
    for end in islice(ends(now), MONTHS):
        yield end - NOON
        yield end - SECOND
    leap = next(year for year in range(now.year + 2, now.year + 11) if isleap(year))
    yield datetime(leap, 2, 29, 12, tzinfo=UTC)
