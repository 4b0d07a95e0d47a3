"""All rules, in the order of their families."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from generator.document.lint import (
    example,
    promises,
    reading,
    style,
    validity,
    vectors,
    vocabulary,
    wire,
    workflows,
)
from generator.document.lint.rule import Rule
from generator.document.report import RuleDescription

RULES: Final[tuple[Rule, ...]] = (
    *reading.RULES,
    *validity.RULES,
    *sorted((*style.RULES, *example.RULES), key=lambda rule: rule.code),
    *vocabulary.RULES,
    *promises.RULES,
    *workflows.RULES,
    *sorted((*vectors.RULES, *wire.RULES), key=lambda rule: rule.code),
)


def explanations() -> Mapping[str, str]:
    """What `fourfold explain CODE` says: code → title, severity and the rule's page."""
    return {rule.code: _page(rule) for rule in RULES}


def descriptions() -> Mapping[str, RuleDescription]:
    """What reports say of the rules, by code."""
    return {rule.code: RuleDescription(rule.title, rule.page, rule.severity) for rule in RULES}


def _page(rule: Rule) -> str:
    scope = ", in contracts that cite promises" if rule.house else ""
    return f"{rule.code} · {rule.title} ({rule.severity.value}{scope})\n\n{rule.page}\n"
