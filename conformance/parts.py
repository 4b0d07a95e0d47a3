"""One run in several processes at a time: each does a part, on a reference server of its own.

The parts are those of `--shard`, and one beside them, where there is any, of what mostly waits: it
leaves the processors to the others. This process does the first, and the report is of all of them.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.progress import Follow, progress
from conformance.results import Report, Result
from conformance.running import INTERRUPTED, WRONG_USE, Collector, run, sources
from conformance.selection import selected

SECONDS_TO_STOP = 15.0
"""How long a process that is interrupted may take to stop its server."""


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one part: how it ended, and what is told of it."""

    status: int
    results: Sequence[Result] = ()
    requests: int = 0
    waited: float = 0.0
    exchanges: Sequence[Exchange] = ()
    secrets: frozenset[str] = frozenset()
    base_url: str = ""
    trouble: str = ""


@dataclass(slots=True)
class Helper:
    """A process that does a part, and tells of each result and, last, of the part."""

    process: Process
    connection: Connection
    part: Part = field(
        default_factory=lambda: Part(WRONG_USE, trouble="A part of the run broke off.")
    )

    def listen(self, follow: Follow) -> None:
        """Take what it tells until it ends."""
        with suppress(EOFError, OSError):
            while not isinstance(told := self.connection.recv(), Part):
                follow(*told)
            self.part = told


class Tally:
    """What is followed of several parts, as of one run."""

    def __init__(self, follow: Follow) -> None:
        self._follow = follow
        self._counts: dict[int, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def of(self, number: int) -> Follow:
        """What follows one part."""

        def told(result: Result, done: int, total: int) -> None:
            with self._lock:
                self._counts[number] = done, total
                all_done, in_all = (sum(each) for each in zip(*self._counts.values(), strict=True))
                self._follow(result, all_done, in_all)

        return told


def shards(contract: Contract, globs: Sequence[str], jobs: int) -> Sequence[str]:
    """The parts of a run in so many processes that work; raises ValueError as `selected` does."""
    beside = selected(globs, f"{jobs + 1}/{jobs}+1", contract)
    if beside.is_empty:
        return [f"{number}/{jobs}" for number in range(1, jobs + 1)]
    return [f"{number}/{jobs}+1" for number in range(1, jobs + 2)]


def run_parts(
    arguments: Sequence[str],
    report: Report,
    console: Console,
    parts: Sequence[str],
    junit: str = "",
) -> int:
    """Run these parts, a process each, and fill the report; return the highest status.

    `junit` is the file for the report that pytest writes; empty for none.
    """
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{number}.xml") for number, _ in enumerate(parts, 1)]
        options = [
            [*arguments, f"--shard={part}", *([f"--junitxml={file}"] if junit else [])]
            for part, file in zip(parts, files, strict=True)
        ]
        with _helped(options[1:], report) as helpers, progress(console) as follow:
            tally = Tally(follow)
            threads = [
                threading.Thread(target=helper.listen, args=(tally.of(number),), daemon=True)
                for number, helper in enumerate(helpers, 2)
            ]
            for thread in threads:
                thread.start()
            status = run(options[0], Collector(report, tally.of(1)))
            if status == INTERRUPTED:
                _interrupt(helpers)
            for thread in threads:
                thread.join()
        _join(report, [helper.part for helper in helpers])
        report.seconds = time.monotonic() - start
        if junit:
            _join_suites([file for file in files if file.exists()], Path(junit))
    return max(status, *(helper.part.status for helper in helpers))


@contextmanager
def _helped(options: Sequence[Sequence[str]], report: Report) -> Iterator[list[Helper]]:
    """A process for each of these arguments, none of which outlives the block."""
    helpers = []
    for each in options:
        ours, theirs = Pipe()
        blank = Report(report.api, seed=report.seed, recording=report.recording)
        process = Process(target=_work, args=(each, blank, theirs))
        process.start()
        theirs.close()
        helpers.append(Helper(process, ours))
    try:
        yield helpers
    finally:
        _interrupt(helper for helper in helpers if helper.part.status == WRONG_USE)
        for helper in helpers:
            helper.process.join(SECONDS_TO_STOP)
            helper.process.terminate()


def _interrupt(helpers: Iterable[Helper]) -> None:
    """Tell processes of Ctrl-C."""
    for helper in helpers:
        if helper.process.is_alive() and helper.process.pid:
            os.kill(helper.process.pid, signal.SIGINT)


def _work(arguments: Sequence[str], report: Report, connection: Connection) -> None:
    """Do a part, in a group of its own: Ctrl-C reaches the first process, which passes it on."""
    os.setpgrp()
    collector = Collector(report, lambda *told: connection.send(told))
    status = run(arguments, collector)
    found = Part(
        status,
        tuple(report.results),
        report.requests,
        report.waited,
        tuple(replace(each) for each in report.exchanges),
        frozenset(report.redactor.secrets),
        report.base_url,
        report.trouble,
    )
    connection.send(found)


def _join(report: Report, parts: Sequence[Part]) -> None:
    """Put what came of other parts into a report of the first, in the order of a run in one."""
    rules = {rule.id: place for place, rule in enumerate(report.rules)}
    operations = {operation.id: place for place, operation in enumerate(report.operations)}
    for part in parts:
        report.results += part.results
        report.requests += part.requests
        report.waited += part.waited
        report.exchanges = (*report.exchanges, *part.exchanges)
        report.redactor.secrets |= part.secrets
        report.base_url = report.base_url or part.base_url
        report.trouble = report.trouble or part.trouble
    report.results.sort(
        key=lambda result: (rules[result.rule], operations.get(result.operation, len(operations)))
    )
    report.exchanges = tuple(sorted(report.exchanges, key=lambda exchange: exchange.started))
    report.sources = sources(report)


def _join_suites(files: Sequence[Path], junit: Path) -> None:
    """Write one JUnit report of several."""
    joined = ElementTree.Element("testsuites")
    for file in files:
        joined.extend(ElementTree.parse(file).getroot())  # noqa: S314 - pytest wrote it
    ElementTree.ElementTree(joined).write(junit, encoding="utf-8", xml_declaration=True)
