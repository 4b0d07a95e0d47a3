"""Filters: the query parameters that narrow a list by one member of its rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from conformance.contract import Contract
from conformance.rule import Violation
from generator.model import Array, Operation, Parameter, Schema

_FIRST = 200
"""How many rows are looked at for values."""
_NAMED = re.compile(r"`(\w+)`")


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows a list by one member of its rows.

    `equal`: the member is the parameter's value. `among`: one of its items is, or has it by the
    parameter's name. `day`: it is a moment of that day, in UTC. `since`: it is a later moment.
    """

    parameter: Parameter
    member: str
    kind: Literal["equal", "among", "day", "since"]

    def values(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The values that list a row; of `since` one, that of a moment just before."""
        found = row.get(self.member)
        if found is None:
            return ()
        match self.kind:
            case "among":
                name = self.parameter.name
                return tuple(str(e.get(name) if isinstance(e, dict) else e) for e in found)
            case "day":
                return (moment(found).date().isoformat(),)
            case "since":
                return (instant(moment(found) - timedelta(microseconds=1)),)
        return (str(found),)

    def holds(self, value: str, row: Mapping[str, Any]) -> bool:
        """Whether a list that is narrowed to a value has a row."""
        if self.kind == "since":
            return moment(row.get(self.member)) > moment(value)
        return value in self.values(row)


def filters(contract: Contract, operation: Operation) -> tuple[Filter, ...]:
    """The query parameters of a list that speak of a member of its rows, by their names.

    `stage` narrows to rows whose `stage` is the value, or one of whose `stages` is; `updatedSince`
    (`updated_since`) to rows whose `updatedAt` (`updated_at`) is later, where its description says
    that strictly later is meant; a date to rows of that day, where its description has the member
    in backticks and says that the day is one in UTC.
    """
    members = contract.row_schema(operation)
    return tuple(
        found
        for parameter in operation.in_location("query")
        if (found := _filter(contract, parameter, members))
    )


def _filter(
    contract: Contract, parameter: Parameter, members: Mapping[str, Schema]
) -> Filter | None:
    name, kind = parameter.name, contract.kind(parameter)
    if kind == "date-time":
        for suffix, ending in (("Since", "At"), ("_since", "_at")):
            member = name.removesuffix(suffix) + ending
            if name.endswith(suffix) and member in members:
                return Filter(parameter, member, "since")
    if kind == "date":
        named = {*_NAMED.findall(parameter.description)} & members.keys()
        if len(named) == 1 and "UTC" in parameter.description:
            return Filter(parameter, named.pop(), "day")
    if kind in {"string", "enum"} and name in members:
        return Filter(parameter, name, "equal")
    if kind in {"string", "enum"} and f"{name}s" in members:
        items = members[f"{name}s"].type
        return Filter(parameter, f"{name}s", "among") if isinstance(items, Array) else None
    return None


def absent(found: Filter) -> str:
    """A value of a filter that no row is expected to match."""
    return {"since": "2999-01-01T00:00:00Z", "day": "2999-01-01"}.get(found.kind, "no such value")


def days(row: Mapping[str, Any]) -> frozenset[str]:
    """The days of all moments that a row tells, in UTC."""
    found = set()
    for value in row.values():
        with suppress(Violation):
            found.add(moment(value).date().isoformat())
    return frozenset(found)


def moment(value: object) -> datetime:
    """A moment as an answer writes it.

    Raises Violation where it is none.
    """
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Violation(f"{value!r} is not a moment.") from error
    if at.tzinfo is None:
        raise Violation(f"{value!r} has no offset.")
    return at.astimezone(UTC)


def instant(at: datetime) -> str:
    """A moment as RFC 3339 writes it, in UTC, with as many digits as it needs."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter with a value that at least one row matches."""

    filter: Filter
    value: str

    @property
    def query(self) -> tuple[str, str]:
        """The parameter as it is sent."""
        return self.filter.parameter.name, self.value

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether a row matches."""
        return self.filter.holds(self.value, row)


def conditions_of(
    found: Sequence[Filter], rows: Sequence[Mapping[str, Any]]
) -> tuple[Condition, ...]:
    """The filters with values that one row matches, of the middle of the list or after it.

    None of them where no row has a value for each.
    """
    middle = len(rows) // 2
    for row in (*rows[middle:], *rows[:middle]):
        if all(each.values(row) for each in found):
            return tuple(Condition(each, each.values(row)[0]) for each in found)
    return ()


def by_value(found: Filter, rows: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """The rows in groups: those that have the same value first."""
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(found.values(row)[:1], []).append(row)
    return list(groups.values())


def telling_apart(
    found: Sequence[Filter], rows: Sequence[Mapping[str, Any]]
) -> tuple[Condition, ...]:
    """The filters with values of one row, such that each keeps most rows off that come after it.

    Any row's where there are none such; none where no row has a value for each.
    """
    best, most = conditions_of(found, rows), 0
    for at, row in enumerate(rows[:_FIRST]):
        some = conditions_of(found, (row,))
        after = [[each.holds(other) for each in some] for other in rows[at + 1 :]]
        if some and any(map(all, after)):
            kept_off = min(Counter(map(_only_missing, after))[i] for i, _ in enumerate(some))
            best, most = (some, kept_off) if kept_off > most else (best, most)
    return best


def _only_missing(held: Sequence[bool]) -> int | None:
    """The place of the one condition that a row does not meet; None where that is not one."""
    return held.index(False) if held.count(False) == 1 else None


def at_the_edge(condition: Condition) -> Condition:
    """The same, but since the very moment of the row, which therefore does not match."""
    if condition.filter.kind == "since":
        at = moment(condition.value) + timedelta(microseconds=1)
        return Condition(condition.filter, instant(at))
    return condition
