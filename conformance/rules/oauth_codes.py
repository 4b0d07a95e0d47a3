"""OAU: a code is good once, for a while, and only for who asked and how it was asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.oauth import (
    SECOND_CALLBACK,
    Change,
    app_of,
    basic,
    challenge_of,
    flow_of,
    new_verifier,
    register,
    require_denial,
    tokens_of,
)
from conformance.rule import Check, Need, Untestable, Violation, must
from conformance.rules.oauth_authorization import proving
from conformance.vocabulary import Subjects

PROMISES = ("ALOHA-04",)
NEEDS = (Need.OAUTH,)
TIMED = (Need.OAUTH, Need.CLOCK)
LONGEST_LIFE = 600
"""Seconds that a code lives at most (RFC 6749 §4.1.2)."""
AT_ONCE = 8
LOOPBACK = "http://127.0.0.1:{port}/callback"
FEWEST_BITS = 120
"""Of the 128 that RFC 6749 §10.10 asks for, what a random UUID has."""


def exchanging(contract: Contract) -> Subjects:
    """The token endpoint, where the contract has an authorization code flow."""
    flow = flow_of(contract)
    return (flow.token,) if flow else ()


def verifying(contract: Contract) -> Subjects:
    """The token endpoint, where the contract requires PKCE."""
    return exchanging(contract) if proving(contract) else ()


def promising_ten_minutes(contract: Contract) -> Subjects:
    """The token endpoint, where a promise names the rule."""
    named = (glob for globs in contract.proofs.values() for glob in globs)
    promised = any(fnmatchcase("OAU-028", glob) for glob in named)
    return exchanging(contract) if promised else ()


@must(
    "OAU-020",
    "A code is good with its verifier only",
    verifying,
    promises=PROMISES,
    needs=NEEDS,
)
def needs_its_verifier(check: Check) -> None:
    """Who took the code from the redirect has not the verifier.

    Source: RFC 7636 §4.6; RFC 9700 §2.1.1.
    Passes: no `code_verifier`, another, the challenge in its place → 400.
    Fails: → 200 with a token.
    """
    app = app_of(check)
    good = "Aa" + new_verifier()[2:]
    wrong: tuple[Change, ...] = (
        None,
        "",
        new_verifier(),
        challenge_of(good),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good + "A",
        good.swapcase(),
        f"{good} ",
    )
    for verifier in wrong:
        code = app.code(verifier=good)
        exchange = app.redeem(code, code_verifier=verifier)
        require_denial(exchange, f"A code with {_called(verifier, good)}")
    plain = app.code(verifier=good)
    exchange = app.redeem(plain, code_verifier=challenge_of(good), code_challenge_method="plain")
    require_denial(exchange, "A code with its challenge as the verifier, `plain` beside it,")
    confidential = register(check, confidential=True)
    exchange = confidential.redeem(confidential.code(), code_verifier=None)
    require_denial(exchange, "A confidential client's code without a verifier")


def _called(verifier: Change, good: str) -> str:
    if not verifier:
        return "no verifier"
    return "its challenge as the verifier" if verifier == challenge_of(good) else "another verifier"


@must(
    "OAU-021",
    "A verifier has 43 to 128 unreserved characters",
    verifying,
    promises=PROMISES,
    needs=NEEDS,
)
def form_of_a_verifier(check: Check) -> None:
    """A shorter one can be guessed from its challenge, which the browser's history has.

    Source: RFC 7636 §4.1, §7.1.
    Passes: a verifier of 42 characters, of which the challenge was made → 400; 128 → 200.
    Fails: → 200 with a token; 128 → 400.
    """
    app = app_of(check)
    for verifier in ("v" * 42, "v", "v" * 129, "v" * 42 + "+", "v" * 42 + "é", "v" * 43 + "\n"):
        exchange = app.redeem(app.code(verifier=verifier))
        require_denial(exchange, f"A verifier of {len(verifier)} characters, {verifier[-3:]!r},")
    for verifier in ("Az09-._~" * 16, "v" * 43):
        what = f"A verifier of {len(verifier)} characters"
        tokens_of(app.redeem(app.code(verifier=verifier)), what)


@must("OAU-022", "A code is bound to its redirect URI", exchanging, promises=PROMISES, needs=NEEDS)
def bound_to_redirect_uri(check: Check) -> None:
    """The URI of the token request is the one that the code was sent to, to the letter.

    So is the port of a loopback address, which may be any one only where a user is asked.

    Source: RFC 6749 §4.1.3; RFC 8252 §7.3.
    Passes: another URI of the same app → 400.
    Fails: → 200, because it is registered, or because nobody looks.
    """
    app = app_of(check)
    for uri in (
        SECOND_CALLBACK,
        None,
        "",
        f"{app.callback}/",
        f"{app.callback}?x=1",
        app.callback.upper(),
        "https://evil.example/callback",
    ):
        exchange = app.redeem(app.code(), redirect_uri=uri)
        require_denial(exchange, f"A code with the redirect URI {uri!r}")
    try:
        local = register(check, redirect_uris=(LOOPBACK.format(port=8123),))
        code = local.code()
    except (Untestable, Violation):
        return  # No app of this API is on its user's machine.
    exchange = local.redeem(code, redirect_uri=LOOPBACK.format(port=8124))
    require_denial(exchange, "A code with another port of a loopback address")


@must("OAU-023", "A code is bound to its client", exchanging, promises=PROMISES, needs=NEEDS)
def bound_to_client(check: Check) -> None:
    """Another app gets nothing for it, whatever it knows of the request.

    Source: RFC 6749 §4.1.3, §10.5.
    Passes: the code of another client, with its verifier → 400.
    Fails: → 200 with a token.
    """
    app = app_of(check)
    confidential = register(check, confidential=True)
    for other in (register(check), register(check, tenant=check.session.new_tenant())):
        require_denial(other.redeem(app.code()), "The code of another client")
    require_denial(confidential.redeem(app.code()), "The code of another client")
    require_denial(app.redeem(confidential.code()), "The code of a confidential client")
    proof = basic(confidential.client_id, confidential.secret)
    mixed = app.post(app.redemption(app.code()), proof)
    require_denial(mixed, "The code of a client that is named beside another one's secret")
    unnamed = app.redeem(app.code(), client_id=None)
    require_denial(unnamed, "A code that no client presents")


@must("OAU-024", "A code works once", exchanging, promises=PROMISES, needs=NEEDS)
def works_once(check: Check) -> None:
    """What was exchanged is spent, also once it was tried again.

    Source: RFC 6749 §4.1.2, §10.5.
    Passes: the second time → 400.
    Fails: the second or the third time → 200 with another token.
    """
    app = app_of(check)
    code = app.code()
    tokens_of(app.redeem(code))
    for _ in range(3):
        require_denial(app.redeem(code), "A code that was used before")


@must(
    "OAU-025",
    "A code that is used again takes back what it gave",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def used_again_revokes(check: Check) -> None:
    """Two that have one code are an app and a thief, and nobody knows which came first.

    Source: RFC 6749 §4.1.2; RFC 9700 §2.1.1.
    Passes: after the second use the access token is 401 and the refresh token `invalid_grant`.
    Fails: one of them still works.
    """
    app = app_of(check)
    code = app.code()
    tokens = tokens_of(app.redeem(code))
    check.require(app.opens(tokens.access), "A fresh token does not work.", tokens.exchange)
    app.redeem(code)
    check.require(
        not app.opens(tokens.access), "The access token works after its code was used again."
    )
    if tokens.refresh:
        exchange = app.refresh(tokens.refresh)
        require_denial(exchange, "The refresh token of a code that was used again")
        code = app.code()
        first = tokens_of(app.redeem(code))
        second = tokens_of(app.refresh(first.refresh), "A refresh token")
        app.redeem(code)
        check.require(
            not app.opens(second.access), "What was refreshed works after its code was used again."
        )


@must(
    "OAU-030",
    "A code that is used again late takes back what it gave, too",
    exchanging,
    promises=PROMISES,
    needs=TIMED,
)
def used_again_late(check: Check) -> None:
    """The code has ended by itself by then; what it gave has not.

    Source: RFC 6749 §4.1.2; RFC 9700 §2.1.1.
    Passes: used again after ten minutes → the access token is 401, the refresh token
    `invalid_grant`.
    Fails: the code is forgotten when it ends, and who has its tokens keeps them.
    """
    app = app_of(check)
    with app.control.frozen():
        code = app.code()
        tokens = tokens_of(app.redeem(code))
        app.control.advance(LONGEST_LIFE + 1)
        require_denial(app.redeem(code), "A code that was used ten minutes ago")
        check.require(
            not app.opens(tokens.access), "The access token works after its code was used again."
        )
        if tokens.refresh:
            exchange = app.refresh(tokens.refresh)
            require_denial(exchange, "The refresh token of a code that was used again")


@must(
    "OAU-026",
    "A code that is used twice at once gives one token",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def once_at_once(check: Check) -> None:
    """Of requests that come at the same moment one wins, and the others do no harm but lose.

    Source: RFC 6749 §4.1.2; CWE-367.
    Passes: eight at once → one 200, seven 400.
    Fails: → two of them 200, because each looked before the other wrote; → 500.
    """
    app = app_of(check)
    for _ in range(3):
        code = app.code()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sent = [pool.submit(app.redeem, code) for _ in range(AT_ONCE)]
        require_one(check, [each.result() for each in sent], "code")


def require_one(check: Check, exchanges: Sequence[Exchange], what: str) -> None:
    """Require that one of the answers gives tokens, and that the others refuse."""
    won = [each for each in exchanges if each.status == 200]
    check.require(
        len(won) == 1, f"{len(won)} requests get tokens for one {what}.", (won or exchanges)[-1]
    )
    for exchange in exchanges:
        if exchange.status != 200:
            require_denial(exchange, f"A {what} that another request uses")


@must(
    "OAU-027", "A code is good for ten minutes at most", exchanging, promises=PROMISES, needs=TIMED
)
def ends_after_ten_minutes(check: Check) -> None:
    """A code that lies about is one that is found.

    Source: RFC 6749 §4.1.2.
    Passes: 600 seconds later → 400; some seconds later → 200.
    Fails: 600 seconds later → 200.
    """
    app = app_of(check)
    with app.control.frozen():
        soon, late = app.code(), app.code()
        app.control.advance(15)
        tokens_of(app.redeem(soon), "A code of 15 seconds")
        app.control.advance(LONGEST_LIFE - 15)
        require_denial(app.redeem(late), f"A code of {LONGEST_LIFE} seconds")


@must(
    "OAU-028",
    "A code is good for ten minutes",
    promising_ten_minutes,
    promises=PROMISES,
    needs=TIMED,
)
def lasts_ten_minutes(check: Check) -> None:
    """Users and browsers may be slow, up to what is promised.

    Looks only where a promise of the API names this rule: how long less than ten minutes a code
    lives is a server's own affair.

    Source: RFC 6749 §4.1.2; the API's documentation.
    Passes: 599 seconds later → 200.
    Fails: 599 seconds later → 400.
    """
    app = app_of(check)
    with app.control.frozen():
        code = app.code()
        app.control.advance(LONGEST_LIFE - 1)
        tokens_of(app.redeem(code), f"A code of {LONGEST_LIFE - 1} seconds")


@must("OAU-029", "Nobody guesses a code or a token", exchanging, promises=PROMISES, needs=NEEDS)
def cannot_be_guessed(check: Check) -> None:
    """Each is random, 128 bits at the least, and none tells how the next one looks.

    Source: RFC 6749 §10.10.
    Passes: `aoc_` and 43 characters that nothing has in common.
    Fails: a number that counts; one code for two requests; eight characters.
    """
    app = app_of(check)
    codes = [app.code() for _ in range(6)]
    tokens = [tokens_of(app.redeem(code)) for code in codes]
    for what, texts in (
        ("code", [code.value for code in codes]),
        ("access token", [each.access for each in tokens]),
        ("refresh token", [each.refresh for each in tokens if each.refresh]),
    ):
        check.require(len(set(texts)) == len(texts), f"One {what} is given twice.")
        bits = random_bits(texts) if texts else math.inf
        check.require(bits >= FEWEST_BITS, f"A {what} has {bits:.0f} bits that are its own.")


def random_bits(texts: Sequence[str]) -> float:
    """How many bits a text can have in the places in which not all texts are the same."""
    own = [place for place in zip(*texts, strict=False) if len(set(place)) > 1]
    return len(own) * math.log2(_letters("".join(letter for place in own for letter in place)))


def _letters(text: str) -> int:
    """How many letters the alphabet of a text has."""
    if text.isdigit():
        return 10
    return 16 if set(text.lower()) <= set("0123456789abcdef-") else 64
