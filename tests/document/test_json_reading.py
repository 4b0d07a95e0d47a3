"""JSON is read as the YAML that it also is: the same values, at the same places.

A comment is no JSON, so that the same text with one behind it is read as YAML.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.document import Finding, load
from generator.document.node import Written, join_pointer

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
_DESCRIPTIONS = st.dictionaries(st.text(max_size=5), _VALUES, max_size=4)
_LAYOUTS = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 2, "\t"]),
        "separators": st.sampled_from([None, (",", ":"), (" , ", " : ")]),
        "ensure_ascii": st.booleans(),
    }
)


def pointers(value: Any, pointer: str = "") -> Iterator[str]:
    """The pointers of a value and of all that it holds, deepest first, and of what is not there."""
    members = value.items() if isinstance(value, dict) else ()
    for token, member in enumerate(value) if isinstance(value, list) else members:
        yield from pointers(member, join_pointer(pointer, token))
    yield join_pointer(pointer, "nothing", 0)
    yield pointer


def both(folder: Path, text: str) -> list[tuple[str, dict[str, Written | None], list[Finding]]]:
    """What is read of a text, and of the same with a comment behind it."""
    found = []
    for data in (text, f"{text} # no JSON"):
        path = folder / "api.json"
        path.write_bytes(data.encode("utf-8", "surrogatepass"))
        read = load(path)
        document = read.written
        places = {pointer: document.places.get(pointer) for pointer in pointers(document.data)}
        found.append((repr(document.data), places, list(read.findings)))
    return found


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=_DESCRIPTIONS, layout=_LAYOUTS, ending=st.sampled_from(["\n", "\r\n", "\r"]))
def test_json_is_read_like_the_same_as_yaml(
    tmp_path: Path, value: dict[str, Any], layout: dict[str, Any], ending: str
) -> None:
    text = json.dumps(value, **layout).replace("\n", ending)
    plain, commented = both(tmp_path, text)
    assert plain == commented


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1,}',
        '{"a": [1, 2,]}',
        '{"a": {"b": 1]}}',
        '{"a": [1}]}',
        '{"a": {]}',
        '{"a": [}}',
        '{"a": [,]}',
        '{"a": 1 "b": 2}',
        '{"a": [1 2]}',
        '{"a": 1, "a": 2}',
        '{"a": "\\ud83d"}',
        '{"a": "\\ud83d\\ude00", "b": 1}',
        '{"a": "x\ty"}',
        '{"a\\u0041": 1}',
        '{"a":\n  1, "b":\n  {"c": 2}}',
        '{"a": 01, "b": +1, "c": .5, "d": 1., "e": 0x1F}',
        '{"a": 1e999}',
        '{"a": NaN}',
        '{"a": tru, "b": True, "c": yes}',
        '{"a": -}',
        "{'a': 1, b: 2}",
        '{"a": 1} {"b": 2}',
        '{"a": 1}, 2',
        '[{"a": []}, {}]',
        '{"a": ' + "[" * 200 + "]" * 200 + "}",
        '{"~/": {"": 0}, " ": {}}',
        '{"a": "\x85", "b": 1}',
        '{"a": 1,\r"b": 2}',
    ],
)
def test_what_is_nearly_json_is_told_of_as_yaml_is(tmp_path: Path, text: str) -> None:
    plain, commented = both(tmp_path, text)
    assert plain == commented
