"""Types of the resource foo bars."""

from __future__ import annotations

from .._runtime.values import UNSET, Model, Unset


class FooBar(Model, kw_only=True, rename={"foo_bar": "fooBar", "foo_bar_2": "foo_bar"}):
    """…"""

    foo_bar: str | Unset = UNSET

    foo_bar_2: str | Unset = UNSET


class FooBar2(Model, kw_only=True, rename={"class_": "class", "field_1_st": "1st", "plus_1": "+1"}):
    """…"""

    class_: str | Unset = UNSET

    field_1_st: str | Unset = UNSET

    plus_1: int | Unset = UNSET


class Any_(Model, kw_only=True):
    """…"""

    größe: float | Unset = UNSET

    名: str | Unset = UNSET
