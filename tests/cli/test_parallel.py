"""Work that is shared out between processes comes to what it would come to on one."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from generator.contracts import Contract
from generator.generate.render import render
from generator.parallel import in_turn, shared_out
from generator.targets import TARGETS

OPENAPI = Path(__file__).parents[2] / "openapi"


def _weight(number: int) -> int:
    return number


@pytest.mark.skipif(sys.platform != "linux" or os.cpu_count() == 1, reason="nothing is shared out")
def test_some_of_the_work_is_done_by_another_process() -> None:
    assert len(set(shared_out(lambda _: os.getpid(), [3, 2, 1], _weight))) == 2


def test_results_are_in_the_order_of_the_items() -> None:
    assert shared_out(str, [1, 5, 2, 4, 3], _weight) == ["1", "5", "2", "4", "3"]


@pytest.mark.parametrize("bad", [1, 2, 3])
def test_what_one_item_raises_is_raised_whoever_works_on_it(bad: int) -> None:
    def work(number: int) -> int:
        if number == bad:
            raise LookupError(f"item {number}")
        return number

    with pytest.raises(LookupError, match=f"item {bad}"):
        shared_out(work, [3, 2, 1], _weight)


def test_what_a_process_that_is_killed_would_have_done_is_done_here() -> None:
    here = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert shared_out(work, [3, 2, 1], _weight) == [3, 2, 1]


@pytest.mark.parametrize("targets", [TARGETS, *((target,) for target in TARGETS)])
def test_targets_come_to_the_same_on_two_processes_as_on_one(targets: tuple[str, ...]) -> None:
    contract = Contract("aloha", OPENAPI / "aloha" / "openapi.yaml")
    assert render(contract, targets, {}, shared_out) == render(contract, targets, {}, in_turn)
