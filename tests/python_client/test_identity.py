"""Tokens that name an end user: what is in them, and what there is no token for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jwt
import pytest

from generator.targets.python.runtime.errors import ArgumentError, MissingCredentialsError
from generator.targets.python.runtime.identity import Identity
from tests.python_client.packages import imported, write_package

SECRET = "ha_secret_" + "x" * 64
NOW = 1_700_000_000
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def sign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    document = Path("openapi/haloagents/openapi.yaml")
    distribution = write_package(document, "haloagents", tmp_path_factory.mktemp("client"))
    with (
        imported(distribution, "haloagents"),
        imported(distribution, "haloagents.identity") as module,
    ):
        yield module.sign_user_token


def read(token: str, algorithm: str = "HS256") -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        token, SECRET, algorithms=[algorithm], options={"verify_exp": False}
    )
    return claims


@pytest.mark.parametrize(
    ("arguments", "claims"),
    [
        ({}, {"exp": NOW + 86400}),
        ({"expires_in": dt.timedelta(minutes=5)}, {"exp": NOW + 300}),
        ({"expires_in": dt.timedelta(milliseconds=1)}, {"exp": NOW + 1}),
        (
            {"email": "ada@example.com", "role": "", "plan": "größte"},
            {"exp": NOW + 86400, "email": "ada@example.com", "role": "", "plan": "größte"},
        ),
    ],
)
def test_the_claims_are_those_that_were_given(
    sign: Any, arguments: dict[str, Any], claims: dict[str, Any]
) -> None:
    token = sign("user_123", secret=SECRET, now=NOW + 0.9, **arguments)
    assert read(token) == {"user_id": "user_123", "iat": NOW, **claims}


def test_the_secret_may_come_from_the_environment(
    sign: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HALOAGENTS_SECRET_KEY", raising=False)
    with pytest.raises(Exception, match="secret=…, or set HALOAGENTS_SECRET_KEY"):
        sign("user_123")
    monkeypatch.setenv("HALOAGENTS_SECRET_KEY", SECRET)
    assert read(sign("user_123"))["user_id"] == "user_123"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_the_algorithm_is_that_of_the_contract(algorithm: str) -> None:
    identity = Identity("sub", "X", algorithm=algorithm)
    token = identity.sign("anon_1", {}, secret=SECRET, expires_in=DAY, now=NOW)
    assert read(token, algorithm)["sub"] == "anon_1"
    assert jwt.get_unverified_header(token) == {"alg": algorithm, "typ": "JWT"}


@pytest.mark.parametrize(
    ("user_id", "expires_in", "what"),
    [
        ("", DAY, "not empty"),
        (None, DAY, "not empty"),
        (123, DAY, "a text"),
        ("anon_5f3c9a", DAY, "'anon_5f3c9a' is anonymous"),
        ("user_123", dt.timedelta(0), "expired"),
        ("user_123", -DAY, "expired"),
    ],
)
def test_there_is_no_token_for_these(user_id: Any, expires_in: dt.timedelta, what: str) -> None:
    identity = Identity("user_id", "X", anonymous_prefix="anon_")
    with pytest.raises(ArgumentError, match=what) as caught:
        identity.sign(user_id, {}, secret=SECRET, expires_in=expires_in, now=NOW)
    assert SECRET not in repr(caught.value)


def test_an_empty_secret_is_none() -> None:
    with pytest.raises(MissingCredentialsError):
        Identity("sub", "X").sign("u", {}, secret="", expires_in=DAY, now=NOW)


def test_an_api_that_asks_for_no_such_token_has_no_module(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("client")
    distribution = write_package(Path("openapi/haleai/openapi.yaml"), "haleai", folder)
    module: ModuleType
    with imported(distribution, "haleai") as module:
        assert not {"identity", "oauth", "webhooks"} & set(dir(module))
        assert not list(distribution.rglob("*oauth*"))
