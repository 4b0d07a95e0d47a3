"""Simple conditions (Arazzo 1.0 §5.6.5.1): comparisons of expressions and literals."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conformance.workflows.expressions import ExpressionError, Values

_TOKEN = re.compile(
    r"\s*(?:(?P<operator>==|!=|<=|>=|&&|\|\||[<>!()])"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<word>true|false|null)\b"
    r"|(?P<expression>\$[^\s()<>=!&|]+))"
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_WORDS = {"true": True, "false": False, "null": None}


def holds(condition: str, values: Values) -> bool:
    """Whether a condition holds. Strings are compared without regard to case, as Arazzo has it.

    Which of two moments is the earlier is told by the clock, not by their letters.

    Raises ExpressionError where it is no condition.
    """
    reader = _Reader(condition, _tokens(condition), values)
    found = reader.either()
    reader.end()
    return bool(found)


def _tokens(condition: str) -> list[re.Match[str]]:
    tokens, place = [], 0
    text = condition.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ExpressionError(f"`{condition}` cannot be read from `{text[place:].strip()}` on.")
        tokens.append(match)
        place = match.end()
    return tokens


@dataclass(slots=True)
class _Reader:
    """Reads tokens by descent: `||`, `&&`, `!`, comparisons, values."""

    condition: str
    tokens: list[re.Match[str]]
    values: Values
    place: int = 0

    def either(self) -> Any:
        found = self.both()
        while self._takes("||"):
            other = self.both()
            found = bool(found) or bool(other)
        return found

    def both(self) -> Any:
        found = self.comparison()
        while self._takes("&&"):
            other = self.comparison()
            found = bool(found) and bool(other)
        return found

    def comparison(self) -> Any:
        left = self.value()
        for sign in ("==", "!=", "<=", ">=", "<", ">"):
            if self._takes(sign):
                return _compared(sign, left, self.value())
        return left

    def value(self) -> Any:
        if self._takes("!"):
            return not self.value()
        if self._takes("("):
            found = self.either()
            if not self._takes(")"):
                raise ExpressionError(f"`{self.condition}` lacks a closing bracket.")
            return found
        if self.place >= len(self.tokens):
            raise ExpressionError(f"`{self.condition}` ends too early.")
        token = self.tokens[self.place]
        self.place += 1
        if token["text"]:
            return token["text"][1:-1].replace("''", "'")
        if token["number"]:
            return float(token["number"])
        if token["word"]:
            return _WORDS[token["word"]]
        if token["expression"]:
            return self.values.of(token["expression"])
        raise ExpressionError(f"`{self.condition}` has {token[0].strip()} where a value belongs.")

    def end(self) -> None:
        if self.place < len(self.tokens):
            rest = self.tokens[self.place][0].strip()
            raise ExpressionError(f"`{self.condition}` goes on with {rest}.")

    def _takes(self, sign: str) -> bool:
        there = self.place < len(self.tokens) and self.tokens[self.place]["operator"] == sign
        self.place += there
        return there


def _compared(sign: str, left: Any, right: Any) -> bool:
    one, other = (each.lower() if isinstance(each, str) else each for each in (left, right))
    if sign in {"==", "!="}:
        return _same(one, other) is (sign == "==")
    moments = [_moment(each) for each in (left, right)]
    if None not in moments:
        return _COMPARISONS[sign](*moments)
    numbers = all(isinstance(each, int | float) for each in (one, other))
    texts = all(isinstance(each, str) for each in (one, other))
    return (numbers or texts) and _COMPARISONS[sign](one, other)


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: to Python, 1 is True, within lists and objects too."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def _moment(value: Any) -> datetime | None:
    """The moment that a text is, with its offset; None where it is none."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None
