"""The model as JSON, for people and for other tools: `fourfold generate --dump-model`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, get_args

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from generator.document import Position
from generator.model.api import Api
from generator.model.schema import Type

_TAGGED = frozenset(get_args(Type))


def dump(api: Api) -> dict[str, Any]:
    """The API as JSON data, the same for the same input.

    Fields that hold their default are left out. A type is tagged with its `kind` (`object`,
    `array`, `reference`…), and what it calls its own kind is `of`. Positions are
    `file:line:column`.
    """
    return {**_plain(api), "operations": [operation.id for operation in api.operations]}


def _plain(value: Any) -> Any:
    if isinstance(value, Position):
        return str(value)
    if isinstance(value, Struct):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _fields(value: Struct) -> dict[str, Any]:
    tagged = type(value) in _TAGGED
    found: dict[str, Any] = {"kind": type(value).__name__.lower()} if tagged else {}
    for field in fields(value):
        item = getattr(value, field.name)
        default = field.default_factory() if callable(field.default_factory) else field.default
        if default is NODEFAULT or item != default:
            found["of" if tagged and field.name == "kind" else field.name] = _plain(item)
    return found
