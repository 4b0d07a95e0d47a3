"""What a schema is made of: its `$ref`, its `allOf`, its only alternative."""

from __future__ import annotations

from typing import cast

from generator.document import Finding, Node, Severity, Specification
from generator.model.builder import merged as m
from generator.model.builder.merged import Merged, Place, place

# Schemas without a name inside one another; those of a name may be in as long a chain as they like.
_DEEPEST_BASE = 60
_OWN_SHAPE = m.SHAPE - {"$ref", "allOf", "anyOf", "oneOf", "type"}


class Composition:
    """Answers what schemas say together, each question once."""

    def __init__(self, specification: Specification, findings: list[Finding]) -> None:
        self._specification = specification
        self._findings = findings
        self._merged: dict[tuple[Place, ...], Merged] = {}
        self._resolved: dict[Place, Node] = {}
        self._nullable: dict[Place, bool] = {}

    def resolved(self, node: Node) -> Node:
        """What a value stands for, where it is a `$ref`."""
        if "$ref" not in node.mapping:
            return node
        key = place(node)
        if key not in self._resolved:
            self._resolved[key] = self._specification.resolve(node)
        return self._resolved[key]

    def merge(self, nodes: tuple[Node, ...]) -> Merged:
        """All that schemas say together."""
        if len(nodes) == 1 and isinstance(nodes[0].value, dict) and not m.is_combined(nodes[0]):
            return Merged(nodes)
        key = tuple(map(place, nodes))
        if key not in self._merged:
            parts: list[Node] = []
            done: dict[Place, bool] = {}
            for node in nodes:
                self._flatten(node, parts, done)
            mappings = [part for part in parts if isinstance(part.value, dict)]
            impossible = any(part.value is False for part in parts)
            self._merged[key] = Merged(tuple(mappings) or (m.without(nodes[-1]),), impossible)
        return self._merged[key]

    def _flatten(self, node: Node, parts: list[Node], done: dict[Place, bool]) -> None:
        """Append the parts of a schema, base first, each once: twice would say nothing more."""
        waiting = [(node, False)]
        while waiting:
            here, has_its_bases = waiting.pop()
            key = place(here)
            if has_its_bases:
                done[key] = True
                parts.append(here)
            elif key not in done:
                done[key] = False
                waiting.append((here, True))
                waiting.extend((base, False) for base in reversed(self._bases(here)))
            elif not done[key]:
                message = "The schema is made of itself, so that part is left out."
                self._findings.append(here.finding("GEN-003", message, Severity.WARNING))

    def _bases(self, node: Node) -> list[Node]:
        """The schemas that a schema is made of: its `$ref`, its `allOf`, its only alternative."""
        mapping = node.mapping
        found: list[Node] = []
        if not m.is_combined(node):
            return found
        if "$ref" in mapping:
            target = self.resolved(node)
            if place(target) != place(node):
                found.append(target)
        for keyword in ("allOf", *m.UNIONS):
            if keyword in mapping:
                listed = cast(Node, node.get(keyword))
                members = list(listed.elements()) if keyword == "allOf" else m.variants(listed)
                if keyword == "allOf" or len(members) == 1:
                    found.extend(members)
        return found

    def alias(self, nodes: tuple[Node, ...]) -> tuple[Node, tuple[Node, ...]] | None:
        """The one schema that `nodes` refer to without adding to its shape, if that is all.

        The second value is what they say about it, outermost last.
        """
        if not any(map(m.is_combined, nodes)):
            return None
        target = self._target(nodes[0]) if len(nodes) == 1 else None
        if target is not None:
            return target, nodes
        targets: dict[Place, Node] = {}
        said: list[Node] = []
        if all(self._only_refers(node, targets, said, 0) for node in nodes) and len(targets) == 1:
            return next(iter(targets.values())), tuple(said)
        return None

    def _only_refers(
        self, node: Node, targets: dict[Place, Node], said: list[Node], depth: int
    ) -> bool:
        mapping = node.mapping
        if not isinstance(node.value, dict) and node.value is not False:
            return True
        if not _OWN_SHAPE.isdisjoint(mapping) or node.value is False or depth > _DEEPEST_BASE:
            return False
        unions = [union for keyword in m.UNIONS if (union := node.get(keyword)) is not None]
        bases = self._bases(node)
        if any(len(m.variants(union)) > 1 for union in unions) or ("type" in mapping and not bases):
            return False
        if "$ref" in mapping:
            if not bases or place(bases[0]) == place(node):
                return False
            targets[place(bases[0])] = bases[0]
            bases = bases[1:]
        if not all(self._only_refers(base, targets, said, depth + 1) for base in bases):
            return False
        said.append(node)
        return True

    def _target(self, node: Node) -> Node | None:
        """What a schema refers to that says nothing else."""
        if len(node.mapping) != 1 or "$ref" not in node.mapping:
            return None
        target = self.resolved(node)
        return target if place(target) != place(node) else None

    def allows_null(self, node: Node) -> bool:
        """Whether a schema says that its value may be `null`; the outermost word decides."""
        target = self._target(node)
        if target is None:
            return self._allows_null(node, {}, 0)
        key = place(target)
        if key not in self._nullable:
            self._nullable[key] = self._allows_null(target, {}, 0)
        return self._nullable[key]

    def _allows_null(self, node: Node, trail: dict[Place, None], depth: int) -> bool:
        while depth <= _DEEPEST_BASE:
            types = m.declared_types(node)
            if types:
                return "null" in types
            here = place(node)
            if here in trail:
                return False
            trail[here] = None
            mapping = node.mapping
            if isinstance(mapping.get("enum"), list) and None in mapping["enum"]:
                return True
            unions = [found for keyword in m.UNIONS if (found := node.get(keyword)) is not None]
            if unions:
                return any(
                    m.is_null(variant) or self._allows_null(variant, trail, depth + 1)
                    for variant in unions[0].elements()
                )
            bases = self._bases(node)
            if len(bases) != 1:
                own_first = sorted(bases, key=lambda base: "$ref" in base.mapping)
                return bool(bases) and all(
                    self._allows_null(base, trail, depth + 1) for base in own_first
                )
            node = bases[0]
        return False
