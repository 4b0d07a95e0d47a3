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
)


def rules_of(module: str) -> tuple[Rule, ...]:
    """The rules of one module of this package, in the order of the text."""
    found = vars(importlib.import_module(f"{__name__}.{module}")).values()
    return tuple(each for each in found if isinstance(each, Rule))


def catalogue() -> tuple[Rule, ...]:
    """Every rule, in the order in which they run."""
    return tuple(rule for module in MODULES for rule in rules_of(module))
