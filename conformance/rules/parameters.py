"""LIM: query parameters are taken as documented, and in no other way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.author import accepting, author
from conformance.bodies import carrying
from conformance.exchange import Exchange
from conformance.refusal import layer_code, require_refusal
from conformance.rule import Check, Need, must
from conformance.sample import value_of, written
from conformance.vocabulary import (
    body_schema,
    detail_of,
    house,
    id_parameter,
    is_list,
    is_safe,
    paging,
    queried,
    with_query,
)
from conformance.walk import read_page
from generator.model import Operation, Parameter

NOT_INTEGERS = (
    "",
    " ",
    "abc",
    "1.5",
    "1.0",
    "1e2",
    "1E1",
    "+5",
    " 5",
    "5 ",
    "5\n",
    "5.",
    "1_0",
    "0x10",
    "\N{ARABIC-INDIC DIGIT FIVE}",
    "\N{FULLWIDTH DIGIT FIVE}",
    "1,0",
    "true",
    "null",
    "NaN",
    "Infinity",
    "5;",
    "5\x00",
    "--5",
    "[5]",
    '"5"',
    "5abc",
    "²",
)
TEXTS = (
    "100%",
    "a b",
    "a+b",
    "é",
    "\U0001f600",
    "'",
    "\\",
    "Zürich, Süd",
    "a&b=c",
    "a long one " * 30,
)
PROMISES = ("HALE-11", "HALE-12", "HALE-13")


def ask(check: Check, parameter: Parameter, *values: str) -> Exchange:
    """Call the operation with a query parameter, once for each value."""
    sample = check.session.sample(check.operation)
    others = tuple(pair for pair in sample.query if pair[0] != parameter.name)
    bare = type(sample)(sample.path, others, sample.headers, sample.body)
    asked = bare.asking(*((parameter.name, value) for value in values))
    return check.session.caller().call(check.operation, asked)


def refused(check: Check, exchange: Exchange, what: str) -> None:
    """Require 400 with the code of the validation layer."""
    require_refusal(check, exchange, 400, what, layer_code(check.operation, 400))


def of_kind(check: Check, *kinds: str) -> list[Parameter]:
    """The query parameters of the operation that are of one of these kinds."""
    return [p for p in check.operation.in_location("query") if check.contract.kind(p) in kinds]


def moves_on(operation: Operation, parameter: Parameter) -> bool:
    """Whether the parameter is the cursor of a list."""
    return is_list(operation) and paging(operation).parameter == parameter.name


@must(
    "LIM-001",
    "A query parameter that is not documented is 400",
    queried,
    promises=(*PROMISES, "HALE-14"),
    needs=(Need.CREDENTIAL,),
)
def unknown_parameter(check: Check) -> None:
    """A misspelt filter that is ignored gives wrong rows with a good conscience.

    Tries names that other operations have, with the value of each of these and without; those that
    rows have; other letters, brackets and spaces; the same words in snake_case or camelCase; and
    one beside the cursor of a second page.

    Source: the house's decision on unknown query parameters; the contract's `parameters`.
    Passes: `GET /deals?source=zillow` → 400, as deals have no `source`.
    Fails: `GET /deals?source=zillow` → 200.
    """
    own = {p.name: value_of(p) for p in check.operation.in_location("query")}
    elsewhere = [
        (p.name, value_of(p))
        for operation in check.contract.api.operations
        for p in operation.in_location("query")
        if p.name not in own
    ]
    names = {
        "no-such-parameter": "1",
        "page": "1",
        "offset": "0",
        "_": "1",
        "fields": "id",
        "sort": "id",
        "tenant": "globex",
        "q": "a",
        "include": "all",
        "format": "json",
        "page_size": "1",
        "utm_source": "docs",
        "callback": "f",
        "api_key": "1",
    }
    names |= dict.fromkeys(_of_rows(check), "1")
    for name in sorted(own):
        alike = (name.swapcase(), f"{name}[]", f"{name} ", f"{name}[0]")
        names |= dict.fromkeys((*alike, snake_case(name), camel_case(name)), own[name])
    sample, session = check.session.sample(check.operation), check.session
    for name, value in dict.fromkeys((*elsewhere, *names.items())):
        if name in own:
            continue
        exchange = session.caller().call(check.operation, sample.asking((name, value)))
        refused(check, exchange, f"The undocumented parameter {name!r}")
    for name in ("no-such-parameter", *dict(elsewhere)):
        empty = session.caller().call(check.operation, sample.asking((name, "")))
        refused(check, empty, f"The undocumented parameter {name!r} without a value")
    for cursor in _onward(check):
        later = session.caller().call(
            check.operation, sample.asking(cursor, ("no-such-parameter", "1"))
        )
        refused(check, later, "An undocumented parameter beside a cursor")


def _onward(check: Check) -> Iterator[tuple[str, str]]:
    """The parameter that leads to the second page of a list, where there is one."""
    if is_list(check.operation):
        page = read_page(
            check.session.caller(), check.operation, check.session.sample(check.operation)
        )
        if page.next is not None:
            yield paging(check.operation).parameter, page.next


def snake_case(name: str) -> str:
    """`updated_since` for `updatedSince`."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda found: f"_{found[0].lower()}", name)


def camel_case(name: str) -> str:
    """`updatedSince` for `updated_since`."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


@must(
    "LIM-039",
    "A write takes no query parameter that is not documented",
    lambda contract: tuple(op for op in house(contract) if not is_safe(op) and op.response(400)),
    promises=("ALOHA-05", "ALOHA-08", "ALOHA-10", "ALOHA-11", "HALO-07", "LEAD-08"),
    needs=(Need.CREDENTIAL,),
)
def unknown_parameter_of_a_write(check: Check) -> None:
    """What belongs into the body and is sent beside it is told, not dropped.

    Source: the house's decision on unknown query parameters; the contract's `parameters`.
    Passes: `POST /posts?draft=true` → 400.
    Fails: → 201, of a post that is no draft.
    """
    operation = check.operation
    if body_schema(check.contract, operation):
        made = author(check)
        made.require_accepted()
        sample, caller = carrying(made.sample, made.body), made.caller
    else:
        sample, caller = check.session.sample(operation), check.session.caller()
    asked = sample.asking(("no-such-parameter", "1"))
    exchange = caller.call(operation, asked, headers=accepting(operation))
    refused(check, exchange, "An undocumented parameter of a write")
    if operation.identity:
        proved = carrying(sample, made.put(operation.identity.token, "a.b.c"))
        exchange = caller.call(operation, proved.asking(("no-such-parameter", "1")))
        refused(check, exchange, "An undocumented parameter beside a token")


def _of_rows(check: Check) -> Iterator[str]:
    """The members of a list's rows, and what its detail calls the id."""
    if is_list(check.operation):
        yield from check.contract.row_schema(check.operation)
        if reading := detail_of(check.contract, check.operation):
            yield id_parameter(reading)


@must(
    "LIM-002",
    "A query parameter that is given twice is 400",
    with_query,
    promises=(*PROMISES, "HALE-10"),
    needs=(Need.CREDENTIAL,),
)
def repeated_parameter(check: Check) -> None:
    """Of two values, any choice of the server surprises somebody, and proxies choose otherwise.

    Source: the house's decision on repeated parameters; CWE-235.
    Passes: `?limit=1&limit=2` → 400.
    Fails: `?limit=1&limit=2` → 200, with either.
    """
    for parameter in check.operation.in_location("query"):
        if check.contract.kind(parameter) == "array":
            continue
        value = value_of(parameter)
        others = [written(v) for v in check.contract.values(parameter) if written(v) != value]
        for second in (value, *others[:1]):
            exchange = ask(check, parameter, value, second)
            refused(check, exchange, f"{parameter.name} given twice")


@must(
    "LIM-003",
    "What is not an integer is 400",
    with_query,
    promises=("HALE-10", "LEAD-09"),
    needs=(Need.CREDENTIAL,),
)
def not_an_integer(check: Check) -> None:
    """An integer is digits, with a minus sign at most; nothing is rounded, trimmed or guessed.

    Source: JSON Schema 2020-12 §6.1.1 and RFC 8259 §6 for what an integer is.
    Passes: `?limit=1.5` → 400.
    Fails: `?limit=1e2` → 200 with 100 rows; `?limit=` → 200.
    """
    for parameter in of_kind(check, "integer", "int32", "int64"):
        for value in NOT_INTEGERS:
            refused(check, ask(check, parameter, value), f"{parameter.name}={value!r}")


@must(
    "LIM-004",
    "An integer outside its bounds is 400",
    with_query,
    promises=("HALE-10", "LEAD-09"),
    needs=(Need.CREDENTIAL,),
)
def out_of_bounds(check: Check) -> None:
    """A number that is out of bounds is refused, never moved to the nearest bound.

    Source: JSON Schema validation §6.2; the contract's `minimum` and `maximum`.
    Passes: `?limit=201` → 400, where 200 is the maximum.
    Fails: `?limit=201` → 200 with 200 rows.
    """
    for parameter in of_kind(check, "integer", "int32", "int64"):
        limits = parameter.schema.limits
        low, high = limits.minimum, limits.maximum
        outside = [low - 1, low - 2, -(2**31), -(2**63)] if low is not None else []
        outside += [high + 1, high + 2, high * 10, 2**31, 2**63, 2**64, 10**30] if high else []
        for value in outside:
            refused(check, ask(check, parameter, str(value)), f"{parameter.name}={value}")
        for value in (v for v in (low, high) if v is not None):
            exchange = ask(check, parameter, str(value))
            check.require(
                exchange.status == 200,
                f"{parameter.name}={value} is within bounds, and answered with {exchange.status}.",
                exchange,
            )


@must(
    "LIM-005",
    "A value that is not in the list is 400",
    with_query,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def not_in_the_list(check: Check) -> None:
    """A closed list of values is closed: other letters, spaces and neighbours are refused.

    Each value is tried in capitals, with a capital, and in camelCase.

    Source: JSON Schema validation §6.1.2; the contract's `enum`.
    Passes: `?stage=Working` → 400.
    Fails: `?stage=Working` → 200; `?stage=closed` → 400 although it is listed.
    """
    foreign = {
        written(value)
        for operation in check.contract.api.operations
        for parameter in operation.in_location("query")
        for value in check.contract.values(parameter)
    }
    for parameter in of_kind(check, "enum"):
        values = [written(value) for value in check.contract.values(parameter)]
        first = values[0]
        in_two = next((value for value in values if "_" in value or "-" in value), first)
        wrong = [
            "",
            " ",
            "no-such-value",
            *(in_two.replace("_", mark).replace("-", mark) for mark in "-_ "),
            first.upper(),
            first.title(),
            f" {first}",
            f"{first} ",
            first[:-1],
            f"{first}s",
            ",".join(values[:2]),
            "null",
            "*",
            "%",
            "0",
            "all",
            "any",
            f"{first}\n",
            *(form for value in values for form in _in_other_letters(value)),
            *sorted(foreign),
        ]
        for value in dict.fromkeys(wrong):
            if value not in values:
                refused(check, ask(check, parameter, value), f"{parameter.name}={value!r}")
        for value in values:
            exchange = ask(check, parameter, value)
            check.require(
                exchange.status == 200,
                f"{parameter.name}={value} is documented, and answered with {exchange.status}.",
                exchange,
            )


def _in_other_letters(value: str) -> tuple[str, ...]:
    """A value as other people write it."""
    return value.upper(), value.title(), camel_case(value)


@must("LIM-008", "Any text is a text", with_query, promises=PROMISES, needs=(Need.CREDENTIAL,))
def any_text(check: Check) -> None:
    """A free text is compared as it is; only what is not text at all is refused.

    Source: RFC 3986 §2.1, RFC 3629; the contract's `schema`.
    Passes: `?source=100%25` → 200; 300 characters, where no `maxLength` is documented → 200;
    `?source=%FF` → 400.
    Fails: `?source=100%25` → 500; `?source=%FF` → 200 with the rows of another source.
    """
    for parameter in of_kind(check, "string"):
        if moves_on(check.operation, parameter) or parameter.schema.limits.pattern:
            continue
        if check.operation.in_location("path"):
            continue
        for value in TEXTS:
            if len(value) > (parameter.schema.limits.max_length or len(value)):
                continue
            exchange = ask(check, parameter, value)
            check.require(
                exchange.status == 200
                or (exchange.status == 404 and check.operation.response(404)),
                f"{parameter.name}={value!r} is answered with {exchange.status}.",
                exchange,
            )
        for escape in ("%FF", "%C3%28", "%ED%A0%80"):
            exchange = check.session.caller().send(
                "GET",
                check.operation.path,
                f"{parameter.name}={escape}",
                operation=check.operation.id,
            )
            refused(check, exchange, f"{parameter.name}={escape}, which is not UTF-8,")
