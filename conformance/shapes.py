"""Rows of all shapes: a few of a long list, so that each kind of row is among them."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.bodies import compact
from conformance.walk import Row

FEW = 8
"""As many values as a member has whose every value is looked at."""


def of_every_shape(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows from all parts of a list, and of each member's values.

    Those that write it longest or shortest, where one that is absent is as long as an empty text;
    one of each value where there are few, as of a status.
    """
    places = {0, 1, len(rows) // 3, len(rows) // 2, len(rows) - 2, len(rows) - 1}
    for name in _members(rows):
        lengths = [len(compact(row.get(name, ""))) for row in rows]
        places |= {lengths.index(max(lengths)), lengths.index(min(lengths))}
    parts = tuple(rows[place] for place in sorted(places) if 0 <= place < len(rows))
    return tuple({id(row): row for row in (*parts, *of_each_value(rows))}.values())


def of_each_value(rows: Sequence[Row]) -> tuple[Row, ...]:
    """One row of each value of the members that have few; a row may stand for several."""
    chosen: dict[int, Row] = {}
    for name in _members(rows):
        written = [compact(row.get(name, "")) for row in rows]
        values = set(written)
        if len(values) > FEW:
            continue
        shown = {compact(row.get(name, "")) for row in chosen.values()}
        for value in sorted(values - shown):
            place = written.index(value)
            chosen[place] = rows[place]
    return tuple(chosen[place] for place in sorted(chosen))


def _members(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple({name: None for row in rows for name in row})
