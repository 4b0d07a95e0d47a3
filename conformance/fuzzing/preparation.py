"""How Schemathesis is to take a contract: what is promised of each operation, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import schemathesis

from conformance.contract import Contract
from conformance.fuzzing.part import EVERYTHING, Part
from conformance.sample import NO_SUCH_ID, names_no_route
from conformance.vocabulary import is_list, is_oauth, paging, statuses
from generator.model import Operation

Case = schemathesis.Case[Any]
EXAMPLES_IN_ALL = 150
"""Of the fuzzing phase; each operation has its share, so that a run does not grow with the API."""
MOST_EXAMPLES, LEAST_EXAMPLES = 25, 4
BY_OPERATION = ("examples", "coverage", "fuzzing")
SCENARIOS, STEPS = 20, 4
"""Of the stateful phase."""
REFUSALS = frozenset({"400", "401", "405", "413", "414", "415", "422", "429", "431"})
"""What a request that does not fit its schema may be refused with, where it is documented."""
UNTOLD = frozenset({"403", "404", "409", "422", "429"})
"""What a request that fits its schema may be refused with: no schema tells what is there."""


def document(contract: Contract) -> Any:
    """The contract without what Schemathesis would take for more than it is.

    Examples of cursors are not cursors that a server made, and the events of streams are for the
    rules of SSE to judge.
    """
    return without_pretence(contract.specification.entry.data, contract)


def without_pretence(data: Any, contract: Contract) -> Any:
    """The same of a contract's text as somebody else read it."""
    cursors = {paging(op).parameter for op in contract.api.operations if is_list(op)}
    return _without_streams(_without_examples(data, cursors))


def settings(contract: Contract, seed: int, part: Part = EVERYTHING) -> dict[str, Any]:
    """The configuration of one run of a part, as `schemathesis.toml` has it."""
    count = max(len(contract.api.operations), 1)
    examples = max(min(EXAMPLES_IN_ALL // count, MOST_EXAMPLES), LEAST_EXAMPLES)
    return {
        "operations": [expected(contract, op) for op in contract.api.operations],
        "seed": seed,
        "cache": {"enabled": False},
        "generation": {"max-examples": examples, "database": "none"},
        "phases": {
            **{phase: {"enabled": not part.is_sequences_only} for phase in BY_OPERATION},
            "stateful": {
                "enabled": part.sequences,
                "max-steps": STEPS,
                "generation": {"max-examples": SCENARIOS},
            },
        },
    }


def expected(contract: Contract, operation: Operation) -> dict[str, Any]:
    """The statuses with which an operation may answer generated requests, right and wrong ones.

    An id may not exist, a state may forbid it, a limit be reached, a role not suffice. OAuth's
    endpoints refuse with 400 whatever client, code or redirect URI they do not know. 405 answers
    a method that is wrong.
    """
    documented = statuses(operation)
    fine, wrong = ["2xx"], {"405"} | (REFUSALS & documented)
    untold = set(UNTOLD)
    if is_oauth(contract, operation):
        untold |= {"400", "401"}
        fine.append("3xx")
        wrong |= documented & {"302", "303"}
    if operation.in_location("path"):
        wrong |= {"404"}
    if operation.identity:
        wrong |= {"403"} & documented
    fine += sorted(untold & documented)
    return {
        "include-operation-id": operation.id,
        "checks": {
            "positive_data_acceptance": {"expected-statuses": fine},
            "negative_data_rejection": {"expected-statuses": sorted(wrong)},
        },
    }


def keep_to_what_is_promised(contract: Contract) -> Any:
    """A `map_case` hook: a made-up cursor is no valid value, so it is not sent for one.

    Nor is an id that a server may take for no route at all.
    """
    cursors: Mapping[tuple[str, str], str] = {
        (op.method.upper(), op.path): paging(op).parameter
        for op in contract.api.operations
        if is_list(op)
    }

    def map_case(_: Any, case: Case) -> Case:
        name = cursors.get((case.method.upper(), case.operation.path))
        positive = case.meta is None or case.meta.generation.mode.is_positive
        if name and positive and case.query:
            case.query.pop(name, None)
        for key, value in (case.path_parameters or {}).items():
            if isinstance(value, str) and names_no_route(unquote(value)):
                case.path_parameters[key] = NO_SUCH_ID
        return case

    return map_case


def _without_examples(value: Any, cursors: set[str]) -> Any:
    if isinstance(value, list):
        return [_without_examples(each, cursors) for each in value]
    if not isinstance(value, dict):
        return value
    cursor = value.get("in") == "query" and value.get("name") in cursors
    hidden = {"example", "examples"} if cursor else set()
    return {k: _without_examples(v, cursors) for k, v in value.items() if k not in hidden}


def _without_streams(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_streams(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {k: {} if k == "text/event-stream" else _without_streams(v) for k, v in value.items()}
