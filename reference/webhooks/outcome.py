"""What came of an attempt to deliver an event."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the status of the answer, or one sentence on why there is none."""

    status: int | None
    error: str | None

    @property
    def delivered(self) -> bool:
        """Whether the receiver has it: 2xx, and nothing else, says so."""
        return self.error is None
