"""LIF: a row's moments: when it was made and changed, by the clock, and those that were sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from conformance.contract import Contract
from conformance.control import Control
from conformance.filters import moment
from conformance.months import seconds_to_end
from conformance.resources import Workbench
from conformance.rule import Check, Need, Untestable, Violation, must
from conformance.rules.resources import changes
from conformance.sample import Sample
from conformance.vocabulary import Subjects, body_schema
from conformance.walk import Row, identity
from generator.model import Operation, Scalar

PROMISES = ("ALOHA-05", "ALOHA-06", "LEAD-04", "LEAD-12", "LEAD-13", "LEAD-14", "LEAD-16")
MADE, CHANGED = ("created_at", "createdAt"), ("updated_at", "updatedAt")
SLACK = timedelta(seconds=1)
"""What a moment may be off that is written in whole seconds."""
HOUR = 3600.0
HALF_A_YEAR = 182 * 86_400.0
"""After which one of the two moments, at least, is in a summer time, wherever there is one."""
LATE = 600.0
"""How many seconds before a month's end a row is made or changed."""
KEPT = (
    "2031-02-28T23:59:59.250Z",
    "2032-02-29T00:30:00+05:30",
    "2031-12-31T20:15:00-03:30",
    "2043-07-01T12:00:00-08:00",
    "2031-01-01T00:00:00.5+14:00",
)
"""Moments that careless reading changes."""


@must(
    "LIF-006",
    "A row says when it was made, and when it was changed",
    changes,
    promises=PROMISES,
    needs=(Need.CREDENTIAL, Need.CLOCK),
)
def by_the_clock(check: Check) -> None:
    """A new row is of now; an hour later a change makes it changed then, and made as before.

    Sends each documented change, and each member alone, an hour after the one before it, from late
    on the last day of a month on; and makes another row half a year later, when the clocks of many
    places are changed, on such a day.

    Source: the contract's members of these names; clients sync by them.
    Passes: made at 12:00, changed at 13:00 → `created_at` 12:00, `updated_at` 13:00.
    Fails: the time zone of the server, which may be UTC in winter; `created_at` moves; `updated_at`
    stays, where nothing but the `content` is changed.
    """
    bench, control = Workbench.at(check), check.session.control
    if control is None:
        raise Untestable(check.session.missing(Need.CLOCK))
    began = control.now()
    id_ = bench.made()
    row = bench.read(id_) or {}
    require_between(check, row, (*MADE, *CHANGED), began, control)
    if check.operation != bench.resource.update:
        control.advance(HALF_A_YEAR)
        control.advance(seconds_to_end(control.now()) - LATE)
        began = control.now()
        later = bench.read(bench.made()) or {}
        require_between(check, later, (*MADE, *CHANGED), began, control)
        return
    sample = bench.row_sample(check.operation, id_)
    control.advance(seconds_to_end(control.now()) - LATE - HOUR)
    for body in (*bench.bodies(check.operation), *bench.alone(check.operation)):
        control.advance(HOUR)
        began = control.now()
        bench.send(check.operation, sample, json.dumps(body).encode())
        changed = bench.read(id_) or {}
        if any(changed[name] != row.get(name) for name in changed if name not in CHANGED):
            require_between(check, changed, CHANGED, began, control)
        for name in MADE:
            check.require(changed.get(name) == row.get(name), f"A change moves {name}.")
        row = changed


def timed(contract: Contract) -> Subjects:
    """Every operation that adds or changes a row, and takes a moment."""
    return tuple(op for op in changes(contract) if op and _moments(contract, op))


@must(
    "LIF-026",
    "A moment is kept",
    timed,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def moment_is_kept(check: Check) -> None:
    """A moment that was sent is read as the same one, by the row's id and on its list.

    Sends moments of other time zones, of leap days, of fractions of a second, years ahead and
    after 2038-01-19, where 32 bits end.

    Source: RFC 3339 §4, §5.6; the contract's body.
    Passes: `2031-12-31T20:15:00-03:30` is read as `2031-12-31T23:45:00Z`.
    Fails: → 400; the offset, its minutes or its sign are lost; fractions are cut off on the list.
    """
    bench, operation = Workbench.at(check), check.operation
    makes = operation == bench.resource.create
    sample = Sample(path=bench.place) if makes else bench.row_sample(operation, bench.made())
    for name in _moments(check.contract, operation):
        bodies = [*bench.bodies(operation)]
        body = next((each for each in bodies if name in each), bodies[0])
        sent: dict[str, str] = {}
        for text in KEPT:
            exchange = bench.send(operation, sample, json.dumps({**body, name: text}).encode())
            check.require(exchange.status != 400, f"{name}: {text} is refused.", exchange)
            answered = exchange.json if isinstance(exchange.json, dict) else {}
            if exchange.status < 300 and name in answered:
                sent[identity(answered)] = text
                for row in (answered, bench.read(identity(answered)) or {}):
                    _require_moment(check, row, name, text)
        listed = bench.rows() if sent else {}
        for id_ in sent.keys() & listed.keys():
            _require_moment(check, listed[id_], name, sent[id_])


def _require_moment(check: Check, row: Row, name: str, sent: str) -> None:
    if row.get(name) is not None:
        same = moment(row[name]) == moment(sent)
        check.require(same, f"{name} was sent as {sent}, and is read as {row[name]}.")


def _moments(contract: Contract, operation: Operation) -> tuple[str, ...]:
    """The members of a body that are moments."""
    schema = body_schema(contract, operation)
    members = contract.members(schema) if schema else {}
    return tuple(n for n, s in members.items() if s.type == Scalar("string", "date-time"))


def require_between(
    check: Check, row: Row, names: Sequence[str], began: datetime, control: Control
) -> None:
    """Require these moments of a row, where it has them, to lie between one and now."""
    ended = control.now()
    for name in names:
        if row.get(name) is None:
            continue
        try:
            at = datetime.fromisoformat(str(row[name]))
            fits = began - SLACK <= at <= ended + SLACK
        except (ValueError, TypeError) as error:
            raise Violation(f"{name} is {row[name]!r}, which is no moment.") from error
        check.require(
            fits,
            f"{name} is {row[name]}, and the clock said {began:%Y-%m-%dT%H:%M:%SZ} to "
            f"{ended:%Y-%m-%dT%H:%M:%SZ}.",
        )
