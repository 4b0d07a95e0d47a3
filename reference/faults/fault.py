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
    held_out: bool = False
    """Whether whoever planted it had not seen the rules that are to detect it."""

    @property
    def benign(self) -> bool:
        """Whether no promise is broken."""
        return not self.promises
