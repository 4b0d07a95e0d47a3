"""ALOHA-04: registering apps on the control plane (RFC 6749 §2, §3.1.2; RFC 8252 §7)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.reference.conftest import Running, serving
from tests.reference.oauth import CALLBACK, SCOPES, register


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving("aloha", "haleai") as running:
        yield running


def _refused(server: Running, **changed: Any) -> str:
    body = {
        "api": "aloha",
        "tenant": "acme",
        "name": "Partner",
        "redirect_uris": [CALLBACK],
        "scopes": list(SCOPES),
    }
    response = server.call("oauth/clients", {**body, **changed})
    assert response.status_code == 400
    return str(response.json()["error"]["message"])


def test_a_public_client_has_no_secret_a_confidential_one_has(server: Running) -> None:
    public, confidential = register(server), register(server, confidential=True)
    assert public.secret is None
    assert re.fullmatch(r"aos_[A-Za-z0-9_-]{43}", confidential.secret or "")
    assert public.client_id != confidential.client_id


@pytest.mark.parametrize(
    "uri",
    [
        "https://partner.example",
        "https://partner.example:8443/callback?from=aloha",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:49152/callback",
        "http://[::1]:49152/",
        "http://localhost:3000/callback",
        "com.example.app:/oauth",
        "com.example.app://callback",
    ],
)
def test_a_redirect_uri_that_can_be_registered_can_be_used(server: Running, uri: str) -> None:
    app = register(server, redirect_uris=[CALLBACK, uri])
    separator = "&" if "?" in uri else "?"
    assert app.redirect(redirect_uri=uri).startswith(f"{uri}{separator}code=aoc_")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/callback",
        "//partner.example/callback",
        "partner.example/callback",
        "https://",
        "https:///callback",
        "https://partner.example/#",
        "https://partner.example/#fragment",
        "https://user@partner.example/",
        "https://user:password@partner.example/",
        "https://partner.example/a b",
        "https://partner.example/\r\nSet-Cookie: a=b",
        "https://partner.example/\x00",
        "https://pärtner.example/",
        "https://partner.example:port/",
        "https://[::1/",
        "http://partner.example/",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "myapp://callback",
        "ftp://partner.example/",
        "https://partner.example/" + "a" * 2_000,
    ],
)
def test_a_redirect_uri_that_cannot_be_trusted_is_not_registered(server: Running, uri: str) -> None:
    assert "redirect URI" in _refused(server, redirect_uris=[CALLBACK, uri])


@pytest.mark.parametrize(
    "changed",
    [
        {"api": "nothing"},
        {"api": "haleai"},
        {"tenant": "No Tenant"},
        {"name": ""},
        {"name": None},
        {"redirect_uris": []},
        {"redirect_uris": CALLBACK},
        {"scopes": []},
        {"scopes": ["read", "admin"]},
        {"scopes": "read"},
        {"confidential": "yes"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_wrong_registration_is_400_with_a_sentence(
    server: Running, changed: dict[str, Any]
) -> None:
    assert _refused(server, **changed).endswith(".")


def test_the_calls_are_there_where_an_api_has_oauth() -> None:
    for api, status in (("aloha", 400), ("haleai", 501)):
        with serving(api) as running:
            listed = running.control("capabilities")["calls"]
            for call in ("oauth/clients", "oauth/approve"):
                assert (f"POST {call}" in listed) == (status == 400)
                assert running.call(call, {}).status_code == status
