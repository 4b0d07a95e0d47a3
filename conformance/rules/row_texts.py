"""PAG: whatever text a row has, that is what is told of it, and what finds it."""

from __future__ import annotations

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.filters import Filter, filters
from conformance.ledger import Ledger
from conformance.rule import Check, Need, must
from conformance.rules.consistency import detail
from conformance.rules.filters import PROMISES
from conformance.vocabulary import (
    Subjects,
    detail_of,
    equal_filtered,
    id_parameter,
)
from conformance.walk import Row, identity, read_page
from generator.model import Operation

TEXTS = (
    "",
    "Open House",
    "Open  House",
    "Open House\n",
    "open house",
    " open house ",
    "007",
    "7",
    "true",
    "a,b; c/d + e",
    '100% <b>Q&amp;A</b> & "co" \\ O\'Neil',
    "caf\u00e9",
    "cafe\u0301",
    "caf\u00c9",
    "\u8fd4\u91d1 \U0001f4b8",
    "long " * 240,
    "long " * 240 + "and longer",
)
"""Texts that differ in a letter's case, a space, a zero, how an accent is written, or their end."""


def free_filtered(contract: Contract) -> Subjects:
    """Every list that can be narrowed by a member that may be any text."""
    return tuple(op for op in equal_filtered(contract) if op and free_filters(contract, op))


def free_filters(contract: Contract, operation: Operation) -> list[Filter]:
    """The filters of a list by a member that may be any text."""
    return [
        found
        for found in filters(contract, operation)
        if found.kind == "equal"
        and not contract.values(found.parameter)
        and not (found.parameter.schema.limits.max_length or found.parameter.schema.limits.pattern)
    ]


@must(
    "PAG-044",
    "Any text that a row has is told as it is, and found by nothing else",
    free_filtered,
    promises=PROMISES,
    needs=(Need.ROWS,),
)
def every_text(check: Check) -> None:
    """List, detail and filter agree on a text to the letter, whatever is in it.

    Makes a row with each of some texts that are easily taken for one another, or for something
    else: capitals, spaces, zeros, markup, accents in both ways of writing them, long ones. An empty
    one may be refused as a filter.

    Source: the contract's parameter ("exactly") and row; RFC 8259 §7.
    Passes: ` open house ` is told with both its spaces, and `?source=%20open%20house%20` finds
    that row alone.
    Fails: `"source": "&amp;"` for `&`; `?source=7` finds `007`; what is longer than 255 characters
    is cut; a text with a capital is never found.
    """
    for found in free_filters(check.contract, check.operation):
        _require_each_text(check, found)


def _require_each_text(check: Check, found: Filter) -> None:
    session, operation, member = check.session, check.operation, found.member
    ledger = session.ledger(operation, 0)
    texts = {ledger.insert(1, {member: text})[0]: text for text in TEXTS}
    whole = session.walk(operation, ledger.caller)
    rows = {identity(row): row for row in whole.rows}
    for id_, text in texts.items():
        _require_told(check, rows.get(id_, {}), member, text, whole.last.exchange)
        _require_read(check, ledger, id_, member, text)
        _require_found(check, ledger, found, id_, text)


def _require_read(check: Check, ledger: Ledger, id_: str, member: str, text: str) -> None:
    """Require that the detail, where there is one, tells the same."""
    reading = detail_of(check.contract, check.operation)
    if reading is None:
        return
    sample = check.session.sample(reading, ledger.caller).at(**{id_parameter(reading): id_})
    exchange = ledger.caller.call(reading, sample)
    _require_told(check, detail(exchange), member, text, exchange)


def _require_told(check: Check, row: Row, member: str, text: str, exchange: Exchange) -> None:
    told = row.get(member)
    check.require(
        told == text, f"{member} is {text[:40]!r}, and told as {str(told)[:40]!r}.", exchange
    )


def _require_found(check: Check, ledger: Ledger, found: Filter, id_: str, text: str) -> None:
    """Require that a text finds its row and no other; an empty one may be refused."""
    operation, name = check.operation, found.parameter.name
    sample = check.session.sample(operation, ledger.caller)
    if not text and ledger.caller.call(operation, sample.asking((name, text))).status == 400:
        return
    page = read_page(ledger.caller, operation, sample, query=((name, text),))
    ids = [identity(row) for row in page.rows]
    check.require(
        ids == [id_], f"{name}={text[:40]!r} finds {len(ids)} rows, not the one.", page.exchange
    )
