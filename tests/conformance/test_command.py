"""`conform` at its boundary: exit statuses, reports, bad input, and no secret in any of it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from rich.console import Console
from starlette.responses import HTMLResponse

from conformance.command import Request, conform, explain, explanations, rules
from conformance.results import Report, Result
from conformance.rule import Outcome
from conformance.running import Collector
from conformance.running import run as run_rules
from conformance.target import ProfileError, Target, read
from tests.conformance.conftest import CONTRACT, library, listening

QUICK = ("AUT-00[14]", "PAG-005", "TEN-003")


def profile(path: Path, target: Target) -> str:
    """A profile of the target, its token in the environment."""
    file = path / "target.yaml"
    file.write_text(
        f"base_url: {target.base_url}\ncontrol: {target.control}\n"
        "control_token: ${LIBRARY_TOKEN}\nwrites: true\n"
    )
    return str(file)


def line_of_get_book() -> int:
    """Where the contract declares the operation, from 1."""
    return CONTRACT.read_text("utf-8").splitlines().index("  /books/{bookId}:") + 2


def run(
    *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python with the project as its working folder."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(environment or {})},
        cwd=Path(__file__).parents[2],
        timeout=120,
    )


def test_a_good_server_is_proved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = {kind: tmp_path / f"report.{kind}" for kind in ("json", "junit")}
    shown = io.StringIO()
    with library() as target:
        monkeypatch.setenv("LIBRARY_TOKEN", target.control_token)
        status = conform(
            Request(
                str(CONTRACT),
                target=profile(tmp_path, target),
                rules=QUICK,
                reports=[f"{kind}={file}" for kind, file in reports.items()],
            ),
            console=Console(file=shown, width=120),
        )
    assert status == 0, shown.getvalue()
    report = json.loads(reports["json"].read_text())
    assert set(report) == {
        *("api", "base_url", "seed", "started", "seconds"),
        *("requests", "summary", "results", "promises"),
    }
    assert report["summary"]["pass"] == len(report["results"]) == 9
    assert report["promises"]["LIB-02"] == "proved"
    assert report["promises"]["LIB-03"] == "untested"
    assert {"rule", "operation", "outcome", "message", "promises", "location", "curl"} == set(
        report["results"][0]
    )
    assert report["results"][0]["location"].endswith("openapi.yaml:32:5")
    assert reports["junit"].read_text().count("<testcase ") == 9
    everything = shown.getvalue() + "".join(file.read_text() for file in reports.values())
    assert target.control_token not in everything
    assert "lk_" not in everything


def test_a_failure_tells_what_where_why_and_how_to_repeat_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    with library("tells-foreign", "echoes-key") as target:
        monkeypatch.setenv("LIBRARY_TOKEN", target.control_token)
        status = conform(
            Request(
                str(CONTRACT),
                target=profile(tmp_path, target),
                rules=("TEN-003", "AUT-010"),
                reports=[f"json={tmp_path}/report.json", f"junit={tmp_path}/report.xml"],
            ),
            console=Console(file=shown, width=500),
        )
    assert status == 1
    text = shown.getvalue()
    assert "TEN-003" in text
    assert f"openapi.yaml:{line_of_get_book()}:5" in text
    assert "curl -sS -i -H" in text
    assert "LIB-06" in text
    written = text + "".join(p.read_text() for p in tmp_path.glob("report.*"))
    assert "lk_" not in written
    assert "$TOKEN" in written


def test_a_server_that_is_down_is_status_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert conform(Request(str(CONTRACT), base_url="http://127.0.0.1:9")) == 3
    assert "Nothing answers HTTP at http://127.0.0.1:9" in capsys.readouterr().err


def test_a_proxy_that_answers_html_fails_rules_and_never_the_suite(tmp_path: Path) -> None:
    shown = io.StringIO()
    file = tmp_path / "target.yaml"
    unlimited = tmp_path / "openapi.yaml"
    unlimited.write_text(CONTRACT.read_text().replace("x-rate-limit", "x-no-limit"))
    with listening(HTMLResponse("<html><h1>Sign in</h1></html>", 200)) as url:
        file.write_text(
            f"base_url: {url}\ncredentials:\n  default: {{bearer: aaaaaaaa}}\n"
            "  other_tenant: {bearer: bbbbbbbb}\n"
        )
        status = conform(
            Request(
                str(unlimited),
                target=str(file),
                rules=("!SCH-[1-9]*", "!ENV-1*", "!HDR-1*"),
                reports=[f"json={tmp_path}/report.json"],
            ),
            console=Console(file=shown, width=200),
        )
    assert status == 1
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["summary"]["fail"] > 40
    messages = [result["message"] for result in report["results"]]
    assert [m for m in messages if "could not read" in m] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rules": ["NOPE-*"]}, "NOPE-*"),
        ({"shard": "3/2"}, "3/2"),
        ({"reports": ["pdf=x"]}, "pdf"),
        ({"target": "/no/such/file"}, "/no/such/file"),
    ],
)
def test_wrong_use_is_status_2_and_says_where(
    options: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert conform(Request(str(CONTRACT), **options)) == 2
    assert said in capsys.readouterr().err


def test_promises_that_cannot_be_read_are_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "openapi.yaml").write_text(CONTRACT.read_text())
    (tmp_path / "promises.yaml").write_text("promises: [LIB?")
    assert conform(Request(str(tmp_path / "openapi.yaml"), base_url="http://127.0.0.1:9")) == 2
    assert "promises.yaml: this is not YAML" in capsys.readouterr().err


def test_an_unknown_api_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert conform(Request("no-such-api")) == 2
    assert "no-such-api" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("base_url: https://a.example\ncontrol_token: ${NOT_SET_ANYWHERE}", "NOT_SET_ANYWHERE"),
        ("base_url: ftp://a.example", "/base_url"),
        ("base_url: https://a.example\nsurprise: 1", "surprise"),
        ("base_url: https://a.example\nbudget: {requests: 0}", "/budget/requests"),
        ("base_url: https://a.example\ncredential: {}", "mean 'credentials'"),
        ("base_url: [", "not YAML"),
    ],
)
def test_a_bad_profile_names_the_place(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "target.yaml"
    file.write_text(text)
    with pytest.raises(ProfileError, match=said):
        read(file, {})


def test_a_profile_takes_secrets_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "target.json"
    file.write_text(
        '{"base_url": "https://a.example/", "credentials": {"default": {"bearer": "${KEY}"}}}'
    )
    target = read(file, {"KEY": "secret-secret"})
    assert target.base_url == "https://a.example"
    assert target.credentials == {"default": "secret-secret"}
    assert not target.writes
    assert "secret-secret" not in repr(target)


def test_the_budget_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with library() as target:
        monkeypatch.setenv("LIBRARY_TOKEN", target.control_token)
        file = profile(tmp_path, target)
        Path(file).write_text(Path(file).read_text() + "budget: {requests: 20}\n")
        status = conform(
            Request(
                str(CONTRACT),
                target=file,
                rules=("LIM-*",),
                reports=[f"json={tmp_path}/report.json"],
            ),
            console=Console(file=io.StringIO()),
        )
    report = json.loads((tmp_path / "report.json").read_text())
    assert status == 1
    assert report["requests"] <= 20
    assert report["summary"]["untestable"] > 0


def test_nothing_is_proved_by_looking_at_a_part_of_what_was_to_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with library() as target:
        monkeypatch.setenv("LIBRARY_TOKEN", target.control_token)
        file = profile(tmp_path, target)
        Path(file).write_text(Path(file).read_text() + "budget: {requests: 30}\n")
        collector = Collector(Report("library"))
        run_rules(Request(str(CONTRACT), target=file, rules=("SCH-00[1-4]",)).options(), collector)
    assert {result.outcome for result in collector.report.results} == {Outcome.UNTESTABLE}


def test_pytest_collects_the_rules(tmp_path: Path) -> None:
    with library() as target:
        options = ("--api", str(CONTRACT), "--target", profile(tmp_path, target))
        done = run(
            "-m", "pytest", "conformance", *options, "-k", "PAG-005 or RAT-003", "-q",
            environment={"LIBRARY_TOKEN": target.control_token},
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_shards_divide_the_operations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    with library() as target:
        monkeypatch.setenv("LIBRARY_TOKEN", target.control_token)
        for shard in ("1/2", "2/2"):
            report = tmp_path / "report.json"
            conform(
                Request(
                    str(CONTRACT),
                    target=profile(tmp_path, target),
                    rules=("AUT-001", "RAT-003"),
                    shard=shard,
                    reports=[f"json={report}"],
                ),
                console=Console(file=io.StringIO()),
            )
            found.append(
                {(r["rule"], r["operation"]) for r in json.loads(report.read_text())["results"]}
            )
    assert not found[0] & found[1]
    assert len(found[0] | found[1]) == 4


def test_a_promise_is_proved_only_where_nothing_is_missing() -> None:
    def result(outcome: Outcome, *promises: str) -> Result:
        return Result("PAG-001", "", "", outcome, promises=promises)

    report = Report(
        "x",
        known=("A", "B", "C", "D"),
        results=[
            result(Outcome.PASS, "A", "B", "C"),
            result(Outcome.FAIL, "B"),
            result(Outcome.UNTESTABLE, "C"),
            result(Outcome.SKIPPED, "D"),
        ],
    )
    assert report.promises == {"A": "proved", "B": "failed", "C": "untested", "D": "untested"}


def test_every_rule_has_a_page() -> None:
    for id_, page in explanations().items():
        for part in ("Source: ", "Passes: ", "Fails: "):
            assert part in page, f"{id_} says nothing under {part!r}"
    assert len(json.loads(rules("json"))) == len(explanations())
    assert rules("markdown").count("\n## ") == len(explanations())


def followed(tmp_path: Path, *bugs: str, known: str = "") -> tuple[int, str, dict[str, Any]]:
    """Run TEN-003 and PAG-005 with a file of known failures; its status, text and report."""
    file, report = tmp_path / "known.yaml", tmp_path / "report.json"
    if known:
        file.write_text(known)
    shown = io.StringIO()
    with library(*bugs) as target, pytest.MonkeyPatch.context() as environment:
        environment.setenv("LIBRARY_TOKEN", target.control_token)
        status = conform(
            Request(
                str(CONTRACT),
                target=profile(tmp_path, target),
                rules=("TEN-003", "PAG-005"),
                known_failures=str(file),
                reports=[f"json={report}", f"sarif={tmp_path}/report.sarif"],
            ),
            console=Console(file=shown, width=200),
        )
    return status, shown.getvalue(), json.loads(report.read_text())


def test_a_run_writes_its_failures_and_forgives_them_from_then_on(tmp_path: Path) -> None:
    assert followed(tmp_path, "tells-foreign")[0] == 1
    assert "rule: TEN-003" in (tmp_path / "known.yaml").read_text()
    status, text, report = followed(tmp_path, "tells-foreign")
    assert status == 0, text
    assert "fail (known)" in text
    assert report["summary"]["fail"] == 1


def test_a_known_failure_that_passes_fails_until_it_is_struck(tmp_path: Path) -> None:
    followed(tmp_path, "tells-foreign")
    status, text, _ = followed(tmp_path)
    assert status == 1
    assert "strike it from the file" in text


def test_a_failure_that_is_not_listed_fails(tmp_path: Path) -> None:
    assert followed(tmp_path, "tells-foreign", known="failures: []\n")[0] == 1


def test_flaky_failures_are_listed_apart_and_forgiven_either_way(tmp_path: Path) -> None:
    listed = "flaky:\n- {rule: TEN-003, operation: getBook}\n"
    assert followed(tmp_path, "tells-foreign", known=listed)[0] == 0
    assert followed(tmp_path, known=listed)[0] == 0


@pytest.mark.parametrize("known", ["failures: [PAG-004]\n", "failed: []\n", "failures: ["])
def test_a_file_of_known_failures_that_is_none_is_status_2(
    known: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(known)
    request = Request(str(CONTRACT), base_url="http://127.0.0.1:9", known_failures=str(file))
    assert conform(request) == 2
    assert "known.yaml" in capsys.readouterr().err


def test_sarif_points_to_the_line_of_the_operation(tmp_path: Path) -> None:
    followed(tmp_path, "tells-foreign")
    sarif = json.loads((tmp_path / "report.sarif").read_text())
    (result,) = sarif["runs"][0]["results"]
    assert result["ruleId"] == "TEN-003"
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("openapi.yaml")
    assert place["region"] == {"startLine": line_of_get_book(), "startColumn": 5}


def test_the_archive_has_every_request_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with library() as target:
        monkeypatch.setenv("LIBRARY_TOKEN", target.control_token)
        conform(
            Request(
                str(CONTRACT),
                target=profile(tmp_path, target),
                rules=("AUT-001",),
                reports=[f"har={tmp_path}/run.har", f"json={tmp_path}/report.json"],
            ),
            console=Console(file=io.StringIO()),
        )
    text = (tmp_path / "run.har").read_text()
    entries = json.loads(text)["log"]["entries"]
    assert len(entries) == json.loads((tmp_path / "report.json").read_text())["requests"]
    assert all(entry["response"]["status"] for entry in entries)
    assert target.control_token not in text
    assert "lk_" not in text


def test_one_seed_asks_a_server_of_its_own_for_the_same_rows(tmp_path: Path) -> None:
    """A run is repeated with the seed that it printed: the ids of its rows are in what it asks."""
    asked = []
    for number, seed in enumerate((5, 5, 6)):
        archive = tmp_path / f"{number}.har"
        command = ("-m", "generator", "conform", "haleai", "--rule=SCH-001", f"--seed={seed}")
        run(*command, f"--report=har={archive}")
        entries = json.loads(archive.read_text())["log"]["entries"]
        asked.append([urlsplit(entry["request"]["url"]).path for entry in entries])
    assert asked[0] == asked[1] != asked[2]
    assert any("/ld_" in path for path in asked[0])


def test_a_plan_says_what_would_be_sent_and_sends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = Request(str(CONTRACT), base_url="http://127.0.0.1:9", form="json")
    assert explain(request) == 0
    steps = {(s["rule"], s["operation"]): s for s in json.loads(capsys.readouterr().out)["steps"]}
    assert steps["TEN-003", "getBook"]["request"] == "GET /books/{bookId}"
    assert "two tenants" in steps["TEN-003", "getBook"]["obstacle"]
    assert steps["AUT-001", "getBook"]["obstacle"] == ""
