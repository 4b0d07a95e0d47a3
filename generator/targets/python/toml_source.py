"""Text of a document as TOML: the only way that it gets there."""

from __future__ import annotations

import re

_CONTROL = re.compile(r'[\x00-\x1f\x7f"\\\ud800-\udfff]')


def toml_string(text: str) -> str:
    """A string as a basic string of TOML 1.0, in double quotes."""
    return '"' + _CONTROL.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in {'"', "\\"}:
        return f"\\{character}"
    return "\\ufffd" if "\ud800" <= character <= "\udfff" else f"\\u{ord(character):04x}"
