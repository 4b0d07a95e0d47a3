"""What stands in an example for what the contract has no example of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.model import (
    Api,
    Array,
    Constant,
    Dictionary,
    Enumeration,
    Object,
    Parameter,
    Scalar,
    Schema,
    Union,
)
from generator.targets.definitions import definition, object_of

_DEEPEST = 6
_MOST = 60
_TEXT = "…"
_TEXTS = {"date": "2026-01-01", "date-time": "2026-01-01T00:00:00Z"}


def stand_in(api: Api, schema: Schema) -> Any:
    """The least that a schema asks for, as a wire value; text where that is too much, or itself."""
    return _Maker(api).value(schema, 0)


def completed(api: Api, kind: Object, value: dict[str, Any]) -> dict[str, Any]:
    """The members of an object, with those that it has to have and are not there."""
    return _Maker(api).completed(kind, value, 0)


class _Maker:
    """Makes one value, of so many parts at most."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._left = _MOST

    def value(self, schema: Schema, depth: int) -> Any:  # noqa: PLR0911  one case a kind
        self._left -= 1
        found = definition(self._api, schema)
        if found is None or depth > _DEEPEST or self._left < 0:
            return _TEXT
        for told in (schema, found):
            if told.examples and is_of(self._api, found, told.examples[0]):
                return told.examples[0]
        match found.type:
            case Constant(value):
                return value
            case Enumeration(values):
                return values[0]
            case Scalar() as kind:
                return _scalar(kind, found)
            case Array():
                return []
            case Dictionary():
                return {}
            case Object() as kind:
                return self.completed(kind, {}, depth + 1)
            case Union(variants) if variants:
                return self.value(variants[0], depth + 1)
        return _TEXT

    def completed(self, kind: Object, value: dict[str, Any], depth: int) -> dict[str, Any]:
        missing = (p for p in kind.properties if p.required and p.name not in value)
        return {**value, **{p.name: self.value(p.schema, depth) for p in missing}}


def told_of(wire: str, parameter: Parameter | None, body: Any) -> Iterator[Any]:
    """What the contract shows of an argument: of a parameter, or of what `wire` is of the body.

    `body` is an example of the whole body, None where there is none.
    """
    if parameter is not None:
        yield from parameter.examples
    elif isinstance(body, dict) and wire in body:
        yield body[wire]
    elif wire == "body" and body is not None:
        yield body


def is_of(api: Api, schema: Schema, value: Any) -> bool:  # noqa: PLR0911  one case a kind
    """Whether a wire value is of the type of a schema, as far as its outermost level goes."""
    found = definition(api, schema)
    if value is None:
        return schema.nullable or (found is not None and found.nullable)
    match found.type if found else None:
        case Object() | Dictionary():
            return isinstance(value, dict)
        case Array():
            return isinstance(value, list)
        case Constant(known):
            return bool(known == value)
        case Enumeration(values):
            return value in values
        case Scalar("string"):
            return isinstance(value, str)
        case Scalar("boolean"):
            return isinstance(value, bool)
        case Scalar():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Union() as union:
            return fitting(api, union, value) is not None
    return True


def fitting(api: Api, union: Union, value: Any) -> Schema | None:
    """The first variant that a wire value looks like; None where there is none."""
    alike = (each for each in union.variants if is_of(api, each, value))
    return next((each for each in alike if _has_words(api, each, value)), None)


def _has_words(api: Api, schema: Schema, value: Any) -> bool:
    """Whether an object's constant members are what they have to be, and the others there."""
    kind = object_of(api, schema)
    for each in kind.properties if kind else ():
        found = definition(api, each.schema)
        word = found.type if found else None
        if each.required and each.name not in value:
            return False
        if isinstance(word, Constant) and each.name in value and value[each.name] != word.value:
            return False
    return True


def _scalar(kind: Scalar, schema: Schema) -> Any:
    match kind.kind:
        case "integer":
            return schema.limits.minimum or 1
        case "number":
            return schema.limits.minimum or 1.0
        case "boolean":
            return True
    return _TEXTS.get(kind.format or "", _TEXT)
