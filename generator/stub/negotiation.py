"""Which documented media type an answer has, by the caller's `Accept` (RFC 9110 §12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from generator.targets.server.runtime.media_types import is_json, parse_media_type

_CONCRETE: Final = {
    "*/*": "application/json",
    "application/*": "application/json",
    "text/*": "text/plain",
    "image/*": "image/png",
    "audio/*": "audio/mpeg",
    "video/*": "video/mp4",
}


def preferred(accept: str, documented: Sequence[str]) -> str:
    """The documented media type that the caller likes best, the first where it likes none.

    `documented` has at least one, in the order of the text; among equals the first wins.
    """
    ranges = _ranges(accept)
    if not ranges:
        return documented[0]
    return max(documented, key=lambda media_type: _quality(media_type, ranges))


def concrete(media_type: str) -> str:
    """A media type to send where a range is documented."""
    essence = media_type.partition(";")[0].strip().lower()
    return _CONCRETE.get(essence, media_type if "*" not in essence else "application/octet-stream")


def is_made(media_type: str) -> bool:
    """Whether values can be written in this media type without an example of it."""
    essence = media_type.partition(";")[0].strip().lower()
    return is_json(essence) or not essence.endswith(("/xml", "+xml"))


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        parsed = parse_media_type(part.strip())
        if parsed is not None:
            found.append((parsed.essence, _weight(parsed.parameters.get("q", "1"))))
    return found


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the narrowest range that has a media type."""
    essence = media_type.partition(";")[0].strip().lower()
    kind = essence.partition("/")[0]
    for wanted in (essence, f"{kind}/*", "*/*"):
        weights = [weight for name, weight in ranges if name == wanted]
        if weights:
            return max(weights)
    return max((w for n, w in ranges if kind in ("*", n.partition("/")[0])), default=0.0) * (
        "*" in essence
    )
