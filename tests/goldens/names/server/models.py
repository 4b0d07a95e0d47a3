"""The data of Names: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from msgspec import Struct


class FooBar(
    Struct,
    kw_only=True,
    frozen=True,
    omit_defaults=True,
    rename={"foo_bar": "fooBar", "foo_bar_2": "foo_bar"},
):
    """…"""

    foo_bar: str | None = None
    foo_bar_2: str | None = None


class FooBar2(
    Struct,
    kw_only=True,
    frozen=True,
    omit_defaults=True,
    rename={"class_": "class", "field_1_st": "1st", "plus_1": "+1"},
):
    """…"""

    class_: str | None = None
    field_1_st: str | None = None
    plus_1: int | None = None


class Any_(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    größe: float | None = None
    名: str | None = None
