"""A library that is served over HTTP, with bugs on demand."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from conformance.contract import Contract, load
from conformance.target import Target
from tests.conformance.library_server import Library

CONTRACT = Path(__file__).with_name("library") / "openapi.yaml"
Serve = Callable[..., AbstractContextManager[Target]]


@contextmanager
def listening(app: Any) -> Iterator[str]:
    """An ASGI application on a free port of loopback, for as long as the block runs."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="critical", server_header=False, ws="none", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@contextmanager
def library(*bugs: str) -> Iterator[Target]:
    """The library with these bugs, as a target."""
    app = Library(frozenset(bugs))
    with listening(app) as url:
        yield Target(f"{url}/api", f"{url}/_control", app.token)


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load(str(CONTRACT), Path.cwd())
