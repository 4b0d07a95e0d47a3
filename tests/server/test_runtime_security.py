"""Security: any of, all of, optional; before validation; from the right place only."""

from __future__ import annotations

import logging
from base64 import b64encode

import httpx2
import pytest

from generator.targets.server.runtime import ContractError
from tests.server.parcels import SECURITY, Parcels, build, call, contract, refusal

PARCELS = Parcels()
APP = build(PARCELS)


def ask(path: str, authorization: str = "", **headers: str) -> httpx2.Response:
    sent = {"Authorization": authorization}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return call(APP, "GET", path, headers=sent)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic good", "good", "Bearer good good", "Bearer bad", "Bearergood"],
)
def test_a_missing_malformed_or_unknown_token_is_401(authorization: str) -> None:
    response = ask("/parcels", authorization)
    refusal(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_is_case_insensitive(scheme: str) -> None:
    assert ask("/parcels", f"{scheme} good").status_code == 200


def test_two_authorization_headers_are_401() -> None:
    headers = httpx2.Headers([("Authorization", "Bearer good"), ("Authorization", "Bearer good")])
    refusal(call(APP, "GET", "/parcels", headers=headers), 401)


def test_a_token_elsewhere_is_not_one() -> None:
    refusal(ask("/parcels?access_token=good"), 401)
    refusal(ask("/parcels", Cookie="access_token=good"), 401)


@pytest.mark.parametrize("path", ["/parcels?limit=x", "/parcels?colour=red", "/parcels/abc"])
def test_security_comes_before_validation(path: str) -> None:
    refusal(ask(path, "Bearer bad"), 401)
    refusal(ask(path, "Bearer good"), 400)


def test_routing_comes_before_security() -> None:
    refusal(ask("/nowhere"), 404)
    refusal(call(APP, "PATCH", "/parcels", headers={"Authorization": ""}), 405)


def test_a_token_function_that_raises_is_401_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = ask("/parcels", "Bearer broken")
    assert "signature" not in refusal(response, 401)
    assert [record.message for record in caplog.records] == ["security_function_failed"]


def test_either_scheme_is_enough() -> None:
    assert ask("/either", X_Key="good").json() == {"principal": "bob"}
    assert ask("/either", "Bearer good").json() == {"principal": "ann"}
    assert ask("/either", "Bearer good", X_Key="bad").json() == {"principal": "ann"}
    refusal(ask("/either", "Bearer bad", X_Key="bad"), 401)
    refusal(ask("/either"), 401)


def test_a_known_caller_without_permission_is_403() -> None:
    refusal(ask("/either", "Bearer narrow", X_Key="bad"), 403)


def test_both_schemes_are_needed_and_the_first_names_the_caller() -> None:
    assert ask("/both", "Bearer good", X_Key="good").json() == {"principal": "ann"}
    refusal(ask("/both", "Bearer good"), 401)
    refusal(ask("/both", X_Key="good"), 401)
    refusal(ask("/both", "Bearer good", X_Key="bad"), 401)


def test_a_scheme_is_not_asked_about_a_credential_that_is_not_there() -> None:
    asked = []

    async def trusting(value: str, request: object) -> str:
        asked.append(value)
        return "bob"

    app = build(security={**SECURITY, "key": trusting})
    refusal(call(app, "GET", "/both"), 401)
    assert not asked


def test_client_certificates_are_refused_at_build() -> None:
    document = contract()
    document["components"]["securitySchemes"]["key"] = {"type": "mutualTLS"}
    with pytest.raises(ContractError, match="TLS's own"):
        build(document=document)


def test_optional_security_takes_no_credential_or_a_good_one() -> None:
    assert ask("/maybe").json() == {"principal": None}
    assert ask("/maybe", "Bearer good").json() == {"principal": "ann"}


@pytest.mark.parametrize("authorization", ["Bearer bad", "Bearer broken", "Bearer", "Basic x"])
def test_optional_security_refuses_a_bad_credential(authorization: str) -> None:
    refusal(ask("/maybe", authorization), 401)


def test_no_security_looks_at_no_credential() -> None:
    response = ask("/menu", "Bearer bad")
    assert response.json() == {"principal": None}
    assert "cache-control" not in response.headers


def test_basic_credentials_are_decoded() -> None:
    login = b64encode("ann:sé:cret".encode()).decode()
    assert ask("/login", f"basic {login}").json() == {"principal": "ann"}
    for wrong in ("Basic", "Basic !", f"Basic {b64encode(b'ann').decode()}"):
        refusal(ask("/login", wrong), 401)


def test_a_credential_of_other_bytes_is_401() -> None:
    for scheme in (b"Basic", b"Bearer"):
        headers = httpx2.Headers([(b"Authorization", scheme + b" \xff")])
        refusal(
            call(APP, "GET", "/login" if scheme == b"Basic" else "/parcels", headers=headers), 401
        )


def test_required_scopes_are_told_to_the_scheme() -> None:
    asked = []

    async def token(value: str, request: object) -> str:
        asked.append(request.scopes)  # type: ignore[attr-defined]  # the Request of the call
        return "ann"

    app = build(security={**SECURITY, "token": token})
    call(app, "GET", "/either")
    assert asked == [("parcels.read",)]


def test_a_scheme_without_a_function_is_refused_at_build() -> None:
    with pytest.raises(ContractError, match="'password' has no function"):
        build(security={name: SECURITY[name] for name in ("token", "key")})
