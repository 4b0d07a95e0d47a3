"""Types of the resource shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from .._runtime.unions import OpenUnion, Unknown
from .._runtime.values import UNSET, Model, Unset

Color: TypeAlias = Literal["red", "Red", "light-blue"] | str
"""What it is painted in."""


class Circle(Model, kw_only=True):
    """…"""

    kind: Literal["circle"] | str

    radius: float

    color: Color | Unset | None = UNSET


class Square(Model, kw_only=True):
    """…"""

    kind: Literal["square"] | str

    side: float | str | None

    label: SquareLabel | Unset = UNSET


class SquareLabelPlain(Model, kw_only=True):
    """Plain"""

    text: str


class SquareLabelMarked(Model, kw_only=True):
    """Marked"""

    html: str


if TYPE_CHECKING:
    Shape: TypeAlias = Circle | Square | Unknown
else:

    class Shape(OpenUnion):
        """Decodes `Shape`."""

        variants = (Circle, Square)
        tag = "kind"
        mapping = {"circle": Circle, "square": Square}


if TYPE_CHECKING:
    SquareLabel: TypeAlias = SquareLabelPlain | SquareLabelMarked | Unknown
else:

    class SquareLabel(OpenUnion):
        """Decodes `SquareLabel`."""

        variants = (SquareLabelPlain, SquareLabelMarked)
