"""Text of a document as HTML: templates escape whatever is no `Markup`, and only this makes some.

Whatever a string holds, it is shown as it stands: it opens no element, attribute, link or script.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment
from markupsafe import Markup, escape

from generator.targets.templates import environment

__all__ = ["Markup", "escape", "html_environment", "joined", "link", "page_text", "web_address"]

_NOT_SHOWN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
    r"\ufdd0-\ufdef\ufffe\uffff]"
)
_SCHEMES = frozenset({"http", "https", "mailto"})


def html_environment(folder: Path) -> Environment:
    """Templates of a folder that render HTML, where all that a document says is escaped."""
    return environment(folder).overlay(autoescape=True)


def page_text(rendered: str) -> str:
    """A rendered page as it is written: no character that HTML does not allow or nobody sees."""
    return _NOT_SHOWN.sub("\N{REPLACEMENT CHARACTER}", rendered.replace("\r\n", "\n"))


def joined(pieces: Sequence[Markup], between: str = "") -> Markup:
    """Pieces of HTML as one; `between` is HTML too."""
    return Markup(between.join(pieces))  # noqa: S704  all is HTML already


def link(href: str, text: str) -> Markup:
    """A link within the pages."""
    return Markup(f'<a href="{escape(href)}">{escape(text)}</a>')  # noqa: S704  both are escaped


def web_address(url: str) -> str:
    """The address, if it leads to the web or to a mailbox; else nothing: no other is a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    leads = parts.scheme.lower() in _SCHEMES and bool(parts.netloc or parts.scheme == "mailto")
    return url if leads and url.isprintable() and " " not in url else ""
