"""Requests of an operation as no well-behaved client sends them, and what must come of them."""

from __future__ import annotations

from urllib.parse import quote

from conformance.exchange import Exchange, Pairs
from conformance.rule import Check
from conformance.sample import Sample, encode
from generator.model import Operation

ELSEWHERE = "elsewhere"
"""What requests are meant for that may not even reach the API: none but their rule judges them."""
REFUSED = frozenset({400, 413, 414, 415, 422, 431})
"""The statuses of a request that is not as documented."""


def raw(
    check: Check,
    operation: Operation,
    *,
    sample: Sample | None = None,
    method: str = "",
    headers: Pairs = (),
    body: bytes | None = None,
    path: str = "",
    query: str = "",
    nobody: bool = False,
    meant: str = "",
) -> Exchange:
    """Send a request of an operation, or to another path, as it stands, on its own connection."""
    session = check.session
    good = sample or session.sample(operation)
    place = operation.path
    for name, value in good.path.items():
        place = place.replace(f"{{{name}}}", quote(value, safe=""))
    named = {name.lower() for name, _ in headers}
    kept = tuple(pair for pair in good.headers if pair[0].lower() not in named)
    sent = tuple(pair for pair in headers if pair[1])
    caller = session.nobody() if nobody else session.caller()
    return caller.send_raw(
        method or operation.method,
        path or place,
        query or encode(good.query),
        headers=(*kept, *sent),
        body=good.body if body is None else body,
        operation=meant or (ELSEWHERE if path else operation.id),
    )


def refused(check: Check, exchange: Exchange, what: str) -> None:
    """Require a refusal that blames the client, as the contract documents refusals."""
    require_documented(check, exchange, what)
    check.require(
        exchange.status in REFUSED,
        f"{what} is answered with {exchange.status}, not refused.",
        exchange,
    )


def require_documented(check: Check, exchange: Exchange, what: str) -> None:
    """Require an answer that blames no server, and that is whole JSON where it is an error."""
    check.require(
        exchange.status < 500, f"{what} makes the server fail: {exchange.status}.", exchange
    )
    if exchange.status >= 400 and exchange.request.method != "HEAD" and check.contract.api.envelope:
        check.require(
            isinstance(exchange.json, dict) and "error" in exchange.json,
            f"{what} is refused without the envelope of errors.",
            exchange,
        )
