"""Clients in Node, each a process of its own, that call in turns: what a call costs.

A machine that others use is slow in spells. Rounds are short and many, so that a spell meets all
clients alike, and the median of a client's rounds is what it costs.
"""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.node_tools import NODE

_CALLING = str(Path(__file__).with_name("calling.mjs"))
_WARMING = 2_000
"""Calls before the first round."""


class CallCost(NamedTuple):
    """What a call costs, in microseconds."""

    cpu: float
    """Of the client's process, user and system."""
    elapsed: float
    """By the clock, the server's work included."""


def call_costs(
    programs: Mapping[str, Path], url: str, rounds: int, calls: int
) -> dict[str, CallCost]:
    """The cost of a call of each program, which exports `made(url)`."""
    found: dict[str, list[CallCost]] = {name: [] for name in programs}
    with ExitStack() as stack:
        clients = {
            name: stack.enter_context(_calling(program, url)) for name, program in programs.items()
        }
        for client in clients.values():
            _spent(client, _WARMING)
        for _ in range(rounds):
            for name, client in clients.items():
                found[name].append(_spent(client, calls))
    return {
        name: CallCost(*map(statistics.median, zip(*each, strict=True)))
        for name, each in found.items()
    }


@contextmanager
def _calling(program: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603  our own programs
        [str(NODE), _CALLING, str(program), url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()


def _spent(client: subprocess.Popen[str], calls: int) -> CallCost:
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write(f"{calls}\n")
    client.stdin.flush()
    return CallCost(*map(float, client.stdout.readline().split()))
