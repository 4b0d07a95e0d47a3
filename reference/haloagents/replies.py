"""The replies that agents work at, and how they ended: what a hang-up did can be seen from outside.

Nothing that anybody said is kept.
"""

from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reference.clock import Clock

_CAPACITY = 1_000


@dataclass(slots=True)
class Reply:
    """One reply; `pieces` counts what the agent has said so far."""

    at: datetime
    org_id: str
    operation: str
    pieces: int = 0
    outcome: Literal["working", "finished", "failed", "cancelled"] = "working"


class Replies:
    """The latest replies, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._replies: deque[Reply] = deque(maxlen=_CAPACITY)

    def entries(self) -> Sequence[Reply]:
        """Return the replies, oldest first."""
        return tuple(self._replies)

    def clear(self) -> None:
        """Forget all replies."""
        self._replies.clear()

    async def watched(
        self, pieces: AsyncGenerator[str], org_id: str, operation: str
    ) -> AsyncGenerator[str]:
        """Yield the pieces of a reply, noting how far it comes."""
        reply = Reply(self._clock.now(), org_id, operation)
        self._replies.append(reply)
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    reply.pieces += 1
                    yield piece
            reply.outcome = "finished"
        except Exception:
            reply.outcome = "failed"
            raise
        finally:
            if reply.outcome == "working":
                reply.outcome = "cancelled"
