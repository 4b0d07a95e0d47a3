"""Descriptions as HTML: what CommonMark says, and nothing that acts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.targets.docs.prose import phrase, prose

SIGNS = st.sampled_from([*"ab1 \n\n`_*[]()<>&|~#-+=:.!\"'\\", "snake_case", "`c`", "http://a.b"])
TEXTS = st.lists(SIGNS, max_size=14).map("".join)


def _kind(tag: str) -> str:
    return "heading" if re.fullmatch(r"h\d", tag) else tag


def shape(html: str) -> list[object]:
    """The elements and words of HTML, however it is written."""
    found: list[object] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((_kind(tag), [pair for pair in attrs if pair[0] != "rel"]))

        def handle_endtag(self, tag: str) -> None:
            found.append(_kind(tag))

        def handle_data(self, data: str) -> None:
            if data.strip():
                found.append(" ".join(data.split()))

    reader = Reader(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return found


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("See `x < y`, *now*.", "<p>See <code>x &lt; y</code>, <em>now</em>.</p>\n"),
        ("# Top\n### Below", "<h3>Top</h3>\n<h4>Below</h4>\n"),
        ("```sh\nls <x>\n```", '<pre><code class="language-sh">ls &lt;x&gt;\n</code></pre>\n'),
        ("[a](https://b.c)", '<p><a href="https://b.c" rel="noreferrer">a</a></p>\n'),
        ("a\n\n---\nb  \nc", "<p>a</p>\n<hr>\n<p>b<br>\nc</p>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
    ],
)
def test_what_people_write_is_shown(text: str, html: str) -> None:
    assert prose(text, 2) == html


def test_a_table_is_one() -> None:
    assert "<th>a</th>" in prose("| a |\n|---|\n| 1 |", 2)


def test_cells_are_aligned_by_class() -> None:
    html = prose("| a | b | c |\n|:---|:---:|---:|\n| 1 | 2 | 3 |", 2)
    for name in ("th", "td"):
        assert re.findall(rf"<{name}( .*?)?>", html) == ["", ' class="center"', ' class="right"']


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//a",
        "/a",
        "#a",
    ],
)
def test_a_link_that_leads_not_to_the_web_is_text(address: str) -> None:
    assert prose(f"[x]({address}) ![y]({address})", 2) == "<p>x y</p>\n"
    assert "href" not in prose(f"<{address}>", 2)


def test_a_picture_is_a_link_to_it_and_not_fetched() -> None:
    shown = prose("![A map](https://a.b/c.png) [![In](https://a.b/d.png)](https://e.f)", 2)
    assert "<img" not in shown
    assert '<a href="https://a.b/c.png" rel="noreferrer">A map</a>' in shown
    assert '<a href="https://e.f" rel="noreferrer">In</a>' in shown


LINK = re.compile(r"\]\(|\]:|<[^\s<>]*[:@]")
"""What may be one, which pages treat in ways of their own."""


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_words_without_a_parser_are_as_with_one(text: str) -> None:
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable(
        ["table", "strikethrough"]
    )
    if not LINK.search(text) and "#" not in text:
        assert shape(prose(text, 2)) == shape(parser.render(text))


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_a_phrase_is_in_one_line_and_opens_no_block(text: str) -> None:
    opened = {each[0] for each in shape(phrase(text)) if isinstance(each, tuple)}
    assert opened <= {"a", "br", "code", "em", "s", "strong"}
