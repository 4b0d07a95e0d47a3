"""The report on a terminal: families by outcome, promises, and each failure with its request."""

from __future__ import annotations

from collections import Counter

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from conformance.known_failures import GONE, Standing
from conformance.results import Report, Result
from conformance.rule import Outcome

STYLES = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.WARN: "yellow",
    Outcome.UNTESTABLE: "magenta",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.SKIPPED: "dim",
}
VERDICTS = {"proved": "green", "failed": "bold red", "untested": "magenta"}
FAMILIES = {
    "DOC": "documented calls",
    "AUT": "authentication",
    "OAU": "OAuth 2.0",
    "TEN": "tenancy",
    "JWT": "identities of users",
    "SSE": "streams of events",
    "COR": "pages of other origins",
    "LIM": "limits of parameters",
    "PAG": "lists and paging",
    "RAT": "rate limits",
    "LIF": "behaviour over calls",
    "PRI": "privacy",
    "WHK": "webhooks",
    "ROT": "rotation of keys",
    "TLS": "plain HTTP",
    "DEP": "deprecation",
    "STA": "methods and statuses",
    "SCH": "schemas and fuzzing",
    "ENV": "errors",
    "HDR": "headers",
}
MOST_SHOWN = 25
SLOWEST = 5


def show(report: Report, console: Console) -> None:
    """Print a report."""
    console.print(rendered(report))


def rendered(report: Report) -> RenderableType:
    """The whole report."""
    parts: list[RenderableType] = []
    stale = [result for result in report.results if result.standing == Standing.STALE]
    parts += [_told(result) for result in stale]
    for outcome in (Outcome.FAIL, Outcome.UNTESTABLE, Outcome.WARN):
        found = sorted(report.of(outcome), key=lambda result: result.standing)
        parts += [_told(result) for result in found[:MOST_SHOWN]]
        if len(found) > MOST_SHOWN:
            parts.append(Text(f"… and {len(found) - MOST_SHOWN} more with {outcome}.\n"))
    parts += [_families(report), Text(_slowest(report), "dim")]
    parts += [_promises(report), Text(_last_line(report))]
    return Group(*parts)


def _told(result: Result) -> RenderableType:
    style = STYLES[result.outcome]
    lines = Text()
    lines.append(f"{result.outcome} {result.standing and f'({result.standing}) '}", style)
    lines.append(f"{result.rule} {result.title}\n", "bold")
    lines.append(f"     {result.operation or 'the API as a whole'}  {result.location}\n", "dim")
    lines.append(f"     {GONE if result.standing == Standing.STALE else result.message}\n")
    if result.promises:
        lines.append(f"     promised: {', '.join(result.promises)}\n", "dim")
    if result.curl:
        lines.append(f"     {result.curl[:400]}\n", "cyan")
    if result.answer and result.outcome is Outcome.FAIL:
        status, _, rest = result.answer.partition("\n")
        body = rest.rpartition("\n\n")[2] or rest
        lines.append(f"     {status}  {body[:160]}\n", "dim")
    return lines


def _families(report: Report) -> Table:
    table = Table(title=f"{report.api} at {report.base_url}", title_justify="left")
    table.add_column("family")
    shown = [outcome for outcome in Outcome if report.of(outcome)]
    for outcome in shown:
        table.add_column(str(outcome), justify="right", style=STYLES[outcome])
    table.add_column("requests", justify="right", style="dim")
    table.add_column("seconds", justify="right", style="dim")
    for family in dict.fromkeys(result.rule.partition("-")[0] for result in report.results):
        results = [r for r in report.results if r.rule.startswith(f"{family}-")]
        counts = Counter(result.outcome for result in results)
        cells = [str(counts[outcome] or "") for outcome in shown]
        sent = str(sum(result.requests for result in results) or "")
        seconds = sum(result.seconds for result in results)
        table.add_row(f"{family} {FAMILIES.get(family, '')}", *cells, sent, f"{seconds:.1f}")
    return table


def _slowest(report: Report) -> str:
    seconds: dict[str, float] = {}
    for result in report.results:
        seconds[result.rule] = seconds.get(result.rule, 0) + result.seconds
    slowest = sorted(seconds, key=lambda rule: -seconds[rule])[:SLOWEST]
    told = [f"{rule} {seconds[rule]:.1f} s" for rule in slowest if seconds[rule] >= 0.1]
    return f"slowest rules: {', '.join(told)}" if told else ""


def _promises(report: Report) -> Text:
    text = Text("\n")
    for verdict, style in VERDICTS.items():
        ids = [id_ for id_, found in report.promises.items() if found == verdict]
        if ids:
            text.append(f"{verdict}: ", style)
            text.append(f"{len(ids)} of {len(report.known)} promises  ")
            text.append(", ".join(ids) + "\n", "dim")
    return text


def _last_line(report: Report) -> str:
    counts = ", ".join(f"{count} {escape(name)}" for name, count in report.summary.items() if count)
    rate = report.requests / report.seconds if report.seconds else 0
    return (
        f"\n{counts} · {report.requests} requests in {report.seconds:.1f} s "
        f"({rate:.0f}/s), {report.waited:.1f} s of them until answers came · seed {report.seed}"
    )
