"""Moments as the API shows them (LEAD-04)."""

from generated.leadiosa.server.runtime import Timestamp
from reference.clock import instant


def timestamp(microseconds: int) -> Timestamp:
    """Return the moment of microseconds since 1970, cut to milliseconds."""
    return Timestamp.of(instant(microseconds))
