"""`--shard`: all parts together are the whole, and none overlaps another."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from conformance import contract as contracts
from conformance.contract import Contract
from conformance.parts import shards
from conformance.rule import Need
from conformance.rules import catalogue
from conformance.selection import Selection, selected
from tests.conformance.conftest import CONTRACT

APIS = ("aloha", "leadiosa")


@cache
def load(api: str) -> Contract:
    return contracts.load(api, Path.cwd())


def results(contract: Contract, selection: Selection) -> Counter[tuple[str, str]]:
    """Rule and operation of every result of a selection."""
    return Counter(
        (rule.id, subject.id if subject else "")
        for rule in catalogue(contract)
        if selection.chooses(rule)
        for subject in selection.of(rule, contract)
    )


@pytest.mark.parametrize("api", [*APIS, str(CONTRACT)])
@pytest.mark.parametrize("globs", [(), ("PAG-*", "SCH-*", "!SCH-108")])
def test_parts_are_the_whole_and_do_not_overlap(api: str, globs: tuple[str, ...]) -> None:
    contract = load(api)
    whole = results(contract, selected(globs, "1/1", contract))
    for count in (2, 7):
        parts = [selected(globs, f"{part}/{count}", contract) for part in range(1, count + 1)]
        assert sum((results(contract, part) for part in parts), Counter()) == whole
        assert sum(part.fuzzed(contract).sequences for part in parts) == 1
        assert sum(part.is_first for part in parts) == 1


@pytest.mark.parametrize("api", APIS)
def test_an_operation_is_in_one_part_with_all_that_looks_at_it(api: str) -> None:
    contract = load(api)
    workflows = {workflow.rule for workflow in contract.workflows}
    seen: dict[str, set[int]] = {}
    for part in (1, 2, 3):
        selection = selected((), f"{part}/3", contract)
        fuzzed = selection.fuzzed(contract).operations or frozenset()
        looked_at = {id_ for rule, id_ in results(contract, selection) if rule not in workflows}
        assert looked_at - {""} == fuzzed
        for id_ in fuzzed:
            seen.setdefault(id_, set()).add(part)
    assert all(len(parts) == 1 for parts in seen.values())
    assert set(seen) == {operation.id for operation in contract.api.operations}


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("api", APIS)
def test_what_subscribers_are_sent_is_recorded_in_one_part(api: str, count: int) -> None:
    contract = load(api)
    recorded = {"WHK-008", "WHK-020"}
    parts = [results(contract, selected((), f"{n}/{count}", contract)) for n in range(1, count + 1)]
    assert sum(bool({rule for rule, _ in part} & recorded) for part in parts) == 1


@pytest.mark.parametrize(("api", "count"), [("leadiosa", 4), ("aloha", 2)])
def test_the_whole_api_is_not_all_in_one_part(api: str, count: int) -> None:
    contract = load(api)
    of_the_whole = [
        {rule for rule, id_ in results(contract, selected((), f"{n}/{count}", contract)) if not id_}
        for n in range(1, count + 1)
    ]
    assert sum(bool(rules) for rules in of_the_whole) > 1


@pytest.mark.parametrize("api", APIS)
def test_what_mostly_waits_goes_beside_the_parts_that_work(api: str) -> None:
    contract = load(api)
    parts = shards(contract, (), 2)
    assert parts == ["1/2+1", "2/2+1", "3/2+1"]
    found = [results(contract, selected((), part, contract)) for part in parts]
    assert sum(found, Counter()) == results(contract, selected((), "1/1", contract))
    needs = {rule.id: rule.needs for rule in catalogue(contract)}
    assert found[2]
    assert all(Need.RECEIVER in needs[rule] for rule, _ in found[2])


def test_nothing_is_beside_the_parts_where_nothing_waits() -> None:
    assert shards(load("haleai"), (), 2) == ["1/2", "2/2"]
    assert shards(load("leadiosa"), ("PAG-*",), 2) == ["1/2", "2/2"]


@pytest.mark.parametrize("shard", ["", "3", "0/2", "3/2", "4/2+1", "1/0", "1/2+"])
def test_a_part_that_there_is_not_is_wrong_use(shard: str) -> None:
    with pytest.raises(ValueError, match="write I/N"):
        selected((), shard, load("aloha"))
