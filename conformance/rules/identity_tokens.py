"""JWT: no user without a token, and a token is one user's, for a time."""

from __future__ import annotations

import json
from typing import Any

from conformance import jwt
from conformance.bodies import places, variations
from conformance.exchange import Exchange
from conformance.identity import HOUR, Door, door
from conformance.rule import Check, Need, must
from conformance.survey import BROWSERS, PAGES
from conformance.vocabulary import identified
from generator.model import Scalar

PROMISES = ("HALO-03", "HALO-04", "HALO-14")
REFUSALS = ("HALO-04",)
NEEDS = (Need.IDENTITY, Need.CLOCK)
ALIKE = (("007", "7"), ("caf\u00e9", "cafe\u0301"), ("u" * 300 + "1", "u" * 300 + "2"))
"""Users whose ids are told from each other by nothing but their code points."""
WRONG_DATES: tuple[Any, ...] = ("tomorrow", "9999999999", None, True, [9999999999], {}, -1, "")
NAMES = ("Größe 返金 \U0001f4b8", "Ada.Lovelace+News@Example.com", " a b/c?d=%20&e#f ", "u" * 120)
"""What users may be called where nothing says how."""


@must("JWT-001", "No user without a proof", identified, promises=REFUSALS, needs=NEEDS)
def no_token(check: Check) -> None:
    """A user who is not anonymous is nobody's to claim, whatever is asked for.

    Sends the body with every value of its closed lists, and asks for what does not exist, too.

    Source: the contract's `x-identity`; OWASP API2:2023.
    Passes: `{"user_id": "user_123"}` without a token → 403.
    Fails: → 200; or an empty token → 200; or one of several actions → 200.
    """
    it = door(check)
    it.refuses(it.send(), "A user without a token")
    it.refuses(it.send(headers=(BROWSERS, PAGES)), "A user without a token, in a browser,")
    for what, body in variations(check.contract, it.schema, it.body):
        it.refuses(it.send(body=body), f"A user without a token, with {what},")
    it.refuses(it.send(""), "A user with an empty token")
    it.refuses(it.send(body=it.of(f"{it.user}-unknown")), "An unknown user without a token")
    for name, value in it.body.items():
        if name.endswith(("_id", "Id")) and (name,) != it.identity.matches:
            body = it.put(it.body, (name,), f"{value}-unknown")
            it.refuses(it.send(body=body), f"A user without a token, with an unknown {name},")
    control = it.organization.control
    if check.operation.response(404) and control.offers("agents"):
        control.set_agent(it.organization.tenant, active=False)
        try:
            it.refuses(it.send(), "A user without a token, where no agent is active,")
        finally:
            control.set_agent(it.organization.tenant)


@must("JWT-002", "A valid token is taken", identified, promises=PROMISES, needs=NEEDS)
def valid_token(check: Check) -> None:
    """As libraries of many languages write it: claims in any order, `typ` or none, other claims.

    Source: RFC 7519 §2 (a date may have a fraction), §4 (claims that are not understood are
    ignored) and §5.1 (`typ` is optional).
    Passes: HS256, `user_id`, `exp` tomorrow, in half a second less, or in a year → 200; so of users
    whose names are in other letters, long, or have spaces and signs.
    Fails: → 403, as `iat` comes first or `typ` is not there; as the token is long, or the user is
    called `Größe 返金`.
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
        "A token whose exp is no whole second": it.token(exp=claims["exp"] + 0.5),
        "A token of a year": it.token(exp=claims["exp"] + 365 * 24 * HOUR),
        "A token of two thousand letters": it.token(about="x" * 1500),
        "A token that names its issuer and its key": jwt.token(
            {**claims, "iss": "https://example.com"},
            secret,
            header={"alg": "HS256", "typ": "JWT", "kid": "2026-05"},
        ),
        "A token spaced out": jwt.token(json.dumps(claims, indent=2).encode(), secret),
    }
    for what, token in tuple(good.items()):
        it.admits(it.send(token), what)
    for name in NAMES if _may_be_any_text(it) else ():
        exchange = it.send(it.token(**{it.subject: name}), body=it.of(name))
        it.lets_by(exchange, f"A user called {name[:20]!r}, proved by a token,")


def _may_be_any_text(it: Door) -> bool:
    """Whether the user may have any name."""
    found = [p for p in places(it.check.contract, it.schema) if p.path == it.identity.matches]
    limits = [place.schema.limits for place in found if place.schema.type == Scalar("string")]
    return any(not each.pattern and not each.max_length for each in limits)


@must(
    "JWT-003",
    "The claims that name a user have an order",
    identified,
    promises=PROMISES,
    needs=NEEDS,
)
def order_of_claims(check: Check) -> None:
    """The first claim that is there names the user; the others are for where it is absent.

    A token is no better for the claim that names its user: it ends, and has to be signed.

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
    for name in names[1:]:
        for what, claims, secret in (
            ("expired", {"exp": now - 600}, it.organization.secret),
            ("has no end", {}, it.organization.secret),
            ("is signed with another key", {"exp": now + HOUR}, "another key"),
        ):
            token = jwt.token({**claims, name: it.user}, secret)
            it.refuses(it.send(token), f"A token with {name} that {what}")


@must("JWT-004", "An expired token is refused", identified, promises=REFUSALS, needs=NEEDS)
def expired(check: Check) -> None:
    """What was true yesterday proves nothing.

    Source: RFC 7519 §4.1.4.
    Passes: `exp` an hour, a day, or fifty years ago → 403.
    Fails: → 200.
    """
    it = door(check)
    now = it.now
    for exp in (now - 600, now - HOUR, now - 24 * HOUR, 1, 0):
        token = it.token(iat=min(exp, now) - HOUR, exp=exp)
        it.refuses(it.send(token), f"A token that expired at {exp}, now being {now},")


@must("JWT-005", "A token expires at its second", identified, promises=REFUSALS, needs=NEEDS)
def expires(check: Check) -> None:
    """Up to `exp` it is good; at `exp` it is not.

    Source: RFC 7519 §4.1.4 ("on or after which the JWT MUST NOT be accepted").
    Passes: half a second before `exp` → 200, half a second later → 403.
    Fails: at `exp` → 200, or a second before it → 403; a good answer is remembered for longer than
    the token lives.
    """
    it = door(check)
    control = it.organization.control
    with control.frozen():
        now = control.now().timestamp()
        end = int(now) + 60
        token = it.token(exp=end)
        it.admits(it.send(token), "A token that expires in a minute")
        control.advance(end - now - 0.5)
        it.admits(it.send(token), "A token in its last half second")
        control.advance(0.501)
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
    for value in WRONG_DATES:
        it.refuses(it.send(it.token(exp=value)), f"A token whose exp is {json.dumps(value)}")
    for text in (b"NaN", b"Infinity", b"-Infinity"):
        raw = json.dumps({**claims, "exp": 0}).encode().replace(b'"exp": 0', b'"exp": ' + text)
        it.refuses(it.send(jwt.token(raw, secret)), f"A token whose exp is {text.decode()}")


@must("JWT-012", "A token is not good before its time", identified, promises=REFUSALS, needs=NEEDS)
def not_before(check: Check) -> None:
    """What says that it is not valid yet is not valid yet.

    Source: RFC 7519 §4.1.5.
    Passes: `nbf` in half an hour → 403.
    Fails: → 200.
    """
    it = door(check)
    now = it.now
    for ahead in (600, HOUR // 2, HOUR * 24 * 365):
        token = it.token(nbf=now + ahead, exp=now + ahead + HOUR)
        it.refuses(it.send(token), f"A token that is valid in {ahead} s")


@must("JWT-013", "A token is for one user", identified, promises=REFUSALS, needs=NEEDS)
def another_user(check: Check) -> None:
    """To the code point: neighbours, other letters, spaces and other types are other users.

    So are ids that are alike as numbers, to the eye, or in their first 300 letters; and others than
    a token was just taken for.

    Source: the contract's `x-identity` (`matches`); RFC 7519 §4.1.2 (case-sensitive strings).
    Passes: a token for `USER_123` → 403.
    Fails: → 200; `["user_123"]`, which some languages hold for equal → 200; a token that was taken
    once is good for whoever is named.
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
    for other in others:
        it.refuses(it.send(it.token(**{it.subject: other})), f"A token for {other!r}")
    nameless = {"exp": it.now + HOUR}
    it.refuses(it.send(jwt.token(nameless, secret)), "A token for nobody")
    for later in it.identity.subject[1:]:
        token = jwt.token({**nameless, it.subject: "", later: user}, secret)
        it.refuses(it.send(token), f"A token whose {it.subject} is empty, and not its {later},")
    good = it.token()
    it.admits(it.send(good), "A token")
    for other in (f"{user}4", user[:-1], user.swapcase(), f" {user}"):
        it.refuses(it.send(good, body=it.of(other)), f"{other!r} with a token for {user!r}")
    for one, other in ALIKE:
        token = it.token(**{it.subject: one})
        it.refuses(it.send(token, body=it.of(other)), f"{other!r} with a token for {one!r}")
