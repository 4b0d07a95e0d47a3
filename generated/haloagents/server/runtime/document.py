"""The original OpenAPI 3.1 document: following references, finding operations, and its two views.

A schema says different things of a request and of a response: `readOnly` members are not sent,
`writeOnly` members are not answered (OpenAPI 3.1 §4.8.24, JSON Schema validation §9.4). The views
say so in plain JSON Schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


def escape_pointer(token: str) -> str:
    """One token of a JSON Pointer (RFC 6901 §3)."""
    return token.replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the document: its value with references followed, and its JSON Pointer."""

    value: Any
    pointer: str


@dataclass(frozen=True, slots=True)
class Document:
    """One bundled OpenAPI 3.1 document of plain JSON data."""

    root: Mapping[str, Any] = field(repr=False)

    def resolve(self, value: Any) -> Any:
        """The value that `value` stands for; a reference to itself is an empty object."""
        return self.follow(value, "").value

    def follow(self, value: Any, pointer: str) -> Location:
        """`value` at `pointer`, or where its chain of `$ref` ends."""
        seen: set[str] = set()
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            pointer = value["$ref"].removeprefix("#")
            if pointer in seen:
                return Location({}, pointer)
            seen.add(pointer)
            value = self.at(pointer)
        return Location(value, pointer)

    def at(self, pointer: str) -> Any:
        """The value at a JSON Pointer; KeyError where there is none."""
        value: Any = self.root
        for token in pointer.split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
        return value

    def child(self, parent: Location, *tokens: str | int) -> Location:
        """The place below `parent`, each step with its references followed."""
        here = parent
        for token in tokens:
            pointer = f"{here.pointer}/{escape_pointer(str(token))}"
            here = self.follow(here.value[token], pointer)
        return here

    def operations(self) -> Iterator[tuple[str, str, Location, Location]]:
        """Path, method, path item and operation of each operation, in the order of the text."""
        paths = Location(self.root.get("paths", {}), "/paths")
        for path in paths.value:
            item = self.child(paths, path)
            for method in METHODS:
                if method in item.value:
                    yield path, method.upper(), item, self.child(item, method)

    def view(self, direction: Literal["request", "response"]) -> Mapping[str, Any]:
        """The document with the members that are not sent in `direction` forbidden."""
        keyword = "readOnly" if direction == "request" else "writeOnly"
        view: Mapping[str, Any] = self._restrict(self.root, keyword)
        return view

    def _restrict(self, value: Any, keyword: str) -> Any:
        if isinstance(value, list):
            return [self._restrict(item, keyword) for item in value]
        if not isinstance(value, Mapping):
            return value
        restricted = {key: self._restrict(item, keyword) for key, item in value.items()}
        members = value.get("properties")
        if isinstance(members, Mapping):
            hidden = {name for name, schema in members.items() if self._is(schema, keyword)}
            if hidden:
                restricted["properties"] |= dict.fromkeys(hidden, False)
                required = [name for name in value.get("required", ()) if name not in hidden]
                restricted["required"] = required
        return restricted

    def _is(self, schema: Any, keyword: str) -> bool:
        if not isinstance(schema, Mapping):
            return False
        target = self.resolve(schema)
        return schema.get(keyword) is True or (
            isinstance(target, Mapping) and target.get(keyword) is True
        )
