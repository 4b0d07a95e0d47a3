"""The route table of a generated package: what the contract's operations are called in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .envelope import Envelope

Mark: TypeAlias = tuple[str, str, str]
"""A location (`query`, `header`), the name of a parameter there, and its one value."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter by its wire name, the argument it becomes, and the argument's type."""

    location: Literal["path", "query", "header", "cookie"]
    name: str
    argument: str
    type: Any


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: where it is, and the handler method that answers it.

    `bodies` is media type → type of `body`; a form whose type is `Pairs` is passed on as it came.
    `marks` are query parameters and headers with the value that every request has: the query of
    the path, and what tells operations of one method and path apart. `envelope` is set where errors
    are not in the API's own envelope.
    """

    operation_id: str
    method: str
    path: str
    resource: str
    handler: str
    parameters: tuple[Parameter, ...] = ()
    bodies: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    envelope: Envelope | None = None
