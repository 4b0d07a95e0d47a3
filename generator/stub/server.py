"""Running an ASGI application on a socket until it is told to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click
import uvicorn
from starlette.types import ASGIApp

_SECONDS_TO_FINISH: Final = 10


def run(app: ASGIApp, listener: socket.socket, ready: str) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is printed once requests are answered."""
    _Server(app, ready).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says when it is ready, and takes a signal to stop as an orderly end."""

    def __init__(self, app: ASGIApp, ready: str) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_SECONDS_TO_FINISH,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        click.echo(self._ready)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal, which is then done with, where uvicorn would raise it once more."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield
