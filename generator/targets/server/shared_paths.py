"""Operations that share a method and a path: what tells their requests apart, if anything does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias
from urllib.parse import parse_qsl

from generator.document import Finding, Severity
from generator.model import Api, Constant, Operation, Reference, Schema

Mark: TypeAlias = tuple[str, str, str]
"""A location (`query`, `header`), the name of a parameter there, and its one value."""

_PARAMETER = re.compile(r"\{[^}]*\}")
_ENDS = re.compile(r"((?:\{[^}]*\}|[^?#])*)(?:\?([^#]*))?")


def marks_of(api: Api) -> Mapping[str, tuple[Mark, ...]]:
    """Operation id → what its requests have, where others share its method and path.

    That is the query in its path, and each required parameter that has one value.
    """
    return {
        each.id: tuple(dict.fromkeys([*_query(each), *_constants(api, each)]))
        for operations in _meeting(api)
        for each in operations
        if len(operations) > 1
    }


def unreachable(api: Api) -> Iterator[Finding]:
    """GEN-054 for each operation whose requests another gets."""
    marks = marks_of(api)
    for operations in _meeting(api):
        first: dict[frozenset[Mark], Operation] = {}
        for each in operations:
            other = first.setdefault(frozenset(marks.get(each.id, ())), each)
            if other is not each:
                yield _finding(each, other)


def _meeting(api: Api) -> list[list[Operation]]:
    """The operations by method and path, whatever its parameters are called and its end is."""
    found: dict[tuple[str, str], list[Operation]] = {}
    for operation in api.operations:
        path, _ = _parted(operation)
        found.setdefault((operation.method, _PARAMETER.sub("{}", path)), []).append(operation)
    return list(found.values())


def _parted(operation: Operation) -> tuple[str, str]:
    """The path and its query, without a fragment."""
    found = _ENDS.match(operation.path)
    return (found[1], found[2] or "") if found else (operation.path, "")


def _query(operation: Operation) -> Iterator[Mark]:
    _, query = _parted(operation)
    for name, value in parse_qsl(query, keep_blank_values=True):
        if not _PARAMETER.search(value):
            yield "query", name, value


def _constants(api: Api, operation: Operation) -> Iterator[Mark]:
    for each in operation.parameters:
        kind = _resolved(api, each.schema).type
        if each.required and each.location in {"query", "header"} and isinstance(kind, Constant):
            name = each.name.lower() if each.location == "header" else each.name
            value = kind.value if isinstance(kind.value, str) else json.dumps(kind.value)
            yield each.location, name, value


def _resolved(api: Api, schema: Schema) -> Schema:
    seen = set[str]()
    while isinstance(schema.type, Reference) and schema.type.name not in seen:
        seen.add(schema.type.name)
        schema = api.schemas[schema.type.name]
    return schema


def _finding(operation: Operation, other: Operation) -> Finding:
    message = (
        f"The server cannot tell its requests from those of '{other.id}', which gets them all; "
        "give each a required query parameter or header with a `const` of its own, or another path."
    )
    return Finding("GEN-054", operation.position, message, "", Severity.WARNING)
