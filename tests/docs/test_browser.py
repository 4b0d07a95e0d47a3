"""The pages in a real Chromium, opened from their files.

`FOURFOLD_SCREENSHOTS` names a folder for pictures of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.chromium import Tab, chromium, installed
from tests.conformance.test_html_report_browser import CONTRAST
from tests.node_tools import program
from tests.typescript_client.browser.page_server import serving
from tests.typescript_client.packages import biome, ran

pytestmark = pytest.mark.xdist_group("chromium")
GENERATED = Path(__file__).parents[2] / "generated"
RUNTIME = Path(__file__).parents[2] / "generator/targets/docs/runtime"
DEALS = GENERATED / "haleai/docs/deals.html"
VISIBLE = """
[...document.querySelectorAll('section:first-of-type .client')]
  .filter((sample) => sample.checkVisibility())
  .map((sample) => sample.querySelector('figcaption').innerText)
"""
FOUND = "[...document.querySelectorAll('#found li')].map(each => each.firstChild.data)"
CHOSEN = "document.querySelector('#found [aria-selected=true]')?.firstChild.data"
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
WAITED = "new Promise(done => setTimeout(done, 50))"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    executable = installed()
    if executable is None:
        pytest.skip("Chromium is not installed: no page can be opened.")
    with chromium(executable, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def deals(tab: Tab) -> Tab:
    tab.prefer("light")
    tab.size(1440, 900)
    tab.open(DEALS.as_uri())
    return tab


def picture(tab: Tab, name: str) -> None:
    folder = os.environ.get("FOURFOLD_SCREENSHOTS")
    if folder:
        tab.screenshot(Path(folder) / f"{name}.png", whole=False)


def test_a_page_loads_its_own_files_only_and_says_nothing_in_the_console(deals: Tab) -> None:
    asked = [each for each in deals.events if each.get("method") == "Network.requestWillBeSent"]
    urls = {each["params"]["request"]["url"] for each in asked}
    names = ("deals.html", "docs.css", "docs.js", "search-index.js")
    assert urls == {DEALS.with_name(name).as_uri() for name in names}
    complaints = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    assert not [each for each in deals.events if each.get("method") in complaints]


def test_a_web_server_may_serve_them_as_they_are(tab: Tab) -> None:
    with serving(DEALS.parent) as origin:
        tab.open(f"{origin}/deals.html")
        complaints = [each for each in tab.events if each.get("method") == "Log.entryAdded"]
        shown = tab.value("document.querySelector('search').checkVisibility()")
        coloured = tab.value("getComputedStyle(document.querySelector('.bar')).display")
    assert not [each for each in complaints if "favicon" not in str(each)]
    assert (shown, coloured) == (True, "flex")


def test_search_is_used_from_the_keyboard(deals: Tab) -> None:
    deals.press("/", text="/")
    assert deals.value("document.activeElement.id") == "search"
    deals.type("get contactId")
    assert deals.value(FOUND) == ["Get a contact"]
    deals.press("Escape", code=27)
    assert deals.value("[document.activeElement.id, document.querySelector('#found').hidden]") == [
        "",
        True,
    ]
    deals.press("/", text="/")
    deals.type("deal")
    first = deals.value(CHOSEN)
    deals.press("ArrowDown", code=40)
    assert deals.value(CHOSEN) == deals.value(f"{FOUND}[1]") != first
    deals.press("ArrowUp", code=38)
    deals.press("ArrowUp", code=38)
    assert deals.value(CHOSEN) == deals.value(f"{FOUND}.at(-1)")
    chosen = deals.value("document.querySelector('#found [aria-selected=true]').id")
    assert deals.value("document.activeElement.getAttribute('aria-activedescendant')") == chosen
    deals.value("document.querySelector('#search').value = ''")
    deals.type("nothing of the kind")
    assert deals.value(FOUND) == []
    deals.value("document.querySelector('#search').value = ''")
    deals.type("getLead")
    deals.events.clear()
    deals.enter()
    deals.wait("Page.loadEventFired")
    assert deals.value("location.href").endswith("/leads.html#getLead")
    assert deals.value("document.querySelector('#getLead').getBoundingClientRect().top") < 200


def test_one_language_is_shown_and_kept_for_the_next_page(deals: Tab) -> None:
    assert deals.value(VISIBLE) == ["curl"]
    deals.value("document.querySelector('[value=python]').click()")
    assert deals.value(VISIBLE) == ["Python"]
    deals.open(DEALS.with_name("leads.html").as_uri())
    assert deals.value("document.querySelector('[name=language]:checked').value") == "python"
    deals.value("document.querySelector('[value=curl]').click()")


def test_a_sample_is_copied(deals: Tab) -> None:
    deals.value("navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }")
    deals.value("document.querySelector('.sample.curl .copy').click()")
    deals.value(WAITED)
    assert deals.value("copied").startswith("curl 'https://app.alohahale.ai/api/v1/deals")
    assert deals.value("document.querySelector('.copy').textContent") == "Copied"


def test_without_scripts_all_is_there_but_search_and_copy(tab: Tab) -> None:
    tab.open(DEALS.as_uri(), script=False)
    document = tab("DOM.getDocument", depth=-1)["root"]["nodeId"]

    def there(selector: str) -> int:
        return len(tab("DOM.querySelectorAll", nodeId=document, selector=selector)["nodeIds"])

    assert there(".copy") == 0
    assert there("search[hidden]") == 1
    assert there("section.operation") == 2
    tab("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["haleai/docs/index.html", "aloha/docs/webhook-events.html"])
def test_every_text_can_be_read(tab: Tab, scheme: str, page: str) -> None:
    tab.size(1440, 900)
    tab.prefer(scheme)
    tab.open((GENERATED / page).as_uri())
    seen = tab.value(CONTRAST)
    assert seen["looked"] > 80
    assert seen["poor"] == []
    picture(tab, f"{page.replace('/', '-')}-{scheme}")


@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("api", ["haleai", "haloagents", "aloha", "leadiosa"])
def test_no_page_is_wider_than_the_window(tab: Tab, api: str, width: int) -> None:
    tab.size(width, 800)
    tab.prefer("light")
    for page in sorted((GENERATED / api / "docs").glob("*.html")):
        tab.open(page.as_uri())
        assert tab.value(OVERFLOW) <= 0, page
    picture(tab, f"{api}-{width}")


def test_on_paper_there_is_the_page_alone(deals: Tab) -> None:
    deals.prefer("light", "print")
    assert not deals.value("document.querySelector('.side').checkVisibility()")
    assert not deals.value("document.querySelector('.bar').checkVisibility()")
    assert deals.value("document.querySelector('#listDeals').checkVisibility()")


def test_the_script_is_formatted() -> None:
    options = ["--indent-style=space", "--line-width=100"]
    done = ran([biome(), "format", *options, str(RUNTIME / "docs.js")], RUNTIME)
    assert done.returncode == 0, done.stderr


def test_the_script_is_typed() -> None:
    options = ["--allowJs", "--checkJs", "--noEmit", "--strict", "--noUncheckedIndexedAccess"]
    options += ["--target", "es2022", "--lib", "es2023,dom,dom.iterable", "--types", ""]
    done = ran(program("typescript-newest/bin/tsc", *options, str(RUNTIME / "docs.js")), RUNTIME)
    assert done.returncode == 0, done.stdout
