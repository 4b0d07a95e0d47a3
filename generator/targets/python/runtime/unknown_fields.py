"""Members of an answer that the contract does not know, found when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from .narrowing import is_list, is_object


def unknown_fields(wanted: Any, typed: Any, plain: Any) -> dict[str, Any]:
    """The members of `wanted` that its type does not have.

    `typed` is the decoded answer that holds `wanted`, `plain` the same answer as JSON data. Raises
    `ValueError` where `wanted` is no part of it.
    """
    waiting = [(typed, plain)]
    while waiting:
        value, data = waiting.pop()
        if value is wanted and isinstance(value, msgspec.Struct) and is_object(data):
            known = {field.encode_name for field in msgspec.structs.fields(value)}
            known.add(value.__struct_config__.tag_field or "")
            return {name: member for name, member in data.items() if name not in known}
        waiting.extend(_parts(value, data))
    raise ValueError("the object is no part of this answer")


def _parts(value: Any, data: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, msgspec.Struct) and is_object(data):
        for field in msgspec.structs.fields(value):
            if field.encode_name in data:
                yield getattr(value, field.name), data[field.encode_name]
    elif is_list(value) and is_list(data):
        yield from zip(value, data, strict=True)
    elif is_object(value) and is_object(data):
        yield from ((value[name], data[name]) for name in value.keys() & data.keys())
