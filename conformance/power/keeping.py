"""What runs found, as JSON: written, read again, and put together."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from conformance.power.fault import Fault
from conformance.power.page import Run
from conformance.power.trial import Trial


def kept(run: Run) -> str:
    """Return a run as JSON."""
    return msgspec.json.format(msgspec.json.encode(run), indent=2).decode() + "\n"


def read_kept(text: str) -> Run:
    """Return the run that JSON tells of; raise msgspec.ValidationError where it tells of none."""
    return msgspec.json.decode(text, type=Run)


def merged(trials: Iterable[Trial]) -> list[Trial]:
    """Each fault's last trial; one that was made with all rules gives way to such a one only."""
    kept: dict[tuple[Fault, int], Trial] = {}
    for found in trials:
        key = (found.fault, found.seed)
        if key not in kept or found.whole or not kept[key].whole:
            kept[key] = found
    return list(kept.values())
