"""An alarm: what a worker sleeps by until the clock has come to a moment, or somebody rings."""

import asyncio

from reference.clock import Clock

_LONGEST_SLEEP = 1.0
"""Seconds. Other processes have no way to ring, and may put work into the same database."""


class Alarm:
    """Wakes one sleeper."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the sleeper now, or as soon as it wants to sleep."""
        self._rung.set()

    async def sleep(self, until: int | None) -> None:
        """Sleep until `until` (clock, microseconds since 1970), a ring, or for a second."""
        seconds = _LONGEST_SLEEP
        if until is not None and not self._clock.frozen:
            seconds = min(seconds, max(0, until - self._clock.microseconds()) / 1_000_000)
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()
