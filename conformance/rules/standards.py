"""HDR, STA and ENV of any HTTP API: what RFC 9110 and 9112 ask of answers, whatever was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime

from conformance.as_it_stands import ELSEWHERE, raw
from conformance.contract import Contract
from conformance.exchange import Exchange, Pairs
from conformance.insides import told
from conformance.rule import Check, Need, Violation, must
from conformance.vocabulary import (
    Subjects,
    house,
    is_safe,
    is_secured,
    paths,
    readable,
    whole,
)

ATTACKER = "attacker.example"
NO_HEADERS: Pairs = ()
PROMISES = ("HALE-01", "HALE-09", "HALO-08", "ALOHA-17", "LEAD-07")


def one_readable(contract: Contract) -> Subjects:
    """The first operation that only reads, for what no operation is special in."""
    secured = [op for op in house(contract) if is_safe(op) and is_secured(op)]
    return tuple(secured[:1])


@must(
    "STA-027",
    "No body follows where none may be",
    readable,
    promises=("HALE-01",),
    needs=(Need.CREDENTIAL,),
)
def nothing_follows(check: Check) -> None:
    """After HEAD, 204 and 304 there are no bytes, and after a body of its length no more.

    What follows is read as the beginning of the next answer on that connection.

    Source: RFC 9110 §9.3.2, §15.3.5; RFC 9112 §6.3.
    Passes: `HEAD /contacts` → headers, and the end.
    Fails: `HEAD /contacts` → headers, then the page; `Content-Length: 10` before 20 bytes.
    """
    for method in ("HEAD", "GET"):
        for nobody in (False, True):
            exchange = raw(check, check.operation, method=method, nobody=nobody)
            check.require(
                not exchange.answer.rest,
                f"{len(exchange.answer.rest)} bytes follow the answer to {method}.",
                exchange,
            )


@must(
    "STA-028",
    "A very long URL is refused in good order",
    one_readable,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def long_url(check: Check) -> None:
    """Lengths that no documented request has get an answer that blames the client.

    Whoever stands before the API may answer, in its own words.

    Source: RFC 9110 §4.1 and §15.5.15; RFC 6585 §5.
    Passes: a query of 20,000 characters → 400, 414 or 431; a path of as many → 404, too.
    Fails: → 500, or 200.
    """
    operation, long = check.operation, "x" * 20_000
    for what, path, query in (
        ("A long query", "", f"no-such-parameter={long}"),
        ("Many parameters", "", "&".join(f"p{n}=1" for n in range(2_000))),
        ("A long path", f"/no-such-path/{long}", ""),
    ):
        exchange = raw(check, operation, path=path, query=query)
        check.require(
            400 <= exchange.status < 500, f"{what} is answered with {exchange.status}.", exchange
        )
    exchange = raw(check, operation, headers=(("X-Long", long),))
    check.require(
        exchange.status < 500, f"A long header is answered with {exchange.status}.", exchange
    )


@must(
    "HDR-010",
    "No line break in a request begins a header of the answer",
    paths,
    promises=("HALE-09",),
    needs=(Need.CREDENTIAL,),
)
def no_injection_anywhere(check: Check) -> None:
    """In no part of a request a line break becomes one in the answer: path, query, header, body.

    Source: RFC 9110 §5.5; CWE-113.
    Passes: `GET /contacts/%0D%0AX-Injected:%201` → 404 and no header `X-Injected`.
    Fails: an answer with the header `X-Injected`, or one that is split in two.
    """
    operation = check.operation
    breaks = (
        "%0D%0AX-Injected:%201",
        "%0AX-Injected:%201",
        "%0DX-Injected:%201",
        "%E5%98%8A%E5%98%8DX-Injected:%201",
    )
    for text in breaks:
        found = [
            raw(check, operation, path=f"/{text}"),
            raw(check, operation, path=f"{operation.path.partition('{')[0].rstrip('/')}/{text}"),
            raw(check, operation, query=f"a={text}"),
            raw(check, operation, query=f"{text}=1"),
            raw(check, operation, headers=(("X-Request-Id", text), ("Origin", f"https://a{text}"))),
        ]
        for exchange in found:
            check.require(
                exchange.answer.header("x-injected") is None and not exchange.answer.rest,
                "A line break of the request became one of the answer.",
                exchange,
            )


@must(
    "HDR-011",
    "Who the request says that it is for changes nothing",
    one_readable,
    promises=("HALE-09",),
    needs=(Need.CREDENTIAL,),
)
def host_tricks(check: Check) -> None:
    """A forged host must not come back in a link, a redirect or a cached answer.

    A server that refuses a host which is not its own is right, too.

    Source: RFC 9110 §7.2; CWE-644.
    Passes: `Host: attacker.example` → the same answer, or 400, 404, 421.
    Fails: an answer that names `attacker.example`; a redirect; 500.
    """
    for headers in (
        (("Host", ATTACKER),),
        (("X-Forwarded-Host", ATTACKER),),
        (("Forwarded", f"host={ATTACKER}"),),
        (("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Prefix", f"//{ATTACKER}")),
        (("X-Original-URL", f"//{ATTACKER}/"), ("X-Rewrite-URL", f"//{ATTACKER}/")),
    ):
        exchange = raw(check, check.operation, headers=headers)
        everything = exchange.answer.body + repr(exchange.answer.headers).encode()
        check.require(
            ATTACKER.encode() not in everything and not 300 <= exchange.status < 400,
            f"The answer follows {headers[0][0]}.",
            exchange,
        )
        check.require(exchange.status < 500, f"{headers[0][0]} makes the server fail.", exchange)


@must(
    "HDR-012",
    "Every answer is dated, and says what it is",
    (lambda contract: (*paths(contract), None)),
    promises=(),
    needs=(Need.CREDENTIAL,),
)
def described(check: Check) -> None:
    """A date, the media type of what there is, and no media type of what there is not.

    Source: RFC 9110 §6.6.1 (an origin server with a clock MUST send `Date`), §8.3.
    Passes: `Date: Sun, 22 Nov 2026 03:00:00 GMT`, `Content-Type: application/json`.
    Fails: no `Date`; a body without `Content-Type`; JSON in Latin-1.
    """
    for exchange in seen(check):
        answer = exchange.answer
        check.require(is_date(answer.header("date") or ""), "There is no good Date.", exchange)
        types = answer.all("content-type")
        check.require(len(types) <= 1, "Content-Type is there twice.", exchange)
        check.require(types or not answer.body, "A body without Content-Type.", exchange)
        charset = re.search(r"charset=\"?([^\";]+)", ";".join(types), re.IGNORECASE)
        check.require(
            not charset or charset[1].lower() == "utf-8",
            f"Content-Type is {types}: not UTF-8.",
            exchange,
        )


@must(
    "HDR-013",
    "An API sets no cookies and sends nobody elsewhere",
    (lambda contract: (*paths(contract), None)),
    promises=("HALE-09",),
    needs=(Need.CREDENTIAL,),
)
def no_cookies(check: Check) -> None:
    """Cookies are a second way to be let in that no document speaks of; redirects lose credentials.

    Source: the contract, which documents neither; OWASP API8:2023.
    Passes: no `Set-Cookie`, no `Refresh`, no `Location` but where it is documented.
    Fails: `Set-Cookie: session=…`; 302 to a page to log in.
    """
    for exchange in seen(check):
        documented = check.subject.response(exchange.status) if check.subject else None
        known = {header.name.lower() for header in documented.headers} if documented else set()
        for name in ("set-cookie", "refresh", "location"):
            check.require(
                name in known or exchange.answer.header(name) is None,
                f"The header {name} is not documented.",
                exchange,
            )


@must(
    "HDR-014",
    "Lengths are true",
    readable,
    promises=(),
    needs=(Need.CREDENTIAL,),
)
def true_length(check: Check) -> None:
    """What `Content-Length` says is what comes, and of HEAD what GET would bring.

    Source: RFC 9110 §8.6 (a server MUST NOT send another length for HEAD than for GET).
    Passes: `Content-Length: 120` and 120 bytes.
    Fails: `Content-Length: 0` with HEAD where GET has 120.
    """
    get = raw(check, check.operation, nobody=True)
    head = raw(check, check.operation, nobody=True, method="HEAD")
    told_, size = get.answer.header("content-length"), str(len(get.answer.body))
    check.require(told_ in {None, size}, f"Content-Length is {told_}, and {size} came.", get)
    length = head.answer.header("content-length")
    check.require(
        length in {None, told_} or varies(get, head),
        f"Content-Length is {length} for HEAD and {told_} for GET.",
        head,
    )


@must(
    "ENV-010",
    "Nothing tells of what serves the API",
    whole,
    promises=("HALE-09",),
)
def no_banner(check: Check) -> None:
    """Neither a header nor the answer to a broken request names software and its version.

    Source: CWE-200; OWASP API8:2023.
    Passes: a request that is not HTTP → 400, in whatever words.
    Fails: `X-Powered-By: Express`; `Server: nginx/1.25.3`; a stack trace.
    """
    for exchange in (*check.session.strays(), *garbage(check)):
        text = exchange.answer.body.decode("utf-8", "replace")
        found = told(text) if exchange.status >= 400 else ""
        check.require(
            not found or found in exchange.request.url, f"The answer tells {found!r}.", exchange
        )
        for name, value in exchange.answer.headers:
            if name in {"server", "via"} and re.search(r"\d", value):
                raise Violation(f"{name} tells {value!r}.", exchange)
            banner = name.startswith("x-powered") or name in {"x-aspnet-version", "x-generator"}
            check.require(not banner, f"{name} tells {value!r}.", exchange)


def is_date(text: str) -> bool:
    """Whether a text is a date as HTTP writes it."""
    try:
        return parsedate_to_datetime(text).tzinfo is not None and text.endswith("GMT")
    except ValueError:
        return False


def varies(get: Exchange, head: Exchange) -> bool:
    """Whether two answers say the same in bodies of other sizes, such as by a request id."""
    return get.status == head.status and b"request_id" in get.answer.body


def seen(check: Check) -> Sequence[Exchange]:
    """What was answered so far on the path of the operation, or where there is none."""
    found = check.session.survey(check.subject) if check.subject else check.session.strays()
    return [exchange for exchange in found if exchange.status]


def garbage(check: Check) -> Iterator[Exchange]:
    """Answers to requests that are hardly HTTP."""
    nobody = check.session.nobody()
    for method, headers in (
        ("G@T", NO_HEADERS),
        ("GET", (("Bad Header", "1"),)),
        ("GET", (("Content-Length", "x"),)),
        ("POST", (("Transfer-Encoding", "gzip, nonsense"),)),
    ):
        try:
            yield nobody.send_raw(method, "/no-such-path", headers=headers, operation=ELSEWHERE)
        except Violation:
            continue
