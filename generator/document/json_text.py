"""JSON data → text as people read it: indented by two spaces, characters as they are."""

from __future__ import annotations

import json
from typing import Any

import msgspec


def json_text(data: Any) -> str:
    """The text of a file, with a line end. Python's own encoder is slow where it indents."""
    try:
        return (msgspec.json.format(msgspec.json.encode(data), indent=2) + b"\n").decode()
    except (OverflowError, TypeError, ValueError, msgspec.MsgspecError):
        # Integers of more than 64 bits, and lone surrogates.
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
