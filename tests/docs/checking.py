"""Whether pages are whole: strict HTML, ids once, links that lead on, nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

_VOID = {"meta", "link", "input", "br", "hr"}
_ELEMENTS = {
    *("html", "head", "title", "script", "body", "header", "nav", "main", "section", "figure"),
    *("figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "dl", "dt", "dd"),
    *("a", "span", "div", "code", "pre", "kbd", "var", "small", "em", "strong", "s", "blockquote"),
    *("details", "summary", "fieldset", "legend", "label", "search", "table", "thead", "tbody"),
    *("tr", "th", "td", *_VOID),
}
_ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "rel", "href", "src", "defer", "class"),
    *("id", "hidden", "type", "placeholder", "role", "autocomplete", "spellcheck", "value"),
    *("checked", "open", "tabindex", "start"),
}
_BLOCKS = {"p", "ul", "ol", "dl", "div", "section", "figure", "pre", "table", "details"}
_INLINE = {"a", "code", "em", "span", "strong", "var"}
_HEADING = re.compile(r"h[1-6]")


@dataclass
class Page:
    """A page as a browser reads it."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    text: str = ""
    landmarks: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[str] = []
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        page, given = self.page, dict(attrs)
        self._pieces.append("" if tag in _INLINE else " ")
        names = [name for name, _ in attrs]
        unknown = [n for n in names if n not in _ATTRIBUTES and not n.startswith("aria-")]
        if tag not in _ELEMENTS or unknown or len(names) != len(given):
            page.faults.append(f"<{tag}> with {names}")
        if tag in _BLOCKS and "p" in self._open:
            page.faults.append(f"<{tag}> within <p>")
        if tag == "a" and "a" in self._open:
            page.faults.append("a link within a link")
        if "id" in given:
            page.ids.append(given["id"] or "")
        if tag == "a" and "href" in given:
            page.links.append(given["href"] or "")
        if tag in {"script", "link"}:
            page.loaded.append(given.get("src") or given.get("href") or "inline")
        if _HEADING.fullmatch(tag):
            page.headings.append(int(tag[1]))
        if tag in {"header", "nav", "main", "search"}:
            page.landmarks.append(tag)
        for name in ("aria-labelledby", "aria-controls"):
            if name in given:
                page.links.append(f"#{given[name]}")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.page.faults.append(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["script"]:
            self.page.faults.append("a script within the page")
        self._pieces.append(data)

    def handle_comment(self, data: str) -> None:
        self.page.faults.append(f"a comment: {data[:40]!r}")

    def done(self) -> Page:
        if self._open:
            self.page.faults.append(f"left open: {self._open}")
        self.page.text = "".join(self._pieces)
        return self.page


def read(html: str) -> Page:
    """A page; what is wrong with it alone is among its faults."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    page = reader.done()
    if not html.startswith("<!doctype html>\n") or not html.isprintable():
        controls = re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", html)
        if controls:
            page.faults.append(f"the character {controls[0]!r}")
    if page.headings[:1] != [1] or page.headings.count(1) != 1:
        page.faults.append(f"first heading {page.headings[:1]}")
    page.faults += [
        f"a heading of level {after} follows one of level {before}"
        for before, after in zip(page.headings, page.headings[1:], strict=False)
        if after > before + 1
    ]
    page.faults += [f"the id {each!r} twice" for each in {*page.ids} if page.ids.count(each) > 1]
    return page


def faults(written: Mapping[str, str]) -> list[str]:
    """What is wrong with the pages of one API, which are in one folder, each with its page."""
    files = {path.rpartition("/")[2]: text for path, text in written.items()}
    pages = {name: read(text) for name, text in files.items() if name.endswith(".html")}
    found = []
    for name, page in pages.items():
        found += [f"{name}: {fault}" for fault in page.faults]
        found += [f"{name} loads {each!r}" for each in page.loaded if each not in files]
        for link in page.links:
            problem = _leads_nowhere(link, name, files, pages)
            found += [f"{name}: {problem}"] if problem else []
    return found


def _leads_nowhere(
    link: str, here: str, files: Mapping[str, str], pages: Mapping[str, Page]
) -> str:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return "" if parts.scheme.lower() in {"http", "https", "mailto"} else f"opens {link!r}"
    target = unquote(parts.path) or here
    if target not in files:
        return f"links to {target!r}, which is not there"
    if parts.fragment and unquote(parts.fragment) not in pages[target].ids:
        return f"links to {link!r}, where nothing has that id"
    return ""
