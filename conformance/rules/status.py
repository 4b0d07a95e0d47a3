"""STA: methods, routes and statuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from conformance.caller import Caller
from conformance.contract import Contract
from conformance.exchange import Exchange, Pairs
from conformance.filters import filters
from conformance.refusal import require_refusal
from conformance.rule import Check, Need, Violation, must
from conformance.sample import NO_SUCH_ID, Sample, value_of
from conformance.survey import BROWSERS, PAGES, PROBLEMS, UNKNOWN_PATHS
from conformance.vocabulary import (
    Subjects,
    each,
    each_and_whole,
    house,
    is_detail,
    is_list,
    is_safe,
    list_of,
    paging,
    paths,
    readable,
    whole,
)
from conformance.walk import dig, smallest
from generator.model import Operation

METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
FROM_PAGES: Mapping[str, Pairs] = {"TRACE": (PROBLEMS,), "PROPFIND": (BROWSERS, PAGES)}
"""What pages and other programs say besides, by the method that they are tried with."""
PREFLIGHT: Pairs = (PAGES, ("Access-Control-Request-Method", "PUT"))
"""What browsers ask with before a page's call (Fetch §4.8)."""
SERVER_HOUSEKEEPING = frozenset({"HEAD", "OPTIONS"})
JSON = (("Content-Type", "application/json"),)
HALF_JSON, NO_JSON = (JSON, b'{"half":'), ((("Content-Type", "text/plain"),), b"not a document")
BODIES: Mapping[str, tuple[Pairs, bytes]] = {"POST": NO_JSON, "PUT": NO_JSON, "PATCH": HALF_JSON}
"""What is sent with the methods of writing: how it is labelled, and what it is."""
CLAIMS = (
    *("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Method"),
    *("X-Forwarded-Method", "X-Original-Method"),
)
"""Headers by which frameworks and proxies are told of another method."""
METHOD_PROMISES = ("HALE-01", "HALE-09", "ALOHA-17", "LEAD-07")


def documented_methods(check: Check) -> frozenset[str]:
    """The methods that the contract documents for the path of the operation."""
    path = check.operation.path
    return frozenset(op.method.upper() for op in check.contract.api.operations if op.path == path)


def undocumented(check: Check) -> tuple[Exchange, ...]:
    """The path of the operation, asked with every method that it does not have, once a run."""
    operation, caller = check.operation, check.session.caller()

    def asked() -> tuple[Exchange, ...]:
        has = documented_methods(check)
        known = has | ({"HEAD"} if "GET" in has else set())
        known |= {"OPTIONS"} if answers_preflights(operation) else set()
        tried = [(method, FROM_PAGES.get(method, ())) for method in METHODS]
        tried.append(("OPTIONS", PREFLIGHT))
        return tuple(
            _ask(caller, operation, method, headers=headers)
            for method, headers in tried
            if method not in known
        )

    return check.session.once(f"undocumented methods of {operation.path}", asked)


def _of_nobody(check: Check) -> Iterator[Exchange]:
    """A method of writing that the path does not have, and a preflight, without a credential."""
    nobody, has = check.session.nobody(), documented_methods(check)
    for method in sorted({"PUT", "PATCH", "DELETE"} - has)[:1]:
        yield _ask(nobody, check.operation, method)
    if not answers_preflights(check.operation):
        yield _ask(nobody, check.operation, "OPTIONS", headers=PREFLIGHT)


def answers_preflights(operation: Operation) -> bool:
    """Whether the contract declares cross-origin access, so that OPTIONS has a meaning."""
    return any(
        header.name.lower() == "access-control-allow-origin"
        for response in operation.responses
        for header in response.headers
    )


def _of_a_row(check: Check) -> Iterator[Exchange]:
    """A row that is there, asked with the methods of writing that its path does not have."""
    if not is_detail(check.operation) or check.session.control is None:
        return
    row = check.session.sample(check.operation).path
    for method in sorted({"PUT", "PATCH", "DELETE"} - documented_methods(check)):
        labelled = HALF_JSON if method == "PUT" else BODIES.get(method)
        yield _ask(check.session.caller(), check.operation, method, row, body=labelled)


def _ask(
    caller: Caller,
    operation: Operation,
    method: str,
    row: Mapping[str, str] | None = None,
    *,
    headers: Pairs = (),
    body: tuple[Pairs, bytes] | None = None,
) -> Exchange:
    path = operation.path
    for parameter in operation.in_location("path"):
        path = path.replace(f"{{{parameter.name}}}", (row or {}).get(parameter.name, NO_SUCH_ID))
    label, content = body or BODIES.get(method, (NO_JSON[0], b""))
    return caller.send(method, path, headers=(*label, *headers), body=content)


def claiming(method: str) -> Pairs:
    """The headers by which frameworks are told of another method than that of the request."""
    return tuple((name, method) for name in CLAIMS)


def _disguised(check: Check, method: str) -> Exchange:
    """A POST that claims to be of another method: in headers, in its query and in a form."""
    path = check.operation.path.replace("{", "").replace("}", "")
    form, claim = ("Content-Type", "application/x-www-form-urlencoded"), f"_method={method}"
    headers = (*claiming(method), form)
    return check.session.caller().send("POST", path, claim, headers=headers, body=claim.encode())


@must(
    "STA-001",
    "A method that is not documented is 405",
    paths,
    promises=METHOD_PROMISES,
    needs=(Need.CREDENTIAL,),
)
def method_not_allowed(check: Check) -> None:
    """A method that the path does not have is refused as such, whatever else is sent.

    A server that answers 404, 200 or 500 misleads clients, and one that does something is worse.
    Nor does it matter whether a row is there, which is tried where it is one of the suite's own, or
    whether a body can be read: it is of another type, or half of a document. What claims to be of a
    method that the path has, in a header, the query or a form, is refused all the same.

    Source: RFC 9110 §15.5.6.
    Passes: `DELETE /contacts` → 405.
    Fails: `DELETE /contacts` → 404, or 200; `POST /contacts` with half a document → 400.
    """
    for exchange in (*undocumented(check), *_of_a_row(check)):
        require_refusal(check, exchange, 405, f"{exchange.request.method} on this path")
    for exchange in _of_nobody(check):
        if exchange.status != 401:
            what = f"{exchange.request.method} on this path, without a credential,"
            require_refusal(check, exchange, 405, what)
    has = documented_methods(check)
    for method in sorted(has if "POST" not in has else ()):
        disguised = _disguised(check, method)
        require_refusal(check, disguised, 405, f"POST that claims to be {method}")


@must(
    "STA-002",
    "405 names every method of the path in Allow",
    paths,
    promises=("HALE-01",),
    needs=(Need.CREDENTIAL,),
)
def allow_is_complete(check: Check) -> None:
    """`Allow` lists exactly what the path has; HEAD and OPTIONS may be there or not.

    Source: RFC 9110 §10.2.1 and §15.5.6 (an origin server MUST send `Allow` with 405).
    Passes: `DELETE /contacts` → 405, `Allow: GET, HEAD`.
    Fails: 405 without `Allow`, or with a method that the path does not have.
    """
    expected = documented_methods(check)
    for exchange in undocumented(check):
        if exchange.status != 405:
            continue
        value = ", ".join(exchange.answer.all("allow"))
        listed = {word.strip() for word in value.split(",") if word.strip()}
        check.require(
            listed - SERVER_HOUSEKEEPING == expected - SERVER_HOUSEKEEPING,
            f"Allow is {value!r}, and the path has {', '.join(sorted(expected))}.",
            exchange,
        )


@must("STA-003", "A route that does not exist is 404", whole, promises=METHOD_PROMISES)
def unknown_route(check: Check) -> None:
    """What no operation answers is 404, not a page of the framework, a redirect or a 500.

    So it is for other methods than GET, and for what browsers ask before a page's call, where no
    answer is for pages of other origins. Without a credential it may be 401 instead.

    Source: RFC 9110 §15.5.5; OWASP API9:2023 (no undocumented endpoint).
    Passes: `GET /no-such-path` → 404.
    Fails: `GET /docs` → 200 with the framework's own pages; `DELETE /no-such-path` → 405.
    """
    session = check.session
    for exchange in session.strays():
        if exchange.request.method == "GET":
            require_refusal(check, exchange, 404, "A path that is not documented")
    is_closed = not any(map(answers_preflights, check.contract.api.operations))
    tried = (("DELETE", ()), *((("OPTIONS", PREFLIGHT),) if is_closed else ()))
    known = () if session.missing(Need.CREDENTIAL) else (session.caller(),)
    for caller in (*known, session.nobody()):
        for method, headers in tried:
            exchange = caller.send(method, UNKNOWN_PATHS[0], headers=headers)
            if exchange.status != 401 or caller in known:
                what = f"{method} of a path that is not documented"
                require_refusal(check, exchange, 404, what)


@must(
    "STA-004",
    "HEAD answers as GET, without a body",
    readable,
    promises=("HALE-01",),
    needs=(Need.CREDENTIAL,),
)
def head_is_get(check: Check) -> None:
    """HEAD tells what GET would answer: the same status and documented headers, and no body.

    So it is for a narrowed list, a cursor or a size that is refused, also one of other filters or
    one too large, a row that is not there or what is below it, and a required parameter that is
    missing, or names what there is not.

    Source: RFC 9110 §9.3.2.
    Passes: `HEAD /contacts` → 200, the `Content-Type` of GET, no body.
    Fails: `HEAD /contacts` → 405.
    """
    session, operation = check.session, check.operation
    good = session.sample(operation)
    refused = good.asking(("no-such-parameter", "1"))
    for caller, sample in (
        (session.caller(), good),
        (session.caller(), refused),
        (session.nobody(), good),
        *((session.caller(), replace(good, query=())) for _ in good.query[:1]),
        *((session.caller(), replace(good, query=((name, "x-0"),))) for name, _ in good.query[:1]),
    ):
        get = caller.call(operation, sample)
        head = caller.call(operation, sample, method="HEAD")
        check.require(
            head.status == get.status,
            f"HEAD is answered with {head.status}, and GET with {get.status}.",
            head,
        )
        check.require(not head.answer.body, "The answer to HEAD has a body.", head)
        lacking = [name for name in _documented(get, operation) if head.answer.header(name) is None]
        check.require(not lacking, f"HEAD lacks {', '.join(lacking)}, which GET has.", head)
        for name in ("content-type", "cache-control", "www-authenticate"):
            check.require(
                head.answer.header(name) == get.answer.header(name),
                f"{name} differs between HEAD and GET.",
                head,
            )
    for status, sample in _also(check, good):
        head = session.caller().call(operation, sample, method="HEAD")
        check.require(
            head.status == status,
            f"HEAD is answered with {head.status}, where GET is to be with {status}.",
            head,
        )


def _also(check: Check, good: Sample) -> Iterator[tuple[int, Sample]]:
    """Other requests for the same, and the statuses that GET is answered with by other rules."""
    operation = check.operation
    if is_detail(operation) and list_of(check.contract, operation):
        yield 404, good.at(**{operation.in_location("path")[-1].name: NO_SUCH_ID})
    if not is_list(operation):
        return
    if good.path and operation.response(404):
        yield 404, good.at(**dict.fromkeys(good.path, NO_SUCH_ID))
    rules = paging(operation)
    for found in filters(check.contract, operation):
        yield 200, good.asking((found.parameter.name, value_of(found.parameter)))
    if rules.invalid_cursor:
        yield 400, good.asking((rules.parameter, "abc"))
    if rules.size and operation.response(400):
        yield 400, good.asking((rules.size.parameter, str(rules.size.minimum - 1)))
        if rules.size.maximum:
            yield 400, good.asking((rules.size.parameter, str(rules.size.maximum + 1)))
    yield from _of_other_filters(check, good)


def _of_other_filters(check: Check, good: Sample) -> Iterator[tuple[int, Sample]]:
    """The second page of the whole list, asked for with a filter."""
    operation, rules = check.operation, paging(check.operation)
    narrowing = filters(check.contract, operation)
    if narrowing and rules.invalid_cursor:
        page = check.session.caller().call(operation, smallest(operation, good))
        cursor = dig(page.json, rules.next)
        if isinstance(cursor, str):
            filter_ = narrowing[0].parameter
            yield 400, good.asking((rules.parameter, cursor), (filter_.name, value_of(filter_)))


def _documented(exchange: Exchange, operation: Operation) -> list[str]:
    """The headers of an answer that the contract documents for its status."""
    response = operation.response(exchange.status)
    names = [header.name for header in response.headers] if response else []
    return [name for name in names if exchange.answer.header(name) is not None]


@must(
    "STA-005",
    "Only documented statuses are answered",
    each,
    promises=("HALE-09", "HALO-08", "ALOHA-17", "LEAD-08"),
    needs=(Need.CREDENTIAL,),
)
def documented_statuses(check: Check) -> None:
    """Clients are written for the statuses that the contract lists; 405 is the one exception.

    Looks at every answer of the operation, after a survey of fine, refused and strange requests.

    Source: the contract's `responses`.
    Passes: `GET /contacts?limit=0` → 400, which is listed.
    Fails: `GET /contacts?limit=0` → 422, which is not.
    """
    for exchange in check.session.survey(check.operation):
        if exchange.request.method in {check.operation.method.upper(), "HEAD"}:
            check.require(
                check.operation.response(exchange.status),
                f"The status {exchange.status} is not documented.",
                exchange,
            )


@must(
    "STA-006",
    "No request makes the server fail",
    each_and_whole,
    promises=("HALE-09", "HALO-08", "ALOHA-17", "LEAD-08"),
    needs=(Need.CREDENTIAL,),
)
def no_server_error(check: Check) -> None:
    """Whatever a client sends, it gets an answer, and the answer does not blame the server.

    Source: RFC 9110 §15.6; OWASP API8:2023.
    Passes: `GET /contacts?source=%FF` → 400.
    Fails: `GET /contacts?source=%FF` → 500, or a connection that is cut.
    """
    if check.subject:
        check.session.survey(check.subject)
    else:
        check.session.strays()
    wanted = check.subject.id if check.subject else ""
    base = check.session.target.base_url
    for exchange in check.session.client.meant_for(wanted):
        if not exchange.request.url.startswith(base):
            continue
        failed = exchange.status == 0 or exchange.status >= 500
        if failed and exchange.number not in check.session.provoked:
            what = f"with {exchange.status}" if exchange.status else "not at all"
            raise Violation(f"The request is answered {what}.", exchange)


def placeless(contract: Contract) -> Subjects:
    """Every operation that is read, and every other one that is not of a row."""
    found = (op for op in house(contract) if not (is_safe(op) or op.in_location("path")))
    return (*readable(contract), *found)


@must(
    "STA-007",
    "A path that is nearly right is not another name for it",
    placeless,
    promises=("HALE-09", "HALO-08"),
    needs=(Need.CREDENTIAL,),
)
def no_other_names(check: Check) -> None:
    """A path in other letters, with a slash or a part too many, is unknown; never a redirect.

    A redirect of the framework is a status that the contract does not list, and loses
    credentials on the way.

    What writes is sent half a body.

    Source: RFC 3986 §6.2.2.1 (paths are case-sensitive); the contract's `paths`.
    Passes: `GET /contacts/` → 404.
    Fails: `GET /contacts/` → 307.
    """
    path = check.operation.path
    for name, value in check.session.sample(check.operation).path.items():
        path = path.replace(f"{{{name}}}", value)
    first = path.split("/")[1]
    variants = [path + "/", path.replace(first, first.upper(), 1), "/" + path]
    variants.append(path + ("/no-such-part" if is_detail(check.operation) else ".json"))
    for variant in variants:
        body = b"" if is_safe(check.operation) else b"{"
        method = check.operation.method if body else "GET"
        exchange = check.session.caller().send(
            method, variant, headers=JSON if body else (), body=body
        )
        documented = any(op.path == variant for op in check.contract.api.operations)
        if not documented:
            require_refusal(check, exchange, 404, f"The path {variant}")
