"""OAU: how an app asks a user for access, and where the browser goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from conformance.contract import Contract
from conformance.exchange import Exchange, Pairs
from conformance.oauth import (
    CALLBACK,
    SECOND_CALLBACK,
    STATE,
    app_of,
    asks_the_user,
    challenge_of,
    come_back,
    flow_of,
    is_success,
    new_verifier,
    register,
    require_nowhere,
    require_sent_back,
    tokens_of,
)
from conformance.rule import Check, Need, Untestable, Violation, must
from conformance.vocabulary import Subjects
from generator.model import Constant, Parameter

PROMISES = ("ALOHA-04",)
NEEDS = (Need.OAUTH,)
STATES = (
    STATE,
    "0",
    "a b+c%20d",
    "&code=x&error=y",
    "?a=1&b=2#c;d",
    "/\\:@.~-_!$'()*,",
    "<\"'>{}|^`[]",
    "%",
    "%25%00",
    "ABCdef==",
    "s" * 2000,
)
"""Of the characters of RFC 6749, appendix A.5: %x20 to %x7E."""


def authorizing(contract: Contract) -> Subjects:
    """The authorization endpoint, where the contract has an authorization code flow."""
    flow = flow_of(contract)
    return (flow.authorize,) if flow else ()


def proving(contract: Contract) -> Subjects:
    """The authorization endpoint, where the contract requires PKCE."""
    flow = flow_of(contract)
    needed = flow and (found := _parameter(contract, "code_challenge")) and found.required
    return (flow.authorize,) if flow and needed else ()


def hashing(contract: Contract) -> Subjects:
    """The authorization endpoint, where the contract requires PKCE with S256."""
    found = _parameter(contract, "code_challenge_method")
    type_ = contract.resolve(found.schema).type if found else None
    only = isinstance(type_, Constant) and type_.value == "S256"
    return proving(contract) if only or (found and contract.values(found) == ("S256",)) else ()


def defaulting(contract: Contract) -> Subjects:
    """The authorization endpoint, where its `scope` has a default."""
    found = _parameter(contract, "scope")
    return authorizing(contract) if found and found.schema.has_default else ()


@must(
    "OAU-001",
    "The whole flow works as documented",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def whole_flow(check: Check) -> None:
    """An app asks, a user agrees, the code becomes a token, and the token opens the API.

    Source: RFC 6749 §4.1, §5.1; RFC 6750 §2.1.
    Passes: 200 with a page, a redirect with `code` and `state`, 200 with a token, 200 with rows.
    Fails: no code; the token is answered with 401; the order of scopes counts; only the first of
    the registered redirect URIs gets tokens.
    """
    app = app_of(check)
    page = app.authorize(app.request())
    check.require(
        asks_the_user(page, app.callback),
        f"A good authorization request is answered with {page.status}.",
        page,
    )
    tokens = app.tokens()
    used = app.use(tokens.access, app.probe())
    check.require(is_success(used), f"A fresh token is answered with {used.status}.", used)
    beside, scope = replace(app, callback=SECOND_CALLBACK), " ".join(reversed(app.scopes))
    tokens_of(beside.redeem(beside.code(scope=scope)), "A code of another redirect URI")


@must("OAU-002", "The state comes back as it was", authorizing, promises=PROMISES, needs=NEEDS)
def state_comes_back(check: Check) -> None:
    """An app knows by its `state` that an answer is for what it asked: with a code, an error, a no.

    Source: RFC 6749 §4.1.2, §4.1.2.1, §10.12.
    Passes: `state=a%20b%2Bc` → `state=a+b%2Bc`; without a state none comes back.
    Fails: `state=a%20b%2Bc` → `state=a b c`; an error without `state`.
    """
    app = app_of(check)
    for state in STATES:
        _same_state(app.decide(app.request(state=state)), state)
    for state in (*STATES[:5], STATES[-1]):
        _same_state(app.decide(app.request(state=state), deny=True), state)
        _same_state(app.decide(app.request(state=state, scope="no-such-scope")), state)
        exchange = app.authorize(app.request(state=state, scope="no-such-scope"))
        _same_state(exchange.answer.header("location") or "", state, exchange)
    without = come_back(app.decide(app.request(state=None)), CALLBACK)
    check.require(not without.get("state"), "A state comes back that was never sent.")


def _same_state(location: str, state: str, exchange: Exchange | None = None) -> None:
    found = come_back(location, CALLBACK, exchange).get("state")
    if found != state:
        raise Violation(f"The state {state[:40]!r} comes back as {(found or '')[:60]!r}.", exchange)


@must(
    "OAU-003",
    "A redirect URI keeps its own query",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def query_is_kept(check: Check) -> None:
    """What a registered URI has in its query stays there, and the answer comes after it.

    Source: RFC 6749 §3.1.2.
    Passes: `/callback?from=us` → `/callback?from=us&code=…`.
    Fails: → `/callback?from=us?code=…`, `/callback?code=…`.
    """
    for uri in (f"{CALLBACK}?from=us&path=%2Fa%20b", "https://partner.example/"):
        app = register(check, redirect_uris=(uri,))
        tokens_of(app.redeem(app.code()), "A code for a redirect URI with a query")
        come_back(app.decide(app.request(), deny=True), uri)
        wrong = app.request(response_type="no-such-type")
        told = ("unsupported_response_type", "unauthorized_client")
        require_sent_back(app, wrong, "A wrong request for a redirect URI with a query", *told)


@must("OAU-004", "Nothing is granted without PKCE", proving, promises=PROMISES, needs=NEEDS)
def challenge_required(check: Check) -> None:
    """A code without a challenge is good for whoever steals it.

    Source: RFC 7636 §4.4.1; RFC 9700 §2.1.1.
    Passes: no `code_challenge` → 302 with `error=invalid_request`.
    Fails: no `code_challenge` → the page, and a code.
    """
    app = app_of(check)
    bare = app.request(code_challenge=None, code_challenge_method=None)
    require_sent_back(app, bare, "A request without PKCE", "invalid_request")
    for changed in ({"code_challenge": None}, {"code_challenge": ""}):
        request = app.request(**changed)
        require_sent_back(app, request, "A request without a code_challenge", "invalid_request")
    confidential = register(check, confidential=True)
    bare = confidential.request(code_challenge=None, code_challenge_method=None)
    what = "A request of a confidential client without PKCE"
    require_sent_back(confidential, bare, what, "invalid_request")


@must("OAU-005", "S256 is the only challenge method", hashing, promises=PROMISES, needs=NEEDS)
def only_s256(check: Check) -> None:
    """Who sees a `plain` challenge has the verifier; `plain` is also what no method means.

    Source: RFC 7636 §4.3, §7.2; RFC 9700 §2.1.1.
    Passes: `code_challenge_method=plain` → 302 with `error=invalid_request`.
    Fails: `code_challenge_method=plain`, or none → the page, and a code.
    """
    app = app_of(check)
    for method in ("plain", None, "", "s256", "S512", "none"):
        request = app.asking(new_verifier(), code_challenge_method=method)
        require_sent_back(app, request, f"The challenge method {method!r}", "invalid_request")
    found = _parameter(check.contract, "code_challenge")
    pattern = found.schema.limits.pattern if found else None
    whole = challenge_of(new_verifier())
    for challenge in (whole[:-1], whole + "A", whole + "=", whole[:-1] + "+"):
        if pattern and not re.search(pattern, challenge):
            request = app.asking(challenge)
            require_sent_back(app, request, "A malformed code_challenge", "invalid_request")


@must(
    "OAU-006",
    "An unknown client sends nobody anywhere",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def unknown_client(check: Check) -> None:
    """Whose redirect URI is not known to be an app's is told nothing.

    Source: RFC 6749 §4.1.2.1, §10.15 (open redirectors); RFC 9700 §4.11.2.
    Passes: an unknown `client_id` → 400, no `Location`.
    Fails: → 302 to the `redirect_uri` of the request, with `error=unauthorized_client`.
    """
    app = app_of(check)
    id_ = app.client_id
    known = (None, "", "no-such-client", id_[:-1], id_ + "x", id_.swapcase(), f" {id_}", "%", "*")
    for client_id in known:
        require_nowhere(app, app.request(client_id=client_id), f"The client_id {client_id!r}")


@must(
    "OAU-007",
    "A redirect URI is compared character by character",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def exact_redirect_uri(check: Check) -> None:
    """Nothing but the registered URI itself gets a code: all that is nearly it may be another's.

    Source: RFC 9700 §2.1, §4.1.3; RFC 6749 §3.1.2.3.
    Passes: `https://partner.example/callback/` → 400, no `Location`.
    Fails: → 302, or the page and then a code, for a URI that only begins like the registered one.
    """
    app = app_of(check)
    for uri in near_misses():
        require_nowhere(app, app.request(redirect_uri=uri), f"The redirect URI {uri!r}")
    other = register(check, redirect_uris=("https://other.example/callback",))
    foreign = app.request(redirect_uri=other.callback)
    require_nowhere(app, foreign, "The redirect URI of another client")
    queried = register(check, redirect_uris=(f"{CALLBACK}?a=1&b=2",))
    for uri in (CALLBACK, f"{CALLBACK}?b=2&a=1", f"{CALLBACK}?a=1"):
        request = queried.request(redirect_uri=uri)
        require_nowhere(queried, request, "A registered redirect URI with another query")
    found = _parameter(check.contract, "redirect_uri")
    if found and found.required:
        require_nowhere(app, app.request(redirect_uri=None), "No redirect URI")
        require_nowhere(app, app.request(redirect_uri=""), "An empty redirect URI")


def near_misses() -> Iterator[str]:
    """URIs that are nearly the registered one."""
    scheme, host, path = "https", "partner.example", "/callback"
    for near in (
        f"{path}/",
        f"{path}/x",
        f"{path}x",
        f"{path}?",
        f"{path}?next=https%3A%2F%2Fevil.example",
        f"{path}&x=1",
        f"{path}#x",
        f"{path};x",
        f"{path}%00",
        f"{path}%20",
        path.upper(),
        "/%63allback",
        "/./callback",
        "/x/../callback",
        "/callback/../evil",
        "//callback",
        "/",
        "",
    ):
        yield f"{scheme}://{host}{near}"
    for near in (
        f"{host}:443",
        f"{host}:8443",
        f"user@{host}",
        f"{host}@evil.example",
        f"evil.example\\@{host}",
        f"{host}.evil.example",
        f"evil{host}",
        f"www.{host}",
        f"{host}.",
        host.upper(),
        "evil.example",
    ):
        yield f"{scheme}://{near}{path}"
    yield f"http://{host}{path}"
    yield f"HTTPS://{host}{path}"
    yield f"//{host}{path}"
    yield path
    yield f" {CALLBACK}"
    yield f"{CALLBACK} "
    yield f"{CALLBACK}\n"
    yield f"{CALLBACK} https://evil.example/callback"
    yield "javascript:alert(1)"


@must(
    "OAU-008",
    "What is wrong with a request is told to its app",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def told_to_the_app(check: Check) -> None:
    """A known app learns by redirect what is wrong, from a code of the RFC, and gets no code.

    Source: RFC 6749 §3.1.1, §3.3, §4.1.2.1; RFC 9700 §2.1.2 (no implicit grant), §4.12.
    Passes: `response_type=token` → 302 with `error=unsupported_response_type`.
    Fails: → 400; → a token in the fragment; → 307; `scope=no-such-scope` → the page.
    """
    app = app_of(check)
    unsupported = ("unsupported_response_type", "unauthorized_client")
    for response_type in ("token", "id_token", "CODE", "no-such-type"):
        request = app.request(response_type=response_type)
        require_sent_back(app, request, f"The response_type {response_type}", *unsupported)
    request = app.request(response_type="code token")
    require_sent_back(app, request, "The response_type 'code token'", *unsupported)
    for response_type_ in (None, ""):
        request = app.request(response_type=response_type_)
        require_sent_back(app, request, "No response_type", "invalid_request")
    good = app.scopes[0]
    for scope in ("no-such-scope", f"{good} no-such-scope", good.swapcase(), f"{good}x"):
        request = app.request(scope=scope)
        require_sent_back(app, request, f"The scope {scope!r}", "invalid_scope")


@must(
    "OAU-009",
    "A user's no is told to the app",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def user_says_no(check: Check) -> None:
    """Who denies gives nothing, and the app knows.

    Source: RFC 6749 §4.1.2.1.
    Passes: → the redirect URI with `error=access_denied`.
    Fails: → the redirect URI with a `code`; nowhere.
    """
    app = app_of(check)
    answer = come_back(app.decide(app.request(), deny=True), CALLBACK)
    check.require(
        answer.get("error") == "access_denied" and "code" not in answer,
        f"A user's no is told as {answer.get('error')!r}.",
    )


@must(
    "OAU-010",
    "Unknown parameters of an authorization request are ignored",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def unknown_parameters(check: Check) -> None:
    """Apps send what other servers know, such as `prompt`; it must not stop them.

    Source: RFC 6749 §3.1 (the server MUST ignore unrecognized request parameters).
    Passes: `prompt=consent&x=1` besides a good request → the page.
    Fails: → 400, or 302 with `error=invalid_request`.
    """
    app = app_of(check)
    more = (("prompt", "consent"), ("x", ""), ("nonce", "1"), ("audience", "https://a.example"))
    request = (*app.request(), *more)
    exchange, without = app.authorize(request), app.authorize(app.request())
    check.require(
        exchange.status == without.status,
        f"Unknown parameters make {exchange.status} of {without.status}.",
        exchange,
    )
    answer = come_back(app.decide(request), CALLBACK)
    check.require("code" in answer, "Unknown parameters take the code away.")


@must(
    "OAU-011",
    "A repeated parameter of an authorization request is refused",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def repeated_parameters(check: Check) -> None:
    """Which of two values is meant is decided by nobody, so that no two parties read another one.

    Source: RFC 6749 §3.1 (parameters MUST NOT be included more than once), §4.1.2.1.
    Passes: `scope=read&scope=write` → 302 with `error=invalid_request`; two `client_id` → 400.
    Fails: → the page, for the first or the last of them.
    """
    app = app_of(check)
    for name, value in app.request():
        for request in _twice(app.request(), name, value):
            what = f"A repeated {name}"
            if name in {"client_id", "redirect_uri"}:
                require_nowhere(app, request, what)
            else:
                require_sent_back(app, request, what, "invalid_request")


def _twice(request: Pairs, name: str, value: str) -> Iterator[Pairs]:
    yield (*request, (name, value))
    yield ((name, "https://evil.example/"), *request)


@must(
    "OAU-016",
    "An app gets no scope that it is not registered for",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def registered_scopes_only(check: Check) -> None:
    """A user can agree to no more than what the app was let in for.

    A server may also grant less than was asked for, and say so.

    Source: RFC 6749 §3.3, §4.1.2.1 (`invalid_scope`).
    Passes: an app for `read` that asks for `write` → `error=invalid_scope`.
    Fails: → a code whose token has `write`.
    """
    scopes = app_of(check).scopes
    if len(scopes) < 2:
        raise Untestable("The flow has one scope only.")
    for own, more in ((scopes[:1], scopes[1:]), (scopes[1:], scopes[:1])):
        app = register(check, scopes=own)
        for scope in (more[0], f"{own[0]} {more[0]}"):
            request = app.request(scope=scope)
            answer = come_back(app.decide(request), CALLBACK)
            what = f"The scope {scope!r} of an app for {' '.join(own)!r}"
            if "code" in answer:
                granted = tokens_of(app.redeem(app.code(scope=scope))).scopes((*own, *more))
                check.require(granted <= {*own}, f"{what} is granted.")
            else:
                error = answer.get("error")
                check.require(error == "invalid_scope", f"{what} is told as {error!r}.")


@must(
    "OAU-017",
    "Without a scope, an app asks for the documented one",
    defaulting,
    promises=PROMISES,
    needs=NEEDS,
)
def default_scope(check: Check) -> None:
    """What nobody asked for is not more than what is documented.

    Source: RFC 6749 §3.3; the default of the contract's `scope` parameter.
    Passes: no `scope`, default `read` → a token for `read`.
    Fails: → a token for all that the app is registered for.
    """
    app = app_of(check)
    found = _parameter(check.contract, "scope")
    wanted = frozenset(str(found.schema.default).split(" ")) if found else frozenset()
    for scope in (None, ""):
        tokens = tokens_of(app.redeem(app.code(scope=scope)))
        granted = tokens.scopes(sorted(wanted))
        check.require(
            granted == wanted,
            f"Without a scope {' '.join(sorted(granted))!r} is granted, "
            f"not {' '.join(sorted(wanted))!r}.",
            tokens.exchange,
        )


@must(
    "OAU-018",
    "No part of an authorization request becomes a header",
    authorizing,
    promises=PROMISES,
    needs=NEEDS,
)
def no_injection(check: Check) -> None:
    """A line break in a value must not end `Location` and begin another header.

    Source: RFC 6749 §10.14; RFC 9110 §5.5; CWE-113.
    Passes: `state=%0D%0AX-Injected:%201` → no header `X-Injected`.
    Fails: an answer with the header `X-Injected`; 500.
    """
    app, value = app_of(check), "a\r\nX-Injected: 1\r\n\r\n"
    for request in (
        app.request(state=value),
        app.request(state=value, scope="no-such-scope"),
        app.request(scope=value),
        app.request(response_type=value),
        app.request(redirect_uri=CALLBACK + value),
    ):
        exchange = app.authorize(request)
        injected = exchange.answer.header("x-injected") is not None
        check.require(
            not injected and exchange.status < 500,
            "A header is injected." if injected else f"It is answered with {exchange.status}.",
            exchange,
        )


def _parameter(contract: Contract, name: str) -> Parameter | None:
    flow = flow_of(contract)
    parameters = flow.authorize.in_location("query") if flow else ()
    return next((each for each in parameters if each.name == name), None)
