"""How lists are walked: every tool's spelling read into one node, and held against the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from generator.document import Node, Severity
from generator.model.behaviour import PageSize, Pagination, WirePath
from generator.model.builder.behaviour import wire_path
from generator.model.builder.media import is_json
from generator.model.builder.source import Source
from generator.model.operation import Operation
from generator.model.schema import Anything, Array, Dictionary, Object, Schema, Union
from generator.model.words import words

Style = Literal["cursor", "offset", "page", "link"]


class _Told(Struct, frozen=True):
    """What one spelling says, before it is held against the operation."""

    style: Style
    parameter: str
    results: WirePath
    next: WirePath = ()
    has_more: WirePath = ()
    size: str = ""


def pagination(source: Source, node: Node, operation: Operation) -> Pagination | None:
    """The paging that an operation declares; None where it declares none, or none that fits."""
    told: list[tuple[Node, _Told]] = []
    for name, read in _SPELLINGS.items():
        written = source.extension(node, name)
        said = read(written.mapping) if written is not None else None
        if written is not None and said is not None:
            told.append((written, said))
    if not told:
        return None
    written, chosen = told[0]
    for other, said in told[1:]:
        if replace(said, size="", has_more=()) != replace(chosen, size="", has_more=()):
            message = "Two extensions describe the paging of this operation, and they disagree."
            source.note(other, "GEN-023", message, Severity.ERROR)
    problem = _problem(source, operation, chosen)
    if problem:
        at = node.get(written.pointer.rpartition("/")[2]) or written
        message = f"The paging of {operation.id!r} does not fit: {problem}"
        source.note(at, "GEN-024", message, Severity.ERROR)
        return None
    return _complete(source, node, operation, written, chosen)


def _complete(
    source: Source, node: Node, operation: Operation, written: Node, told: _Told
) -> Pagination:
    limits = source.extension(node, "x-page-limits")
    said: Mapping[str, Any] = limits.mapping if limits is not None else {}
    name = str(said.get("parameter") or told.size)
    return Pagination(
        style=told.style,
        parameter=told.parameter,
        results=told.results,
        position=written.position,
        next=told.next,
        has_more=told.has_more,
        cursor_echo=wire_path(said.get("cursor-echo")),
        size=_size(source, operation, name, wire_path(said.get("echo"))),
        invalid_cursor=str(said.get("invalid-cursor") or ""),
        expired_cursor=str(said.get("expired-cursor") or ""),
    )


def _size(source: Source, operation: Operation, name: str, echo: WirePath) -> PageSize | None:
    for parameter in operation.in_location("query"):
        if parameter.name == name:
            schema = parameter.schema
            limits = source.schemas.definition(schema).limits
            minimum = schema.limits.minimum if schema.limits.minimum is not None else limits.minimum
            maximum = schema.limits.maximum if schema.limits.maximum is not None else limits.maximum
            default = schema if schema.has_default else source.schemas.definition(schema)
            return PageSize(
                parameter=name,
                minimum=int(minimum) if minimum is not None else 1,
                maximum=int(maximum) if maximum is not None else None,
                default=default.default if isinstance(default.default, int) else None,
                echo=echo,
            )
    return None


def _problem(source: Source, operation: Operation, told: _Told) -> str:
    """Why a rule does not fit its operation, in a sentence; empty where it does."""
    names = {parameter.name for parameter in operation.in_location("query")}
    if told.parameter not in names and told.style != "link":
        return f"it has no query parameter {told.parameter!r}."
    success = operation.success
    media = next((each for each in success.media if is_json(each.type)), None) if success else None
    if media is None or media.schema is None:
        return "it has no JSON answer with a schema."
    for path in (told.results, told.next, told.has_more):
        if path and member(source, media.schema, path) is None:
            return f"the answer has no {'.'.join(path)!r}."
    rows = member(source, media.schema, told.results) or media.schema
    if not isinstance(source.schemas.definition(rows).type, Array | Anything | Union):
        return f"{'.'.join(told.results) or 'the body'!r} is no list."
    return ""


def member(
    source: Source, schema: Schema, path: WirePath, seen: frozenset[tuple[int, int]] = frozenset()
) -> Schema | None:
    """The schema of the value at a path, or None where the answer has no such member."""
    for index, key in enumerate(path):
        kind = source.schemas.definition(schema).type
        match kind:
            case Object():
                found = next((p.schema for p in kind.properties if p.name == key), None)
                if found is None:
                    return None
                schema = found
            case Dictionary():
                schema = kind.values
            case Array() if key.isdigit():
                schema = kind.items
            case Union():
                here = (id(kind), len(path) - index)
                if here in seen:
                    return None
                inner = (
                    member(source, each, path[index:], seen | {here}) for each in kind.variants
                )
                return next((each for each in inner if each is not None), None)
            case Anything():
                return Schema(Anything(), schema.position)
            case _:
                return None
    return schema


def _parameter(expression: object) -> str:
    path = wire_path(expression)
    return path[-1] if path else ""


def _fern(told: Mapping[str, Any]) -> _Told | None:
    results = wire_path(told.get("results"))
    has_more = wire_path(told.get("has-next-page"))
    if "cursor" in told:
        following = wire_path(told.get("next_cursor"))
        return _Told("cursor", _parameter(told["cursor"]), results, following, has_more)
    if "offset" in told:
        parameter = _parameter(told["offset"])
        size = _parameter(told.get("step"))
        return _Told(_numbered(parameter), parameter, results, (), has_more, size)
    for key in ("next_uri", "next_path"):
        if key in told:
            return _Told("link", "", results, wire_path(told[key]), has_more)
    return None


def _speakeasy(told: Mapping[str, Any]) -> _Told | None:
    outputs = told.get("outputs")
    outputs = outputs if isinstance(outputs, dict) else {}
    inputs = [each for each in told.get("inputs") or () if isinstance(each, dict)]
    names = {str(each.get("type")): str(each.get("name")) for each in inputs}
    results = wire_path(outputs.get("results"))
    size = names.get("limit", "")
    if told.get("type") == "cursor":
        following = wire_path(outputs.get("nextCursor"))
        return _Told("cursor", names.get("cursor", ""), results, following, (), size)
    if told.get("type") == "url":
        return _Told("link", "", results, wire_path(outputs.get("nextUrl")), (), size)
    if "page" in names:
        return _Told("page", names["page"], results, (), (), size)
    return _Told("offset", names["offset"], results, (), (), size) if "offset" in names else None


def _redocly(told: Mapping[str, Any]) -> _Told | None:
    results, size = wire_path(told.get("items")), str(told.get("limitParam") or "")
    has_more = wire_path(told.get("hasMore"))
    following = wire_path(told.get("nextCursor") or told.get("nextUrl"))
    match told.get("style"):
        case "cursor":
            parameter = str(told.get("cursorParam") or "")
            return _Told("cursor", parameter, results, following, has_more, size)
        case "offset":
            return _Told("offset", str(told.get("offsetParam") or ""), results, (), has_more, size)
        case "page":
            return _Told("page", str(told.get("pageParam") or ""), results, (), has_more, size)
        case "link":
            return _Told("link", "", results, following, has_more, size)
    return None


def _microsoft(told: Mapping[str, Any]) -> _Told | None:
    """`nextLinkName: null` says that there is one page only."""
    following = told.get("nextLinkName")
    if not isinstance(following, str):
        return None
    return _Told("link", "", (str(told.get("itemName") or "value"),), (following,))


def _numbered(parameter: str) -> Style:
    return "page" if "page" in [word.lower() for word in words(parameter)] else "offset"


_SPELLINGS: Mapping[str, Callable[[Mapping[str, Any]], _Told | None]] = {
    "x-fern-pagination": _fern,
    "x-speakeasy-pagination": _speakeasy,
    "x-redocly-pagination": _redocly,
    "x-ms-pageable": _microsoft,
}
