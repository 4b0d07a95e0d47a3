"""OAuth as a contract declares it: the flow, the tokens, and what keeps them, in both flavours."""

from __future__ import annotations

import base64
import hashlib
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.python_client.oauth_server import APP, REDIRECT, SECRET, Partner, came_back
from tests.python_client.packages import imported, write_package
from tests.python_client.scripted import json_answer, settled

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


def refused(error: str, description: str = "", status: int = 400) -> httpx2.Response:
    return json_answer({"error": error, "error_description": description}, status)


async def test_the_user_is_asked_as_the_contract_says(partner: Partner) -> None:
    asked = partner.auth(scopes=["read", "write"]).start(REDIRECT)
    url = urlsplit(asked.url)
    told = {name: value for name, [value] in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://sign-in.partner.test/authorize"
    digest = hashlib.sha256(asked.verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert told == {
        "tenant": "1",
        "response_type": "code",
        "client_id": APP,
        "redirect_uri": REDIRECT,
        "scope": "read write",
        "state": asked.state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    assert len(asked.verifier) >= 43
    again = partner.auth(scopes="read write").start(REDIRECT)
    assert (again.state, again.verifier) != (asked.state, asked.verifier)
    assert again.scopes == asked.scopes
    assert asked.state not in repr(asked)
    assert asked.verifier not in repr(asked)


async def test_the_code_is_exchanged_and_the_token_used(partner: Partner) -> None:
    auth = partner.auth()
    asked = await partner.sign_in(auth)
    assert partner.server.forms == [
        {
            "grant_type": "authorization_code",
            "code": "aoc_c0de",
            "redirect_uri": REDIRECT,
            "code_verifier": asked.verifier,
            "client_id": APP,
        }
    ]
    assert "authorization" not in partner.server.asked[0].headers
    client = partner.client(auth=auth)
    assert await settled(client.things.get()) == {"ok": "access_1"}
    tokens = await settled(auth.tokens())
    assert (tokens.refresh_token, tokens.expires_at) == ("refresh_1", partner.clock.now + 3600)
    assert "access_1" not in repr(tokens) + repr(auth) + repr(client)


async def test_an_app_with_a_secret_proves_itself_by_http_basic(partner: Partner) -> None:
    await partner.sign_in(partner.auth(client_secret=SECRET))
    request = partner.server.asked[0]
    pair = base64.b64encode(b"app_1:aos_s3cr%26t%25").decode()
    assert request.headers["authorization"] == f"Basic {pair}"
    assert "client_id" not in partner.server.forms[0]


ANSWERS = [
    ({}, "StateMismatchError", "another state"),
    ({"state": "forged", "code": "c"}, "StateMismatchError", "another state"),
    ({"state": "", "error": "access_denied"}, "StateMismatchError", "another state"),
    ({"error": "access_denied", "error_description": "No."}, "AccessDeniedError", "denied .No."),
    ({"error": "invalid_scope"}, "OAuthError", "invalid_scope"),
    ({"code": ""}, "OAuthError", "neither a code nor an error"),
]


@pytest.mark.parametrize(("answer", "error", "what"), ANSWERS)
async def test_what_else_the_browser_comes_back_with(
    partner: Partner, answer: dict[str, str], error: str, what: str
) -> None:
    auth = partner.auth()
    asked = auth.start(REDIRECT)
    url = came_back(asked, **answer) if answer else REDIRECT
    with pytest.raises(partner.package.oauth.OAuthError, match=what) as caught:
        await settled(auth.finish(asked, url))
    assert type(caught.value).__name__ == error
    assert partner.server.asked == []
    assert asked.state not in repr(caught.value)


async def test_a_parameter_that_is_there_twice_is_refused(partner: Partner) -> None:
    auth = partner.auth()
    asked = auth.start(REDIRECT)
    with pytest.raises(partner.package.oauth.OAuthError, match="twice"):
        await settled(auth.finish(asked, f"{came_back(asked, code='a')}&code=b"))


REFUSALS: list[tuple[httpx2.Response | Exception, str, str]] = [
    (refused("invalid_grant", "used: aoc_c0de"), "SignInRequiredError", "invalid_grant .used: …"),
    (refused("invalid_client", SECRET, 401), "OAuthError", "invalid_client"),
    (httpx2.Response(503, text="<html>busy"), "OAuthError", "answered with status 503"),
    (httpx2.Response(302, headers={"location": "https://x.test"}), "OAuthError", "status 302"),
    (httpx2.Response(200, text="<html>"), "OAuthError", "is not a token"),
    (httpx2.Response(200, content=b"\xff"), "OAuthError", "is not a token"),
    (json_answer({"token_type": "bearer"}), "OAuthError", "access_token"),
    (json_answer({"access_token": "a", "token_type": "mac"}), "OAuthError", "no bearer token"),
    (httpx2.ConnectError("refused"), "APIConnectionError", "did not answer: refused"),
    (httpx2.ReadTimeout("slow"), "APITimeoutError", "did not answer: slow"),
]


@pytest.mark.parametrize(("refusal", "error", "what"), REFUSALS)
async def test_a_refusal_is_typed_and_tells_no_secret(
    partner: Partner, refusal: httpx2.Response | Exception, error: str, what: str
) -> None:
    partner.server.refusals = [refusal]
    auth = partner.auth(client_secret=SECRET)
    asked = auth.start(REDIRECT)
    with pytest.raises(partner.package.APIError, match=what) as caught:
        await settled(auth.finish(asked, came_back(asked, code="aoc_c0de")))
    failure: BaseException | None = caught.value
    assert type(failure).__name__ == error
    assert str(pickle.loads(pickle.dumps(failure))) == str(failure)  # noqa: S301  our own
    while failure is not None:
        told = f"{failure!r} {failure} {vars(failure)}"
        assert not [each for each in ("aoc_c0de", SECRET, asked.verifier) if each in told]
        assert not isinstance(getattr(failure, "request", None), httpx2.Request)
        failure = failure.__cause__ or failure.__context__


async def test_an_answer_of_the_looser_kind_is_read(partner: Partner) -> None:
    partner.server.refusals = [json_answer({"access_token": "a", "expires_in": "60"}, 201)]
    auth = partner.auth(scopes=["read"])
    await partner.sign_in(auth)
    tokens = await settled(auth.tokens())
    assert (tokens.refresh_token, tokens.scopes) == ("", ("read",))
    assert tokens.expires_at == partner.clock.now + 60


async def test_a_token_is_renewed_before_it_expires(partner: Partner) -> None:
    auth = partner.auth()
    await partner.sign_in(auth)
    client = partner.client(auth=auth)
    partner.clock.now += 3600 - 29
    assert await settled(client.things.get()) == {"ok": "access_2"}
    assert partner.server.calls == ["access_2"]
    assert str(partner.server.asked[1].url) == "https://partner.test/api/oauth/refresh"
    assert partner.server.forms[1] == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh_1",
        "client_id": APP,
    }


async def test_a_token_that_is_refused_is_renewed_once_and_the_call_repeated(
    partner: Partner,
) -> None:
    auth = partner.auth()
    await partner.sign_in(auth)
    partner.server.granted = 7
    assert await settled(partner.client(auth=auth).things.get()) == {"ok": "access_8"}
    assert partner.server.calls == ["access_1", "access_8"]
    assert len(partner.server.asked) == 2


async def test_without_a_refresh_token_the_refusal_stands(partner: Partner) -> None:
    partner.server.extra = {"refresh_token": None}
    auth = partner.auth()
    await partner.sign_in(auth)
    partner.server.granted = 7
    with pytest.raises(partner.package.AuthenticationError):
        await settled(partner.client(auth=auth).things.get())
    assert len(partner.server.asked) == 1


async def test_the_refresh_token_stays_where_no_new_one_is_given(partner: Partner) -> None:
    auth = partner.auth()
    await partner.sign_in(auth)
    partner.server.extra = {"refresh_token": None}
    client = partner.client(auth=auth)
    for n in (1, 2):
        partner.server.granted += 1
        assert await settled(client.things.get()) == {"ok": f"access_{1 + 2 * n}"}
    assert [form.get("refresh_token") for form in partner.server.forms[1:]] == ["refresh_1"] * 2


async def test_a_call_that_is_refused_twice_is_not_repeated_for_ever(partner: Partner) -> None:
    auth = partner.auth()
    await partner.sign_in(auth)
    client = partner.client(auth=auth)

    def expire(_: str) -> None:
        partner.server.granted += 1

    partner.server.before_call = expire
    with pytest.raises(partner.package.AuthenticationError):
        await settled(client.things.get())
    assert (len(partner.server.calls), len(partner.server.asked)) == (2, 2)


async def test_a_grant_that_is_gone_asks_for_the_user_and_not_the_server_again(
    partner: Partner,
) -> None:
    auth = partner.auth()
    await partner.sign_in(auth)
    partner.clock.now += 4000
    partner.server.refusals = [refused("invalid_grant")]
    client = partner.client(auth=auth)
    for _ in range(3):
        with pytest.raises(partner.package.oauth.SignInRequiredError):
            await settled(client.things.get())
    assert (len(partner.server.asked), partner.server.calls) == (2, [])
    await partner.sign_in(auth)
    assert await settled(client.things.get()) == {"ok": "access_2"}


async def test_nobody_signed_in(partner: Partner) -> None:
    with pytest.raises(partner.package.oauth.SignInRequiredError, match="has to sign in"):
        await settled(partner.client(auth=partner.auth()).things.get())
    assert partner.server.asked == []


async def test_signing_out_gives_the_grant_back(partner: Partner) -> None:
    auth = partner.auth()
    await settled(auth.sign_out())
    assert partner.server.asked == []
    await partner.sign_in(auth)
    await settled(auth.sign_out())
    assert await settled(auth.tokens()) is None
    assert str(partner.server.asked[1].url) == "https://partner.test/api/oauth/revoke"
    told = {"token": "refresh_1", "token_type_hint": "refresh_token", "client_id": APP}
    assert partner.server.forms[1] == told


async def test_an_app_gets_tokens_of_its_own(partner: Partner) -> None:
    auth = partner.auth("MachinesClientCredentials", client_secret=SECRET, scopes="all of it")
    client = partner.client(auth_2=auth)
    assert await settled(client.things.report()) == {"ok": "access_1"}
    assert str(partner.server.asked[0].url) == "https://machines.test/token"
    assert partner.server.forms[0] == {"grant_type": "client_credentials", "scope": "all of it"}
    partner.server.granted = 8
    assert await settled(client.things.report()) == {"ok": "access_9"}
    partner.clock.now += 4000
    assert await settled(client.things.report()) == {"ok": "access_10"}
    assert len(partner.server.asked) == 3


async def test_a_client_takes_a_token_or_what_gets_it_tokens(partner: Partner) -> None:
    with pytest.raises(partner.package.ArgumentError, match="not both"):
        partner.client(access_token=lambda: "a", auth=partner.auth())


@pytest.mark.parametrize(
    ("base_url", "is_fine"),
    [
        ("http://partner.test", False),
        ("http://127.0.0.1.partner.test", False),
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("https://staging.test", True),
    ],
)
async def test_tokens_travel_by_https_only(partner: Partner, base_url: str, is_fine: bool) -> None:
    if not is_fine:
        with pytest.raises(partner.package.ArgumentError, match="https"):
            partner.auth(base_url=base_url)
        return
    await partner.sign_in(partner.auth(base_url=base_url))
    assert str(partner.server.asked[0].url) == f"{base_url}/oauth/token"


def test_a_client_that_signs_nobody_in_does_not_pay_for_it(package: ModuleType) -> None:
    assert package.__file__ is not None
    code = "import sys, partner; partner.Partner(access_token='a').things; print(*sys.modules)"
    loaded = subprocess.check_output(  # noqa: S603  our own code
        [sys.executable, "-c", code], cwd=Path(package.__file__).parents[1], text=True
    ).split()
    own = [name for name in loaded if name.startswith("partner")]
    assert not [name for name in own if "oauth" in name or "token" in name or "loopback" in name]
    assert {"webbrowser", "http.server", "socketserver"}.isdisjoint(loaded)


def test_every_flow_has_its_classes(package: ModuleType) -> None:
    flows: Any = ["OauthOAuth", "OauthClientCredentials", "MachinesClientCredentials"]
    named = {f"{prefix}{flow}" for flow in flows for prefix in ("", "Async")}
    assert named <= set(package.oauth.__all__)
