"""Lexing: what is a number in JSON is one in a query, and nothing else is."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.targets.server.runtime.lexing import LexError, lex

NUMERIC = st.text(alphabet="+-0123456789.eE_ \u0665n", max_size=8)


@given(NUMERIC | st.integers().map(str) | st.floats(allow_nan=False).map(str))
@example("1_0")
@example("+5")
@example("05")
@example("1e999")
@example("0e00000")
@example("\u0665")
def test_a_number_is_one_exactly_where_json_has_one(text: str) -> None:
    try:
        expected = json.loads(text) if text == text.strip() else None
    except ValueError:
        expected = None
    is_number = isinstance(expected, int | float) and math.isfinite(expected)
    try:
        value = lex(text, ("number",))
    except LexError:
        assert not is_number
    else:
        assert is_number
        assert value == expected


@given(st.integers(min_value=-(10**300), max_value=10**300))
def test_an_integer_of_any_size_is_itself(number: int) -> None:
    assert lex(str(number), ("integer",)) == number


@given(st.text())
def test_a_string_is_itself_and_never_null(text: str) -> None:
    assert lex(text, ("string",)) == text


@pytest.mark.parametrize(
    ("text", "types", "value"),
    [
        ("5", ("integer", "string"), 5),
        ("x", ("integer", "string"), "x"),
        ("true", ("boolean", "string"), True),
        ("True", ("boolean", "string"), "True"),
        ("5", ("string",), "5"),
    ],
)
def test_types_are_tried_in_their_order(
    text: str, types: tuple[str, ...], value: str | int | bool
) -> None:
    assert lex(text, types) == value


def test_what_fits_no_type_says_which_there_are() -> None:
    with pytest.raises(LexError, match="must be an integer or a boolean"):
        lex("x", ("integer", "boolean"))
