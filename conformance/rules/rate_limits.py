"""RAT: as many requests as documented, no fewer, and an honest word about when to come back."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from conformance.bucket import Bucket, burst, emptied
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.months import seconds_to_end
from conformance.refusal import layer_code, require_refusal
from conformance.rule import Check, Need, Untestable, Violation, must
from conformance.rules.rotation import rotating
from conformance.vocabulary import (
    Subjects,
    collection,
    is_list,
    limited,
    limited_operations,
    limited_writes,
    paging,
    rate_limit,
    sized,
)
from conformance.walk import dig, identity
from generator.model import Operation

PROMISES = ("HALE-06", "ALOHA-14", "ALOHA-15", "LEAD-11")
NEEDS = (Need.FRESH_KEYS, Need.CLOCK)
ALIVE = (Need.BURST,)
"""Of rules that need no clock: where there is none they wait."""
ROUNDING = 2
"""How much sooner than told, in seconds, a request must still be refused."""
STEADY = 12
"""How many requests of a steady load are sent one by one."""
AT_ONCE, SOME, FEW = 40, 10, 6
"""How many requests a bucket holds that is sent many at once, that others spend, or large ones."""
TRIES, PAIRS = 3, 7
"""How often the ends of a bucket are compared, and how many requests of each."""
SLOWER, NOTICEABLE = 3.0, 0.1
"""A request is slowed where it takes so many times as long as another, and so many seconds more."""


def retry_after(check: Check, exchange: Exchange) -> int:
    """The wait that an answer asks for, in seconds.

    Raises Violation where it is not a whole number of seconds.
    """
    values = exchange.answer.all("retry-after")
    whole = len(values) == 1 and values[0].isascii() and values[0].isdigit()
    check.require(whole, f"Retry-After is {', '.join(values) or 'absent'!r}.", exchange)
    return int(values[0])


def telling(contract: Contract) -> Subjects:
    """The API as a whole, where a limit documents how long to wait."""
    limit = rate_limit(contract)
    return limited(contract) if limit and "retry-after" in limit.headers else ()


def paged(contract: Contract) -> Subjects:
    """The API as a whole, where a list whose page size can be chosen has a rate limit."""
    return (None,) if _paged(contract) and limited(contract) else ()


def _paged(contract: Contract) -> tuple[Operation, ...]:
    """The lists that have a rate limit, a size, and no row that they are of."""
    found = (op for op in limited_operations(contract) if op in sized(contract))
    return tuple(op for op in found if not op.in_location("path"))


def writing(contract: Contract) -> Subjects:
    """The API as a whole, where an operation that writes has a rate limit."""
    return (None,) if limited_writes(contract) and limited(contract) else ()


@must(
    "RAT-001",
    "A burst is as large as documented, to the request",
    limited,
    promises=PROMISES,
    needs=ALIVE,
)
def exact_burst(check: Check) -> None:
    """At one moment exactly `burst` requests are answered, and the next one is not.

    Source: the contract's `x-rate-limit`; RFC 6585 §4.
    Passes: 60 requests → 200, the 61st → 429, `rate_limited`.
    Fails: the 60th → 429; the 61st → 200.
    """
    if violation := burst(check).violation:
        raise violation


@must("RAT-014", "Writes are limited too", writing, promises=PROMISES, needs=NEEDS)
def writes_limited(check: Check) -> None:
    """With an empty bucket a write is refused like a read, for as long, and nothing comes of it.

    Source: the contract's `x-rate-limit`, on each operation; RFC 9110 §15.5.
    Passes: `POST` with an empty bucket → 429, `rate_limited`, with the `Retry-After` of a read.
    Fails: → 201, since only what reads is limited; → 429 that does not say when to come back; →
    429, and the row is there, or in a log.
    """
    writes = [(op, check.session.sample(op)) for op in limited_writes(check.contract)]
    lists = _paged(check.contract)
    with emptied(check) as bare:
        bare.earn(len(lists))
        before = [_first_ids(bare, listed) for listed in lists]
        bare.drain()
        read = bare.closed("A read with an empty bucket")
        for operation, sample in writes:
            exchange = bare.caller.call(operation, sample)
            what = f"{operation.id} with an empty bucket"
            require_refusal(check, exchange, 429, what, layer_code(operation, 429))
            if telling(check.contract):
                waits = [retry_after(check, each) for each in (read, exchange)]
                told = f"{what} is to wait {waits[1]} s, and a read {waits[0]} s."
                check.require(abs(waits[1] - waits[0]) <= 1, told, exchange)
        bare.earn(len(lists))
        after = [_first_ids(bare, listed) for listed in lists]
        check.require(before == after, "What was refused with 429 was done all the same.")


def _first_ids(bare: Bucket, listed: Operation) -> list[str]:
    """The ids of the first page of a list, the largest that there is."""
    size = paging(listed).size
    sample = bare.samples[listed.id]
    asked = sample.asking((size.parameter, str(size.maximum))) if size else sample
    rows = dig(bare.caller.call(listed, asked).json, paging(listed).results)
    return [identity(row) for row in rows or ()]


@must(
    "RAT-003",
    "429 says in whole seconds when to come back",
    telling,
    promises=PROMISES,
    needs=ALIVE,
)
def says_when(check: Check) -> None:
    """`Retry-After` is there, once, a whole number, and more than nothing; HEAD is told it as well.

    Source: RFC 9110 §10.2.3; RFC 6585 §4; the contract's `x-rate-limit`.
    Passes: `Retry-After: 1`.
    Fails: no header; `0.1`; `0`; `1970-01-01`; milliseconds.
    """
    with emptied(check) as bare:
        for operation in limited_operations(check.contract):
            exchange = bare.closed("A request over the limit", operation)
            wait = retry_after(check, exchange)
            check.require(wait >= 1, f"Retry-After is {wait}: at once.", exchange)
            check.require(
                wait <= bare.limit.window,
                f"Retry-After is {wait}, longer than the window.",
                exchange,
            )
            left = exchange.answer.header(bare.limit.headers.get("remaining", ""))
            check.require(left in {None, "0"}, f"There are {left} left, and it is 429.", exchange)
            head = bare.caller.call(operation, bare.samples[operation.id], method="HEAD")
            if head.status == 429:
                retry_after(check, head)


@must("RAT-004", "Retry-After is honest", telling, promises=PROMISES, needs=ALIVE)
def honest(check: Check) -> None:
    """After that wait a request is answered; two seconds sooner it is not.

    The second between is what rounding up may cost. Requests that were refused meanwhile do not
    make the wait longer.

    Source: RFC 9110 §10.2.3; the contract's `x-rate-limit`.
    Passes: `Retry-After: 1`; a second later → 200.
    Fails: a second later → 429; `Retry-After: 60` where one second is enough.
    """
    with emptied(check) as bare:
        for round_ in range(3):
            exchange = bare.closed("A request over the limit")
            for _ in range(round_ * 5):
                exchange = bare.closed("A request over the limit, once more")
            wait = retry_after(check, exchange)
            early = max(wait - ROUNDING, 0)
            bare.advance(early)
            bare.closed(f"A request {early} s after Retry-After: {wait}")
            bare.advance(wait - early)
            answered = bare.send()
            check.require(
                answered.status != 429,
                f"A request {wait} s after Retry-After: {wait} is answered with 429.",
                answered,
            )
            bare.drain()


@must(
    "RAT-005", "The bucket refills at the documented rate", limited, promises=PROMISES, needs=NEEDS
)
def refill(check: Check) -> None:
    """After a wait exactly as many requests are answered as the rate gives, at most a burst.

    The last wait is over midnight at a month's end, where a minute, a day and a month begin.

    Source: the contract's `x-rate-limit` (`limit` every `window` seconds).
    Passes: empty; one second later 10 requests and no more; a month later 60 and no more.
    Fails: full again after a second, or at each full minute; 9 or 11 after a second; 61 after a
    month.
    """
    control = check.session.control
    if control is None:
        raise Untestable(check.session.missing(Need.CLOCK))
    with emptied(check) as bare:
        seconds, requests = bare.step
        for steps in (1, 3, 1, 2):
            granted = bare.earn(steps * requests)
            bare.spend(granted, f"{steps} steps after the bucket was empty")
            bare.closed(f"Request {granted + 1}, {steps} steps after the bucket was empty")
        bare.advance(seconds_to_end(control.now()) - seconds / 2)
        bare.spend(bare.limit.burst, "A month after the bucket was empty")
        bare.closed("One more than a burst, a month after the bucket was empty")
        bare.spend(bare.earn(requests), "A step over midnight, after the bucket was empty")
        bare.closed("One more than the rate, over midnight")


@must(
    "RAT-006",
    "The sustained rate is kept for as long as it lasts",
    limited,
    promises=PROMISES,
    needs=NEEDS,
)
def sustained(check: Check) -> None:
    """Who sends at the documented rate is never refused, and nobody gets more than it.

    Sends a window's worth of requests to an empty bucket, and one more at each step.

    Source: the contract's `x-rate-limit`.
    Passes: after a burst of 60, 10 every second for a minute → 200; an 11th → 429.
    Fails: a second, hidden limit; a window that starts anew and grants a burst again.
    """
    with emptied(check) as bare:
        most = max(math.ceil(bare.limit.limit / bare.limit.burst), 1)
        for step in range(1, min(most, 6) + 1):
            granted = bare.earn(bare.limit.burst)
            bare.spend(granted, f"Step {step} of a steady load")
            bare.closed(f"One more than the rate, at step {step} of a steady load")


@must("RAT-015", "The bucket refills all the time", limited, promises=PROMISES, needs=NEEDS)
def refilled_all_the_time(check: Check) -> None:
    """Who waits for as long as one request takes to be refilled is answered, however short that is.

    Who asks too early in between, each time later, waits no longer for it.

    Source: the contract's `x-rate-limit` (`limit` every `window` seconds).
    Passes: empty; then one request every tenth of a second, at 600 a minute → 200 each.
    Fails: only whole seconds count; each refused or granted request begins the wait anew.
    """
    with emptied(check) as bare:
        for number in range(1, STEADY + 1):
            early = round(bare.interval * number / (STEADY + 1), 6)
            bare.advance(early)
            refused = bare.send().status == 429
            bare.advance(round(bare.interval - early, 6))
            if refused:
                bare.spend(1, f"Request {number} of a steady load, {bare.interval:g} s apart,")
            bare.closed(f"Two requests in {bare.interval:g} s")


@must(
    "RAT-017",
    "A request costs one, whatever it asks for",
    paged,
    promises=PROMISES,
    needs=(*NEEDS, Need.ROWS),
)
def costs_one(check: Check) -> None:
    """The largest page spends as much of the limit as the smallest.

    Source: the contract's `x-rate-limit`, which counts requests.
    Passes: empty; the time of six requests later, six pages of 200 rows → 200 each.
    Fails: the fourth → 429, as large pages count for two.
    """
    session, control = check.session, check.session.control
    if control is None:
        raise Untestable(session.missing(Need.CLOCK))
    with emptied(check) as bare:
        for operation in _paged(check.contract):
            largest, page = session.largest(operation), paging(operation).size
            if largest is None or page is None or not control.keeps(collection(operation)):
                continue
            control.insert(bare.tenant, collection(operation), largest)
            sample = bare.samples[operation.id].asking((page.parameter, str(largest)))
            bare.drain()
            granted = bare.earn(FEW)
            for number in range(1, granted + 1):
                exchange = bare.caller.call(operation, sample)
                check.require(
                    exchange.status != 429,
                    f"Page {number} of {granted} with {largest} rows each is answered with 429.",
                    exchange,
                )


@must("RAT-007", "One party's use does not slow another's", limited, promises=PROMISES, needs=NEEDS)
def keys_apart(check: Check) -> None:
    """A key that is over its limit stands alone, where the limit is a key's: others go on.

    Where it is a workspace's, its keys share it, also a rotated one and the one in its place, and
    other workspaces go on.

    Source: the contract's `x-rate-limit` (`per`).
    Passes: one key → 429; a second key of the tenant → 60 more requests.
    Fails: the limit is the tenant's, or the address's; keys of a workspace each have a whole one;
    so has one that was rotated, for as long as it still works.
    """
    with emptied(check) as bare:
        same = bare.beside(bare.tenant)
        if bare.limit.per == "key":
            same.spend(bare.limit.burst, "Another key of the same tenant")
        same.closed("A second key of a tenant, both of whose bursts are spent")
        if bare.limit.per != "key":
            _rotated_share(bare)
        other = bare.beside(check.session.new_tenant())
        other.spend(bare.limit.burst, "A key of another tenant")
        other.closed("More than a burst with a key of another tenant")
        bare.closed("The first key, after others were used")


def _rotated_share(bare: Bucket) -> None:
    """Require that neither an old key nor the new one has anything left of an empty bucket."""
    check, session = bare.check, bare.check.session
    control, operation = session.control, limited_operations(bare.check.contract)[0]
    if control is None or not rotating(check.contract) or session.missing(Need.ROTATION):
        return
    old = bare.key().secret
    new = control.rotate(old)
    for what, who, statuses in (
        ("A key that was rotated", session.holding(old, valid=False), {401, 429}),
        ("The new key of a rotation", session.holding(new), {429}),
    ):
        exchange = who.call(operation, bare.samples[operation.id])
        told = f"{what} is answered with {exchange.status}, over the limit that it shares."
        check.require(exchange.status in statuses, told, exchange)


@must(
    "RAT-008",
    "Requests at one time get no more than requests in turn",
    limited,
    promises=PROMISES,
    needs=NEEDS,
)
def at_one_time(check: Check) -> None:
    """A limit that is read and written in two steps grants more than it should to many at once.

    Source: the contract's `x-rate-limit`; CWE-362.
    Passes: 60 requests at once, with 40 in the bucket and a stopped clock → 40 answered.
    Fails: → 43 answered.
    """
    operation = limited_operations(check.contract)[0]
    with emptied(check) as bare:
        there = bare.earn(AT_ONCE)
        with ThreadPoolExecutor(8) as pool:
            sent = range(there + max(there // 2, 4))
            found = list(pool.map(lambda _: bare.send(operation), sent))
        granted = sum(exchange.status != 429 for exchange in found)
        check.require(
            granted == there,
            f"Of {len(found)} requests at once {granted} are answered, not {there}.",
            found[-1],
        )


@must("RAT-009", "Who is not let in does not spend", limited, promises=PROMISES, needs=NEEDS)
def strangers_do_not_spend(check: Check) -> None:
    """Requests without a good key cannot use up the limit of one that has one.

    Source: the contract's `x-rate-limit` (`per: key`).
    Passes: 70 requests with unknown keys → 401 each; the good key has what it had before.
    Fails: the limit counts addresses, so that a stranger locks others out.
    """
    with emptied(check) as bare:
        operation = limited_operations(check.contract)[0]
        granted = bare.earn(SOME)
        bare.spend(1, "A first request")
        stranger = check.session.holding("hk_nobody_has_this_key", valid=False)
        for _ in range(min(bare.limit.burst + 10, 100)):
            exchange = stranger.call(operation, bare.samples[operation.id])
            check.require(exchange.status == 401, "A stranger is not answered with 401.", exchange)
        bare.spend(granted - 1, "What is left in the bucket, after a stranger's requests")


@must(
    "RAT-011",
    "Nothing is slowed before the limit is reached",
    limited,
    promises=("ALOHA-15",),
    needs=NEEDS,
)
def not_slowed(check: Check) -> None:
    """The last requests of a burst are answered as soon as the first ones of another.

    Sends the two in turn, now one first and now the other, so that a slow target or network delays
    both alike. Believes that they differ only where three times out of three both the median and
    the quickest answer say so: a machine that stalls delays some answers, not each one of a kind.

    Source: the contract's `x-rate-limit`, which is all that it says about using much.
    Passes: request 58 of 60 after 12 ms, while another key's second takes 10 ms.
    Fails: the more of the limit is used, the longer an answer takes.
    """
    delays: list[float] = []
    for _ in range(TRIES):
        with emptied(check) as used:
            limit, session = used.limit, check.session
            fresh = used.beside(used.tenant if limit.per == "key" else session.new_tenant())
            last, first = _in_turn(used, fresh, used.earn(max(min(PAIRS, limit.burst // 4), 1)))
        late, early = _seconds(last), _seconds(first)
        slower = median(late) > SLOWER * median(early)
        if not slower or min(late) < min(early) + NOTICEABLE:
            return
        delays.append(median(late) - median(early))
    raise Violation(
        f"The last requests of a burst take {median(delays):.2f} s longer than the first.", last[-1]
    )


def _in_turn(one: Bucket, other: Bucket, count: int) -> tuple[list[Exchange], list[Exchange]]:
    """So many requests of each of two buckets, each as often before as after the other's."""
    ones: list[Exchange] = []
    others: list[Exchange] = []
    for number in range(min(count, PAIRS)):
        turns = [(one, ones), (other, others)]
        for sender, sent in turns if number % 2 else reversed(turns):
            sent.append(sender.send())
    return ones, others


def _seconds(exchanges: list[Exchange]) -> list[float]:
    return [exchange.answer.seconds for exchange in exchanges]


@must(
    "RAT-012",
    "Nothing is answered otherwise before the limit is reached",
    limited,
    promises=("ALOHA-15",),
    needs=NEEDS,
)
def not_answered_otherwise(check: Check) -> None:
    """The last requests of a burst are answered like the first: the same status, the same rows.

    As many requests remain as there are operations to ask.

    Source: the contract's `x-rate-limit`, which knows of 200 and 429 and nothing between.
    Passes: request 58 of 60 for a list → the rows that request 2 had.
    Fails: near the limit lists are empty or short, or members are left out.
    """
    with emptied(check) as used:
        operations = limited_operations(check.contract)
        for operation in filter(is_list, operations):
            _fill(check, operation, used.tenant)
        operations = operations[: used.earn(min(len(operations), used.limit.burst))]
        last = [used.send(operation) for operation in operations]
        used.advance(used.limit.window)
        for operation, after in zip(operations, last, strict=True):
            check.require(
                _substance(operation, used.send(operation)) == _substance(operation, after),
                f"Near the limit {operation.id} is answered otherwise.",
                after,
            )


def _fill(check: Check, operation: Operation, tenant: str) -> None:
    """Put some rows on a list of a tenant, where that can be done."""
    control, name = check.session.control, collection(operation)
    if control and not operation.in_location("path") and control.keeps(name):
        control.insert(tenant, name, FEW)


def _substance(operation: Operation, exchange: Exchange) -> object:
    """What an answer says, its cursors and its request id aside."""
    found = dig(exchange.json, paging(operation).results) if is_list(operation) else exchange.json
    if isinstance(found, list):
        return exchange.status, [identity(row) for row in found if isinstance(row, dict)]
    return exchange.status, sorted(found) if isinstance(found, dict) else found
