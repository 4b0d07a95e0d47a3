"""SELECTs that are compiled once for SQLite, and then are the driver's own matter.

SQLAlchemy makes the SQL and knows how values are written and read. What it does besides, each time
that a statement is executed, takes eight times as long as SQLite: the two SELECTs that nearly every
request makes, of its key and of its rows, go without.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect

from reference.storage.database import Statement

_Convert = Callable[[Any], Any]


class PreparedSelect:
    """One SELECT, whose parameters are all named in it; none may be a list of any length."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise ValueError("the SQL of this statement depends on its parameters")
        columns = tuple(statement.selected_columns)
        self.sql = str(compiled)
        self._names = tuple(compiled.positiontup)
        self._given = dict(compiled.params)
        self._writers = _converters(
            compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
            for name in self._names
        )
        self._readers = _converters(
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        )
        row: Any = namedtuple("row", [column.key for column in columns], rename=True)  # type: ignore[misc]  # its names are the statement's
        self._row = row._make

    def arguments(self, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Return the driver's arguments for these parameters."""
        given = {**self._given, **parameters}
        return _converted([given[name] for name in self._names], self._writers)

    def rows(self, fetched: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Return what the driver fetched as rows with names."""
        if not self._readers:
            return list(map(self._row, fetched))
        return [self._row(_converted(list(row), self._readers)) for row in fetched]


def _converters(processors: Any) -> tuple[tuple[int, _Convert], ...]:
    """Return the processors that there are, each with its place."""
    return tuple((place, each) for place, each in enumerate(processors) if each is not None)


def _converted(values: list[Any], converters: Sequence[tuple[int, _Convert]]) -> list[Any]:
    for place, convert in converters:
        values[place] = convert(values[place])
    return values
