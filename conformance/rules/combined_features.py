"""LIM, PAG: lists where several of their features are used at once, or one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from conformance.caller import Caller
from conformance.contract import Contract
from conformance.exchange import Exchange, Pairs
from conformance.refusal import layer_code, require_refusal
from conformance.rule import Check, Need, must
from conformance.rules.cursors import narrowing
from conformance.rules.kinds_of_keys import access_token, kinds_of_keys
from conformance.survey import BROWSERS
from conformance.vocabulary import Subjects, is_list, paginated, paging, queried
from conformance.walk import Page, dig, identity, read_page

PROMISES = ("HALE-10", "HALE-15", "ALOHA-07", "ALOHA-09", "LEAD-09", "LEAD-10")
FOREIGN = (BROWSERS, ("Origin", "https://attacker.example"))
WRONG = {"date-time": "yesterday", "date": "2026-02-30", "enum": "no-such-value"}
UNKNOWN = ("no-such-parameter", "1")


@dataclass(frozen=True, slots=True)
class _Later:
    """The second page of a list, by how it is asked for; of one page, that page."""

    caller: Caller
    query: Pairs

    def ask(self, check: Check, *more: tuple[str, str], method: str = "") -> Exchange:
        """Ask for it with other parameters besides, as a page of another site does."""
        sample = check.session.sample(check.operation).asking(*self.query, *more)
        return self.caller.call(check.operation, sample, method=method, headers=FOREIGN)


def _size(check: Check) -> Pairs:
    """A small size of a page, where it can be chosen."""
    size = paging(check.operation).size
    return ((size.parameter, str(max(2, size.minimum))),) if size else ()


def _narrowings(check: Check) -> list[Pairs]:
    """For each filter of the list a value that most of its rows match, or all of them."""
    return [((name, values[0]),) for name, values in narrowing(check)]


def _later(check: Check, caller: Caller, narrowed: Pairs) -> _Later:
    """The second page for a caller, or the first where it has no other."""
    operation, rules = check.operation, paging(check.operation)
    asked = check.session.sample(operation).asking(*narrowed, *_size(check))
    cursor = read_page(caller, operation, asked).next
    following = ((rules.parameter, cursor),) if cursor else ()
    return _Later(caller, (*narrowed, *following))


def _wrong(check: Check, narrowed: Pairs) -> Iterator[Pairs]:
    """What is refused, by the parameters that a list has besides those that narrow it."""
    size = paging(check.operation).size
    yield (UNKNOWN,)
    if size:
        numbers = (size.minimum - 1, *((size.maximum + 1,) if size.maximum else ()))
        yield from (((size.parameter, str(value)),) for value in reversed(numbers))
        yield ((size.parameter, str(size.minimum)), (size.parameter, str(size.minimum + 1)))
    for parameter in check.operation.in_location("query"):
        wrong = WRONG.get(check.contract.kind(parameter))
        if wrong and parameter.name not in dict(narrowed):
            yield ((parameter.name, wrong),)


def _all_wrong(check: Check) -> Pairs:
    """What is refused, once for each parameter of a list that can be wrong, and one unknown."""
    wrong = [pair for pairs in _wrong(check, ()) for pair in pairs[:1]]
    return tuple({pair[0]: pair for pair in reversed(wrong)}.values())


def refusing(contract: Contract) -> Subjects:
    """Every list that documents what it says to a wrong parameter."""
    return tuple(op for op in queried(contract) if op and is_list(op))


@must(
    "LIM-047",
    "What is refused is refused beside whatever else is sent",
    refusing,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def refused_beside(check: Check) -> None:
    """A value that is wrong is wrong beside a good cursor and a good filter, whoever sends it.

    Asks as browsers do for second pages, of the whole list and of what each filter leaves of it;
    with keys of every kind for the first, with one of them by HEAD, too. And one request is wrong
    in everything at once.

    Source: the contract's `parameters`; the house's decisions on unknown and repeated ones.
    Passes: `?status=draft&cursor=…&limit=101` → 400, also with an access token.
    Fails: → 200, as sizes are looked at where a walk begins; with a token `?a=b` → 200.
    """
    session, operation = check.session, check.operation
    codes = (layer_code(operation, 400), paging(operation).invalid_cursor)
    for narrowed in ((), *_narrowings(check)):
        later = _later(check, session.caller(), narrowed)
        at_once = () if narrowed else (_all_wrong(check),)
        for wrong in (*_wrong(check, narrowed), *at_once):
            require_refusal(
                check, later.ask(check, *wrong), 400, f"{wrong} beside {narrowed}", *codes
            )
        first = replace(later, query=(*narrowed, *_size(check)))
        empty = first.ask(check, (paging(operation).parameter, ""))
        require_refusal(check, empty, 400, f"An empty cursor beside {narrowed}", *codes)
    kinds = _kinds(check)
    for number, (kind, secret) in enumerate(kinds, 1):
        whole, (unknown, *others) = _Later(session.holding(secret), ()), _wrong(check, ())
        wrong = next(iter(others), unknown)
        exchange = whole.ask(check, *wrong)
        if exchange.status in {401, 403}:
            continue
        require_refusal(check, exchange, 400, f"{wrong} with {kind}", *codes)
        if number == len(kinds):
            head = whole.ask(check, *unknown, method="HEAD")
            check.require(head.status == 400, f"HEAD with {unknown} is {head.status}.", head)


@must(
    "PAG-049",
    "A cursor stays good whatever else is asked for meanwhile",
    paginated,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def good_meanwhile(check: Check) -> None:
    """Walks do not know of each other: two tabs, two filters, two lists and two users go on apart.

    Source: the contract's paging, which binds a cursor to its list and filters only.
    Passes: a walk begins; others begin, narrowed, by other sizes, of other lists and with other
    keys; all go on where they were.
    Fails: → 400, as a tenant has one cursor at a time; → the rows of the walk that began last.
    """
    session, operation = check.session, check.operation
    who, sample, begun = session.caller(), session.sample(operation), []
    for narrowed in ((), *_narrowings(check)):
        first = (*narrowed, *_size(check))
        cursor = read_page(who, operation, sample, query=first).next
        if cursor is not None:
            asked = (*first, (paging(operation).parameter, cursor))
            begun.append((asked, _ids(read_page(who, operation, sample, query=asked))))
    plain = _ids(read_page(who, operation, sample)) if begun[1:] else []
    for secret in _others(check):
        other = session.holding(secret)
        if _listed(check, other.call(operation, sample)) != plain:
            continue
        for asked, rows in begun[1:]:
            page = other.call(operation, sample.asking(*asked))
            check.require(_listed(check, page) == rows, "It leads another key elsewhere.", page)
    for another in filter(is_list, check.contract.api.operations):
        if another.id != operation.id and not another.in_location("path"):
            read_page(who, another, session.sample(another))
            break
    for asked, rows in begun:
        page = who.call(operation, sample.asking(*asked))
        check.require(_listed(check, page) == rows, "A cursor leads elsewhere since.", page)


def _kinds(check: Check) -> list[tuple[str, str]]:
    """A key of each kind but the usual one, made once a run, and an access token."""
    session = check.session
    made = session.once("keys of every kind", lambda: [*kinds_of_keys(session, session.tenant())])
    return [*made, *access_token(check)]


def _others(check: Check) -> Iterator[str]:
    """A key of another kind, and an access token, where there are such."""
    yield from (secret for _, secret in (*_kinds(check)[:1], *access_token(check)))


def _listed(check: Check, page: Exchange) -> list[str]:
    rows = dig(page.json, paging(check.operation).results)
    return [identity(row) for row in rows] if isinstance(rows, list) else []


def _ids(page: Page) -> list[str]:
    return [identity(row) for row in page.rows]
