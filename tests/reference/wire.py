"""The reference server as a process of its own, and a wire to speak to it byte by byte."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

PROJECT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
from reference.server import serve
sys.exit(serve(**json.loads(sys.argv[1])))
"""
DEFAULTS = {"apis": ["haleai"], "port": 0, "database": None, "faults": []}
PATIENCE = 60.0
"""Seconds after which something that should have happened has not."""


def start(
    environment: dict[str, str] | None = None, program: str = PROGRAM, **arguments: Any
) -> "subprocess.Popen[str]":
    """Start a server; `program` is Python that is given the arguments of `serve` as JSON."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, json.dumps(DEFAULTS | arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
    )


@contextmanager
def serving(
    environment: dict[str, str] | None = None, program: str = PROGRAM, **arguments: Any
) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    """A server that is ready, and its ready line; killed in the end, if it still runs."""
    with start(environment, program, **arguments) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            yield process, json.loads(line)
        finally:
            process.kill()


def control(ready: dict[str, Any], token: str, call: str, **body: Any) -> Any:
    """Make a control call that succeeds; return its answer."""
    url, headers = f"{ready['control']}/{call}", {"Authorization": f"Bearer {token}"}
    return httpx2.post(url, headers=headers, json=body).raise_for_status().json()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """A connection that sends bytes as they are given and reads answers one by one."""

    def __init__(self, ready: dict[str, Any]) -> None:
        url = httpx2.URL(ready["url"])
        self._socket = socket.create_connection((url.host, url.port or 0), timeout=PATIENCE)
        self._reader = self._socket.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self, *, to_head: bool = False) -> Answer | None:
        """Return the next answer that is no 1xx, None where the server has hung up."""
        while (found := self.any_answer(to_head=to_head)) is not None and found.status < 200:
            pass
        return found

    def any_answer(self, *, to_head: bool = False) -> Answer | None:
        """Return the next answer, None where the server has hung up."""
        try:
            status_line = self._reader.readline()
        except ConnectionError:
            return None
        if not status_line:
            return None
        headers = dict(self._headers())
        status = int(status_line.split()[1])
        empty = to_head or status < 200 or status in {204, 304}
        return Answer(status, headers, b"" if empty else self._body(headers))

    def is_closed(self) -> bool:
        """Wait until the server hangs up; return whether it does so without another byte."""
        try:
            return self._reader.read() == b""
        except ConnectionError:
            return True

    def drip(self, drop: bytes) -> None:
        """Send the same again and again until the server hangs up."""
        end = time.monotonic() + PATIENCE
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < end:
                self.send(drop)
                time.sleep(0.05)
            raise AssertionError("the server has more patience than the test")

    def line(self) -> bytes:
        """Return the next line of whatever comes."""
        return self._reader.readline()

    def _headers(self) -> Iterator[tuple[str, str]]:
        while line := self._reader.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            yield name.lower(), value.strip()

    def _body(self, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            return self._reader.read(int(headers["content-length"]))
        if headers.get("transfer-encoding") != "chunked":
            return self._reader.read()
        body = b""
        while size := int(self._reader.readline(), 16):
            body += self._reader.read(size)
            self._reader.readline()
        self._reader.readline()
        return body
