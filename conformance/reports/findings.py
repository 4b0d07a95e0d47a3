"""The failures of a run as findings on the lines of the contract: SARIF and GitHub annotations."""

from __future__ import annotations

from conformance.known_failures import Standing
from conformance.results import Report, Result
from conformance.rule import Level, Outcome
from generator.document.finding import Finding, Position, Severity, position_at
from generator.document.report import Descriptions, RuleDescription, as_github, as_sarif

_FORGIVEN = {Standing.KNOWN, Standing.FLAKY}


def github(report: Report) -> str:
    """Workflow commands that annotate the operations of a contract on GitHub."""
    return as_github(findings(report), _descriptions(report))


def sarif(report: Report) -> str:
    """SARIF 2.1.0, located on the operation's line."""
    return as_sarif(findings(report), _descriptions(report))


def findings(report: Report) -> list[Finding]:
    """What a run found: failures, and as warnings what is forgiven or could not be tested."""
    told = (Outcome.FAIL, Outcome.WARN, Outcome.UNTESTABLE)
    return [_finding(result) for result in report.results if result.outcome in told]


def _finding(result: Result) -> Finding:
    certain = result.outcome is Outcome.FAIL and result.standing not in _FORGIVEN
    notes = [
        result.message,
        f"Promised: {', '.join(result.promises)}." if result.promises else "",
        f"Repeat it: {result.curl}" if result.curl else "",
    ]
    return Finding(
        code=result.rule,
        position=_position(result.location),
        message=" ".join(note for note in notes if note),
        pointer=result.pointer,
        severity=Severity.ERROR if certain else Severity.WARNING,
    )


def _position(location: str) -> Position:
    file, line, column = location.rsplit(":", 2)
    return position_at(file, int(line), int(column))


def _descriptions(report: Report) -> Descriptions:
    severities = {Level.MUST: Severity.ERROR, Level.SHOULD: Severity.WARNING}
    return {
        rule.id: RuleDescription(rule.title, rule.page, severities[rule.level])
        for rule in report.rules
    }
