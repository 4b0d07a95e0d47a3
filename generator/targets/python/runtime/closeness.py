"""How well a value fits the type that it was read as: many types accept the same JSON."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args, get_origin

import msgspec

from .narrowing import is_list, is_object
from .open_objects import OpenObject
from .parts import members, parts

PERFECT = (0, 0)


def misfit(value: Any, plain: Any) -> tuple[int, int]:
    """How many members of `plain` have no place in `value`; how many do only because any has.

    To the second belong words that an enumeration does not list, and what is `Unknown`. A value is
    `PERFECT` where its type declares all that was read, to its innermost part.
    """
    lost = strange = 0
    waiting = [(value, plain)]
    while waiting:
        part, data = waiting.pop()
        waiting.extend(parts(part, data))
        if is_list(data) or is_object(data):
            strange += not _is_composed(part)
        if is_object(data) and _has_members(part):
            kind: Any = part.__class__
            known, declared = members(part), _declared(kind)
            lost += sum(name not in known for name in data)
            strange += sum(name not in declared for name in data if name in known)
            strange += sum(_is_other(known[name], words) for name, words in _words(kind).items())
    return lost, strange


def _has_members(value: Any) -> bool:
    return isinstance(value, msgspec.Struct | OpenObject | dict)


def _is_composed(value: Any) -> bool:
    return isinstance(value, list) or _has_members(value)


def _is_other(value: Any, words: tuple[Any, ...]) -> bool:
    return isinstance(value, str | int) and value not in words


@cache
def _declared(kind: type[Any]) -> frozenset[str]:
    struct = _struct(kind)
    return frozenset(struct.__struct_encode_fields__) if struct else frozenset()


@cache
def _words(kind: type[Any]) -> dict[str, tuple[Any, ...]]:
    """What each member that is an enumeration lists, by its name on the wire."""
    struct = _struct(kind)
    if struct is None:
        return {}
    listed = {each.encode_name: _listed(each.type) for each in msgspec.structs.fields(struct)}
    return {name: words for name, words in listed.items() if words}


def _listed(kind: Any) -> tuple[Any, ...]:
    if get_origin(kind) is Literal:
        return get_args(kind)
    return next((get_args(each) for each in get_args(kind) if get_origin(each) is Literal), ())


def _struct(kind: type[Any]) -> type[msgspec.Struct] | None:
    if issubclass(kind, msgspec.Struct):
        return kind
    return getattr(kind, "__declared__", None)
