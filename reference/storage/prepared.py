"""SELECTs that are compiled once for SQLite, and then are the driver's own matter.

SQLAlchemy makes the SQL and knows how values are written and read. What it does besides, each time
that a statement is executed, takes eight times as long as SQLite: the SELECTs that nearly every
request makes go without.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect

from reference.storage.database import Rows, Statement

_Convert = Callable[[Any], Any]


def rows_of(connection: Connection, statement: Statement, parameters: Mapping[str, Any]) -> Rows:
    """Return the rows of a statement that is kept, and asked again and again."""
    if connection.dialect.name != "sqlite":
        return connection.execute(statement, parameters).all()
    prepared = prepared_select(statement, connection.dialect)
    return prepared.fetched(connection.connection.dbapi_connection, parameters)


@lru_cache(1_000)
def prepared_select(statement: Statement, dialect: Dialect) -> "PreparedSelect":
    """Return a statement as it is asked in a dialect: the same each time."""
    return PreparedSelect(statement, dialect)


class PreparedSelect:
    """One SELECT, whose parameters are all named in it; none may be a list of any length."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise ValueError("the SQL of this statement depends on its parameters")
        columns = tuple(statement.selected_columns)
        self._sql = str(compiled)
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

    def fetched(self, driver: Any, parameters: Mapping[str, Any]) -> list[Any]:
        """Return the rows that a driver's connection has for these parameters, with names."""
        given = {**self._given, **parameters}
        arguments = _converted([given[name] for name in self._names], self._writers)
        found = driver.execute(self._sql, arguments).fetchall()
        if not self._readers:
            return list(map(self._row, found))
        return [self._row(_converted(list(row), self._readers)) for row in found]


def _converters(processors: Any) -> tuple[tuple[int, _Convert], ...]:
    """Return the processors that there are, each with its place."""
    return tuple((place, each) for place, each in enumerate(processors) if each is not None)


def _converted(values: list[Any], converters: Sequence[tuple[int, _Convert]]) -> list[Any]:
    for place, convert in converters:
        values[place] = convert(values[place])
    return values
