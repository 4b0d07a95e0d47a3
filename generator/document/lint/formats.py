"""The formats that `--format` names, with what lint knows of its rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from generator.document import report
from generator.document.finding import Finding
from generator.document.lint.registry import descriptions

Format = Callable[[Sequence[Finding]], str]


def text(findings: Sequence[Finding]) -> str:
    """One line a finding, and one that counts them."""
    return report.as_text(findings, descriptions())


def _print(printer: report.Printer, findings: Sequence[Finding]) -> str:
    return printer(findings, descriptions())


FORMATS: Final[Mapping[str, Format]] = {
    name: partial(_print, printer) for name, printer in report.PRINTERS.items()
}
