"""The plan of a run: what would be sent, as whom and why, made without sending anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from conformance.contract import Contract
from conformance.judging import forbidden
from conformance.needs import missing
from conformance.rule import Rule
from conformance.rules import catalogue
from conformance.selection import Selection
from conformance.target import Target
from conformance.vocabulary import rate_limit
from generator.model import Operation


@dataclass(frozen=True, slots=True)
class Step:
    """A rule on an operation; `obstacle` is why it would not run, empty where it would."""

    rule: Rule
    operation: Operation | None
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps, in their order; without a target it is the reference server that is meant."""

    contract: Contract
    target: Target | None
    steps: tuple[Step, ...]

    def document(self) -> dict[str, Any]:
        """The plan as JSON."""
        return {
            "api": self.contract.api.name,
            "target": _described(self.target),
            "steps": [
                {
                    "rule": step.rule.id,
                    "title": step.rule.title,
                    "operation": step.operation.id if step.operation else "",
                    "request": _request(step.operation),
                    "needs": [str(need) for need in step.rule.needs],
                    "obstacle": step.obstacle,
                }
                for step in self.steps
            ],
        }


def made(contract: Contract, target: Target | None, selection: Selection) -> Plan:
    """The plan of a run of the selected rules."""
    return Plan(contract, target, tuple(_steps(contract, target, selection)))


def rendered(plan: Plan) -> RenderableType:
    """The plan as people read it."""
    lines = [f"{name}: {value}" for name, value in _described(plan.target).items()]
    limit = rate_limit(plan.contract)
    if limit:
        lines.append(
            f"pace: within {limit.limit} requests in {limit.window:g} s a credential; rules of RAT "
            f"send bursts of {limit.burst} and a few more"
        )
    counts = Counter("not run" if step.obstacle else "run" for step in plan.steps)
    total = ", ".join(f"{count} would be {name}" for name, count in counts.items())
    return Group(Text("\n".join(lines) + "\n"), _table(plan), Text(f"\n{total}. Nothing was sent."))


def _table(plan: Plan) -> Table:
    table = Table(title=f"The plan for {plan.contract.api.name}", title_justify="left")
    for column in ("rule", "about", "what it looks at", "needs"):
        table.add_column(column)
    for step in plan.steps:
        needs = ", ".join(str(need) for need in step.rule.needs)
        table.add_row(
            step.rule.id,
            _request(step.operation) or "the API as a whole",
            step.rule.title,
            Text(f"not run: {step.obstacle}", "magenta") if step.obstacle else needs,
        )
    return table


def _steps(contract: Contract, target: Target | None, selection: Selection) -> Iterator[Step]:
    for rule in filter(selection.chooses, catalogue(contract)):
        for operation in selection.of(rule, contract):
            yield Step(rule, operation, _obstacle(rule, operation, target))


def _obstacle(rule: Rule, operation: Operation | None, target: Target | None) -> str:
    if target is None:
        return ""
    if reason := forbidden(rule, operation, target):
        return reason
    return next((reason for need in rule.needs if (reason := missing(need, target))), "")


def _described(target: Target | None) -> Mapping[str, str]:
    if target is None:
        return {
            "target": "the reference server, started for the run",
            "writes": "allowed",
            "credentials": "minted by its control plane",
            "budget": "without bound",
        }
    budget = target.budget
    bounds = [f"{budget.requests} requests"] if budget.requests is not None else []
    bounds += [f"{budget.seconds:g} seconds"] if budget.seconds is not None else []
    minted = "minted by the control plane" if target.control else "none"
    return {
        "target": target.base_url,
        "writes": "allowed" if target.writes else "not allowed",
        "credentials": ", ".join(target.credentials) or minted,
        "budget": ", ".join(bounds) or "without bound",
    }


def _request(operation: Operation | None) -> str:
    return f"{operation.method.upper()} {operation.path}" if operation else ""
