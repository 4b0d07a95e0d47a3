"""Operations of one method and path, told apart by what every request to one of them has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Scope

from .document import Document, Location
from .errors import RequestError
from .parameters import definitions_of
from .request_paths import path_query

Mark: TypeAlias = tuple[str, str, str]
"""A location (`query`, `header`), the name of a parameter there, and its one value."""

Marked: TypeAlias = tuple[frozenset[Mark], ASGIApp]


def marks_of(document: Document, path: str, item: Location, operation: Location) -> frozenset[Mark]:
    """What every request to an operation has: required parameters that have one value."""
    written = {("query", name, value) for name, value in path_query(path)}
    return frozenset(written | set(_constants(document, item, operation)))


def _constants(document: Document, item: Location, operation: Location) -> Iterator[Mark]:
    for (where, name), definition in definitions_of(document, item, operation).items():
        needed = where in {"query", "header"} and definition.value.get("required")
        if not needed or "schema" not in definition.value:
            continue
        values = _values(document.child(definition, "schema").value)
        if len(values) == 1:
            yield where, name.lower() if where == "header" else name, _text(values[0])


def _values(schema: Any) -> Sequence[Any]:
    if not isinstance(schema, Mapping):
        return ()
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    return listed if isinstance(listed, list) else ()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def chosen(operations: Sequence[Marked], scope: Scope) -> ASGIApp:
    """The operation that a request is for: of those whose marks it has, the one with the most.

    Raises RequestError(400) where it has those of none.
    """
    if len(operations) == 1:
        return operations[0][1]
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    sent = {("query", name, value) for name, value in query}
    sent |= {("header", n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"]}
    for marks, operation in sorted(operations, key=lambda each: -len(each[0])):
        if marks <= sent:
            return operation
    names = dict.fromkeys(name for marks, _ in operations for _, name, _ in sorted(marks))
    shown = ", ".join(f"`{name}`" for name in names)
    raise RequestError(
        400, f"The operations here are told apart by {shown}; none has these values."
    )
