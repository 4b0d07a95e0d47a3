"""Everything that can be read of an API by one party."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from conformance import sample as samples
from conformance.caller import Caller
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.vocabulary import is_list, parent_of, readable
from conformance.walk import Page, identity, pages
from generator.model import Operation, Parameter

MOST_PAGES = 4
MOST_PLACES = 100


def everything(contract: Contract, caller: Caller, facts: Mapping[str, str]) -> Iterator[Exchange]:
    """The answers to every GET: each page of each list, each row by its id, what is below it.

    Of a long list only the first pages and rows are read. `facts` are values of parameters.
    """
    for operation in readable(contract):
        if operation is None:
            continue
        for place in _places(contract, operation.in_location("path"), operation, caller, facts):
            yield from _read(operation, caller, place)


def _read(operation: Operation, caller: Caller, known: Mapping[str, str]) -> Iterator[Exchange]:
    sample = samples.of(operation, known)
    if is_list(operation):
        yield from (page.exchange for page in _pages(operation, caller, known))
    else:
        yield caller.call(operation, sample)


def _pages(operation: Operation, caller: Caller, known: Mapping[str, str]) -> Iterator[Page]:
    paging = operation.pagination
    size = paging.size.maximum if paging and paging.size else None
    sample = samples.of(operation, known)
    return pages(caller, operation, sample, sizes=lambda _: size, most=MOST_PAGES)


def _places(
    contract: Contract,
    parameters: Sequence[Parameter],
    operation: Operation,
    caller: Caller,
    known: Mapping[str, str],
) -> Iterator[Mapping[str, str]]:
    """The values that the path parameters can have, by the rows of the lists they name."""
    if not parameters:
        yield known
        return
    name, rest = parameters[0].name, parameters[1:]
    parent = parent_of(contract, operation, name)
    rows = [row for page in _pages(parent, caller, known) for row in page.rows] if parent else []
    for row in rows[:MOST_PLACES]:
        yield from _places(contract, rest, operation, caller, {**known, name: identity(row)})
