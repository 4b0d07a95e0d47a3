"""YAML in block style is read without its events like with them: the same values and findings.

What is not that simple is left to the events of libyaml, which all else is held to.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.document.block_document import LONG, read_block_document
from generator.document.yaml_reading import read_yaml
from generator.parallel import Share, in_turn, shared_out
from tests.document.test_json_reading import pointers
from tests.document.test_lowering import CORPUS

DESCRIPTION = """\
# What a description is made of.
openapi: 3.1.0
info: {title: Books, version: '1'}
tags:
- name: a   # the first
-   name: "b\\n\\u00e9"
  # a comment
-   description: >-
      Folded
      text

        not folded
      at all.
paths:
  '/books/{id}':
    get:
      description: |+
        Literal
          text.

      summary: A plain scalar
        on two lines.

        And more.
      parameters: []
      responses:
        200:
          description: "in quotes,
            on two lines"
          x-date: 2020-01-01
        "404": {}
      x-null:
      x-list:
        - - 1
          - -2.5
        -
          key: yes
        -
        - ~
        - it's: http://a:80/#b
      x-text:
        on its own line
"""
LINES = tuple(DESCRIPTION.split("\n"))
PIECES = (
    *("  ", " ", "- ", "- - ", "? ", "#", " #", ": ", ":", "'", '"', "''", '""', "\\n", "\\", "%"),
    *("[", "]", "{", "}", "[]", "[a, b]", "|", ">", "|-", ">+", "|2", "&a ", "*a", "!!str ", "<<"),
    *("---", "...", "~", "200", "on", ".nan", "\n", "\n\n", "\n   \n", "\t", "\r", "\r\n"),
    *("\u2028", "\u00e9", "key: "),
)
CHANGES = st.lists(
    st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 40), st.sampled_from(PIECES)),
    max_size=3,
)
REMOVED = st.sets(st.integers(0, len(LINES) - 1), max_size=3)


def typed(value: Any) -> Any:
    """A value in which 1 differs from 1.0 and true, and the order of members counts."""
    if isinstance(value, dict):
        return [(key, typed(member)) for key, member in value.items()]
    return list(map(typed, value)) if isinstance(value, list) else repr(value)


def is_read_alike(text: str, long: int = LONG, share: Share = in_turn) -> bool:
    """Whether a text is read without events; if so, it must be read as with them."""
    read = read_block_document(text, "api.yaml", share, long)
    if read is None:
        return False
    block, findings = read
    document, expected = read_yaml(text, "api.yaml")
    assert document is not None, expected
    assert typed(block.data) == typed(document.data)
    assert findings == expected
    for pointer in pointers(document.data):
        assert block.places.get(pointer) == document.places.get(pointer), pointer
    return True


@settings(max_examples=1000)
@given(changes=CHANGES, removed=REMOVED, ending=st.sampled_from(["", "\n", "\n  "]))
def test_what_is_nearly_simple_is_read_alike_or_left(
    changes: list[tuple[int, int, str]], removed: set[int], ending: str
) -> None:
    lines = list(LINES)
    for index, column, piece in changes:
        lines[index] = lines[index][:column] + piece + lines[index][column:]
    kept = [line for index, line in enumerate(lines) if index not in removed]
    text = "\n".join(kept).rstrip("\n") + ending
    assert is_read_alike(text) or not is_read_alike(text, long=0)


@settings(max_examples=200)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=15,
    ),
    style=st.sampled_from([None, "'", '"', "|", ">"]),
    width=st.sampled_from([20, 80]),
)
def test_what_is_written_by_others_is_read_alike_or_left(
    value: Any, style: str | None, width: int
) -> None:
    text = yaml.safe_dump({"a": value}, default_style=style, width=width, allow_unicode=True)
    is_read_alike(text)


@pytest.mark.parametrize(
    "text",
    [
        DESCRIPTION,
        "---\na: 1\n",
        "a: 1",
        "a: 1\r\nb:\r\n- 2\r\n",
        "- a\n- b: c\n  d: |\n    e\n",
        "a: |\n  b\n\n\nc: |-\n  d\n\n",
        "a: >\n\n  b\n  c\n\n\n  d\n   e\n  f\n",
        "a:\n  - b\n\n  # c\n  - d\n",
        "a: b\n  - c\n  d\n",
        "a: 'it''s'\nb: \"\\u00e9\\t\\/\"\n",
        "a: \"b \\\\\n  c\n\n\n  \\\"d\"\nb: 'c: #\n\n  it''s\n  '\n",
        'a: "b\\\n  c\\\n\n  d\\ \n  e"\n',
        "a:\n  'b\n  c' # d\n",
        "200: a\non: yes\n",
        "a: [{b: c}, d]\n",
        "a:\n  ...\n",
    ],
)
def test_simple_text_needs_no_events(text: str) -> None:
    assert is_read_alike(text)
    assert is_read_alike(text, long=0)
    assert is_read_alike(text, long=0, share=shared_out)


@pytest.mark.parametrize(
    ("text", "is_simple"),
    [
        ("a: 1\nb: 2\nc: 3\nd: 4\n", True),
        ("a:\n  b: 1\n  c: 2\n  d: 3\ne: 4\n", True),
        ("a:\n\n # e\n b: 1\n c:\n  - d\n c2: [f]\ng:\n- h\n", True),
        ("a: |\n  b: 1\n  c: 2\n  d: 3\ne: 4\n", True),
        ("on:\n  b: 1\n  c: 2\n  d: 3\n", True),
        ("a:\n- b: 1\n  c: 2\n- d: 3\n  e: 4\n", True),
        ("a: 1\nb: 2\n200: 3\nd: yes\n", True),
        ("a:\n  {b: 1}\n  c: 2\n  d: 3\n", False),
        ("a:\n  - b\n  c: 2\n  d: 3\n", False),
        ("a: 1\nb: 2\na: 3\nd: 4\n", False),
        ("---\n  a: 1\n  b: 2\nc: 3\nd: 4\n", False),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", False),
        ("a: 1\nb:\n  c: 2\n  d: 3\na: 4\n", False),
        ("a:\n  b: 1\n  c: 2\n d: 3\n", False),
        ("a:\n  b: 1\n  c: 2\n  d: 3\n    e: 4\n", False),
    ],
)
def test_halves_say_what_the_whole_does(text: str, is_simple: bool) -> None:
    assert is_read_alike(text) is is_simple
    assert is_read_alike(text, long=0) is is_simple
    assert is_read_alike(text, long=0, share=shared_out) is is_simple


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "{}",
        "a: 1\na: 2\n",
        "a: &b c\n",
        "a: *b\n",
        "<<: {}\n",
        "a:\n  b: |2\n     c\n",
        "a:\n  b: !!str >-1\n     c\n",
        "a: |\n  b",
        "a: b: c\n",
        "a: - b\n",
        "a:\n  b: 1\n c: 2\n",
        "a: 1\n...  b: 2\n",
        "a: 1\n---\nb: 2\n",
        "a: |\n  b\n# c\n  d\n",
        "? a\n: b\n",
        "a:\tb\n",
        "a: [b\n",
        "a: [\n",
        "a: [on]\n",
        "a: 'b'\n  'c'\n",
        "a: 'b\n  c\n",
        "a: .nan\n---\n",
        "a: 'b\nc'\n",
        "a: b\rc: d\n",
        f"{'a' * 1100}: b\n",
        "\n".join("  " * depth + "a:" for depth in range(200)),
        "- " * 10_000 + "a",
    ],
)
def test_all_else_is_left_to_them(text: str) -> None:
    assert not is_read_alike(text)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of public documents is not here")
def test_public_documents_need_no_events() -> None:
    paths = [path for path in sorted(CORPUS.glob("*.yaml")) if path.stat().st_size < 700_000]
    left = [path.name for path in paths if not is_read_alike(path.read_text(), long=0)]
    # It is JSON up to its first comma, and YAML in parts.
    assert left == ["openapi-python-client-baseline-3.1.yaml"]
