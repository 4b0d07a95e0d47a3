"""The work that a server does between requests: what has become due on the clock."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from reference.alarm import Alarm

_log = logging.getLogger("fourfold.background")


class Worker(Protocol):
    """Does some kind of work as it becomes due."""

    async def do_due(self) -> int | None:
        """Do, or begin, what is due; return when, microseconds since 1970, more will be."""

    async def finish(self) -> None:
        """Finish what was begun, or hand it back."""


class Background:
    """The workers of a server, in turn: what one has done may be work for the next."""

    def __init__(self, alarm: Alarm, workers: Sequence[Worker]) -> None:
        self._alarm = alarm
        self._workers = workers
        self._stopping = False
        self._work: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to work on the running event loop."""
        self._stopping = False
        self._work = asyncio.create_task(self._work_until_stopped())

    @property
    def has_died(self) -> bool:
        """Whether the work has ended though nobody stopped it."""
        return self._work is not None and self._work.done()

    def wake(self) -> None:
        """Say that there may be something to do now."""
        self._alarm.ring()

    async def stop(self) -> None:
        """Take on no more; return when what was begun is finished or handed back."""
        if self._work is None:
            return
        self._stopping = True
        self._alarm.ring()
        await self._work
        self._work = None

    async def _work_until_stopped(self) -> None:
        while not self._stopping:
            moments = [await _do_due(worker) for worker in self._workers]
            await self._alarm.sleep(min((at for at in moments if at is not None), default=None))
        for worker in self._workers:
            await worker.finish()


async def _do_due(worker: Worker) -> int | None:
    try:
        return await worker.do_due()
    except Exception:
        _log.exception("work between requests failed")
        return None
