"""Operations as data: what the runtime needs to know of each, as an expression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from generator.model import (
    Array,
    Constant,
    Enumeration,
    Media,
    Operation,
    Pagination,
    Parameter,
    Part,
    Response,
    Scalar,
    Schema,
)
from generator.targets.definitions import at, definition, member, object_of
from generator.targets.media_choice import JSON, chosen_media, is_json, is_opaque, is_stream
from generator.targets.own_servers import own_server
from generator.targets.typescript.arguments_plan import Argument, flattened
from generator.targets.typescript.expressions import Scope, either, type_of
from generator.targets.typescript.layout import (
    Alternatives,
    Group,
    Node,
    call,
    flat,
    listed,
    members,
    typed,
)
from generator.targets.typescript.names import member_names
from generator.targets.typescript.security_plan import Security
from generator.targets.typescript.servers_plan import base_url
from generator.targets.typescript.shapes_plan import Shapes, camel_case, renames
from generator.targets.typescript.source import quoted

_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_EXPLODED = frozenset({"query", "cookie"})
_DELIMITED = frozenset({"spaceDelimited", "pipeDelimited"})
_PLAIN_STYLES = frozenset({*_DELIMITED, "deepObject"})
_EVENT_STREAM = "text/event-stream"
_MOVES = {"cursor": "cursor", "offset": "offset", "page": "pageNumber"}


class Answer(Struct, frozen=True):
    """What a method gives: its type, how that is read, and what its rows or events are.

    `kind` is what the runtime does: `call`, `paginate` or `stream`.
    """

    kind: str
    type: Node
    settings: Mapping[str, Node]
    item: Node = "unknown"


def answer(
    scope: Scope, operation: Operation, media: Media | None, taken: Sequence[Argument]
) -> Answer:
    """What the method for one media type of an operation's success gives."""
    if media is not None and is_stream(media):
        return _stream(scope, media, operation)
    success = operation.success or operation.response(200)
    kind, settings = _read(scope, media)
    found: dict[str, Node] = {"returns": settings} if settings is not None else {}
    if media is not None and media.type != JSON:
        found["media"] = quoted(media.type)
    types, statuses = [kind], dict[str, Node]()
    for other in operation.responses:
        if other is success or not other.is_success or not other.status.isdigit():
            continue
        other_kind, other_shape = _read(scope, chosen_media(_whole(other)))
        if flat(other_kind) != flat(kind):
            types.append("undefined" if other_kind == "void" else other_kind)
            statuses[other.status] = "null" if other_shape is None else other_shape
    if statuses:
        found["statuses"] = members(statuses)
        types = ["undefined" if each == "void" else each for each in types]
    pages = _pages(scope, operation.pagination, media, taken)
    if pages is not None:
        item = _rows(scope, operation.pagination, media)
        return Answer("paginate", either(types), {**found, "pages": pages}, item)
    return Answer("call", either(types), found)


def event_type(scope: Scope, media: Media) -> Node:
    """The union of a stream's events, the unknown one included."""
    named = media.stream.events if media.stream else {}
    known: list[Node] = [
        typed([("event", quoted(name)), ("data", type_of(scope, schema)), ("id", "string")])
        for name, schema in named.items()
    ]
    unknown = scope.type("events", "UnknownEvent")
    return Alternatives((*known, unknown)) if known else unknown


def operation_type(scope: Scope, operation: Operation) -> str:
    """The type of the object that describes an operation."""
    if own_server(base_url(scope.api), operation):
        return scope.type("own-servers", "OperationAt")
    return scope.type("operation", "Operation")


def expression(
    scope: Scope,
    operation: Operation,
    media: Media | None,
    taken: Sequence[Argument],
    found: Answer,
    *,
    security: Security,
) -> Group:
    """The object that describes an operation. `media` is that of the body that is sent."""
    settings: dict[str, Node] = {
        "method": quoted(operation.method.upper()),
        "path": quoted(operation.path),
    }
    server = own_server(base_url(scope.api), operation)
    if server:
        settings["server"] = quoted(server)
    styled = {each.wire: _written(scope, each) for each in taken if each.location == "path"}
    segments = {name: style for name, style in styled.items() if style is not None}
    if segments:
        settings["segments"] = members(segments)
    for place, name in (("query", "query"), ("header", "headers"), ("cookie", "cookies")):
        there = [_parameter(scope, each) for each in taken if each.location == place]
        if there and place == "cookie":
            settings[name] = _called(scope, name, name, *there)
        elif there:
            settings[name] = listed(there)
    if media is not None:
        settings["body"] = _body(scope, operation, media, taken)
    settings.update(found.settings)
    needed = security.unusual(operation)
    if needed is not None:
        settings["security"] = needed
    if operation.idempotent:
        settings["idempotent"] = "true"
    return members(settings)


def _whole(response: Response) -> list[Media]:
    return [media for media in response.media if not is_stream(media)]


def _read(scope: Scope, media: Media | None) -> tuple[Node, Node | None]:
    """The type of an answer, and its shape; none where there is no body."""
    if media is None:
        return "void", None
    if is_json(media.type):
        if media.schema is None:
            return "unknown", scope.value("shapes", "any")
        return type_of(scope, media.schema), _eager(Shapes(scope).of(media.schema))
    kind = "string" if media.type.startswith("text/") else "Blob"
    return kind, scope.value("shapes", "any")


def _eager(node: Node) -> Node:
    return node.removeprefix("() => ") if isinstance(node, str) else node


def _stream(scope: Scope, media: Media, operation: Operation) -> Answer:
    named = media.stream.events if media.stream else {}
    shapes = Shapes(scope)
    found: dict[str, Node] = {
        "shapes": members({name: _eager(shapes.of(schema)) for name, schema in named.items()})
    }
    if media.stream and media.stream.final:
        found["final"] = listed([quoted(name) for name in media.stream.final])
    if any(is_last_event_id(each) for each in operation.parameters):
        found["resumable"] = "true"
    return Answer("stream", "void", {"media": quoted(_EVENT_STREAM), "events": members(found)})


def is_last_event_id(parameter: Parameter) -> bool:
    """Whether a parameter resumes a stream: the runtime sends it by itself."""
    return parameter.location == "header" and parameter.name.lower() == "last-event-id"


def _parameter(scope: Scope, argument: Argument) -> Node:
    settings: dict[str, Node] = {"name": quoted(argument.wire)}
    if camel_case(argument.wire) != argument.name:
        settings["as"] = quoted(argument.name)
    style = _written(scope, argument)
    if style is not None:
        settings["style"] = style
    return members(settings) if len(settings) > 1 else settings["name"]


def _written(scope: Scope, argument: Argument) -> Node | None:
    """How a parameter is written, by its style and schema; None where as its place has it."""
    parameter = argument.parameter
    if parameter is None:
        raise ValueError(f"{argument.name} is no parameter")
    style = _style(scope, parameter)
    if parameter.content:
        style = _called(scope, "styles", "asJSON", style or _default(scope, parameter))
    if renames(scope, parameter.schema):
        shape = _eager(Shapes(scope).of(parameter.schema))
        style = _called(scope, "styles", "shaped", shape, style or _default(scope, parameter))
    return style


def _style(scope: Scope, parameter: Parameter) -> Node | None:
    """How a parameter is written; None where it is as its place has it."""
    place, style, explode = parameter.location, parameter.style, parameter.explode
    if place == "query" and style in _DELIMITED and explode:
        style = "form"
    if style in _PLAIN_STYLES:
        return scope.value("styles", style)
    usual = style == _STYLES[place] and explode == (place in _EXPLODED)
    if usual and not (parameter.allow_reserved and place == "query"):
        return None
    given = ["true" if explode else "false"]
    if parameter.allow_reserved and place == "query":
        given.append("true")
    return _called(scope, "styles", "header" if place == "header" else style, *given)


def _default(scope: Scope, parameter: Parameter) -> Node:
    name = "header" if parameter.location == "header" else _STYLES[parameter.location]
    exploded = "true" if parameter.location in _EXPLODED else "false"
    return _called(scope, "styles", name, exploded)


def _body(scope: Scope, operation: Operation, media: Media, taken: Sequence[Argument]) -> Node:
    settings: dict[str, Node] = {}
    encode = _encoder(scope, media)
    if encode is not None:
        settings["encode"] = encode
    if flattened(scope, media) is None:
        name = next(each.name for each in taken if each.location == "body")
        settings["property"] = quoted(name)
    schema = None if is_opaque(scope.api, media) else media.schema
    if schema is not None and renames(scope, schema):
        settings["shape"] = _eager(Shapes(scope).of(schema))
    if operation.body is not None and not operation.body.required:
        settings["optional"] = "true"
    return members(settings)


def _encoder(scope: Scope, media: Media) -> Node | None:
    kind = media.type.partition(";")[0].strip().lower()
    parts = {
        part.name: _part(scope, part) for part in media.parts if part.style or part.content_type
    }
    if kind in {JSON, "*/*"}:
        return None
    if is_json(kind):
        return _called(scope, "bodies", "jsonAs", quoted(media.type))
    if is_opaque(scope.api, media):
        return _called(scope, "bodies", "plain", quoted(media.type))
    if kind == "application/x-www-form-urlencoded":
        if not parts and _is_flat(scope, media.schema):
            return scope.value("bodies", "flatForm")
        return _called(scope, "bodies", "urlEncoded", *([members(parts)] if parts else []))
    return _called(scope, "bodies", "multipart", *([members(parts)] if parts else []))


def _is_flat(scope: Scope, schema: Schema | None) -> bool:
    """Whether the members of a form are plain values, with nothing nested in them."""
    form = object_of(scope.api, schema)
    found = [definition(scope.api, each.schema) for each in form.properties] if form else [None]
    return all(each and isinstance(each.type, Scalar | Enumeration | Constant) for each in found)


def _part(scope: Scope, part: Part) -> Node:
    """The media type of a member of a form, or its style where that is said."""
    if not part.style:
        return quoted(part.content_type)
    if part.style in _PLAIN_STYLES and not (part.explode and part.style in _DELIMITED):
        return scope.value("styles", part.style)
    given = ["true" if part.explode else "false"]
    return _called(scope, "styles", "form", *given, *(["true"] if part.allow_reserved else []))


def _called(scope: Scope, file: str, name: str, *given: Node) -> Node:
    return call(scope.value(file, name), given)


def _pages(
    scope: Scope,
    pagination: Pagination | None,
    media: Media | None,
    taken: Sequence[Argument],
) -> Node | None:
    """How a list is walked; None for what is no list."""
    if pagination is None or media is None or not is_json(media.type):
        return None
    argument = next(
        (a for a in taken if a.wire == pagination.parameter and a.location == "query"), None
    )
    rows = _places(scope, media.schema, pagination.results)
    more = _places(scope, media.schema, pagination.has_more)
    onward = _places(scope, media.schema, pagination.next)
    after = [more] if pagination.has_more else []
    if pagination.style == "link":
        given = [onward if pagination.next else "undefined", *after]
        if given == ["undefined"]:
            given = []
        return members({"rows": rows, "next": _called(scope, "paging", "link", *given)})
    if argument is None:
        return None
    given = [quoted(argument.name)]
    if pagination.style == "cursor":
        given.append(onward)
    return members(
        {"rows": rows, "next": _called(scope, "paging", _MOVES[pagination.style], *given, *after)}
    )


def _rows(scope: Scope, pagination: Pagination | None, media: Media | None) -> Node:
    path = pagination.results if pagination else ()
    found = at(scope.api, media.schema if media else None, path)
    return (
        type_of(scope, found.type.items) if found and isinstance(found.type, Array) else "unknown"
    )


def _places(scope: Scope, schema: Schema | None, path: tuple[str, ...]) -> Node:
    """A path of wire names into an answer, as the properties that they are."""
    found: list[Node] = []
    for name in path:
        owner = object_of(scope.api, schema)
        named = member_names(scope.names.fields, owner) if owner else {}
        found.append(quoted(named.get(name, name)))
        schema = member(scope.api, schema, name)
    return listed(found)
