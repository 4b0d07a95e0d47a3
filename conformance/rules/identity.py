"""JWT: who a user is has to be proved, by the organization's own word and by nothing less."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from conformance import jwt
from conformance.author import SEMANTIC, accepting
from conformance.bodies import Path, at, carrying, examples, with_value, without
from conformance.caller import Caller
from conformance.contract import Contract
from conformance.control import Control
from conformance.exchange import Exchange
from conformance.refusal import require_refusal
from conformance.rule import Check, Need, Untestable, must
from conformance.sample import Sample
from conformance.session import Session
from conformance.vocabulary import Subjects, body_schema, identified
from conformance.walk import dig
from generator.model import Identity, Operation, Schema

T = TypeVar("T")
PROMISES = ("HALO-03", "HALO-04", "HALO-14")
REFUSALS = ("HALO-04",)
NEEDS = (Need.IDENTITY, Need.CLOCK)
HOUR = 3600
WRONG_DATES: tuple[Any, ...] = ("tomorrow", "9999999999", None, True, [9999999999], {}, -1, "")
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


@dataclass(frozen=True, slots=True)
class Organization:
    """A tenant that has identities verified, and what its tokens are signed with."""

    tenant: str
    secret: str
    caller: Caller
    control: Control

    def now(self) -> int:
        """The target's time, in seconds since 1970."""
        return int(self.control.now().timestamp())


@dataclass(frozen=True, slots=True)
class Door:
    """An operation of an organization, with a body that it takes of a user who is not anonymous."""

    check: Check
    organization: Organization
    identity: Identity
    schema: Schema
    sample: Sample
    body: Any
    user: str
    now: int
    """The target's time, in seconds since 1970."""

    def some(self, ways: Sequence[T], few: int = 3) -> Sequence[T]:
        """All ways to be wrong at the first operation, the first few of them at the others."""
        first = identified(self.check.contract)[0]
        return ways if self.check.operation is first else ways[:few]

    @property
    def subject(self) -> str:
        """The claim that names the user."""
        return self.identity.subject[0]

    def claims(self, **others: Any) -> dict[str, Any]:
        """The claims of a good token, an hour ahead of its end."""
        return {self.subject: self.user, "iat": self.now - 1, "exp": self.now + HOUR, **others}

    def token(self, **others: Any) -> str:
        """A good token, with these claims too."""
        return jwt.token(self.claims(**others), self.organization.secret)

    def send(self, token: Any = None, *, body: Any = None) -> Exchange:
        """Send the body, or another one, with a token where one is given."""
        whole = self.body if body is None else body
        if token is not None:
            whole = self.put(whole, self.identity.token, token)
        caller = self.organization.caller
        operation = self.check.operation
        sample = carrying(self.sample, whole)
        return caller.call(operation, sample, headers=accepting(operation))

    def put(self, body: Any, path: Path, value: Any) -> Any:
        """A body with another value at a place."""
        return with_value(self.check.contract, self.schema, body, path, value)

    def of(self, user: str | None) -> Any:
        """The body for another user, or for none."""
        if user is None:
            return without(self.body, self.identity.matches)
        return self.put(self.body, self.identity.matches, user)

    def admits(self, exchange: Exchange, what: str) -> None:
        """Require that a request was let in."""
        self.check.require(
            200 <= exchange.status < 300,
            f"{what} is good, and answered with {exchange.status}.",
            exchange,
        )

    def lets_by(self, exchange: Exchange, what: str) -> None:
        """Require that nothing was asked of a user, whom the API need not know otherwise."""
        unknown = exchange.status in SEMANTIC and self.check.operation.response(exchange.status)
        self.check.require(
            200 <= exchange.status < 300 or unknown,
            f"{what} needs no proof, and is answered with {exchange.status}.",
            exchange,
        )

    def refuses(self, exchange: Exchange, what: str) -> None:
        """Require the documented refusal, in the envelope, without a word of the secret."""
        require_refusal(self.check, exchange, self.identity.failure, what)
        validator = self.check.contract.envelope_validator()
        problem = validator.problem(exchange.json) if validator else ""
        self.check.require(not problem, f"The refusal is no error envelope: {problem}.", exchange)
        told = self.organization.secret.encode() in exchange.answer.body
        self.check.require(not told, "The refusal tells the secret.", exchange)


def organization(session: Session) -> Organization:
    """The organization that identities are verified of, made once a run."""
    return session.once("organization", lambda: _organization(session, enabled=True))


def unverified(session: Session) -> Organization:
    """One that has the same users, and no identities verified."""
    return session.once("unverified organization", lambda: _organization(session, enabled=False))


def _organization(session: Session, *, enabled: bool) -> Organization:
    control, tenant = session.control, session.new_tenant()
    if control is None:
        raise Untestable(session.missing(Need.IDENTITY))
    secret = control.verify_identity(tenant, enabled=enabled)
    if control.offers("agents"):
        control.set_agent(tenant)
    return Organization(tenant, secret, session.of_tenant(tenant), control)


def door(check: Check, of: Organization | None = None) -> Door:
    """The operation under test, with a body of a user who is not anonymous."""
    operation, session = check.operation, check.session
    identity, schema = operation.identity, body_schema(check.contract, operation)
    bodies = examples(operation)
    if identity is None or schema is None or not bodies:
        raise Untestable(f"{operation.id} has no documented JSON body.")
    whose = of or organization(session)
    found = next((b for b in bodies if _user(identity, b)), bodies[0])
    bare = without(found, identity.token) if at(found, identity.token) is not None else found
    user = _user(identity, bare) or _some_user(check, identity)
    body = with_value(check.contract, schema, bare, identity.matches, user)
    sample = session.sample(operation, whose.caller)
    return Door(check, whose, identity, schema, sample, body, user, whose.now())


def _user(identity: Identity, body: Any) -> str:
    """The user of a body, empty where it is nobody or anonymous."""
    found = dig(body, identity.matches)
    named = isinstance(found, str) and not _is_anonymous(identity, found)
    return str(found) if named else ""


def _is_anonymous(identity: Identity, user: str) -> bool:
    prefix = identity.anonymous_prefix
    return bool(prefix) and user.startswith(prefix)


def _some_user(check: Check, identity: Identity) -> str:
    """A documented user who is not anonymous, of any operation."""
    for operation in check.contract.api.operations:
        for body in examples(operation):
            if operation.identity and (user := _user(operation.identity, body)):
                return user
    return "user_1" if not _is_anonymous(identity, "user_1") else "someone"


def trusting(contract: Contract) -> Subjects:
    """Every operation whose body has a member that a claim of a token overrides."""
    return tuple(op for op in identified(contract) if op and op.identity and _trusted(contract, op))


def _trusted(contract: Contract, operation: Operation) -> tuple[str, ...]:
    """The trusted claims that the body has a member of, and that the answer shows."""
    schema = body_schema(contract, operation)
    media = operation.success.media if operation.success else ()
    shown = contract.members(media[0].schema) if media and media[0].schema else {}
    deeper = {name for each in shown.values() for name in contract.members(each)}
    known = set(contract.members(schema)) if schema else set()
    trusted = operation.identity.trusted_claims if operation.identity else ()
    return tuple(name for name in trusted if name in known and name in {*shown, *deeper})


def optional_user(contract: Contract) -> Subjects:
    """Every operation that can be called for nobody in particular."""
    found = []
    for operation in identified(contract):
        schema = body_schema(contract, operation) if operation else None
        type_ = schema.type if schema else None
        members = getattr(type_, "properties", ())
        identity = operation.identity if operation else None
        required = {member.name for member in members if member.required}
        if identity and identity.matches[0] not in required:
            found.append(operation)
    return tuple(found)


def prefixed(contract: Contract) -> Subjects:
    """Every operation for which some users are anonymous."""
    return tuple(
        op for op in identified(contract) if op and op.identity and op.identity.anonymous_prefix
    )


@must("JWT-001", "No user without a proof", identified, promises=REFUSALS, needs=NEEDS)
def no_token(check: Check) -> None:
    """A user who is not anonymous is nobody's to claim.

    Source: the contract's `x-identity`; OWASP API2:2023.
    Passes: `{"user_id": "user_123"}` without a token → 403.
    Fails: → 200; or an empty token → 200.
    """
    it = door(check)
    it.refuses(it.send(), "A user without a token")
    it.refuses(it.send(""), "A user with an empty token")
    it.refuses(it.send(body=it.of(f"{it.user}-unknown")), "An unknown user without a token")


@must("JWT-002", "A valid token is taken", identified, promises=PROMISES, needs=NEEDS)
def valid_token(check: Check) -> None:
    """As libraries of many languages write it: claims in any order, `typ` or none, other claims.

    Source: RFC 7519 §4 (claims that are not understood are ignored) and §5.1 (`typ` is optional).
    Passes: HS256, `user_id`, `exp` tomorrow → 200.
    Fails: → 403, as `iat` comes first or `typ` is not there.
    """
    it = door(check)
    secret, claims = it.organization.secret, it.claims()
    trusted = {name: f"{name}@example.com" for name in it.identity.trusted_claims}
    day = {**claims, "exp": claims["exp"] + 23 * HOUR}
    good = {
        "A token": jwt.token(claims, secret),
        "A token of a day with trusted claims": jwt.token({**day, **trusted}, secret),
        "A token whose header names no type": jwt.token(claims, secret, header={"alg": "HS256"}),
        "A token with its header's members in another order": jwt.token(
            claims, secret, header={"typ": "JWT", "alg": "HS256"}
        ),
        "A token with its claims in another order": jwt.token(
            dict(reversed(claims.items())), secret
        ),
        "A token without iat": jwt.token({k: v for k, v in claims.items() if k != "iat"}, secret),
        "A token with other claims": it.token(jti="a-1", name="Zoë \U0001f600", deep={"a": [1]}),
        "A token that is valid since a minute": it.token(nbf=claims["iat"] - 60),
        "A token spaced out": jwt.token(json.dumps(claims, indent=2).encode(), secret),
    }
    for what, token in it.some(tuple(good.items())):
        it.admits(it.send(token), what)


@must(
    "JWT-003",
    "The claims that name a user have an order",
    identified,
    promises=PROMISES,
    needs=NEEDS,
)
def order_of_claims(check: Check) -> None:
    """The first claim that is there names the user; the others are for where it is absent.

    Source: the contract's `x-identity` (`subject`).
    Passes: `sub` alone → 200; `user_id` of another user beside the right `sub` → 403.
    Fails: any claim that fits will do.
    """
    it = door(check)
    now, other = it.now, f"{it.user}-other"
    names = it.identity.subject

    def naming(**users: str) -> Exchange:
        return it.send(jwt.token({"exp": now + HOUR, **users}, it.organization.secret))

    for index, name in enumerate(names):
        it.admits(naming(**{name: it.user}), f"A token with {name} alone")
        it.refuses(naming(**{name: other}), f"A token with another user's {name}")
        for later in names[index + 1 :]:
            what = f"{name} of another user beside the right {later}"
            it.refuses(naming(**{name: other, later: it.user}), what)
            what = f"The right {name} beside {later} of another user"
            it.admits(naming(**{later: other, name: it.user}), what)


@must("JWT-004", "An expired token is refused", identified, promises=REFUSALS, needs=NEEDS)
def expired(check: Check) -> None:
    """What was true yesterday proves nothing.

    Source: RFC 7519 §4.1.4.
    Passes: `exp` an hour, a day, or fifty years ago → 403.
    Fails: → 200.
    """
    it = door(check)
    now = it.now
    for exp in it.some((now - 600, now - HOUR, now - 24 * HOUR, 1, 0), 2):
        token = it.token(iat=min(exp, now) - HOUR, exp=exp)
        it.refuses(it.send(token), f"A token that expired at {exp}, now being {now},")


@must("JWT-005", "A token expires at its second", identified, promises=REFUSALS, needs=NEEDS)
def expires(check: Check) -> None:
    """Up to `exp` it is good; at `exp` it is not.

    Source: RFC 7519 §4.1.4 ("on or after which the JWT MUST NOT be accepted").
    Passes: with an `exp` in sixty seconds, 59 s later → 200, 60 s later → 403.
    Fails: 60 s later → 200; a good answer is remembered for longer than the token lives.
    """
    it = door(check)
    control = it.organization.control
    with control.frozen():
        token = it.token(exp=it.organization.now() + 61)
        it.admits(it.send(token), "A token that expires in a minute")
        control.advance(59)
        it.admits(it.send(token), "A token in its last seconds")
        control.advance(2)
        it.refuses(it.send(token), "A token at the second of its end")


@must("JWT-006", "A token without an end is refused", identified, promises=REFUSALS, needs=NEEDS)
def required_claims(check: Check) -> None:
    """Each required claim is there and of its type: a date is a number.

    Source: the contract's `x-identity` (`required-claims`); RFC 7519 §2 (NumericDate).
    Passes: no `exp` → 403; `"exp": "tomorrow"` → 403.
    Fails: → 200, or 500.
    """
    it = door(check)
    secret, claims = it.organization.secret, it.claims()
    for name in it.identity.required_claims:
        less = {key: value for key, value in claims.items() if key != name}
        it.refuses(it.send(jwt.token(less, secret)), f"A token without {name}")
    for value in it.some(WRONG_DATES):
        it.refuses(it.send(it.token(exp=value)), f"A token whose exp is {json.dumps(value)}")
    for text in it.some((b"NaN", b"Infinity", b"-Infinity"), 1):
        raw = json.dumps({**claims, "exp": 0}).encode().replace(b'"exp": 0', b'"exp": ' + text)
        it.refuses(it.send(jwt.token(raw, secret)), f"A token whose exp is {text.decode()}")


@must("JWT-007", "A signature is checked", identified, promises=REFUSALS, needs=NEEDS)
def signatures(check: Check) -> None:
    """Whatever is signed with another key, or changed after it was signed, is refused.

    Source: RFC 7515 §5.2; RFC 8725 §3.3.
    Passes: the payload of one token under the signature of another → 403.
    Fails: → 200; a token under another organization's secret → 200.
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


def _foreign_keys(it: Door) -> Mapping[str, str]:
    session, secret = it.check.session, it.organization.secret
    other = session.once("other organization", lambda: _organization(session, enabled=True))
    it.check.require(other.secret != secret, "Two organizations have the same secret.")
    return {
        "an empty key": "",
        "another secret": "ha_secret_of_nobody",
        "another organization's secret": other.secret,
        "the publishable key": session.fresh_key(it.organization.tenant).secret,
        "the name of the organization": it.organization.tenant,
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
    for header in it.some((*headers, {"typ": "JWT"}, {}), 2):
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
    for name, digest in it.some(HMACS, 2):
        if name not in allowed:
            header = {"alg": name, "typ": "JWT"}
            token = jwt.token(claims, secret, header=header, digest=digest)
            it.refuses(it.send(token), f"A token signed with {name}")
            wrong = jwt.token(claims, secret, digest=digest)
            it.refuses(it.send(wrong), f"A token signed with {name} that says HS256")
            lying = jwt.token(claims, secret, header=header)
            it.refuses(it.send(lying), f"A token signed with HS256 that says {name}")
    public = it.check.session.fresh_key(it.organization.tenant).secret
    for said in it.some(OTHER_ALGORITHMS, 1):
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
    for more in it.some(brought, 1):
        token = jwt.token(claims, own, header={**jwt.HEADER, **more})
        it.refuses(it.send(token), f"A token that brings {', '.join(more)}")
    for kid in it.some(KEY_IDS, 1):
        token = jwt.token(claims, "", header={**jwt.HEADER, "kid": kid})
        it.refuses(it.send(token), f"A token signed with nothing whose kid is {kid!r}")
    for critical in it.some(CRITICAL, 1):
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
    for what, token in it.some(tuple(_not_tokens(it)), 6):
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


@must("JWT-012", "A token is not good before its time", identified, promises=REFUSALS, needs=NEEDS)
def not_before(check: Check) -> None:
    """What says that it is not valid yet is not valid yet.

    Source: RFC 7519 §4.1.5.
    Passes: `nbf` in half an hour → 403.
    Fails: → 200.
    """
    it = door(check)
    now = it.now
    for ahead in it.some((600, HOUR // 2, HOUR * 24 * 365), 1):
        token = it.token(nbf=now + ahead, exp=now + ahead + HOUR)
        it.refuses(it.send(token), f"A token that is valid in {ahead} s")


@must("JWT-013", "A token is for one user", identified, promises=REFUSALS, needs=NEEDS)
def another_user(check: Check) -> None:
    """To the code point: neighbours, other letters, spaces and other types are other users.

    Source: the contract's `x-identity` (`matches`); RFC 7519 §4.1.2 (case-sensitive strings).
    Passes: a token for `USER_123` → 403.
    Fails: → 200; `["user_123"]`, which some languages hold for equal → 200.
    """
    it = door(check)
    user, secret = it.user, it.organization.secret
    others: tuple[Any, ...] = (
        f"{user}4",
        user[:-1],
        user.swapcase(),
        f" {user}",
        f"{user} ",
        f"{user}\x00",
        f"{user}\N{ZERO WIDTH SPACE}",
        f"x{user}",
        "",
        "*",
        f"{it.identity.anonymous_prefix}1",
        [user],
        [user, "someone"],
        {user: True},
        {"$ne": ""},
        True,
    )
    for other in it.some(others, 4):
        it.refuses(it.send(it.token(**{it.subject: other})), f"A token for {other!r}")
    nameless = {"exp": it.now + HOUR}
    it.refuses(it.send(jwt.token(nameless, secret)), "A token for nobody")
    good = it.token()
    for other in (f"{user}4", user[:-1], user.swapcase(), f" {user}"):
        it.refuses(it.send(good, body=it.of(other)), f"{other!r} with a token for {user!r}")


@must("JWT-014", "Nobody and the anonymous need no proof", prefixed, promises=REFUSALS, needs=NEEDS)
def anonymous(check: Check) -> None:
    """A visitor who is not known has no token to send.

    Source: the contract's `x-identity` (`anonymous-prefix`).
    Passes: `{"user_id": "anon_5f3c9a"}` without a token → 200; no `user_id` at all → 200.
    Fails: → 403.
    """
    it = door(check)
    prefix = it.identity.anonymous_prefix
    for user in (f"{prefix}5f3c9a", f"{prefix}1", f"{prefix}{it.user}"):
        it.lets_by(it.send(body=it.of(user)), f"The anonymous user {user!r}")
    if it.check.operation in optional_user(check.contract):
        it.lets_by(it.send(body=it.of(None)), "Nobody in particular")


@must("JWT-015", "What looks anonymous is not", prefixed, promises=REFUSALS, needs=NEEDS)
def look_alikes(check: Check) -> None:
    """The prefix is at the beginning, whole, and in its own letters.

    Source: the contract's `x-identity` (`anonymous-prefix`).
    Passes: `ANON_1`, `anon` and `user_anon_1` without a token → 403.
    Fails: → 200.
    """
    it = door(check)
    prefix, user = it.identity.anonymous_prefix, it.user
    alike = (
        prefix.upper() + "1",
        prefix.title() + "1",
        prefix[:-1],
        prefix[:-1] + "1",
        prefix[:-1] + "-1",
        prefix[:-1] + "ymous_1",
        f" {prefix}1",
        f"\t{prefix}1",
        f"{user}{prefix}1",
        f"x{prefix}1",
        f"{user} {prefix}",
        prefix.replace("_", "\N{FULLWIDTH LOW LINE}") + "1",
        "".join(chr(ord(letter) + 0xFEE0) for letter in prefix) + "1",
    )
    for name in it.some(alike, 4):
        if not name.startswith(prefix):
            it.refuses(it.send(body=it.of(name)), f"The user {name!r}")


@must(
    "JWT-016",
    "Where identities are not verified, a token is not looked at",
    identified,
    promises=("HALO-03",),
    needs=NEEDS,
)
def switched_off(check: Check) -> None:
    """An organization that has it off takes every user at their word.

    Source: the contract's `x-identity`.
    Passes: an expired token → 200.
    Fails: → 403.
    """
    off = unverified(check.session)
    it = door(check, off)
    now = it.now
    ignored = (
        None,
        "",
        "no token",
        it.token(),
        it.token(exp=now - HOUR),
        it.token(**{it.subject: "somebody-else"}),
        jwt.token(it.claims(), "another key"),
        jwt.unsigned(it.claims(), {"alg": "none"}),
    )
    for token in it.some(ignored, 5):
        exchange = it.send(token)
        it.lets_by(exchange, "A user of an organization that verifies none")


@must(
    "JWT-017",
    "A trusted claim goes before the body",
    trusting,
    promises=("HALO-03", "HALO-05"),
    needs=NEEDS,
)
def trusted_claims(check: Check) -> None:
    """What the organization signed is true; what the browser says of the same is not.

    A claim that is not there overrides nothing.

    Source: the contract's `x-identity` (`trusted-claims`).
    Passes: `"plan": "free"` in the token and `"plan": "pro"` in the body → the user's is `free`.
    Fails: → `pro`.
    """
    it = door(check)
    names = _trusted(check.contract, check.operation)
    said = it.body
    for name in names:
        said = it.put(said, (name,), f"{name}-of-the-body")
    whole = it.send(it.token(**{name: f"{name}-of-the-token" for name in names}), body=said)
    it.admits(whole, "A token with trusted claims")
    for name in names:
        _shows(check, whole, name, f"{name}-of-the-token")
    for one in names:
        exchange = it.send(it.token(**{one: f"{one}-signed"}), body=said)
        it.admits(exchange, f"A token with {one}")
        for name in names:
            _shows(check, exchange, name, f"{one}-signed" if name == one else f"{name}-of-the-body")
    bare = it.send(it.token(**{name: f"{name}-signed" for name in names}))
    for name in names:
        _shows(check, bare, name, f"{name}-signed")


@must(
    "JWT-018",
    "A claim that is not proved is not trusted",
    trusting,
    promises=("HALO-03", "HALO-05"),
    needs=NEEDS,
)
def unproved_claims(check: Check) -> None:
    """Where no identity is verified, or the user is anonymous, the body is all that there is.

    Source: the contract's `x-identity` (`trusted-claims`).
    Passes: an organization that verifies none, a token with `"plan": "pro"`, a body with
    `"plan": "free"` → `free`.
    Fails: → `pro`.
    """
    names = _trusted(check.contract, check.operation)
    off, verified = door(check, unverified(check.session)), door(check)
    user = f"{off.identity.anonymous_prefix}{off.user}"
    for it, body in ((off, off.body), (verified, verified.of(user))):
        said = body
        for name in names:
            said = it.put(said, (name,), f"{name}-of-the-body")
        forged = {name: f"{name}-forged" for name in names}
        token = jwt.token(it.claims(**{it.subject: user, **forged}), "a key of the sender's")
        exchange = it.send(token, body=said)
        if 200 <= exchange.status < 300:
            for name in names:
                _shows(check, exchange, name, f"{name}-of-the-body")


def _shows(check: Check, exchange: Exchange, name: str, wanted: str) -> None:
    """Require that the answer shows one value of a member, wherever in it."""
    found = list(_members(exchange.json, name))
    check.require(found == [wanted], f"{name} is {found!r}, not {wanted!r}.", exchange)


def _members(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key == name:
                yield each
            elif isinstance(each, dict):
                yield from _members(each, name)


@must(
    "JWT-019",
    "Nothing of a refused user is stored",
    identified,
    promises=REFUSALS,
    needs=(*NEEDS, Need.DATABASE),
)
def nothing_stored(check: Check) -> None:
    """Who the user is comes before anything is done in their name.

    Source: the contract's `x-identity`; OWASP API2:2023.
    Passes: a ticket of `user_123` without a token → 403, and there is no ticket.
    Fails: → 403, and there is one.
    """
    it = door(check)
    name = f"{it.user}-unproved-{id(it)}"
    forged = jwt.token({**it.claims(), it.subject: name}, "a key of the sender's")
    it.refuses(it.send(body=it.of(name)), "A user without a token")
    refused = it.send(forged, body=it.of(name))
    it.refuses(refused, "A forged token")
    stored = it.organization.control.stored()
    check.require(name.encode() not in stored, "The refused user is stored.", refused)


@must(
    "JWT-020",
    "Verification is switched at once",
    identified,
    promises=("HALO-03", "HALO-04"),
    needs=NEEDS,
)
def switched(check: Check) -> None:
    """From the moment that it is on, a proof is asked; from the moment that it is off, none is.

    Source: the contract's `x-identity`.
    Passes: on → 403 for a user without a token; off → 200.
    Fails: the setting is remembered from before.
    """
    session = check.session
    own = session.once("switched organization", lambda: _organization(session, enabled=False))
    it = door(check, own)
    it.lets_by(it.send(), "A user before verification is on")
    secret = own.control.verify_identity(own.tenant, enabled=True)
    it = replace(it, organization=replace(own, secret=secret))
    it.refuses(it.send(), "A user without a token, now that verification is on,")
    it.admits(it.send(it.token()), "A token, now that verification is on,")
    own.control.verify_identity(own.tenant, enabled=False)
    it.lets_by(it.send(), "A user after verification is off")
