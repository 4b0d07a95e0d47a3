"""The rules, one module a family, in the order in which they run.

Rules that look at what was exchanged come last, so that they see as much as possible.
"""

from __future__ import annotations

import importlib

from conformance.rule import Rule

MODULES = (
    "documentation",
    "authentication",
    "tenancy",
    "parameters",
    "filters",
    "pagination",
    "cursors",
    "rate_limits",
    "consistency",
    "status",
    "schema",
    "envelope",
    "headers",
    "fuzzing",
)


def rules_of(module: str) -> tuple[Rule, ...]:
    """The rules of one module of this package, in the order of the text."""
    names = vars(importlib.import_module(f"{__name__}.{module}"))
    listed: tuple[Rule, ...] = names.get("RULES", ())
    return (*(each for each in names.values() if isinstance(each, Rule)), *listed)


def catalogue() -> tuple[Rule, ...]:
    """Every rule, in the order in which they run."""
    return tuple(rule for module in MODULES for rule in rules_of(module))
