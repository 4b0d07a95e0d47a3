"""Moments as the API shows them (LEAD-04)."""

from datetime import UTC

from generated.leadiosa.server.runtime import Timestamp


def timestamp(microseconds: int) -> Timestamp:
    """Return the moment of microseconds since 1970, cut to milliseconds."""
    return Timestamp.fromtimestamp(microseconds // 1_000 / 1_000, UTC)
