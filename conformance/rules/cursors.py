"""PAG: a cursor is good for the walk that it was made for, and tells nothing."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations, product
from urllib.parse import unquote

from conformance.exchange import Exchange, Pairs
from conformance.filters import absent, filters
from conformance.refusal import layer_code, require_refusal
from conformance.resources import Workbench, resources
from conformance.rule import Check, Need, Untestable, Violation, must, should
from conformance.sample import Sample
from conformance.vocabulary import is_list, paginated, paging
from conformance.walk import Page, identity, read_page

PROMISES = ("HALE-15", "LEAD-10", "LEAD-09")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LONG_AGO = "2001-01-01T00:00:00Z"
MOST_PLACES = 96
TALK = re.compile(
    rb"""["{\[][\w" ]+["\]]?\s*[:,=] | \w+=\w+&
    | \b(offset|limit|cursor|tenant|after|stage|source)\b""",
    re.IGNORECASE | re.VERBOSE,
)
DECODERS = (base64.urlsafe_b64decode, base64.b64decode, base64.b32decode, binascii.unhexlify)


def second_page(check: Check, query: Pairs = (), rows: int = 3) -> Page:
    """The first page of a walk that has a second one, of so many rows.

    Raises Untestable where the list is too short.
    """
    session, operation = check.session, check.operation
    page = read_page(
        session.caller(), operation, session.sample(operation), size=_few(check, rows), query=query
    )
    if page.next is None:
        raise Untestable(f"{operation.id} has no second page to take a cursor of.")
    return page


def replay(check: Check, cursor: str, query: Pairs = ()) -> Exchange:
    """Ask for a page with a cursor, and with these other parameters."""
    rules = paging(check.operation)
    size = ((rules.size.parameter, str(_few(check))),) if rules.size else ()
    sample = check.session.sample(check.operation).asking(*query, *size, (rules.parameter, cursor))
    return check.session.caller().call(check.operation, sample)


def refused(check: Check, exchange: Exchange, what: str) -> None:
    """Require 400 with the code of a cursor that was not made here."""
    require_refusal(check, exchange, 400, what, paging(check.operation).invalid_cursor)


def _few(check: Check, rows: int = 3) -> int | None:
    size = paging(check.operation).size
    return max(rows, size.minimum) if size else None


@must(
    "PAG-021",
    "A cursor that was changed is refused",
    paginated,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def tampered(check: Check) -> None:
    """Every character counts: with any of them changed, a cursor is not one of the server's.

    Changes one place after another, then the length, the letters and the alphabet.

    Source: the contract's `x-page-limits` (`invalid-cursor`).
    Passes: a cursor with one letter changed → 400, `invalid_cursor`.
    Fails: → 200; → 500; bits that a decoder ignores may be changed freely.
    """
    cursor = second_page(check).next or ""
    step = max(1, -(-len(cursor) // MOST_PLACES))
    places = sorted({*range(0, len(cursor), step), len(cursor) - 1})
    for place in places:
        old = cursor[place]
        at = ALPHABET.find(old)
        new = ALPHABET[(at + 1) % len(ALPHABET)] if at >= 0 else "A"
        changed = cursor[:place] + new + cursor[place + 1 :]
        refused(check, replay(check, changed), f"A cursor with place {place} changed")
    for changed in dict.fromkeys(_bent(cursor)):
        if changed != cursor:
            refused(check, replay(check, changed), f"A changed cursor of {len(changed)} characters")


def _bent(cursor: str) -> Iterator[str]:
    yield from (cursor[:-1], cursor[:-2], cursor[:-4], cursor[: len(cursor) // 2], cursor[1:])
    yield from (cursor + "A", "A" + cursor, cursor + cursor, cursor[::-1], cursor.swapcase())
    yield from (cursor + "=", cursor + "==", cursor.rstrip("="), cursor + "\n", cursor + " ")
    yield from (" " + cursor, cursor + "\x00", cursor + "%", cursor + ".", cursor + ".A")
    yield from (cursor.replace("-", "+").replace("_", "/"), cursor.replace(".", ""))
    yield base64.urlsafe_b64encode(cursor.encode()).decode()
    yield from (last for last in _same_bits(cursor))


def _same_bits(cursor: str) -> Iterator[str]:
    """Cursors that a careless decoder reads as this one: unused bits, ignored characters."""
    at = ALPHABET.find(cursor[-1])
    if at >= 0:
        yield from (cursor[:-1] + ALPHABET[at ^ bit] for bit in (1, 2, 4, 8))
    middle = len(cursor) // 2
    yield from (cursor[:middle] + noise + cursor[middle:] for noise in ("!", "\n", " ", "=", "."))


@must(
    "PAG-022",
    "A cursor that was made up is refused",
    paginated,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def made_up(check: Check) -> None:
    """What the server did not mint is refused, and never taken for the first page.

    Source: the contract's `x-page-limits` (`invalid-cursor`).
    Passes: `?cursor=50` → 400, `invalid_cursor`.
    Fails: `?cursor=50` → 200 with the first page; `?cursor=x` → 500.
    """
    rows = check.session.census(check.operation).ids
    plain = [
        "0",
        "1",
        "2",
        "50",
        "-1",
        "null",
        "undefined",
        "true",
        "abc",
        "{}",
        "a" * 22,
        "a" * 4000,
        "%",
        "\x00",
        "é",
        "\U0001f600",
        "eyJ9",
        "====",
        "e30=",
        *rows[:1],
    ]
    readable = [
        '{"offset": 50}',
        '{"id": "x"}',
        f'{{"id": "{rows[0] if rows else 1}"}}',
        "offset:50",
        "50",
        "[]",
        "null",
    ]
    guessed = [base64.urlsafe_b64encode(text.encode()).decode() for text in readable]
    for cursor in (*plain, *guessed, *(g.rstrip("=") for g in guessed)):
        refused(check, replay(check, cursor), f"The cursor {cursor[:30]!r}, which was made up,")
    require_refusal(check, replay(check, ""), 400, "An empty cursor", *_codes(check))


def _codes(check: Check) -> tuple[str, ...]:
    """The codes of a cursor that was not made here, and of a value that is none."""
    return paging(check.operation).invalid_cursor, layer_code(check.operation, 400)


@must(
    "PAG-023",
    "A cursor of other filters is refused",
    lambda contract: tuple(op for op in paginated(contract) if op and filters(contract, op)),
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def other_filters(check: Check) -> None:
    """A walk keeps its filters: with one added, dropped or changed, its cursor is refused.

    So it is with two filters, or all, that several rows match, of which one is dropped or changed;
    and with a value that is another in its letters only, where any text is one; and with the same
    value for another filter that takes it.

    Source: the contract's paging ("sent with the same filters").
    Passes: the cursor of `?stage=won` with `?stage=lost`, or without → 400, `invalid_cursor`.
    Fails: → 200 with a page that belongs to neither list; a cursor knows the day of a moment only;
    it is of the filters in one order only; that of `?stage=won` is good for `?source=won`.
    """
    for name, values in narrowing(check):
        plain = second_page(check).next or ""
        for value in values:
            what = f"The cursor of the whole list with {name}={value}"
            refused(check, replay(check, plain, ((name, value),)), what)
        for value in values:
            try:
                cursor = second_page(check, ((name, value),)).next or ""
            except Untestable:
                continue
            refused(check, replay(check, cursor), f"The cursor of {name}={value} without it")
            for other in (v for v in values if v != value):
                what = f"The cursor of {name}={value} with {name}={other}"
                refused(check, replay(check, cursor, ((name, other),)), what)
            for other in _taking(check, name, value):
                exchange = replay(check, cursor, ((other, value),))
                what = f"The cursor of {name}={value} with {other}={value}"
                require_refusal(check, exchange, 400, what, *_codes(check))
            kept = replay(check, cursor, ((name, value),))
            check.require(kept.status == 200, "The cursor is refused with its own filter.", kept)
    for name, value in _in_other_letters(check):
        page = _second(check, ((name, value),))
        if page is not None:
            exchange = replay(check, page.next or "", ((name, value.swapcase()),))
            refused(check, exchange, f"The cursor of {name}={value} in other letters")
    found = [*narrowing(check)]
    for some in (*combinations(found, 2), *((found,) if len(found) > 2 else ())):
        all_ = _of_most(check, some)
        page = _second(check, all_, rows=1)
        if page is None:
            continue
        for place, (name, values) in enumerate(some):
            other = next(value for value in values if value != all_[place][1])
            for instead in ((), ((name, other),)):
                query = (*all_[:place], *instead, *all_[place + 1 :])
                exchange = replay(check, page.next or "", query)
                refused(check, exchange, f"The cursor of {all_} with {query}")
        kept = replay(check, page.next or "", all_[::-1])
        check.require(kept.status == 200, f"The cursor of {all_} is refused, in turn.", kept)


def _taking(check: Check, name: str, value: str) -> Iterator[str]:
    """The other filters of a list that take a value of one."""
    contract, found = check.contract, filters(check.contract, check.operation)
    kinds = {each.parameter.name: contract.kind(each.parameter) for each in found}
    for other in (each.parameter for each in found if each.parameter.name != name):
        both, known = {kinds[name], kinds[other.name]}, contract.values(other)
        if (len(both) == 1 or both == {"string", "enum"}) and (not known or value in known):
            yield other.name


def _of_most(check: Check, some: Sequence[tuple[str, list[str]]]) -> Pairs:
    """A value of each of some filters, so that as many rows as possible match them all."""
    named = {found.parameter.name: found for found in filters(check.contract, check.operation)}
    chosen = [named[name] for name, _ in some]
    together = Counter(
        values
        for row in check.session.census(check.operation).rows
        for values in product(*([LONG_AGO] if f.kind == "since" else f.values(row) for f in chosen))
    )
    values = next(iter(together.most_common(1)), (tuple(values[0] for _, values in some), 0))[0]
    return tuple((name, value) for (name, _), value in zip(some, values, strict=True))


def _in_other_letters(check: Check) -> Iterator[tuple[str, str]]:
    """A value of each filter by any text that is another one in other letters."""
    free = {f.parameter.name for f in filters(check.contract, check.operation) if f.kind == "equal"}
    for name, (value, *_) in narrowing(check):
        parameter = next(p for p in check.operation.in_location("query") if p.name == name)
        if name in free and not check.contract.values(parameter) and value.swapcase() != value:
            yield name, value


def narrowing(check: Check) -> Iterator[tuple[str, list[str]]]:
    """Each filter of a list, with values for it: what most rows match first, or all of them."""
    rows = check.session.census(check.operation).rows
    for found in filters(check.contract, check.operation):
        if found.kind == "since":
            yield found.parameter.name, [LONG_AGO, "2001-01-01T00:00:00.001Z"]
            continue
        seen = [value for row in rows for value in found.values(row)]
        documented = check.contract.values(found.parameter)
        values = sorted(set(seen), key=seen.count, reverse=True)[: max(2, len(documented))]
        yield found.parameter.name, [*values, *([absent(found)] if len(values) < 2 else [])]


@must(
    "PAG-024",
    "A cursor of another list is refused",
    lambda contract: paginated(contract) if len(paginated(contract)) > 1 else (),
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def other_list(check: Check) -> None:
    """A cursor of contacts is none of leads, nor is it where both are narrowed alike.

    Nor is a cursor of a row's list one of the same list of another row.

    Source: the contract's `x-page-limits` (`invalid-cursor`).
    Passes: the cursor of `/contacts` at `/leads` → 400, `invalid_cursor`.
    Fails: → 200 with a page from a place that means nothing there; a cursor of the messages of one
    conversation leads into those of another.
    """
    own = dict(narrowing(check))
    for other in check.contract.api.operations:
        if is_list(other) and other.id != check.operation.id:
            elsewhere = Check(check.session, other)
            for query in ((), *_in_common(own, dict(narrowing(elsewhere)))):
                if page := _second(elsewhere, query):
                    exchange = replay(check, page.next or "", query)
                    refused(check, exchange, f"The cursor of {other.id} with {query}")
    for exchange in _at_another_row(check):
        refused(check, exchange, "The cursor of the same list of another row")


def _in_common(own: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> Iterator[Pairs]:
    """For each filter that two lists have, the value that narrows both."""
    for name in sorted(own.keys() & other.keys()):
        for value in [value for value in own[name] if value in other[name]][:1]:
            yield ((name, value),)


def _at_another_row(check: Check) -> Iterator[Exchange]:
    """What the cursor of a list gets of the same list of another row, where such can be made."""
    session, operation = check.session, check.operation
    found = next((each for each in resources(check.contract) if each.listed == operation), None)
    if found is None or not found.create or not operation.in_location("path"):
        return
    if session.control is None or session.missing(Need.FRESH_KEYS):
        return
    tenant = session.new_tenant()
    here, there = (
        Workbench.of(session, found, session.of_tenant(tenant), tenant) for _ in range(2)
    )
    for bench in (here, here, there, there):
        bench.made()
    size = paging(operation).size
    page = read_page(
        here.caller, operation, Sample(path=here.place), size=size.minimum if size else None
    )
    if page.next is not None and here.place != there.place:
        query = ((paging(operation).parameter, page.next),)
        yield there.caller.call(operation, Sample(path=there.place, query=query))


@must(
    "PAG-025",
    "A cursor of another tenant is refused",
    paginated,
    promises=(*PROMISES, "HALE-04"),
    needs=(Need.SECOND_TENANT,),
)
def other_tenant(check: Check) -> None:
    """A cursor that is passed on opens nothing to another tenant, and leads it nowhere.

    Neither does that of a narrowed list, with the same filter.

    Source: OWASP API1:2023; the contract's `x-page-limits` (`invalid-cursor`).
    Passes: a cursor of acme with a key of globex → 400, `invalid_cursor`.
    Fails: → 200 with rows of either.
    """
    session, operation = check.session, check.operation
    other = session.other()
    sample = session.sample(operation, other)
    for query in ((), *(((name, values[0]),) for name, values in narrowing(check))):
        page = read_page(other, operation, sample, size=_few(check), query=query)
        if page.next is not None:
            what = f"The cursor of another tenant with {query}"
            refused(check, replay(check, page.next, query), what)
        elif not query:
            raise Untestable("The other tenant has no second page.")


@must(
    "PAG-028",
    "A cursor of a tenant's other data is refused",
    paginated,
    promises=(*PROMISES, "ALOHA-02"),
    needs=(Need.FRESH_KEYS,),
)
def other_data(check: Check) -> None:
    """Where two kinds of keys of one tenant see other rows, neither can go on where the other was.

    Looks at every kind of key that the control plane can mint, such as live and test keys.

    Source: OWASP API1:2023; the contract's `x-page-limits` (`invalid-cursor`).
    Passes: the cursor of a test key with a live key → 400, `invalid_cursor`.
    Fails: → 200.
    """
    session, operation = check.session, check.operation
    kinds = session.control.attributes() if session.control else {}
    for name, values in kinds.items():
        callers = [
            session.holding(session.key(**{name: str(value)}).secret) for value in values[:2]
        ]
        found = []
        for who in callers:
            with suppress(Violation):
                sample = session.sample(operation, callers[0])
                found.append(read_page(who, operation, sample, size=_few(check)))
        if len(found) < 2 or {identity(r) for r in found[0].rows} & {
            identity(r) for r in found[1].rows
        }:
            continue
        for page, who in zip(found, reversed(callers), strict=True):
            if page.next is not None:
                sample = session.sample(operation, callers[0])
                asked = (paging(operation).parameter, page.next)
                exchange = who.call(operation, sample.asking(asked))
                refused(check, exchange, f"The cursor of a key of another {name}")


@must("PAG-026", "A cursor tells nothing", paginated, promises=PROMISES, needs=(Need.CREDENTIAL,))
def opaque(check: Check) -> None:
    """What can be read in a cursor is soon relied upon: no number, id, moment, filter or JSON.

    Reads the cursor as it is, and as hexadecimal, base 32, base 64 and deflated data.

    Source: the contract's paging ("unchanged").
    Passes: `kq2ZVb7tXyR4mWnE0sLg9f`.
    Fails: `50`; `eyJvZmZzZXQiOjUwfQ` (`{"offset":50}`); `ctk_AbCd`.
    """
    first = second_page(check)
    for query in ((), *(((name, values[0]),) for name, values in narrowing(check))):
        page = first if not query else _second(check, query)
        if page is None or page.next is None:
            continue
        words = [identity(row).encode() for row in page.rows]
        words += [identity(row).partition("_")[2].encode() for row in page.rows]
        words += [str(v).encode() for row in page.rows for v in row.values() if len(str(v)) > 3]
        words += [value.encode() for _, value in query if len(value) > 3]
        for reading in _readings(page.next):
            told = next((word for word in words if len(word) > 3 and word in reading), b"")
            check.require(not told, f"The cursor tells {told!r}.", page.exchange)
            check.require(
                not _speaks(reading), f"The cursor can be read: {reading[:60]!r}.", page.exchange
            )


def _second(check: Check, query: Pairs, rows: int = 3) -> Page | None:
    try:
        return second_page(check, query, rows)
    except Untestable:
        return None


def _readings(cursor: str) -> list[bytes]:
    """What a cursor may say. Of bytes at random some begin like deflated data; few end so, too."""
    raw = unquote(cursor).encode()
    found = [raw]
    for part in {raw, *raw.split(b"."), *raw.split(b":")}:
        bare = part.rstrip(b"=")
        padded = bare + b"=" * (-len(bare) % 4)
        for decode in DECODERS:
            with suppress(ValueError):
                found.append(decode(part if decode is binascii.unhexlify else padded))
    for reading in list(found):
        for bits in (15, -15, 31):
            machine = zlib.decompressobj(bits)
            with suppress(zlib.error):
                text = machine.decompress(reading)
                found += [text] if machine.eof and not machine.unused_data else []
    return found


def _speaks(reading: bytes) -> bool:
    """Whether bytes are text with a meaning: a number, JSON, a query, words of a protocol."""
    if re.fullmatch(rb"-?\d{1,18}", reading):
        return True
    text = TALK.search(reading)
    moment = re.search(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", reading)
    return bool(moment or (text and _printable(reading) > 0.8))


def _printable(reading: bytes) -> float:
    return sum(32 <= byte < 127 for byte in reading) / max(len(reading), 1)


@should("PAG-027", "Cursors do not count", paginated, promises=PROMISES, needs=(Need.CREDENTIAL,))
def not_sequential(check: Check) -> None:
    """Cursors of neighbouring pages that are almost the same invite to be calculated.

    Source: the contract's paging ("unchanged").
    Passes: two cursors that share nothing but a version.
    Fails: `AAAAAAAAADI` and `AAAAAAAAAGQ` (50 and 100).
    """
    session, operation = check.session, check.operation
    first = second_page(check)
    following = read_page(
        session.caller(), operation, session.sample(operation), size=_few(check), cursor=first.next
    )
    if following.next is None or first.next is None:
        raise Untestable("There is no third page.")
    pair = list(zip(first.next, following.next, strict=False))
    same = sum(left == right for left, right in pair) / len(pair)
    if same > 0.6:
        raise Violation(f"{same:.0%} of the cursors of two pages is the same.", following.exchange)
