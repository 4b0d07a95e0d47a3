"""Numbers that a schema allows: small ones near its bounds, multiples where it asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final

from generator.stub.seed import Seed

_SPAN: Final = 100
"""How far from its bound a number may be."""


def number(schema: Mapping[str, Any], seed: Seed, *, whole: bool) -> int | float | None:
    """A number between the bounds of a schema, a whole one if asked for; None where there is none.

    Looks at `minimum`, `maximum`, their exclusive forms and `multipleOf`.
    """
    step = _step(schema, whole=whole)
    least = _bound(schema, "minimum", "exclusiveMinimum", max)
    most = _bound(schema, "maximum", "exclusiveMaximum", min)
    first = ceil(least / step) if least is not None else None
    last = floor(most / step) if most is not None else None
    if first is not None and first * step == _exact(schema.get("exclusiveMinimum")):
        first += 1
    if last is not None and last * step == _exact(schema.get("exclusiveMaximum")):
        last -= 1
    if first is None:
        first = 1 if last is None or last >= 1 else last - seed.below(_SPAN)
    if last is None:
        last = first + _SPAN
    if last < first:
        return _between(least, most, schema, whole=whole)
    chosen = (first + seed.below(min(last - first, _SPAN) + 1)) * step
    return _plain(chosen)


def between(schema: Mapping[str, Any], value: float | None) -> float | None:
    """A fraction next to a whole `value`, where any multiple will do and the bounds allow it."""
    if value is None or "multipleOf" in schema:
        return value
    least = _bound(schema, "minimum", "exclusiveMinimum", max)
    most = _bound(schema, "maximum", "exclusiveMaximum", min)
    for fraction in (value + 0.5, value - 0.5):
        if (least is None or least < fraction) and (most is None or fraction < most):
            return fraction
    return value


def _step(schema: Mapping[str, Any], *, whole: bool) -> Fraction:
    step = _exact(schema.get("multipleOf")) or Fraction(1)
    if not whole or step.denominator == 1:
        return abs(step)
    return Fraction(abs(step.numerator))


def _bound(schema: Mapping[str, Any], inclusive: str, exclusive: str, stricter: Any) -> Any:
    bounds = [_exact(schema.get(name)) for name in (inclusive, exclusive)]
    found = [bound for bound in bounds if bound is not None]
    return stricter(found) if found else None


def _exact(value: Any) -> Fraction | None:
    """The decimal number that was written, not the binary one nearest to it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return Fraction(str(value))
    except ValueError:
        return None


def _between(
    least: Fraction | None, most: Fraction | None, schema: Mapping[str, Any], *, whole: bool
) -> float | None:
    """A fraction between two bounds that have no whole number between them."""
    if whole or "multipleOf" in schema or least is None or most is None or most < least:
        return None
    return float((least + most) / 2)


def _plain(value: Fraction) -> int | float:
    try:
        return int(value) if value.denominator == 1 else float(value)
    except OverflowError:
        return 0
