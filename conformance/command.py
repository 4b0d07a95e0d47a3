"""What `fourfold conform`, `fourfold rules` and `fourfold explain` do."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import pytest
from rich.console import Console

from conformance import known_failures
from conformance.contract import load
from conformance.plan import made, rendered
from conformance.plugin import RUN
from conformance.progress import Follow, progress, silent
from conformance.reports import terminal
from conformance.reports.findings import github, sarif
from conformance.reports.har import har
from conformance.reports.html import html
from conformance.results import Report, Result
from conformance.rule import Outcome, Rule
from conformance.rules import catalogue
from conformance.selection import selected
from conformance.target import ProfileError, named
from conformance.workflows.running import rule_of
from generator.document.workflows import read as read_workflows

FINE, FINDINGS, WRONG_USE, UNREACHABLE = range(4)
INTERRUPTED = 130
"""As shells have it: 128 and the number of SIGINT."""
FORMATS = ("text", "json", "github", "sarif")


def as_json(report: Report) -> str:
    """The report as JSON."""
    return json.dumps(report.document(), indent=2, ensure_ascii=False) + "\n"


WRITERS: Mapping[str, Callable[[Report], str]] = {
    "json": as_json,
    "sarif": sarif,
    "har": har,
    "html": html,
}
"""The reports that are made of the results; pytest writes `junit` itself."""
REPORTS = (*WRITERS, "junit")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a run.

    `spec` is the name of an API or the path of its contract; `reports` are `KIND=FILE`; `form` is
    how the outcome is printed.
    """

    spec: str
    base_url: str | None = None
    target: str | None = None
    reports: Sequence[str] = ()
    rules: Sequence[str] = ()
    seed: int = 1
    shard: str = "1/1"
    allow_writes: bool = False
    allow_untestable: bool = False
    known_failures: str | None = None
    faults: Sequence[str] = ()
    form: str = "text"

    def options(self) -> list[str]:
        """The options of the plugin that say the same."""
        options = [f"--api={self.spec}", f"--seed={self.seed}", f"--shard={self.shard}"]
        options += [f"--base-url={self.base_url}"] if self.base_url else []
        options += [f"--target={self.target}"] if self.target else []
        options += [f"--rule={rule}" for rule in self.rules]
        options += [f"--fault={fault}" for fault in self.faults]
        options += ["--allow-writes"] if self.allow_writes else []
        options += ["--allow-untestable"] if self.allow_untestable else []
        options += [f"--known-failures={self.known_failures}"] if self.known_failures else []
        return options


class WrongUseError(Exception):
    """The run cannot be done as asked; the message is one sentence."""


def conform(request: Request, console: Console | None = None) -> int:
    """Prove a server against a contract, print what was found, and write the reports.

    Returns 0 where all is well, 1 for findings, 2 for wrong use, 3 where the target does not
    answer, 130 where the user interrupts the run: then the reports are of what was run.
    """
    console = console or Console()
    try:
        files = _files(request.reports)
    except WrongUseError as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    junit = [f"--junitxml={files['junit']}"] if "junit" in files else []
    with progress(console) as follow:
        collector = Collector(Report(request.spec, seed=request.seed), follow)
        status = run([*request.options(), *junit], collector)
    report = collector.report
    if report.trouble:
        print(report.trouble, file=sys.stderr)
    if not report.results:
        return status
    _print(report, request.form, console)
    for kind, file in files.items():
        if kind in WRITERS:
            Path(file).write_text(WRITERS[kind](report), "utf-8")
    return _settled(report, request, status)


def explain(request: Request, console: Console | None = None) -> int:
    """Print what a run would send, as whom and why, and send nothing; 2 for wrong use."""
    try:
        contract = load(request.spec, Path.cwd())
        target = named(request.base_url, request.target, writes=request.allow_writes)
        selection = selected(request.rules, request.shard, contract)
    except (FileNotFoundError, ValueError, ProfileError) as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    plan = made(contract, target, selection)
    if request.form == "json":
        print(json.dumps(plan.document(), indent=2, ensure_ascii=False))
    else:
        (console or Console()).print(rendered(plan))
    return FINE


def _files(reports: Sequence[str]) -> dict[str, str]:
    """Report kind → its file, whose folder is made; raises WrongUseError."""
    files: dict[str, str] = {}
    for each in reports:
        kind, _, file = each.partition("=")
        if kind not in REPORTS or not file:
            kinds = f"{', '.join(REPORTS[:-1])} or {REPORTS[-1]}"
            raise WrongUseError(f"--report {each}: write KIND=FILE; KIND is {kinds}.")
        files[kind] = file
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    return files


def _print(report: Report, form: str, console: Console) -> None:
    if form == "text":
        terminal.show(report, console)
    else:
        sys.stdout.write({**WRITERS, "github": github}[form](report))


def _settled(report: Report, request: Request, status: int) -> int:
    """Write the file of known failures where there is none; say what is no longer to be listed."""
    if request.known_failures is None or status == INTERRUPTED:
        return status
    file = Path(request.known_failures)
    if not file.exists():
        file.write_text(known_failures.text(report.results), "utf-8")
        count = len(report.of(Outcome.FAIL))
        print(f"{file}: written, with {count} failures. Runs forgive them from now on.")
        return status
    for rule, operation in report.unmet:
        print(f"{file}: {rule} {operation}: nothing of that name is left: strike it.")
    return FINDINGS if report.unmet and status == FINE else status


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
        "-p",
        "no:xdist",
        "-p",
        "no:schemathesis",
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
        """Take note of how much there is to do."""
        self._total = len(session.items)

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
        self.report.seconds = time.monotonic() - self._start
        run = session.config.stash.get(RUN, None)
        if run is None:
            return
        self.report.sources = sources(self.report)
        self.report.whole = run.whole
        if opened := run.opened:
            self.report.requests = opened.requests
            self.report.base_url = opened.target.base_url
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


def rules(form: str = "text") -> str:
    """The catalogue of rules: `text` (a line each), `markdown` (a page each) or `json`."""
    if form == "json":
        return json.dumps([_entry(rule) for rule in _everywhere()], indent=2, ensure_ascii=False)
    if form == "markdown":
        return "# Rules\n\n" + "\n\n".join(f"## {_page(rule)}" for rule in _everywhere())
    return "\n".join(f"{rule.id}  {rule.level:<6}  {rule.title}" for rule in _everywhere())


def _everywhere() -> tuple[Rule, ...]:
    """Every rule, those of the workflows under `openapi/` included."""
    files = sorted(Path("openapi").glob("*/workflows.yaml"))
    workflows = (workflow for file in files for workflow in read_workflows(file))
    return (*catalogue(), *(rule_of(workflow, {}) for workflow in workflows))


def explanations() -> Mapping[str, str]:
    """Rule id → its page."""
    return {rule.id: _page(rule) for rule in _everywhere()}


def _page(rule: Rule) -> str:
    needs = ", ".join(str(need) for need in rule.needs) or "nothing but the base URL"
    proves = ", ".join(rule.promises) or "no documented promise"
    head = f"{rule.id} {rule.title} ({rule.level})"
    return f"{head}\n\n{rule.page}\n\nNeeds: {needs}.\nProves: {proves}."


def _entry(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "level": str(rule.level),
        "promises": list(rule.promises),
        "needs": [str(need) for need in rule.needs],
        "page": rule.page,
    }
