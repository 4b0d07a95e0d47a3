"""AUT, PAG, RAT: what holds for keys of every kind, whatever plan, mode or role they have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from conformance import oauth
from conformance.bodies import carrying_text
from conformance.bucket import Bucket, emptied
from conformance.contract import Contract
from conformance.control import Key
from conformance.exchange import Exchange
from conformance.ledger import Ledger
from conformance.rule import Check, Need, Untestable, must
from conformance.rules.rotation import rotating
from conformance.sample import NO_SUCH_ID, Sample
from conformance.session import Session
from conformance.survey import BROWSERS
from conformance.vocabulary import (
    Subjects,
    is_list,
    is_safe,
    limited,
    limited_operations,
    paginated,
    paging,
    rate_limit,
    secured,
)
from conformance.walk import dig, identity, read_page
from generator.model import Operation

ROWS = 3
UNKNOWN_MEMBER = '{"no_such_member": 1}'


def permitted(contract: Contract) -> Subjects:
    """Every operation that is refused to some credentials, by what the contract says."""
    return tuple(op for op in secured(contract) if op and op.response(403))


def shared(contract: Contract) -> Subjects:
    """The API as a whole, where the keys of a workspace share a limit."""
    limit = rate_limit(contract)
    return limited(contract) if limit and limit.per != "key" else ()


def read_with_a_key(contract: Contract) -> Subjects:
    """An operation that any key reads and that needs nothing else, a list where there is one."""
    safe = [op for op in secured(contract) if op and is_safe(op) and not op.in_location("path")]
    open_to_all = [op for op in safe if not op.response(403)] or safe
    return tuple(sorted(open_to_all, key=is_list, reverse=True)[:1])


@must(
    "AUT-013",
    "Who may is decided before what is asked",
    permitted,
    promises=("LEAD-08", "LEAD-19", "ALOHA-04"),
    needs=(Need.FRESH_KEYS,),
)
def permission_before_validation(check: Check) -> None:
    """Whom an operation is closed to is told so, whatever is wrong with the request besides.

    Asks with a key of each kind for an unknown row, with an unknown parameter and member, and with
    bodies that are no JSON or do not say so, or as documented where there is none: all of them are
    403, or none is.

    Source: OWASP API5:2023; the house's order of checks.
    Passes: PATCH with a read-only token → 403, also of an unknown member or without a Content-Type.
    Fails: → 400, as bodies are read first; with an agent's token `?a=b` → 400, as parameters are.
    """
    session, operation = check.session, check.operation
    tenant = session.new_tenant()
    for kind, secret in kinds_of_keys(session, tenant):
        who = session.holding(secret)
        answered: list[Exchange] = []
        for sample in _wrong(operation, session.sample(operation)):
            answered.append(who.call(operation, sample, headers=(BROWSERS,)))
            if len(answered) > 1 and answered[0].status != 403 != answered[1].status:
                break
        refused = [each.status == 403 for each in answered]
        odd = next((each for each in answered if each.status != 403), None)
        told = f"One wrong request with {kind} is 403, and another {odd.status if odd else 403}."
        check.require(all(refused) or not any(refused), told, odd)


@must(
    "AUT-014",
    "A key of any kind is read like any other",
    read_with_a_key,
    promises=("ALOHA-02", "LEAD-02", "HALE-02"),
    needs=(Need.FRESH_KEYS,),
)
def kinds_alike(check: Check) -> None:
    """What a key opens hangs on its plan, mode or role; how its scheme is written does not.

    Source: RFC 9110 §11.1 (the scheme is case-insensitive); the contract's security scheme.
    Passes: `bearer` and `Bearer` with a test key → the same.
    Fails: `bearer` with a test key → 401.
    """
    session, operation = check.session, check.operation
    sample, tenant = session.sample(operation), session.new_tenant()
    for kind, secret in kinds_of_keys(session, tenant):
        usual = session.holding(secret).call(operation, sample)
        for scheme in ("bearer", "BEARER"):
            header = (("Authorization", f"{scheme} {secret}"),)
            sent = session.nobody().call(operation, sample, headers=header)
            check.require(
                sent.status == usual.status,
                f"Under {scheme}, {kind} is answered with {sent.status}, not {usual.status}.",
                sent,
            )


@must(
    "AUT-015",
    "A key of any kind ends when it is revoked",
    read_with_a_key,
    promises=("ALOHA-02", "LEAD-02", "HALE-02"),
    needs=(Need.FRESH_KEYS, Need.REVOKED),
)
def kinds_revoked(check: Check) -> None:
    """Whatever a key opens by its plan, mode or role, revoked it opens nothing, from then on.

    Uses a key of each kind that the control plane makes, revokes it, and uses it again.

    Source: OWASP API2:2023; the contract's security scheme, which excepts no key.
    Passes: a test key, revoked → 401, as a live one.
    Fails: a revoked test key → 200, as only live keys are looked for.
    """
    session, operation = check.session, check.operation
    sample, tenant = session.sample(operation), session.new_tenant()
    for kind, key in _keys_of_each_kind(session, tenant):
        who = session.holding(key.secret, valid=False)
        who.call(operation, sample)
        if session.control:
            session.control.revoke(key)
        ended = who.call(operation, sample)
        told = f"A {kind} that was revoked is answered with {ended.status}."
        check.require(ended.status == 401, told, ended)


@must(
    "RAT-029",
    "Over the limit, the keys of a workspace are refused alike",
    shared,
    promises=("ALOHA-14", "ALOHA-15"),
    needs=(Need.FRESH_KEYS, Need.CLOCK, Need.REVOKED),
)
def keys_refused_alike(check: Check) -> None:
    """Who shares an empty bucket is told the same, whatever the key; no key that ends fills it.

    Asks with a key of each kind that has the same limit, by HEAD too; then revokes them.

    Source: the contract's `x-rate-limit` (`per`); RFC 6585 §4.
    Passes: a test key, over the limit of its workspace → 429, with the `Retry-After` of a live one.
    Fails: the 429 to a test key does not say when to come back; a key is revoked, and the workspace
    has a whole burst again.
    """
    session, control = check.session, check.session.control
    if control is None:
        raise Untestable(session.missing(Need.CLOCK))
    operation, limit = limited_operations(check.contract)[0], rate_limit(check.contract)
    told = [name for name in (limit.headers if limit else {}).values() if name]
    with emptied(check) as bare:
        sample, usual = bare.samples[operation.id], bare.closed("A request over the limit")
        for kind, key in _keys_beside(bare):
            for method in ("", "HEAD"):
                who = session.holding(key.secret)
                refused = who.call(operation, sample, method=method)
                what = f"{method or operation.method.upper()} with a {kind}, over the limit"
                check.require(refused.status == 429, f"{what}, is {refused.status}.", refused)
                for name in told:
                    shown = [each.answer.header(name) for each in (usual, refused)]
                    check.require(
                        shown[0] == shown[1],
                        f"{what}, is told {name}: {shown[1]}, and others {shown[0]}.",
                        refused,
                    )
            control.revoke(key)
            bare.closed(f"A key over the limit, after a {kind} was revoked")


@must(
    "PAG-046",
    "A list is cut into pages for a key of any kind as for every other",
    paginated,
    promises=("ALOHA-07", "ALOHA-09", "LEAD-09", "HALE-10"),
    needs=(Need.FRESH_KEYS,),
)
def pages_alike(check: Check) -> None:
    """Neither the size of a page nor its cursor hangs on the credential; a token of OAuth is one.

    Asks for the usual page and the largest. Who sees the same rows goes on from the same cursor;
    who sees others, as with a test key, sees no more of them in small pages than in large ones.

    Source: the contract's paging, which excepts no key.
    Passes: 25 rows with a key of any plan, 100 where they are asked for.
    Fails: 10 rows with a test key; 50 at most with an access token, or its cursor is of no use with
    a key; from its second page on, the list of a test key has live rows too.
    """
    session, operation = check.session, check.operation
    rules, sample = paging(operation), session.sample(operation)
    size = rules.size
    usual = read_page(session.caller(), operation, sample)
    after = sample.asking((rules.parameter, usual.next or ""))
    following = _ids(check, session.caller().call(operation, after)) if usual.next else []
    for kind, secret in (*kinds_of_keys(session, session.tenant()), *access_token(check)):
        who = session.holding(secret)
        first = who.call(operation, sample)
        if first.status in {401, 403}:
            continue
        pages = [(size.default if size else None, first)]
        if size and size.maximum:
            asked = sample.asking((size.parameter, str(size.maximum)))
            pages.append((size.maximum, who.call(operation, asked)))
        for most, page in pages:
            rows, more = len(_ids(check, page)), dig(page.json, rules.next)
            check.require(
                most is None or rows == most or (rows < most and not more),
                f"With {kind} a page of {most} rows holds {rows}.",
                page,
            )
        if following and _ids(check, first) == [identity(row) for row in usual.rows]:
            theirs = who.call(operation, after)
            told = f"The cursor of another key leads {kind} elsewhere."
            check.require(_ids(check, theirs) == following, told, theirs)
    _small_pages_alike(check)


@must(
    "PAG-029",
    "A cursor is good for whoever sees the list, and for HEAD",
    paginated,
    promises=("HALE-15", "LEAD-10", "LEAD-09", "ALOHA-07", "ALOHA-09"),
    needs=(Need.FRESH_KEYS,),
)
def for_any_key(check: Check) -> None:
    """A walk belongs to a list, not to the key that began it, which may end meanwhile.

    Begins a walk with a fresh key, which is rotated then, or revoked where keys are not.

    Source: the contract's paging, which binds a cursor to its list and filters.
    Passes: the cursor of one key with another key of the tenant → 200, the same page, also when the
    first one has ended; HEAD → 200.
    Fails: → 400, as the key is part of the cursor, or as that was rotated; HEAD of a later page →
    400.
    """
    session, operation = check.session, check.operation
    began, sample = session.key(), session.sample(operation)
    who, rules = session.holding(began.secret), paging(operation)
    rows = max(ROWS, rules.size.minimum) if rules.size else None
    page = read_page(who, operation, sample, size=rows)
    if page.next is None:
        raise Untestable(f"{operation.id} has no second page to take a cursor of.")
    size = ((rules.size.parameter, str(rows)),) if rules.size else ()
    asked = sample.asking(*size, (rules.parameter, page.next))
    answers = [each.call(operation, asked) for each in (who, session.caller())]
    _end(check, began)
    answers.append(session.caller().call(operation, asked))
    for exchange in answers:
        check.require(exchange.status == 200, "The cursor of a walk is refused.", exchange)
    for exchange in answers:
        same = _ids(check, exchange) == _ids(check, answers[0])
        check.require(same, "A cursor leads another key elsewhere.", exchange)
    head = session.caller().call(operation, asked, method="HEAD")
    check.require(head.status == 200, f"HEAD of a later page is {head.status}.", head)


def _small_pages_alike(check: Check) -> None:
    """Require that small pages hold what one page does, of rows of two kinds that take turns."""
    session, control, operation = check.session, check.session.control, check.operation
    size = paging(operation).size
    if control is None or size is None or size.minimum > 1 or operation.in_location("path"):
        return
    with suppress(Untestable):
        ledger = session.ledger(operation, 0)
        for name, values in control.attributes().items():
            for value in values[1:]:
                with suppress(Untestable):
                    _taking_turns(check, ledger, name, value)


def _taking_turns(check: Check, ledger: Ledger, name: str, value: str) -> None:
    """Compare pages of one row with the largest; Untestable where rows have no such value."""
    session, operation = check.session, check.operation
    for _ in range(ROWS):
        ledger.insert(1, {name: value})
        ledger.insert(1)
    key = session.fresh_key(ledger.tenant, **{name: value})
    for who in (session.holding(key.secret), ledger.caller):
        whole = session.walk(operation, who, size=session.largest(operation))
        small = session.walk(operation, who, size=1, most=len(whole.ids) + 1)
        check.require(
            small.ids == whole.ids,
            f"Beside rows whose {name} is {value}, {len(whole.ids)} rows are listed, and in pages "
            f"of one {len(small.ids)}.",
            small.last.exchange,
        )


def _end(check: Check, key: Key) -> None:
    """Rotate a key, or revoke it where keys are not rotated."""
    control = check.session.control
    if control and rotating(check.contract) and not check.session.missing(Need.ROTATION):
        control.rotate(key.secret)
    elif control:
        control.revoke(key)


def _ids(check: Check, page: Exchange) -> list[str]:
    rows = dig(page.json, paging(check.operation).results)
    check.require(page.status == 200, f"A page is answered with {page.status}.", page)
    return [identity(row) for row in rows] if isinstance(rows, list) else []


def access_token(check: Check) -> Iterator[tuple[str, str]]:
    """An access token of an app of the usual tenant, where the API has such."""
    session, flow = check.session, oauth.flow_of(check.contract)
    if flow and oauth.needed_scopes(flow, check.operation) and not session.missing(Need.OAUTH):
        app = session.once("oauth app of the usual tenant", lambda: _app(check))
        yield "an access token", app.tokens().access


def _app(check: Check) -> oauth.App:
    return oauth.register(check, check.session.tenant())


def kinds_of_keys(session: Session, tenant: str) -> Iterator[tuple[str, str]]:
    """A fresh key of each kind but the usual one that the control plane makes, with what it is."""
    for kind, key in _keys_of_each_kind(session, tenant):
        yield f"a {kind}", key.secret


def _keys_of_each_kind(session: Session, tenant: str) -> Iterator[tuple[str, Key]]:
    for attribute, values in session.control.attributes().items() if session.control else ():
        for value in values[1:]:
            key = session.fresh_key(tenant, **{attribute: value})
            yield f"key whose {attribute} is {value}", key


def _keys_beside(bare: Bucket) -> Iterator[tuple[str, Key]]:
    """A key of the bucket's tenant, and one of each kind that shares the bucket's plan."""
    yield "second key", bare.key()
    control = bare.check.session.control
    for attribute, values in control.attributes().items() if control else ():
        for value in values[1:] if attribute != "plan" else ():
            yield f"key whose {attribute} is {value}", bare.key(**{attribute: value})


def _wrong(operation: Operation, sample: Sample) -> Iterator[Sample]:
    """Requests that are wrong in one way each; a right one where there is little to be wrong."""
    yield carrying_text(sample, "{") if operation.body else sample
    yield sample.asking(("no_such_parameter", "1"))
    if sample.path:
        yield sample.at(**dict.fromkeys(sample.path, NO_SUCH_ID))
    if operation.body:
        yield carrying_text(sample, UNKNOWN_MEMBER)
        yield Sample(sample.path, sample.query, (), sample.body)
