"""What the page of a run says: its verdict, promises, matrix and findings, as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from conformance.known_failures import GONE, Standing
from conformance.reports.terminal import FAMILIES
from conformance.results import Report, Result
from conformance.rule import Outcome, Rule
from generator.model import Operation

MOST_CHARACTERS: Final = 4_000
MOST_IN_SUMMARY: Final = 280
SLOWEST: Final = 10
_LINES_BEFORE, _LINES_AFTER = 2, 8
_LABELLED = re.compile(r"(Source|Passes|Fails): (.*)")
_VERDICTS = ("failed", "untested", "proved")

SYMBOLS: Final[Mapping[str, str]] = {
    "pass": "✓",
    "fail": "✕",
    "known": "⊘",
    "flaky": "≈",
    "stale": "↺",
    "warn": "!",
    "untestable": "?",
    "skipped": "○",
}
"""Kind of a result → its sign in the matrix. The word is always there too."""

_SECTIONS: Final = (
    ("fail", "Failures", "What the server does otherwise than the contract says."),
    ("stale", "Fixed, and still listed", GONE),
    ("known", "Known failures", "Listed in the file of known failures, and forgiven."),
    ("flaky", "Flaky", "They ended now so, now otherwise, or are listed as such; forgiven."),
    ("warn", "Warnings", "A SHOULD that is not kept: it does not fail the run."),
)
_REASONS: Final = (
    ("untestable", "Untestable", "What could not be tested, and what it would take."),
    ("skipped", "Skipped", "What the profile does not allow."),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """A promise and what the run says of it: rules that passed, were untestable, or broke."""

    id: str
    text: str
    source: str
    verdict: str
    passed: tuple[str, ...]
    untestable: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the contract; `marked` where the result points to it."""

    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A result that somebody has to look at, and all that helps to understand it."""

    anchor: str
    kind: str
    result: Result
    operation: Operation | None
    summary: str
    rest: str
    page: tuple[tuple[str, str], ...]
    promises: tuple[tuple[str, str, str], ...]
    excerpts: tuple[tuple[str, tuple[Line, ...]], ...]

    @property
    def family(self) -> str:
        """The letters of the rule."""
        return self.result.rule.partition("-")[0]

    @property
    def call(self) -> str:
        """Method and path of the operation; empty for the API as a whole."""
        return f"{self.operation.method.upper()} {self.operation.path}" if self.operation else ""

    @property
    def spent(self) -> str:
        """What the check took."""
        return _spent([self.result])


@dataclass(frozen=True, slots=True)
class Section:
    """Findings of one kind."""

    kind: str
    title: str
    about: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some rules said nothing, and which those are."""

    anchor: str
    kind: str
    text: str
    results: tuple[Result, ...]

    @property
    def count(self) -> int:
        """How many checks there are of it."""
        return len(self.results)

    @property
    def rules(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each rule with its operations."""
        rules = dict.fromkeys(result.rule for result in self.results)
        return tuple(
            (rule, tuple(r.operation for r in self.results if r.rule == rule and r.operation))
            for rule in rules
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """How a rule ended for an operation, and what it took; `href` is the anchor of more, if any."""

    kind: str
    symbol: str
    href: str
    spent: str


@dataclass(frozen=True, slots=True)
class Row:
    """A rule over all operations, and what it took; a cell is None where it is not about one."""

    rule: str
    title: str
    level: str
    promises: tuple[str, ...]
    cells: tuple[Cell | None, ...]
    spent: str


@dataclass(frozen=True, slots=True)
class Family:
    """The rules of one family."""

    id: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Slow:
    """What a rule took over all operations."""

    rule: str
    title: str
    count: int
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows. `tone` is good, bad or doubtful."""

    report: Report
    name: str
    tone: str
    verdict: str
    checks: str
    proportions: tuple[tuple[str, float, float], ...]
    started: str
    lasted: str
    promises: Mapping[str, tuple[Tally, ...]]
    sections: tuple[Section, ...]
    reasons: tuple[tuple[str, str, tuple[Reason, ...]], ...]
    kinds: tuple[str, ...]
    families: tuple[Family, ...]
    idle: tuple[Result, ...]
    slowest: tuple[Slow, ...]


def page(report: Report) -> Page:
    """Plan the page of a run."""
    sections = tuple(_sections(report))
    reasons = tuple(_reasons(report))
    anchors = {
        (finding.result.rule, finding.result.operation): finding.anchor
        for section in sections
        for finding in section.findings
    } | {
        (result.rule, result.operation): reason.anchor
        for _, _, group in reasons
        for reason in group
        for result in reason.results
    }
    kinds = {kind_of(result) for result in report.results}
    tallies = [_tally(id_, verdict, report, sections) for id_, verdict in report.promises.items()]
    return Page(
        report=report,
        name=report.title or report.api,
        tone=_tone(report),
        verdict=_verdict(report),
        checks=_checks(report),
        proportions=tuple(_proportions(tallies)),
        started=_moment(report.started),
        lasted=_duration(report.seconds),
        promises={
            verdict: tuple(tally for tally in tallies if tally.verdict == verdict)
            for verdict in _VERDICTS
        },
        sections=sections,
        reasons=reasons,
        kinds=tuple(kind for kind in SYMBOLS if kind in kinds),
        families=tuple(_families(report, anchors)),
        idle=tuple(report.of(Outcome.NOT_APPLICABLE)),
        slowest=tuple(_slowest(report.results)),
    )


def kind_of(result: Result) -> str:
    """What the known failures say of a result, else its outcome."""
    return result.standing or str(result.outcome)


def _tone(report: Report) -> str:
    kinds = {kind_of(result) for result in report.results}
    if kinds & {"fail", "stale"} or report.unmet:
        return "bad"
    doubtful = (
        report.trouble
        or not report.whole
        or "untestable" in kinds
        or set(report.promises.values()) - {"proved"}
    )
    return "doubtful" if doubtful else "good"


def _verdict(report: Report) -> str:
    counts = {v: [*report.promises.values()].count(v) for v in _VERDICTS}
    total = len(report.known)
    if not total:
        return _checks(report)
    if counts["proved"] == total:
        return f"All {total} promises proved" if total > 1 else "The one promise is proved"
    parts = [f"{counts[verdict]} {verdict}" for verdict in ("failed", "untested")]
    told = [part for part in parts if not part.startswith("0 ")]
    return ", ".join([f"{counts['proved']} of {total} promises proved", *told])


def _checks(report: Report) -> str:
    kinds = [kind_of(result) for result in report.results]
    words = {
        "pass": "passed",
        "fail": "failed",
        "known": "failed as known",
        "flaky": "flaky",
        "stale": "fixed and still listed",
        "warn": "with a warning",
        "untestable": "untestable",
        "skipped": "skipped",
    }
    run = sum(kind != "not-applicable" for kind in kinds)
    told = [f"{kinds.count(kind):,} {word}" for kind, word in words.items() if kind in kinds]
    return f"{run:,} checks: {', '.join(told)}" if told else "Nothing was checked"


def _proportions(tallies: Sequence[Tally]) -> Iterator[tuple[str, float, float]]:
    """Verdict, where its share of all promises begins, and how wide it is, in percent."""
    at = 0.0
    for verdict in reversed(_VERDICTS):
        share = 100 * sum(tally.verdict == verdict for tally in tallies) / max(len(tallies), 1)
        if share:
            yield verdict, round(at, 3), round(share, 3)
        at += share


def _moment(started: str) -> str:
    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        return started
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment.tzname() or ''}".strip()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f} min {rest:.0f} s" if minutes else f"{rest:.1f} s"


def _tally(promise: str, verdict: str, report: Report, sections: Iterable[Section]) -> Tally:
    documented = report.documented.get(promise)
    return Tally(
        id=promise,
        text=documented.text if documented else "",
        source=_source(promise, report),
        verdict=verdict,
        passed=_ended(Outcome.PASS, promise, report),
        untestable=_ended(Outcome.UNTESTABLE, promise, report),
        findings=tuple(
            finding
            for section in sections
            for finding in section.findings
            if promise in finding.result.promises and finding.result.outcome is Outcome.FAIL
        ),
    )


def _ended(outcome: Outcome, promise: str, report: Report) -> tuple[str, ...]:
    """The rules that ended so for a promise."""
    found = [result.rule for result in report.of(outcome) if promise in result.promises]
    return tuple(dict.fromkeys(found))


def _source(promise: str, report: Report) -> str:
    documented = report.documented.get(promise)
    places = (documented.document, documented.heading) if documented else ()
    return ", ".join(dict.fromkeys(place for place in places if place))


def _sections(report: Report) -> Iterator[Section]:
    rules = {rule.id: rule for rule in report.rules}
    number = 0
    for kind, title, about in _SECTIONS:
        findings = []
        for result in report.results:
            if kind_of(result) == kind:
                number += 1
                findings.append(_finding(number, result, report, rules.get(result.rule)))
        if findings or (kind == "stale" and report.unmet):
            yield Section(kind, title, about, tuple(findings))


def _finding(number: int, result: Result, report: Report, rule: Rule | None) -> Finding:
    operations = {operation.id: operation for operation in report.operations}
    message = GONE if result.standing == Standing.STALE else result.message
    long = len(message) > MOST_IN_SUMMARY
    return Finding(
        anchor=f"finding-{number}",
        kind=kind_of(result),
        result=result,
        operation=operations.get(result.operation),
        summary=message[:MOST_IN_SUMMARY] + "…" if long else message,
        rest=message if long else "",
        page=tuple(_paragraphs(rule.page)) if rule else (),
        promises=tuple(
            (id_, report.documented[id_].text if id_ in report.documented else "", source)
            for id_ in result.promises
            for source in [_source(id_, report)]
        ),
        excerpts=tuple(
            (place, tuple(_excerpt(place, report.sources)))
            for place in _places(result, operations.get(result.operation))
        ),
    )


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """A rule's page as (label, text): `Why`, then `Source`, `Passes` and `Fails`."""
    label, words = "Why", list[str]()
    for line in [*text.splitlines(), ""]:
        labelled = _LABELLED.match(line)
        if words and (labelled or not line.strip()):
            yield label, " ".join(words)
            words = []
        rest = line
        if labelled:
            label, rest = labelled.groups()
        words += [rest.strip()] if rest.strip() else []


def _places(result: Result, operation: Operation | None) -> Iterator[str]:
    """Where to look: the result's own place, and its operation's where that is another file."""
    if result.location:
        yield result.location
    if operation and not result.location.startswith(f"{operation.position.file}:"):
        yield str(operation.position)


def _excerpt(location: str, sources: Mapping[str, Sequence[str]]) -> Iterator[Line]:
    """The line that a result points to, and a few around it."""
    file, line, _ = location.rsplit(":", 2) if location.count(":") > 1 else ("", "0", "")
    lines, here = sources.get(file, ()), int(line)
    first = max(here - _LINES_BEFORE, 1)
    for number, text in enumerate(lines[first - 1 : here + _LINES_AFTER], first):
        yield Line(number, text, number == here)


def _reasons(report: Report) -> Iterator[tuple[str, str, tuple[Reason, ...]]]:
    for kind, title, about in _REASONS:
        found = [result for result in report.results if kind_of(result) == kind]
        texts = dict.fromkeys(result.message for result in found)
        if found:
            yield (
                title,
                about,
                tuple(
                    Reason(
                        anchor=f"{kind}-{number}",
                        kind=kind,
                        text=text,
                        results=tuple(result for result in found if result.message == text),
                    )
                    for number, text in enumerate(texts, 1)
                ),
            )


def _families(report: Report, anchors: Mapping[tuple[str, str], str]) -> Iterator[Family]:
    """The matrix: a column for the API as a whole, then one an operation."""
    levels = {rule.id: str(rule.level) for rule in report.rules}
    columns = ("", *(operation.id for operation in report.operations))
    families: dict[str, dict[str, dict[str, Result]]] = {}
    for result in report.results:
        if result.outcome is not Outcome.NOT_APPLICABLE:
            rules = families.setdefault(result.rule.partition("-")[0], {})
            rules.setdefault(result.rule, {})[result.operation] = result
    for family, by_rule in families.items():
        rows = tuple(
            Row(
                rule=rule,
                title=next(iter(found.values())).title,
                level=levels.get(rule, ""),
                promises=tuple(sorted({id_ for r in found.values() for id_ in r.promises})),
                cells=tuple(_cell(found.get(column), anchors) for column in columns),
                spent=_spent(found.values()),
            )
            for rule, found in by_rule.items()
        )
        yield Family(family, FAMILIES.get(family, ""), rows)


def _cell(result: Result | None, anchors: Mapping[tuple[str, str], str]) -> Cell | None:
    if result is None:
        return None
    kind = kind_of(result)
    href = anchors.get((result.rule, result.operation), "")
    return Cell(kind, SYMBOLS.get(kind, "?"), href, _spent([result]))


def _slowest(results: Sequence[Result]) -> Iterator[Slow]:
    seconds: dict[str, list[Result]] = {}
    for result in results:
        seconds.setdefault(result.rule, []).append(result)
    sums = {rule: sum(result.seconds for result in found) for rule, found in seconds.items()}
    for rule in sorted(sums, key=lambda rule: -sums[rule])[:SLOWEST]:
        if sums[rule] >= 0.05:
            found = seconds[rule]
            requests = sum(result.requests for result in found)
            yield Slow(rule, found[0].title, len(found), requests, sums[rule])


def _spent(results: Iterable[Result]) -> str:
    """What some checks took: `1 request, 0.02 s`."""
    found = tuple(results)
    requests, seconds = sum(r.requests for r in found), sum(r.seconds for r in found)
    return f"{requests:,} request{'' if requests == 1 else 's'}, {seconds:.2f} s"
