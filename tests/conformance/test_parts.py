"""`--jobs`: a run in several processes tells what a run in one does, and ends as one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from click.testing import CliRunner

from conformance import contract as contracts
from conformance.rules import catalogue
from conformance.selection import selected
from generator.cli import cli

RULES = ("HDR-00*", "AUT-001", "TLS-*")

A_PART = 100
"""Fewer results than either process would have, if it went on."""

INTERRUPTED = """
import sys
from conformance.command import Request, conform
sys.exit(conform(Request("haleai", reports=sys.argv[1:], faults=["AUT-F03"], jobs=2)))
"""


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "generator", "conform", "haleai", "--jobs=2", *options]


def test_the_parts_make_one_report_in_the_order_of_the_rules(tmp_path: Path) -> None:
    known = tmp_path / "known.yaml"
    known.write_text("failures:\n- rule: HDR-001\n  operation: noSuchOperation\n")
    reports = [f"--report={kind}={tmp_path / kind}" for kind in ("json", "junit", "har")]
    chosen = [f"--rule={rule}" for rule in RULES]
    run = subprocess.run(  # noqa: S603 - the command is our own
        command(*chosen, *reports, f"--known-failures={known}"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")

    contract = contracts.load("haleai", Path.cwd())
    selection = selected(RULES, "1/1", contract)
    report = json.loads((tmp_path / "json").read_text())
    told = [(each["rule"], each["operation"]) for each in report["results"]]
    assert told == [
        (rule.id, subject.id if subject else "")
        for rule in filter(selection.chooses, catalogue(contract))
        for subject in list(selection.of(rule, contract)) or [None]
    ]
    cases = ElementTree.parse(tmp_path / "junit").getroot().findall(".//testcase")  # noqa: S314
    assert len(cases) == len(told)
    entries = json.loads((tmp_path / "har").read_text())["log"]["entries"]
    assert len(entries) == report["requests"]
    servers = Counter(entry["request"]["url"].split("/")[2] for entry in entries)
    assert len(servers) == 2
    started = [entry["startedDateTime"] for entry in entries]
    assert started == sorted(started)


def test_an_interrupted_run_ends_in_all_its_processes(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with subprocess.Popen(  # noqa: S603 - the command is our own
        [sys.executable, "-c", INTERRUPTED, f"json={report}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("fail ")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted after" in errors
    assert "Traceback" not in errors
    assert 1 < len(json.loads(report.read_text())["results"]) < A_PART


def test_a_server_of_ones_own_is_proved_in_one_process() -> None:
    options = ("conform", "haleai", "--jobs=2", "--base-url=http://127.0.0.1:9")
    assert CliRunner().invoke(cli, options, standalone_mode=False).return_value == 2
