"""RAT: what a request counts for, whatever it is, and whatever comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from itertools import cycle, islice

from conformance.bucket import Bucket, emptied
from conformance.caller import Caller
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.filters import absent, filters
from conformance.refusal import layer_code, require_refusal
from conformance.resources import resources
from conformance.rule import Check, Need, Untestable, must
from conformance.rules.rate_limit_headers import remaining
from conformance.rules.rate_limits import retry_after, telling
from conformance.rules.transport import PLAIN, PROTO, is_proxy
from conformance.sample import NO_SUCH_ID, Sample, value_of
from conformance.survey import BROWSERS
from conformance.vocabulary import (
    Subjects,
    id_parameter,
    is_detail,
    is_list,
    is_safe,
    limited,
    limited_operations,
    paging,
    rate_limit,
)
from conformance.walk import read_page
from generator.model import Operation, RateLimit

PROMISES = ("ALOHA-14", "LEAD-11")
JSON = (("Content-Type", "application/json"),)
NEEDS = (Need.FRESH_KEYS, Need.CLOCK)
MOST_REQUESTS = 1_000
"""The largest limit of a plan that is used up."""
SPELLINGS = ("bearer", "BEARER", "bEARER", "Bearer ")
"""Other ways to write the scheme of a credential; the space is one that a server may refuse."""
ELSEWHERE = (
    ("X-Forwarded-For", "192.0.2.7"),
    ("X-Real-IP", "192.0.2.7"),
    ("Forwarded", "for=192.0.2.7"),
    ("User-Agent", "another/1.0"),
    BROWSERS,
)
"""What another client would send, or the same from another place."""
Refused = tuple[str, Operation, Sample]


def unlimited(contract: Contract) -> Subjects:
    """The API as a whole, where something that is not limited can be asked for by itself."""
    return remaining(contract) if _unlimited(contract) or _refuses_plain_http(contract) else ()


def untold(contract: Contract) -> Subjects:
    """The API as a whole, where a limit has no header that tells what remains of it."""
    return limited(contract) if not remaining(contract) else ()


def told_always(contract: Contract) -> Subjects:
    """The API as a whole, where every answer of an operation that is limited tells of the limit."""
    limit = rate_limit(contract)
    told = set(limit.headers.values()) - {limit.headers.get("retry-after")} if limit else set()
    responses = [r for op in contract.api.operations if op.rate_limit for r in op.responses]
    always = all(told <= {header.name for header in r.headers} for r in responses)
    return remaining(contract) if told and always else ()


@must(
    "RAT-002",
    "Every operation spends the same bucket",
    limited,
    promises=("HALE-06", "ALOHA-15", *PROMISES),
    needs=NEEDS,
)
def one_bucket(check: Check) -> None:
    """The limit is the key's, not the operation's: all operations in turn reach it together.

    Nor is it the header's or the client's: the same key has the same bucket however its scheme is
    written, and wherever it is sent from.

    Source: the contract's `x-rate-limit` (`per`); RFC 9110 §11.1 (case-insensitive).
    Passes: six operations with an empty bucket → 429; with 20 requests in it 20 of them in turn
    → 200, and then each of the six → 429.
    Fails: one operation is not counted, counts twice or has a bucket of its own; a key that is over
    its limit under `Bearer` is answered under `bearer`.
    """
    operations = limited_operations(check.contract)
    with emptied(check) as bare:
        granted = bare.earn(2 * len(operations))
        for number, operation in enumerate(islice(cycle(operations), granted), 1):
            exchange = bare.send(operation)
            check.require(
                exchange.status != 429,
                f"Request {number} of {granted}, to {operation.id}, is answered with 429.",
                exchange,
            )
        for operation in operations:
            bare.closed(f"{operation.id} with an empty bucket", operation)
            sample = bare.samples[operation.id]
            head = bare.caller.call(operation, sample, method="HEAD")
            check.require(
                head.status == 429, "HEAD is not counted: it is answered without a limit.", head
            )
            if is_detail(operation):
                vain = sample.at(**{id_parameter(operation): NO_SUCH_ID})
                exchange = bare.caller.call(operation, vain)
                what = f"An unknown id is answered with {exchange.status}, over the limit."
                check.require(exchange.status == 429, what, exchange)
        first = operations[0]
        moved = bare.caller.call(first, bare.samples[first.id], headers=(*ELSEWHERE, BROWSERS))
        check.require(moved.status == 429, "A key has another bucket at another client.", moved)
        for scheme, operation in zip(SPELLINGS, cycle(operations), strict=False):
            exchange = bare.send_under(scheme, operation)
            check.require(
                exchange.status in {401, 429},
                f"With an empty bucket its key under {scheme!r} is answered with "
                f"{exchange.status}.",
                exchange,
            )


@must(
    "RAT-020",
    "A request that is refused counts as one",
    remaining,
    promises=PROMISES,
    needs=NEEDS,
)
def refusals_count(check: Check) -> None:
    """What a good key asks for in vain takes one of what remains, neither none nor two.

    Tries a parameter and an id that are unknown, and creations that cannot be read, or that name
    what is not there, with a key of each kind that there is, so that some of them may not write.

    Source: the contract's `x-rate-limit`, which counts requests, whatever comes of them.
    Passes: 299, then 400 and 404, then 296.
    Fails: who guesses ids is never over the limit, as a 404 counts for nothing; 422 counts twice.
    """
    session, control = check.session, check.session.control
    if control is None:
        raise Untestable(session.missing(Need.CLOCK))
    limit = rate_limit(check.contract)
    tenant, names = session.new_tenant(), limit.headers if limit else {}
    kinds = [{name: value} for name, values in control.attributes().items() for value in values[1:]]
    with control.frozen():
        for number, kind in enumerate([{}, *kinds]):
            who = session.holding(session.fresh_key(tenant, **kind).secret)
            writes_only = number > 0 and "plan" not in kind
            for what, operation, sample in _refusals(check, writes_only=writes_only):
                before = _left(check, who)
                exchange = who.call(operation, sample)
                if before is None or not 400 <= exchange.status < 500:
                    continue
                told = exchange.answer.header(names["remaining"])
                if told is not None:
                    said = f"There were {before} left, and {what}, refused, says {told}."
                    check.require(told == str(before - 1), said, exchange)
                after = _left(check, who)
                check.require(
                    after == before - 2,
                    f"Between {what}, answered with {exchange.status}, and the request after it "
                    f"what remains went from {before} to {after}.",
                    exchange,
                )


@must(
    "RAT-026",
    "Whatever is asked for, and whatever comes of it, a request counts as one",
    untold,
    promises=("HALE-06",),
    needs=NEEDS,
)
def each_counts_as_one(check: Check) -> None:
    """Where no header tells what remains, it shows by how many more requests are answered.

    Sends reads by HEAD and GET, later pages, narrowed and empty ones, and what is refused.

    Source: the contract's `x-rate-limit`, which counts requests, whatever comes of them.
    Passes: 40 requests in the bucket; 25 of all kinds, then 15 more → answered; one more → 429.
    Fails: 404 counts for nothing, so that ids can be guessed without end; later pages are free;
    HEAD counts twice.
    """
    with emptied(check) as bare:
        kinds = [
            (what, partial(bare.caller.call, operation, sample, method=method))
            for what, operation, sample, method in _kinds(check, bare)
        ]
        bare.drain()
        there = bare.earn(min(len(kinds) + bare.step[1], bare.limit.burst))
        sent = kinds[: there - 1]
        for what, send in sent:
            exchange = send()
            check.require(
                exchange.status != 429,
                f"{what} is refused, where {there} requests were to be had and {len(sent)} sent.",
                exchange,
            )
        of_kinds = f"{len(sent)} requests of all kinds, of {there}"
        bare.spend(there - len(sent), f"What is left after {of_kinds}")
        bare.closed(f"One more than was left after {of_kinds}")


def _kinds(check: Check, bare: Bucket) -> Iterator[tuple[str, Operation, Sample, str]]:
    """Requests of all kinds, in words, with the method where it is not the operation's."""
    reader = check.session.of_tenant(bare.tenant)
    for operation in limited_operations(check.contract):
        sample, name = bare.samples[operation.id], operation.id
        yield name, operation, sample, ""
        yield f"HEAD of {name}", operation, sample, "HEAD"
        yield f"{name} refused", operation, sample.asking(("no-such-parameter", "1")), ""
        if is_detail(operation):
            id_ = operation.in_location("path")[-1].name
            yield f"{name} in vain", operation, sample.at(**{id_: NO_SUCH_ID}), ""
        if is_list(operation):
            rules = paging(operation)
            cursor = read_page(reader, operation, sample).next
            if cursor is not None:
                later = sample.asking((rules.parameter, cursor))
                yield f"A later page of {name}", operation, later, ""
            for found in filters(check.contract, operation):
                listed = check.contract.values(found.parameter)
                value = value_of(found.parameter) if listed else absent(found)
                narrowed = sample.asking((found.parameter.name, value))
                yield f"{name} with {found.parameter.name}", operation, narrowed, ""


@must(
    "RAT-021",
    "What is not limited spends nothing",
    unlimited,
    promises=PROMISES,
    needs=NEEDS,
)
def unlimited_is_free(check: Check) -> None:
    """An operation without a limit takes nothing from a key that is sent with it all the same.

    Nor does what is refused because it came over plain HTTP: whose key it has is not looked at.

    Source: the contract's `x-rate-limit`, which the operation does not have; its `x-plain-http`.
    Passes: 299, then the description of the API, then 298.
    Fails: → 297, as whatever has a key is counted; over plain HTTP a key is told what it has left.
    """
    session, control = check.session, check.session.control
    if control is None:
        raise Untestable(session.missing(Need.CLOCK))
    who = session.holding(session.fresh_key(session.new_tenant()).secret)
    with control.frozen():
        before = _left(check, who)
        exchanges = [who.call(operation, Sample()) for operation in _unlimited(check.contract)]
        if _refuses_plain_http(check.contract) and is_proxy(check):
            limited_one = limited_operations(check.contract)[0]
            sample, plain = session.sample(limited_one), ((PROTO, PLAIN[0]),)
            exchanges.append(who.call(limited_one, sample, headers=plain))
            strange = session.nobody().call(limited_one, sample, headers=plain)
            shown = [_shown(check, each) for each in (strange, exchanges[-1])]
            told = f"Over plain HTTP a key is told {shown[1]}, and who has none {shown[0]}."
            check.require(shown[0] == shown[1], told, exchanges[-1])
        after = _left(check, who)
    check.require(
        before is not None and after == before - 1,
        f"What remains went from {before} to {after}, with {len(exchanges)} requests between that "
        "have no limit.",
        exchanges[-1] if exchanges else None,
    )


@must(
    "RAT-027",
    "Over its limit, a revoked credential is 401",
    limited,
    promises=("HALE-02", "ALOHA-03", "LEAD-02"),
    needs=NEEDS,
)
def revoked_over_limit(check: Check) -> None:
    """Who calls is decided before how often: a key that is no more has no limit to wait for.

    Source: RFC 9110 §15.5.2; RFC 6585 §4.
    Passes: a key that has used up its limit is revoked, and answers 401.
    Fails: → 429 with `Retry-After`, and 401 only then.
    """
    session, control = check.session, check.session.control
    if control is None:
        raise Untestable(session.missing(Need.FRESH_KEYS))
    with emptied(check) as bare:
        key, operation = bare.key(), limited_operations(check.contract)[0]
        who = session.holding(key.secret)
        for _ in range(bare.limit.burst + 1):
            if who.call(operation, bare.samples[operation.id]).status == 429:
                break
        control.revoke(key)
        exchange = who.call(operation, bare.samples[operation.id])
    require_refusal(check, exchange, 401, "A revoked key that is over its limit")


def refused_by_plan(contract: Contract) -> Subjects:
    """The API as a whole, where a limit documents how long to wait, and a plan is tried here."""
    limit = rate_limit(contract)
    return telling(contract) if limit and _tried(limit) else ()


def _tried(limit: RateLimit) -> dict[str, int]:
    """The plans but the lowest, with their limits, those that few enough requests reach."""
    least = min(limit.plans.values(), default=0)
    return {plan: most for plan, most in limit.plans.items() if least < most <= MOST_REQUESTS}


@must(
    "RAT-028",
    "A larger plan is refused like the lowest",
    refused_by_plan,
    promises=("ALOHA-14", "ALOHA-15"),
    needs=NEEDS,
)
def refused_alike(check: Check) -> None:
    """A key of it is answered as often as its plan says; then it is told when to come back.

    Tries plans of at most 1,000 requests; the other rules try the lowest.

    Source: the contract's `x-rate-limit` (`plans`); RFC 9110 §10.2.3; RFC 6585 §4.
    Passes: 600 requests → 200, the next → 429 with `Retry-After: 1`; a second later → 200.
    Fails: `Retry-After: 0`, or none; after that wait → 429; request 600 → 429.
    """
    session, control, limit = check.session, check.session.control, rate_limit(check.contract)
    if control is None or limit is None:
        raise Untestable(session.missing(Need.CLOCK))
    operation = limited_operations(check.contract)[0]
    for plan, most in _tried(limit).items():
        with control.frozen():
            who = session.holding(session.fresh_key(session.new_tenant(), plan=plan).secret)
            sample = session.sample(operation, who)
            sent = (who.call(operation, sample) for _ in range(most))
            early = next((each for each in sent if each.status == 429), None)
            check.require(early is None, f"{plan} is refused before {most} requests.", early)
            refused = who.call(operation, sample)
            what = f"Request {most + 1} of {plan}"
            require_refusal(check, refused, 429, what, layer_code(operation, 429))
            wait = retry_after(check, refused)
            fits = 1 <= wait <= limit.window
            check.require(fits, f"{what}: Retry-After is {wait}.", refused)
            control.advance(wait)
            after = who.call(operation, sample)
            told = f"{what}, {wait} s later as it was told, is answered with {after.status}."
            check.require(after.status != 429, told, after)


@must(
    "RAT-022",
    "Every answer tells where the caller stands",
    told_always,
    promises=PROMISES,
    needs=NEEDS,
)
def always_told(check: Check) -> None:
    """Where every documented answer has the headers of the limit, so have those that are not.

    Source: the contract's headers of responses; its `x-rate-limit`.
    Passes: an unknown path and a wrong method tell what the key has left.
    Fails: a 404 of the router has none of them; it tells of more than there is.
    """
    session, control, limit = check.session, check.session.control, rate_limit(check.contract)
    if control is None or limit is None:
        raise Untestable(session.missing(Need.CLOCK))
    who = session.holding(session.fresh_key(session.new_tenant()).secret)
    names = {part: name for part, name in limit.headers.items() if part != "retry-after"}
    operation = limited_operations(check.contract)[0]
    path = operation.path.replace("{", "").replace("}", "")
    with control.frozen():
        before = _left(check, who)
        for method, asked in (("GET", "/no-such-path"), ("PROPFIND", path)):
            exchange = who.send(method, asked)
            told = {part: exchange.answer.header(name) or "" for part, name in names.items()}
            unsaid = [names[part] for part, value in told.items() if not value.isdigit()]
            check.require(not unsaid, f"The answer does not say {', '.join(unsaid)}.", exchange)
            check.require(
                before is None or int(told["remaining"]) <= before,
                f"There were {before} left, and the answer says {told['remaining']}.",
                exchange,
            )


def _refuses_plain_http(contract: Contract) -> bool:
    told = contract.api.plain_http
    return told is not None and not told.is_redirect


def _unlimited(contract: Contract) -> tuple[Operation, ...]:
    """The safe operations that have no limit, and need nothing to be asked for."""
    return tuple(
        op
        for op in contract.api.operations
        if is_safe(op) and not op.rate_limit and not any(p.required for p in op.parameters)
    )


def _shown(check: Check, exchange: Exchange) -> list[str | None]:
    """The limit, and what remains, that an answer tells."""
    limit = rate_limit(check.contract)
    names = limit.headers if limit else {}
    return [exchange.answer.header(names[part]) for part in ("limit", "remaining") if part in names]


def _left(check: Check, who: Caller) -> int | None:
    """What remains after one good request more; None where the party may not send it."""
    limit, operation = rate_limit(check.contract), limited_operations(check.contract)[0]
    exchange = who.call(operation, check.session.sample(operation))
    told = exchange.answer.header(limit.headers["remaining"]) if limit else None
    return int(told) if exchange.status < 300 and told and told.isdigit() else None


def _refusals(check: Check, *, writes_only: bool) -> Iterator[Refused]:
    """Requests that are refused, each with a name."""
    contract, session = check.contract, check.session
    if not writes_only:
        listed = limited_operations(contract)[0]
        unknown = session.sample(listed).asking(("no-such-parameter", "1"))
        yield "an unknown parameter", listed, unknown
        detail = next((op for op in limited_operations(contract) if is_detail(op)), None)
        if detail:
            name = detail.in_location("path")[-1].name
            yield "an unknown id", detail, session.sample(detail).at(**{name: NO_SUCH_ID})
    found = (resource.create for resource in resources(contract))
    create = next((op for op in found if op and op.rate_limit and not op.in_location("path")), None)
    if create:
        for what, content in _bodies(create):
            yield what, create, Sample(headers=JSON, body=content)


def _bodies(create: Operation) -> Iterator[tuple[str, bytes]]:
    yield "half a body", b"{"
    media = create.body.media[0] if create.body else None
    for example in list(media.examples.values())[:1] if media else ():
        if isinstance(example, dict):
            unknown = {n: NO_SUCH_ID if n.endswith("_id") else v for n, v in example.items()}
            if unknown != example:
                yield "a body that names what is not there", json.dumps(unknown).encode()
