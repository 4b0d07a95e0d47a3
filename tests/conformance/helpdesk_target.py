"""The helpdesk as a target, and what rules say of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from conformance.contract import Contract, load
from conformance.judging import judge, judge_all
from conformance.results import Result
from conformance.rule import Outcome
from conformance.rules import rules_of
from conformance.session import Session, opened
from conformance.target import Target
from tests.conformance.conftest import listening
from tests.conformance.helpdesk_server import Helpdesk

DOCUMENT = Path(__file__).with_name("helpdesk") / "openapi.yaml"


@cache
def contract() -> Contract:
    return load(str(DOCUMENT), Path.cwd())


@contextmanager
def served(*bugs: str) -> Iterator[Target]:
    app = Helpdesk(frozenset(bugs))
    with listening(app) as url:
        yield Target(f"{url}/api", f"{url}/_control", app.token, writes=True)


@contextmanager
def session(*bugs: str) -> Iterator[Session]:
    with served(*bugs) as target, opened(contract(), target) as made:
        yield made


def outcomes(module: str, rule: str, *bugs: str) -> set[Outcome]:
    """How a rule ended, for each operation."""
    (found,) = [each for each in rules_of(module) if each.id == rule]
    with session(*bugs) as made:
        return {judge(found, subject, made).outcome for subject in found.subjects(contract())}


def complaints(module: str, *bugs: str) -> list[Result]:
    """What the rules of a module have against a server."""
    with session(*bugs) as made:
        results = list(judge_all(made, rules_of(module)))
    return [r for r in results if r.outcome not in {Outcome.PASS, Outcome.NOT_APPLICABLE}]
