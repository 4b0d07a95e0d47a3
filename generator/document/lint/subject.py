"""The document that rules look at, with what several of them want to know of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from generator.document.finding import Finding
from generator.document.grammar import METHODS, walk
from generator.document.node import Document, Node, join_pointer
from generator.document.specification import Specification

_TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")


class Operation(Struct, frozen=True, dict=True):
    """An operation under `paths`.

    `parameters` are its own and its path item's by (in, name), resolved.
    """

    specification: Specification
    node: Node
    path: str
    method: str
    parameters: Mapping[tuple[str, str], Node]

    @cached_property
    def responses(self) -> tuple[tuple[str, Node, Node], ...]:
        """Its responses: the status, where it is listed, and what it stands for."""
        listed = self.node.get("responses")
        return tuple(
            (status, node, self.specification.resolve(node))
            for status, node in (listed.items() if listed else ())
            if not status.startswith("x-")
        )

    @property
    def name(self) -> str:
        """How a message names it: `GET /contacts`."""
        return f"{self.method.upper()} {self.path}"

    @property
    def template(self) -> tuple[str, ...]:
        """The names in the path's braces."""
        return tuple(_TEMPLATE.findall(self.path))


class Subject(Struct, frozen=True, dict=True):
    """A specification under lint.

    `promises` is the file of promises beside the contract, or None; `promise_findings` are those
    of reading it. `vocabulary` describes the `x-` words (`openapi/extensions.schema.json`).
    `workflows` is the file of workflows beside the contract, or None; `rules_elsewhere` are the
    rules that the workflows of other APIs are, with the file of each. `vectors` is the file of
    wire vectors beside the contract, or None.
    """

    specification: Specification
    promises: Document | None
    promise_findings: tuple[Finding, ...]
    vocabulary: Mapping[str, Any]
    workflows: Document | None = None
    rules_elsewhere: Mapping[str, str] = field(default_factory=dict)
    vectors: Document | None = None

    @property
    def root(self) -> Node:
        """The root of the entry file, in the normal form."""
        return self.specification.entry.root

    @cached_property
    def house(self) -> bool:
        """Whether the contract is in the house style: it keeps a file of promises, or cites one."""
        return self.promises is not None or any(
            "x-promises" in node.mapping for _, node in self.places
        )

    @cached_property
    def places(self) -> tuple[tuple[str, Node], ...]:
        """Every object of the description with its kind, each once."""
        found: dict[tuple[str, str, str], Node] = {}
        for file, roots in self.specification.roots.items():
            document = self.specification.documents[file]
            for kind, pointer in roots:
                start = document.root.at(pointer)
                for place in walk(start.value if start else None, kind, pointer):
                    node = Node(document, place.pointer, place.value)
                    found[file, place.kind, place.pointer] = node
        return tuple((kind, node) for (_, kind, _), node in found.items())

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """The objects of these kinds."""
        return (node for kind, node in self.places if kind in kinds)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of `paths`, in the order of the text."""
        paths = self.root.get("paths")
        return tuple(self._operations(paths)) if paths else ()

    def _operations(self, paths: Node) -> Iterator[Operation]:
        for path, unresolved in paths.items():
            if path.startswith("x-"):
                continue
            item = self.resolve(unresolved)
            additional = item.get("additionalOperations")
            for owner in (item, additional) if additional else (item,):
                for method in owner.mapping:
                    node = owner.get(method)
                    known = method in METHODS or owner is additional
                    if known and node and isinstance(node.value, dict):
                        parameters = self._parameters(item, node)
                        yield Operation(self.specification, node, path, method, parameters)

    def _parameters(self, *owners: Node) -> dict[tuple[str, str], Node]:
        found: dict[tuple[str, str], Node] = {}
        for owner in owners:
            listed = owner.get("parameters")
            for unresolved in listed.elements() if listed else ():
                parameter = self.resolve(unresolved)
                found[parameter.text("in"), parameter.text("name")] = parameter
        return found

    def resolve(self, node: Node) -> Node:
        """What a node stands for; see `Specification.resolve`."""
        return self.specification.resolve(node)

    @cached_property
    def words(self) -> tuple[tuple[str, Node], ...]:
        """Every `x-` word of the description with its value."""
        return tuple(
            (word, Node(node.document, join_pointer(node.pointer, word), node.mapping[word]))
            for _, node in self.places
            for word in node.mapping
            if word.startswith("x-")
        )

    def effective(self, node: Node, word: str) -> Node | None:
        """The value of an extension word; where it is `true`, the root's."""
        own = node.get(word)
        if own is not None and own.value is True:
            return self.root.get(word)
        return own


def shared_vocabulary() -> Path:
    """The file that describes the `x-` words, beside the contracts of this project."""
    return Path(__file__).resolve().parents[3] / "openapi" / "extensions.schema.json"
