"""Members of an answer that the contract does not know, found when somebody asks for them."""

from __future__ import annotations

from typing import Any

import msgspec

from .narrowing import is_object
from .open_objects import OpenObject
from .parts import members, parts


def unknown_fields(wanted: Any, typed: Any, plain: Any) -> dict[str, Any]:
    """The members of `wanted` that its type does not have.

    `typed` is the decoded answer that holds `wanted`, `plain` the same answer as JSON data. Raises
    `ValueError` where `wanted` is no part of it.
    """
    waiting = [(typed, plain)]
    while waiting:
        value, data = waiting.pop()
        if value is wanted and isinstance(value, msgspec.Struct | OpenObject) and is_object(data):
            known = members(value)
            return {name: member for name, member in data.items() if name not in known}
        waiting.extend(parts(value, data))
    raise ValueError("the object is no part of this answer")
