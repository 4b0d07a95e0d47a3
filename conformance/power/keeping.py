"""What a run found, as JSON: written, and read again."""

from __future__ import annotations

import msgspec

from conformance.power.page import Run


def kept(run: Run) -> str:
    """Return a run as JSON."""
    return msgspec.json.format(msgspec.json.encode(run), indent=2).decode() + "\n"


def read_kept(text: str) -> Run:
    """Return the run that JSON tells of; raise msgspec.ValidationError where it tells of none."""
    return msgspec.json.decode(text, type=Run)
