"""JWT: a token is whole, and signed with the organization's key and algorithm."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from conformance import jwt
from conformance.identity import HOUR, Door, Organization, door, organized
from conformance.rule import Check, Need, must
from conformance.vocabulary import identified

REFUSALS = ("HALO-04",)
NEEDS = (Need.IDENTITY, Need.CLOCK)
ALGORITHMS_OF_NONE: tuple[Any, ...] = ("none", "None", "NONE", "nOnE", "none ", "", None)
HMACS = (("HS256", "sha256"), ("HS512", "sha512"), ("HS384", "sha384"))
OTHER_ALGORITHMS: tuple[Any, ...] = (
    *("hs256", "Hs256", "HS 256", "SHA256", "RS256", "RS384", "RS512", "PS256", "ES256", "ES512"),
    *("EdDSA", 256, ["HS256"], True),
)
KEY_IDS: tuple[Any, ...] = (
    *("../../../../dev/null", "/dev/null", "' OR '1'='1", ""),
    *("0", 0, None, {}, []),
)
CRITICAL: tuple[Any, ...] = (["urn:example:unknown"], ["exp"], [], "exp")
NOT_CLAIMS: tuple[Any, ...] = ("x", 5, None, True, [], {})


@must("JWT-007", "A signature is checked", identified, promises=REFUSALS, needs=NEEDS)
def signatures(check: Check) -> None:
    """Whatever is signed with another key, or changed after it was signed, is refused.

    So is what is signed with anything that a browser knows: nothing of a request proves who made
    it, and least of all the publishable key that it is sent with.

    Source: RFC 7515 §5.2; RFC 8725 §3.3 and §3.5 (keys have entropy).
    Passes: the payload of one token under the signature of another → 403.
    Fails: → 200; a token under another organization's secret, or the key of its request → 200,
    were it only after that organization has taken it.
    """
    it = door(check)
    secret, good = it.organization.secret, it.token()
    header, payload, signed = jwt.parts(good)
    weaker = jwt.token(it.claims(**{it.subject: f"{it.user}-other"}), secret)
    extended = jwt.part(it.claims(exp=it.now + 2 * HOUR))
    bad = {
        "A changed signature": f"{header}.{payload}.{jwt.changed(signed)}",
        "An empty signature": f"{header}.{payload}.",
        "A signature cut in half": f"{header}.{payload}.{signed[: len(signed) // 2]}",
        "A signature with more at its end": f"{header}.{payload}.{signed}AAAA",
        "A signature of nothing but zeros": f"{header}.{payload}.{'A' * len(signed)}",
        "A payload of another token": f"{header}.{payload}.{jwt.parts(weaker)[2]}",
        "A payload that was changed": f"{header}.{extended}.{signed}",
        "A header that was changed": f"{jwt.part({'alg': 'HS256'})}.{payload}.{signed}",
        "The payload for a signature": f"{header}.{payload}.{payload}",
    }
    for what, token in bad.items():
        it.refuses(it.send(token), what)
    for what, key in _foreign_keys(it).items():
        it.refuses(it.send(jwt.token(it.claims(), key)), f"A token signed with {what}")
    others = door(check, _other_organization(it))
    taken = others.token()
    others.admits(others.send(taken), "A token of an organization")
    it.refuses(it.send(taken), "A token that another organization has taken")
    public = check.session.fresh_key(it.organization.tenant).secret
    browser = replace(it.organization, caller=check.session.holding(public))
    page = replace(it, organization=browser)
    for what, key in _known_to_browsers(it, public).items():
        page.refuses(page.send(jwt.token(it.claims(), key)), f"A token signed with {what}")


def _known_to_browsers(it: Door, public: str) -> Mapping[str, str]:
    return {
        "the publishable key of its request": public,
        "that key without its prefix": public.rpartition("_")[2],
        "the scheme and that key": f"Bearer {public}",
        "the name of the organization": it.organization.tenant,
        "the name of its user": it.user,
        "the name of its algorithm": jwt.HEADER["alg"],
        "its own claims": jwt.part(it.claims()),
    }


def _other_organization(it: Door) -> Organization:
    session = it.check.session
    return session.once("other organization", lambda: organized(session, enabled=True))


def _foreign_keys(it: Door) -> Mapping[str, str]:
    session, secret, other = it.check.session, it.organization.secret, _other_organization(it)
    it.check.require(other.secret != secret, "Two organizations have the same secret.")
    return {
        "an empty key": "",
        "another secret": "ha_secret_of_nobody",
        "another organization's secret": other.secret,
        "another publishable key": session.fresh_key(it.organization.tenant).secret,
        "the secret in capitals": secret.swapcase(),
        "a part of the secret": secret[: len(secret) // 2],
        "the secret and more": f"{secret}x",
        "the word secret": "secret",
    }


@must(
    "JWT-008", "A token without an algorithm is refused", identified, promises=REFUSALS, needs=NEEDS
)
def no_algorithm(check: Check) -> None:
    """`none` in any spelling proves nothing, with a signature beside it or without.

    Source: RFC 8725 §2.1 and §3.2; RFC 7518 §3.6.
    Passes: `{"alg": "none"}` and no signature → 403.
    Fails: → 200; `{"alg": "nOnE"}` → 200.
    """
    it = door(check)
    claims, secret = it.claims(), it.organization.secret
    headers: list[Any] = [{"alg": name, "typ": "JWT"} for name in ALGORITHMS_OF_NONE]
    for header in (*headers, {"typ": "JWT"}, {}):
        what = f"A token with the header {json.dumps(header)}"
        unsigned = jwt.unsigned(claims, header)
        it.refuses(it.send(unsigned), f"{what}, unsigned,")
        it.refuses(it.send(unsigned.rstrip(".")), f"{what}, without a signature,")
        it.refuses(it.send(jwt.token(claims, "", header=header)), f"{what}, with an empty key,")
        it.refuses(it.send(jwt.token(claims, secret, header=header)), f"{what}, signed,")


@must("JWT-009", "One algorithm, and no other", identified, promises=REFUSALS, needs=NEEDS)
def other_algorithms(check: Check) -> None:
    """Which algorithm is used is the API's to say and not the token's.

    Source: RFC 8725 §3.1 and §2.1; the contract's `x-identity` (`algorithms`).
    Passes: HS512 under the right secret → 403; a header that says RS256 over an HMAC → 403.
    Fails: → 200.
    """
    it = door(check)
    claims, secret = it.claims(), it.organization.secret
    allowed = set(it.identity.algorithms)
    for name, digest in HMACS:
        if name not in allowed:
            header = {"alg": name, "typ": "JWT"}
            token = jwt.token(claims, secret, header=header, digest=digest)
            it.refuses(it.send(token), f"A token signed with {name}")
            wrong = jwt.token(claims, secret, digest=digest)
            it.refuses(it.send(wrong), f"A token signed with {name} that says HS256")
            lying = jwt.token(claims, secret, header=header)
            it.refuses(it.send(lying), f"A token signed with HS256 that says {name}")
    public = it.check.session.fresh_key(it.organization.tenant).secret
    for said in OTHER_ALGORITHMS:
        for key in (secret, public):
            token = jwt.token(claims, key, header={"alg": said, "typ": "JWT"})
            it.refuses(it.send(token), f"A token that says {said!r}")


@must("JWT-010", "A token brings no key of its own", identified, promises=REFUSALS, needs=NEEDS)
def own_keys(check: Check) -> None:
    """What a header says of keys is the sender's word, and critical extensions must be understood.

    Source: RFC 8725 §3.10; RFC 7515 §4.1.1 to §4.1.11.
    Passes: a `jwk` in the header and a signature under it → 403.
    Fails: → 200; `kid` is read as a file's name, `/dev/null`, and an empty key fits.
    """
    it = door(check)
    claims, own = it.claims(), b"a key that the sender made"
    jwk = {"kty": "oct", "k": jwt.encoded(own), "alg": "HS256", "kid": "own"}
    brought: tuple[Mapping[str, Any], ...] = (
        {"jwk": jwk},
        {"jwk": jwk, "kid": "own"},
        {"kid": jwt.encoded(own)},
        {"kid": own.decode()},
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/certificate"},
        {"x5c": [jwt.encoded(own)]},
        {"k": jwt.encoded(own)},
    )
    for more in brought:
        token = jwt.token(claims, own, header={**jwt.HEADER, **more})
        it.refuses(it.send(token), f"A token that brings {', '.join(more)}")
    for kid in KEY_IDS:
        token = jwt.token(claims, "", header={**jwt.HEADER, "kid": kid})
        it.refuses(it.send(token), f"A token signed with nothing whose kid is {kid!r}")
    for critical in CRITICAL:
        header = {**jwt.HEADER, "crit": critical, "urn:example:unknown": True}
        token = jwt.token(claims, it.organization.secret, header=header)
        it.refuses(it.send(token), f"A token with the critical extensions {critical!r}")


@must("JWT-011", "What is no token is refused", identified, promises=REFUSALS, needs=NEEDS)
def not_a_token(check: Check) -> None:
    """Cut, doubled, nested and broken ones are all refused alike, and none is a failure.

    Source: RFC 7519 §7.2; RFC 7515 §7.1.
    Passes: `a.b` → 403.
    Fails: → 500; claims that are a list → 200.
    """
    it = door(check)
    for what, token in tuple(_not_tokens(it)):
        it.refuses(it.send(token), what)


def _not_tokens(it: Door) -> Iterator[tuple[str, str]]:
    secret, good = it.organization.secret, it.token()
    header, payload, signed = jwt.parts(good)
    yield "A token without its end", good[:-10]
    yield "A token without its signature", f"{header}.{payload}"
    yield "A token in four parts", f"{good}.{signed}"
    yield "A token in five parts", f"{header}.{payload}.{signed}.{signed}.{signed}"
    yield "A token without its header", f".{payload}.{signed}"
    yield "A token without its payload", f"{header}..{signed}"
    yield "A token after a scheme", f"Bearer {good}"
    yield "Two tokens", f"{good},{good}"
    yield "The secret itself", secret
    yield "The user's name", it.user
    for text in ("x", ".", "..", "a.b", "a.b.c", "....", "null", "{}", "é.é.é", "\x00", " "):
        yield f"The token {text!r}", text
    nested = jwt.token(good.encode(), secret, header={**jwt.HEADER, "cty": "JWT"})
    yield "A token in a token", nested
    parts = {"protected": header, "payload": payload, "signature": signed}
    yield "A token in JSON", json.dumps(parts)
    for claims in ([it.claims()], *NOT_CLAIMS):
        yield f"A token whose claims are {type(claims).__name__}", jwt.token(claims, secret)
    for raw in (b"", b"{", b"\xff\xfe", b"not json", b'{"exp":'):
        yield f"A token whose claims are {raw!r}", jwt.token(raw, secret)
    for raw in (b"", b"{", b"[]", b"null", b'"HS256"', b"\xff"):
        yield f"A token whose header is {raw!r}", jwt.token(it.claims(), secret, header=raw)
    yield "A token of a megabyte less a little", "x" * 500_000
