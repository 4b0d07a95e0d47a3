"""Values of generated types, as the JSON that they were read from."""

from __future__ import annotations

import json
from typing import Any

import msgspec


def restored(value: Any, response: Any) -> Any:
    """All that a value keeps: what its types declare, and what its response knows besides."""
    plain = _plain(value)
    if isinstance(value, msgspec.Struct):
        members = {
            field.encode_name: restored(member, response)
            for field in msgspec.structs.fields(value)
            if (member := getattr(value, field.name)) is not msgspec.UNSET
        }
        return {**response.unknown_fields(value), **members}
    if plain is not value:
        return restored(plain, response)
    if isinstance(value, dict):
        return {key: restored(member, response) for key, member in value.items()}
    if isinstance(value, list):
        return [restored(each, response) for each in value]
    return json.loads(msgspec.json.encode(value)) if not _is_json(value) else value


def unknown_in(value: Any, at: str = "") -> str:
    """Where the first part of a value is that its types did not recognise, if there is one."""
    if type(value).__name__ == "Unknown":
        return at or "/"
    plain = _plain(value)
    if isinstance(value, msgspec.Struct):
        plain = {name: getattr(value, name) for name in value.__struct_fields__}
    if isinstance(plain, list):
        plain = dict(enumerate(plain))
    if not isinstance(plain, dict):
        return ""
    found = (unknown_in(member, f"{at}/{name}") for name, member in plain.items())
    return next(filter(None, found), "")


def _plain(value: Any) -> Any:
    """An object with members of any name as a dictionary, what is unknown as it came."""
    if type(value).__name__ == "Unknown":
        return value.value
    write = getattr(value, "__to_wire__", None)
    return write() if write is not None else value


def _is_json(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
