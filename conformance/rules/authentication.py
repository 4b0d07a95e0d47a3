"""AUT: who may call at all."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from conformance.bodies import carrying_text
from conformance.contract import Contract
from conformance.exchange import Exchange, Pairs
from conformance.refusal import layer_code, require_refusal
from conformance.rule import Check, Need, must
from conformance.sample import NO_SUCH_ID, Sample, encode, value_of
from conformance.session import LOWER_TIERS
from conformance.survey import BROWSERS
from conformance.vocabulary import (
    Subjects,
    is_detail,
    is_list,
    is_safe,
    is_secured,
    paging,
    readable,
    secured,
    tier_refusals,
    tiered,
)
from conformance.walk import dig, following, smallest
from generator.model import Operation

PROMISES = ("HALE-02", "HALO-01", "ALOHA-02", "LEAD-02")
OTHER_HEADERS = (
    "X-API-Key",
    "X-Api-Token",
    "Api-Key",
    "Proxy-Authorization",
    "X-Authorization",
    "X-Access-Token",
    "X-Auth-Token",
    "Authentication",
    "Token",
)
OTHER_NAMES = (
    "access_token",
    "api_key",
    "apiKey",
    "key",
    "token",
    "authorization",
    "auth",
    "session",
    "bearer",
)
"""What a token is called in queries and cookies."""


def ask(
    check: Check, headers: Pairs, *, query: str = "", operation: Operation | None = None
) -> Exchange:
    """Call the operation with these headers and no credential of our own."""
    target = operation or check.operation
    sample = check.session.sample(target)
    path = target.path
    for name, value in sample.path.items():
        path = path.replace(f"{{{name}}}", value)
    query = "&".join(part for part in (encode(sample.query), query) if part)
    return check.session.nobody().send_raw(
        target.method, path, query, headers=(*headers, *sample.headers), operation=target.id
    )


def refused(check: Check, exchange: Exchange, what: str) -> None:
    """Require 401 with the code that the security layer uses."""
    require_refusal(check, exchange, 401, what, layer_code(check.operation, 401))


def restricted_and_details(contract: Contract) -> Subjects:
    """What is not read by every credential, the first that is, and every read of one row."""
    details = (op for op in secured(contract) if op and is_safe(op) and is_detail(op))
    closed = restricted(contract)
    return (*closed, *(op for op in details if op not in closed))


def restricted(contract: Contract) -> Subjects:
    """Every operation that is read, and not by every credential; and the first that all read."""
    safe = [op for op in secured(contract) if op and is_safe(op)]
    closed = [op for op in safe if op.response(403)]
    return (*[op for op in safe if op not in closed][:1], *closed)


@must("AUT-001", "A request without a credential is 401", secured, promises=PROMISES)
def credential_needed(check: Check) -> None:
    """No operation that needs a credential answers anybody without one.

    Source: RFC 9110 §15.5.2; OWASP API2:2023.
    Passes: `GET /contacts` without `Authorization` → 401.
    Fails: `GET /contacts` without `Authorization` → 200.
    """
    refused(check, ask(check, ()), "A request without a credential")
    refused(check, ask(check, (("Authorization", ""),)), "An empty Authorization header")


@must("AUT-002", "A credential that was never issued is 401", secured, promises=PROMISES)
def unknown_credential(check: Check) -> None:
    """A token is compared whole: no other of its shape, and nothing near a good one, is one.

    The good one is used first, as what was let in a moment ago may be remembered.

    Source: RFC 6750 §3.1; OWASP API2:2023.
    Passes: a good token with its last character changed → 401.
    Fails: the first half of a good token → 200; a good one that begins as those of test data → 200.
    """
    tokens = ["unknown", "hk_", "null", "undefined", "0" * 40, "x" * 4000, "%", "*", "' OR '1'='1"]
    if not check.session.missing(Need.CREDENTIAL):
        good = check.session.token()
        for operation in (check.operation, *readable(check.contract)):
            if operation and is_secured(operation) and changes_nothing(operation):
                ask(check, (("Authorization", f"Bearer {good}"),), operation=operation)
                break
        tokens = near(good) + _begun_otherwise(check, good) + tokens
    for token in tokens:
        check.session.client.redactor.learn(token) if len(token) > 20 else None
        exchange = ask(check, (("Authorization", f"Bearer {token}"),))
        refused(check, exchange, "A token that was never issued")
    if is_safe(check.operation):
        stranger = check.session.holding(tokens[2], valid=False)
        head = stranger.call(check.operation, check.session.sample(check.operation), method="HEAD")
        check.require(head.status == 401, f"HEAD with such a token is {head.status}.", head)


def _begun_otherwise(check: Check, good: str) -> list[str]:
    """A good token that begins as those do which were made with another attribute."""
    session, control = check.session, check.session.control
    if control is None or session.missing(Need.FRESH_KEYS):
        return []
    own, _, secret = good.rpartition("_")

    def beginnings() -> set[str]:
        made = [
            session.fresh_key(session.tenant(), **{name: value}).secret
            for name, values in control.attributes().items()
            for value in values[1:]
        ]
        return {key.rpartition("_")[0] for key in made}

    others = session.once("how keys of other attributes begin", beginnings) - {own}
    return [f"{other}_{secret}" for other in sorted(others)]


def changes_nothing(operation: Operation) -> bool:
    """Whether a call without a body writes nothing: it reads, or is refused for want of one."""
    return is_safe(operation) or bool(operation.body and operation.body.required)


def near(token: str) -> list[str]:
    """Tokens that are nearly a good one, and none of which is that one."""
    changed = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for place in (0, len(token) // 2, len(token) - 1)
    ]
    others = [
        *changed,
        token[:-1],
        token[: len(token) // 2],
        token + "A",
        token + token,
        token.swapcase(),
        token.upper(),
        token.partition("_")[2] or token[1:],
        token.partition("_")[0].upper() + token[len(token.partition("_")[0]) :],
        token[::-1],
    ]
    return [each for each in others if each != token]


@must("AUT-003", "A malformed Authorization header is 401", secured, promises=PROMISES)
def malformed_header(check: Check) -> None:
    """Anything but one scheme and one token is no credential, and no reason to fail.

    Source: RFC 9110 §11.4; RFC 6750 §2.1.
    Passes: `Authorization: Bearer` → 401.
    Fails: `Authorization: Bearer` → 500; a good token under `Basic`, or in it → 200.
    """
    good = "hk_unknown" if check.session.missing(Need.CREDENTIAL) else check.session.token()
    for value in (
        "Bearer",
        "Bearer ",
        good,
        f"Basic {good}",
        f"Basic {_encoded(f'{good}:')}",
        f"Basic {_encoded(f':{good}')}",
        f"Token {good}",
        f"Digest {good}",
        f"Bearer: {good}",
        f"Bearer{good}",
        f"Bearer={good}",
        f"Bearer {good} extra",
        f"Bearer {good},",
        f'Bearer "{good}"',
        f"Bearer token={good}",
        f"XBearer {good}",
        "Bearer \xff\xfe",
        "Bearer caf\xc3\xa9",
        "\xff",
        "Basic !!!",
        "Bearer " + "x" * 4000,
    ):
        refused(check, ask(check, (("Authorization", value),)), "A malformed Authorization header")
    twice = (("Authorization", "Bearer hk_unknown"), ("Authorization", "Bearer hk_other"))
    refused(check, ask(check, twice), "A repeated Authorization header")


def _encoded(userinfo: str) -> str:
    """User and password as Basic writes them (RFC 7617 §2)."""
    return base64.b64encode(userinfo.encode()).decode()


@must(
    "AUT-004",
    "The scheme is read in any case",
    secured,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def scheme_in_any_case(check: Check) -> None:
    """`bearer`, `BEARER` and `Bearer` are one scheme.

    Operations that write are called without the body that they need, so that nothing is written:
    who is let in is told of that, in any case.

    Source: RFC 9110 §11.1 (case-insensitive).
    Passes: `Authorization: bearer hk_...` → 200.
    Fails: `Authorization: bearer hk_...` → 401.
    """
    if not changes_nothing(check.operation):
        return
    for scheme in ("Bearer", "bearer", "BEARER", "bEARER"):
        exchange = ask(check, (("Authorization", f"{scheme} {check.session.token()}"),))
        check.require(
            200 <= exchange.status < 300 if is_safe(check.operation) else exchange.status != 401,
            f"A good token under {scheme} is answered with {exchange.status}.",
            exchange,
        )


@must(
    "AUT-005",
    "A token counts in the Authorization header only",
    secured,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def header_only(check: Check) -> None:
    """Tokens in URLs end up in logs and histories; other places are not documented.

    Sends it under many names at once, in the query, in headers and in cookies.

    Source: RFC 6750 §2.3 (SHOULD NOT), RFC 9700 §4.3.2; the contract's security scheme.
    Passes: `GET /contacts?access_token=hk_...` → 401.
    Fails: `GET /contacts?access_token=hk_...` → 200.
    """
    token = check.session.token()
    query = "&".join(f"{name}={token}" for name in OTHER_NAMES)
    refused(check, ask(check, (), query=query), "A token in the query")
    for value in (f"Bearer {token}", token):
        headers = tuple((name, value) for name in OTHER_HEADERS)
        refused(check, ask(check, headers), "A token in another header")
    cookie = ask(check, (("Cookie", "; ".join(f"{name}={token}" for name in OTHER_NAMES)),))
    refused(check, cookie, "A token in a cookie")


@must("AUT-006", "Who calls is decided before what is asked", secured, promises=PROMISES)
def before_validation(check: Check) -> None:
    """A stranger learns nothing about parameters and rows, not even that a request is wrong.

    Nor does a cursor that was given to somebody else let a stranger in.

    Source: OWASP API2:2023; the house's order of checks.
    Passes: `GET /contacts?limit=0` without a credential → 401.
    Fails: `GET /contacts?limit=0`, or a body that is no JSON, without a credential → 400.
    """
    known = [p.name for p in check.operation.in_location("query")]
    wrong = [f"{name}={value}" for name in known for value in ("", "0", "x", "%FF", "1e9")]
    for query in ("no-such-parameter=1", "limit=0&limit=abc", "%FF", *wrong):
        refused(check, ask(check, (), query=query), "A wrong request without a credential")
    session = check.session
    if check.operation.in_location("path"):
        names = {p.name: "no-such-id" for p in check.operation.in_location("path")}
        exchange = session.nobody().call(
            check.operation, session.sample(check.operation).at(**names)
        )
        refused(check, exchange, "An unknown id without a credential")
    for text in ("{", "[]", "") if check.operation.body else ():
        sample = carrying_text(session.sample(check.operation), text)
        exchange = session.nobody().call(check.operation, sample)
        refused(check, exchange, f"The body {text!r} without a credential")
    if check.operation.body:
        good = session.sample(check.operation)
        sample = Sample(good.path, good.query, (("Content-Type", "text/plain"),), b"text")
        exchange = session.nobody().call(check.operation, sample)
        refused(check, exchange, "A body of another type without a credential")
    if is_list(check.operation) and not session.missing(Need.CREDENTIAL):
        sample = session.sample(check.operation)
        page = session.caller().call(check.operation, smallest(check.operation, sample))
        if asked := following(check.operation, sample, page):
            for who in (session.nobody(), session.holding("no-such-key", valid=False)):
                refused(check, who.call(check.operation, asked), "A stranger with a good cursor")


@must(
    "AUT-007",
    "A revoked credential is 401 at once",
    secured,
    promises=("HALE-02", "LEAD-02"),
    needs=(Need.REVOKED,),
)
def revoked_credential(check: Check) -> None:
    """Revoking works from the next request on, also for a key that was just used, of any plan.

    HEAD is closed to it like GET. So is every documented parameter, also the cursor of a page that
    the key itself was given while it was good; and what is refused for other reasons, too.

    Source: OWASP API2:2023; RFC 9110 §9.3.2.
    Passes: a key that answered 200, is revoked, and answers 401.
    Fails: a key that still answers 200 because it is cached, or to the end of a walk; one of a
    lower plan that is told of its plan, and not that it is no more.
    """
    session, operation = check.session, check.operation
    sample, revoked = session.sample(operation), session.revoked()
    refused(check, revoked.call(operation, sample), "A revoked key")
    for what, asked in _otherwise(operation, sample):
        refused(check, revoked.call(operation, asked), f"A revoked key with {what}")
    if session.control and tier_refusals(operation):
        for tier in LOWER_TIERS:
            exchange = session.revoked(tier=tier).call(operation, sample)
            refused(check, exchange, f"A revoked key of the tier {tier}")
    if session.control and is_safe(operation):
        kept, gone = session.key(), session.key()
        used = session.holding(gone.secret)
        page = used.call(operation, smallest(operation, sample))
        rest = following(operation, sample, page)
        session.control.revoke(gone)
        head = used.call(operation, sample, method="HEAD")
        check.require(head.status == 401, f"HEAD with a revoked key is {head.status}.", head)
        refused(check, used.call(operation, sample), "A key revoked after use")
        if rest:
            refused(check, used.call(operation, rest), "A key revoked during a walk")
        still = session.holding(kept.secret).call(operation, sample)
        check.require(
            still.status == 200, "Revoking one key of a tenant broke another of its keys.", still
        )
    elif session.control and not any(map(is_safe, filter(None, secured(check.contract)))):
        kept, gone = session.key(), session.key()
        session.control.revoke(gone)
        still = ask(check, (("Authorization", f"Bearer {kept.secret}"),))
        what = "Revoking one key of a tenant broke another of its keys."
        check.require(still.status != 401, what, still)


@must(
    "AUT-008",
    "A credential of a lower plan is refused as documented",
    tiered,
    promises=("HALE-05",),
    needs=(Need.LOWER_TIER,),
)
def lower_plan(check: Check) -> None:
    """What a plan does not include is closed on every operation, and says so by its own code.

    Whatever is asked: with each documented parameter, with a wrong or an unknown one, for a row
    that does not exist, by HEAD too.

    Source: the contract's `x-error-codes`.
    Passes: a key of the Team tier → 401, `plan_required`.
    Fails: a key of the Team tier → 200 on one of the operations, or on all pages but the first.
    """
    (status, code), *_ = tier_refusals(check.operation)
    sample = check.session.sample(check.operation)
    for tier, caller in check.session.lower_tiers():
        exchange = caller.call(check.operation, sample)
        require_refusal(check, exchange, status, f"A key of the tier {tier}", code)
        for what, asked in _otherwise(check.operation, sample):
            told = caller.call(check.operation, asked, headers=(BROWSERS,))
            require_refusal(check, told, status, f"A key of the tier {tier} with {what}", code)
        if is_safe(check.operation):
            head = caller.call(check.operation, sample, method="HEAD")
            require_refusal(check, head, status, f"HEAD of the tier {tier}")


@must(
    "AUT-009",
    "Every credential of a tenant sees the same",
    secured,
    promises=("HALE-02",),
    needs=(Need.FRESH_KEYS,),
)
def keys_of_one_tenant(check: Check) -> None:
    """A key names a tenant; a second key of the same tenant is as good as the first.

    What the first one began to walk, the second one can walk on.

    Source: the contract's security scheme.
    Passes: two keys of one tenant get the same first page, and the same second one by its cursor.
    Fails: the second key gets another page, or stops the first one; a cursor belongs to a key.
    """
    session, operation = check.session, check.operation
    if not is_safe(operation):
        return
    first, second = session.holding(session.key().secret), session.holding(session.key().secret)
    sample = session.sample(operation)
    answers = [who.call(operation, sample) for who in (first, second, first)]
    for exchange in answers:
        check.require(exchange.status == 200, "A fresh key is not accepted.", exchange)
    bodies = [_rows(operation, exchange) for exchange in answers]
    check.require(
        bodies[0] == bodies[1] == bodies[2],
        "Two keys of one tenant see different rows.",
        answers[1],
    )
    if asked := following(operation, sample, answers[0]):
        mine, theirs = (who.call(operation, asked) for who in (first, second))
        check.require(
            _rows(operation, mine) == _rows(operation, theirs),
            "What one key of a tenant began to walk, another one cannot walk on.",
            theirs,
        )


@must(
    "AUT-012",
    "HEAD needs whatever GET needs",
    restricted_and_details,
    promises=("LEAD-08", "LEAD-19"),
    needs=(Need.FRESH_KEYS,),
)
def head_is_no_way_around(check: Check) -> None:
    """A credential of any kind gets the status of GET from HEAD, of a row that is not there, too.

    Source: RFC 9110 §9.3.2 (HEAD is as GET); OWASP API5:2023.
    Passes: GET with an agent's token → 403, HEAD → 403.
    Fails: HEAD → 200, as roles are asked for by method; with a read-only token GET → 200, HEAD →
    403, or HEAD of an unknown id → 200.
    """
    session, operation = check.session, check.operation
    tenant, sample = session.new_tenant(), session.sample(operation)
    if is_detail(operation):
        sample = sample.at(**dict.fromkeys(sample.path, NO_SUCH_ID))
    for attribute, values in session.control.attributes().items() if session.control else ():
        for value in values:
            who = session.holding(session.fresh_key(tenant, **{attribute: value}).secret)
            get, head = (who.call(operation, sample, method=method) for method in ("", "HEAD"))
            check.require(
                get.status == head.status,
                f"With a key whose {attribute} is {value}, GET is answered with {get.status}, and "
                f"HEAD with {head.status}.",
                head,
            )


def _otherwise(operation: Operation, sample: Sample) -> Iterator[tuple[str, Sample]]:
    """The request with each documented parameter, with a wrong or unknown one, or in vain."""
    parameters = operation.in_location("query")
    for parameter in parameters:
        yield parameter.name, sample.asking((parameter.name, value_of(parameter)))
    for parameter in parameters[:1]:
        yield f"an empty {parameter.name}", sample.asking((parameter.name, ""))
    yield "an unknown parameter", sample.asking(("no-such-parameter", "1"))
    if sample.path:
        yield "an unknown id", sample.at(**dict.fromkeys(sample.path, NO_SUCH_ID))


def _rows(operation: Operation, exchange: Exchange) -> object:
    return dig(exchange.json, paging(operation).results if is_list(operation) else ())
