"""The HTTP server: uvicorn, which says when it is ready, and ends in order."""

import asyncio
import gc
import logging
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from reference.origin import Origin
from reference.protocol import JsonProtocol

MAX_CONNECTIONS = 1_000
_SECONDS_FOR_REQUESTS = 5.0
"""How long requests under way, streams among them, may still take once the server is to end."""
_SECONDS_FOR_CLEANING_UP = 1.0
_SECONDS_FOR_BACKGROUND = 3.0
_TICK = 0.02

_log = logging.getLogger("fourfold.server")


class HttpServer(uvicorn.Server):
    """Serves an origin until the first signal, and ends at once with the second."""

    def __init__(self, origin: Origin, ready: str) -> None:
        super().__init__(
            uvicorn.Config(
                origin,
                http=JsonProtocol,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=MAX_CONNECTIONS,
            )
        )
        self._origin = origin
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so. What is there by now stays, and is not looked through for garbage."""
        asyncio.get_running_loop().set_exception_handler(_note)
        await self._origin.start()
        await super().startup(sockets)
        gc.freeze()
        print(self._ready, flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - closed with the servers
        """Take on no more; finish the requests that there are, then the work between them."""
        for server in self.servers:
            server.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        await self._until(self._is_idle, _SECONDS_FOR_REQUESTS)
        for task in tuple(self.server_state.tasks):
            task.cancel()
        await self._until(self._is_idle, _SECONDS_FOR_CLEANING_UP)
        ending = asyncio.create_task(self._origin.stop())
        await self._until(ending.done, _SECONDS_FOR_BACKGROUND)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - any signal, anywhere
        """End in order, or at once where that was asked for before."""
        self.force_exit = self.should_exit
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals for a wish to end, which uvicorn would raise once more afterwards."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    def _is_idle(self) -> bool:
        return not self.server_state.tasks and not self.server_state.connections

    async def _until(self, is_so: Callable[[], bool], seconds: float) -> None:
        """Wait until something is so, time is up, or a second signal came."""
        end = time.monotonic() + seconds
        while not is_so() and not self.force_exit and time.monotonic() < end:
            await asyncio.sleep(_TICK)


def _note(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what nobody awaited, without the values that asyncio would print of it."""
    _log.error("unawaited_failure", exc_info=context.get("exception"))
