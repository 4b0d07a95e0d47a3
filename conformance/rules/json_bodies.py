"""STA-02x: bodies that are not what they say, as RFC 8259, 9110 and 9112 see them.

Each is sent on a connection of its own, as well-behaved clients refuse to send most of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from typing import Any

from conformance.as_it_stands import ELSEWHERE, REFUSED, raw, refused, require_documented
from conformance.bodies import examples
from conformance.contract import Contract
from conformance.exchange import Pairs
from conformance.rule import Check, Need, Violation, must
from conformance.survey import BROWSERS
from conformance.vocabulary import Subjects, bodied
from generator.model import Operation

PROMISES = ("HALE-01", "HALE-09", "HALO-08", "ALOHA-17", "LEAD-07")
JSON: Pairs = (("Content-Type", "application/json"),)
DEEP = 10_000
HUGE = 12_000_000


def example(operation: Operation) -> Any:
    """The first documented body of an operation."""
    return next(iter(examples(operation)), {})


def one_bodied(contract: Contract) -> Subjects:
    """The first operation with a JSON body, for what no operation is special in."""
    return bodied(contract)[:1]


def bad_bodies(operation: Operation) -> Iterator[tuple[str, bytes]]:
    """Bodies that are no JSON text (RFC 8259), with what is wrong with each."""
    good = json.dumps(example(operation)).encode()
    name = next(iter(example(operation)), "name")
    member = json.dumps(name).encode()
    if operation.body and operation.body.required:
        yield "An empty body", b""
        yield "Blanks for a body", b"  \n"
    yield "A body that is cut short", good[:-1]
    yield "A body with something after it", good + b" x"
    yield "Two documents in one body", good + good
    yield "A body with a comma too many", good[:-1] + b",}"
    yield "A body in single quotes", b"{'a': 1}"
    yield "A body with a comment", b"/* */" + good
    yield "NaN in a body", b"{" + member + b": NaN}"
    yield "Infinity in a body", b"{" + member + b": -Infinity}"
    yield "A number with a leading zero", b"{" + member + b": 01}"
    yield "A body that is not UTF-8", b"{" + member + b': "\xff\xfe"}'
    yield "A body in Latin-1", b"{" + member + b': "caf\xe9"}'
    yield "A body in UTF-16", good.decode().encode("utf-16")
    yield "A control character in a string", b"{" + member + b': "a\x00b"}'
    yield "A form", b"a=1&b=2"
    for value in (b"null", b"[]", b'"text"', b"1", b"true"):
        yield f"A body that is {value.decode()}", value


@must(
    "STA-020",
    "A body that is not JSON is refused",
    bodied,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def malformed_json(check: Check) -> None:
    """What is no JSON text, or no object, is told so; never a crash, and never half understood.

    Source: RFC 8259 §2, §6, §8.1; the house's decision that what is not documented is refused.
    Passes: `{"a": 1,}` → 400 in the envelope.
    Fails: `{"a": NaN}` → 201; `\\xff` → 500.
    """
    for sent_by, (what, body) in zip(
        cycle(((), (BROWSERS,))), bad_bodies(check.operation), strict=False
    ):
        headers = (*JSON, *sent_by)
        refused(check, raw(check, check.operation, headers=headers, body=body), what)


@must(
    "STA-021",
    "A member that is given twice is refused",
    bodied,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def duplicate_members(check: Check) -> None:
    """Of two values any choice surprises somebody, and two programs choose differently.

    Source: RFC 8259 §4 (names SHOULD be unique); CWE-436; the house's decision on repeated names.
    Passes: `{"name": "a", "name": "b"}` → 400.
    Fails: → 201 with either.
    """
    body = example(check.operation)
    for name in list(body)[:1]:
        twice = json.dumps(body)[:-1] + f", {json.dumps(name)}: {json.dumps(body[name])}}}"
        exchange = raw(check, check.operation, headers=JSON, body=twice.encode())
        refused(check, exchange, f"A body with {name!r} twice")


@must(
    "STA-022",
    "A deep body is refused, not a crash",
    bodied,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def deep_body(check: Check) -> None:
    """Ten thousand brackets must not use up a stack.

    Source: RFC 8259 §9 (a parser may limit depth); CWE-674.
    Passes: 10,000 nested lists → 400.
    Fails: → 500, or the connection is cut.
    """
    name = json.dumps(next(iter(example(check.operation)), "name")).encode()
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        deep = opening * DEEP + b"1" + closing * DEEP
        for body in (deep, b"{" + name + b":" + deep + b"}"):
            exchange = raw(check, check.operation, headers=JSON, body=body)
            refused(check, exchange, f"A body {DEEP} levels deep")


@must(
    "STA-023",
    "A huge body is refused in good order",
    one_bodied,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def huge_body(check: Check) -> None:
    """More than any documented body needs is refused with an answer, not with a cut or a crash.

    Source: RFC 9110 §15.5.14; CWE-400.
    Passes: 12 MB → 413, or 400.
    Fails: → 500, 502, or no answer; 201.
    """
    name = json.dumps(next(iter(example(check.operation)), "name")).encode()
    body = b"{" + name + b': "' + b"x" * HUGE + b'"}'
    refused(check, raw(check, check.operation, headers=JSON, body=body), f"A body of {HUGE} bytes")


@must(
    "STA-024",
    "A body of another media type is refused",
    bodied,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def other_media_type(check: Check) -> None:
    """JSON that says it is something else is not guessed at; parameters of the type are no matter.

    A body without a type may be taken for JSON or refused (RFC 9110 §8.3).

    Source: RFC 9110 §8.3 and §15.5.16.
    Passes: `Content-Type: text/plain` → 415, or 400; `application/json; charset=utf-8` as JSON.
    Fails: `Content-Type: text/plain` → 201, which lets a form of another site send it; → 500.
    """
    operation = check.operation
    for value in ("text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense"):
        exchange = raw(check, operation, headers=(("Content-Type", value),))
        refused(check, exchange, f"Content-Type {value!r}")
    missing = raw(check, operation, headers=(("Content-Type", ""),))
    require_documented(check, missing, "A body without Content-Type")
    plain = raw(check, operation, headers=JSON)
    for value in ("application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'):
        exchange = raw(check, operation, headers=(("Content-Type", value),))
        check.require(
            exchange.status not in REFUSED or exchange.status == plain.status,
            f"Content-Type {value!r} is answered with {exchange.status}.",
            exchange,
        )


@must(
    "STA-025",
    "A body that comes in chunks is the same body",
    bodied,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def chunked_body(check: Check) -> None:
    """How a body is framed is no matter of the API; what is badly framed is never taken.

    Source: RFC 9112 §6.1, §7.1.
    Passes: a good body in two chunks → as in one piece; a wrong body in chunks → 400.
    Fails: a chunked body is read as empty.
    """
    operation, framed = check.operation, (("Transfer-Encoding", "chunked"), *JSON)
    whole_body = check.session.sample(operation).body
    plain = raw(check, operation, headers=JSON)
    exchange = raw(check, operation, headers=framed, body=chunks(whole_body))
    check.require(
        exchange.status not in REFUSED or exchange.status == plain.status,
        f"A good body in chunks is answered with {exchange.status}.",
        exchange,
    )
    wrong = raw(check, operation, headers=framed, body=chunks(b'{"a": '))
    refused(check, wrong, "Half a document in chunks")


@must(
    "STA-026",
    "A request that is badly framed is refused",
    bodied,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def bad_framing(check: Check) -> None:
    """A length that is no number, two lengths, both framings at once: a proxy may read otherwise.

    Closing the connection is an answer, too, as the server cannot know where the request ends.

    Source: RFC 9112 §6.3; CWE-444.
    Passes: `Content-Length: 5` and `Content-Length: 6` → 400, or the connection is closed.
    Fails: → 201; → 500.
    """
    operation = check.operation
    body = check.session.sample(operation).body
    size = str(len(body))
    for what, headers, sent in (
        ("Two lengths that differ", (("Content-Length", size), ("Content-Length", "1")), body),
        ("A length that is no number", (("Content-Length", "x"),), body),
        ("A negative length", (("Content-Length", "-1"),), body),
        ("A chunk without a size", (("Transfer-Encoding", "chunked"),), b"zz\r\n" + body),
    ):
        try:
            exchange = raw(check, operation, headers=(*headers, *JSON), body=sent, meant=ELSEWHERE)
        except Violation:
            continue
        check.require(
            400 <= exchange.status < 500,
            f"{what}: answered with {exchange.status}.",
            exchange,
        )


def chunks(body: bytes) -> bytes:
    """A body in two chunks."""
    half = max(len(body) // 2, 1)
    pieces = [piece for piece in (body[:half], body[half:]) if piece]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
