"""Whatever a document says reaches Markdown and TOML as text, and as nothing else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.targets.markdown_source import code, fenced, inline, prose
from generator.targets.python.toml_source import toml_string
from tests.python_client.packages import write_package

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HARMLESS = {"text", "code_inline", "softbreak", "text_special"}
SIGNS = st.text(st.sampled_from("ab 1.)#-+=*_`~|[]()<>!\\&;:/\n\t\"'$^{}@"), max_size=30)
TEXTS = st.text(max_size=30) | SIGNS
HOSTILE = (
    "</script><img src=x onerror=alert(1)> [a](javascript:x) ![b](http://x/y.png)\n\n# H\n\n"
    "```\n`a`` *b* __c__ | d\n---\n1. e\n- f\n\n    g\n&amp; {{ 7 * 7 }} {% raw %} \u202e\x07"
)


def shown(markdown: str) -> list[list[tuple[str, str]]]:
    """The kind and the text of each piece of each paragraph; fails where there is anything else."""
    found = []
    for token in MARKDOWN.parse(markdown):
        assert token.type in {"paragraph_open", "inline", "paragraph_close"}, token
        pieces = [(child.type, child.content) for child in token.children or []]
        if token.type == "inline":
            assert {kind for kind, _ in pieces} <= HARMLESS, pieces
            found.append(pieces)
    return found


def words(text: str) -> str:
    """What is left of a text when layout and backticks do not count."""
    return re.sub(r"[\s`\ufffd\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]", "", text)


@given(TEXTS)
def test_prose_shows_its_words_and_opens_nothing(text: str) -> None:
    paragraphs = shown(prose(text))
    assert words("".join(part for each in paragraphs for _, part in each)) == words(text)
    assert len(shown(f"x {inline(text)}")) == 1


@given(TEXTS)
def test_code_spans_and_blocks_hold_all_that_they_are_given(text: str) -> None:
    ((*_, last),) = shown(f"x {code(text)}")
    if text.split() and not text.isspace():
        assert last[0] == "code_inline"
        assert last[1].replace("\ufffd", "").strip() == words_of_code(text)
    lines = [line for line in text.splitlines() if line.isprintable()]
    (block,) = MARKDOWN.parse(fenced(lines, "python"))
    assert (block.type, block.info) == ("fence", "python")
    assert block.content.rstrip("\n") == "\n".join(lines).rstrip("\n")


def words_of_code(text: str) -> str:
    line = " ".join(text.split())
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]", "", line
    ).strip()


@given(TEXTS)
def test_toml_gives_back_the_string(text: str) -> None:
    assert tomllib.loads(f"a = {toml_string(text)}") == {"a": text}


def test_a_hostile_document_is_quoted_wherever_it_is_written(tmp_path: Path) -> None:
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": HOSTILE, "version": HOSTILE, "description": HOSTILE},
        "tags": [{"name": "a", "description": HOSTILE}],
        "paths": {
            "/a/{x}": {
                "get": {
                    "tags": ["a"],
                    "operationId": "getA",
                    "summary": HOSTILE,
                    "description": HOSTILE,
                    "parameters": [
                        {
                            "name": "x",
                            "in": "path",
                            "required": True,
                            "description": HOSTILE,
                            "schema": {"type": "string", "enum": ["q", HOSTILE]},
                            "example": HOSTILE,
                        }
                    ],
                    "responses": {
                        "200": {"description": HOSTILE},
                        "404": {"description": HOSTILE},
                    },
                }
            }
        },
    }
    document["info"]["license"] = {"name": HOSTILE, "url": HOSTILE}
    file = tmp_path / "hostile.yaml"
    file.write_text(yaml.safe_dump(document), "utf-8")
    package = write_package(file, "hostile", tmp_path)
    for name in ("README.md", "REFERENCE.md"):
        text = (package / name).read_text("utf-8")
        tokens = MARKDOWN.parse(text)
        pieces = [piece for token in tokens for piece in token.children or []]
        links = [piece.attrs["href"] for piece in pieces if piece.type == "link_open"]
        assert not {"html_block", "html_inline", "image"} & {t.type for t in [*tokens, *pieces]}
        assert {str(link) for link in links} <= {"REFERENCE.md", "#clientaget"}, links
        assert "H" not in [
            tokens[n + 1].content for n, t in enumerate(tokens) if t.type == "heading_open"
        ]
    project = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))["project"]
    assert "license" not in project
    assert project["version"] == "0.0.0"
