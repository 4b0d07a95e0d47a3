"""OpenAPI 3.0 and 3.1 schemas → one form: JSON Schema 2020-12, at unchanged JSON Pointers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from generator.document.grammar import Place
from generator.document.node import Document, Places, Written

_BOUNDS = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


class _Moved(Struct, frozen=True):
    """The places of values, some of which stand elsewhere now.

    `moved` are the pointers of these, and where they were written with all that they hold.
    """

    places: Places
    moved: Mapping[str, str]

    def get(self, pointer: str, /) -> Written | None:
        return self.places.get(self._source(pointer))

    def _source(self, pointer: str) -> str:
        """Where a value was written: it may have moved with one that has moved itself."""
        above = pointer
        while above:
            if above in self.moved:
                pointer = above = self.moved[above] + pointer[len(above) :]
            else:
                above = above.rpartition("/")[0]
        return pointer


def normalise(document: Document, schemas: Iterable[Place], version: str) -> Document:
    """The document with each of its `schemas` in the normal form; they are changed in place.

    - `nullable: true` becomes the type `null`: in `type`, as a branch of `anyOf` or `oneOf`, or
      around an `allOf` (the one case where values move: `/allOf/0` is then `/anyOf/0/allOf/0`). An
      `enum` beside it admits null, which is what authors of 3.0 mean.
    - boolean `exclusiveMinimum` and `exclusiveMaximum` become numbers.
    - what stands beside `$ref` in a 3.0 schema, and is ignored there, is dropped.
    - `example` becomes `examples`.
    - `format: byte` gains `contentEncoding: base64`, and `format: binary`
      `contentMediaType: application/octet-stream`; `format` stays.
    """
    moved: dict[str, str] = {}
    for schema in schemas:
        _normalise_schema(schema.value, schema.pointer, version, moved)
    places = _Moved(document.places, moved) if moved else document.places
    return Document(document.file, document.data, places)


def copied(document: Document) -> Document:
    """The same document with data of its own, in which nothing stands at two places."""
    return Document(document.file, _clone(document.data), document.places)


def _clone(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _clone(member) if isinstance(member, (dict, list)) else member
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [_clone(element) for element in value]
    return value


def _normalise_schema(
    schema: dict[str, Any], pointer: str, version: str, moved: dict[str, str]
) -> None:
    if version.startswith("3.0"):
        if isinstance(schema.get("$ref"), str):
            reference = schema["$ref"]
            schema.clear()
            schema["$ref"] = reference
            return
        _nullable(schema, pointer, moved)
        _exclusive_bounds(schema)
    if "example" in schema:
        example = schema.pop("example")
        if not isinstance(schema.get("examples"), list):
            schema["examples"] = [example]
            moved[f"{pointer}/examples"] = moved[f"{pointer}/examples/0"] = f"{pointer}/example"
    if schema.get("format") == "byte":
        schema.setdefault("contentEncoding", "base64")
    elif schema.get("format") == "binary":
        schema.setdefault("contentMediaType", "application/octet-stream")


def _nullable(schema: dict[str, Any], pointer: str, moved: dict[str, str]) -> None:
    if schema.pop("nullable", False) is not True:
        return
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    elif isinstance(schema.get("anyOf"), list):
        schema["anyOf"].append({"type": "null"})
    elif isinstance(schema.get("oneOf"), list):
        schema["oneOf"].append({"type": "null"})
    elif isinstance(schema.get("allOf"), list):
        schema["anyOf"] = [{"allOf": schema.pop("allOf")}, {"type": "null"}]
        moved[f"{pointer}/anyOf/0"] = pointer


def _exclusive_bounds(schema: dict[str, Any]) -> None:
    for exclusive, inclusive in _BOUNDS:
        if schema.get(exclusive) is True and inclusive in schema:
            schema[exclusive] = schema.pop(inclusive)
        elif isinstance(schema.get(exclusive), bool):
            del schema[exclusive]
