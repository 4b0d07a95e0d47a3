"""The rows of HaleAI's tenants: believable, the same for the same seed, and changed on request.

Tenants have different rows, and no id is given twice.
"""

import random
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from reference.clock import Clock, microseconds
from reference.haleai.kinds import KINDS, Kind
from reference.service import DatasetError

_DOCUMENTED_TENANT = "acme"
_FIRST = microseconds(datetime(2025, 1, 6, tzinfo=UTC))
_LAST = microseconds(datetime(2026, 10, 30, tzinfo=UTC))
_MILLISECOND = 1_000
_SECOND = 1_000_000
_ID_CHARACTERS = string.ascii_letters + string.digits

RowValues = dict[str, str | int]


MakeId = Callable[[random.Random], str]
"""Makes up what follows the prefix of an id."""


def short_id(dice: random.Random) -> str:
    """Return eight letters and digits."""
    return "".join(dice.choices(_ID_CHARACTERS, k=8))


class HaleAIDataset:
    """Fills and changes the tables of HaleAI, each time in the transaction it is given."""

    collections: Sequence[str] = tuple(KINDS)

    def __init__(self, clock: Clock, make_id: MakeId = short_id) -> None:
        self._clock = clock
        self._make_id = make_id

    def fill(self, connection: Connection, tenant: str, seed: int, rows: int | None) -> None:
        """Give a tenant `rows` rows a collection, or the usual number, in place of what it has."""
        for name, kind in KINDS.items():
            connection.execute(delete(kind.table).where(kind.table.c.tenant == tenant))
            dice = random.Random(f"{seed}/{tenant}/{name}")
            made = _history(kind, dice, self._make_id, kind.size if rows is None else rows)
            if made and tenant == _DOCUMENTED_TENANT:
                made[len(made) // 2] = dict(kind.documented)
            _store(connection, kind, tenant, made)

    def clear(self, connection: Connection) -> None:
        """Remove the rows of every tenant."""
        for kind in KINDS.values():
            connection.execute(delete(kind.table))

    def insert(
        self,
        connection: Connection,
        tenant: str,
        collection: str,
        count: int,
        values: Mapping[str, str],
    ) -> Sequence[str]:
        """Add rows with these values, the rest made up; return their ids; raise DatasetError."""
        kind = _kind(collection, values)
        present = select(func.count()).where(kind.table.c.tenant == tenant)
        dice = random.Random(f"{tenant}/{collection}/{connection.scalar(present)}")
        given: RowValues = {**values, "updated_at": self._now()}
        made = [{**row, **given} for row in _made_up(kind, dice, self._make_id, count)]
        _store(connection, kind, tenant, made)
        return [str(row["id"]) for row in made]

    def update(
        self,
        connection: Connection,
        tenant: str,
        collection: str,
        ids: Sequence[str],
        values: Mapping[str, str],
    ) -> None:
        """Change rows to these values, or only when they were updated; raise DatasetError."""
        table = _kind(collection, values).table
        for row_id in ids:
            row = (table.c.tenant == tenant) & (table.c.id == row_id)
            updated_at = connection.scalar(select(table.c.updated_at).where(row))
            if updated_at is None:
                raise DatasetError(f"{tenant} has no {row_id!r} among its {collection}.")
            later = max(self._now(), updated_at + _MILLISECOND)
            connection.execute(update(table).where(row).values({**values, "updated_at": later}))

    def _now(self) -> int:
        return self._clock.microseconds() // _MILLISECOND * _MILLISECOND


def _kind(collection: str, values: Mapping[str, str]) -> Kind:
    """Return the kind of a collection, having checked that its rows can have these values."""
    kind = KINDS.get(collection)
    if kind is None:
        raise DatasetError(f"There is no collection {collection!r}, only {', '.join(KINDS)}.")
    for column, value in values.items():
        if column not in kind.values:
            raise DatasetError(f"The {collection} have no {column!r}.")
        if column == "stage" and value not in kind.values[column]:
            stages = ", ".join(kind.values[column])
            raise DatasetError(f"{value!r} is no stage of {collection}, only {stages}.")
    return kind


def _history(kind: Kind, dice: random.Random, make_id: MakeId, count: int) -> list[RowValues]:
    """Make up rows that were made evenly over time, most of them not updated for long."""
    rows = _made_up(kind, dice, make_id, count)
    for index, row in enumerate(rows):
        made = _FIRST + (_LAST - _FIRST) * index // count
        updated = made + round((_LAST - made) * (1 - dice.random() ** (1 / 5)))
        row["updated_at"] = updated // _SECOND * _SECOND
    return rows


def _made_up(kind: Kind, dice: random.Random, make_id: MakeId, count: int) -> list[RowValues]:
    """Make up everything of some rows but when they were updated."""
    columns = {
        name: dice.choices(tuple(weights), tuple(weights.values()), k=count)
        for name, weights in kind.values.items()
    }
    return [
        {
            "id": kind.id_prefix + make_id(dice),
            **{name: values[index] for name, values in columns.items()},
        }
        for index in range(count)
    ]


def _store(connection: Connection, kind: Kind, tenant: str, rows: Sequence[RowValues]) -> None:
    if rows:
        connection.execute(insert(kind.table), [{**row, "tenant": tenant} for row in rows])
