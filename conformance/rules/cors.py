"""COR: pages of other origins may call the API, and read every answer of it."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.bodies import JSON_TYPE
from conformance.contract import Contract
from conformance.exchange import Exchange, Pairs
from conformance.rule import Check, Need, Violation, must, should
from conformance.sample import NO_SUCH_ID, Sample
from conformance.vocabulary import Subjects, is_secured
from generator.model import Operation

PROMISES = ("HALO-06",)
ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ORIGIN = "https://shop.example"
OTHER_ORIGINS = ("null", "http://localhost:3000", "chrome-extension://abcdefghijklmnop")
DOCUMENTED_HEADERS = "authorization,content-type"
SAFE_METHODS = frozenset({"GET", "HEAD", "POST"})
"""What needs no preflight for its method alone (Fetch §2.2.1)."""
READABLE = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
        "www-authenticate",
    }
)
"""Headers that pages may read anyhow (Fetch §2.2.2), and the challenge, which is not for them."""


def open_to_pages(contract: Contract) -> Subjects:
    """Every operation, where answers document that pages of other origins may read them."""
    return contract.api.operations if documents(contract) else ()


def open_api(contract: Contract) -> Subjects:
    """The API as a whole, where any answer documents it."""
    return (None,) if documents(contract) else ()


def documents(contract: Contract) -> bool:
    """Whether any answer documents that pages of other origins may read it."""
    return any(
        header.name.lower() == ALLOW_ORIGIN.lower()
        for operation in contract.api.operations
        for response in operation.responses
        for header in response.headers
    )


def telling(contract: Contract) -> Subjects:
    """Those whose good answer documents a header that pages cannot read by themselves."""
    return tuple(op for op in open_to_pages(contract) if op and _to_expose(op))


def _to_expose(operation: Operation) -> frozenset[str]:
    headers = operation.success.headers if operation.success else ()
    names = {header.name.lower() for header in headers}
    return frozenset(name for name in names - READABLE if not name.startswith("access-control-"))


def readable(check: Check, exchange: Exchange) -> None:
    """Require that a page of any origin may read an answer."""
    values = exchange.answer.all(ALLOW_ORIGIN)
    check.require(
        values == ["*"],
        f"{ALLOW_ORIGIN} is {', '.join(values) or 'absent'} on a {exchange.status}.",
        exchange,
    )


@must(
    "COR-001",
    "Every answer of an operation can be read by every page",
    open_to_pages,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def every_answer(check: Check) -> None:
    """Good ones and refusals, asked by a page or not: a page must be able to read what went wrong.

    Looks at all answers of the run.

    Source: Fetch §4.10 (CORS check); the contract's `Access-Control-Allow-Origin`.
    Passes: 401 with `Access-Control-Allow-Origin: *`.
    Fails: 400 without it, or with it twice.
    """
    session, operation = check.session, check.operation
    sample = session.sample(operation)
    page: Pairs = (("Origin", ORIGIN),)
    for headers in ((), page, *((("Origin", origin),) for origin in OTHER_ORIGINS)):
        readable(check, session.caller().call(operation, sample, headers=headers))
    for stranger in (session.nobody(), session.holding("no-such-key", valid=False)):
        readable(check, stranger.call(operation, sample, headers=page))
    broken = Sample(sample.path, sample.query, (*JSON_TYPE, *page), b"{")
    readable(check, session.caller().call(operation, broken))
    for method in ("PROPFIND", "TRACE") if operation.method.upper() != "GET" else ("HEAD", "PUT"):
        readable(check, session.caller().call(operation, sample, method=method, headers=page))
    for exchange in session.survey(operation):
        readable(check, exchange)


@must(
    "COR-002",
    "What no operation is meant by can be read too",
    open_api,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def strays(check: Check) -> None:
    """A page that calls a path which is not there learns that, and not a network error.

    Asked before, by the browser, or not.

    Source: Fetch §4.10; the contract's `Access-Control-Allow-Origin`.
    Passes: 404 for an unknown path with `Access-Control-Allow-Origin: *`.
    Fails: without it.
    """
    session = check.session
    for who in (session.caller(), session.nobody()):
        for path in ("/no-such-path", "/", ""):
            readable(check, who.send("GET", path, headers=(("Origin", ORIGIN),)))
        asking = _asking(check.contract.api.operations[0])
        readable(check, who.send("OPTIONS", "/no-such-path", headers=asking))
    for exchange in session.strays():
        if exchange.request.method != "OPTIONS":
            readable(check, exchange)


@must("COR-003", "A preflight is answered", open_to_pages, promises=PROMISES)
def preflight(check: Check) -> None:
    """Before a page's call with a key or JSON, the browser asks, and is told that it may.

    `*` does not stand for `Authorization`. A method that needs no leave may go unnamed where no
    method is named. Who asks for more than is documented is told what is allowed, or refused as
    documented: it is for the browser to compare.

    Source: Fetch §4.8 (CORS-preflight fetch) and §2.2.2 (`Authorization` is no wildcard's); the
    contract's envelope.
    Passes: `OPTIONS /chat` → 200, `Access-Control-Allow-Headers: Authorization, Content-Type`.
    Fails: → 405; `Access-Control-Allow-Headers: *`; `Access-Control-Allow-Methods: GET` for a POST;
    a question for `X-Requested-With` → 400 in plain text.
    """
    for exchange in _preflights(check):
        check.require(
            200 <= exchange.status < 300,
            f"A preflight is answered with {exchange.status}.",
            exchange,
        )
        readable(check, exchange)
        methods = _listed(exchange, "Access-Control-Allow-Methods")
        method = check.operation.method.upper()
        named = method in methods or "*" in methods
        check.require(
            named or (not methods and method in SAFE_METHODS),
            f"A preflight does not allow {method}: {', '.join(methods) or 'nothing'}.",
            exchange,
        )
        _allows_headers(check, exchange)
    for exchange in _asking_for_more(check):
        readable(check, exchange)
        if exchange.status < 300:
            _allows_headers(check, exchange)
        else:
            _in_the_envelope(check, exchange)


def _in_the_envelope(check: Check, exchange: Exchange) -> None:
    """Require that a refusal is in the words of the contract."""
    validator = check.contract.envelope_validator()
    problem = validator.problem(exchange.json) if validator else ""
    check.require(
        not problem,
        f"A preflight is refused with {exchange.status}, and no error envelope: {problem}.",
        exchange,
    )


def _allows_headers(check: Check, exchange: Exchange) -> None:
    headers = {name.lower() for name in _listed(exchange, "Access-Control-Allow-Headers")}
    if is_secured(check.operation):
        check.require(
            "authorization" in headers, "A preflight does not allow Authorization.", exchange
        )
    if check.operation.body:
        check.require(
            headers & {"content-type", "*"}, "A preflight does not allow Content-Type.", exchange
        )


@must("COR-004", "A preflight needs no credential", open_to_pages, promises=PROMISES)
def unauthenticated(check: Check) -> None:
    """A browser sends none, and whatever is wrong with the request to come is for that to learn.

    Source: Fetch §4.8 (a preflight has no credentials).
    Passes: `OPTIONS` with a wrong key, or without a required parameter → 200.
    Fails: → 401; → 400.
    """
    operation, session = check.operation, check.session
    wrong = session.holding("no-such-key", valid=False)
    bare = Sample(path={p.name: NO_SUCH_ID for p in operation.in_location("path")})
    for who in (session.nobody(), wrong):
        for headers in (_asking(operation), (("Origin", ORIGIN),), ()):
            exchange = who.call(operation, bare, method="OPTIONS", headers=headers)
            check.require(
                200 <= exchange.status < 300,
                f"A preflight without a good credential is answered with {exchange.status}.",
                exchange,
            )
            readable(check, exchange)


@must("COR-005", "No answer shares credentials with every page", open_api, promises=PROMISES)
def no_credentials(check: Check) -> None:
    """A star and credentials exclude each other, and so does naming whoever asks.

    Looks at all answers of the run.

    Source: Fetch §3.3.5; OWASP API8:2023.
    Passes: no `Access-Control-Allow-Credentials`.
    Fails: `Access-Control-Allow-Credentials: true`.
    """
    session = check.session
    for origin in (ORIGIN, "null", "https://attacker.example"):
        for operation in check.contract.api.operations[:3]:
            sample = session.sample(operation)
            session.nobody().call(operation, sample, headers=(("Origin", origin),))
            headers = _asking(operation, origin)
            session.nobody().call(operation, sample, method="OPTIONS", headers=headers)
    for exchange in tuple(session.client.exchanges):
        allowed = exchange.answer.header("Access-Control-Allow-Credentials") or ""
        ours = exchange.request.url.startswith(session.target.base_url)
        check.require(
            not ours or allowed.strip().lower() != "true",
            "An answer lets every page call with the user's credentials.",
            exchange,
        )


@should(
    "COR-006",
    "Documented headers can be read by pages",
    telling,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def exposed(check: Check) -> None:
    """What is documented and not exposed is there for everybody but the browser.

    Source: Fetch §3.3.6 (`Access-Control-Expose-Headers`).
    Passes: `Access-Control-Expose-Headers: X-Request-Id`.
    Fails: `X-Request-Id` is documented, and not among the exposed headers.
    """
    session, operation = check.session, check.operation
    page: Pairs = (("Origin", ORIGIN),)
    exchange = session.caller().call(operation, session.sample(operation), headers=page)
    listed = {name.lower() for name in _listed(exchange, "Access-Control-Expose-Headers")}
    hidden = sorted(_to_expose(operation) - listed) if "*" not in listed else []
    check.require(not hidden, f"Pages cannot read {', '.join(hidden)}.", exchange)


def _preflights(check: Check) -> Iterator[Exchange]:
    """What browsers ask before the operation: by pages of several origins, in any spelling."""
    operation, nobody = check.operation, check.session.nobody()
    try:
        sample = check.session.sample(operation)
    except Violation:
        sample = Sample(path={p.name: NO_SUCH_ID for p in operation.in_location("path")})
    for origin in (ORIGIN, "null"):
        bare = Sample(sample.path, sample.query)
        yield nobody.call(operation, bare, method="OPTIONS", headers=_asking(operation, origin))


def _asking_for_more(check: Check) -> Iterator[Exchange]:
    """Preflights for headers, and for a method, that no operation documents."""
    operation, nobody = check.operation, check.session.nobody()
    bare = Sample(path={p.name: NO_SUCH_ID for p in operation.in_location("path")})
    for method, names in (
        (operation.method.upper(), f"{DOCUMENTED_HEADERS},x-requested-with"),
        (operation.method.upper(), f"traceparent,{DOCUMENTED_HEADERS}"),
        ("PROPFIND", DOCUMENTED_HEADERS),
    ):
        asked = (
            ("Origin", ORIGIN),
            ("Access-Control-Request-Method", method),
            ("Access-Control-Request-Headers", names),
        )
        yield nobody.call(operation, bare, method="OPTIONS", headers=asked)


def _asking(operation: Operation, origin: str = ORIGIN) -> Pairs:
    return (
        ("Origin", origin),
        ("Access-Control-Request-Method", operation.method.upper()),
        ("Access-Control-Request-Headers", DOCUMENTED_HEADERS),
    )


def _listed(exchange: Exchange, name: str) -> list[str]:
    """The items of a header that is a list, over all its lines."""
    items = ",".join(exchange.answer.all(name)).split(",")
    return [item.strip() for item in items if item.strip()]
