"""A little of everything: the requests whose answers the observing rules look at.

A request that gets no HTTP answer is recorded with status 0: STA-006 tells of it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from conformance.author import Author, author_of
from conformance.bodies import carrying_text, places
from conformance.resources import Workbench
from conformance.rule import Need, Untestable, Violation
from conformance.sample import NO_SUCH_ID, Sample, encode, value_of
from conformance.vocabulary import body_schema, is_detail, is_list, is_safe, paging
from conformance.walk import read_page
from generator.model import Array, Operation

if TYPE_CHECKING:
    from conformance.session import Session

STRANGE = (
    "%",
    "_",
    "*",
    "'",
    '"',
    "\\",
    "`",
    "' OR '1'='1",
    "a\x00b",
    "\r\nX-Injected: 1",
    "é",
    "\U0001f600",
    "\u202e",
    "../../etc/passwd",
    "{}",
    "[]",
    "{{7*7}}",
    "${7*7}",
    "<script>",
    "null",
    "-1",
    "9" * 30,
    "x" * 4000,
)
"""Strings that a careless server trips over: metacharacters, controls, injections, sizes."""

BROKEN_ESCAPES = ("%FF", "%C3%28", "%ED%A0%80", "%F8%88%80%80%80", "%00", "%", "%zz", "%u0041")
"""Percent-encodings of what is not UTF-8, or of nothing (RFC 3986 §2.1, RFC 3629)."""

BROWSERS = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
"""What browsers accept."""

PROBLEMS = ("Accept", "application/problem+json, text/plain")
"""What programs accept that know RFC 9457, or read what they are told."""

EVENTS = ("Accept", "text/event-stream")

PAGES = ("Origin", "https://shop.example")

GERMAN = ("Accept-Language", "de-DE,de;q=0.9")

CURIOUS_HEADERS = (
    ("Accept", "application/json"),
    ("Accept", "image/png"),
    ("Accept", "text/html"),
    ("Accept", "text/csv"),
    ("Accept", "application/xml"),
    ("Accept", "nonsense"),
    ("Accept-Encoding", "identity;q=0, *;q=0"),
    ("Accept-Charset", "utf-16"),
    ("Accept-Language", "tlh"),
    ("Range", "bytes=0-10"),
    ("If-None-Match", "*"),
    ("If-Match", '"nothing"'),
    ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),
    ("Expect", "nonsense"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Forwarded-Host", "attacker.example"),
    ("X-Original-URL", "/nowhere"),
    ("Content-Type", "nonsense"),
    ("Content-Type", "application/json"),
    ("Origin", "https://attacker.example"),
    ("Cookie", "session=; a; ="),
)
"""Request headers that no documented answer depends on."""

UNKNOWN_PATHS = (
    "/no-such-path",
    "/.env",
    "/admin",
    "/docs",
    "/ui/",
    "/openapi.json",
    "/swagger.json",
    "/debug",
    "/metrics",
    "/%FF",
    "/%00",
    "/a%2Fb",
    "/no-such-path?limit=abc",
    "/'",
    "/" + "x" * 4000,
)
"""Paths that no contract of the house documents, some of which frameworks answer by themselves."""


def take(session: Session, operation: Operation) -> None:
    """Send an operation what is fine, what is refused and what is strange.

    One that writes is sent what is fine, where the profile allows it and a body is documented, or
    there is a row to be deleted.
    """
    if session.missing(Need.CREDENTIAL):
        return
    if not is_safe(operation):
        if session.target.writes and body_schema(session.contract, operation):
            with suppress(Violation):
                made = author_of(session, operation)
                _send_in_vain(session, operation, made.sample)
                _send_wrong_twice(made)
        elif session.target.writes and operation.method.upper() == "DELETE":
            with suppress(Violation, Untestable, LookupError):
                bench = Workbench.shared(session, operation)
                bench.send(operation, bench.row_sample(operation, bench.made()), b"")
        return
    good = session.sample(operation)
    _send(session, operation, good)
    _send(session, operation, good, method="HEAD")
    _send_next(session, operation, good)
    _send_as_strangers(session, operation, good)
    for parameter in operation.in_location("query"):
        if not parameter.required and parameter.examples:
            _send(session, operation, good.asking((parameter.name, value_of(parameter))))
        for value in STRANGE:
            _send(session, operation, good.asking((parameter.name, value)))
        for escape in BROKEN_ESCAPES:
            _send_query(session, operation, good, f"{parameter.name}={escape}")
    for query in ("?", "&", "=", "&&=&", "%FF=1", "a[b]=1", "a;b", "nonsense"):
        _send_query(session, operation, good, query)
    for value in STRANGE if is_detail(operation) else ():
        last = operation.in_location("path")[-1].name
        _send(session, operation, good.at(**{last: value}))
    for header in CURIOUS_HEADERS:
        _send(session, operation, good, headers=(header,))
    _send(session, operation, good.asking(("no-such-parameter", "1")))
    _send(session, operation, good.asking(("no-such-parameter", "1")), headers=(BROWSERS, GERMAN))
    _send(session, operation, good.asking(("no-such-parameter", "1")), headers=(PROBLEMS, PAGES))
    if is_detail(operation):
        nothing = good.at(**{operation.in_location("path")[-1].name: NO_SUCH_ID})
        _send(session, operation, nothing, headers=(BROWSERS, GERMAN))


def _send_as_strangers(session: Session, operation: Operation, good: Sample) -> None:
    """Send what is fine with no key, and with one that is none, in a browser and elsewhere."""
    for headers in ((), (PROBLEMS,), (BROWSERS, GERMAN)):
        with suppress(Violation):
            session.nobody().call(operation, good, headers=headers)
    with suppress(Violation):
        session.holding("hk_unknown", valid=False).call(operation, good, headers=(BROWSERS, PAGES))


def _send_in_vain(session: Session, operation: Operation, good: Sample) -> None:
    """Send half a body as browsers and other programs do, and as nobody does."""
    broken = carrying_text(good, "{")
    for accepted in (BROWSERS, PROBLEMS, EVENTS):
        _send(session, operation, broken, headers=(accepted, PAGES))
    with suppress(Violation):
        session.nobody().call(operation, broken, headers=(BROWSERS, PAGES))


def _send_wrong_twice(made: Author) -> None:
    """Send bodies that are wrong in several places: in each member, and in the items of a list."""
    if isinstance(made.body, dict):
        wrong = {name: 5 if isinstance(old, str) else "x" for name, old in made.body.items()}
        with suppress(Violation):
            made.send(wrong)
    for place in places(made.contract, made.schema):
        if isinstance(place.schema.type, Array):
            with suppress(Violation):
                made.send(made.put(place.path, [{}, 5, {}, 5]))


def stray(session: Session) -> None:
    """Send what no operation is meant by: unknown paths, and a method that none has."""
    caller = session.nobody() if session.missing(Need.CREDENTIAL) else session.caller()
    for path in UNKNOWN_PATHS:
        if not any(path.partition("?")[0] == op.path for op in session.contract.api.operations):
            with suppress(Violation):
                caller.send("GET", path)
    for accepted in (BROWSERS, PROBLEMS):
        for method in ("GET", "HEAD", "POST"):
            with suppress(Violation):
                caller.send(method, UNKNOWN_PATHS[0], headers=(accepted, GERMAN, PAGES))
        with suppress(Violation):
            session.nobody().send("POST", UNKNOWN_PATHS[0], headers=(accepted,))
    for operation in session.contract.api.operations:
        path = operation.path
        for parameter in operation.in_location("path"):
            path = path.replace(f"{{{parameter.name}}}", NO_SUCH_ID)
        with suppress(Violation):
            caller.send("PROPFIND", path, headers=(BROWSERS, PAGES))


def _send(
    session: Session,
    operation: Operation,
    sample: Sample,
    *,
    method: str = "",
    headers: tuple[tuple[str, str], ...] = (),
) -> None:
    with suppress(Violation):
        session.caller().call(operation, sample, method=method, headers=headers)


def _send_next(session: Session, operation: Operation, good: Sample) -> None:
    """Send what gets the second page of a list, where there is one."""
    if not is_list(operation):
        return
    with suppress(Violation):
        cursor = read_page(session.caller(), operation, good).next
        if cursor is not None:
            asked = good.asking((paging(operation).parameter, cursor))
            _send(session, operation, asked, headers=(("If-None-Match", "*"), BROWSERS, PAGES))


def _send_query(session: Session, operation: Operation, good: Sample, query: str) -> None:
    path = operation.path
    for name, value in good.path.items():
        path = path.replace(f"{{{name}}}", value)
    whole = "&".join(part for part in (encode(good.query), query) if part)
    with suppress(Violation):
        session.caller().send("GET", path, whole, operation=operation.id)
