"""LIF: values are kept as they were sent: texts, addresses, maps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlsplit

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.resources import Body, Workbench
from conformance.rule import Check, Need, must
from conformance.rules.resources import PROMISES, changes
from conformance.sample import Sample
from conformance.vocabulary import Subjects
from conformance.walk import Row, identity
from generator.model import Dictionary, Operation, Scalar, Schema, Union

MARKS = (
    "日本 😀 e\u0301 Ünïcode — so",
    "  two spaces before, and after  ",
    "a & b <b>c</b> &amp; \"d\" 'e' \\ %41+f {{g}}",
    "one\nline\r\nand\tanother",
    "👩\u200d💻 zero\u200bwidth no\u00a0break",
)
"""What careless storage changes: character sets, trimming, escaping, line ends."""
LINES = (
    "\n\n\n@me #now https://example.com/a?b=c&d=%20#e me@example.com 3.10 1/2 :) :tada: (c) --\n"
    "**b** _i_ `c` ${x} %s %(x)s <% x %> \\n \\u0041 4111 1111 1111 1111\n\n\n\nlast\n"
)
"""What careless display changes: line ends, links, marks, numbers; and what looks like a card's."""
READ_AS = (
    "2026-05-12T09:28:25+02:00",
    "0012.50",
    "null",
    '{"a": [1.0]}',
    "/close",
    "=1+1",
)
"""What careless reading takes for a moment, a number, nothing, JSON, a command or a formula."""
MORE_READ_AS = (
    "2026-05-12",
    "2026-05-12T09:28:25Z",
    "12/05/2026",
    "09:30",
    "[redacted]",
    "NaN",
    "1e3",
    "0x1F",
    "yes",
    "SGVsbG8=",
    "Me@Example.COM",
    "HTTP://Example.com/%7Ea",
    "00351 210 000 000",
)
"""More of that, where many are sent at once."""
LENGTHS, LONGEST = (300, 20_000), 70_000
"""Longer than what columns hold that nobody gave a thought, in characters."""
NAMES = (
    "Plan",
    "plan",
    "seats per team",
    "a.b",
    "$set",
    "x-y_z",
    "größe 😀",
    "gro\u0308ße 😀",
    " plan ",
    "constructor",
    "__proto__",
)
MANY = 120
"""More names than whoever has a greatest number in mind thinks of."""
VALUES: dict[str, tuple[object, ...]] = {
    "string": ("  12 ", "12", "true", "null", "", "x" * 300, "  ".join(MARKS) + "  "),
    "number": (0, -7, 0.125, 2**32 + 1, 1e-7, 2**53 - 1, 52.5200066),
    "integer": (0, -7, 2**32 + 1, 2**53 - 1),
    "boolean": (False, True),
}
"""What careless maps take for something else, by the type of their values."""


def maps(contract: Contract) -> Subjects:
    """Every operation that adds or changes a row that has a map whose names are free."""
    return _with(contract, Dictionary)


def addresses(contract: Contract) -> Subjects:
    """Every operation that adds or changes a row that has an address, of mail or of the web."""
    found = (op for op in changes(contract) if op)
    return tuple(op for op in found if any(_formats(contract, op)))


@must(
    "LIF-019",
    "Text is kept letter by letter",
    changes,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def text_is_kept(check: Check) -> None:
    """A text that is taken is read as it was sent: in any language and length, spaces and marks.

    Looks at members whose texts the contract leaves free. What cannot be kept is to be refused. An
    update may change nothing but the case of letters, or the spaces at the ends. A text may read
    as if it were a moment, a number or a command: it is a text.

    Source: RFC 8259 §8.1 (UTF-8), §7 (any character); the contract's body.
    Passes: `"日本 😀"` and `" a & b "` are read as they were sent, or refused with 400.
    Fails: question marks; `&amp;`; no spaces or line ends at the ends; letters composed anew; links
    made shorter; cut at 255, or at 65,535; all that, but on the list only; a name that differs in
    case only from the one that is there is taken for no change; `2026-05-12T09:28:25+02:00` is told
    in UTC; a card's number has stars.
    """
    keeper = _Keeper(check)
    free = [name for name, schema in keeper.members() if _is_free(name, schema)]
    for name in free:
        every = "  ".join(MARKS) + "  "
        if not keeper.keeps({name: every}):
            keeper.keep(name, MARKS)
        elif not keeper.makes:
            keeper.keep(name, (every.lower(), every.lower().strip()))
    lengths = (*LENGTHS, LONGEST) if keeper.makes else LENGTHS
    for text in (LINES, *("x" * length for length in lengths)) if free else ():
        if not keeper.keeps(dict.fromkeys(free, text)):
            for name in free:
                keeper.keep(name, (text,))
    for start in range(len(READ_AS) if free else 0):
        keeper.keep_together(dict(zip(free, islice(cycle(READ_AS), start, None), strict=False)))
    keeper.require_listed()


@must(
    "LIF-020",
    "An address is kept letter by letter",
    addresses,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def address_is_kept(check: Check) -> None:
    """An address leads where it was to lead: its case, its port and its query are parts of it.

    Source: RFC 3986 §6.2.2.1 (only scheme and host have no case); RFC 5321 §2.4 (local parts have).
    Passes: `https://hooks.example.com:8443/In/?To=B%20c` is read as it was sent, or refused.
    Fails: no port; no query; no slash at the end of the path; all in lower case; cut at 255; one
    that differs from the one that is there in case only is not taken.
    """
    keeper = _Keeper(check)
    for name, format_ in _formats(check.contract, check.operation):
        keeper.keep(name, _addresses(format_, keeper.body.get(name)))


@must(
    "LIF-021",
    "A map is kept with its names and values",
    maps,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def map_is_kept(check: Check) -> None:
    """What a map has whose names are free is the caller's: no name and no value is made another.

    Names that the row itself has are free there, too, and as many as one likes. An update may
    change nothing but the case of its texts, or the fractions of its numbers.

    Source: RFC 8259 §4 and §6; the contract's body.
    Passes: `{"a.b": "12", "trial": false, "share": 0.125}` is read as it was sent, or refused.
    Fails: names in lower case, or `Plan` and `plan` as one; `"12"` → 12; false → 0, or nothing;
    0.125 → 0.13; texts are cut, or trimmed, or told in UTC where they read as moments; an attribute
    called `name` or `constructor` is lost; of more than 20 the first 20 are kept;
    `{"city": "Porto"}` stays where it becomes `porto`.
    """
    keeper = _Keeper(check)
    own = ("id", "created_at", *(name for name, _ in keeper.members()))
    for name, schema in keeper.members():
        if isinstance(schema.type, Dictionary):
            kinds = list(_kinds(check.contract, schema.type.values))
            sent = [dict(zip("abcdefg", VALUES[kind], strict=False)) for kind in kinds]
            plain = VALUES[kinds[0]][0]
            keeper.keep(name, (dict.fromkeys(names, plain) for names in (NAMES, own)))
            keeper.keep(name, ({f"name {n}": plain for n in range(MANY)},))
            for each in sent:
                alike = {key: _alike(value) for key, value in each.items()}
                keeper.keep(name, (each,) if keeper.makes or alike == each else (each, alike))
            if "string" in kinds:
                texts = (*READ_AS, *MORE_READ_AS)
                keeper.keep(name, ({f"text {n}": text for n, text in enumerate(texts)},))


class _Keeper:
    """Sends values as members of a row, and requires that they are read as they were sent."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._bench = bench = Workbench.at(check)
        self.body: Body = next(bench.bodies(check.operation))
        """A documented body."""
        self._kept: dict[str, Body] = {}
        """What was kept last of each row."""
        self._read: set[str] = set()
        """The members that answers have had."""
        self.makes = check.operation == bench.resource.create
        """Whether each text makes a row."""
        self._sample = (
            Sample(path=bench.place)
            if self.makes
            else bench.row_sample(check.operation, bench.made())
        )

    def members(self) -> Iterator[tuple[str, Schema]]:
        """The members of the operation's body."""
        yield from _members(self._check.contract, self._check.operation)

    def keep(self, name: str, values: Iterable[object]) -> None:
        """Send a member with each of these values."""
        for value in values:
            self.keeps({name: value})

    def keeps(self, values: Mapping[str, object]) -> bool:
        """Send members with these values in one request; return whether all were taken."""
        exchange, kept = self._send(values)
        if len(kept) < len(values):
            return False
        read = self._bench.read(identity(exchange.json)) or {}
        for name, value in values.items():
            self._require({name: value, **read}, name, value, exchange)
        return True

    def keep_together(self, values: Mapping[str, object]) -> None:
        """Send members with these values in one request, and look at the answer alone."""
        self._send(values)

    def _send(self, values: Mapping[str, object]) -> tuple[Exchange, Body]:
        """Send members, and require the answer to have them; return what of them was kept."""
        sent = {**self.body, **values} if self.makes else values
        content = json.dumps(sent, ensure_ascii=False).encode()
        exchange = self._bench.send(self._check.operation, self._sample, content)
        answered = exchange.json if isinstance(exchange.json, dict) else {}
        if exchange.status >= 400:
            return exchange, {}
        kept = {n: v for n, v in values.items() if n in answered or n in self._read}
        self._read.update(kept)
        if kept:
            self._kept[identity(answered)] = {**self._kept.get(identity(answered), {}), **kept}
        for name, value in kept.items():
            self._require(answered, name, value, exchange)
        return exchange, kept

    def require_listed(self) -> None:
        """Require that the list has the rows as they were kept last."""
        rows = self._bench.rows() if self._kept else {}
        for id_ in self._kept.keys() & rows.keys():
            for name, value in self._kept[id_].items():
                self._require({name: value, **rows[id_]}, name, value)

    def _require(
        self, row: Row, name: str, value: object, exchange: Exchange | None = None
    ) -> None:
        self._check.require(
            _same(row.get(name), value),
            f"{_shown(value)} was sent as {name}, and {_shown(row.get(name))} is read.",
            exchange,
        )


def _with(contract: Contract, type_: type) -> Subjects:
    found = (op for op in changes(contract) if op)
    return tuple(
        op for op in found if any(isinstance(s.type, type_) for _, s in _members(contract, op))
    )


def _members(contract: Contract, operation: Operation) -> Iterator[tuple[str, Schema]]:
    media = operation.body.media[0] if operation.body else None
    if media and media.schema:
        for name, schema in contract.members(media.schema).items():
            yield name, contract.resolve(schema)


def _formats(contract: Contract, operation: Operation) -> Iterator[tuple[str, str]]:
    for name, schema in _members(contract, operation):
        match schema.type:
            case Scalar("string", "email" | "uri" as format_):
                yield name, format_


def _is_free(name: str, schema: Schema) -> bool:
    """Whether the contract leaves open what text a member is."""
    is_text = schema.type == Scalar("string") and schema.limits.pattern is None
    return is_text and not _names(name)


def _names(name: str) -> bool:
    """Whether a member names something by its id, so that it cannot be any text."""
    return name.endswith(("_id", "Id"))


def _addresses(format_: str, example: object) -> Iterator[str]:
    """Addresses next to one that is documented."""
    if format_ == "email":
        yield "Ana.Maria+News@example.com"
        yield "ana.maria+news@example.com"
        return
    split = urlsplit(str(example or "https://hooks.example.com/"))
    yield f"{split.scheme}://{split.hostname}:8443/Hooks/In/?To=B%20c&x=1"
    yield f"{split.scheme}://{split.hostname}/hooks/"
    yield f"{split.scheme}://{split.hostname}/{'hooks/' * 200}?to=b"


def _kinds(contract: Contract, schema: Schema) -> Iterator[str]:
    """The kinds of scalars that a schema allows."""
    match contract.resolve(schema).type:
        case Scalar(kind):
            yield kind
        case Union(variants):
            for each in variants:
                yield from _kinds(contract, each)


def _alike(value: object) -> object:
    """A value that careless comparison takes for this one."""
    if isinstance(value, str):
        return value.lower()
    return int(value) if isinstance(value, float) else value


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: to Python, 1 is True."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 400 else f"{text[:100]}… of {len(text)} characters"
