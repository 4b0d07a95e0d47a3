"""What of an API a run fuzzes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What of an API is fuzzed: operations by their ids, all where None, one by one.

    `sequences` tells whether sequences of requests are tried too, those of all operations.
    """

    operations: frozenset[str] | None = None
    sequences: bool = True

    def runs(self) -> tuple[Part, ...]:
        """The runs of Schemathesis that it takes: sequences, which are of all, by themselves."""
        if self.operations is None:
            return (self,)
        alone = (Part(self.operations, sequences=False),) if self.operations else ()
        return (*alone, *([Part(frozenset())] if self.sequences else []))

    @property
    def is_sequences_only(self) -> bool:
        """Whether no operation is fuzzed by itself."""
        return self.operations is not None and not self.operations


EVERYTHING = Part()
