"""Members of an answer that the contract does not know, found when somebody asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from .narrowing import is_object
from .open_objects import OpenObject
from .parts import members, parts

Origin = tuple[Any, Mapping[str, Any]]
"""An object of an answer, and the JSON data that it was read from."""


def origins(typed: Any, plain: Any) -> dict[int, Origin]:
    """The objects of an answer by identity: `typed` as it was decoded, `plain` as JSON data."""
    found: dict[int, Origin] = {}
    waiting = [(typed, plain)]
    while waiting:
        value, data = waiting.pop()
        if isinstance(value, msgspec.Struct | OpenObject) and is_object(data):
            found[id(value)] = (value, data)
        waiting.extend(parts(value, data))
    return found


def unknown_fields(wanted: Any, found: Mapping[int, Origin]) -> dict[str, Any]:
    """The members of `wanted` that its type does not have.

    `found` are the objects of the answer that holds it. Raises `ValueError` where it is none.
    """
    value, data = found.get(id(wanted), (None, {}))
    if value is None or value is not wanted:
        raise ValueError("the object is no part of this answer")
    known = members(value)
    return {name: member for name, member in data.items() if name not in known}
