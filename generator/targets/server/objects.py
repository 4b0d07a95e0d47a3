"""Objects as classes: which are, and what msgspec tells those of a union apart by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from generator.model import Anything, Api, Constant, Object, Reference, Schema, Union


class Tag(Struct, frozen=True):
    """The required member that only one variant of a union has with this value."""

    member: str
    value: str


def is_model(kind: Object) -> bool:
    """Whether an object is a class: it has members, and others have no schema of their own."""
    extras_are_typed = kind.additional is not None and not isinstance(
        kind.additional.type, Anything
    )
    return bool(kind.properties) and not extras_are_typed


def tags_of(api: Api, unions: Iterable[Schema]) -> Mapping[str, Tag]:
    """Named object → its tag, for the variants of each union that can be told apart by one.

    An object has one tag at most: a union that needs another is left as it is.
    """
    found: dict[str, Tag] = {}
    for schema in unions:
        for tags in _ways(api, schema):
            distinct = len({tag.value for tag in tags.values()}) == len(tags)
            if distinct and all(found.get(name, tag) == tag for name, tag in tags.items()):
                found |= tags
                break
    return found


def _ways(api: Api, schema: Schema) -> Iterator[Mapping[str, Tag]]:
    """What each variant of a union has in a member that all of them have as a constant."""
    each = {name: _constants(api, kind) for name, kind in _classes(api, schema).items()}
    if len(each) < 2:
        return
    first, *others = each.values()
    shared = [name for name in first if all(name in one for one in others)]
    said = schema.type.discriminator if isinstance(schema.type, Union) else None
    for member in sorted(shared, key=lambda name: said is None or name != said.property):
        yield {name: Tag(member, one[member]) for name, one in each.items()}


def _classes(api: Api, schema: Schema) -> Mapping[str, Object]:
    """The classes among a union's variants, by the names of their schemas."""
    found: dict[str, Object] = {}
    waiting = [schema]
    passed: set[str] = set()
    while waiting:
        here = waiting.pop(0)
        match here.type:
            case Union(variants=variants):
                waiting[:0] = variants
            case Reference(name=name) if name not in passed:
                passed.add(name)
                target = api.schemas[name]
                if isinstance(target.type, Object) and is_model(target.type):
                    found[name] = target.type
                else:
                    waiting.insert(0, target)
    return found


def _constants(api: Api, model: Object) -> Mapping[str, str]:
    """The required members of an object that have one possible value, a text."""
    found: dict[str, str] = {}
    for member in model.properties:
        schema, kind = member.schema, member.schema.type
        always = member.required and not (schema.read_only or schema.write_only or schema.nullable)
        if isinstance(kind, Reference):
            kind = api.schemas[kind.name].type
        match kind:
            case Constant(value=str(value)) if always:
                found[member.name] = value
    return found
