"""The data of Unions: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType


class Circle(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    kind: Literal["circle"]
    radius: float
    color: Color | UnsetType | None = UNSET


class Square(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    kind: Literal["square"]
    side: float | str | None
    label: SquareLabel | None = None


Shape: TypeAlias = Circle | Square
"""…"""


class SquareLabelPlain(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Plain"""

    text: str


class SquareLabelMarked(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Marked"""

    html: str


SquareLabel: TypeAlias = SquareLabelPlain | SquareLabelMarked
"""…"""

Color: TypeAlias = Literal["red", "Red", "light-blue"]
"""What it is painted in."""
