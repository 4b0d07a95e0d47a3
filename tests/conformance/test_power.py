"""The measure of the suite: what counts as killed, survived and false alarm."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.contract import load
from conformance.power.__main__ import main
from conformance.power.fault import LISTING, Fault, clean, listed
from conformance.power.keeping import kept, merged
from conformance.power.page import Run, page
from conformance.power.stock import Found
from conformance.power.summary import alone, line, summary
from conformance.power.trial import Order, Trial, trial
from conformance.rule import Level
from conformance.rules import catalogue
from tests.conformance.small_servers import OF_THE_REFERENCE, SERVERS

FAULT = Fault("X-F01", "haleai", "A small change", "HALE-02", ("HALE-02",))
BENIGN = Fault("X-B01", "haleai", "Another order", benign=True)
CLEAN = clean("haleai")
CLEAN_TRIAL = Trial(CLEAN)


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


def test_a_rule_catches_alone_what_no_other_rule_fails_for() -> None:
    done = [
        Trial(FAULT, rules=["AUT-001", "PAG-027"]),
        Trial(FAULT, rules=["AUT-002", "AUT-003"]),
        Trial(FAULT, rules=["AUT-003"], whole=False),
        Trial(BENIGN, rules=["AUT-004"]),
    ]
    caught = {rule.id: faults for rule, faults in alone(done).items()}
    assert caught["AUT-001"] == [FAULT], "a SHOULD rule that warns takes nothing away"
    assert not caught["AUT-002"]
    assert not caught["AUT-003"], "who stops at the first rule does not know of the others"
    assert not caught["AUT-004"], "a false alarm is no catch"


def test_what_fails_without_a_fault_says_nothing_of_one() -> None:
    planted = Fault("ENV-F16", "haleai", "A 404 is sent as HTML", "HALE-09", ("HALE-09",))
    seen = trial(Order(planted, quick=True))
    assert seen.alarmed
    assert seen.promised
    again = trial(Order(planted, quick=True, known=frozenset(seen.failures)))
    assert not set(again.failures) & set(seen.failures)


def test_the_page_tells_survivors_and_what_schemathesis_finds_beyond_its_noise() -> None:
    noise, news = ("ST108", "GET /deals"), ("ST401", "GET /deals")
    run = Run(
        "python -m conformance.power",
        quick=True,
        trials=[Trial(CLEAN), Trial(FAULT)],
        probes=[Found(CLEAN, "stock", [noise]), Found(FAULT, "stock", [noise, news])],
        not_run=["Aloha: not run."],
    )
    text = page(run)
    assert "| HaleAI | 0 of 1 (0%) |" in text
    assert "| X-F01 | A small change | **survived** | ST401 | not run |" in text
    assert "| X-F01 | haleai | HALE-02 | A small change |" in text
    assert "- Aloha: not run." in text
    assert "## Which rule alone" not in text, "a run that catches nothing does not tell"


def test_faults_of_those_who_never_saw_the_rules_are_counted_apart() -> None:
    outside = [replace(FAULT, id=f"X-F0{n}", held_out=2) for n in (2, 3)]
    done = [Trial(FAULT, rules=["AUT-001"]), Trial(outside[0]), Trial(outside[1], rules=["PAG-1"])]
    text = page(Run("x", quick=False, trials=done))
    assert "| of them, held-out set 2 | 1 of 2 (50%) |" in text
    assert "of them held out   1 of 2 (50%)" in summary(done)


def test_the_page_tells_what_each_rule_alone_catches() -> None:
    text = page(Run("x", quick=False, trials=[Trial(FAULT, rules=["AUT-001"])]))
    assert "| AUT-001 | A request without a credential is 401 | X-F01: A small change | 0 |" in text
    assert "| AUT-002 | A credential that was never issued is 401 | **none** | 0 |" in text


def test_a_run_is_not_right_while_a_rule_catches_nothing_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run("x", quick=False, trials=[Trial(FAULT, rules=["AUT-001"], promised=True)])
    (tmp_path / "run.json").write_text(kept(run), "utf-8")
    assert main(["--read", str(tmp_path / "run.json")]) == 1
    told = capsys.readouterr().out.partition("catch no fault alone")[2].split()
    assert "AUT-002" in told
    assert "AUT-001" not in told


def test_of_several_runs_the_last_whole_trial_counts() -> None:
    cut, whole = Trial(FAULT, rules=["AUT-001"], whole=False), Trial(FAULT, rules=["AUT-002"])
    assert merged([whole, cut]) == [whole]
    assert merged([cut, whole]) == [whole]
    assert merged([whole, CLEAN_TRIAL]) == [whole, CLEAN_TRIAL]


def test_every_rule_has_a_fault_that_is_for_it_alone() -> None:
    """That it is, `nox -s faults` measures."""
    apis = [load(api, Path.cwd()) for api in ("haleai", "aloha", "leadiosa", "haloagents")]
    rules = {rule.id for api in apis for rule in catalogue(api) if rule.level is Level.MUST}
    planted = {fault.id for fault in listed(LISTING)}
    bugs = {rule for server in SERVERS.values() for rule in server.bugs.values()}
    assert rules - bugs <= set(OF_THE_REFERENCE)
    assert set(OF_THE_REFERENCE.values()) <= planted
