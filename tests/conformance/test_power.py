"""The measure of the suite: what counts as killed, survived and false alarm."""

from __future__ import annotations

import shlex
import sys

import pytest

from conformance.power import Fault, Trial, line, listed, main, summary

FAULT = Fault("X-F01", "library", "A small change", "LIB-01")
BENIGN = Fault("X-B01", "library", "Another order", benign=True)
CLEAN = Fault("", "library", "nothing planted", benign=True)


def python(code: str) -> str:
    """A command that runs this code."""
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def test_faults_are_listed_as_json_and_unknown_members_are_ignored() -> None:
    code = "import json; print(json.dumps([{'id': 'A', 'api': 'b', 'benign': True, 'new': 1}]))"
    assert listed(python(code)) == [Fault("A", "b", benign=True)]


def test_a_command_that_lists_nothing_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", python("print('no')")]) == 2
    assert "lists no faults" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fault", "rules", "verdict"),
    [
        (FAULT, ["ENV-001"], "killed"),
        (FAULT, [], "SURVIVED"),
        (BENIGN, [], "as it should be"),
        (BENIGN, ["ENV-001"], "FALSE ALARM"),
        (CLEAN, ["ENV-001"], "FALSE ALARM"),
    ],
)
def test_a_trial_says_whether_it_is_as_it_should_be(
    fault: Fault, rules: list[str], verdict: str
) -> None:
    assert line(Trial(fault, 1, rules=rules)).startswith(verdict)


def test_rates_are_of_faults_only() -> None:
    done = [
        Trial(FAULT, 1, rules=["ENV-001"], promised=True),
        Trial(FAULT, 1),
        Trial(BENIGN, 1),
        Trial(CLEAN, 1),
    ]
    text = summary(done)
    assert "1 of 2 (50%)" in text
    assert "1 of 1 pass" in text
