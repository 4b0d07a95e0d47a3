"""One server with one fault, or with none, and what the rules say of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

from conformance.client import Unreachable
from conformance.contract import Contract, load
from conformance.judging import judge_all
from conformance.launch import reference
from conformance.power.fault import Fault
from conformance.results import Result
from conformance.rule import Outcome, Rule
from conformance.rules import MODULES, catalogue, rules_of
from conformance.session import Session, opened
from conformance.tenant_names import numbered

DIRECTED = tuple(module for module in MODULES if module != "fuzzing")

T = TypeVar("T")
R = TypeVar("R")

Known = frozenset[tuple[str, str]]
"""Rules and operations that fail without a fault: what they say of one counts for nothing."""


@dataclass(slots=True)
class Trial:
    """What the rules said about a server with one fault, or with none."""

    fault: Fault
    seed: int = 1
    rules: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    """Rule and operation."""
    untestable: list[str] = field(default_factory=list)
    promised: bool = False
    """Whether a rule failed that proves one of the promises that the fault breaks."""
    whole: bool = True
    """Whether all rules were run."""
    seconds: float = 0.0
    requests: int = 0
    trouble: str = ""

    @property
    def alarmed(self) -> bool:
        """Whether a rule failed."""
        return bool(self.rules)

    @property
    def right(self) -> bool:
        """Whether that is as it should be."""
        return self.alarmed is not self.fault.benign and not self.trouble


@dataclass(frozen=True, slots=True)
class Order:
    """A trial to be made."""

    fault: Fault
    seed: int = 1
    quick: bool = False
    """Begin with the rules of the broken promises, and stop at the first that fails."""
    fuzzing: bool = False
    known: Known = frozenset()


@lru_cache
def contract_of(api: str) -> Contract:
    """Return the contract of an API, read once a process."""
    return load(api, Path.cwd())


def directed(contract: Contract | None = None) -> tuple[Rule, ...]:
    """All rules but those that fuzz; with a contract those of its own workflows, too."""
    return tuple(rule for module in DIRECTED for rule in rules_of(module, contract))


def aims_at(rule: Rule, fault: Fault, contract: Contract) -> bool:
    """Whether a rule proves a part of a promise that a fault breaks."""
    globs = [glob for promise in fault.broken for glob in contract.proofs.get(promise, ())]
    return bool(fault.broken & set(rule.promises)) or any(fnmatchcase(rule.id, g) for g in globs)


def trial(order: Order) -> Trial:
    """Start the server with one fault and run the rules on it."""
    fault, found = order.fault, Trial(order.fault, order.seed)
    contract = contract_of(fault.api)
    start = time.monotonic()
    try:
        with (
            reference(fault.api, faults=[fault.id] if fault.id else []) as target,
            opened(contract, target, seed=order.seed, names=numbered(order.seed)) as session,
        ):
            if order.seed > 1 and session.control:
                session.control.reset(order.seed)
            start = time.monotonic()
            examine(found, order, session, contract)
    except Unreachable as error:
        found.trouble = str(error)
    found.seconds = time.monotonic() - start
    return found


def examine(found: Trial, order: Order, session: Session, contract: Contract | None = None) -> None:
    """Run the rules on the server of a session, and note what they say.

    Those of a contract's own workflows are among them where that is given. Rules that are tried
    first for a fault are tried once more at the end, as some of them look at all that was answered;
    so that this is no false alarm, all of them are on the clean server.
    """
    rules = catalogue(contract) if order.fuzzing else directed(contract)
    if order.quick:
        nearest = _nearest_first(rules, order.fault, session.contract)
        again = (rule for rule in nearest if _is_near(rule, order.fault, session.contract))
        rules = (*nearest, *again)
    for result in judge_all(session, rules):
        _note(found, result, order.known)
        if order.quick and found.alarmed:
            found.whole = False
            break
    found.requests = session.requests


def mapped(
    work: Callable[[T], R], orders: Iterable[T], jobs: int, until: float = float("inf")
) -> Iterator[R]:
    """Do some work for each order, so many at a time; yield what came of it as it comes.

    Nothing is begun later than `until`, on the monotonic clock. Each has a process of its own.
    """
    left = iter(orders)
    with ProcessPoolExecutor(jobs) as pool:
        begun = {pool.submit(work, order) for order in islice(left, jobs)}
        while begun:
            ended, begun = wait(begun, return_when=FIRST_COMPLETED)
            for each in ended:
                following = next(left, None) if time.monotonic() < until else None
                if following is not None:
                    begun.add(pool.submit(work, following))
                yield each.result()


def _is_near(rule: Rule, fault: Fault, contract: Contract) -> bool:
    return not fault.id or aims_at(rule, fault, contract) or rule.family == fault.family


def _nearest_first(rules: Sequence[Rule], fault: Fault, contract: Contract) -> tuple[Rule, ...]:
    def distance(rule: Rule) -> tuple[bool, bool]:
        return (not aims_at(rule, fault, contract), rule.family != fault.family)

    return tuple(sorted(rules, key=distance))


def _note(found: Trial, result: Result, known: Known) -> None:
    failure = (result.rule, result.operation)
    if result.outcome in {Outcome.FAIL, Outcome.WARN} and failure not in known:
        found.promised |= bool(found.fault.broken & set(result.promises))
        found.failures.append(failure)
        if result.rule not in found.rules:
            found.rules.append(result.rule)
            found.messages.append(f"{result.rule} {result.operation}: {result.message}")
    if result.outcome is Outcome.UNTESTABLE and result.rule not in found.untestable:
        found.untestable.append(result.rule)
