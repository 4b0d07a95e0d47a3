"""Descriptions, which are CommonMark with tables, as HTML that cannot hurt: HTML in them is text.

Most descriptions are plain words, and are done without a parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from generator.targets.docs.html_source import Markup, escape, joined, web_address

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_DEEPEST_HEADING = 6
_BETWEEN_BLOCKS = re.compile(r"\n[ \t]*(?:\n[ \t]*)*\n")
_PLAIN_LINE = re.compile(r"[A-Za-z\"'(](?:[^\\`*_\[\]<>&~\n|]|(?<=[^\W_])_(?=[^\W_]))*")
_SPACED_END = re.compile(r"  +$", re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_ALIGNED = re.compile(r"text-align:(\w+)")
_UNCERTAIN = re.compile(r"``|_`|`_")


@lru_cache(maxsize=16384)
def prose(text: str, level: int) -> Markup:
    """A description as blocks; its headings are below one of `level`, or none below the sixth."""
    plain = _plain_blocks(text)
    if plain is not None:
        return joined([Markup(f"<p>{block}</p>\n") for block in plain])
    return _rendered(text, level)


@lru_cache(maxsize=16384)
def phrase(text: str) -> Markup:
    """A description in one line, as a part of another block."""
    line = " ".join(text.split())
    plain = _plain_block(line)
    if plain is not None:
        return plain
    return Markup(_parser().renderInline(_decoded(line)))


def first_block(text: str) -> str:
    """The first paragraph of a description."""
    return _BETWEEN_BLOCKS.split(text.strip(), maxsplit=1)[0]


def _plain_blocks(text: str) -> list[Markup] | None:
    """The paragraphs of a text that has nothing else; None where it may have."""
    found = []
    stripped = text.strip("\n")
    if "\t" in stripped or "\r" in stripped or _SPACED_END.search(stripped):
        return None
    for block in _BETWEEN_BLOCKS.split(stripped.rstrip()):
        plain = _plain_block(block)
        if plain is None:
            return None
        found.append(plain)
    return found if stripped.strip() else []


def _plain_block(block: str) -> Markup | None:
    """A paragraph of plain lines, with spans of code at most."""
    if _UNCERTAIN.search(block) or not block.replace("\n", "").isprintable():
        return None
    pieces: list[Markup] = []
    bare, rest = [], 0
    for span in _SPAN.finditer(block):
        before = block[rest : span.start()]
        bare += [before, "x"]
        pieces += [escape(before), Markup(f"<code>{escape(_code(span[1]))}</code>")]
        rest = span.end()
    bare.append(block[rest:])
    pieces.append(escape(block[rest:]))
    lines = "".join(bare).split("\n")
    return joined(pieces) if all(map(_PLAIN_LINE.fullmatch, lines)) else None


def _code(text: str) -> str:
    """What a span of code shows: one space at each end is its margin."""
    padded = text.startswith(" ") and text.endswith(" ") and bool(text.strip())
    return text[1:-1] if padded else text


def _decoded(text: str) -> str:
    """The text, without what no encoding of Unicode has."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _rendered(text: str, level: int) -> Markup:
    parser = _parser()
    tokens = parser.parse(_decoded(text))
    _lower_headings(tokens, level)
    html = parser.renderer.render(tokens, parser.options, {})
    return Markup(html)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415  takes a while, and many need none

    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable(
        ["table", "strikethrough"]
    )
    parser.core.ruler.push("links", lambda state: _tame(state.tokens))
    # Whether an address is a link is decided there, where its text is kept.
    parser.validateLink = _is_any  # type: ignore[method-assign]
    return parser


def _is_any(url: str) -> bool:  # noqa: ARG001  as the parser asks
    return True


def _tame(tokens: Sequence[Token]) -> None:
    """Links lead to the web, or are text; so do pictures, which are not fetched.

    Cells are aligned by class, as the pages allow no style in them.
    """
    for token in tokens:
        aligned = _ALIGNED.fullmatch(str(token.attrs.pop("style", "")))
        if aligned and aligned[1] != "left":
            token.attrs["class"] = aligned[1]
        if token.children:
            token.children = list(_tamed(token.children))


def _tamed(children: Iterable[Token]) -> Iterator[Token]:
    opened: list[bool] = []
    for child in children:
        if child.type == "link_open":
            opened.append(_leads(child, "href"))
            if opened[-1]:
                child.attrs = {"href": child.attrs["href"], "rel": "noreferrer"}
                yield child
        elif child.type == "link_close":
            if opened.pop():
                yield child
        elif child.type == "image":
            yield from _linked(child, inside=any(opened))
        else:
            yield child


def _linked(image: Token, *, inside: bool) -> Iterator[Token]:
    """A picture as its text, and a link where it leads somewhere and is in none."""
    token = type(image)
    source = str(image.attrGet("src") or "")
    text = token("text", "", 0, content=image.content or source)
    if inside or not _leads(image, "src"):
        yield text
    else:
        attributes = {"href": source, "rel": "noreferrer"}
        yield token("link_open", "a", 1, attrs=dict(attributes))
        yield text
        yield token("link_close", "a", -1)


def _leads(token: Token, attribute: str) -> bool:
    return bool(web_address(str(token.attrGet(attribute) or "")))


def _lower_headings(tokens: Sequence[Token], level: int) -> None:
    """Give headings levels that follow one another, below one of `level`."""
    above: list[str] = []
    for token in tokens:
        if token.type == "heading_open":
            above = [tag for tag in above if tag < token.tag]
            above.append(token.tag)
        if token.type in {"heading_open", "heading_close"}:
            place = level + len(above)
            token.tag = f"h{place}" if place <= _DEEPEST_HEADING else "p"
