"""What a whole process costs, and all that it starts: seconds, CPU seconds, peak memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec


class Spent(msgspec.Struct, frozen=True):
    """One run of a program. `megabytes` is the peak of the largest process in it."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    status: int
    told: str
    """The end of what it printed."""


def spent(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Spent:
    """Run a program in a folder to its end. Raises OSError where there is no such program."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(  # noqa: S603  programs that benches name
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        told.seek(0)
        printed = told.read().decode("utf-8", "replace")
    return Spent(
        seconds=seconds,
        cpu_seconds=used.ru_utime + used.ru_stime,
        megabytes=used.ru_maxrss / 1024,
        status=process.returncode,
        told=printed.strip()[-2_000:],
    )
