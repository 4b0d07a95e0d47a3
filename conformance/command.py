"""What `fourfold conform`, `fourfold rules` and `fourfold explain` do."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from conformance.plugin import RUN
from conformance.reports import terminal
from conformance.results import Report, Result
from conformance.rule import Rule
from conformance.rules import catalogue

FINE, FINDINGS, WRONG_USE, UNREACHABLE = range(4)
REPORTS = ("json", "junit")


def conform(
    spec: str,
    *,
    base_url: str | None = None,
    target: str | None = None,
    reports: Sequence[str] = (),
    rules: Sequence[str] = (),
    seed: int = 1,
    shard: str = "1/1",
    allow_writes: bool = False,
    allow_untestable: bool = False,
    faults: Sequence[str] = (),
    console: Console | None = None,
) -> int:
    """Prove a server against a contract, print what was found, and write the reports.

    `spec` is the name of an API or the path of its contract; `reports` are `json=FILE` and
    `junit=FILE`. Returns 0 where all is well, 1 for findings, 2 for wrong use, 3 where the target
    does not answer.
    """
    console = console or Console()
    files: dict[str, str] = {}
    for each in reports:
        kind, _, file = each.partition("=")
        if kind not in REPORTS or not file:
            return _wrong(f"--report {each}: write KIND=FILE; KIND is {' or '.join(REPORTS)}.")
        files[kind] = file
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    arguments = [f"--api={spec}", f"--seed={seed}", f"--shard={shard}"]
    arguments += [f"--base-url={base_url}"] if base_url else []
    arguments += [f"--target={target}"] if target else []
    arguments += [f"--rule={rule}" for rule in rules]
    arguments += [f"--fault={fault}" for fault in faults]
    arguments += ["--allow-writes"] if allow_writes else []
    arguments += ["--allow-untestable"] if allow_untestable else []
    arguments += [f"--junitxml={files['junit']}"] if "junit" in files else []
    collector = Collector(Report(spec, seed=seed))
    status = run(arguments, collector)
    report = collector.report
    if report.trouble:
        print(report.trouble, file=sys.stderr)
    if report.results:
        terminal.show(report, console)
        if "json" in files:
            text = json.dumps(report.document(), indent=2, ensure_ascii=False)
            Path(files["json"]).write_text(text + "\n", "utf-8")
    return status


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
        "no:xdist",
        "-p",
        "no:schemathesis",
    ]
    try:
        status = pytest.main([*own, *arguments], plugins=[collector])
    except pytest.UsageError as error:
        collector.report.trouble = str(error)
        return WRONG_USE
    return STATUSES.get(int(status), WRONG_USE)


STATUSES = {0: FINE, 1: FINDINGS, 2: WRONG_USE, 3: UNREACHABLE, 4: WRONG_USE, 5: WRONG_USE}


class Collector:
    """A pytest plugin that gathers the results of a run into a report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._start = time.monotonic()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Take note of the contract."""
        self.report.started = datetime.now(UTC).isoformat(timespec="seconds")
        if RUN in config.stash:
            self.report.known = config.stash[RUN].contract.promises
            self.report.api = config.stash[RUN].contract.api.name

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a result."""
        properties = dict(report.user_properties)
        if report.when == "call" and "rule" in properties:
            self.report.results.append(Result.of(properties))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Take note of why the run ended early."""
        self.report.trouble = str(getattr(excinfo.value, "msg", "")) or "Interrupted."

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take note of what the run took."""
        self.report.seconds = time.monotonic() - self._start
        if RUN in session.config.stash:
            self.report.requests = session.config.stash[RUN].requests
            self.report.base_url = session.config.stash[RUN].base_url


def rules(form: str = "text") -> str:
    """The catalogue of rules: `text` (a line each), `markdown` (a page each) or `json`."""
    if form == "json":
        return json.dumps([_entry(rule) for rule in catalogue()], indent=2, ensure_ascii=False)
    if form == "markdown":
        return "# Rules\n\n" + "\n\n".join(f"## {_page(rule)}" for rule in catalogue())
    return "\n".join(f"{rule.id}  {rule.level:<6}  {rule.title}" for rule in catalogue())


def explanations() -> Mapping[str, str]:
    """Rule id → its page."""
    return {rule.id: _page(rule) for rule in catalogue()}


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


def _wrong(message: str) -> int:
    print(message, file=sys.stderr)
    return WRONG_USE
