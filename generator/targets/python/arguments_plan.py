"""The arguments of a method: where each comes from in the contract, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from generator.model import Anything, Array, Media, Object, Operation, Parameter, Scalar, Schema
from generator.published import thing
from generator.targets.media_choice import is_form, is_opaque, sent_schema
from generator.targets.naming import Naming, Wanted
from generator.targets.python.annotations import (
    BODIES,
    VALUES,
    Scope,
    annotation,
    or_unset,
)
from generator.targets.python.types_plan import described
from generator.targets.python_source import identifier

OPTIONS = frozenset({"self", "options", "timeout", "max_retries", "headers", "query", "extra_body"})


class Argument(Struct, frozen=True):
    """One argument of a method. `wire` is what it is called on the wire; `default` may be empty."""

    name: str
    wire: str
    location: str
    annotation: str
    default: str
    description: str
    schema: Schema
    parameter: Parameter | None = None

    @property
    def required(self) -> bool:
        """Whether a caller must give it."""
        return not self.default


def arguments(scope: Scope, operation: Operation, media: Media | None) -> list[Argument]:
    """The arguments of a method, those of the path first, then the required ones."""
    found = [_parameter(scope, parameter) for parameter in operation.parameters]
    if media is not None and operation.body is not None:
        found.extend(_body(scope, media, required=operation.body.required))
    return sorted(_apart(scope.names.naming, operation, found), key=_place)


def wire_names(taken: Iterable[Argument]) -> dict[str, str]:
    """What arguments are called in Python, by wire names; those that several share left out."""
    found: dict[str, set[str]] = {}
    for each in taken:
        found.setdefault(each.wire, set()).add(each.name)
    return {wire: min(names) for wire, names in found.items() if len(names) == 1}


def flattened(scope: Scope, media: Media) -> Object | None:
    """The object whose members are arguments of their own, if the body is one that has members.

    Others may come with the option `extra_body`, unless the document gives them a type; of a form
    they do all the same, as files are members of nothing else.
    """
    schema = media.schema if not is_opaque(scope.api, media) else None
    while schema is not None and not schema.nullable:
        if isinstance(schema.type, Object):
            others = schema.type.additional
            typed = others is not None and not isinstance(others.type, Anything)
            whole = typed and not is_form(media.type)
            return None if whole or not schema.type.properties else schema.type
        target = getattr(schema.type, "name", None)
        schema = scope.api.schemas.get(target) if target else None
    return None


def _place(argument: Argument) -> int:
    if argument.location == "path":
        return 0
    return 1 if argument.required else 2


def _parameter(scope: Scope, parameter: Parameter) -> Argument:
    schema = parameter.schema if parameter.required else replace(parameter.schema, nullable=False)
    kind = annotation(scope, schema)
    optional = not parameter.required and parameter.location != "path"
    if optional and not kind.endswith(("None", "Any")):
        kind += " | None"
    return Argument(
        name=identifier(parameter.name, OPTIONS, "value"),
        wire=parameter.name,
        location=parameter.location,
        annotation=kind,
        default="None" if optional else "",
        description=_told(scope, parameter),
        schema=parameter.schema,
        parameter=parameter,
    )


def _told(scope: Scope, parameter: Parameter) -> str:
    schema = parameter.schema
    if parameter.description:
        schema = replace(schema, description=parameter.description)
    return described(
        scope.api, replace(schema, deprecated=parameter.deprecated or schema.deprecated)
    )


def _body(scope: Scope, media: Media, *, required: bool) -> Iterable[Argument]:
    kind = flattened(scope, media)
    if kind is None:
        schema = sent_schema(scope.api, media) or _nothing(media)
        yield _member(scope, "body", "body", _whole(scope, media), required, schema)
        return
    for prop in kind.properties:
        if prop.schema.read_only:
            continue
        text = _sent(scope, prop.schema, multipart=media.type.startswith("multipart/"))
        name = identifier(prop.name, OPTIONS, "field")
        yield _member(scope, name, prop.name, text, required and prop.required, prop.schema)


def _nothing(media: Media) -> Schema:
    return Schema(Scalar("string", "binary"), media.position)


def _member(  # noqa: PLR0917  each is one field of the result
    scope: Scope, name: str, wire: str, text: str, required: bool, schema: Schema
) -> Argument:
    default = "" if required else scope.runtime(VALUES, "UNSET")
    kind = text if required else or_unset(text, scope.runtime(VALUES, "Unset"))
    return Argument(name, wire, "body", kind, default, described(scope.api, schema), schema)


def _whole(scope: Scope, media: Media) -> str:
    if not is_opaque(scope.api, media):
        return annotation(scope, media.schema) if media.schema else "object"
    text, data = scope.builtin("str"), scope.builtin("bytes")
    return f"{text} | {data}" if media.type.lower().startswith("text/") else f"{data} | {text}"


def _sent(scope: Scope, schema: Schema, *, multipart: bool) -> str:
    match schema.type:
        case Scalar("string", "binary") if multipart:
            return scope.runtime(BODIES, "FileContent")
        case Array(items) if multipart and items.type == Scalar("string", "binary"):
            sequence = scope.imports.name("collections.abc", "Sequence")
            return f"{sequence}[{scope.runtime(BODIES, 'FileContent')}]"
    return annotation(scope, schema)


def _apart(naming: Naming, operation: Operation, found: list[Argument]) -> list[Argument]:
    """The arguments, those that share a name told apart by where they go."""
    places: dict[str, set[str]] = {}
    for each in found:
        places.setdefault(each.name, set()).add(each.location)
    called = (operation.method.upper(), operation.path)
    wanted = [
        Wanted(
            thing("argument", *called, each.location, each.wire),
            each.name,
            f"{each.location}_{each.name}" if len(places[each.name]) > 1 else "",
        )
        for each in found
    ]
    names = naming.distinct(wanted)
    return [replace(each, name=name) for each, name in zip(found, names, strict=True)]
