"""The work that a server does between requests: each kind a loop of its own, from start to stop."""

import asyncio
from collections.abc import Sequence
from typing import Protocol


class Worker(Protocol):
    """Does some kind of work as it becomes due."""

    async def work(self) -> None:
        """Work until cancelled."""

    def wake(self) -> None:
        """Say that there may be something to do now."""

    async def finish(self) -> None:
        """Finish what was begun, or hand it back, once `work` was cancelled."""


class Background:
    """The workers of a server."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self._workers = workers
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Set the workers to work on the running event loop."""
        self._tasks = [asyncio.create_task(worker.work()) for worker in self._workers]

    def wake(self) -> None:
        """Have every worker look for something to do."""
        for worker in self._workers:
            worker.wake()

    async def stop(self) -> None:
        """Take on no more; return when what was begun is finished or handed back."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await asyncio.gather(*(worker.finish() for worker in self._workers))
