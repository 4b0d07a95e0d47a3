"""The route table of a generated package: what the contract's operations are called in Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl

from .envelope import Envelope

_PATH = re.compile(r"(?:\{[^}]*\}|[^?#])*")

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
    `marks` are query parameters and headers with the value that every request has, where others
    share method and path. `envelope` is set where errors are not in the API's own envelope.
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

    @property
    def path_query(self) -> dict[str, str]:
        """The query that the path ends in, by name: values, or parameters of the path in braces."""
        _, _, end = self.path.removeprefix(routed_path(self.path)).partition("?")
        return dict(parse_qsl(end.partition("#")[0], keep_blank_values=True))


def routed_path(path: str) -> str:
    """A path without the query or the fragment that it ends in, which is not routed."""
    found = _PATH.match(path)
    return found[0] if found else path
