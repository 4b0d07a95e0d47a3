"""TLS: what came over plain HTTP is not served."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from conformance.caller import Caller
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.oauth import app_of, flow_of
from conformance.refusal import code_of
from conformance.rule import Check, Need, Untestable, must
from conformance.rules.kinds_of_keys import kinds_of_keys
from conformance.rules.schema import headers_of_all, require_headers
from conformance.sample import encode
from conformance.vocabulary import Subjects, created_by, is_oauth, paginated, paging
from conformance.walk import identity, read_page
from generator.model import Operation, PlainHttp

PROMISES = ("ALOHA-01", "LEAD-01")
HEADED = (*PROMISES, "ALOHA-14")
NEEDS = (Need.CREDENTIAL,)
PROTO = "X-Forwarded-Proto"
PLAIN = ("http", "HTTP", "http , https", "http,http")
"""What a proxy says of a client that spoke plain HTTP: the first value is the client's."""
SECURE = ("https", "HTTPS", "https, https")
NOWHERE = "/no-such-path"
QUERY = "a=b%20c&limit=%2F"
SPACED, SLASHED = "%20b", "%2Fb"
"""What an id goes on with, so that there is something in it that could be decoded."""


def forbidding(contract: Contract) -> Subjects:
    """Every operation and an unknown path, where plain HTTP is not served."""
    return (*contract.api.operations, None) if contract.api.plain_http else ()


def documenting(contract: Contract) -> Subjects:
    """Every operation that documents what plain HTTP is answered with."""
    told = contract.api.plain_http
    return tuple(op for op in contract.api.operations if told and op.response(told.status))


def readable(contract: Contract) -> Subjects:
    """Every list, where plain HTTP is not served."""
    return paginated(contract) if contract.api.plain_http else ()


def written(contract: Contract) -> Subjects:
    """Every list that can be added to, where plain HTTP is not served."""
    return tuple(op for op in readable(contract) if op and created_by(contract, op))


@must("TLS-001", "Plain HTTP is not served", forbidding, promises=PROMISES, needs=NEEDS)
def not_served(check: Check) -> None:
    """Behind a proxy that says so, every path answers plain HTTP in the documented way.

    The proxy on the same machine is to be believed, however it writes what it says; and whoever
    asks without a credential is to learn first not to send one in the clear. So are keys of every
    kind, access tokens, and whoever goes on with a cursor.

    Source: the contract's `x-plain-http`; RFC 9110 §4.2.2; OWASP API8:2023.
    Passes: `X-Forwarded-Proto: http` → 403, `tls_required`, on each path, whatever the method.
    Fails: one path is served; `HTTP` or `http, https` gets through; without a key it is 401; HEAD
    is served, or a test key.
    """
    told = _plain_http(check)
    several = check.subject is None or check.operation.method == "get"
    exchanges = [_sent(check, value) for value in (PLAIN if several else PLAIN[:1])]
    for method in ("HEAD", "DELETE", "OPTIONS") if check.subject is None else ():
        for path in (NOWHERE, _paths(check.contract)[0]):
            sent = check.session.caller().send(method, path, headers=((PROTO, PLAIN[0]),))
            exchanges.append(sent)
    if check.subject is None:
        exchanges.extend(_of_every_kind(check))
    for exchange in (*exchanges, _sent(check, PLAIN[0], caller=check.session.nobody())):
        value = exchange.request.header(PROTO.lower())
        check.require(
            exchange.status == told.status,
            f"{PROTO}: {value!r} is answered with {exchange.status}, not {told.status}.",
            exchange,
        )
        if told.code and exchange.request.method != "HEAD":
            check.require(
                told.code in {code_of(check, exchange), _oauth_code(check, exchange)},
                f"The code is not {told.code!r}.",
                exchange,
            )


def _of_every_kind(check: Check) -> Iterator[Exchange]:
    """Lists in the clear, with a cursor, and one with a credential of each kind that can be had."""
    session, lists = check.session, [op for op in paginated(check.contract) if op]
    for operation in lists:
        if not operation.in_location("path"):
            cursor = ((paging(operation).parameter, "x"),)
            yield session.caller().send(
                "GET", operation.path, encode(cursor), headers=((PROTO, PLAIN[0]),)
            )
    secrets: list[str] = []
    if not session.missing(Need.FRESH_KEYS):
        secrets += [secret for _, secret in kinds_of_keys(session, session.new_tenant())]
    if flow_of(check.contract) and not session.missing(Need.OAUTH):
        secrets.append(app_of(check).tokens().access)
    for secret in secrets:
        path = _paths(check.contract)[0]
        yield session.holding(secret).send("GET", path, headers=((PROTO, PLAIN[0]),))


@must("TLS-002", "A redirect leads to the same URL of https", forbidding, promises=PROMISES)
def same_place(check: Check) -> None:
    """Path and query stay as they were sent, the method stays, and nothing secret is repeated.

    An id in the path has a space in it, which is written `%20` there as in the query; another has
    a slash, where the target does not refuse it, which is no slash of the path.

    Source: RFC 9110 §15.4.9 (308) and §10.2.2 (`Location`); the contract's `headers`.
    Passes: `POST /v1/contacts?a=b%20c` → 308, `Location: https://HOST/v1/contacts?a=b%20c`.
    Fails: the query is dropped, or decoded like the path; it leads to the start page; 302; it comes
    without a header that every documented answer has.
    """
    if not _plain_http(check).is_redirect:
        return
    redirected = _sent(check, "http", QUERY)
    _require_same_place(check, redirected)
    require_headers(check, redirected, headers_of_all(check.contract))
    slashed = _sent(check, "http", QUERY, ending=SLASHED)
    if 300 <= slashed.status < 400:
        _require_same_place(check, slashed)


def _require_same_place(check: Check, exchange: Exchange) -> None:
    sent, location = urlsplit(exchange.request.url), exchange.answer.header("location") or ""
    went = urlsplit(location)
    check.require(went.scheme == "https", f"Location is {location!r}.", exchange)
    check.require(went.hostname == sent.hostname, f"It leads to {went.hostname!r}.", exchange)
    check.require(
        (went.path, went.query) == (sent.path, sent.query),
        f"{sent.path}?{sent.query} was asked for, and it leads to {went.path}?{went.query}.",
        exchange,
    )


@must("TLS-003", "A refusal is no redirect, and says nothing else", forbidding, promises=PROMISES)
def quiet(check: Check) -> None:
    """Nothing of the data, of the body or of the credential is in the answer.

    Where plain HTTP is refused, the answer leads nowhere: a client that was redirected would send
    its credential in the clear again and again.

    Source: the contract's `x-plain-http`; RFC 9325 §3.2.
    Passes: 403 without `Location`; 308 without a body.
    Fails: 403 with `Location`; the token in the URL of the redirect.
    """
    exchange = _sent(check, "http")
    answer = exchange.answer
    if not _plain_http(check).is_redirect:
        check.require(answer.header("location") is None, "A refusal has a Location.", exchange)
    text = repr(answer.headers) + answer.body.decode("utf-8", "replace")
    token = (exchange.request.header("authorization") or "").partition(" ")[2]
    check.require(not token or token not in text, "The credential is repeated.", exchange)
    sent = exchange.request.body
    check.require(len(sent) < 12 or sent not in answer.body, "The body is repeated.", exchange)


@must("TLS-006", "A refusal of plain HTTP is as documented", documenting, promises=HEADED)
def as_documented(check: Check) -> None:
    """It has the headers, the media type and the body that the contract gives its status.

    A refusal that is sent before anything else is done easily lacks what every answer has.

    Source: the contract's `responses`; OpenAPI 3.1 §4.8.17.
    Passes: 403 with the envelope and `X-RateLimit-Limit`, as documented.
    Fails: 403 without those headers; 403 as plain text.
    """
    exchange = _sent(check, "http")
    response = check.operation.response(exchange.status)
    for header in response.headers if response else ():
        there = exchange.answer.header(header.name) is not None
        check.require(there or not header.required, f"{header.name} is missing.", exchange)
    types = {media.type.partition(";")[0] for media in response.media} if response else set()
    kind = exchange.answer.media_type
    if exchange.request.method == "HEAD" or not types:
        return
    check.require(kind in types, f"It is {kind or 'of no media type'}.", exchange)
    validator = check.contract.validator(check.operation, exchange.status, kind)
    problem = validator.problem(exchange.json) if validator else ""
    check.require(not problem, f"The body does not fit its schema: {problem}.", exchange)


@must("TLS-004", "HTTPS is served", readable, promises=PROMISES, needs=NEEDS)
def served(check: Check) -> None:
    """What a proxy says came over https is answered like anything else.

    Source: the contract's `x-plain-http`.
    Passes: `X-Forwarded-Proto: https` or `HTTPS` → 200.
    Fails: any `X-Forwarded-Proto` is refused.
    """
    for value in SECURE:
        exchange = _sent(check, value)
        check.require(
            exchange.status == 200,
            f"{PROTO}: {value!r} is answered with {exchange.status}.",
            exchange,
        )


@must("TLS-005", "What came over plain HTTP is not done", written, promises=PROMISES, needs=NEEDS)
def not_done(check: Check) -> None:
    """A write that is refused or redirected changes nothing.

    Source: RFC 9110 §15.5.4 (403) and §15.4.9 (308).
    Passes: POST over plain HTTP → the list is what it was.
    Fails: the row is there: the answer was written over the one of the handler.
    """
    _require_proxy(check)
    session, listed = check.session, check.operation
    creating = created_by(check.contract, listed)
    if creating is None or not session.target.writes:
        raise Untestable("The profile does not allow writes.")
    caller = session.caller()
    before = [identity(row) for row in read_page(caller, listed, session.sample(listed)).rows]
    caller.call(creating, session.sample(creating), headers=((PROTO, "http"),))
    page = read_page(caller, listed, session.sample(listed))
    check.require(
        [identity(row) for row in page.rows] == before, "The list has changed.", page.exchange
    )


def _sent(
    check: Check,
    value: str,
    query: str = "",
    caller: Caller | None = None,
    ending: str = SPACED,
) -> Exchange:
    """A request that a proxy forwards, as somebody who may make it unless told otherwise.

    Where there is a query, ids in the path have an ending.
    """
    _require_proxy(check)
    session, headers = check.session, ((PROTO, value),)
    if check.subject is None:
        return (caller or session.caller()).send("GET", NOWHERE, query, headers=headers)
    operation: Operation = check.operation
    open_ = is_oauth(check.contract, operation)
    caller = caller or (session.nobody() if open_ else session.caller())
    sample = session.sample(operation)
    if not query:
        return caller.call(operation, sample, headers=headers)
    asked = "&".join(filter(None, (encode(sample.query), query)))
    path = operation.path
    for name, text in sample.path.items():
        path = path.replace(f"{{{name}}}", f"{text}{ending}")
    sent = (*sample.headers, *headers)
    return caller.send(operation.method, path, asked, headers=sent, body=sample.body)


def _paths(contract: Contract) -> tuple[str, ...]:
    """The paths of an API that nothing has to be put into, those of its lists first."""
    plain = [op for op in contract.api.operations if not op.in_location("path")]
    return tuple(op.path for op in sorted(plain, key=lambda op: op not in paginated(contract)))


def _plain_http(check: Check) -> PlainHttp:
    found = check.contract.api.plain_http
    if found is None:
        raise Untestable("The contract does not say what plain HTTP is answered with.")
    return found


def _require_proxy(check: Check) -> None:
    """Raise Untestable where the suite is not on the server's machine: it is no trusted proxy."""
    if not is_proxy(check):
        host = urlsplit(check.session.target.base_url).hostname
        raise Untestable(f"Only a proxy that {host} trusts can say how a client connected.")


def is_proxy(check: Check) -> bool:
    """Whether the suite is on the server's machine, as a proxy that the server trusts."""
    host = urlsplit(check.session.target.base_url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _oauth_code(check: Check, exchange: Exchange) -> str:
    """The error code of an endpoint of OAuth (RFC 6749 §5.2), where this is one."""
    body = exchange.json
    if check.subject is None or not is_oauth(check.contract, check.operation):
        return ""
    return str(body.get("error", "")) if isinstance(body, dict) else ""
