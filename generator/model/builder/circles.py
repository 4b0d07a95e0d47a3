"""Named schemas that are nothing but each other: the circle is opened, so that readers end."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from generator.model.schema import Anything, Reference, Schema, Union


def opened(named: Mapping[str, Schema]) -> tuple[dict[str, Schema], list[str]]:
    """The schemas, each of which comes to a shape by way of references and variants, in the same
    order; and the names of those in which a reference back became any value.
    """
    found = dict(named)
    done: set[str] = set()
    changed: list[str] = []
    for start in named:
        path: dict[str, list[str]] = {}
        if start not in done:
            path[start] = _direct(found[start])
        while path:
            name, left = next(reversed(path.items()))
            if not left:
                done.add(name)
                del path[name]
                continue
            target = left.pop()
            if target in path:
                found[name] = _without(found[name], target)
                changed.append(name)
            elif target in found and target not in done:
                path[target] = _direct(found[target])
    return found, list(dict.fromkeys(changed))


def _direct(schema: Schema) -> list[str]:
    """The names that a value of the schema may be without anything around it."""
    match schema.type:
        case Reference(name):
            return [name]
        case Union(variants):
            return [name for variant in variants for name in _direct(variant)]
        case _:
            return []


def _without(schema: Schema, name: str) -> Schema:
    match schema.type:
        case Reference(target) if target == name:
            return replace(schema, type=Anything())
        case Union(variants):
            rest = tuple(_without(variant, name) for variant in variants)
            return replace(schema, type=replace(schema.type, variants=rest))
        case _:
            return schema
