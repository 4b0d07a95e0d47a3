"""Unions that stay open: a variant that the document does not know yet is kept, not refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import msgspec

from .closeness import PERFECT, misfit
from .narrowing import is_object


class Unknown:
    """A value that fits no variant this version of the client knows: `value` is plain JSON.

    No dataclass: msgspec would write one as an object of its own, and not as its `value`.
    """

    __slots__ = ("value",)
    __match_args__ = ("value",)
    __hash__ = None  # type: ignore[assignment]  # JSON has none

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if isinstance(other, Unknown) else NotImplemented

    def __repr__(self) -> str:
        return f"Unknown({self.value!r})"


class _AnyInstance(type):
    """Lets msgspec accept whichever variant an `OpenUnion` chooses."""

    def __instancecheck__(cls, instance: object) -> bool:
        return True


class OpenUnion(metaclass=_AnyInstance):
    """The decoded side of `A | B | Unknown`, for unions that JSON alone does not tell apart.

    With `tag`, the member of that name chooses by `mapping`, and the value must fit its variant.
    Without one, in a value that does not say it, and where several variants are called the same
    (`shared`), the variant is taken that keeps most of the value; of several, the one that
    declares most of it, and of these the first.
    """

    variants: ClassVar[tuple[Any, ...]] = ()
    tag: ClassVar[str] = ""
    mapping: ClassVar[Mapping[str, Any]] = {}
    shared: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def choose(cls, value: Any, convert: Callable[[Any, Any], Any]) -> Any:
        """The value as its variant, or as `Unknown`. Raises `msgspec.ValidationError`."""
        tag = value.get(cls.tag) if cls.tag and is_object(value) else None
        if isinstance(tag, str) and tag not in cls.shared:
            return convert(value, cls.mapping[tag]) if tag in cls.mapping else Unknown(value)
        chosen, least = Unknown(value), None
        for variant in cls.variants:
            try:
                read = convert(value, variant)
            except msgspec.ValidationError:
                continue
            if isinstance(read, Unknown):
                continue
            amiss = misfit(read, value)
            if amiss == PERFECT:
                return read
            if least is None or amiss < least:
                chosen, least = read, amiss
        return chosen
