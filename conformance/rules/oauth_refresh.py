"""OAU: a refresh token works once, for its client, for no more than was granted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from conformance.contract import Contract
from conformance.oauth import (
    App,
    Tokens,
    app_of,
    basic,
    flow_of,
    insufficient,
    opened_by,
    register,
    require_denial,
    require_error,
    tokens_of,
    with_secret,
    without_identity,
)
from conformance.rule import Check, Need, Untestable, must
from conformance.rules.oauth_codes import AT_ONCE, exchanging, require_one
from conformance.vocabulary import Subjects
from generator.model import Operation

PROMISES = ("ALOHA-04",)
NEEDS = (Need.OAUTH,)
LATE = 7_200
"""Seconds after which a token that was spent comes again."""


def refreshing(contract: Contract) -> Subjects:
    """The token endpoint, where the flow has a `refreshUrl`."""
    flow = flow_of(contract)
    return exchanging(contract) if flow and flow.refreshes else ()


def idling(contract: Contract) -> Subjects:
    """The same, where the contract says how long a grant lasts without a refresh."""
    flow = flow_of(contract)
    return refreshing(contract) if flow and flow.idle else ()


@must("OAU-060", "A refresh gives new tokens that work", refreshing, promises=PROMISES, needs=NEEDS)
def refresh_rotates(check: Check) -> None:
    """Each refresh gives an access token and the next refresh token, for the same scopes.

    Source: RFC 6749 §6; RFC 9700 §4.14.2 (rotation).
    Passes: three refreshes in a row, each with the token of the one before; where an app has a
    secret, it comes once in the body, and then by HTTP Basic.
    Fails: the same refresh token again; none; an access token that is 401.
    """
    app = app_of(check)
    for who in (app, register(check, confidential=True)):
        seen: list[Tokens] = [who.tokens()]
        for number in range(3):
            form = who.refreshment(seen[-1].refresh)
            proof = (basic(who.client_id, who.secret),) if who.secret and number else ()
            exchange = who.post(without_identity(form) if proof else form, *proof)
            seen.append(tokens_of(exchange, "A refresh token"))
            used = who.opens(seen[-1].access)
            check.require(used, "A refreshed token does not work.", exchange)
            check.require(
                seen[-1].refresh and seen[-1].refresh not in {t.refresh for t in seen[:-1]},
                "A refresh gives no new refresh token.",
                exchange,
            )
            check.require(
                seen[-1].access not in {t.access for t in seen[:-1]},
                "A refresh gives the old access token.",
                exchange,
            )
            check.require(
                seen[-1].scopes(who.scopes) == seen[0].scopes(who.scopes),
                "A refresh gives other scopes than were granted.",
                exchange,
            )


@must("OAU-061", "A used refresh token is refused", refreshing, promises=PROMISES, needs=NEEDS)
def used_refresh_token(check: Check) -> None:
    """What was exchanged is spent.

    Source: RFC 9700 §4.14.2.
    Passes: the second time → 400.
    Fails: → 200 with more tokens.
    """
    app = app_of(check)
    tokens = app.tokens()
    tokens_of(app.refresh(tokens.refresh), "A refresh token")
    require_error(
        check, app.refresh(tokens.refresh), "A refresh token that was used", "invalid_grant"
    )


@must(
    "OAU-062",
    "A refresh token that is used again ends all that was granted",
    refreshing,
    promises=PROMISES,
    needs=NEEDS,
)
def used_again_ends_all(check: Check) -> None:
    """Two that have one token are an app and a thief: both have to ask the user again.

    That it was used counts before what else is wrong with the request, and for each kind of app.

    Source: RFC 9700 §4.14.2.
    Passes: after the second use, the newest refresh token → 400, all access tokens → 401; so after
    one that asks for more scopes than were granted, and where an app has a secret.
    Fails: the newest ones go on; another grant of the same app ends with it; the second use is
    `invalid_scope`, and ends nothing.
    """
    app = app_of(check)
    apart, first = app.tokens(), app.tokens()
    second = tokens_of(app.refresh(first.refresh), "A refresh token")
    third = tokens_of(app.refresh(second.refresh), "A refresh token")
    app.refresh(first.refresh)
    for each in (first, second, third):
        check.require(
            not app.opens(each.access), "An access token works after a refresh token came twice."
        )
    exchange = app.refresh(third.refresh)
    require_denial(exchange, "The newest refresh token of a family of which one came twice")
    check.require(app.opens(apart.access), "Another grant of the app ended, too.")
    confidential = register(check, confidential=True)
    for who, scope in ((app, " ".join(app.scopes)), (confidential, None)):
        first = who.tokens(who.scopes[:1])
        second = tokens_of(who.refresh(first.refresh), "A refresh token")
        require_denial(who.refresh(first.refresh, scope=scope), "A refresh token that was used")
        what = f"A refresh token came twice, the second time for {scope or 'what was granted'}"
        used = who.use(second.access, who.probe())
        check.require(used.status == 401, f"{what}, and an access token works.", used)
        require_denial(who.refresh(second.refresh), f"{what}; the newest of its family")


@must(
    "OAU-069",
    "A refresh token that is used again late ends all, too",
    refreshing,
    promises=PROMISES,
    needs=(Need.OAUTH, Need.CLOCK),
)
def used_again_late(check: Check) -> None:
    """What was spent is known for as long as its successor is good: a thief need not be quick.

    Source: RFC 9700 §4.14.2.
    Passes: used again two hours later → 400, and then the newest refresh token → 400.
    Fails: spent tokens are forgotten after a while, so that the newest one goes on.
    """
    app = app_of(check)
    with app.control.frozen():
        first = app.tokens()
        second = tokens_of(app.refresh(first.refresh), "A refresh token")
        app.control.advance(LATE)
        require_denial(app.refresh(first.refresh), "A refresh token that was used two hours ago")
        exchange = app.refresh(second.refresh)
        require_denial(exchange, "The newest refresh token of a family of which one came twice")


@must("OAU-063", "A refresh may ask for fewer scopes", refreshing, promises=PROMISES, needs=NEEDS)
def fewer_scopes(check: Check) -> None:
    """The access token then has those, and no more.

    Source: RFC 6749 §6.
    Passes: `scope=read` → a token that reads, and is 403 where it writes.
    Fails: → 400; → a token that has all the grant has.
    """
    app = app_of(check)
    operation, rest = _closed_by_fewer(check, app)
    refreshed = app.refresh(app.tokens().refresh, scope=" ".join(rest))
    narrow = tokens_of(refreshed, "A refresh for fewer scopes")
    check.require(
        narrow.scopes(rest) == frozenset(rest),
        "A refresh for fewer scopes gives others.",
        narrow.exchange,
    )
    used = app.use(narrow.access, operation)
    check.require(
        used.status == 403, f"A scope that was left out is answered with {used.status}.", used
    )


@must(
    "OAU-067",
    "Fewer scopes once are not fewer for good",
    refreshing,
    promises=PROMISES,
    needs=NEEDS,
)
def all_scopes_again(check: Check) -> None:
    """What was granted is what a later refresh may ask for, and gets where it names no scope.

    Source: RFC 6749 §6 (a scope left out is the scope that the resource owner granted), §3.2 (an
    empty one is left out).
    Passes: a refresh for `read`, then one for `read write` → a token that writes.
    Fails: → 400 `invalid_scope`; → a token that reads only.
    """
    app = app_of(check)
    operation, rest = _closed_by_fewer(check, app)
    for scope in (" ".join(app.scopes), " ".join(reversed(app.scopes)), "", None):
        narrow = tokens_of(app.refresh(app.tokens().refresh, scope=" ".join(rest)), "A refresh")
        wide = tokens_of(app.refresh(narrow.refresh, scope=scope), "A refresh for all scopes")
        used = app.use(wide.access, operation)
        check.require(
            used.status != 403, "After a refresh for fewer scopes no token has all of them.", used
        )


@must(
    "OAU-068",
    "A grant lasts while it is refreshed, and ends when it is not",
    idling,
    promises=PROMISES,
    needs=(Need.OAUTH, Need.CLOCK),
)
def ends_when_idle(check: Check) -> None:
    """Each refresh begins the documented time anew; when it is over, the refresh token is refused.

    Source: the contract's `x-grant-idle`; RFC 9700 §4.14.2 (refresh tokens expire when unused).
    Passes: 90 days; a refresh after 89 days, and one 89 days later → 200; 90 days later → 400.
    Fails: the second → 400, as the grant is 178 days old; the last → 200.
    """
    app = app_of(check)
    idle = app.flow.idle or 0
    early = idle - max(idle // 90, 1)
    with app.control.frozen():
        token = app.tokens().refresh
        for number in (1, 2, 3):
            app.control.advance(early)
            token = tokens_of(app.refresh(token), f"Refresh {number}, each in time,").refresh
        app.control.advance(idle)
        exchange = app.refresh(token)
        require_error(check, exchange, "A refresh when the grant has ended", "invalid_grant")


def _closed_by_fewer(check: Check, app: App) -> tuple[Operation, tuple[str, ...]]:
    """An operation, and scopes that do not open it."""
    for operation in opened_by(check.contract):
        for scopes in insufficient(app.flow, operation):
            if scopes:
                return operation, scopes
    raise Untestable("Every operation is open to all scopes, or there is one scope only.")


@must(
    "OAU-064",
    "A refresh gets no more scopes than were granted",
    refreshing,
    promises=PROMISES,
    needs=NEEDS,
)
def no_more_scopes(check: Check) -> None:
    """What the app may ask for is not what this user agreed to; who is refused spends nothing.

    Source: RFC 6749 §6, §5.2.
    Passes: granted `read`, asked for `read write` → 400 `invalid_scope`; then, for nothing more,
    200.
    Fails: → 200 with `write`; → 200 with `read`; → 400, and the refresh token is spent.
    """
    app = app_of(check)
    if len(app.scopes) < 2:
        raise Untestable("The flow has one scope only.")
    for own, more in ((app.scopes[:1], app.scopes[1]), (app.scopes[1:], app.scopes[0])):
        token = app.tokens(own).refresh
        for scope in (more, " ".join((*own, more)), "no-such-scope"):
            exchange = app.refresh(token, scope=scope)
            require_error(check, exchange, f"A refresh for {scope!r}", "invalid_scope")
        tokens_of(app.refresh(token), "A refresh token with which too much was asked for")


@must(
    "OAU-065", "A refresh token is bound to its client", refreshing, promises=PROMISES, needs=NEEDS
)
def bound_to_client(check: Check) -> None:
    """Another app gets nothing for it, nor does one that cannot prove itself.

    Source: RFC 6749 §6, §10.4.
    Passes: another client → 400.
    Fails: → 200.
    """
    app, confidential = app_of(check), register(check, confidential=True)
    own = confidential.tokens()
    for who in (register(check), confidential):
        require_denial(who.refresh(app.tokens().refresh), "The refresh token of another client")
    for who in (app, with_secret(confidential, ""), with_secret(confidential, "wrong-secret")):
        require_denial(who.refresh(own.refresh), "A confidential client's refresh token")


@must(
    "OAU-066",
    "A refresh token that is used twice at once gives one token",
    refreshing,
    promises=PROMISES,
    needs=NEEDS,
)
def once_at_once(check: Check) -> None:
    """Of requests that come at the same moment one wins, and the others do no harm but lose.

    Source: RFC 9700 §4.14.2; CWE-367.
    Passes: eight at once → one 200, seven 400.
    Fails: → two of them 200; → 500.
    """
    app = app_of(check)
    for _ in range(3):
        token = app.tokens().refresh
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sent = [pool.submit(app.refresh, token) for _ in range(AT_ONCE)]
        require_one(check, [each.result() for each in sent], "refresh token")
