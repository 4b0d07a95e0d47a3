"""What a planted fault is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Fault(Generic[P]):
    """A change of the parts that an API is put together from."""

    id: str
    title: str
    """What the server does."""
    promises: tuple[str, ...]
    """The promises it breaks; none for a benign variant."""
    mistake: str
    """What a team did to get there."""
    apply: Callable[[P], P]
    held_out: int = 0
    """Which set of faults planted from the documentation alone it belongs to; 0 where to none.

    Whoever planted those had not seen the rules that are to detect them.
    """

    @property
    def benign(self) -> bool:
        """Whether no promise is broken."""
        return not self.promises
