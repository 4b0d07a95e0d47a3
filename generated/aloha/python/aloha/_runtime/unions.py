"""Unions that stay open: a variant that the document does not know yet is kept, not refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that fits no variant this version of the client knows: `value` is plain JSON."""

    value: Any


class _AnyInstance(type):
    """Lets msgspec accept whichever variant an `OpenUnion` chooses."""

    def __instancecheck__(cls, instance: object) -> bool:
        return True


class OpenUnion(metaclass=_AnyInstance):
    """The decoded side of `A | B | Unknown`, for unions that JSON alone does not tell apart.

    With `tag`, the member of that name chooses by `mapping`; without one, or where it says
    nothing, the first variant that the value fits is taken.
    """

    variants: ClassVar[tuple[Any, ...]] = ()
    tag: ClassVar[str] = ""
    mapping: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def choose(cls, value: Any, convert: Callable[[Any, Any], Any]) -> Any:
        """The value as its variant, or as `Unknown`."""
        for variant in cls._candidates(value):
            try:
                return convert(value, variant)
            except msgspec.ValidationError:
                continue
        return Unknown(value)

    @classmethod
    def _candidates(cls, value: Any) -> tuple[Any, ...]:
        if not cls.tag:
            return cls.variants
        tag = value.get(cls.tag) if isinstance(value, Mapping) else None
        return (cls.mapping[tag],) if isinstance(tag, str) and tag in cls.mapping else ()
