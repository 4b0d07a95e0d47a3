"""The workflows beside a contract: what its API promises over several calls, each a rule."""

from __future__ import annotations

from conformance.contract import Contract
from conformance.rule import Rule
from conformance.workflows.running import rule_of


def of_contract(contract: Contract) -> tuple[Rule, ...]:
    """The rules of a contract's own workflows."""
    methods = {operation.id: operation.method.upper() for operation in contract.api.operations}
    return tuple(rule_of(workflow, methods) for workflow in contract.workflows)
