"""What `fourfold conform`, `fourfold rules` and `fourfold explain` do."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from conformance import known_failures
from conformance.contract import load
from conformance.parts import run_parts, shards
from conformance.plan import made, rendered
from conformance.progress import progress
from conformance.reports import terminal
from conformance.reports.findings import github, sarif
from conformance.reports.har import har
from conformance.results import Report
from conformance.rule import Outcome, Rule
from conformance.rules import catalogue
from conformance.running import FINDINGS, FINE, INTERRUPTED, WRONG_USE, Collector, run
from conformance.selection import selected
from conformance.target import ProfileError, named
from conformance.workflows.running import rule_of
from generator.document.workflows import read as read_workflows

FORMATS = ("text", "json", "github", "sarif")


def as_json(report: Report) -> str:
    """The report as JSON."""
    return json.dumps(report.document(), indent=2, ensure_ascii=False) + "\n"


def as_page(report: Report) -> str:
    """The report as a page of HTML."""
    from conformance.reports.html import html  # noqa: PLC0415 - templates are slow to load

    return html(report)


WRITERS: Mapping[str, Callable[[Report], str]] = {
    "json": as_json,
    "sarif": sarif,
    "har": har,
    "html": as_page,
}
"""The reports that are made of the results; pytest writes `junit` itself."""
REPORTS = (*WRITERS, "junit")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a run.

    `spec` is the name of an API or the path of its contract; `reports` are `KIND=FILE`; `form` is
    how the outcome is printed; `jobs` is in how many processes the rules are run at a time, without
    the one beside them for what mostly waits.
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
    jobs: int = 1

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
    report = Report(request.spec, seed=request.seed)
    try:
        files = _files(request.reports)
        report.recording = "har" in files
        status = _run(request, report, console, files.get("junit", ""))
    except WrongUseError as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    if report.trouble:
        print(report.trouble, file=sys.stderr)
    if not report.results:
        return status
    _print(report, request.form, console)
    for kind, file in files.items():
        if kind in WRITERS:
            Path(file).write_text(WRITERS[kind](report), "utf-8")
    return _settled(report, request, status)


def _run(request: Request, report: Report, console: Console, junit: str) -> int:
    """Fill the report and return the status; raises WrongUseError."""
    if request.jobs > 1:
        if request.base_url or request.target or request.shard != "1/1":
            raise WrongUseError(
                "--jobs starts a reference server for each process: leave it out with --base-url, "
                "--target and --shard."
            )
        try:
            parts = shards(load(request.spec, Path.cwd()), request.rules, request.jobs)
        except (FileNotFoundError, ValueError) as error:
            raise WrongUseError(str(error)) from error
        status = run_parts(request.options(), report, console, parts, junit)
        report.whole, listed = not request.rules, Path(request.known_failures or "")
        if report.whole and not report.trouble and listed.is_file():
            report.unmet = known_failures.read(listed).unmet(report.results)
        return status
    options = [f"--junitxml={junit}"] if junit else []
    with progress(console) as follow:
        return run([*request.options(), *options], Collector(report, follow))


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
