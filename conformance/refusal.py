"""What a refusal looks like: the documented status, and the documented code in the envelope."""

from __future__ import annotations

from conformance.exchange import Exchange
from conformance.rule import Check, Violation
from conformance.walk import dig
from generator.model import Operation


def code_of(check: Check, exchange: Exchange) -> str:
    """The error code in an answer; empty where there is none."""
    envelope = check.contract.api.envelope
    code = dig(exchange.json, envelope.code) if envelope and envelope.code else None
    return code if isinstance(code, str) else ""


def layer_code(operation: Operation, status: int) -> str:
    """The code that a layer of the server raises: the first that the contract lists."""
    response = operation.response(status)
    return next(iter(response.error_codes), "") if response else ""


def require_refusal(check: Check, exchange: Exchange, status: int, what: str, *codes: str) -> None:
    """Raise Violation unless the answer is this status, with one of these codes if any is given."""
    if exchange.status != status:
        raise Violation(f"{what} is answered with {exchange.status}, not {status}.", exchange)
    wanted = tuple(code for code in codes if code)
    found = code_of(check, exchange)
    if wanted and check.contract.api.envelope and check.contract.api.envelope.code:
        check.require(
            found in wanted,
            f"{what} is refused with the code {found!r}, not {' or '.join(map(repr, wanted))}.",
            exchange,
        )
