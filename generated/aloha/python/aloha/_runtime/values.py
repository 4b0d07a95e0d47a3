"""Values and their wire form: absence, times, and the JSON that they become and come from."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from .narrowing import is_list, is_mapping, is_object, is_sequence
from .unions import OpenUnion, Unknown

UNSET = msgspec.UNSET
"""Stands for a member that is not there; `None` stands for one that is null."""

Unset: TypeAlias = msgspec.UnsetType
"""The type of `UNSET`."""

Model = msgspec.Struct
"""What every object of an API is an instance of."""


FINER = re.compile(r"(\.\d{6})\d+")
"""A fraction of a second that a datetime cannot hold."""


def timestamp(moment: dt.datetime) -> str:
    """A moment as RFC 3339 in UTC, with `Z`. One without a time zone is taken as UTC."""
    aware = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    return aware.isoformat().removesuffix("+00:00") + "Z"


def to_wire(value: Any) -> Any:
    """The plain JSON data that a value is sent as, members that are `UNSET` left out."""
    return _plain(msgspec.to_builtins(_present(value), builtin_types=(dt.datetime,), enc_hook=_own))


def encode(value: Any) -> bytes:
    """The JSON text that a value is sent as."""
    return msgspec.json.encode(to_wire(value))


def decode(content: bytes, shape: Any) -> Any:
    """The value of type `shape` in a JSON text, its moments cut to microseconds.

    Raises `msgspec.DecodeError`, with the place, where the text is not JSON or not of that shape.
    """
    made = _decoder(shape).decode(content)
    if re.search(rb"\.\d{7}", content) is None:
        return made
    value = msgspec.json.decode(content)
    cut = _cut(value, made)
    return made if cut == value else convert(cut, shape)


def convert(value: Any, shape: Any) -> Any:
    """Plain JSON data as a value of type `shape`. Raises `msgspec.ValidationError`."""
    return msgspec.convert(value, shape, dec_hook=_foreign)


def lookup(value: Any, path: tuple[str, ...]) -> Any:
    """What lies at `path`, by attribute or key; None where there is nothing."""
    for name in path:
        value = value.get(name) if is_mapping(value) else getattr(value, name, None)
        if value is None or value is UNSET:
            return None
    return value


@lru_cache(maxsize=1024)
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape, dec_hook=_foreign)


def _foreign(shape: Any, value: Any) -> Any:
    kind: Any = shape
    if isinstance(shape, type) and issubclass(shape, OpenUnion):
        return shape.choose(value, convert)
    read = getattr(kind, "__from_wire__", None)
    if read is not None:
        return read(value, convert)
    raise NotImplementedError(f"{shape!r} has no wire form")


def _own(value: Any) -> Any:
    if isinstance(value, Unknown):
        return value.value
    write = getattr(value, "__to_wire__", None)
    if write is not None:
        return write()
    raise NotImplementedError(f"{type(value).__name__} has no wire form")


def _present(value: Any) -> Any:
    if is_mapping(value):
        return {key: _present(item) for key, item in value.items() if item is not UNSET}
    if is_sequence(value):
        return [_present(item) for item in value]
    return value


def _plain(value: Any) -> Any:
    if is_object(value):
        return {key: _plain(item) for key, item in value.items()}
    if is_list(value):
        return [_plain(item) for item in value]
    return timestamp(value) if isinstance(value, dt.datetime) else value


def _cut(value: Any, made: Any) -> Any:
    """JSON data, its moments cut that are finer than a datetime of `made`: msgspec rounds them."""
    if isinstance(value, str):
        return FINER.sub(r"\1", value) if isinstance(made, dt.datetime) else value
    if is_object(value):
        return {name: _cut(member, _member(made, name)) for name, member in value.items()}
    if is_list(value) and is_list(made):
        return [_cut(*pair) for pair in zip(value, made, strict=True)]
    return value


def _member(made: Any, name: str) -> Any:
    if isinstance(made, Model):
        return getattr(made, _attributes(type(made)).get(name, ""), None)
    return made.get(name) if is_object(made) else None


@lru_cache(maxsize=1024)
def _attributes(kind: type[Model]) -> dict[str, str]:
    """The attributes of a model by their names on the wire."""
    return {field.encode_name: field.name for field in msgspec.structs.fields(kind)}
