"""The arguments of a method: where each comes from in the contract, and what it is called."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from generator.model import Array, Media, Object, Operation, Parameter, Scalar, Schema
from generator.published import thing
from generator.targets.media_choice import is_opaque, sent_schema
from generator.targets.naming import Wanted
from generator.targets.typescript.expressions import Scope, array_of, type_of
from generator.targets.typescript.layout import Alternatives, Node
from generator.targets.typescript.names import member_names, wanted_argument
from generator.targets.typescript.source import member, variable
from generator.targets.typescript.types_plan import described

_BYTES = ("Blob", "ArrayBuffer", "Uint8Array")


class Argument(Struct, frozen=True):
    """One argument of a method. `wire` is what it is called on the wire."""

    name: str
    wire: str
    location: str
    type: Node
    required: bool
    description: str
    schema: Schema
    parameter: Parameter | None = None


def arguments(scope: Scope, operation: Operation, media: Media | None) -> list[Argument]:
    """The arguments of a method: those of the path, then the members of its parameters."""
    segments = [_parameter(scope, each) for each in operation.in_location("path")]
    taken = {"options", "params"}
    called = (operation.method.upper(), operation.path)
    wanted = [
        Wanted(thing("argument", *called, "path", each.wire), variable(each.wire, taken))
        for each in segments
    ]
    names = scope.names.naming.distinct(wanted, taken)
    path = [replace(each, name=name) for each, name in zip(segments, names, strict=True)]
    body: list[Argument] = []
    if media is not None and operation.body is not None:
        body = list(_body(scope, media, required=operation.body.required))
    beside = [each for each in operation.parameters if each.location != "path"]
    named = scope.names.naming.distinct(
        [wanted_argument(operation, each) for each in beside], {each.name for each in body}
    )
    others = [
        replace(_parameter(scope, each), name=name)
        for each, name in zip(beside, named, strict=True)
    ]
    members = [*others, *body]
    return [*path, *sorted(members, key=lambda each: not each.required)]


def flattened(scope: Scope, media: Media) -> Object | None:
    """The object whose members are arguments of their own, if the body is one that has members."""
    schema = media.schema if not is_opaque(scope.api, media) else None
    while schema is not None and not schema.nullable:
        if isinstance(schema.type, Object):
            return schema.type if schema.type.properties else None
        target = getattr(schema.type, "name", None)
        schema = scope.api.schemas.get(target) if target else None
    return None


def _parameter(scope: Scope, parameter: Parameter) -> Argument:
    return Argument(
        name=member(parameter.name),
        wire=parameter.name,
        location=parameter.location,
        type=type_of(scope, replace(parameter.schema, nullable=False)),
        required=parameter.required or parameter.location == "path",
        description=parameter.description or described(scope, parameter.schema),
        schema=parameter.schema,
        parameter=parameter,
    )


def _body(scope: Scope, media: Media, *, required: bool) -> Iterator[Argument]:
    kind = flattened(scope, media)
    if kind is None:
        schema = sent_schema(scope.api, media) or Schema(Scalar("string", "binary"), media.position)
        told = described(scope, schema)
        yield Argument("body", "body", "body", _whole(scope, media), required, told, schema)
        return
    names = member_names(scope.names.fields, kind)
    multipart = media.type.startswith("multipart/")
    for prop in kind.properties:
        if prop.schema.read_only:
            continue
        yield Argument(
            name=names[prop.name],
            wire=prop.name,
            location="body",
            type=_sent(scope, prop.schema, multipart=multipart),
            required=required and prop.required,
            description=described(scope, prop.schema),
            schema=prop.schema,
        )


def _whole(scope: Scope, media: Media) -> Node:
    if not is_opaque(scope.api, media):
        return type_of(scope, media.schema) if media.schema else "unknown"
    return Alternatives(("string", *_BYTES))


def _sent(scope: Scope, schema: Schema, *, multipart: bool) -> Node:
    match schema.type:
        case Scalar("string", "binary") if multipart:
            return Alternatives(_BYTES)
        case Array(items) if multipart and items.type == Scalar("string", "binary"):
            return array_of(Alternatives(_BYTES))
    return type_of(scope, schema)
