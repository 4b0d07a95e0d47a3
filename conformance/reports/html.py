"""One self-contained HTML page of a run: no network, no font, nothing that is not in the file.

Everything in it that comes from the run is data. Each value that the template writes has its
secrets taken out and its invisible characters spelt out, and is then escaped.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.exchange import Redactor
from conformance.reports.page import MOST_CHARACTERS, SYMBOLS, page
from conformance.results import Report

_HERE: Final = Path(__file__).parent
# Controls but tab and line feed, surrogates, and what reorders, joins or hides other text.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def html(report: Report) -> str:
    """The page, whole."""
    style, script = (_HERE.joinpath(f"page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    template = _environment(report.redactor).get_template("page.html.jinja")
    return template.render(
        page=page(report),
        report=report,
        symbols=SYMBOLS,
        policy=policy,
        style=Markup(style),  # noqa: S704 - ours, and its digest is in the policy
        script=Markup(script),  # noqa: S704 - ours, and its digest is in the policy
    )


def legible(text: str) -> str:
    """The text with every character that cannot be seen, or reorders others, spelt out."""
    return _INVISIBLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n"))


def _environment(redactor: Redactor) -> Environment:
    @cache
    def shown(text: str) -> str:
        clean = redactor.clean(text)
        more = len(clean) - MOST_CHARACTERS
        note = f"… ({more:,} more characters)" if more > 0 else ""
        return legible(clean[:MOST_CHARACTERS]) + note

    def finalize(value: Any) -> Any:
        return shown(value) if type(value) is str else value

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=finalize,
    )
    environment.filters["pieces"] = lambda text: shown(text).split("`")
    return environment


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
