"""ALOHA-04: the authorization endpoint (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 9700 §2.1)."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.reference.conftest import Running, serving
from tests.reference.oauth import CALLBACK, App, answer_of, refusal, register

STATE = "af0 if+js/ö=&?#<\"'>"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving("aloha") as running:
        yield running


@pytest.fixture(scope="module")
def app(server: Running) -> App:
    return register(server)


def test_a_good_request_shows_the_user_what_is_asked(app: App) -> None:
    response = app.authorize(app.request(scope="read write", state=STATE))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Partner" in response.text
    assert CALLBACK in response.text


def test_the_page_cannot_be_framed_run_anything_or_tell_where_it_was(app: App) -> None:
    """RFC 9700 §4.16 (clickjacking), §4.2.4 (referrer)."""
    headers = app.authorize(app.request()).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_shows_an_app_as_text(server: Running) -> None:
    hostile = "<script>alert(1)</script>&\"'"
    uri = "https://partner.example/?a=1&b='2'"
    app = register(server, name=hostile, redirect_uris=[uri])
    text = app.authorize(app.request(redirect_uri=uri, state=hostile)).text
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#x27;" in text
    assert "?a=1&amp;b=&#x27;2&#x27;" in text


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": None},
        {"client_id": ""},
        {"client_id": "app_nobodys"},
        {"client_id": "app_\x00"},
        {"redirect_uri": None},
        {"redirect_uri": ""},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": CALLBACK.partition("?")[0]},
        {"redirect_uri": CALLBACK + "&more=1"},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK + "#fragment"},
        {"redirect_uri": CALLBACK.upper()},
        {"redirect_uri": CALLBACK.replace("partner.example", "partner.example:443")},
        {"redirect_uri": CALLBACK.replace("callback", "%63allback")},
        {"redirect_uri": CALLBACK.replace("callback", "x/../callback")},
        {"redirect_uri": " " + CALLBACK},
    ],
    ids=str,
)
def test_an_unknown_client_or_redirect_uri_sends_nobody_anywhere(
    app: App, changed: dict[str, str | None]
) -> None:
    """RFC 6749 §4.1.2.1, RFC 9700 §4.1.3."""
    response = app.authorize(app.request(**changed))
    assert refusal(response) == (400, "invalid_request")
    assert "Location" not in response.headers


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_client_or_redirect_uri_sends_nobody_anywhere(app: App, name: str) -> None:
    response = app.authorize([*app.request().items(), (name, app.request()[name])])
    assert refusal(response) == (400, "invalid_request")
    assert response.json()["error_description"] == f"The parameter {name} is repeated."


def test_another_apps_redirect_uri_sends_nobody_anywhere(server: Running, app: App) -> None:
    other = register(server, redirect_uris=["https://other.example/"])
    response = app.authorize(app.request(redirect_uri="https://other.example/"))
    assert refusal(response) == (400, "invalid_request")
    assert other.authorize(other.request(redirect_uri="https://other.example/")).is_success


@pytest.mark.parametrize(
    ("registered", "asked", "granted"),
    [
        ("http://127.0.0.1:8765/back?to=1", "http://127.0.0.1:50123/back?to=1", True),
        ("http://127.0.0.1/back", "http://127.0.0.1:50123/back", True),
        ("http://[::1]:8765/back", "http://[::1]:1/back", True),
        ("http://127.0.0.1:8765/back", "http://127.0.0.1:8765/front", False),
        ("http://127.0.0.1:8765/back", "http://[::1]:8765/back", False),
        ("http://127.0.0.1:8765/back", "http://me@127.0.0.1:8765/back", False),
        ("http://localhost:8765/back", "http://localhost:50123/back", False),
        ("https://127.0.0.1:8765/back", "https://127.0.0.1:50123/back", False),
        ("https://partner.example:8765/back", "https://partner.example:50123/back", False),
    ],
)
def test_only_the_port_of_a_loopback_address_may_be_any(
    server: Running, registered: str, asked: str, granted: bool
) -> None:
    app = register(server, redirect_uris=[registered])
    response = app.authorize(app.request(redirect_uri=asked))
    assert response.is_success is granted, response.text


REDIRECTED = [
    ({"response_type": None}, "invalid_request"),
    ({"response_type": ""}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code token"}, "unsupported_response_type"),
    ({"response_type": "CODE"}, "unsupported_response_type"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": ""}, "invalid_request"),
    ({"code_challenge": "c" * 42}, "invalid_request"),
    ({"code_challenge": "c" * 44}, "invalid_request"),
    ({"code_challenge": "c" * 42 + "="}, "invalid_request"),
    ({"code_challenge": "c" * 42 + "+"}, "invalid_request"),
    ({"code_challenge": "c" * 43 + "\n"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": "s256"}, "invalid_request"),
    ({"scope": "admin"}, "invalid_scope"),
    ({"scope": "read admin"}, "invalid_scope"),
    ({"scope": "READ"}, "invalid_scope"),
    ({"scope": "read,write"}, "invalid_scope"),
    ({"scope": "read  write"}, "invalid_scope"),
    ({"scope": " read"}, "invalid_scope"),
    ({"scope": "read\twrite"}, "invalid_scope"),
]


@pytest.mark.parametrize(("changed", "code"), REDIRECTED, ids=str)
def test_any_other_fault_is_told_to_the_redirect_uri(
    app: App, changed: dict[str, str | None], code: str
) -> None:
    """RFC 6749 §4.1.2.1, RFC 7636 §4.4.1."""
    response = app.authorize(app.request(state=STATE, **changed))
    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "no-store"
    answer = answer_of(response.headers["Location"])
    assert (answer["error"], answer["state"]) == (code, STATE)
    assert re.fullmatch(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+", answer["error_description"])
    assert answer.keys() == {"error", "error_description", "state"}


@pytest.mark.parametrize("changed", [changed for changed, _ in REDIRECTED], ids=str)
def test_who_approves_is_told_the_same_faults(app: App, changed: dict[str, Any]) -> None:
    sent = app.authorize(app.request(state=STATE, **changed)).headers["Location"]
    assert app.redirect(state=STATE, **changed) == sent


@pytest.mark.parametrize(
    "name", ["response_type", "scope", "code_challenge", "code_challenge_method"]
)
def test_a_repeated_parameter_is_told_to_the_redirect_uri(app: App, name: str) -> None:
    request = app.request(scope="read", state="s")
    response = app.authorize([*request.items(), (name, request[name])])
    assert response.status_code == 302
    answer = answer_of(response.headers["Location"])
    assert (answer["error"], answer["state"]) == ("invalid_request", "s")


def test_a_repeated_state_is_not_returned(app: App) -> None:
    response = app.authorize([*app.request(state="a").items(), ("state", "b")])
    answer = answer_of(response.headers["Location"])
    assert answer["error"] == "invalid_request"
    assert "state" not in answer


def test_unknown_parameters_are_ignored(app: App) -> None:
    """RFC 6749 §3.1; a resource may be repeated (RFC 8707 §2)."""
    more = [("resource", "https://a.example"), ("resource", "https://b.example"), ("nonce", "1")]
    assert app.authorize([*app.request().items(), *more]).status_code == 200


def test_an_app_cannot_ask_for_more_than_it_is_registered_for(server: Running) -> None:
    app = register(server, scopes=["read"])
    assert answer_of(app.redirect(scope="read write"))["error"] == "invalid_scope"
    assert "code" in answer_of(app.redirect(scope="read"))


def test_the_state_comes_back_as_it_came(app: App) -> None:
    for state in (STATE, "0", " ", "%20", "a" * 2_000):
        answer = answer_of(app.redirect(state=state))
        assert answer["state"] == state
        assert answer.keys() == {"code", "state"}


def test_without_state_none_comes_back(app: App) -> None:
    assert answer_of(app.redirect()).keys() == {"code"}


def test_a_user_who_says_no_is_access_denied(app: App) -> None:
    answer = answer_of(app.redirect(deny=True, state="s"))
    assert (answer["error"], answer["state"]) == ("access_denied", "s")
    assert "code" not in answer


def test_who_approves_needs_a_known_client_and_redirect_uri(app: App) -> None:
    for changed in ({"client_id": "app_x"}, {"redirect_uri": "https://evil.example/"}):
        url = f"/aloha/oauth/authorize?{urlencode(app.request(**changed))}"
        body = {"api": "aloha", "tenant": "acme", "url": url}
        assert app.server.call("oauth/approve", body).status_code == 400


def test_who_approves_needs_an_authorize_url(app: App) -> None:
    query = urlencode(app.request())
    for url in ("", f"/aloha/oauth/token?{query}", f"?{query}", "http://[/oauth/authorize"):
        body = {"api": "aloha", "tenant": "acme", "url": url}
        assert app.server.call("oauth/approve", body).status_code == 400


def test_codes_differ_and_are_long_enough_not_to_be_guessed(app: App) -> None:
    """RFC 6749 §10.10: 128 bits at least, and these have 43 characters of base64url."""
    codes = {app.code() for _ in range(5)}
    assert len(codes) == 5
    assert all(re.fullmatch(r"aoc_[A-Za-z0-9_-]{43}", code) for code in codes)


def test_head_is_get_without_the_page(app: App) -> None:
    response = app.server.send("HEAD", "/oauth/authorize", None, params=app.request())
    assert (response.status_code, response.content) == (200, b"")


def test_the_endpoint_takes_no_post(app: App) -> None:
    response = app.server.send("POST", "/oauth/authorize", None, params=app.request())
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


def test_the_documented_request_shows_the_page_after_a_reset_too() -> None:
    """The app of the contract's examples is registered."""
    with serving("aloha") as server:
        for _ in range(2):
            app = App(server, "app_01HWM9J4RB6TYE")
            request = app.request(redirect_uri="https://partner.example/callback")
            assert app.authorize({**request, "scope": "read write"}).status_code == 200
            server.control("seed", {"api": "aloha", "tenants": ["acme"], "rows": 3})
            server.control("reset", {})
