"""OAU: what an access token opens, for how long, and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.caller import Caller
from conformance.contract import Contract
from conformance.encodings import forms
from conformance.exchange import Exchange, Pairs
from conformance.filters import filters
from conformance.months import seconds_to_end
from conformance.oauth import (
    FORM,
    App,
    Tokens,
    app_of,
    insufficient,
    needed_scopes,
    opened_by,
    register,
    require_denial,
    tokens_of,
)
from conformance.refusal import require_refusal
from conformance.resources import resources
from conformance.rule import Check, Need, must
from conformance.rules.authentication import ask, near
from conformance.rules.oauth_authorization import authorizing
from conformance.rules.oauth_codes import exchanging
from conformance.sample import NO_SUCH_ID
from conformance.session import DOCUMENTED_TENANT
from conformance.shapes import of_every_shape
from conformance.survey import BROWSERS
from conformance.vocabulary import (
    Subjects,
    id_parameter,
    is_detail,
    is_list,
    is_safe,
    list_of,
    listed_details,
    parent_of,
)
from conformance.walk import identity, read_page

PROMISES = ("ALOHA-04",)
NEEDS = (Need.OAUTH,)
LATE = 60.0
"""How many seconds before a month's end tokens are given."""


def scoped(contract: Contract) -> Subjects:
    """Every operation that an access token opens."""
    return opened_by(contract)


def scoped_lists(contract: Contract) -> Subjects:
    """Every list that an access token opens."""
    return tuple(op for op in opened_by(contract) if is_list(op))


@must(
    "OAU-070",
    "An access token lives as long as it says",
    exchanging,
    promises=PROMISES,
    needs=(Need.OAUTH, Need.CLOCK),
)
def lifetime(check: Check) -> None:
    """`expires_in` is neither a promise that is broken early, nor one that is kept for ever.

    Tokens are given so late that the month ends before they do.

    Source: RFC 6749 §5.1, §4.2.2; RFC 6750 §3.1.
    Passes: a second before → 200; at `expires_in` → 401; a refresh then works.
    Fails: at `expires_in` → 200; a minute before → 401; a refresh ends the token before it, or
    gives one that ends when that one does.
    """
    app = app_of(check)
    with app.control.frozen():
        app.control.advance(seconds_to_end(app.control.now()) - LATE)
        tokens, first = app.tokens(), app.tokens()
        app.control.advance(tokens.lifetime // 2)
        second = tokens_of(app.refresh(first.refresh)) if first.refresh else first
        app.control.advance(tokens.lifetime - tokens.lifetime // 2 - 1)
        for each in (tokens, first):
            check.require(app.opens(each.access), "A token ends before its expires_in.")
        app.control.advance(1)
        for each in (tokens, first):
            check.require(not app.opens(each.access), "A token works after its expires_in.")
        check.require(
            app.opens(second.access) or not first.refresh,
            "A token of a refresh ends with the token before it.",
        )
        if tokens.refresh:
            fresh = tokens_of(app.refresh(tokens.refresh), "A refresh after the token ended")
            app.control.advance(fresh.lifetime - 1)
            check.require(app.opens(fresh.access), "A refreshed token ends before its expires_in.")
            app.control.advance(1)
            check.require(not app.opens(fresh.access), "It works after its expires_in.")


@must(
    "OAU-071",
    "A token with the documented scopes opens an operation",
    scoped,
    promises=PROMISES,
    needs=NEEDS,
)
def enough_scope(check: Check) -> None:
    """The scopes that the contract lists at an operation are enough, and each alternative is.

    Source: the contract's `security`; RFC 6750 §3.1.
    Passes: `GET /posts` with a token for `read` → 200, under `bearer`, too, and once refreshed.
    Fails: → 403 until the token has `write`, too; a token of a second refresh may not write; HEAD
    of an unknown id with a token for `read` → 200.
    """
    app, operation = app_of(check), check.operation
    for scopes in needed_scopes(app.flow, operation):
        first = app.tokens(sorted(scopes) or app.scopes[:1], tenant=_home(check))
        token = first.access
        answers = [_used(check, app, each) for each in (token, *_refreshed(app, first))]
        for exchange in answers:
            told = f"A token for {' '.join(sorted(scopes))!r} is answered with {exchange.status}."
            fine = exchange.status not in {401, 403} and exchange.status < 500
            check.require(fine, told, exchange)
        refreshed = answers[-1]
        lost = refreshed.status == 404 != answers[0].status
        check.require(not lost, "Once refreshed, a token does not find a row.", refreshed)
        if is_safe(operation):
            lower = ask(check, (("Authorization", f"bearer {token}"),))
            told = f"Under bearer, a token is answered with {lower.status}."
            check.require(lower.status != 401, told, lower)
        if is_detail(operation):
            vain = check.session.sample(operation)
            vain = vain.at(**dict.fromkeys(vain.path, NO_SUCH_ID))
            head = check.session.holding(token).call(operation, vain, method="HEAD")
            check.require(head.status == 404, f"HEAD of an unknown id is {head.status}.", head)


@must(
    "OAU-072",
    "A token with too few scopes is 403, insufficient_scope",
    scoped,
    promises=PROMISES,
    needs=NEEDS,
)
def too_little_scope(check: Check) -> None:
    """A token of all other scopes is let in nowhere, and the answer says what is missing.

    What it asks for is not done either.

    Source: RFC 6750 §3, §3.1; the contract's `security`.
    Passes: `POST /posts` with a token for `read` → 403, `Bearer error="insufficient_scope"`.
    Fails: → 201; → 401; → 403 without `WWW-Authenticate`; → 403, and the post is there; HEAD → 200.
    """
    app, operation = app_of(check), check.operation
    before = _added_to(check, app)
    response = operation.response(403)
    codes = tuple(code for code in (response.error_codes if response else ()) if "scope" in code)
    for scopes in insufficient(app.flow, operation):
        if not scopes:
            continue
        token = app.tokens(scopes).access
        _used(check, app, token, headers=(BROWSERS,))
        exchange = _used(check, app, token)
        what = f"A token for {' '.join(scopes)!r}"
        require_refusal(check, exchange, 403, what, *codes)
        challenge = _challenge(exchange)
        check.require(
            challenge.get("error") == "insufficient_scope",
            f"{what} is refused, and WWW-Authenticate does not say insufficient_scope.",
            exchange,
        )
        named = frozenset(challenge.get("scope", "").split())
        if is_safe(operation):
            head = _used(check, app, token, method="HEAD")
            check.require(head.status == 403, f"{what} gets {head.status} by HEAD.", head)
        check.require(
            not named or any(needed <= named for needed in needed_scopes(app.flow, operation)),
            f"WWW-Authenticate asks for {' '.join(sorted(named))!r}, which would not do.",
            exchange,
        )
    check.require(_added_to(check, app) == before, "What was refused is done all the same.")


def _added_to(check: Check, app: App) -> frozenset[str]:
    """The rows at the beginning of the list that the operation adds to, where it adds to one."""
    listed = next(
        (r.listed for r in resources(check.contract) if r.create == check.operation), None
    )
    if listed is None or listed.in_location("path"):
        return frozenset()
    session = check.session
    who = session.holding(session.fresh_key(app.tenant).secret)
    walk = session.walk(listed, who, size=session.largest(listed))
    return frozenset(walk.ids)


def _used(check: Check, app: App, token: str, *, method: str = "", headers: Pairs = ()) -> Exchange:
    """Call the operation under test with a token, on a row that its workspace has."""
    session = check.session
    everything = session.once("oauth token for all", lambda: session.holding(app.tokens().access))
    sample = session.sample(check.operation, everything)
    return session.holding(token).call(check.operation, sample, method=method, headers=headers)


@must(
    "OAU-073",
    "A token that is not good is 401, invalid_token",
    scoped,
    promises=(*PROMISES, "ALOHA-02"),
    needs=NEEDS,
)
def invalid_token(check: Check) -> None:
    """Who never was, who is changed and who is revoked is told alike, so that an app refreshes.

    Source: RFC 6750 §3.1.
    Passes: an unknown token → 401, `WWW-Authenticate: Bearer error="invalid_token"`.
    Fails: → 403; → 401 without a challenge; a token but for its last character → 200.
    """
    app, operation = app_of(check), check.operation
    good = app.tokens()
    code = app.code()
    revoked = tokens_of(app.redeem(code))
    app.redeem(code)
    ended = () if app.opens(revoked.access) else (revoked.access,)
    for token in (*_near(good.access), "no-such-token", *ended):
        exchange = ask(check, (("Authorization", f"Bearer {token}"),))
        check.require(
            exchange.status == 401,
            f"A token that is not good is answered with {exchange.status}.",
            exchange,
        )
        check.require(
            _challenge(exchange).get("error") == "invalid_token",
            "A token is refused, and WWW-Authenticate does not say invalid_token.",
            exchange,
        )
    stranger = ask(check, ())
    check.require(
        stranger.status == 401 and "error" not in _challenge(stranger),
        "A request without a token is told that its token is wrong.",
        stranger,
    )
    used = _used(check, app, good.access) if is_safe(operation) else None
    check.require(used is None or used.status != 401, "A good token is refused.", used)


def _near(token: str) -> Iterator[str]:
    """Tokens that are nearly a good one.

    The last character of a signature in base64url can have bits that mean nothing.
    """
    for other in near(token):
        if token.count(".") != 2 or other[:-1] != token[:-1]:
            yield other


def _challenge(exchange: Exchange) -> dict[str, str]:
    """The parameters of the Bearer challenge (RFC 6750 §3)."""
    said = ",".join(exchange.answer.all("www-authenticate"))
    found = re.search(r"\bbearer\b(?P<rest>.*)", said, re.IGNORECASE)
    pairs = re.findall(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s",]+))', found["rest"] if found else "")
    return {name.lower(): quoted or bare for name, quoted, bare in pairs}


@must(
    "OAU-074",
    "A token sees the workspace of the user who granted it",
    scoped_lists,
    promises=(*PROMISES, "ALOHA-02"),
    needs=NEEDS,
)
def own_workspace_only(check: Check) -> None:
    """Whose rows they are follows from the user, not from the app, nor from who asked last.

    So it is with narrowed lists, and with each row that is read by itself.

    Source: OWASP API1:2023; RFC 6749 §1.4.
    Passes: one app, users of two workspaces: each token lists what a key of its workspace lists,
    and so do those of its first and its second refresh.
    Fails: a token lists the rows of the workspace that the app is registered in, from the start or
    once it was refreshed; some rows cannot be read with it, or have a member less.
    """
    session, operation, app = check.session, check.operation, app_of(check)
    names = (session.tenant(), session.other_name(), app.tenant)
    granted = [app.tokens(tenant=name) for name in names]
    tokens = [each.access for each in granted]
    keys = [session.key().secret, session.key("other_tenant").secret]
    keys.append(session.fresh_key(app.tenant).secret)
    tokens += [token for each in granted[:2] for token in _refreshed(app, each)]
    keys += [key for key in keys[:2] for _ in range(2 if app.flow.refreshes else 0)]
    for token, key in zip(tokens, keys, strict=True):
        ours, theirs = (session.holding(each) for each in (token, key))
        found = session.walk(operation, ours, size=session.largest(operation), most=2)
        wanted = session.walk(operation, theirs, size=session.largest(operation), most=2)
        check.require(
            set(found.ids) == set(wanted.ids),
            "A token lists other rows than a key of the workspace whose user granted it.",
            found.pages[0].exchange,
        )
        for narrowed in filters(check.contract, operation) if wanted.rows else ():
            values = [value for row in wanted.rows for value in narrowed.values(row)][:1]
            query = tuple((narrowed.parameter.name, value) for value in values)
            sample = session.sample(operation, theirs)
            pages = [read_page(who, operation, sample, query=query) for who in (ours, theirs)]
            told = [[identity(row) for row in page.rows] for page in pages]
            same = told[0] == told[1]
            check.require(same, "A token's list is narrowed otherwise.", pages[0].exchange)
    _require_same_rows(check, session.holding(tokens[0]))


def _home(check: Check) -> str:
    """The tenant that has the row of the operation's sample; empty for any."""
    names = (parameter.name for parameter in check.operation.in_location("path"))
    unlisted = [name for name in names if not parent_of(check.contract, check.operation, name)]
    return DOCUMENTED_TENANT if unlisted else ""


def _refreshed(app: App, tokens: Tokens) -> Iterator[str]:
    """The access tokens of two refreshes, one after the other, where there are such."""
    for _ in range(2 if app.flow.refreshes else 0):
        tokens = tokens_of(app.refresh(tokens.refresh), "A refresh token")
        yield tokens.access


def _require_same_rows(check: Check, ours: Caller) -> None:
    """Require that a token reads each row of the default workspace's list as a key does."""
    session, details = check.session, (*listed_details(check.contract),)
    for detail in (op for op in details if op and list_of(check.contract, op) == check.operation):
        for row in of_every_shape(session.census(check.operation).rows):
            sample = session.sample(detail).at(**{id_parameter(detail): identity(row)})
            pair = [who.call(detail, sample) for who in (session.caller(), ours)]
            same = (pair[0].status, pair[0].json) == (pair[1].status, pair[1].json)
            check.require(same, "A token reads a row otherwise than a key does.", pair[1])


@must(
    "OAU-075",
    "A token counts in the Authorization header only",
    scoped,
    promises=PROMISES,
    needs=NEEDS,
)
def header_only(check: Check) -> None:
    """RFC 6750 knows two more places, which servers need not look at: logs and forms have them.

    Source: RFC 6750 §2.2, §2.3 (SHOULD NOT); RFC 9700 §4.3.2; the contract's security scheme.
    Passes: `?access_token=…` → 401.
    Fails: → 200.
    """
    app, operation = app_of(check), check.operation
    token = app.tokens().access
    answers = [ask(check, (), query=f"access_token={token}")]
    session, form = check.session, f"access_token={token}".encode()
    answers.append(
        session.nobody().send(
            operation.method,
            ask_path(check),
            headers=(FORM,),
            body=form,
            operation=operation.id,
        )
    )
    answers.append(ask(check, (("Cookie", f"access_token={token}"),)))
    for exchange in answers:
        check.require(
            exchange.status in {400, 401},
            f"A token outside of the Authorization header is answered with {exchange.status}.",
            exchange,
        )


def ask_path(check: Check) -> str:
    """The path of the operation under test, with the ids of its sample."""
    path = check.operation.path
    for name, value in check.session.sample(check.operation).path.items():
        path = path.replace(f"{{{name}}}", value)
    return path


@must(
    "OAU-076",
    "Each secret is good for its own purpose only",
    exchanging,
    promises=PROMISES,
    needs=NEEDS,
)
def own_purpose_only(check: Check) -> None:
    """A refresh token opens no API, and nothing but a code is one.

    Source: RFC 6749 §1.5 (refresh tokens are for the authorization server only), §10.4.
    Passes: a refresh token as a bearer token → 401; an access token as a refresh token → 400.
    Fails: → 200.
    """
    app, own = app_of(check), register(check, confidential=True)
    code = app.code()
    tokens = app.tokens()
    for what, secret in (
        ("code", code.value),
        ("refresh token", tokens.refresh),
        ("client_id", own.client_id),
        ("client_secret", own.secret),
        ("verifier", code.verifier),
    ):
        check.require(not secret or not app.opens(secret), f"A {what} opens the API.")
    for token in (tokens.access, code.value, check.session.token()):
        require_denial(app.refresh(token), "What is no refresh token")
    for value in (tokens.access, tokens.refresh, check.session.token()):
        form = app.redemption(code, code=value)
        require_denial(app.post(form), "What is no code")
    check.require(app.opens(tokens.access), "The access token itself does not work.")


@must(
    "OAU-078",
    "Keys and tokens end apart",
    exchanging,
    promises=(*PROMISES, "ALOHA-03"),
    needs=(Need.OAUTH, Need.FRESH_KEYS, Need.REVOKED),
)
def ends_apart(check: Check) -> None:
    """What a user granted to an app does not hang on the workspace's own keys, nor they on it.

    Source: RFC 6749 §4.2.2 (`expires_in`), §4.1.2; the contract's security schemes.
    Passes: a key of the workspace is revoked, another rotated → a token opens what it did, and is
    refreshed; a code that comes twice ends its tokens → a key goes on.
    Fails: with a key, all tokens of its workspace end; with a grant, its keys do.
    """
    app, session = app_of(check), check.session
    code, gone, kept = app.code(), session.fresh_key(app.tenant), session.fresh_key(app.tenant)
    tokens = tokens_of(app.redeem(code))
    app.control.revoke(gone)
    if not session.missing(Need.ROTATION):
        app.control.rotate(session.fresh_key(app.tenant).secret)
    check.require(app.opens(tokens.access), "With a key of its workspace, a token ended.")
    if tokens.refresh:
        tokens_of(app.refresh(tokens.refresh), "A refresh token")
    app.redeem(code)
    used = app.use(kept.secret, app.probe())
    told = f"After a grant of its workspace ended, a key is answered with {used.status}."
    check.require(used.status != 401, told, used)


@must(
    "OAU-077",
    "Codes, tokens and secrets are not stored as they are",
    authorizing,
    promises=PROMISES,
    needs=(Need.OAUTH, Need.DATABASE),
)
def stored_as_digests(check: Check) -> None:
    """Who reads the database must not be able to use what it finds.

    Source: RFC 6749 §10.3, §10.4, §10.5; RFC 6819 §5.1.4.1.3; CWE-256.
    Passes: the database holds digests.
    Fails: the database holds a refresh token, or one in base 64.
    """
    app, own = app_of(check), register(check, confidential=True)
    tokens, code = app.tokens(), app.code()
    stored = app.control.stored()
    check.require(stored, "There is nothing in the database to look at.")
    for what, secret in (
        ("a code", code.value),
        ("an access token", tokens.access),
        ("a refresh token", tokens.refresh),
        ("a client's secret", own.secret),
    ):
        told = [form for form in forms(secret) if secret and form in stored]
        check.require(not told, f"The database holds {what} as it is, or in an encoding of it.")
    told_text = app.control.told()
    for secret in (code.value, tokens.access, tokens.refresh, own.secret):
        check.require(not secret or secret not in told_text, "The control plane tells a secret.")
