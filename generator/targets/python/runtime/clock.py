"""Time, as the client knows it: replace it to test without waiting."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def time(self) -> float:
        """The Unix time, in seconds."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""

    async def sleep_async(self, seconds: float) -> None:
        """Wait, letting other tasks run."""


class SystemClock:
    """The real time."""

    def time(self) -> float:
        """The Unix time, in seconds."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Wait, letting other tasks run."""
        import asyncio  # noqa: PLC0415  a third of the import time of a client that never awaits

        await asyncio.sleep(seconds)
