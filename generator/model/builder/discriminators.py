"""Which member tells the variants of a union apart (OpenAPI §4.8.25, and `const` members)."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from generator.document import Finding, Node, Severity, Specification
from generator.model.builder.merged import Merged, Place, place, variants
from generator.model.schema import Discriminator, Schema

Merge = Callable[[tuple[Node, ...]], Merged]
# A union of unions is looked through this far.
_DEEPEST = 4


class Variant(Struct, frozen=True):
    """One variant of a union: the nodes it is made of, what its `$ref` leads to, its schema."""

    nodes: tuple[Node, ...]
    target: Node
    schema: Schema


def discriminator(
    specification: Specification,
    merge: Merge,
    found: list[Variant],
    told: Node | None,
    findings: list[Finding],
) -> Discriminator | None:
    """The declared discriminator, else a required member that is a different constant in each."""
    if told is None or not told.text("propertyName"):
        return _implied(merge, found)
    name = told.text("propertyName")
    declared = _declared(specification, found, told, findings)
    mapping, shared = dict(declared), dict[str, None]()
    for index, variant in enumerate(found):
        values = _constants(merge, variant.nodes, name)
        if not values and index not in mapping.values():
            values = [variant.target.pointer.rpartition("/")[2]] if _is_component(variant) else []
        for value in values:
            if mapping.setdefault(value, index) != index and value not in declared:
                shared[value] = None
    return Discriminator(name, mapping, tuple(shared))


def _declared(
    specification: Specification, found: list[Variant], told: Node, findings: list[Finding]
) -> dict[str, int]:
    places = {place(variant.target): index for index, variant in enumerate(found)}
    entries = told.get("mapping")
    mapping: dict[str, int] = {}
    for value, node in entries.items() if entries else ():
        target = _target(specification, node)
        index = places.get(place(target)) if target else None
        if index is None:
            message = f"The discriminator maps {value!r} to {node.value!r}, which is no variant."
            findings.append(node.finding("GEN-007", message, Severity.WARNING))
        else:
            mapping[str(value)] = index
    return mapping


def _target(specification: Specification, node: Node) -> Node | None:
    """What a mapping's value names: a component schema, or a reference like any `$ref`."""
    if not isinstance(node.value, str):
        return None
    target = node.document.root.get("components", "schemas", node.value)
    target = target or specification.target(node.document, node.value)
    return specification.resolve(target) if target is not None else None


def _is_component(variant: Variant) -> bool:
    return variant.target.pointer.startswith("/components/schemas/")


def _implied(merge: Merge, found: list[Variant]) -> Discriminator | None:
    """A member that every variant requires and fixes, each to other values than the rest."""
    first = merge(found[0].nodes)
    for name in first.members("properties"):
        mapping: dict[str, int] = {}
        for index, variant in enumerate(found):
            values = _constants(merge, variant.nodes, name, required=True)
            if not values or mapping.keys() & set(values):
                break
            mapping.update(dict.fromkeys(values, index))
        else:
            return Discriminator(name, mapping)
    return None


def _constants(
    merge: Merge,
    nodes: tuple[Node, ...],
    name: str,
    seen: frozenset[tuple[Place, ...]] = frozenset(),
    *,
    required: bool = False,
) -> list[str]:
    """The strings that a variant fixes the member to; none where it does not."""
    key = tuple(map(place, nodes))
    if key in seen or len(seen) > _DEEPEST:
        return []
    merged = merge(nodes)
    unions = merged.unions()
    if unions:
        inner: list[str] = []
        for variant in variants(unions[0]):
            values = _constants(merge, (variant,), name, seen | {key}, required=required)
            if not values:
                return []
            inner += values
        return inner
    if required and name not in merged.required():
        return []
    members = merged.members("properties").get(name)
    found = merge(tuple(members)).enumerated() if members else None
    if not found or not all(isinstance(value, str) for value in found):
        return []
    return list(found)
