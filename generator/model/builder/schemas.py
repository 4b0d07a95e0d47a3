"""Schemas of the document as types of the model."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Literal, cast

from msgspec.structs import replace

from generator.document import Finding, Node, Severity, Specification, split_pointer
from generator.document.text_order import TextOrder
from generator.model.builder import merged as m
from generator.model.builder.circles import opened
from generator.model.builder.composition import Composition
from generator.model.builder.discriminators import Variant, discriminator
from generator.model.builder.identity import Identities
from generator.model.builder.merged import Merged, Place, place
from generator.model.builder.names import Names, element_name, member_name, pointer_name
from generator.model.builder.tags import with_tags
from generator.model.schema import (
    Anything,
    Array,
    Constant,
    Dictionary,
    Enumeration,
    Object,
    Property,
    Reference,
    Scalar,
    Schema,
    Type,
    Union,
)
from generator.model.words import pascal
from generator.published import Published

# Nested lists, maps and unions need no name, so they are built inside one another; deeper than
# this they are hostile, and read as any value.
_DEEPEST = 60

ScalarKind = Literal["string", "integer", "number", "boolean"]


class Schemas:
    """Builds the schemas of one API, and keeps those that have a name.

    Objects, enumerations and unions that hold either get a name: that of the component, or one
    from where they are written. They are built from a queue, so that neither a recursive nor a
    deeply nested document makes Python recurse.
    """

    def __init__(self, specification: Specification, published: Published) -> None:
        self.findings: list[Finding] = []
        self.names = Names(published)
        self._specification = specification
        self._composition = Composition(specification, self.findings)
        self._identities = Identities(specification, published)
        self._named: dict[tuple[Place, ...], str] = {}
        self._queue: deque[tuple[str, tuple[Node, ...]]] = deque()
        self._built: dict[str, Schema] = {}
        self._seen: dict[Place, Schema] = {}
        self._open: set[tuple[Place, ...]] = set()
        self._add_components()

    def schema(self, node: Node, name: str) -> Schema:
        """The schema at `node`; `name` is what it is called if it needs a name."""
        key = place(node)
        if key not in self._seen:
            self._seen[key] = self._schema((node,), name, 0)
        return self._seen[key]

    def resolved(self, node: Node) -> Node:
        """What a value stands for, where it is a `$ref`."""
        return self._composition.resolved(node)

    def named(self) -> dict[str, Schema]:
        """Every named schema, in the order of the text: the entry file first."""
        self._build_queue()
        self._built, circular = opened(self._built)
        self._built = with_tags(self._built)
        for name in circular:
            where, message = self._built[name].position, "The schema is made of itself"
            text = f"{message}; that part is read as any JSON value."
            self.findings.append(Finding("GEN-003", where, text, "", Severity.WARNING))
        return {name: _with_name(self._built[name], name) for name in self._in_text_order()}

    def _in_text_order(self) -> list[str]:
        """The names of what is built; what the entry file has comes first."""
        entry, documents = self._specification.entry.file, self._specification.documents
        orders = {file: TextOrder(document.data) for file, document in documents.items()}
        found = []
        for places, name in self._named.items():
            if name in self._built:
                file, pointer = next(each for each in reversed(places) if each[0])
                found.append((file != entry, file, orders[file].of(pointer), name))
        return [name for *_, name in sorted(found)]

    def definition(self, schema: Schema) -> Schema:
        """The schema itself where it is a reference, else the same."""
        seen: set[str] = set()
        while isinstance(schema.type, Reference) and schema.type.name not in seen:
            self._build_queue()
            seen.add(schema.type.name)
            schema = self._built[schema.type.name]
        return schema

    def _add_components(self) -> None:
        root = self._specification.entry.root
        components = root.get("components", "schemas")
        entries = list(components.items()) if components else []
        for key, node in entries:
            self._claim((place(node),), str(key))
        for _, node in entries:
            self._queue.append((self._named[(place(node),)], (node,)))

    def _claim(self, key: tuple[Place, ...], name: str) -> None:
        self._named[key] = self.names.claim(self._identities.of(key), name or "Schema")

    def _build_queue(self) -> None:
        while self._queue:
            name, nodes = self._queue.popleft()
            self._built[name] = self._content(nodes, name, 0)

    def _schema(self, nodes: tuple[Node, ...], name: str, depth: int) -> Schema:
        key = tuple(map(place, nodes))
        if key in self._named:
            return self._reference(
                self._named[key], nodes, self._composition.merge(nodes).parts[-1:]
            )
        if depth > _DEEPEST or key in self._open:
            return self._anything(nodes[-1], "GEN-001", "The schema is nested too deeply to type")
        alias = self._composition.alias(nodes)
        if alias is not None:
            return self._reference(self._name_of(alias[0]), nodes, alias[1])
        merged = self._composition.merge(nodes)
        if self._needs_name(merged):
            self._claim(key, name)
            self._queue.append((self._named[key], nodes))
            return self._reference(self._named[key], nodes, merged.parts[-1:])
        self._open.add(key)
        schema = self._written(merged, nodes, name, depth)
        self._open.discard(key)
        if isinstance(schema.type, Union) and any(map(_is_named, schema.type.variants)):
            self._claim(key, name)
            self._built[self._named[key]] = schema
            return self._reference(self._named[key], nodes, merged.parts[-1:])
        return schema

    def _needs_name(self, merged: Merged) -> bool:
        """Whether the schema is an object with members or an enumeration; unions are seen later."""
        if all(_NAMEABLE.isdisjoint(part.value) for part in merged.parts) or merged.unions():
            return False
        values = merged.enumerated()
        if values is not None:
            kind = self._enumeration(merged, values)
            return isinstance(kind, Enumeration)
        types = merged.types() or [merged.implied_type()]
        return types == ["object"] and bool(
            merged.has_members() or merged.required() or _is_closed(merged)
        )

    def _content(self, nodes: tuple[Node, ...], name: str, depth: int) -> Schema:
        """The schema itself, never a reference to it."""
        alias = self._composition.alias(nodes)
        if alias is not None:
            return self._reference(self._name_of(alias[0]), nodes, alias[1])
        return self._written(self._composition.merge(nodes), nodes, name, depth)

    def _written(self, merged: Merged, nodes: tuple[Node, ...], name: str, depth: int) -> Schema:
        """The schema that is written at `nodes`, which is more than a reference."""
        if merged.impossible:
            return self._anything(nodes[-1], "GEN-002", "The schema allows no value")
        unions = merged.unions()
        kind = self._union(merged, unions, name, depth) if unions else None
        if kind is None:
            kind = self._plain(merged, nodes, name, depth)
            self._note_lonely_discriminator(nodes[-1])
        return _annotated(kind, nodes, merged.parts, self._nullable(nodes, kind))

    def _note_lonely_discriminator(self, node: Node) -> None:
        told = node.get("discriminator")
        if told is not None and not node.mapping.keys() & {"oneOf", "anyOf"}:
            self._note(told, "GEN-037", "A discriminator without a union tells nothing apart here")

    def _name_of(self, node: Node) -> str:
        """The name of a schema that is referred to, wherever it is written."""
        key = (place(node),)
        if key not in self._named:
            self._claim(key, pointer_name(node.document.file, split_pointer(node.pointer)))
            self._queue.append((self._named[key], (node,)))
        return self._named[key]

    def _reference(self, name: str, nodes: tuple[Node, ...], said: tuple[Node, ...]) -> Schema:
        kind = Reference(name)
        return _annotated(kind, nodes, said, self._nullable(nodes, kind))

    def _nullable(self, nodes: tuple[Node, ...], kind: Type) -> bool:
        if isinstance(kind, Anything) or kind == Constant(None):
            return False
        return self._composition.allows_null(nodes[-1])

    def _plain(self, merged: Merged, nodes: tuple[Node, ...], name: str, depth: int) -> Type:
        """The type of a schema that is no union."""
        values = merged.enumerated()
        if values is not None:
            return self._enumeration(merged, values)
        if merged.only_null():
            return Constant(None)
        types = merged.types()
        if len(types) > 1:
            return Union(tuple(self._alternatives(merged, nodes, types, name, depth)))
        return self._of_type(types[0] if types else merged.implied_type(), merged, name, depth)

    def _alternatives(
        self, merged: Merged, nodes: tuple[Node, ...], types: list[str], name: str, depth: int
    ) -> Iterable[Schema]:
        """One variant a type, for a schema that allows several."""
        for each in types:
            kind = self._of_type(each, merged, name, depth)
            schema = Schema(kind, nodes[-1].position)
            if isinstance(kind, Object):
                key = (*map(place, nodes), ("", each))
                self._claim(key, f"{name}Object")
                self._built[self._named[key]] = schema
                schema = replace(schema, type=Reference(self._named[key]))
            yield schema

    def _of_type(self, type_name: str, merged: Merged, name: str, depth: int) -> Type:
        match type_name:
            case "string":
                return Scalar("string", _string_format(merged))
            case "integer" | "number" | "boolean":
                return Scalar(cast(ScalarKind, type_name), merged.text("format") or None)
            case "object":
                return self._object(merged, name, depth)
            case "array":
                return self._array(merged, name, depth)
        return Anything()

    def _enumeration(self, merged: Merged, values: list[Any]) -> Type:
        kept = {(type(value), value): value for value in values if type(value) in _KINDS}
        if any(isinstance(value, (dict, list)) for value in values):
            where = merged.keyword("enum") or merged.keyword("const") or merged.parts[-1]
            self._note(where, "GEN-004", "Only strings, numbers and booleans make an enumeration")
            return Anything()
        if not kept:
            return Constant(None)
        distinct = tuple(kept.values())
        if len(distinct) == 1:
            return Constant(distinct[0])
        kinds = {_KINDS[type(value)] for value in distinct}
        if kinds == {"boolean"}:
            return Scalar("boolean")
        if kinds == {"integer", "number"}:
            kinds = {"number"}
        kind = cast(Any, kinds.pop() if len(kinds) == 1 else "mixed")
        names = _aligned(merged.value("x-enum-varnames") or merged.value("x-enumNames"), values)
        told = _aligned(merged.value("x-enum-descriptions"), values)
        return Enumeration(distinct, kind, names, told)

    def _object(self, merged: Merged, name: str, depth: int) -> Type:
        required = merged.required()
        members = merged.members("properties")
        additional = self._additional(merged, name, depth)
        properties = []
        for key, nodes in members.items():
            if any(node.value is False for node in nodes):
                self._note(nodes[-1], "GEN-005", f"The member {key!r} may never be sent")
                continue
            if self._typable(key, nodes[-1]):
                inner = self._schema(self._distinct(nodes), member_name(name, key), depth + 1)
                properties.append(Property(key, inner, key in required))
        for key in required:
            if key not in members and self._typable(key, merged.parts[-1]):
                anything = additional or Schema(Anything(), merged.parts[-1].position)
                properties.append(Property(key, anything, required=True))
        if not properties and additional is not None:
            return Dictionary(additional)
        return Object(tuple(properties), additional, bool(additional and _has_others(merged)))

    def _typable(self, member: str, told: Node) -> bool:
        """Whether a field can be called so on the wire; else there is a finding."""
        if _UNTYPED.search(member):
            self._note(told, "GEN-008", f"The member {member!r} is left without a type")
            return False
        return True

    def _distinct(self, nodes: list[Node]) -> tuple[Node, ...]:
        """The schemas of one member, each once: who repeats a member mostly repeats its `$ref`."""
        found: dict[Place, Node] = {}
        for node in nodes:
            plain = node.mapping.keys() == {"$ref"}
            found[place(self._composition.resolved(node)) if plain else place(node)] = node
        return tuple(found.values())

    def _additional(self, merged: Merged, name: str, depth: int) -> Schema | None:
        """The schema of undeclared members; None where they are forbidden."""
        declared = merged.all("additionalProperties")
        patterns = [
            node for nodes in merged.members("patternProperties").values() for node in nodes
        ]
        schemas = [node for node in declared if isinstance(node.value, dict) and node.value]
        if patterns and not schemas:
            schemas = [node for node in patterns if node.value is not False]
            if len(schemas) > 1:
                variants = tuple(
                    self._schema((node,), f"{name}Value", depth + 1) for node in schemas
                )
                return Schema(_flat_union(variants), schemas[0].position)
        elif _is_closed(merged):
            return None
        if not schemas:
            where = declared[-1] if declared else merged.parts[-1]
            return Schema(Anything(), where.position)
        return self._schema(tuple(schemas), f"{name}Value", depth + 1)

    def _array(self, merged: Merged, name: str, depth: int) -> Type:
        found = [node for node in merged.all("items") if isinstance(node.value, dict)]
        listed = merged.keyword("prefixItems")
        prefix = tuple(
            self._schema((node,), f"{name}Element{index + 1}", depth + 1)
            for index, node in enumerate(listed.elements() if listed else ())
        )
        if found:
            return Array(self._schema(self._distinct(found), element_name(name), depth + 1), prefix)
        return Array(Schema(Anything(), merged.parts[-1].position), prefix)

    def _union(self, merged: Merged, unions: list[Node], name: str, depth: int) -> Type | None:
        """The union of a schema that has one; None where its variants only narrow one type."""
        base = _beside_unions(merged)
        solid = any(map(m.is_material, base))
        shaping = [u for u in unions if any(_has_shape(v, beside=solid) for v in m.variants(u))]
        for other in shaping[1:]:
            self._note(other, "GEN-006", "Only the first of several unions in one schema is typed")
        if not shaping:
            return None
        found: list[Variant] = []
        for node in m.variants(shaping[0]):
            whole = not solid and (not base or _has_shape(node, beside=False))
            nodes = (node,) if whole else (*base, node)
            schema = self._schema(nodes, self._variant_name(nodes, name), depth + 1)
            found.append(Variant(nodes, self._composition.resolved(node), schema))
        told = merged.keyword("discriminator")
        told_apart = discriminator(
            self._specification, self._composition.merge, found, told, self.findings
        )
        return Union(tuple(variant.schema for variant in found), told_apart)

    def _variant_name(self, nodes: tuple[Node, ...], name: str) -> str:
        """What tells a variant from its siblings: its title, target, constant member or type."""
        merged = self._composition.merge(nodes)
        title = pascal(merged.text("title"))
        if title:
            return title if title.startswith(name) else name + title
        if "$ref" in nodes[-1].mapping:
            return member_name(
                name, self._composition.resolved(nodes[-1]).pointer.rpartition("/")[2]
            )
        for members in merged.members("properties").values():
            values = self._composition.merge(tuple(members)).enumerated()
            if values is not None and len(values) == 1 and isinstance(values[0], str):
                return member_name(name, values[0])
        if merged.enumerated() is not None:
            return name + "Enum"
        return name + pascal((merged.types() or [merged.implied_type()])[0])

    def _anything(self, node: Node, code: str, message: str) -> Schema:
        self._note(node, code, f"{message}; it is read as any JSON value.")
        return Schema(Anything(), node.position)

    def _note(self, node: Node, code: str, message: str) -> None:
        text = message if message.endswith(".") else message + "."
        self.findings.append(node.finding(code, text, Severity.WARNING))


_UNTYPED = re.compile(r'["\\\x00-\x1f]')
"""What msgspec takes in no name of a member."""
_KINDS: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
_NAMEABLE = frozenset(
    {
        *("enum", "const", "properties", "required"),
        *("additionalProperties", "unevaluatedProperties"),
    }
)
"""What a schema that needs a name has one of."""
_OTHERS = (
    *("not", "if", "then", "else", "patternProperties", "propertyNames", "dependentRequired"),
    *("dependentSchemas", "dependencies", "contains", "minContains", "maxContains"),
    *("unevaluatedItems", "contentEncoding", "contentMediaType", "contentSchema"),
    *("externalDocs", "xml"),
)
"""What types do not express, for who reads."""
_SAYING = m.LIMITING | {
    *_OTHERS,
    *("title", "description", "default", "examples", "example", "deprecated", "readOnly"),
    *("writeOnly", "x-payload-limits", "prefixItems"),
}
_SAID = ("title", "description", "default", "examples", "example", "deprecated", "readOnly")


def _beside_unions(merged: Merged) -> tuple[Node, ...]:
    """What a schema says of the shape of all its variants, beside the union itself."""
    dropped = (*m.UNIONS, "allOf", "$ref", "discriminator", *_SAID)
    parts = (m.without(part, *dropped) for part in merged.parts)
    return tuple(part for part in parts if part.value.keys() & m.SHAPE)


def _has_shape(variant: Node, *, beside: bool) -> bool:
    """Whether a variant says more than which members are required, of a type said beside it."""
    narrowing = {"required", "type"} if beside else {"required"}
    return bool((variant.mapping.keys() & m.SHAPE) - narrowing)


def _with_name(schema: Schema, name: str) -> Schema:
    """The schema; where it is an object, it says its own name."""
    kind = schema.type
    return replace(schema, type=replace(kind, name=name)) if isinstance(kind, Object) else schema


def _is_named(schema: Schema) -> bool:
    kind = schema.type
    if isinstance(kind, Array):
        return _is_named(kind.items)
    if isinstance(kind, Dictionary):
        return _is_named(kind.values)
    return isinstance(kind, Reference)


def _has_others(merged: Merged) -> bool:
    return bool(merged.all("additionalProperties") or merged.members("patternProperties"))


def _is_closed(merged: Merged) -> bool:
    return any(
        part.value.get(keyword) is False
        for part in merged.parts
        for keyword in ("additionalProperties", "unevaluatedProperties")
    )


def _flat_union(variants: tuple[Schema, ...]) -> Type:
    distinct = {repr(variant.type): variant for variant in variants}
    found = tuple(distinct.values())
    return found[0].type if len(found) == 1 else Union(found)


def _string_format(merged: Merged) -> str | None:
    """The format, or what 3.1 says with content keywords where 3.0 had `binary` and `byte`."""
    if merged.text("format"):
        return merged.text("format")
    if merged.text("contentEncoding") in {"base64", "base64url"}:
        return "byte"
    return "binary" if merged.text("contentMediaType") == "application/octet-stream" else None


def _aligned(told: Any, values: list[Any]) -> tuple[str, ...]:
    """What is told of each enumerated value, in order; `null` has no name."""
    if isinstance(told, dict):
        return tuple(str(told.get(value, "")) for value in values if value is not None)
    if not isinstance(told, list) or len(told) != len(values):
        return ()
    return tuple(str(t) for t, value in zip(told, values, strict=True) if value is not None)


def _annotated(
    kind: Type, nodes: tuple[Node, ...], parts: tuple[Node, ...], nullable: bool
) -> Schema:
    if all(_SAYING.isdisjoint(part.value) for part in parts):
        return Schema(kind, nodes[-1].position, nullable)
    said = Merged(parts)
    values = said.values()
    examples = values.get("examples")
    limits = said.limits()
    if isinstance(kind, Array) and kind.prefix and values.get("items") is False:
        limits = replace(limits, max_items=min(len(kind.prefix), limits.max_items or 1 << 31))
    return Schema(
        type=kind,
        position=nodes[-1].position,
        nullable=nullable,
        title=said.text("title"),
        description=said.text("description"),
        limits=limits,
        has_default="default" in values,
        default=values.get("default"),
        examples=tuple(examples) if isinstance(examples, list) else (),
        deprecated=said.flag("deprecated"),
        read_only=said.flag("readOnly"),
        write_only=said.flag("writeOnly"),
        payload_limits=m.payload_limits(said.keyword("x-payload-limits")),
        others=tuple((k, part.value[k]) for part in parts for k in _OTHERS if k in part.value),
    )
