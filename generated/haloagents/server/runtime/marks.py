"""Operations of one method and path, told apart by what every request to one of them has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Scope

from .errors import RequestError
from .routes import Mark

Marked: TypeAlias = tuple[Sequence[Mark], ASGIApp]


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
        if sent.issuperset(marks):
            return operation
    names = dict.fromkeys(name for marks, _ in operations for _, name, _ in marks)
    shown = ", ".join(f"`{name}`" for name in names)
    raise RequestError(
        400, f"The operations here are told apart by {shown}; none has these values."
    )
