"""What every part of the builder reads from and writes findings to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from msgspec import Struct, field

from generator.document import Finding, Node, Severity, Specification
from generator.model.builder.merged import Place, place
from generator.model.builder.schemas import Schemas
from generator.published import Published

T = TypeVar("T")

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


class Source(Struct, frozen=True):
    """The document being built from, its schemas, what was published of it, the findings so far."""

    specification: Specification
    schemas: Schemas
    published: Published = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    components: dict[tuple[str, Place], Any] = field(default_factory=dict)

    @property
    def root(self) -> Node:
        """The entry document."""
        return self.specification.entry.root

    def resolved(self, node: Node) -> Node:
        """What a value stands for, where it may be a `$ref`."""
        return self.schemas.resolved(node)

    def shared(self, kind: str, written: Node, build: Callable[[Node], T]) -> T:
        """What `build` makes of a value, made once where the value is a component."""
        node = self.resolved(written)
        if node is written:
            return build(node)
        key = (kind, place(node))
        if key not in self.components:
            self.components[key] = build(node)
        found: T = self.components[key]
        return found

    def note(
        self, node: Node, code: str, message: str, severity: Severity = Severity.WARNING
    ) -> None:
        """Record that something cannot be expressed."""
        self.findings.append(node.finding(code, message, severity))

    def extension(self, node: Node, name: str) -> Node | None:
        """An extension's mapping on `node`; `true` there stands for the one on the root."""
        found = node.get(name)
        if found is not None and found.value is True:
            found = self.root.get(name)
            if found is None:
                message = f"`{name}: true` stands for a default on the root, and there is none."
                self.note(node, "GEN-020", message)
        return found if found is not None and isinstance(found.value, dict) else None


def texts(value: Any) -> tuple[str, ...]:
    """The strings of a list, or of one string; none for anything else."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def string_map(value: Any) -> dict[str, str]:
    """The members of a mapping whose values are strings."""
    if not isinstance(value, Mapping):
        return {}
    return {str(key): item for key, item in value.items() if isinstance(item, str)}


def members(node: Node | None) -> Iterable[tuple[str, Node]]:
    """The members of a mapping without its extensions; none where there is no mapping."""
    for key, value in node.items() if node else ():
        if not str(key).startswith("x-"):
            yield str(key), value
