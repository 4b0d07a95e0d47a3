"""A plain scalar of YAML → its value, or what is told of it as a value or as a key."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from generator.document.finding import Severity
from generator.document.scalar import NotFiniteError, Scalar, resolve_plain

MERGE_KEY: Final = "<<"


class Doubt(Struct, frozen=True):
    """What a finding says of a plain scalar that not every reader takes for the same."""

    code: str
    message: str
    severity: Severity = Severity.WARNING


def plain_value(text: str) -> tuple[Scalar, Doubt | None]:
    """The value of a plain scalar, and what is told of it."""
    try:
        value, otherwise = resolve_plain(text)
    except NotFiniteError:
        return text, not_finite(text)
    if not otherwise:
        return value, None
    message = (
        f"`{text}` is a string here, but {otherwise} to some readers of YAML; "
        f"write '{text}' in quotes."
    )
    return value, Doubt("YML-010", message)


def not_finite(text: str) -> Doubt:
    """What is told of a number that JSON cannot write."""
    shown = text if len(text) < 40 else text[:37] + "..."
    return Doubt("YML-015", f"`{shown}` is a number that JSON cannot write.", Severity.ERROR)


def doubt_of_key(text: str) -> Doubt | None:
    """What is told of a plain scalar that is a key."""
    if text == MERGE_KEY:
        return Doubt(
            "YML-011",
            "The merge key `<<` is not part of YAML 1.2, and many readers take it for a "
            "property; write the members out, or use `$ref`.",
        )
    try:
        value, otherwise = resolve_plain(text)
    except NotFiniteError:
        value, otherwise = text, "a number"
    if isinstance(value, str) and not otherwise:
        return None
    return Doubt(
        "YML-010" if isinstance(value, str) else "YML-009",
        f"The key `{text}` is read as the string '{text}', but not by every reader of "
        "YAML; write it in quotes.",
    )
