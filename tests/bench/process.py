"""A server as a process, what it costs, and the load that is put on it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

PROJECT = Path(__file__).parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready."""

    process: "subprocess.Popen[str]"
    ready: dict[str, Any]
    seconds_to_ready: float

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.ready["url"].rpartition(":")[2])

    def cpu_seconds(self) -> float:
        """How long it has computed so far, in user and kernel mode."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_megabytes(self) -> float:
        """How much memory it has."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1_048_576


class Load(msgspec.Struct, frozen=True):
    """What `tests.bench.load` measured."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]
    cpu_seconds: float


class Round(msgspec.Struct, frozen=True):
    """Some requests to one server, and what each cost."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_microseconds: float
    """Of the server, for each request."""
    generator_cpu_microseconds: float


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    """Start `python ARGUMENTS`, which prints a ready line; end it in order."""
    start = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own programs
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=PROJECT,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(arguments)} did not start")
        try:
            yield Server(process, json.loads(line), time.perf_counter() - start)
        finally:
            process.terminate()
            process.communicate()


def put_load(
    server: Server, path: str, keys: Sequence[str], requests: int, connections: int
) -> Round:
    """Send requests, all of which have to succeed."""
    plan = {
        "port": server.port,
        "path": path,
        "keys": list(keys),
        "connections": connections,
        "requests": requests,
    }
    before = server.cpu_seconds()
    printed = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.bench.load", json.dumps(plan)],
        stdout=subprocess.PIPE,
        check=True,
        cwd=PROJECT,
    ).stdout
    spent = server.cpu_seconds() - before
    load = msgspec.json.decode(printed, type=Load)
    if load.statuses != {"200": requests}:
        raise RuntimeError(f"not every request succeeded: {load.statuses}")
    return Round(
        requests_per_second=requests / load.seconds,
        p50_ms=load.p50_ms,
        p99_ms=load.p99_ms,
        cpu_microseconds=spent / requests * 1e6,
        generator_cpu_microseconds=load.cpu_seconds / requests * 1e6,
    )
