"""Path, query, header and cookie parameters: collected, lexed, validated, converted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from starlette.datastructures import Headers

from .conversion import decode_hook
from .document import Document, Location
from .envelope import Envelope
from .errors import ContractError, RequestError
from .lexing import LexError
from .query import grouped
from .routes import Parameter, Route, routed_path
from .schemas import Schemas, SchemaValidator
from .sentences import Subject
from .styles import ABSENT, Spread, spread
from .timestamps import to_the_microsecond

TEMPLATE = re.compile(r"\{([^}]*)\}")
KINDS = {
    "path": "Path parameter",
    "query": "Query parameter",
    "header": "Header",
    "cookie": "Cookie",
}
NOT_PARAMETERS = {"accept", "content-type", "authorization"}
"""Header parameters that are ignored (OpenAPI 3.1 §4.8.12.2)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one parameter of one operation."""

    subject: Subject
    argument: str
    type: Any
    required: bool
    spread: Spread
    validator: SchemaValidator
    convert: bool

    def read(self, values: Mapping[str, Sequence[str]]) -> Any:
        """The argument, or ABSENT. Raises RequestError(400)."""
        try:
            value = self.spread.collect(values)
        except LexError as error:
            raise RequestError(400, f"{self.subject} {error}.") from None
        if value is ABSENT:
            if self.required:
                raise RequestError(400, f"{self.subject} is required.")
            return ABSENT
        complaint = self.validator.complaint(value, self.subject)
        if complaint is not None:
            raise RequestError(400, complaint)
        if not self.convert:
            return value
        try:
            return to_the_microsecond(
                value, partial(msgspec.convert, type=self.type, dec_hook=decode_hook)
            )
        except (ValueError, OverflowError):
            raise RequestError(400, f"{self.subject} is outside what can be represented.") from None


@dataclass(frozen=True, slots=True)
class ParameterReaders:
    """All parameters of one operation, by location."""

    path_names: tuple[str, ...]
    path_query: Mapping[str, str]
    """Query parameters that are parameters of the path: `?id={id}`."""
    path: tuple[Reader, ...]
    query: tuple[Reader, ...]
    header: tuple[Reader, ...]
    cookie: tuple[Reader, ...]
    undeclared: frozenset[str]
    """Query parameters that are known, and no argument: credentials, and those of the path."""
    ignores_unknown: bool
    """Whether unknown query parameters are ignored, as at OAuth's endpoints (RFC 6749 §3.1)."""

    def positional(
        self, path_values: Mapping[str, str], query: Sequence[tuple[str, str]]
    ) -> list[Any]:
        """The path parameters, in the order of the path. Raises RequestError(400)."""
        if not self.path:
            return []
        values = {name: [path_values[f"p{i}"]] for i, name in enumerate(self.path_names)}
        values |= {self.path_query[key]: [text] for key, text in query if key in self.path_query}
        return [reader.read(values) for reader in self.path]

    def keywords(self, query: Sequence[tuple[str, str]], headers: Headers) -> dict[str, Any]:
        """The other parameters that were sent, by argument. Raises RequestError(400)."""
        found: dict[str, Any] = {}
        if query:
            values = grouped(tuple(query))
            if not self.ignores_unknown:
                self._refuse_unknown(values)
            _read(self.query, values, found)
        else:
            _read(self.query, {}, found)
        if self.header:
            lists = {key: headers.getlist(key) for key in headers}
            _read(self.header, lists, found)
        if self.cookie:
            _read(self.cookie, grouped(tuple(_cookies(headers))), found)
        return found

    def _refuse_unknown(self, values: Mapping[str, Sequence[str]]) -> None:
        for name in values:
            known = any(reader.spread.knows(name) for reader in self.query)
            if not known and name not in self.undeclared:
                shown = name if len(name) <= 60 else f"{name[:60]}…"
                raise RequestError(400, f"Query parameter `{shown}` is not known here.")


def _read(
    readers: tuple[Reader, ...], values: Mapping[str, Sequence[str]], found: dict[str, Any]
) -> None:
    for reader in readers:
        value = reader.read(values)
        if value is not ABSENT:
            found[reader.argument] = value


def _cookies(headers: Headers) -> Iterator[tuple[str, str]]:
    for header in headers.getlist("cookie"):
        for pair in header.split(";"):
            name, separator, value = pair.strip().partition("=")
            if separator:
                yield name, value


def build_readers(
    document: Document,
    schemas: Schemas,
    route: Route,
    *,
    item: Location,
    operation: Location,
    credentials: frozenset[str],
) -> ParameterReaders:
    """The readers of an operation; ContractError where route and contract differ."""
    definitions = dict(_definitions(document, item))
    definitions.update(_definitions(document, operation))
    readers: dict[str, list[Reader]] = {"path": [], "query": [], "header": [], "cookie": []}
    for parameter in route.parameters:
        try:
            definition = definitions[parameter.location, parameter.name]
        except KeyError:
            raise ContractError(
                f"{route.operation_id} has no {parameter.location} parameter {parameter.name!r}"
            ) from None
        readers[parameter.location].append(_reader(document, schemas, parameter, definition))
    return ParameterReaders(
        path_names=tuple(TEMPLATE.findall(routed_path(route.path))),
        path_query={
            key: found[1]
            for key, text in route.path_query.items()
            if (found := TEMPLATE.fullmatch(text))
        },
        path=tuple(readers["path"]),
        query=tuple(readers["query"]),
        header=tuple(readers["header"]),
        cookie=tuple(readers["cookie"]),
        undeclared=credentials | route.path_query.keys(),
        ignores_unknown=route.envelope is Envelope.OAUTH,
    )


def _definitions(document: Document, owner: Location) -> Iterator[tuple[tuple[str, str], Location]]:
    if "parameters" not in owner.value:
        return
    listed = document.child(owner, "parameters")
    for index in range(len(listed.value)):
        definition = document.child(listed, index)
        where, name = definition.value["in"], definition.value["name"]
        if where != "header" or name.lower() not in NOT_PARAMETERS:
            yield (where, name), definition


def _reader(
    document: Document, schemas: Schemas, parameter: Parameter, definition: Location
) -> Reader:
    name = parameter.name.lower() if parameter.location == "header" else parameter.name
    return Reader(
        subject=Subject(KINDS[parameter.location], parameter.name),
        argument=parameter.argument,
        type=parameter.type,
        required=definition.value.get("required", False),
        spread=spread(document, name, definition.value),
        validator=schemas.compile(_schema(document, definition), "request"),
        convert=parameter.type not in {str, int, float, bool},
    )


def _schema(document: Document, definition: Location) -> Location:
    if "content" in definition.value:
        media_type = next(iter(definition.value["content"]))
        return document.child(definition, "content", media_type, "schema")
    return document.child(definition, "schema")
