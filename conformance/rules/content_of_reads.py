"""HDR: what is sent with a request that is to have no content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from conformance.rule import Check, Need, must
from conformance.rules.undocumented_names import unlike
from conformance.sample import Sample, encode, value_of
from conformance.vocabulary import is_list, paging, readable
from generator.model import Operation

REFUSING = frozenset({400, 413, 415})
"""What a server may say to content that it has no use for."""


@must(
    "HDR-016",
    "What is sent with a GET changes no answer",
    readable,
    promises=("HALE-09",),
    needs=(Need.CREDENTIAL,),
)
def content(check: Check) -> None:
    """The content of a GET has no meaning: no parameter is read from it, and nothing breaks of it.

    Lists are sent their own parameters, as JSON and as a form, what is read by an id half a
    document. To refuse such a request is fine, too.

    Source: RFC 9110 §9.3.1 (content in a GET cannot alter the meaning of the request).
    Passes: `GET /contacts` with `{"limit": 2}` → the page as without, or 400.
    Fails: → a page of 2 rows; half a document → 500.
    """
    caller, good = check.session.caller(), check.session.sample(check.operation)
    before = caller.call(check.operation, good)
    for label, body in _content(check.operation, good):
        sent = replace(good, body=body)
        exchange = caller.call(check.operation, sent, headers=(("Content-Type", label),))
        if exchange.status in REFUSING:
            continue
        check.require(
            exchange.status == before.status,
            f"With content of {label} GET is {exchange.status}, without {before.status}.",
            exchange,
        )
        if unlike(before.json, exchange.json, before.json):
            after = caller.call(check.operation, good)
            place = unlike(before.json, exchange.json, after.json)
            check.require(not place, f"With content of {label} {place} is another.", exchange)


def _content(operation: Operation, good: Sample) -> Iterator[tuple[str, bytes]]:
    """What is sent with a GET that needs nothing: how it is labelled, and what it is."""
    if not is_list(operation):
        yield "application/json", b'{"half":'
        return
    own, cursor = dict(good.query), paging(operation).parameter
    query = {p.name: value_of(p) for p in operation.in_location("query") if p.name != cursor}
    more = {name: value for name, value in query.items() if name not in own}
    yield "application/json", json.dumps(more).encode()
    yield "application/x-www-form-urlencoded", encode(tuple(more.items())).encode()
