"""`python -m tests.conformance.power`: every bug of the small servers, with all rules."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from unittest.mock import patch

from conformance import subscribers
from conformance.client import Unreachable
from conformance.power.fault import Fault
from conformance.power.keeping import kept
from conformance.power.page import Run
from conformance.power.summary import line
from conformance.power.trial import Known, Order, Trial, examine, mapped
from conformance.session import opened
from tests.conformance.small_servers import FUZZED, SERVERS

COMMAND = "python -m tests.conformance.power"
SECONDS_TO_HANG = 7.0
"""The small servers give up a receiver that hangs soon."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A small server to be tried, with a bug or with none."""

    server: str
    bugs: str = ""
    known: Known = frozenset()

    @property
    def fuzzing(self) -> bool:
        """Whether its bug is for the rules that fuzz; without a bug, whether one of them is."""
        return not FUZZED.isdisjoint([self.bugs] if self.bugs else SERVERS[self.server].bugs)


def trial(errand: Errand) -> Trial:
    """Start the server with its bugs and run the rules on it."""
    logging.disable()
    server = SERVERS[errand.server]
    found = Trial(fault(errand))
    start = time.monotonic()
    order = Order(found.fault, fuzzing=errand.fuzzing, known=errand.known)
    try:
        with (
            patch.object(subscribers, "SECONDS_TO_HANG", SECONDS_TO_HANG),
            server.served(*errand.bugs.split()) as target,
            opened(server.contract(errand.bugs), target) as session,
        ):
            examine(found, order, session)
    except Unreachable as error:
        found.trouble = str(error)
    found.promised = server.bugs.get(errand.bugs) in found.rules
    found.seconds = time.monotonic() - start
    return found


def fault(errand: Errand) -> Fault:
    """What is planted: the id names server and bug."""
    document = SERVERS[errand.server].document.relative_to(Path.cwd())
    if not errand.bugs:
        return Fault("", str(document), f"{errand.server}: nothing planted", benign=True)
    title = errand.bugs.replace("-", " ")
    return Fault(f"{errand.server}: {errand.bugs}", str(document), title)


def tried(globs: Sequence[str], jobs: int) -> Iterator[Trial]:
    """The whole servers without a bug, then all with each bug whose name a glob matches."""
    errands = [
        Errand(name, bugs)
        for name, server in SERVERS.items()
        for bugs in server.bugs
        if any(fnmatchcase(f"{name}: {bugs}", glob) for glob in globs)
    ]
    known: dict[str, Known] = {}
    names = list(dict.fromkeys(errand.server for errand in errands))
    for found in mapped(trial, [Errand(name) for name in names], jobs):
        name = found.fault.title.partition(":")[0]
        known[name] = frozenset(found.failures)
        if not SERVERS[name].partial:
            yield found
    yield from mapped(trial, [Errand(e.server, e.bugs, known[e.server]) for e in errands], jobs)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("bugs", nargs="*", default=["*"], metavar="GLOB", help="library: wait-*")
    parser.add_argument("--jobs", type=int, default=1, help="servers at a time")
    parser.add_argument("--json", metavar="FILE", help="write everything that was found")
    options = parser.parse_args()
    done: list[Trial] = []
    for found in tried(options.bugs, options.jobs):
        done.append(found)
        sys.stdout.write(f"{line(found)}\n")
        sys.stdout.flush()
        if options.json:
            Path(options.json).write_text(kept(Run(COMMAND, quick=False, trials=done)), "utf-8")
    return 0 if all(found.right for found in done) else 1


if __name__ == "__main__":
    sys.exit(main())
