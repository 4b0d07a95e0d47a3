"""The HTML report in a real Chromium, opened from its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from conformance.contract import Contract
from conformance.reports.html import html
from conformance.results import Report, Result
from conformance.rule import Outcome
from tests.conformance.chromium import Tab, chromium, installed
from tests.conformance.test_html_report import FAILED, GOLDEN, LINES, PASSED, report

pytestmark = pytest.mark.xdist_group("chromium")
Show = Callable[..., Tab]
ROWS = "[...document.querySelectorAll('.matrix tbody tr:not(.family)')]"
VISIBLE_ROWS = f"{ROWS}.filter(row => row.checkVisibility()).map(row => row.cells[0].innerText)"
CARDS = "[...document.querySelectorAll('.card')]"
FOCUS = "document.activeElement.id || document.activeElement.className"

# WCAG 2.2 §1.4.3: the ratio of the luminances of each text and what is behind it.
CONTRAST = """
(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const over = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const linear = rgb.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = (element) => {
    const colours = [];
    for (let at = element; at; at = at.parentElement) colours.unshift(getComputedStyle(at).backgroundColor);
    return colours;
  };
  const poor = [];
  let looked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('.sr, .skip')) continue;
    looked += 1;
    const ground = behind(element);
    const both = [over(ground), over([...ground, getComputedStyle(element).color])].map(luminance).sort((a, b) => b - a);
    const ratio = (both[0] + 0.05) / (both[1] + 0.05);
    if (ratio < 4.5) poor.push([ratio.toFixed(2), element.className, walker.currentNode.data.trim().slice(0, 40)]);
  }
  return {looked, poor};
})()
"""  # noqa: E501 - JavaScript


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    executable = installed()
    if executable is None:
        pytest.skip("Chromium is not installed: the page cannot be looked at.")
    with chromium(executable, tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture
def show(browser: Tab, tmp_path: Path) -> Show:
    """Show a page in a window of a size and with a colour scheme, without anything stored."""

    def shown(
        text: str,
        *,
        width: int = 1280,
        scheme: str = "light",
        anchor: str = "",
        script: bool = True,
    ) -> Tab:
        file = tmp_path / "report.html"
        file.write_text(text, "utf-8")
        browser.size(width, 900)
        browser.prefer(scheme)
        browser.open(f"{file.as_uri()}{anchor}", script=script)
        return browser

    return shown


@pytest.fixture(scope="module")
def failing() -> str:
    """The page of the failing run."""
    return GOLDEN.read_text("utf-8")


def many(contract: Contract, operations: int = 28, rules: int = 170) -> Report:
    """A run of many rules on many operations, of which some fail."""
    model = contract.api.operations[0]
    ids = [f"listSomethingNumber{number}" for number in range(operations)]
    results: list[Result] = []
    for rule in range(rules):
        for place, operation in enumerate(ids):
            template = FAILED if (rule * place) % 97 == 96 else PASSED
            family = ("AUT", "PAG", "LIM", "SCH", "STA")[rule // 34]
            results.append(replace(template, rule=f"{family}-{rule:03}", operation=operation))
    found = report(contract, *results)
    found.operations = tuple(structs.replace(model, id=id_) for id_ in ids)
    return found


def test_it_opens_from_its_file_without_a_request_or_an_error(show: Show, failing: str) -> None:
    tab = show(failing)
    tab.value("new Promise(done => setTimeout(done, 200))")
    requests = [
        event["params"]["request"]["url"]
        for event in tab.events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert [url.partition(":")[0] for url in requests] == ["file"]
    told = {"Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"}
    assert not [event for event in tab.events if event["method"] in told]


def test_the_policy_stops_what_is_not_of_the_page(show: Show, failing: str) -> None:
    tab = show(failing.replace("</main>", "<script>window.foreign = 1</script></main>"))
    assert tab.value("window.foreign === undefined")


def test_a_filter_is_reached_and_used_with_the_keyboard(show: Show, failing: str) -> None:
    tab = show(failing)
    tab.value("document.querySelector('#promises').focus()")
    for _ in range(60):
        tab.tab()
        if tab.value(FOCUS) == "text":
            break
    assert tab.value(FOCUS) == "text"
    before = tab.value(VISIBLE_ROWS)
    tab.type("outside its bounds")
    after = tab.value(VISIBLE_ROWS)
    assert len(before) == 6
    assert len(after) == 1
    assert "LIM-004" in after[0]
    assert tab.value("document.querySelector('#count').textContent").startswith("1 of 6 rules, ")
    assert tab.value("document.querySelector('#count').ariaLive") == "polite"
    assert tab.value(f"{CARDS}.every(card => card.hidden === !/LIM-004/.test(card.innerText))")


def test_family_operation_and_outcome_filter_too(show: Show, failing: str) -> None:
    tab = show(failing)
    choose = (
        (
            "(id, value) => {{ const one = document.getElementById(id); one.value = value; "
            "one.dispatchEvent(new Event('input', {{bubbles: true}})) }}"
        )
        .replace("{{", "{")
        .replace("}}", "}")
    )
    tab.value(f"({choose})('family', 'STA')")
    assert {row[:3] for row in tab.value(VISIBLE_ROWS)} == {"STA"}
    tab.value(f"({choose})('operation', 'getBook')")
    heads = "[...document.querySelectorAll('.matrix thead th')].filter(th => th.checkVisibility())"
    assert tab.value(f"{heads}.map(th => th.className)") == ["corner", "operation", "spent"]
    tab.value("document.querySelector('[name=kind][value=fail]').click()")
    assert tab.value(VISIBLE_ROWS) == []
    tab.value("document.querySelector('[type=reset]').click()")
    tab.value("new Promise(done => setTimeout(done, 50))")
    assert len(tab.value(VISIBLE_ROWS)) == 6


def test_enter_on_a_cell_opens_the_failure(show: Show, failing: str) -> None:
    tab = show(failing)
    tab.value("document.querySelector('.matrix td.fail a').focus()")
    anchor = tab.value("document.activeElement.hash.slice(1)")
    opened = f"document.getElementById('{anchor}').closest('details')"
    assert not tab.value(f"{opened}.open")
    tab.enter()
    tab.value("new Promise(done => setTimeout(done, 100))")
    assert tab.value(f"{opened}.open")
    assert tab.value(f"{opened}.firstElementChild === document.activeElement")
    assert tab.value(f"{opened}.getBoundingClientRect().top") < 900
    tab.enter()
    assert not tab.value(f"{opened}.open")


def test_a_link_to_a_failure_opens_it(show: Show, failing: str) -> None:
    tab = show(failing, anchor="#finding-2")
    assert tab.value("document.getElementById('finding-2').closest('details').open")


def test_all_can_be_read_without_script(show: Show, failing: str) -> None:
    tab = show(failing, script=False)
    tab("Emulation.setScriptExecutionDisabled", value=False)
    assert tab.value("[...document.querySelectorAll('.scripted')].every(e => !e.checkVisibility())")
    assert len(tab.value(VISIBLE_ROWS)) == 6
    tab.value("document.querySelector('.card > summary').focus()")
    tab.enter()
    assert "curl -sS" in tab.value("document.querySelector('.card').innerText")


def test_the_theme_can_be_chosen_and_is_kept(show: Show, failing: str) -> None:
    tab = show(failing)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = tab.value(ground)
    tab.value("document.querySelector('#theme').focus()")
    tab.enter()
    dark = tab.value(ground)
    assert dark != light
    assert tab.value("document.querySelector('#theme').ariaPressed") == "true"
    tab("Page.reload")
    tab.events.clear()
    tab.wait("Page.loadEventFired")
    assert tab.value(ground) == dark
    tab.value("localStorage.clear()")
    assert show(failing, scheme="dark").value(ground) == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(scheme: str, show: Show, contract: Contract) -> None:
    texts = [
        replace(FAILED, request="GET /", answer="HTTP 500", curl="curl", operation="getBook"),
        PASSED,
        *(replace(FAILED, standing=standing) for standing in ("known", "flaky", "stale")),
        *(
            replace(PASSED, outcome=outcome, rule=f"X-{place}", message="Why.")
            for place, outcome in enumerate(Outcome)
        ),
    ]
    page = html(report(contract, *texts, sources=LINES, trouble="Interrupted."))
    tab = show(page, scheme=scheme)
    tab.value("document.querySelectorAll('details').forEach(details => details.open = true)")
    found = tab.value(CONTRAST)
    assert found["looked"] > 100
    assert found["poor"] == []


def test_a_big_matrix_does_not_shift_and_keeps_its_heads(show: Show, contract: Contract) -> None:
    text = html(many(contract))
    tab = show(text)
    shift = """new Promise(done => {
      let sum = 0;
      new PerformanceObserver(list => list.getEntries().forEach(entry => (sum += entry.value)))
        .observe({type: 'layout-shift', buffered: true});
      setTimeout(() => done(sum), 500);
    })"""
    assert tab.value(shift) == 0
    assert tab.value(f"{ROWS}.length") == 170
    places = """(() => {
      const scroll = document.querySelector('.scroll');
      scroll.scrollTo(400, 1500);
      const box = scroll.getBoundingClientRect();
      const head = document.querySelector('.matrix thead th.operation').getBoundingClientRect();
      const row = document.querySelector('.matrix tbody th[scope=row]').getBoundingClientRect();
      return [head.top - box.top, row.left - box.left];
    })()"""
    assert [abs(place) <= 2 for place in tab.value(places)] == [True, True]


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_is_never_wider_than_the_window(
    width: int, show: Show, contract: Contract
) -> None:
    tab = show(html(many(contract, rules=20)), width=width)
    tab.value("document.querySelectorAll('.card').forEach(card => card.open = true)")
    assert tab.value("document.documentElement.scrollWidth") == width


def test_print_shows_what_is_folded(show: Show, failing: str) -> None:
    tab = show(failing)
    seen = "document.querySelector('.card pre').checkVisibility()"
    assert not tab.value(seen)
    tab.prefer("light", "print")
    tab.value("new Promise(requestAnimationFrame)")
    assert not tab.value("document.querySelector('.card').open")
    assert tab.value(seen)
    assert not tab.value("document.querySelector('#filters').checkVisibility()")


def test_the_command_is_copied(show: Show, failing: str) -> None:
    tab = show(failing)
    tab.value(f"{CARDS}[0].open = true")
    tab("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    tab.value("document.querySelector('.copy').focus()")
    tab.enter()
    tab.value("new Promise(done => setTimeout(done, 200))")
    copied = tab.value("navigator.clipboard.readText()")
    assert re.match("curl -sS -i ", copied)


def test_every_control_has_a_name(show: Show, failing: str) -> None:
    tab = show(failing)
    nodes: list[dict[str, Any]] = tab("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "checkbox", "combobox", "searchbox", "link", "DisclosureTriangle", "search"}
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node.get("ignored") and node.get("role", {}).get("value") in roles
    ]
    assert {"button", "checkbox", "combobox", "searchbox", "link"} <= {role for role, _ in named}
    assert [role for role, name in named if not name] == []
