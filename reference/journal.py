"""The journal of the requests that the APIs answered, without anything secret or personal.

Of a query it keeps the names of the parameters, not their values; of headers and bodies nothing.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_CAPACITY = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and how it was answered."""

    at: datetime
    request_id: str
    api: str
    method: str
    path: str
    parameters: tuple[str, ...]
    status: int
    milliseconds: float


class Journal:
    """The latest requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_CAPACITY)

    def add(self, entry: Entry) -> None:
        """Note a request, forgetting the oldest where there are too many."""
        self._entries.append(entry)

    def entries(self) -> Sequence[Entry]:
        """Return the requests, oldest first."""
        return tuple(self._entries)

    def clear(self) -> None:
        """Forget all requests."""
        self._entries.clear()
