"""Parameters of an operation, those of its path included (OpenAPI §4.8.12)."""

from __future__ import annotations

import re
from typing import Literal, cast

from msgspec.structs import replace

from generator.document import Node
from generator.model.builder.media import examples
from generator.model.builder.names import member_name
from generator.model.builder.source import Source, members
from generator.model.operation import Parameter
from generator.model.schema import Anything, Scalar, Schema
from generator.model.words import pascal

Location = Literal["path", "query", "header", "cookie"]
_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
# "If in is header and the name is Accept, Content-Type or Authorization, it shall be ignored."
_IGNORED = {
    "accept": "the media types of the responses are sent in it",
    "content-type": "the media type of the request body is sent in it",
    "authorization": "describe it by a security scheme",
}
_TEMPLATE = re.compile(r"\{([^{}]*)\}")


def parameters(
    source: Source, path: str, item: Node, operation: Node, name: str
) -> tuple[Parameter, ...]:
    """The parameters, in the order of the path, then of the text; the operation's own win."""
    found: dict[tuple[str, str], Parameter] = {}
    for holder in (item, operation):
        listed = holder.get("parameters")
        for written in listed.elements() if listed else ():
            parameter = _parameter(source, written, name)
            if parameter is not None:
                found[parameter.location, parameter.name] = parameter
    in_path = [
        found.pop(("path", variable))
        if ("path", variable) in found
        else _undeclared(source, variable, operation)
        for variable in dict.fromkeys(_TEMPLATE.findall(path))
    ]
    for stray in [key for key in found if key[0] == "path"]:
        parameter = found.pop(stray)
        message = f"{stray[1]!r} is not in the path {path}; the parameter is left out."
        source.note(operation, "GEN-033", f"{message} It is declared at {parameter.position}.")
    return (*in_path, *found.values())


def _parameter(source: Source, written: Node, name: str) -> Parameter | None:
    node = source.resolved(written)
    location, wire = node.text("in"), node.text("name")
    if location == "header" and wire.lower() in _IGNORED:
        message = f"OpenAPI ignores a parameter for the header {wire!r}: {_IGNORED[wire.lower()]}."
        source.note(written, "GEN-034", message)
        return None
    if location not in _STYLES or not wire:
        message = f"A parameter in {location!r} is not expressed and is left out."
        source.note(written, "GEN-035", message)
        return None
    base = member_name(name, wire) if node is written else pascal(node.pointer.rpartition("/")[2])
    made = source.shared("parameter", written, lambda found: _built(source, found, base))
    description = written.text("description") or made.description
    return replace(made, position=written.position, description=description)


def _built(source: Source, node: Node, base: str) -> Parameter:
    location = cast(Location, node.text("in"))
    content = next(iter(members(node.get("content"))), None)
    schema = node.get("schema") if content is None else content[1].get("schema")
    media = content[0] if content else ""
    style = node.text("style") or _STYLES[location]
    anything = Schema(Anything(), node.position)
    return Parameter(
        name=node.text("name"),
        location=location,
        schema=source.schemas.schema(schema, base) if schema else anything,
        required=location == "path" or node.mapping.get("required") is True,
        position=node.position,
        description=node.text("description"),
        deprecated=node.mapping.get("deprecated") is True,
        style=style,
        explode=node.mapping.get("explode", style in {"form", "cookie"}) is True,
        allow_reserved=node.mapping.get("allowReserved") is True,
        content="" if media.strip().lower().startswith("text/") else media,
        examples=tuple(examples(source, content[1] if content else node).values()),
    )


def _undeclared(source: Source, variable: str, operation: Node) -> Parameter:
    message = f"The path has {{{variable}}}, and no parameter declares it: it is read as a string."
    source.note(operation, "GEN-036", message)
    schema = Schema(Scalar("string"), operation.position)
    return Parameter(
        variable, "path", schema, True, operation.position, style="simple", explode=False
    )
