"""OAU: what the token endpoint answers, and how it knows its clients."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from conformance.exchange import Exchange, Pairs
from conformance.oauth import (
    FORM,
    SECOND_CALLBACK,
    App,
    app_of,
    basic,
    error_of,
    is_success,
    may_be_stored,
    new_verifier,
    register,
    require_denial,
    require_error,
    tokens_of,
    with_secret,
    without_identity,
)
from conformance.rule import Check, Need, Violation, must, should
from conformance.rules.oauth_codes import exchanging

PROMISES = ("ALOHA-04",)
NEEDS = (Need.OAUTH,)
UNKNOWN_CODE = "no-such-code-K7mQ2xTq7LmZ49fK"
GRANT = ("invalid_grant",)
REQUEST = ("invalid_request",)
DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+")
"""What `error` and `error_description` consist of (RFC 6749, appendix A.7 and A.8)."""


@must("OAU-040", "A token comes as documented", exchanging, promises=PROMISES, needs=NEEDS)
def token_as_documented(check: Check) -> None:
    """JSON with the token, how to use it, for how long, and the scopes that were asked for.

    Source: RFC 6749 §5.1, §3.3; RFC 6750 §4.
    Passes: `{"access_token": …, "token_type": "Bearer", "expires_in": 3600, "scope": "read"}`.
    Fails: more or fewer scopes than asked for; `expires_in` in milliseconds or as a string.
    """
    app = app_of(check)
    for scopes in (app.scopes, app.scopes[:1], app.scopes[::-1], app.scopes[1:2] or app.scopes):
        tokens = app.tokens(scopes)
        exchange, given = tokens.exchange, tokens.exchange.json
        kind = exchange.answer.media_type
        check.require(kind == "application/json", f"A token comes as {kind!r}.", exchange)
        type_ = given.get("token_type")
        check.require(str(type_).lower() == "bearer", f"The token_type is {type_!r}.", exchange)
        granted = tokens.scopes(scopes)
        check.require(
            granted == frozenset(scopes),
            f"For {' '.join(scopes)!r} the scope is {' '.join(sorted(granted))!r}.",
            exchange,
        )
        seconds = given.get("expires_in", 1)
        check.require(
            type(seconds) is int and 0 < seconds <= 366 * 86400,
            f"expires_in is {seconds!r}.",
            exchange,
        )
        check.require(
            not app.flow.refreshes or tokens.refresh, "There is no refresh token.", exchange
        )


@must(
    "OAU-041",
    "What the token endpoint answers is stored nowhere",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def not_stored(check: Check) -> None:
    """Tokens, and what is said about them, stay out of every cache.

    Source: RFC 6749 §5.1; RFC 9111 §3.
    Passes: a token with `Cache-Control: no-store`; an error without `Cache-Control`.
    Fails: a token without, or with `private`; an error with `max-age=60`.
    """
    for exchange in _answers(check):
        stored = may_be_stored(exchange)
        check.require(not stored, f"The answer {exchange.status} may be stored.", exchange)


@should(
    "OAU-042",
    "Old caches are told, too",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def pragma(check: Check) -> None:
    """`Pragma: no-cache` is for caches of HTTP/1.0; RFC 6749 asks for it.

    Source: RFC 6749 §5.1.
    Passes: a token with `Pragma: no-cache`.
    Fails: a token without.
    """
    exchange = app_of(check).tokens().exchange
    said = (exchange.answer.header("pragma") or "").lower()
    check.require("no-cache" in said, "A token comes without Pragma: no-cache.", exchange)


@must(
    "OAU-043",
    "Errors of the token endpoint are `{error, error_description}`",
    exchanging,
    promises=(*PROMISES, "ALOHA-17"),
    needs=NEEDS,
)
def shape_of_errors(check: Check) -> None:
    """Clients that know OAuth know these errors, and not the envelope of an API.

    Source: RFC 6749 §5.2.
    Passes: 400 `{"error": "invalid_grant", "error_description": "The code is unknown."}`.
    Fails: `{"error": {"code": …}}`; HTML; a description with a line break or a quotation mark.
    """
    for exchange in _answers(check):
        if is_success(exchange):
            continue
        said, kind = exchange.json, exchange.answer.media_type
        check.require(kind == "application/json", f"An error comes as {kind!r}.", exchange)
        check.require(
            bool(DESCRIPTION.fullmatch(error_of(exchange))),
            "An error is no object with a text as its `error`.",
            exchange,
        )
        text = said.get("error_description", "None.")
        check.require(
            isinstance(text, str) and bool(DESCRIPTION.fullmatch(text)),
            f"The error_description is {text!r}.",
            exchange,
        )


def _answers(check: Check) -> Iterator[Exchange]:
    """A token, and refusals of every kind."""
    app = app_of(check)
    tokens = app.tokens()
    yield tokens.exchange
    if app.flow.refreshes:
        yield app.refresh(tokens.refresh)
        yield app.refresh("no-such-refresh-token")
    unknown = ((*app.redemption(app.code(), client_id="no-such-client"),), ())
    confidential = register(check, confidential=True)
    code = confidential.redemption(confidential.code())
    wrong = (without_identity(code), (basic(confidential.client_id, "wrong-secret"),))
    for form, headers in (
        unknown,
        wrong,
        ((), ()),
        (app.redemption(app.code(), code=UNKNOWN_CODE), ()),
        (app.redemption(app.code(), code='"\\\n\xe9'), ()),
        (app.redemption(app.code(), grant_type='"\\\n\xe9'), ()),
        (app.redemption(app.code(), grant_type="password"), ()),
        (app.redemption(app.code(), code_verifier=None), ()),
        ((*app.redemption(app.code()), ("code", UNKNOWN_CODE)), ()),
    ):
        yield app.post(form, *headers)


@must(
    "OAU-044",
    "Each fault of a token request has its code",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def codes_of_faults(check: Check) -> None:
    """A client asks the user again for `invalid_grant`, and reports a bug for all else.

    Whether each is refused at all is what other rules are about.

    Source: RFC 6749 §5.2; RFC 7636 §4.6.
    Passes: an unknown code → 400 `invalid_grant`; no code → 400 `invalid_request`.
    Fails: an unknown code → 401, 404, or `invalid_request`; a used one → 409.
    """
    app = app_of(check)
    used = app.code()
    tokens_of(app.redeem(used))
    faults: list[tuple[str, Pairs, tuple[str, ...]]] = [
        ("An unknown code", app.redemption(app.code(), code=UNKNOWN_CODE), GRANT),
        ("A used code", app.redemption(used), GRANT),
        ("Another client's code", app.redemption(register(check).code()), GRANT),
        (
            "Another redirect URI",
            app.redemption(app.code(), redirect_uri=SECOND_CALLBACK),
            GRANT,
        ),
        ("Another verifier", app.redemption(app.code(), code_verifier=new_verifier()), GRANT),
        ("No code", app.redemption(app.code(), code=None), REQUEST),
        ("No grant_type", app.redemption(app.code(), grant_type=None), REQUEST),
        ("An empty grant_type", app.redemption(app.code(), grant_type=""), REQUEST),
        ("No verifier", app.redemption(app.code(), code_verifier=None), (*REQUEST, *GRANT)),
        ("No redirect URI", app.redemption(app.code(), redirect_uri=None), (*REQUEST, *GRANT)),
    ]
    if app.flow.refreshes:
        fresh = app.tokens().refresh
        faults += [
            ("An unknown refresh token", app.refreshment("no-such-refresh-token"), GRANT),
            ("No refresh token", app.refreshment(fresh, refresh_token=None), REQUEST),
        ]
    for what, form, codes in faults:
        exchange = app.post(form)
        if not is_success(exchange):
            require_error(check, exchange, what, *codes)


@must(
    "OAU-045",
    "Other grants than the documented ones are unsupported",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def other_grants(check: Check) -> None:
    """No user's password and no app's own name gets a token.

    Source: RFC 6749 §5.2; RFC 9700 §2.4 (no resource owner password credentials).
    Passes: `grant_type=password` → 400 `unsupported_grant_type`.
    Fails: `grant_type=client_credentials` → 200; an unknown one → `invalid_request`.
    """
    app = app_of(check)
    confidential = register(check, confidential=True)
    kinds = {flow.kind for scheme in check.contract.api.security_schemes for flow in scheme.flows}
    known = {"password": "password", "clientCredentials": "client_credentials"}
    for kind, grant in known.items():
        more = (("username", "user"), ("password", "secret-password"))
        for who in (app, confidential) if kind not in kinds else ():
            form = who.redemption(who.code(), grant_type=grant)
            require_denial(who.post((*form, *more)), f"The grant {grant}")
            codes = ("unsupported_grant_type", "unauthorized_client")
            require_error(check, who.post(form), f"The grant {grant}", *codes)
    for grant in ("no-such-grant", "urn:example:none", "AUTHORIZATION_CODE"):
        exchange = app.redeem(app.code(), grant_type=grant)
        require_error(check, exchange, f"The grant {grant}", "unsupported_grant_type")


@must(
    "OAU-046",
    "A client that is not who it says is invalid_client",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def invalid_client(check: Check) -> None:
    """A confidential client proves itself by its secret, and by no other's; nobody is unknown.

    Source: RFC 6749 §2.3, §3.2.1, §5.2.
    Passes: a wrong secret by HTTP Basic → 401 `invalid_client`, `WWW-Authenticate: Basic …`.
    Fails: → 400 `invalid_grant`; → 200, because a missing secret is no wrong one.
    """
    app, own = app_of(check), register(check, confidential=True)
    other = register(check, confidential=True)
    for who, what in (
        (with_secret(own, ""), "A confidential client without its secret"),
        (with_secret(own, "wrong-secret"), "A wrong secret"),
        (with_secret(own, own.secret[:-1]), "The secret but for its last character"),
        (with_secret(own, own.secret + "x"), "The secret and one character more"),
        (with_secret(own, own.secret.swapcase()), "The secret in another case"),
        (with_secret(own, other.secret), "The secret of another client"),
    ):
        require_error(check, who.redeem(own.code()), what, "invalid_client")
    for client_id in ("no-such-client", app.client_id.swapcase(), app.client_id + "x"):
        exchange = app.redeem(app.code(), client_id=client_id)
        require_error(check, exchange, "An unknown client", "invalid_client")
    form = without_identity(own.redemption(own.code()))
    for header, what in _wrong_headers(own, other):
        exchange = own.post(form, header)
        require_error(check, exchange, what, "invalid_client")
        _require_basic(exchange)


def _wrong_headers(own: App, other: App) -> Iterator[tuple[tuple[str, str], str]]:
    yield basic(own.client_id, "wrong-secret"), "A wrong secret by HTTP Basic"
    yield basic(own.client_id, ""), "An empty secret by HTTP Basic"
    yield basic(own.client_id, other.secret), "Another client's secret by HTTP Basic"
    yield basic("no-such-client", own.secret), "An unknown client by HTTP Basic"
    plain = base64.b64encode(own.client_id.encode()).decode()
    yield ("Authorization", f"Basic {plain}"), "HTTP Basic without a colon"
    yield ("Authorization", "Basic !!!"), "HTTP Basic that is no base 64"


def _require_basic(exchange: Exchange) -> None:
    asked = ",".join(exchange.answer.all("www-authenticate"))
    if exchange.status != 401 or "basic" not in asked.lower():
        raise Violation(
            f"HTTP Basic that fails is answered with {exchange.status}, "
            f"WWW-Authenticate {asked or 'missing'}.",
            exchange,
        )


@must(
    "OAU-047",
    "A client proves itself by HTTP Basic or in the body",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def both_ways_to_authenticate(check: Check) -> None:
    """Either way works alone; two at once is one too many.

    Source: RFC 6749 §2.3, §2.3.1.
    Passes: Basic → 200; `client_secret` → 200; both → 400 `invalid_request`.
    Fails: Basic → 401; both → 200.
    """
    own = register(check, confidential=True)
    proof = basic(own.client_id, own.secret)
    tokens_of(own.redeem(own.code()), "A client_secret in the body")
    form = own.redemption(own.code())
    tokens_of(own.post(without_identity(form), proof), "A client by HTTP Basic")
    lower = (proof[0], "basic" + proof[1][5:])
    again = without_identity(own.redemption(own.code()))
    tokens_of(own.post(again, lower), "A client by HTTP Basic, written `basic`,")
    twice = own.post(own.redemption(own.code()), proof)
    codes = ("invalid_request", "invalid_client")
    require_error(check, twice, "A client that authenticates twice", *codes)


@must(
    "OAU-048",
    "A repeated parameter of a token request is refused",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def repeated_parameters(check: Check) -> None:
    """Of two values neither is the one that is meant.

    Source: RFC 6749 §3.2.
    Passes: `code=a&code=b` → 400 `invalid_request`.
    Fails: → 200, for the first or the last of them.
    """
    app = app_of(check)
    for name in ("grant_type", "code", "redirect_uri", "code_verifier", "client_id"):
        form = app.redemption(app.code())
        value = dict(form)[name]
        for twice in ((*form, (name, value)), (*form, (name, "x" * 43)), ((name, "y"), *form)):
            require_error(check, app.post(twice), f"A repeated {name}", "invalid_request")


@must(
    "OAU-049",
    "Unknown parameters of a token request are ignored",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def unknown_parameters(check: Check) -> None:
    """Clients send what other servers know, such as `audience`; it must not stop them.

    Nor must the charset that many of them add to the media type of a form.

    Source: RFC 6749 §3.2 (the server MUST ignore unrecognized request parameters).
    Passes: `audience=x` besides a good request → 200; with `; charset=UTF-8` → 200.
    Fails: → 400.
    """
    app = app_of(check)
    more = (("audience", "https://a.example"), ("x", ""), ("nonce", "1"))
    tokens_of(app.post((*app.redemption(app.code()), *more)), "A request with unknown parameters")
    told = app.post(app.redemption(app.code()), kind=f"{FORM[1]};charset=UTF-8")
    tokens_of(told, "A form whose media type names UTF-8")


@must(
    "OAU-050",
    "Parameters of a token request count in its body only",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def body_only(check: Check) -> None:
    """What stands in a URL stands in logs.

    Source: RFC 6749 §2.3.1, §3.2.
    Passes: `POST /oauth/token?code=…` with an empty body → 400.
    Fails: → 200.
    """
    app, own = app_of(check), register(check, confidential=True)
    for who, names in (
        (app, {"grant_type", "client_id", "code", "redirect_uri", "code_verifier"}),
        (app, {"code"}),
        (app, {"code_verifier"}),
        (own, {"client_id", "client_secret"}),
    ):
        form = who.redemption(who.code())
        kept = tuple(pair for pair in form if pair[0] not in names)
        query = urlencode([pair for pair in form if pair[0] in names])
        exchange = who.post(kept, query=query)
        require_denial(exchange, f"A request with {', '.join(sorted(names))} in the query")


@must("OAU-051", "A refusal repeats no secret", exchanging, promises=PROMISES, needs=NEEDS)
def nothing_is_repeated(check: Check) -> None:
    """Errors are logged, shown and sent on: no code, verifier, secret or token is in one.

    Source: CWE-209, CWE-532; RFC 9700 §4.2.
    Passes: "The code is unknown, used or expired."
    Fails: "The code aoc_9f… is unknown."
    """
    app, own = app_of(check), register(check, confidential=True)
    used = app.code()
    tokens = tokens_of(app.redeem(used))
    code = own.code()
    sends: list[tuple[Callable[[], Exchange], tuple[str, ...]]] = [
        (lambda: app.redeem(used), (used.value, used.verifier)),
        (lambda: app.redeem(code, code=UNKNOWN_CODE), (UNKNOWN_CODE,)),
        (lambda: app.redeem(code), (code.value, code.verifier)),
        (lambda: app.redeem(code, grant_type="none"), (code.value, code.verifier)),
        (lambda: app.redeem(code, code_verifier=UNKNOWN_CODE), (code.value, UNKNOWN_CODE)),
        (lambda: app.refresh(tokens.access), (tokens.access,)),
        (lambda: app.refresh(tokens.refresh + "x"), (tokens.refresh,)),
        (lambda: with_secret(own, UNKNOWN_CODE).redeem(code), (UNKNOWN_CODE, code.value)),
        (lambda: own.post((), basic(own.client_id, own.secret)), (own.secret,)),
        (lambda: own.redeem(code, grant_type=own.secret), (own.secret,)),
        (lambda: app.authorize(app.request(scope=UNKNOWN_CODE)), (UNKNOWN_CODE,)),
        (lambda: app.authorize(app.request(code=code.value, scope="none")), (code.value,)),
    ]
    for send, secrets in sends:
        exchange = send()
        told = exchange.answer.body.decode("utf-8", "replace") + repr(exchange.answer.headers)
        repeated = [secret for secret in secrets if secret and secret in told]
        check.require(not repeated, "An answer repeats what it refuses.", exchange)
