"""Text of a document as Python: whatever it holds, it stays what it was meant to be."""

from __future__ import annotations

import ast
import keyword
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from generator.targets.python_source import (
    class_name,
    docstring,
    identifier,
    literal,
    phrase,
    quoted,
)

_SIGNS = st.sampled_from("'\"\\{}%#$ \n\r\t\0\f\u2028\u202e\u2066\ud800-.)*`ab1")
TEXTS = st.text(_SIGNS | st.characters(), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
HIDDEN = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@given(TEXTS)
def test_a_string_is_the_same_string(text: str) -> None:
    written = quoted(text)
    assert ast.literal_eval(written) == text
    assert not HIDDEN.search(written)
    assert "\n" not in written


@given(JSON)
def test_data_is_the_same_data(value: Any) -> None:
    assert eval(literal(value), {"float": float, "__builtins__": {}}) == value  # noqa: S307  ours


@given(TEXTS, st.integers(0, 3), st.lists(TEXTS, max_size=2))
def test_a_docstring_says_the_words_and_ends(text: str, depth: int, code: list[str]) -> None:
    margin = "    " * depth
    opening = "".join(f"{'    ' * each}if True:\n" for each in range(depth))
    written = docstring(text, len(margin))
    module = ast.parse(f"{opening}{margin}{written}\n{margin}after = 1\n")
    body: list[Any] = module.body
    for _ in range(depth):
        body = body[0].body
    told, after = body
    assert isinstance(after, ast.Assign)
    assert isinstance(told.value, ast.Constant)
    assert str(told.value.value).split() == (text.split() or ["…"])
    assert not HIDDEN.search(written)


@given(TEXTS)
def test_a_phrase_is_a_part_of_a_docstring(text: str) -> None:
    written = f'"""The API of {phrase(text)}: it is one."""'
    said = str(ast.literal_eval(written))
    assert said.split() == [
        "The",
        "API",
        "of",
        *f"{' '.join(text.split())}:".split(),
        "it",
        "is",
        "one.",
    ]
    assert not HIDDEN.search(written)


@given(TEXTS, st.sets(st.sampled_from(["value", "type", "class_"])))
def test_a_name_can_be_declared(text: str, reserved: set[str]) -> None:
    for name in (identifier(text, reserved), class_name(text, reserved)):
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert name not in reserved
        ast.parse(f"{name} = 1\nclass {name}: ...\n")
