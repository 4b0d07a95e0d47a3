"""Text of a document as TypeScript: whatever it holds, it stays what it was meant to be."""

from __future__ import annotations

import json
import random
import re
import subprocess
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from generator.targets.filling import filled
from generator.targets.typescript.source import (
    RESERVED_WORDS,
    class_name,
    comment,
    key,
    member,
    quoted,
    tag,
    variable,
)
from tests.node_tools import NODE

NASTY = st.text(
    st.one_of(st.sampled_from("'\"`\\*/@{}$\n\r\t\u2028\u2029\0<>-#"), st.characters()), max_size=60
)


def nasty_texts(seed: int, count: int = 1500) -> list[str]:
    """Texts of signs that mean something in TypeScript, among letters of all scripts."""
    source = random.Random(seed)
    signs = "'\"`\\*/@{}$\n\r\t\u2028\u2029\0<>-#_ abcXYZ019"
    return [
        "".join(
            chr(source.randrange(0x11000)) if source.random() < 0.3 else source.choice(signs)
            for _ in range(source.randrange(20))
        )
        for _ in range(count)
    ]


def told(expressions: list[str]) -> list[str]:
    """What Node makes of expressions, as lists of UTF-16 code units."""
    units = "(text) => [...Array(text.length).keys()].map((at) => text.charCodeAt(at)).join()"
    code = (
        f"const units = {units};\nconsole.log(JSON.stringify([{','.join(expressions)}].map(units)))"
    )
    done = subprocess.run(  # noqa: S603 - a program that we wrote
        [str(NODE), "--input-type=module"], input=code.encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found: list[str] = json.loads(done.stdout)
    return found


def units(text: str) -> str:
    encoded = text.encode("utf-16-le", "surrogatepass")
    return ",".join(
        str(int.from_bytes(encoded[n : n + 2], "little")) for n in range(0, len(encoded), 2)
    )


def test_a_string_is_the_same_string_in_node() -> None:
    texts = nasty_texts(1)
    written = [quoted(text) for text in texts]
    assert all("\n" not in each and "\r" not in each for each in written)
    assert told(written) == [units(text) for text in texts]


def test_a_member_keeps_its_name() -> None:
    texts = [*filter(None, nasty_texts(2)), "__proto__", "constructor"]
    written = [f"Object.keys({{{key(text)}: 1}})[0] ?? ''" for text in texts]
    assert told(written) == [units(text) for text in texts]


def test_a_name_can_be_declared() -> None:
    texts = nasty_texts(3)
    variables = [f"{{ const {variable(text)} = 1; }}" for text in texts]
    classes = [f"{{ class {class_name(text)} {{}} }}" for text in texts]
    members = [f"{{ const {{ {member(text)}: it }} = {{}}; }}" for text in texts]
    code = "\n".join([*variables, *classes, *members, "console.log('[]')"])
    done = subprocess.run(  # noqa: S603 - a program that we wrote
        [str(NODE), "--input-type=module"], input=code.encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[:2000]


@given(NASTY, NASTY, st.integers(0, 8))
def test_a_comment_ends_where_it_should(text: str, told: str, indent: int) -> None:
    found = comment(text, indent, tag("@param it -", told, indent))
    assert found.startswith("/**")
    assert found.index("*/") == len(found) - 2
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u2028\u2029]", found)


@given(NASTY)
def test_a_comment_has_no_tags_but_ours(text: str) -> None:
    lines = comment(text.replace("`", "")).removeprefix("/**").removesuffix("*/").split("\n")
    starts = [line.strip().removeprefix("*").strip() for line in lines]
    assert not [line for line in starts if line.startswith("@")]
    assert "{@" not in "".join(lines)


def test_names_are_those_of_the_language() -> None:
    assert [
        member(name) for name in ("next_cursor", "nextCursor", "X-Request-ID", "+1", "größe")
    ] == [
        "nextCursor",
        "nextCursor",
        "xRequestId",
        "plus1",
        "größe",
    ]
    assert [variable(name) for name in ("class", "default", "id")] == ["class_", "default_", "id"]
    assert all(variable(word) not in RESERVED_WORDS for word in RESERVED_WORDS)
    assert class_name("Error", ["Error"]) == "ErrorObject"
    assert quoted('say "hi"') == "'say \"hi\"'"


@given(st.text(st.sampled_from("ab "), max_size=80), st.integers(0, 40), st.integers(0, 6))
def test_text_is_wrapped_between_words(text: str, width: int, hanging: int) -> None:
    lines = filled(text, width, hanging=" " * hanging)
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= width or " " not in line.strip() for line in lines)
    for line, after in pairwise(lines):
        assert len(f"{line} {after.split()[0]}") > width
