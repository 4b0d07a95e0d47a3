"""ROT: a new key takes the place of an old one, which does not live on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from conformance.caller import Caller
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.rule import Check, Need, Untestable, must
from conformance.sample import Sample, value_of
from conformance.vocabulary import Subjects, is_list, is_safe, is_secured, paging, rate_limit
from conformance.walk import following, smallest
from generator.model import Operation

PROMISES = ("ALOHA-03", "LEAD-02")
NEEDS = (Need.ROTATION, Need.FRESH_KEYS, Need.CLOCK)
A_MONTH = 31 * 86_400
_ROTATES = re.compile(r"\brotat", re.IGNORECASE)


def rotating(contract: Contract) -> Subjects:
    """The API as a whole, where a security scheme says that its keys can be rotated."""
    documented = any(_ROTATES.search(s.description) for s in contract.api.security_schemes)
    return (None,) if documented and _reads(contract) else ()


@must(
    "ROT-001",
    "The new key works at once, for the same tenant",
    rotating,
    promises=PROMISES,
    needs=NEEDS,
)
def works_at_once(check: Check) -> None:
    """The key that a rotation gives is another one, and opens what the old one opened.

    The default party is there first, so that its tenant has rows to be told apart by.

    Source: the contract's security scheme.
    Passes: the same list, with the new key, at the same moment, and the same limit.
    Fails: 401 until the old key has ended; an empty list, of a tenant of its own; another plan.
    """
    session, control = check.session, check.session.control
    session.caller()
    old = session.key()
    before = _read(check, old.secret)
    check.require(before.status == 200, f"A fresh key is answered with {before.status}.", before)
    new = control.rotate(old.secret) if control else ""
    check.require(new != old.secret, "The key is the old one.")
    after = _read(check, new)
    check.require(after.status == 200, f"The new key is answered with {after.status}.", after)
    check.require(_same(before, after), "The new key opens something else.", after)
    limit = rate_limit(check.contract)
    told = limit.headers.get("limit", "") if limit else ""
    check.require(
        before.answer.header(told) == after.answer.header(told),
        f"{told} of the new key is another: its plan is not that of the old one.",
        after,
    )


@must("ROT-002", "The old key ends, and stays ended", rotating, promises=PROMISES, needs=NEEDS)
def old_ends(check: Check) -> None:
    """Whatever the grace, a month later the old key is refused, and the new one is not.

    How long the grace is, workflows say.

    Source: the contract's security scheme; OWASP API2:2023.
    Passes: 401 for the old key a month later, 200 for the new one.
    Fails: 200 for both; 401 for both.
    """
    session, control = check.session, check.session.control
    old = session.key()
    new = control.rotate(old.secret) if control else ""
    if control:
        control.advance(A_MONTH)
    for _ in range(2):
        ended = _read(check, old.secret, valid=False)
        check.require(ended.status == 401, f"The old key is answered with {ended.status}.", ended)
    alive = _read(check, new)
    check.require(alive.status == 200, f"The new key is answered with {alive.status}.", alive)


@must("ROT-003", "A rotation concerns one key", rotating, promises=PROMISES, needs=NEEDS)
def one_key(check: Check) -> None:
    """Other keys of the tenant go on, and a second rotation works like the first.

    Source: the contract's security scheme.
    Passes: another key of the tenant → 200, a month later too; the third key → 200.
    Fails: every key of the tenant ends; the second rotation brings the first key back.
    """
    session, control = check.session, check.session.control
    first, beside = session.key(), session.key()
    second = control.rotate(first.secret) if control else ""
    third = control.rotate(second) if control else ""
    if control:
        control.advance(A_MONTH)
    for secret, name in ((beside.secret, "Another key of the tenant"), (third, "The newest key")):
        exchange = _read(check, secret)
        check.require(
            exchange.status == 200, f"{name} is answered with {exchange.status}.", exchange
        )
    for secret, name in ((first.secret, "The first key"), (second, "The second key")):
        exchange = _read(check, secret, valid=False)
        check.require(
            exchange.status == 401, f"{name} is answered with {exchange.status}.", exchange
        )


@must(
    "ROT-004",
    "A key that was rotated can be revoked, the old one and the new one",
    rotating,
    promises=PROMISES,
    needs=(*NEEDS, Need.REVOKED),
)
def revoked_after_rotation(check: Check) -> None:
    """Revoking ends the key that is named, at once, and gives no other one more time.

    Source: the contract's security scheme; OWASP API2:2023.
    Passes: the old key, revoked within its grace → 401, the new one → 200; of another pair the new
    key, revoked → 401, and the old one → 401 a month later.
    Fails: the old key cannot be revoked; the old key lives on when the new one is revoked.
    """
    session, control = check.session, check.session.control
    if control is None:
        raise Untestable(session.missing(Need.CLOCK))
    old, kept = session.key(), session.key()
    new, gone = control.rotate(old.secret), control.rotate(kept.secret)
    if _read(check, old.secret).status == 200:
        control.revoke(old)
    control.revoke(replace(kept, secret=gone))
    for secret, what in ((old.secret, "An old key"), (gone, "A new key")):
        exchange = _read(check, secret, valid=False)
        check.require(
            exchange.status == 401,
            f"{what} that was revoked is answered with {exchange.status}.",
            exchange,
        )
    alive = _read(check, new)
    check.require(alive.status == 200, "Revoking the old key ended the new one.", alive)
    control.advance(A_MONTH)
    late = _read(check, kept.secret, valid=False)
    check.require(late.status == 401, "Revoking the new key lets the old one live on.", late)


@must(
    "ROT-005",
    "What becomes of an old key hangs on nothing else",
    rotating,
    promises=PROMISES,
    needs=NEEDS,
)
def alike(check: Check) -> None:
    """Keys of every kind are rotated alike, and an old one is let in everywhere or nowhere.

    Rotates a key with each value of each attribute that the control plane tells of. Sends what has
    ended to each operation, and what has not to those that only read: by HEAD too, with filters,
    and with the cursor that it was given while it was new.

    Source: the contract's security scheme, which excepts no key and no operation.
    Passes: an old live key → 200 within its grace, and so an old test key; later both → 401,
    whatever they ask for.
    Fails: test keys end at once, or never; an ended key may still write, or follow a cursor; an
    old one is refused HEAD; a key of a small plan becomes one of the largest.
    """
    session, control = check.session, check.session.control
    if control is None:
        raise Untestable(session.missing(Need.CLOCK))
    tenant, limit = session.new_tenant(), rate_limit(check.contract)
    header = limit.headers.get("limit") if limit else None
    kinds = {
        f"A key whose {name} is {value}": session.fresh_key(tenant, **{name: value}).secret
        for name, values in control.attributes().items()
        for value in values
    }
    plain = session.fresh_key(tenant).secret
    before = {old: _read(check, old) for old in (plain, *kinds.values())}
    answered = {old: exchange.status for old, exchange in before.items()}
    ways = [
        (operation, tuple(_ways(operation, session.sample(operation), session.holding(plain))))
        for operation in check.contract.api.operations
        if is_secured(operation)
    ]
    renewed = {old: control.rotate(old) for old in answered}
    for wait in (0, A_MONTH):
        control.advance(wait)
        ended = _read(check, plain, valid=False).status == 401
        for what, old in kinds.items():
            exchange = _read(check, old, valid=False)
            wanted = 401 if ended else answered[old]
            told = f"{what} that was rotated is answered with {exchange.status}, not {wanted}."
            check.require(exchange.status == wanted, told, exchange)
            new = _read(check, renewed[old])
            told = f"{what}, new from a rotation, is answered with {new.status}."
            check.require(new.status == answered[old], told, new)
            if header:
                shown = [each.answer.header(header) for each in (before[old], new)]
                told = f"{what} was told a limit of {shown[0]}, and, rotated, of {shown[1]}."
                check.require(shown[0] == shown[1], told, new)
        caller = session.holding(plain, valid=False)
        for operation, asked in ways:
            for method, sample in asked if ended or is_safe(operation) else ():
                exchange = caller.call(operation, sample, method=method)
                told = f"{operation.id} with an old key is answered with {exchange.status}."
                check.require((exchange.status == 401) is ended, told, exchange)
        if ended:
            return


def _reads(contract: Contract) -> tuple[Operation, ...]:
    """The operations that are read with nothing but a key, lists first."""
    found = (
        op
        for op in contract.api.operations
        if is_safe(op) and is_secured(op) and not any(p.required for p in op.parameters)
    )
    return tuple(sorted(found, key=is_list, reverse=True))


def _ways(operation: Operation, sample: Sample, caller: Caller) -> Iterator[tuple[str, Sample]]:
    """How an operation is asked: as it is, by HEAD, with its filters, for a second page."""
    yield "", sample
    if is_safe(operation):
        yield "HEAD", sample
    if is_list(operation):
        own = {paging(operation).parameter, getattr(paging(operation).size, "parameter", "")}
        filters = [p for p in operation.in_location("query") if p.name not in own]
        if filters:
            yield "", sample.asking(*((p.name, value_of(p)) for p in filters))
        page = caller.call(operation, smallest(operation, sample))
        if rest := following(operation, sample, page):
            yield "", rest


def _read(check: Check, secret: str, *, valid: bool = True) -> Exchange:
    operation = _reads(check.contract)[0]
    caller = check.session.holding(secret, valid=valid)
    return caller.call(operation, check.session.sample(operation))


def _same(before: Exchange, after: Exchange) -> bool:
    """Whether two answers are of the same rows: cursors differ from answer to answer."""
    return _ids(before.json) == _ids(after.json)


def _ids(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [str(value["id"])] if "id" in value else []
        return own + [id_ for each in value.values() for id_ in _ids(each)]
    return [id_ for each in value for id_ in _ids(each)] if isinstance(value, list) else []
