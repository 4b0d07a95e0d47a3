"""A tenant whose rows the suite put there itself, so that it knows what a list must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from conformance.caller import Caller
from conformance.control import Control
from conformance.vocabulary import collection
from generator.model import Operation


@dataclass(slots=True)
class Ledger:
    """The ids of every row of one list of one tenant; `place` is the row that the list is of."""

    control: Control
    operation: Operation
    tenant: str
    caller: Caller
    place: Mapping[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)

    def start_with(self, ids: Iterable[str]) -> None:
        """Take note of rows that were there before the first insert."""
        self.ids.extend(ids)

    def insert(self, count: int, values: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Insert rows with these values, and take note of them."""
        having = {**self.place, **(values or {})}
        made = self.control.insert(self.tenant, collection(self.operation), count, having)
        self.ids.extend(made)
        return made

    def update(self, id_: str, values: Mapping[str, str] | None = None) -> None:
        """Update a row, to these values if any."""
        self.control.update(self.tenant, collection(self.operation), id_, values)
