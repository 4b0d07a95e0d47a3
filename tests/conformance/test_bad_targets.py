"""Targets that answer badly: a rule tells what happened, the run goes on and ends in its budget."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from conformance.client import Budget, Client, Unreachable
from conformance.contract import Contract
from conformance.control import Control
from conformance.exchange import Redactor, Request
from conformance.judging import judge, judge_all
from conformance.results import Report
from conformance.rule import Outcome, Violation
from conformance.rules import catalogue
from conformance.running import Collector, listening
from conformance.session import Session, opened
from conformance.target import Target
from tests.conformance import bad_targets
from tests.conformance.bad_targets import Behaviour, answering
from tests.conformance.conftest import CONTRACT, library

RULES = {rule.id: rule for rule in catalogue()}

SILENCES: Mapping[Behaviour, str] = {
    bad_targets.slow: "nothing came in time",
    bad_targets.drops: "RemoteProtocolError",
    bad_targets.silent: "RemoteProtocolError",
    bad_targets.garbage: "RemoteProtocolError",
    bad_targets.many_megabytes: "more than 10000000 bytes",
    bad_targets.never_ends: "the answer did not end",
    bad_targets.trickles_headers: "the answer did not end",
    bad_targets.length_too_long: "RemoteProtocolError",
    bad_targets.gzip_bomb: "more than 10000000 bytes",
    bad_targets.wrong_gzip: "DecodingError",
    bad_targets.wrong_chunks: "RemoteProtocolError",
    bad_targets.wrong_header: "RemoteProtocolError",
    bad_targets.interim_flood: "the answer did not end",
}
"""What is no HTTP answer, and the words in which that is told."""

ANSWERS: Mapping[Behaviour, str] = {
    bad_targets.login_page: "DOC-001",
    bad_targets.html: "PAG-001",
    bad_targets.length_too_short: "STA-027",
}
"""What is an answer, and a rule that it breaks."""


@contextmanager
def session(contract: Contract, url: str, budget: Budget | None = None) -> Iterator[Session]:
    """A session with a little patience."""
    client = Client(Redactor(), budget or Budget(), timeout=0.3)
    try:
        target = Target(url, credentials={"default": "a-good-token"})
        yield Session(contract, target, client)
    finally:
        client.close()


@pytest.mark.parametrize("behaviour", SILENCES, ids=lambda each: str(each.__name__))
def test_a_rule_tells_why_there_is_no_answer(contract: Contract, behaviour: Behaviour) -> None:
    listed = contract.api.operations[0]
    with answering(behaviour) as url, session(contract, url) as bad:
        result = judge(RULES["STA-007"], listed, bad)
        with pytest.raises(Violation, match=SILENCES[behaviour]):
            bad.client.send(Request("GET", f"{url}/books"))
        with (
            pytest.raises(Violation, match="There was no HTTP answer")
            if raw_tells(behaviour)
            else nullcontext()
        ):
            bad.client.send_raw(Request("GET", f"{url}/books"))
    assert result.outcome is Outcome.FAIL
    assert result.message.startswith("There was no HTTP answer: ")
    assert result.answer == "no answer"
    assert result.curl.startswith("curl ")


def raw_tells(behaviour: Behaviour) -> bool:
    """Whether it shows on the wire, too, where encodings are not undone."""
    return behaviour not in {bad_targets.gzip_bomb, bad_targets.wrong_gzip}


@pytest.mark.parametrize(("behaviour", "rule"), ANSWERS.items(), ids=list(ANSWERS.values()))
def test_a_wrong_answer_breaks_a_rule(contract: Contract, behaviour: Behaviour, rule: str) -> None:
    listed = contract.api.operations[0]
    with answering(behaviour) as url, session(contract, url) as bad:
        result = judge(RULES[rule], listed, bad)
    assert result.outcome is Outcome.FAIL
    assert "could not read" not in result.message


@pytest.mark.parametrize("behaviour", [*SILENCES, *ANSWERS], ids=lambda each: str(each.__name__))
def test_a_run_on_a_bad_target_ends_in_its_budget(contract: Contract, behaviour: Behaviour) -> None:
    budget = Budget(requests=40, seconds=4)
    start = time.monotonic()
    with answering(behaviour) as url, session(contract, url, budget) as bad:
        results = list(judge_all(bad, RULES.values()))
        assert len(bad.client.exchanges) <= 40
    assert time.monotonic() - start < 60
    assert len(results) > 200
    assert not [r.message for r in results if "Traceback" in r.message]


def test_a_host_that_does_not_exist_is_told(contract: Contract) -> None:
    for url in ("http://nothing.invalid", "http://127.0.0.1:9", "https://127.0.0.1:9"):
        with (
            pytest.raises(Unreachable, match="Nothing answers HTTP at"),
            opened(contract, Target(url)),
        ):
            raise AssertionError


def test_tls_that_fails_is_told(contract: Contract) -> None:
    with answering(bad_targets.good) as url:
        secure = Target(url.replace("http:", "https:"))
        with pytest.raises(Unreachable, match="Nothing answers HTTP at"), opened(contract, secure):
            raise AssertionError


@pytest.mark.parametrize("behaviour", [bad_targets.html, bad_targets.good, bad_targets.garbage])
def test_a_control_plane_that_answers_garbage_makes_rules_untestable(
    contract: Contract, behaviour: Behaviour
) -> None:
    with library() as target, answering(behaviour) as nonsense:
        client = Client(Redactor(), timeout=0.3)
        control = Control(client, f"{nonsense}/_control", "token", "library")
        bad = Session(contract, replace(target, control=control.url), client, control)
        result = judge(RULES["PAG-001"], contract.api.operations[0], bad)
        client.close()
    assert result.outcome is Outcome.UNTESTABLE
    assert "The control plane" in result.message


def test_a_target_that_recovers_is_given_time_again(contract: Contract) -> None:
    asked: list[bytes] = []

    def once_slow(connection: Any, request: bytes) -> None:
        asked.append(request)
        (bad_targets.slow if len(asked) < 3 else bad_targets.good)(connection, request)

    with answering(once_slow) as url, session(contract, url) as bad:
        for _ in range(2):
            with pytest.raises(Violation, match="nothing came in time"):
                bad.client.send(Request("GET", url))
        assert bad.client.patience() < 0.51
        assert bad.client.send(Request("GET", url)).status == 200
        assert bad.client.patience() == bad.client.timeout


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "generator", "conform", str(CONTRACT), *options]


def profile(folder: Path, **members: Any) -> str:
    file = folder / "target.json"
    file.write_text(json.dumps(members))
    return str(file)


def test_a_secret_that_is_missing_is_named(tmp_path: Path) -> None:
    file = profile(
        tmp_path, base_url="http://127.0.0.1:9", credentials={"default": {"bearer": "${NO_SUCH}"}}
    )
    run = subprocess.run(  # noqa: S603 - the command is our own
        command("--target", file), capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 2
    assert "/credentials/default/bearer: the environment variable NO_SUCH is not set" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_budget_of_seconds_ends_a_run_against_a_target_that_hangs(tmp_path: Path) -> None:
    with answering(bad_targets.slow) as url:
        file = profile(
            tmp_path,
            base_url=url,
            credentials={"default": {"bearer": "a-good-token"}},
            budget={"seconds": 5, "requests": 400},
        )
        run = subprocess.run(  # noqa: S603 - the command is our own
            command("--target", file, "--report", f"json={tmp_path / 'report.json'}"),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert run.returncode == 1, run.stderr[-2000:]
    assert "Traceback" not in run.stdout + run.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["requests"] <= 400
    assert any("The budget of 5 seconds is spent." in r["message"] for r in report["results"])


def test_an_interrupted_run_writes_its_reports(tmp_path: Path) -> None:
    kinds = ("json", "junit", "sarif", "har")
    files = {kind: tmp_path / kind for kind in kinds}
    with library("unknown-ignored") as target:
        file = profile(
            tmp_path,
            base_url=target.base_url,
            control=target.control,
            control_token="${LIBRARY_TOKEN}",  # noqa: S106 - the name of a variable
        )
        reports = [option for kind in kinds for option in ("--report", f"{kind}={files[kind]}")]
        with subprocess.Popen(  # noqa: S603 - the command is our own
            command("--target", file, *reports),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LIBRARY_TOKEN": target.control_token},
        ) as process:
            assert process.stderr is not None
            first = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert first.startswith("fail LIM-001")
    assert process.returncode == 130
    assert "Interrupted after" in err
    assert "Traceback" not in out + err
    report = json.loads(files["json"].read_text())
    assert report["summary"]["pass"] > 10
    assert len(report["results"]) < 300
    assert ElementTree.parse(files["junit"]).getroot().find(".//testcase") is not None  # noqa: S314
    assert json.loads(files["sarif"].read_text())["runs"]
    assert len(json.loads(files["har"].read_text())["log"]["entries"]) == report["requests"]


@pytest.mark.parametrize("judging", [False, True])
def test_a_run_is_interrupted_within_a_rule_only(judging: bool) -> None:
    collector = Collector(Report("library"))
    collector.judging = judging
    raised = pytest.raises(KeyboardInterrupt) if judging else nullcontext()
    with listening(collector), raised:
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        collector.pytest_runtest_logstart()
