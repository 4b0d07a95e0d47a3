"""HDR: headers that the contract and HTTP ask of answers."""

from __future__ import annotations

from conformance.rule import Check, Need, must
from conformance.sample import NO_SUCH_ID
from conformance.survey import CURIOUS_HEADERS
from conformance.vocabulary import each_and_whole, is_oauth, readable, secured

JSON = ("Content-Type", "application/json")
"""What many clients say also where they send nothing."""


@must(
    "HDR-001",
    "Answers to a credential are not stored by caches",
    secured,
    promises=("HALE-02", "HALE-04"),
    needs=(Need.CREDENTIAL,),
)
def no_store(check: Check) -> None:
    """What one party may read must not be given to the next one by a cache between.

    Looks at every answer to a good credential, errors too.

    Source: RFC 9111 §5.2.2.5.
    Passes: `Cache-Control: no-store`.
    Fails: no `Cache-Control`, or `public, max-age=60`.
    """
    for exchange in check.session.survey(check.operation):
        if not exchange.authenticated or exchange.status == 401:
            continue
        values = ",".join(exchange.answer.all("cache-control")).lower()
        directives = {word.strip().partition("=")[0] for word in values.split(",")}
        check.require(
            "no-store" in directives and not directives & {"public", "s-maxage"},
            f"Cache-Control is {values or 'absent'!r}.",
            exchange,
        )


@must("HDR-002", "401 says how to authenticate", each_and_whole, promises=("HALE-02", "HALO-01"))
def challenge(check: Check) -> None:
    """A 401 names the scheme that would have worked.

    Clients prove themselves to OAuth's token endpoint by HTTP Basic, callers elsewhere by a token.

    Source: RFC 9110 §11.6.1 (a server MUST send `WWW-Authenticate` with 401); RFC 6750 §3; RFC 6749
    §5.2.
    Passes: 401 → `WWW-Authenticate: Bearer`.
    Fails: 401 without it.
    """
    if check.subject:
        check.session.nobody().call(check.subject, check.session.sample(check.subject))
    operation = check.subject.id if check.subject else ""
    of_clients = check.subject is not None and is_oauth(check.contract, check.subject)
    scheme = "basic" if of_clients else "bearer"
    for exchange in check.session.client.meant_for(operation):
        ours = exchange.request.url.startswith(check.session.target.base_url)
        if exchange.status != 401 or not ours:
            continue
        value = exchange.answer.header("www-authenticate") or ""
        check.require(
            value.split(" ")[0].rstrip(",").lower() == scheme,
            f"WWW-Authenticate is {value or 'absent'!r}.",
            exchange,
        )


@must(
    "HDR-003",
    "No part of a request becomes a header of the answer",
    readable,
    promises=("HALE-09",),
    needs=(Need.CREDENTIAL,),
)
def no_injection(check: Check) -> None:
    """A line break in a value must not end a header and begin another.

    Source: RFC 9110 §5.5; CWE-113.
    Passes: `GET /contacts?source=%0D%0AX-Injected:%201` → no header `X-Injected`.
    Fails: an answer with the header `X-Injected`.
    """
    for exchange in check.session.survey(check.operation):
        check.require(
            exchange.answer.header("x-injected") is None,
            "The value of a parameter became a header.",
            exchange,
        )


@must(
    "HDR-004",
    "An answer does not hang on what no client has to send",
    readable,
    promises=("HALE-09",),
    needs=(Need.CREDENTIAL,),
)
def curious_headers(check: Check) -> None:
    """A good request stays good whatever `Accept`, `Range`, `Origin` or conditions come with it.

    So it does where a client always says that it sends JSON.

    The contract documents one media type and no 206, 304, 406 or 412.

    Source: RFC 9110 §12.5.1 (a server may disregard `Accept`); the contract's `responses`.
    Passes: `GET /contacts` with `Range: bytes=0-10` → 200.
    Fails: → 206, or 500.
    """
    names = {"accept", "accept-charset", "accept-language", "cookie", "origin", "range"}
    names |= {"if-none-match", "if-match", "if-modified-since"}
    for exchange in check.session.survey(check.operation):
        headers = exchange.request.headers
        curious = (each for each in headers if each in CURIOUS_HEADERS)
        sent = {name for name, value in curious if name.lower() in names or (name, value) == JSON}
        url = exchange.request.url
        good = exchange.authenticated and "?" not in url and NO_SUCH_ID not in url
        if sent and good and exchange.status != 429:
            check.require(
                exchange.status == 200 or not check.operation.response(200),
                f"With {', '.join(sent)} the request is answered with {exchange.status}.",
                exchange,
            )
