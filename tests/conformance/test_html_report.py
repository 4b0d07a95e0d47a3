"""The HTML report: what it says, that it is whole in itself, and that data stays data."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from conformance.command import Request, conform
from conformance.contract import Contract, Promise
from conformance.exchange import Answer, Exchange, Redactor
from conformance.exchange import Request as Sent
from conformance.judging import SHOWN as SHOWN_CHARACTERS
from conformance.judging import shown
from conformance.reports.html import html
from conformance.results import Report, Result
from conformance.rule import Outcome
from conformance.rules import catalogue
from conformance.running import Collector, run
from tests.conformance.conftest import CONTRACT, library
from tests.conformance.test_command import profile

GOLDEN = Path(__file__).parent / "goldens" / "library.html"
SHOWN = ("AUT-001", "AUT-010", "TEN-003", "LIM-004", "STA-004", "STA-005")
BUGS = ("tells-foreign", "echoes-key", "clamps", "no-head")
SECRET = "hk_s3cret<&>'\"value"  # noqa: S105 - of nothing
HOSTILE = "\u202e</pre><script>alert(1)</script><img src=x onerror=alert(1)>\0\ud800{{ 7*7 }}"
VARIABLE = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"), "Sun, 01 Nov 2026 00:00:00 GMT"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]*(Z|\+00:00)?"), "2026-11-01T00:00:00Z"),
    (re.compile(r"(ratelimit-\w+: )\d+", re.IGNORECASE), r"\1COUNT"),
    (re.compile(r"(cursor=)[\w.%-]+"), r"\1CURSOR"),
)


class Outline(HTMLParser):
    """The tags of a page, and the text in each."""

    VOID = frozenset({"meta", "input", "col", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def report(contract: Contract, *results: Result, **fields: Any) -> Report:
    """A run of the library that ended with these results."""
    return Report(
        "library",
        title="Library",
        base_url="http://127.0.0.1:1/api",
        started="2026-11-22T02:55:00+00:00",
        seconds=46.04,
        requests=5846,
        operations=contract.api.operations,
        rules=catalogue(contract),
        results=list(results),
        **{"known": ("LIB-01", "LIB-02"), "documented": contract.documented, **fields},
    )


def result(outcome: Outcome, rule: str = "AUT-001", **fields: Any) -> Result:
    """How a rule ended at the list of books."""
    titles = {"operation": "listBooks", "promises": ("LIB-02",), "location": "library.yaml:32:5"}
    return Result(rule, "A title", outcome=outcome, **{**titles, **fields})


LINES = {"library.yaml": [f"line {number}" for number in range(1, 60)]}
PASSED, FAILED = result(Outcome.PASS), result(Outcome.FAIL, message="It fell over.")


def test_a_failing_run_looks_as_it_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with library(*BUGS) as target:
        monkeypatch.setenv("LIBRARY_TOKEN", target.control_token)
        chosen = Request(str(CONTRACT), target=profile(tmp_path, target), rules=SHOWN)
        collector = Collector(Report("library"))
        assert run(chosen.options(), collector) == 1
    found = collector.report
    found.results = [
        replace(each, seconds=0.0, location=_below(each.location)) for each in found.results
    ]
    found.sources = {_below(name): lines for name, lines in found.sources.items()}
    found.seconds, found.started, found.requests = 12.0, "2026-11-01T00:00:00+00:00", 345
    text = html(found)
    for pattern, stable in VARIABLE:
        text = pattern.sub(stable, text)
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8"), "UPDATE_GOLDENS=1 writes it anew"


def _below(name: str) -> str:
    return f"library/{name.partition('/library/')[2]}"


def test_the_command_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "reports" / "library.html"
    with library("no-challenge") as target:
        monkeypatch.setenv("LIBRARY_TOKEN", target.control_token)
        asked = Request(
            str(CONTRACT),
            target=profile(tmp_path, target),
            rules=("AUT-001", "HDR-002"),
            reports=[f"html={file}"],
        )
        assert conform(asked) == 1
    text = file.read_text("utf-8")
    assert target.base_url in text
    assert "HDR-002" in text
    assert "operationId: listBooks" in text
    assert "lk_" not in text
    assert target.control_token not in text


@pytest.mark.parametrize(
    ("known", "results", "said", "tone"),
    [
        (("LIB-02",), [PASSED], "The one promise is proved", "good"),
        (("LIB-01", "LIB-02"), [PASSED], "1 of 2 promises proved, 1 untested", "doubtful"),
        (("LIB-02", "LIB-03"), [FAILED], "0 of 2 promises proved, 1 failed, 1 untested", "bad"),
        ((), [PASSED, FAILED], "2 checks: 1 passed, 1 failed", "bad"),
        ((), [], "Nothing was checked", "good"),
        (("LIB-02",), [replace(FAILED, standing="known")], "0 of 1 promises proved", "doubtful"),
        (("LIB-02",), [replace(PASSED, standing="stale")], "The one promise is proved", "bad"),
    ],
)
def test_the_verdict_is_told_in_words(
    contract: Contract, known: tuple[str, ...], results: list[Result], said: str, tone: str
) -> None:
    text = html(report(contract, *results, known=known))
    assert said in Outline(text).texts["h1"][0]
    assert f'<header class="{tone}">' in text


def test_it_says_what_was_run(contract: Contract) -> None:
    text = html(report(contract, PASSED))
    for fact in ("http://127.0.0.1:1/api", "22 November 2026, 02:55 UTC", "46.0 s", "5,846"):
        assert fact in text


def test_a_failure_has_all_that_helps(contract: Contract) -> None:
    failed = replace(
        FAILED,
        curl="curl -sS http://127.0.0.1:1/api/books",
        request="GET http://127.0.0.1:1/api/books",
        answer="HTTP 500\ncontent-type: text/plain\n\nOops.",
        pointer="/paths/~1books/get",
    )
    text = html(report(contract, failed, sources=LINES))
    for part in (
        "It fell over.",
        "Every request carries a key.",
        "Library HTTP API, Keys",
        "GET /books",
        "library.yaml:32:5",
        "/paths/~1books/get",
        "<mark>line 32</mark>",
        "line 30\n",
        "line 40\n",
        "curl -sS http",
        "Oops.",
        "--rule AUT-001 --seed 1",
        "OWASP API2:2023",
    ):
        assert part in text
    assert "line 29\n" not in text
    assert "line 41\n" not in text


def test_what_is_forgiven_and_what_is_gone_stand_apart(contract: Contract) -> None:
    text = html(
        report(
            contract,
            replace(FAILED, standing="known", operation="getBook"),
            replace(FAILED, standing="flaky"),
            replace(PASSED, standing="stale", operation="listMembers"),
            result(Outcome.WARN, "PAG-027", message="It may count."),
            unmet=(("OLD-001", "gone"),),
        )
    )
    ids = [attributes.get("id") for attributes in Outline(text).all("section")]
    assert ids == ["promises", "stale", "known", "flaky", "warn", "matrix", "run"]
    assert "strike it from the file" in text
    assert "OLD-001" in text


def test_what_could_not_be_tested_says_why_once(contract: Contract) -> None:
    why = "Name a control plane."
    results = [
        result(Outcome.UNTESTABLE, message=why, operation=operation)
        for operation in ("listBooks", "getBook")
    ]
    skipped = result(Outcome.SKIPPED, "LIF-001", message="It writes.")
    text = html(report(contract, *results, skipped))
    assert text.count(why) == 1
    assert "listBooks, getBook" in text
    assert "It writes." in text


def test_a_run_that_was_interrupted_says_so(contract: Contract) -> None:
    assert "Interrupted." in html(report(contract, PASSED, trouble="Interrupted."))


def test_a_run_of_some_rules_claims_no_more_than_it_tried(contract: Contract) -> None:
    found = report(contract, PASSED, known=("LIB-02",))
    assert "Only a part" not in html(found)
    found.whole = False
    text = html(found)
    assert "Only a part" in text
    assert '<header class="doubtful">' in text


def test_a_failed_workflow_shows_its_operation_too(contract: Contract) -> None:
    failed = replace(FAILED, location="workflows.yaml:2:3")
    file = contract.api.operations[0].position.file
    lines = {"workflows.yaml": ["one", "two"], file: Path(file).read_text("utf-8").splitlines()}
    text = html(report(contract, failed, sources=lines))
    assert "<mark>two</mark>" in text
    assert "<mark>    get:</mark>" in text


def test_whatever_the_server_says_is_text(contract: Contract) -> None:
    hostile = replace(
        FAILED,
        message=HOSTILE,
        title=HOSTILE,
        answer=f"HTTP 200\nx: {HOSTILE}\n\n{'<a>' * 400_000}",
        request=HOSTILE,
        curl=HOSTILE,
        operation=f'"><script>{HOSTILE}',
        location=f"{HOSTILE}:1:1",
        pointer=HOSTILE,
    )
    found = replace(
        report(contract, hostile, result(Outcome.UNTESTABLE, f"X-{HOSTILE}", message=HOSTILE)),
        documented={"LIB-02": Promise(HOSTILE, HOSTILE, HOSTILE)},
        base_url=HOSTILE,
        trouble=HOSTILE,
        sources={HOSTILE: [HOSTILE]},
    )
    text = html(found)
    page = Outline(text)
    untestable = result(Outcome.UNTESTABLE)
    usual = Outline(html(report(contract, FAILED, untestable, trouble="x", sources=LINES)))
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in usual.tags}
    assert len(page.all("script")) == 1
    assert not [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]
    assert "⟨U+202E⟩" in text
    assert "⟨U+0000⟩" in text
    assert not re.search("[\0\u202e\ud800-\udfff]", text)
    assert "49" not in "".join(page.texts["pre"])
    text.encode("utf-8")
    assert len(text) < 150_000


def test_no_secret_is_in_it(contract: Contract) -> None:
    telling = replace(
        FAILED,
        message=f"It says `{SECRET}`.",
        request=f"GET /\nAuthorization: Bearer {SECRET}",
        answer=f"HTTP 200\n\n{SECRET}{'x' * 5_000}",
        curl=f"curl -H '{SECRET}'",
    )
    found = replace(
        report(contract, telling, result(Outcome.UNTESTABLE, message=SECRET)),
        base_url=f"http://{SECRET}@127.0.0.1",
        trouble=SECRET,
    )
    found.redactor.learn(SECRET)
    text = html(found)
    assert "s3cret" not in text
    assert text.count("[redacted]") >= 7


def test_a_secret_is_not_cut_in_half_where_an_answer_is_shortened() -> None:
    redactor = Redactor({SECRET})
    body = b"x" * (SHOWN_CHARACTERS - 6) + SECRET.encode()
    exchange = Exchange(Sent("GET", "http://a.example/"), Answer(200, (), body))
    assert SECRET[:4] not in shown(exchange, redactor)


def test_it_is_whole_in_itself_and_its_policy_allows_no_other_code(contract: Contract) -> None:
    text = html(report(contract, PASSED, FAILED))
    page = Outline(text)
    policy = next(m["content"] for m in page.all("meta") if "http-equiv" in m) or ""
    for tag in ("script", "style"):
        (body,) = page.texts[tag]
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    for tag, attributes in page.tags:
        assert tag not in {"link", "img", "iframe", "object", "base"}
        assert not {"src", "style", "srcset"} & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in text
    assert "@import" not in text


def test_a_reader_of_the_screen_finds_the_way(contract: Contract) -> None:
    results = [PASSED, FAILED, result(Outcome.UNTESTABLE, "AUT-007", message="No key.")]
    page = Outline(html(report(contract, *results, sources=LINES)))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(head.get("scope") for head in page.all("th"))
    ids = [id_ for _, attributes in page.tags if (id_ := attributes.get("id"))]
    assert len(ids) == len(set(ids))
    assert {(a["href"] or "")[1:] for a in page.all("a")} <= set(ids)
    assert [tag for tag, _ in page.tags if tag in {"header", "nav", "main"}] == [
        *("header", "nav", "main")
    ]
    for tag, attributes in page.tags:
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids, tag
    assert page.all("html") == [{"lang": "en"}]


def test_each_cell_has_a_sign_and_a_word(contract: Contract) -> None:
    text = html(report(contract, PASSED, replace(FAILED, operation="getBook")))
    passed = '<i aria-hidden="true">✓</i><span class="sr">pass</span>'
    assert f'<td class="pass" title="pass: 0 requests, 0.00 s">{passed}</td>' in text
    assert re.search(
        r'<td class="fail" title="fail: [^"]*"><a href="#finding-1"><i [^>]*>✕</i><span class="sr"',
        text,
    )
