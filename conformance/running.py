"""One run of the rules by pytest, silently: its results, its status, and how Ctrl-C ends it."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import pytest

from conformance.plugin import RUN
from conformance.progress import Follow, silent
from conformance.results import Report, Result
from conformance.rules import catalogue

FINE, FINDINGS, WRONG_USE, UNREACHABLE = range(4)
INTERRUPTED = 130
"""As shells have it: 128 and the number of SIGINT."""


def run(arguments: Sequence[str], collector: Collector) -> int:
    """Run pytest over the rules, silently, and return the status of the command."""
    own = [
        str(Path(__file__).parent / "rules"),
        f"--rootdir={Path(__file__).parent.parent}",
        "--confcutdir=/",
        "-c",
        os.devnull,
        "-p",
        "conformance.plugin",
        "-p",
        "no:terminal",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:logging",
        "-p",
        "no:unraisableexception",
        "-p",
        "no:threadexception",
        "--disable-plugin-autoload",
        "--capture=sys",
    ]
    try:
        with listening(collector):
            status = pytest.main([*own, *arguments], plugins=[collector])
    except pytest.UsageError as error:
        collector.report.trouble = str(error)
        return WRONG_USE
    return INTERRUPTED if collector.interrupted else STATUSES.get(int(status), WRONG_USE)


@contextmanager
def listening(collector: Collector) -> Iterator[None]:
    """Have the collector know of Ctrl-C: an exception alone is lost where it is raised in a
    finalizer or a callback of the interpreter, and breaks pytest where it is raised between rules.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def told(_number: int, _frame: FrameType | None) -> None:
        again, collector.asked_to_stop = collector.asked_to_stop, True
        if again or collector.judging:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, told)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


STATUSES = {0: FINE, 1: FINDINGS, 2: WRONG_USE, 3: UNREACHABLE, 4: WRONG_USE, 5: WRONG_USE}


class Collector:
    """A pytest plugin that gathers the results of a run into a report."""

    def __init__(self, report: Report, follow: Follow = silent) -> None:
        self.report = report
        self.asked_to_stop = False
        self.judging = False
        self.interrupted = False
        self._follow = follow
        self._total = 0
        self._start = time.monotonic()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Take note of the contract."""
        self.report.started = datetime.now(UTC).isoformat(timespec="seconds")
        if RUN in config.stash:
            contract = config.stash[RUN].contract
            self.report.known = contract.promises
            self.report.documented = contract.documented
            self.report.rules = catalogue(contract)
            self.report.operations = contract.api.operations
            self.report.api = contract.api.name
            self.report.title = contract.api.title

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take note of how much there is to do, none of which is garbage before it is done."""
        self._total = len(session.items)
        gc.freeze()

    def pytest_runtest_logstart(self) -> None:
        """Stop where a request to stop came between rules, or was lost."""
        if self.asked_to_stop:
            raise KeyboardInterrupt

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """Take note of when a rule runs: what interrupts it there, pytest can bear."""
        self.judging = True
        try:
            yield
        finally:
            self.judging = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a result."""
        properties = dict(report.user_properties)
        if report.when == "call" and "rule" in properties:
            result = Result.of(properties)
            self.report.results.append(result)
            self._follow(result, len(self.report.results), self._total)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Take note of why the run ended early."""
        self.interrupted = excinfo.type is KeyboardInterrupt
        done = f"Interrupted after {len(self.report.results)} of {self._total} results."
        self.report.trouble = str(getattr(excinfo.value, "msg", "")) or done

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take note of what the run took."""
        gc.unfreeze()
        self.report.seconds = time.monotonic() - self._start
        run = session.config.stash.get(RUN, None)
        if run is None:
            return
        self.report.sources = sources(self.report)
        self.report.whole = run.whole
        if opened := run.opened:
            self.report.requests = opened.requests
            self.report.waited = sum(each.answer.seconds for each in opened.client.exchanges)
            self.report.base_url = opened.target.base_url
            if self.report.recording:
                self.report.exchanges = tuple(opened.client.exchanges)
            self.report.redactor = opened.client.redactor
        if run.whole and not self.report.trouble:
            self.report.unmet = run.known.unmet(self.report.results)


def sources(report: Report) -> Mapping[str, Sequence[str]]:
    """The lines of the files that results point to, where they can be read, by their names."""
    names = {result.location.rsplit(":", 2)[0] for result in report.results if result.location}
    names |= {operation.position.file for operation in report.operations}
    files = {name: Path(name) for name in sorted(names)}
    return {
        name: file.read_text("utf-8", "replace").splitlines()
        for name, file in files.items()
        if file.is_file()
    }
