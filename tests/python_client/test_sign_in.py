"""Signing in on this machine: the browser comes back to a port of 127.0.0.1, once."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from generator.targets.python.runtime.errors import ArgumentError
from generator.targets.python.runtime.loopback import Loopback
from tests.python_client.oauth_server import Partner
from tests.python_client.packages import imported, write_package
from tests.python_client.scripted import settled

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    document = Path(__file__).with_name("partner.yaml")
    distribution = write_package(document, "partner", tmp_path_factory.mktemp("client"))
    with imported(distribution, "partner") as module:
        yield module


@pytest.fixture(params=["sync", "async"])
def partner(request: pytest.FixtureRequest, package: ModuleType) -> Partner:
    return Partner(package, request.param == "async")


class Browser:
    """Goes where it is sent, and back to the redirect URI with an answer, as a browser would."""

    def __init__(self, **answer: str) -> None:
        self.answer = answer
        self.redirect_uri = ""
        self.pages: list[httpx2.Response] = []
        self._thread: threading.Thread | None = None

    def __call__(self, url: str) -> None:
        asked = {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}
        self.redirect_uri = asked["redirect_uri"]
        back = f"{self.redirect_uri}?{urlencode({'state': asked['state'], **self.answer})}"
        self._thread = threading.Thread(target=self._visit, args=(back,))
        self._thread.start()

    def _visit(self, url: str) -> None:
        origin = url.partition("/callback")[0]
        for address in (f"{origin}/favicon.ico", url):
            self.pages.append(httpx2.get(address))

    def close(self) -> None:
        if self._thread is not None:
            self._thread.join()


@pytest.fixture
def browser() -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def make(**answer: str) -> Browser:
        opened.append(Browser(**answer))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def is_open(redirect_uri: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(redirect_uri).port or 0)) == 0


async def test_signing_in(partner: Partner, browser: Callable[..., Browser]) -> None:
    auth, visitor = partner.auth(), browser(code="aoc_c0de")
    await settled(auth.sign_in(open_browser=visitor, timeout=60))
    assert await settled(partner.client(auth=auth).things.get()) == {"ok": "access_1"}
    assert visitor.redirect_uri.startswith("http://127.0.0.1:")
    assert partner.server.forms[0]["redirect_uri"] == visitor.redirect_uri
    assert not is_open(visitor.redirect_uri)
    visitor.close()
    favicon, page = visitor.pages
    assert (favicon.status_code, page.status_code) == (404, 200)
    assert "close this page" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "server" not in page.headers


async def test_a_user_who_says_no(partner: Partner, browser: Callable[..., Browser]) -> None:
    visitor = browser(error="access_denied")
    with pytest.raises(partner.package.oauth.AccessDeniedError):
        await settled(partner.auth().sign_in(open_browser=visitor, timeout=60))
    assert not is_open(visitor.redirect_uri)


async def test_another_browser_that_comes(
    partner: Partner, browser: Callable[..., Browser]
) -> None:
    visitor = browser(state="forged", code="stolen")
    with pytest.raises(partner.package.oauth.StateMismatchError):
        await settled(partner.auth().sign_in(open_browser=visitor, timeout=60))
    assert partner.server.asked == []


async def test_a_browser_that_does_not_come_back(partner: Partner) -> None:
    seen: list[str] = []
    with pytest.raises(partner.package.oauth.SignInTimeoutError, match=r"within 0\.01 seconds"):
        await settled(partner.auth().sign_in(open_browser=seen.append, timeout=0.01))
    [redirect_uri] = parse_qs(urlsplit(seen[0]).query)["redirect_uri"]
    assert not is_open(redirect_uri)


def test_one_request_is_taken_and_no_other() -> None:
    with Loopback("http://localhost/back") as receiver:
        assert receiver.redirect_uri.startswith("http://localhost:")
        url = receiver.redirect_uri.replace("localhost", "127.0.0.1")
        answers = [httpx2.post(url), httpx2.get(url[:-1]), httpx2.get(f"{url}?code=1")]
        assert [each.status_code for each in answers] == [501, 404, 200]
        assert httpx2.get(f"{url}?code=2").status_code == 404
        assert receiver.wait(60) == "/back?code=1"
    assert not is_open(url)


def test_a_connection_that_says_nothing_keeps_nobody_waiting() -> None:
    with Loopback() as receiver:
        port = urlsplit(receiver.redirect_uri).port or 0
        with socket.create_connection(("127.0.0.1", port)):
            assert httpx2.get(f"{receiver.redirect_uri}?code=1").status_code == 200
        assert receiver.wait(60) == "/callback?code=1"


@pytest.mark.parametrize(
    "uri",
    ["https://127.0.0.1/", "http://0.0.0.0/", "http://mine.test/", "http://127.0.0.1/?a=b", "x:"],
)
def test_only_loopback_is_listened_to(uri: str) -> None:
    with pytest.raises(ArgumentError, match=r"is not http://127\.0\.0\.1"):
        Loopback(uri)


def test_a_registered_port_that_is_taken_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(OSError, match=r"in use|Only one usage"):
            Loopback(f"http://127.0.0.1:{port}/callback")
