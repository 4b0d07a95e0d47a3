"""DEP: what is going to be removed says so, in good time, and nothing else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.rule import Check, must
from conformance.vocabulary import Subjects, house
from generator.model import Operation

PROMISES = ("LEAD-23", "LEAD-22")
_ANNOUNCEMENT = re.compile(r"(?:.+-)?(?:deprecation|deprecated)", re.IGNORECASE)
_REMOVAL = re.compile(r"(?:.+-)?sunset", re.IGNORECASE)
_STANDARD = "Deprecation"
"""RFC 9745: when it was, or will be, deprecated; which may be past."""


def announcing(contract: Contract) -> frozenset[str]:
    """The documented headers that announce a deprecation."""
    return frozenset(
        header.name
        for operation in contract.api.operations
        for response in operation.responses
        for header in response.headers
        if _ANNOUNCEMENT.fullmatch(header.name)
    )


def deprecated(contract: Contract) -> Subjects:
    """Every deprecated operation, where a header announces that."""
    found = house(contract) if announcing(contract) else ()
    return tuple(operation for operation in found if operation.deprecated)


def current(contract: Contract) -> Subjects:
    """Every operation that is not deprecated, and what is none, where a header would say so."""
    found = [op for op in house(contract) if not op.deprecated]
    return (*found, None) if announcing(contract) else ()


@must("DEP-001", "What is deprecated says so", deprecated, promises=PROMISES)
def announced(check: Check) -> None:
    """Every answer of a deprecated operation announces it, errors too.

    Source: the contract's `deprecated` and the header it documents; RFC 9745 §2.
    Passes: `X-API-Deprecation: 2026-12-01` on 200, 401 and 429.
    Fails: only on 200; on none.
    """
    names = _standing(check.contract)
    for exchange in _answers(check):
        check.require(_said(names, exchange), "A deprecated operation does not say so.", exchange)


@must("DEP-002", "What is not deprecated does not say so", current, promises=PROMISES)
def not_announced(check: Check) -> None:
    """No answer of anything else announces a deprecation: somebody would move away for nothing.

    Source: the contract's `deprecated`; RFC 9745 §2.
    Passes: no `X-API-Deprecation`.
    Fails: `X-API-Deprecation` on each answer, empty or not.
    """
    names = _standing(check.contract)
    for exchange in _answers(check):
        said = _said(names, exchange) or [
            name for name, _ in exchange.answer.headers if _REMOVAL.fullmatch(name)
        ]
        check.require(not said, f"It has {', '.join(said)} and is not deprecated.", exchange)


@must("DEP-003", "A removal lies ahead", deprecated, promises=PROMISES)
def ahead(check: Check) -> None:
    """The day of the removal is a day, the same on each answer, and has not come yet.

    Source: the header that the contract documents; RFC 8594 §3 (`Sunset`).
    Passes: `Sunset: Sun, 01 Dec 2030 00:00:00 GMT`.
    Fails: a day last year; `soon`; another day on each answer.
    """
    control = check.session.control
    now = control.now() if control else datetime.now(UTC)
    days: dict[str, str] = {}
    own = _standing(check.contract) - {_STANDARD.lower()}
    for exchange in _answers(check):
        for name, value in exchange.answer.headers:
            if name.lower() not in own and not _REMOVAL.fullmatch(name):
                continue
            day = _day(value)
            check.require(day is not None, f"{name} is {value!r}.", exchange)
            check.require(
                day is not None and day > now, f"{name} is {value!r}, which is past.", exchange
            )
            check.require(
                days.setdefault(name, value) == value, f"{name} changes from day to day.", exchange
            )


def _standing(contract: Contract) -> frozenset[str]:
    """The names, in lower case, of the headers that announce a deprecation."""
    return frozenset({*(name.lower() for name in announcing(contract)), _STANDARD.lower()})


def _answers(check: Check) -> Iterator[Exchange]:
    """The answers of an operation, or those to no operation, that plain HTTP is not the matter of.

    A path of something deprecated is not looked at for what is none.
    """
    operation: Operation | None = check.subject
    paths = tuple(op.path for op in check.contract.api.operations if op.deprecated)
    for exchange in check.session.survey(operation) if operation else check.session.strays():
        elsewhere = operation or not urlsplit(exchange.request.url).path.endswith(paths)
        if elsewhere and exchange.request.header("x-forwarded-proto") is None:
            yield exchange


def _said(names: frozenset[str], exchange: Exchange) -> list[str]:
    return [name for name, _ in exchange.answer.headers if name.lower() in names]


def _day(value: str) -> datetime | None:
    """A day or moment as headers write it: RFC 3339, `@` and Unix time, or an HTTP date."""
    try:
        if re.fullmatch(r"@\d+", value):
            return datetime.fromtimestamp(int(value[1:]), UTC)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return datetime.fromisoformat(value).replace(tzinfo=UTC) + timedelta(days=1)
        found = (
            datetime.fromisoformat(value) if value[:4].isdigit() else parsedate_to_datetime(value)
        )
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
