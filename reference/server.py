"""Running the reference server: from the arguments of `fourfold serve` to an exit status."""

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import uvicorn

from reference.apis import APIS
from reference.logs import configure_logging
from reference.origin import CONTROL_PREFIX, Origin, build_origin
from reference.protocol import JsonProtocol
from reference.service import ConfigurationError
from reference.storage.database import IN_MEMORY, open_database
from reference.storage.failure import DatabaseError

HOST = "127.0.0.1"
_WRONG_USE = 2
_SECONDS_TO_FINISH = 10


class WrongUseError(Exception):
    """The server cannot be started like this; the message is one sentence for the user."""


def serve(apis: Sequence[str], port: int, database: str | None, faults: Sequence[str]) -> int:
    """Serve some APIs, all where none is named, until SIGINT or SIGTERM; return the exit status.

    `port` 0 is a free one, `database` a SQLAlchemy URL (in memory where None), `faults` are ids of
    planted faults. One line of JSON on standard output says that the server is ready, and where.
    The status is 0 after an orderly stop, and 2, with one sentence on standard error, where the
    server cannot be started.
    """
    try:
        names = tuple(dict.fromkeys(apis)) or tuple(APIS)
        _check_apis(names)
        _check_faults(faults, names)
        url = IN_MEMORY if database is None else database
        _configure_logging()
        with _listener(port) as listener, closing(open_database(url)) as opened:
            given_token = os.environ.get("FOURFOLD_CONTROL_TOKEN")
            token = given_token or f"ctl_{secrets.token_urlsafe(24)}"
            origin = asyncio.run(build_origin(names, faults, opened, token))
            ready = _ready_line(origin, listener, shown_token=None if given_token else token)
            _Server(origin, ready).run(sockets=[listener])
    except (WrongUseError, ConfigurationError, DatabaseError) as error:
        print(error, file=sys.stderr)
        return _WRONG_USE
    return 0


class _Server(uvicorn.Server):
    """Says when it is ready, and takes a signal to stop as an orderly end."""

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
                timeout_graceful_shutdown=_SECONDS_TO_FINISH,
            )
        )
        self._origin = origin
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await self._origin.start()
        await super().startup(sockets)
        print(self._ready, flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish the requests that there are, then the work between them."""
        await super().shutdown(sockets)
        await self._origin.stop()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal, which is then done with, where uvicorn would raise it once more."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield


def _check_apis(apis: Sequence[str]) -> None:
    for name in apis:
        if name not in APIS:
            raise WrongUseError(f"There is no API {name!r}; there are {', '.join(APIS)}.")


def _check_faults(faults: Sequence[str], apis: Sequence[str]) -> None:
    if not faults:
        return
    from reference.faults.catalogue import FAULTS  # noqa: PLC0415 - an honest server needs none

    for fault in faults:
        if fault not in FAULTS:
            raise WrongUseError(
                f"There is no fault {fault!r}; `python -m reference --list-faults` "
                f"lists the {len(FAULTS)} that there are."
            )
        if not {*apis} & {*FAULTS[fault]}:
            where = ", ".join(FAULTS[fault])
            raise WrongUseError(f"{fault} can be planted in {where}, which is not served.")


def _configure_logging() -> None:
    level = os.environ.get("FOURFOLD_LOG_LEVEL", "warning")
    try:
        configure_logging(level)
    except ValueError as error:
        raise WrongUseError(f"FOURFOLD_LOG_LEVEL is {level!r}, which is no level.") from error


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(socket.SOMAXCONN)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "ports end at 65535"
        raise WrongUseError(
            f"Port {port} of {HOST} cannot be used ({reason}); --port 0 takes a free one."
        ) from error
    return listener


def _ready_line(origin: Origin, listener: socket.socket, shown_token: str | None) -> str:
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    line: dict[str, object] = {
        "ready": True,
        "url": url,
        "control": url + CONTROL_PREFIX,
        "apis": origin.base_paths,
    }
    if shown_token is not None:
        line["control_token"] = shown_token
    return json.dumps(line)
