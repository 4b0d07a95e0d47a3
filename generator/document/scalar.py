"""Plain YAML scalars → JSON values, and where readers of YAML 1.1 would read them otherwise."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Final

Scalar = str | int | float | bool | None

# OpenAPI 3.1 §4.3 limits YAML to what JSON can say: the core schema (YAML 1.2.2 §10.3.2) less
# octal and hexadecimal integers, infinities and NaN.
_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT: Final = re.compile(
    r"[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)\Z"
)
_NOT_FINITE: Final = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_DIGITS_AT_MOST: Final = 300

_NUMERIC_START: Final = frozenset("0123456789+-.")
_BOOLEANS_11: Final = frozenset(
    form for word in ("yes", "no", "on", "off") for form in (word, word.title(), word.upper())
)
_NUMBERS_11: Final = (
    (re.compile(r"[-+]?0[0-7_]+\Z|[-+]?0o[0-7]+\Z"), "an octal number"),
    (re.compile(r"[-+]?0[0-9]+\Z"), "a number"),
    (re.compile(r"[-+]?0x[0-9a-fA-F_]+\Z"), "a hexadecimal number"),
    (re.compile(r"[-+]?0b[01_]+\Z"), "a binary number"),
    (re.compile(r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\Z"), "a base-60 number"),
    (re.compile(r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?\Z"), "a number"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?\Z"), "a date"),
)


class NotFiniteError(ValueError):
    """A number that JSON cannot write: NaN, an infinity, or one too large to hold."""


@lru_cache(maxsize=8192)
def resolve_plain(text: str) -> tuple[Scalar, str]:
    """The value of a plain scalar, and what another reader takes it for where it is a string.

    Raises `NotFiniteError` for NaN, infinities and numbers too large to hold.
    """
    if text in _WORDS:
        return _WORDS[text], ""
    if text[0] in _NUMERIC_START:
        return _resolve_numeric(text)
    return text, "a boolean" if text in _BOOLEANS_11 else ""


def _resolve_numeric(text: str) -> tuple[Scalar, str]:
    if _INTEGER.match(text):
        if len(text) > _DIGITS_AT_MOST:
            raise NotFiniteError(text)
        return int(text), ""
    if _FLOAT.match(text):
        number = float(text)
        if not math.isfinite(number):
            raise NotFiniteError(text)
        return number, ""
    if _NOT_FINITE.match(text):
        raise NotFiniteError(text)
    return text, next((name for pattern, name in _NUMBERS_11 if pattern.match(text)), "")
