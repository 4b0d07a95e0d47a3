"""What a decoded value is made of, beside the JSON that it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from .narrowing import is_list, is_object
from .open_objects import ADDITIONAL, OpenObject


def parts(value: Any, plain: Any) -> Iterator[tuple[Any, Any]]:
    """The members or elements of a value, each with the JSON data that it was read from."""
    if is_list(value) and is_list(plain):
        yield from zip(value, plain, strict=True)
    elif is_object(plain):
        for wire, member in members(value).items():
            if wire in plain:
                yield member, plain[wire]


def members(value: Any) -> dict[str, Any]:
    """The members of an object by what they are called on the wire; of anything else, none."""
    if isinstance(value, OpenObject):
        return {**vars(value)[ADDITIONAL], **_declared(type(value).__declared__, value)}
    if isinstance(value, msgspec.Struct):
        return _declared(type(value), value)
    return value if is_object(value) else {}


def _declared(kind: type[msgspec.Struct], value: Any) -> dict[str, Any]:
    names = zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True)
    return {wire: getattr(value, name) for wire, name in names}
