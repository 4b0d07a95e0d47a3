"""ALOHA-04: codes at the token endpoint (RFC 6749 §4.1.3, §5; RFC 7636 §4.5, §4.6)."""

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import quote_plus

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.conftest import Running, serving
from tests.reference.oauth import CALLBACK, FORM, App, basic, new_verifier, refusal, register

UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
VERIFIERS = st.text(UNRESERVED, min_size=43, max_size=128)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving("aloha") as running:
        yield running


@pytest.fixture(scope="module")
def app(server: Running) -> App:
    return register(server)


@pytest.fixture(scope="module")
def confidential(server: Running) -> App:
    return register(server, confidential=True)


def test_a_code_becomes_an_access_token_and_a_refresh_token(app: App) -> None:
    response = app.redeem(app.code(scope="write read"))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    token = response.json()
    assert re.fullmatch(r"aoa_[A-Za-z0-9_-]{43}", token["access_token"])
    assert re.fullmatch(r"aor_[A-Za-z0-9_-]{43}", token["refresh_token"])
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)
    assert token["scope"] == "read write"
    assert app.works(token["access_token"])


def test_without_scope_an_app_gets_read(app: App) -> None:
    location = app.redirect()
    code = location.rpartition("code=")[2]
    assert app.redeem(code).json()["scope"] == "read"


def test_nobody_keeps_an_answer_of_the_token_endpoint(app: App) -> None:
    """RFC 6749 §5.1."""
    for response in (app.redeem(app.code()), app.redeem("aoc_nobodys"), app.post(b"")):
        assert response.headers["Cache-Control"] == "no-store"
    assert app.redeem(app.code()).headers["Pragma"] == "no-cache"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "AUTHORIZATION_CODE"}, "unsupported_grant_type"),
        ({"client_id": None}, "invalid_request"),
        ({"code": None}, "invalid_request"),
        ({"code": "aoc_nobodys"}, "invalid_grant"),
        ({"code": "\x00ü"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": "https://partner.example/"}, "invalid_grant"),
        ({"redirect_uri": CALLBACK + "/"}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "v" * 42}, "invalid_request"),
        ({"code_verifier": "v" * 129}, "invalid_request"),
        ({"code_verifier": "v" * 42 + "+"}, "invalid_request"),
        ({"code_verifier": "v" * 43 + "\n"}, "invalid_request"),
        ({"code_verifier": "v" * 44}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_code_request(
    app: App, changed: dict[str, str | None], code: str
) -> None:
    """RFC 6749 §5.2. What was refused did no harm: the code still works."""
    granted = app.code()
    assert refusal(app.redeem(granted, **changed)) == (400, code)
    assert app.redeem(granted).status_code == 200


def test_a_refusal_does_not_repeat_what_was_sent(app: App) -> None:
    for sent in ("aoc_nobodys", "<b>"):
        assert sent not in app.redeem(sent).text
        assert sent not in app.redeem(app.code(), grant_type=sent).text


@pytest.mark.parametrize(
    "name", ["grant_type", "client_id", "code", "redirect_uri", "code_verifier"]
)
def test_a_repeated_parameter_is_an_invalid_request(app: App, name: str) -> None:
    """RFC 6749 §3.2."""
    form = app.redemption(app.code())
    response = app.post([*form.items(), (name, form[name])])
    assert refusal(response) == (400, "invalid_request")
    assert response.json()["error_description"] == f"The parameter {name} is repeated."


def test_unknown_parameters_are_ignored(app: App) -> None:
    form = app.redemption(app.code())
    more = [("resource", "https://a.example"), ("resource", "https://b.example"), ("x", "")]
    assert app.post([*form.items(), *more]).status_code == 200


def test_parameters_in_the_query_do_not_count(app: App) -> None:
    """RFC 6749 §3.2: they are in the body."""
    form = app.redemption(app.code())
    headers = {"Content-Type": FORM}
    response = app.server.send(
        "POST", "/oauth/token", None, params=form, headers=headers, content="x=1"
    )
    assert refusal(response) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", FORM),
        (b"grant_type=%FF", FORM),
        (b'{"grant_type": "refresh_token"}', "application/json"),
        (b"grant_type=refresh_token", "text/plain"),
        (b"&" * 5_000, FORM),
    ],
)
def test_what_is_no_form_is_an_invalid_request(app: App, content: bytes, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    response = app.server.send("POST", "/oauth/token", None, headers=headers, content=content)
    assert refusal(response) == (400, "invalid_request")


def test_the_token_endpoint_takes_no_get(app: App) -> None:
    """RFC 6749 §3.2."""
    response = app.server.send("GET", "/oauth/token", None, params=app.redemption(app.code()))
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"


def test_a_code_is_its_clients_own(server: Running, app: App, confidential: App) -> None:
    code = app.code()
    for other in (register(server), confidential):
        assert refusal(other.redeem(code)) == (400, "invalid_grant")
    assert app.redeem(code).status_code == 200


def test_a_code_of_one_redirect_uri_is_not_good_for_another(server: Running) -> None:
    second = "https://partner.example/second"
    app = register(server, redirect_uris=[CALLBACK, second])
    assert refusal(app.redeem(app.code(), redirect_uri=second)) == (400, "invalid_grant")


def test_a_code_lives_for_ten_minutes(app: App) -> None:
    early, late = app.code(), app.code()
    app.server.advance(599.9)
    assert app.redeem(early).status_code == 200
    app.server.advance(0.1)
    assert refusal(app.redeem(late)) == (400, "invalid_grant")


def test_a_code_that_is_used_again_revokes_what_it_gave(app: App) -> None:
    """RFC 6749 §4.1.2."""
    code = app.code()
    token = app.redeem(code).json()
    assert app.works(token["access_token"])
    assert refusal(app.redeem(code)) == (400, "invalid_grant")
    assert not app.works(token["access_token"])
    assert refusal(app.refresh(token["refresh_token"])) == (400, "invalid_grant")


def test_a_code_used_again_revokes_what_came_of_refreshing_too(app: App) -> None:
    code = app.code()
    first = app.redeem(code).json()
    second = app.refresh(first["refresh_token"]).json()
    app.server.advance(3_000)
    assert refusal(app.redeem(code)) == (400, "invalid_grant")
    assert not app.works(second["access_token"])


def test_a_code_used_again_by_another_client_revokes_nothing(server: Running, app: App) -> None:
    code = app.code()
    token = app.redeem(code).json()
    assert refusal(register(server).redeem(code)) == (400, "invalid_grant")
    assert app.works(token["access_token"])


def test_a_code_used_again_revokes_no_other_grant(app: App) -> None:
    other, code = app.tokens(), app.code()
    app.redeem(code)
    app.redeem(code)
    assert app.works(other["access_token"])


def test_of_twenty_at_once_one_gets_tokens(app: App) -> None:
    form = app.redemption(app.code())
    transport = httpx2.ASGITransport(app.server.origin)

    async def all_at_once() -> list[httpx2.Response]:
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            sent = (client.post("/aloha/oauth/token", data=form) for _ in range(20))
            return await asyncio.gather(*sent)

    responses = app.server.run(all_at_once())
    assert sorted(response.status_code for response in responses) == [200] + [400] * 19
    granted = next(r.json() for r in responses if r.status_code == 200)
    assert not app.works(granted["access_token"])


@given(VERIFIERS, VERIFIERS)
@settings(max_examples=30, deadline=None)
def test_only_the_verifier_that_the_challenge_was_made_of_redeems_a_code(
    app: App, verifier: str, other: str
) -> None:
    """RFC 7636 §4.6."""
    code = app.code(verifier)
    if other != verifier:
        assert refusal(app.redeem(code, code_verifier=other)) == (400, "invalid_grant")
    assert app.redeem(code, code_verifier=verifier).status_code == 200


def test_the_challenge_itself_is_no_verifier(app: App) -> None:
    """The method is S256, whatever the verifier looks like."""
    challenge = new_verifier()
    code = app.redirect(code_challenge=challenge).rpartition("code=")[2]
    assert refusal(app.redeem(code, code_verifier=challenge)) == (400, "invalid_grant")


def test_a_confidential_client_sends_its_secret_in_the_body_or_by_basic(confidential: App) -> None:
    """RFC 6749 §2.3.1."""
    app, secret = confidential, confidential.secret or ""
    assert app.redeem(app.code()).status_code == 200
    by_basic = app.redemption(app.code(), client_id=None, client_secret=None)
    assert app.post(by_basic, basic(app.client_id, secret)).status_code == 200
    twice_named = app.redemption(app.code(), client_secret=None)
    assert app.post(twice_named, basic(app.client_id, secret)).status_code == 200
    encoded = basic(quote_plus(app.client_id), f"%{ord(secret[0]):02X}{secret[1:]}")
    form = app.redemption(app.code(), client_id=None, client_secret=None)
    assert app.post(form, encoded.replace("Basic", "bAsIc")).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !",
        "Basic /w==",
        "Basic YXBw",
        basic("app_nobodys", "secret"),
        basic("app_\x00", "%zz"),
        basic("%FF", "secret"),
        "Bearer aoa_token",
        "Digest username=app",
    ],
)
def test_a_client_that_fails_by_header_is_asked_for_basic(
    confidential: App, authorization: str
) -> None:
    """RFC 6749 §5.2."""
    form = confidential.redemption(confidential.code(), client_id=None, client_secret=None)
    response = confidential.post(form, authorization)
    assert refusal(response) == (401, "invalid_client")
    assert response.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("secret", [None, "aos_wrong", "ü", "\x00"])
def test_a_confidential_client_needs_its_secret(confidential: App, secret: str | None) -> None:
    app = confidential
    in_body = app.redemption(app.code(), client_secret=secret)
    by_basic = app.redemption(app.code(), client_secret=None)
    for response in (
        app.post(in_body),
        app.post(by_basic, basic(app.client_id, secret or "")),
    ):
        assert refusal(response) == (401, "invalid_client")
        assert response.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("client_id", ["app_nobodys", "\x00", "ü", "' OR 1=1 --"])
def test_an_unknown_client_is_an_invalid_client(app: App, client_id: str) -> None:
    form = app.redemption(app.code(), client_id=client_id)
    assert refusal(app.post(form)) == (401, "invalid_client")


def test_a_public_client_has_no_secret_to_send(app: App) -> None:
    form = app.redemption(app.code(), client_secret="anything")  # noqa: S106 - there is none
    assert refusal(app.post(form)) == (401, "invalid_client")
    named = app.redemption(app.code())
    assert refusal(app.post(named, basic(app.client_id, ""))) == (401, "invalid_client")


def test_two_ways_to_authenticate_are_an_invalid_request(confidential: App) -> None:
    """RFC 6749 §2.3."""
    form = confidential.redemption(confidential.code())
    authorization = basic(confidential.client_id, confidential.secret or "")
    assert refusal(confidential.post(form, authorization)) == (400, "invalid_request")


def test_two_clients_in_one_request_are_an_invalid_request(app: App, confidential: App) -> None:
    form = app.redemption(app.code())
    authorization = basic(confidential.client_id, confidential.secret or "")
    assert refusal(app.post(form, authorization)) == (400, "invalid_request")
