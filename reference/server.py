"""Running the reference server: from the arguments of `fourfold serve` to an exit status."""

import asyncio
import gc
import json
import os
import secrets
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from types import ModuleType
from typing import cast

from reference.apis import APIS
from reference.http_server import HttpServer
from reference.logs import configure_logging
from reference.origin import CONTROL_PREFIX, Origin, build_origin
from reference.service import ConfigurationError
from reference.storage.database import IN_MEMORY, open_database
from reference.storage.failure import DatabaseError

HOST = "127.0.0.1"
_ANY_HOST = {"0.0.0.0": HOST, "::": "::1"}  # noqa: S104 - only where it is asked for
_CUT_SHORT = 1
_WRONG_USE = 2


class WrongUseError(Exception):
    """The server cannot be started like this; the message is one sentence for the user."""


def serve(
    apis: Sequence[str],
    port: int,
    database: str | None,
    faults: Sequence[str],
    host: str = HOST,
) -> int:
    """Serve some APIs, all where none is named, until SIGINT or SIGTERM; return the exit status.

    `port` 0 is a free one, `database` a SQLAlchemy URL (in memory where None), `faults` are ids of
    planted faults, `host` is the address to listen on. One line of JSON on standard output says
    that the server is ready, and where. The status is 0 after an orderly stop, 1 where a second
    signal cut it short, and 2, with one sentence on standard error, where the server cannot be
    started.
    """
    try:
        names = tuple(dict.fromkeys(apis)) or tuple(APIS)
        _check_apis(names)
        _check_faults(faults, names)
        url = IN_MEMORY if database is None else database
        _configure_logging()
        with _listener(host, port) as listener, closing(open_database(url)) as opened:
            given_token = os.environ.get("FOURFOLD_CONTROL_TOKEN")
            token = given_token or f"ctl_{secrets.token_urlsafe(24)}"
            with _quick_start():
                origin = asyncio.run(build_origin(names, faults, opened, token))
            ready = _ready_line(origin, listener, shown_token=None if given_token else token)
            server = HttpServer(origin, ready)
            server.run(sockets=[listener])
    except (WrongUseError, ConfigurationError, DatabaseError) as error:
        print(error, file=sys.stderr)
        return _WRONG_USE
    return _CUT_SHORT if server.force_exit else 0


@contextmanager
def _quick_start() -> Iterator[None]:
    """Build without what only costs time here.

    Connexion imports httpx, which brings its command line along, and rich and pygments with it,
    unless that cannot be imported. What is made at the start stays until the end, so that the
    garbage collector has nothing to find in it, now or later.
    """
    sys.modules.setdefault("httpx._main", cast(ModuleType, None))
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _check_apis(apis: Sequence[str]) -> None:
    for name in apis:
        if name not in APIS:
            raise WrongUseError(f"There is no API {name!r}; there are {', '.join(APIS)}.")


def _check_faults(faults: Sequence[str], apis: Sequence[str]) -> None:
    if not faults:
        return
    from reference.faults.catalogue import faults_of, places  # noqa: PLC0415 - if there are any

    served = {fault.id for api in apis for fault in faults_of(api)}
    for fault in faults:
        if fault in served:
            continue
        known = places()
        if fault not in known:
            raise WrongUseError(
                f"There is no fault {fault!r}; `python -m reference --list-faults` "
                f"lists the {len(known)} that there are."
            )
        raise WrongUseError(f"{fault} can be planted in {known[fault]}, which is not served.")


def _configure_logging() -> None:
    level = os.environ.get("FOURFOLD_LOG_LEVEL", "warning")
    try:
        configure_logging(level)
    except ValueError as error:
        raise WrongUseError(f"FOURFOLD_LOG_LEVEL is {level!r}, which is no level.") from error


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=socket.SOMAXCONN)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else "ports end at 65535"
        raise WrongUseError(
            f"Port {port} of {host} cannot be used ({reason}); --port 0 takes a free one."
        ) from error


def _ready_line(origin: Origin, listener: socket.socket, shown_token: str | None) -> str:
    host, port = listener.getsockname()[:2]
    reachable = _ANY_HOST.get(host, host)
    url = f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
    line: dict[str, object] = {
        "ready": True,
        "url": url,
        "control": url + CONTROL_PREFIX,
        "apis": origin.base_paths,
    }
    if shown_token is not None:
        line["control_token"] = shown_token
    return json.dumps(line)
