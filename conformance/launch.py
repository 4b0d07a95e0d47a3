"""The reference server as a process of its own, for as long as a run lasts."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

from conformance.client import Unreachable
from conformance.target import Target

SECONDS_TO_START = 60.0
ENVIRONMENT = {"FOURFOLD_WEBHOOK_TIMEOUT": "2", "FOURFOLD_WEBHOOK_LOOKUPS": "0"}
"""A receiver that hangs is given up soon, for a run waits for that, and nobody is asked about the
hosts of documented examples. What is set goes before it."""


@contextmanager
def reference(api: str, *, faults: Sequence[str] = ()) -> Iterator[Target]:
    """Start `fourfold serve API` on a free port and stop it at the end.

    Raises Unreachable where it does not start, with what it said.
    """
    command = [sys.executable, "-m", "generator", "serve", api, "--port", "0"]
    command += [option for fault in faults for option in ("--fault", fault)]
    with tempfile.TemporaryFile("w+") as log, started(command, log) as ready:
        yield Target(
            base_url=ready["url"] + ready["apis"][api],
            control=ready["control"],
            control_token=ready.get("control_token")
            or os.environ.get("FOURFOLD_CONTROL_TOKEN", ""),
            writes=True,
            features=frozenset({"burst"}),
        )


@contextmanager
def started(command: Sequence[str], log: IO[str]) -> Iterator[Mapping[str, Any]]:
    """Run a server that prints one line of JSON when it is ready; yield that line, decoded."""
    process = subprocess.Popen(  # noqa: S603 - the command is our own
        list(command),
        stdout=subprocess.PIPE,
        stderr=log,
        stdin=subprocess.DEVNULL,
        text=True,
        env=ENVIRONMENT | os.environ,
    )
    try:
        yield _ready(process, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _ready(process: subprocess.Popen[str], log: IO[str]) -> Mapping[str, Any]:
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_drain, args=(process, lines), daemon=True).start()
    try:
        line = lines.get(timeout=SECONDS_TO_START)
        answer = json.loads(line)
    except (queue.Empty, ValueError) as error:
        log.flush()
        log.seek(0)
        said = " ".join(log.read().split())[-400:]
        raise Unreachable(f"The server did not start: {said or 'it said nothing'}") from error
    if not isinstance(answer, dict) or not answer.get("ready"):
        raise Unreachable("The server did not say that it is ready.")
    return answer


def _drain(process: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    if process.stdout:
        for line in process.stdout:
            lines.put(line)
    lines.put("")
