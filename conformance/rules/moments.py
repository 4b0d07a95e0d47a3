"""LIF: a row says when it was made and when it was changed, by the clock."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from conformance.control import Control
from conformance.resources import Workbench
from conformance.rule import Check, Need, Untestable, Violation, must
from conformance.rules.resources import changes
from conformance.walk import Row

PROMISES = ("ALOHA-05", "ALOHA-06", "LEAD-04", "LEAD-12", "LEAD-13", "LEAD-14", "LEAD-16")
MADE, CHANGED = ("created_at", "createdAt"), ("updated_at", "updatedAt")
SLACK = timedelta(seconds=1)
"""What a moment may be off that is written in whole seconds."""
HOUR = 3600.0


@must(
    "LIF-006",
    "A row says when it was made, and when it was changed",
    changes,
    promises=PROMISES,
    needs=(Need.CREDENTIAL, Need.CLOCK),
)
def by_the_clock(check: Check) -> None:
    """A new row is of now; an hour later a change makes it changed then, and made as before.

    Sends each documented change, an hour after the one before it.

    Source: the contract's members of these names; clients sync by them.
    Passes: made at 12:00, changed at 13:00 → `created_at` 12:00, `updated_at` 13:00.
    Fails: the time zone of the server; `created_at` moves; `updated_at` stays.
    """
    bench, control = Workbench.at(check), check.session.control
    if control is None:
        raise Untestable(check.session.missing(Need.CLOCK))
    began = control.now()
    id_ = bench.made()
    row = bench.read(id_) or {}
    _require_between(check, row, (*MADE, *CHANGED), began, control)
    if check.operation != bench.resource.update:
        return
    sample = bench.row_sample(check.operation, id_)
    for body in bench.bodies(check.operation):
        control.advance(HOUR)
        began = control.now()
        bench.send(check.operation, sample, json.dumps(body).encode())
        changed = bench.read(id_) or {}
        if any(changed[name] != row.get(name) for name in changed if name not in CHANGED):
            _require_between(check, changed, CHANGED, began, control)
        for name in MADE:
            check.require(changed.get(name) == row.get(name), f"A change moves {name}.")
        row = changed


def _require_between(
    check: Check, row: Row, names: tuple[str, ...], began: datetime, control: Control
) -> None:
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
