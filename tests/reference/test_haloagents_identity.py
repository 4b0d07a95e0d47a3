"""HaloAgents: identity verification, and every way to get around it."""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from tests.reference.conftest import serving
from tests.reference.haloagents import HOUR, Organization, encoded, organization, signed

BODIES: dict[str, dict[str, Any]] = {
    "/chat": {"message": "Hello"},
    "/chat/stream": {"message": "Hello"},
    "/tickets/create": {"subject": "Refund", "description": "Where is it?"},
    "/events": {"events": [{"name": "page_viewed"}]},
    "/users/identify": {"traits": {"seats": 5}},
    "/series": {"series_id": "onboarding", "action": "enroll"},
}
"""What is fine, for each operation that takes a user."""


@pytest.mark.parametrize("path", BODIES)
def test_a_user_is_whom_the_token_names(org: Organization, path: str) -> None:
    """HALO-03, HALO-04: on every operation that takes a user."""
    secret = org.verify()
    assert secret.startswith("ha_secret_")
    body = BODIES[path] | {"user_id": "user_123"}
    assert org.post(path, body | {"user_token": signed(org.claims(), secret)}).status_code == 200
    by_library = jwt.encode(org.claims(), secret, algorithm="HS256")
    assert org.post(path, body | {"user_token": by_library}).status_code == 200
    org.refused(403, path, body)
    other = signed(org.claims(user_id="user_124"), secret)
    org.refused(403, path, body | {"user_token": other})


@pytest.mark.parametrize("path", BODIES)
def test_an_anonymous_user_needs_no_token(org: Organization, path: str) -> None:
    """HALO-04"""
    org.verify()
    anonymous = "anon_5f3c9a"
    org.accepted("/users/identify", {"user_id": anonymous})
    org.accepted(path, BODIES[path] | {"user_id": anonymous})
    org.accepted(path, BODIES[path] | {"user_id": anonymous, "user_token": "nonsense"})
    if path not in {"/users/identify", "/series"}:
        org.accepted(path, BODIES[path])


@pytest.mark.parametrize(
    "user_id",
    ["Anon_1", "ANON_1", " anon_1", "anon", "anon-1", "аnon_1", "user_anon_1", "\u200banon_1"],  # noqa: RUF001 - a Cyrillic letter
)
def test_nobody_else_is_anonymous(org: Organization, user_id: str) -> None:
    """HALO-04"""
    org.verify()
    org.refused(403, "/chat", {"message": "Hello", "user_id": user_id})


@pytest.mark.parametrize("path", BODIES)
def test_a_token_is_ignored_where_identities_are_not_verified(org: Organization, path: str) -> None:
    """HALO-03"""
    for token in ("nonsense", "", signed({}, "secret")):
        org.accepted(path, BODIES[path] | {"user_id": "user_123", "user_token": token})
    org.verify()
    org.verify(enabled=False)
    org.accepted(path, BODIES[path] | {"user_id": "user_123"})


def test_companies_have_no_identity(org: Organization) -> None:
    """HALO-04"""
    org.verify()
    org.accepted("/companies/identify", {"company_id": "company_42", "traits": {"size": 2}})


Attack = Callable[[Organization, str], str]
"""Makes a token that is to be refused, knowing the secret."""

HEADER: dict[str, object] = {"alg": "HS256", "typ": "JWT"}


def _without_signature(header: object) -> Attack:
    def make(org: Organization, _secret: str) -> str:
        claims = json.dumps(org.claims()).encode()
        return f"{encoded(json.dumps(header).encode())}.{encoded(claims)}."

    return make


def _with_header(header: dict[str, object] | str, digest: Any = hashlib.sha256) -> Attack:
    return lambda org, secret: signed(org.claims(), secret, header, digest)


def _with_claims(**claims: object) -> Attack:
    return lambda org, secret: signed(org.claims(**claims), secret)


def _with_text(template: str) -> Attack:
    """Claims as they are written, `EXP` standing for a moment that lies ahead."""
    return lambda org, secret: signed(template.replace("EXP", str(int(org.now()) + HOUR)), secret)


def _changed(change: Callable[[str], str]) -> Attack:
    return lambda org, secret: change(signed(org.claims(), secret))


def _at(name: str, seconds: float) -> Attack:
    return lambda org, secret: signed(org.claims(**{name: org.now() + seconds}), secret)


def _without(name: str) -> Attack:
    return lambda org, secret: signed(
        {key: value for key, value in org.claims().items() if key != name}, secret
    )


def _of_another_organization(org: Organization, _secret: str) -> str:
    return signed(org.claims(), organization(org.server, "impostor").verify())


def _tampered(org: Organization, secret: str) -> str:
    header, _, signature = signed(org.claims(user_id="user_124"), secret).split(".")
    return f"{header}.{encoded(json.dumps(org.claims()).encode())}.{signature}"


def _wrapped(org: Organization, secret: str) -> str:
    return signed(signed(org.claims(), secret), secret, {**HEADER, "cty": "JWT"})


def _with_a_key_of_its_own(org: Organization, _secret: str) -> str:
    key = {"kty": "oct", "k": encoded(b"a key of my own"), "kid": "mine"}
    return signed(org.claims(), "a key of my own", {**HEADER, "jwk": key, "kid": "mine"})


ATTACKS: dict[str, Attack] = {
    "alg none": _without_signature({"alg": "none"}),
    "alg None": _without_signature({"alg": "None"}),
    "alg nOnE": _without_signature({"alg": "nOnE", "typ": "JWT"}),
    "alg NONE, signed": _with_header({"alg": "NONE", "typ": "JWT"}),
    "alg none, signed": _with_header({"alg": "none", "typ": "JWT"}),
    "alg empty": _with_header({"alg": "", "typ": "JWT"}),
    "alg null": _with_header({"alg": None, "typ": "JWT"}),
    "alg a list": _with_header({"alg": ["HS256"], "typ": "JWT"}),
    "alg a number": _with_header({"alg": 256, "typ": "JWT"}),
    "alg hs256": _with_header({"alg": "hs256", "typ": "JWT"}),
    "alg with a space": _with_header({"alg": "HS256 ", "typ": "JWT"}),
    "alg absent": _with_header({"typ": "JWT"}),
    "RS256 with the secret as a key": _with_header({"alg": "RS256", "typ": "JWT"}),
    "ES256 with the secret as a key": _with_header({"alg": "ES256", "typ": "JWT"}),
    "HS384": _with_header({"alg": "HS384", "typ": "JWT"}, hashlib.sha384),
    "HS512": _with_header({"alg": "HS512", "typ": "JWT"}, hashlib.sha512),
    "HS384 called HS256": _with_header(HEADER, hashlib.sha384),
    "alg twice": _with_header('{"alg":"none","alg":"HS256","typ":"JWT"}'),
    "header no object": _with_header('["HS256"]'),
    "header no JSON": _with_header("HS256"),
    "crit": _with_header({**HEADER, "crit": ["exp"], "exp": 1}),
    "crit empty": _with_header({**HEADER, "crit": []}),
    "unencoded payload": _with_header({**HEADER, "b64": False, "crit": ["b64"]}),
    "typ of another kind": _with_header({**HEADER, "typ": "at+jwt"}),
    "typ no text": _with_header({**HEADER, "typ": 1}),
    "encrypted": lambda _org, _secret: ".".join(
        [encoded(b'{"alg":"dir","enc":"A256GCM"}'), "", *["AAAA"] * 3]
    ),
    "a JWT in a JWT": _wrapped,
    "a key of its own": _with_a_key_of_its_own,
    "no signature": _changed(lambda token: token.rpartition(".")[0] + "."),
    "two parts": _changed(lambda token: token.rpartition(".")[0]),
    "four parts": _changed(lambda token: f"{token}.AAAA"),
    "one part": lambda _org, _secret: "user_123",
    "empty": lambda _org, _secret: "",
    "dots": lambda _org, _secret: "..",
    "half a signature": _changed(lambda token: token[:-20]),
    "signature changed": _changed(lambda token: token[:-6] + ("A" * 6)),
    "no base64": _changed(lambda token: f"{token[:-4]}!*+/"),
    "padded": _changed(lambda token: token + "="),
    "in standard base64": lambda org, secret: base64.b64encode(
        signed(org.claims(), secret).encode()
    ).decode(),
    "a line feed at the end": _changed(lambda token: token + "\n"),
    "a space at the start": _changed(lambda token: " " + token),
    "after Bearer": _changed(lambda token: "Bearer " + token),
    "a null at the end": _changed(lambda token: token + "\0"),
    "full-width letters": _changed(lambda token: token.replace("e", "\uff45", 1)),
    "huge": lambda org, secret: signed(org.claims(padding="x" * 100_000), secret),
    "another secret": lambda org, _secret: signed(org.claims(), "ha_secret_" + "0" * 43),
    "an empty secret": lambda org, _secret: signed(org.claims(), ""),
    "the key as a secret": lambda org, _secret: signed(org.claims(), org.key),
    "half the secret": lambda org, secret: signed(org.claims(), secret[:-1]),
    "the secret of another organization": _of_another_organization,
    "claims exchanged": _tampered,
    "no exp": _without("exp"),
    "exp null": _with_claims(exp=None),
    "exp true": _with_claims(exp=True),
    "exp a text": _with_claims(exp="4102444800"),
    "exp a list": _with_claims(exp=[4102444800]),
    "exp zero": _with_claims(exp=0),
    "exp negative": _with_claims(exp=-1),
    "exp NaN": _with_text('{"user_id":"user_123","exp":NaN}'),
    "exp Infinity": _with_text('{"user_id":"user_123","exp":Infinity}'),
    "exp 1e999": _with_text('{"user_id":"user_123","exp":1e999}'),
    "exp 1e300": _with_text('{"user_id":"user_123","exp":1e300}'),
    "exp of four thousand digits": _with_text('{"user_id":"user_123","exp":' + "9" * 4_000 + "}"),
    "exp in milliseconds": lambda org, secret: signed(
        org.claims(exp=int(org.now() + HOUR) * 1_000), secret
    ),
    "exp past": _at("exp", -1),
    "exp past, by a hair": _at("exp", -0.001),
    "exp twice": _with_text('{"user_id":"user_123","exp":EXP,"exp":EXP}'),
    "nbf ahead": _at("nbf", 5),
    "nbf a text": _with_claims(nbf="0"),
    "nbf null": _with_claims(nbf=None),
    "iat a text": _with_claims(iat="now"),
    "iat a list": _with_claims(iat=[1]),
    "aud": _with_claims(aud="somebody else"),
    "no user": _without("user_id"),
    "user_id twice": _with_text('{"user_id":"user_124","user_id":"user_123","exp":EXP}'),
    "user_id a number": _with_claims(user_id=123),
    "user_id a list": _with_claims(user_id=["user_123"]),
    "user_id an object": _with_claims(user_id={"user_123": True}),
    "user_id null": _with_claims(user_id=None),
    "user_id null, sub right": _with_claims(user_id=None, sub="user_123"),
    "user_id empty, sub right": _with_claims(user_id="", sub="user_123"),
    "user_id another, sub right": _with_claims(user_id="user_124", sub="user_123"),
    "sub a number": _with_claims(sub=123),
    "another user": _with_claims(user_id="user_1234"),
    "in capitals": _with_claims(user_id="USER_123"),
    "a space after the user": _with_claims(user_id="user_123 "),
    "a null after the user": _with_claims(user_id="user_123\0"),
    "a Cyrillic letter": _with_claims(user_id="us\u0435r_123"),
    "full-width digits": _with_claims(user_id="user_\uff11\uff12\uff13"),
    "an invisible character": _with_claims(user_id="user_123\u200b"),
    "email a number": _with_claims(email=1),
    "email null": _with_claims(email=None),
    "role a list": _with_claims(role=["admin"]),
    "plan an object": _with_claims(plan={}),
    "claims no object": _with_text('["user_123", EXP]'),
    "claims no JSON": _with_text("user_123"),
    "claims empty": _with_text(""),
    "claims not UTF-8": lambda org, secret: signed(b'{"user_id":"user_123\xff"}', secret),
    "claims too deep": _with_text(
        '{"user_id":"user_123","exp":EXP,"x":' + "[" * 900 + "]" * 900 + "}"
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_token_that_proves_nothing_is_403(org: Organization, attack: str) -> None:
    """HALO-04: RFC 8725, and what RFC 7515 and RFC 7519 call invalid."""
    secret = org.verify()
    token = ATTACKS[attack](org, secret)
    body = {"user_id": "user_123", "traits": {"stolen": True}, "user_token": token}
    said = org.refused(403, "/users/identify", body)
    assert said == "The user_token is invalid, expired, or for another user."
    org.refused(403, "/chat/stream", {"message": "Hi", "user_id": "user_123", "user_token": token})
    assert not any("stolen" in user.get("traits", {}) for user in org.stored("users"))


TOKENS: dict[str, Attack] = {
    "sub alone": lambda org, secret: signed({"sub": "user_123", "exp": int(org.now()) + 1}, secret),
    "user_id before sub": _with_claims(sub="user_124"),
    "without typ": _with_header({"alg": "HS256"}),
    "typ in small letters": _with_header({"alg": "HS256", "typ": "jwt"}),
    "keys that are not looked at": _with_header(
        {
            **HEADER,
            "kid": "../../dev/null",
            "jku": "http://127.0.0.1:9/keys",
            "x5u": "http://127.0.0.1:9/certificate",
            "jwk": {"kty": "oct", "k": ""},
            "x5c": ["AAAA"],
        }
    ),
    "exp with a fraction": _at("exp", 0.5),
    "exp far ahead": _with_claims(exp=9_999_999_999),
    "nbf now": _at("nbf", 0),
    "nbf past": _with_claims(nbf=0),
    "iat ahead": _at("iat", 600),
    "claims of its own": _with_claims(jti="1", iss="backend", plan_limits={"seats": [1]}),
}


@pytest.mark.parametrize("case", TOKENS)
def test_a_token_that_proves_the_user_is_taken(org: Organization, case: str) -> None:
    """HALO-03"""
    secret = org.verify()
    token = TOKENS[case](org, secret)
    org.accepted("/chat", {"message": "Hello", "user_id": "user_123", "user_token": token})


def test_users_are_told_apart_exactly(org: Organization) -> None:
    """HALO-03: any text is a user, and its own."""
    secret = org.verify()
    for user_id in (
        "Zoë",
        "Zoe\u0308",
        "用户",
        "\U0001f469\u200d\U0001f680",
        " ",
        "a" * 3_000,
        "x\0y",
    ):
        token = signed(org.claims(user_id=user_id), secret)
        body = {"user_id": user_id, "user_token": token}
        assert org.accepted("/users/identify", body)["user"]["user_id"] == user_id


def test_a_token_expires_on_the_clock_and_at_its_second() -> None:
    """HALO-04: with no leeway."""
    with serving("haloagents") as server:
        org = organization(server, "acme")
        secret = org.verify()
        server.advance(1 - org.now() % 1)
        body = {"message": "Hello", "user_id": "user_123"}
        body["user_token"] = signed(org.claims(exp=round(org.now()) + 60), secret)
        server.advance(59.999)
        org.accepted("/chat", body)
        server.advance(0.001)
        assert org.now() % 1 == 0
        org.refused(403, "/chat", body)


def test_the_wrong_time_of_this_machine_changes_nothing() -> None:
    """HALO-04: it is the server's clock that counts."""
    with serving("haloagents") as server:
        org = organization(server, "acme")
        secret = org.verify()
        server.advance(10 * 24 * HOUR)
        body = {"message": "Hello", "user_id": "user_123"}
        org.refused(
            403, "/chat", {**body, "user_token": signed(org.claims(exp=time.time() + HOUR), secret)}
        )
        org.accepted("/chat", {**body, "user_token": signed(org.claims(), secret)})


@pytest.mark.parametrize("field", ["email", "role", "plan"])
def test_a_trusted_claim_overrides_the_body(org: Organization, field: str) -> None:
    """HALO-05"""
    secret = org.verify()
    token = signed(org.claims(**{field: "from the token"}), secret)
    body = {"user_id": "user_123", "email": "b@b", "role": "b", "plan": "b", "user_token": token}
    user = org.accepted("/users/identify", body)["user"]
    assert {name: user[name] for name in ("email", "role", "plan")} == {
        "email": "b@b",
        "role": "b",
        "plan": "b",
        field: "from the token",
    }
    del body[field]
    assert org.accepted("/users/identify", body)["user"][field] == "from the token"


def test_a_claim_of_a_token_that_is_not_asked_for_overrides_nothing(org: Organization) -> None:
    """HALO-05"""
    secret = org.verify()
    claims = org.claims(user_id="anon_1", role="admin")
    body = {"user_id": "anon_1", "role": "visitor", "user_token": signed(claims, secret)}
    assert org.accepted("/users/identify", body)["user"]["role"] == "visitor"
    org.verify(enabled=False)
    body["user_token"] = signed(org.claims(role="admin"), secret)
    body["user_id"] = "user_123"
    assert org.accepted("/users/identify", body)["user"]["role"] == "visitor"


def test_what_is_wrong_with_a_body_is_said_first(org: Organization) -> None:
    """HALO-08: validation comes before the handler."""
    org.verify()
    org.refused(400, "/chat", {"user_id": "user_123"})
    org.refused(400, "/chat", {"message": "Hello", "user_id": "user_123", "user_token": 1})
