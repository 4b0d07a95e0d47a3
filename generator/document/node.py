"""A value of a document together with the place where it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final, Protocol

from msgspec import Struct

from generator.document.finding import Finding, Position, Severity

MAX_DEPTH: Final = 128
"""How deep the values of a file may be nested. Hand-written descriptions stay below 40."""


def join_pointer(pointer: str, *tokens: str | int) -> str:
    """The JSON Pointer (RFC 6901) of a descendant."""
    for token in tokens:
        pointer = member_pointer(pointer, str(token))
    return pointer


def member_pointer(pointer: str, name: str) -> str:
    """The JSON Pointer of a member of what is at `pointer`."""
    if "~" in name or "/" in name:
        name = name.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{name}"


def split_pointer(pointer: str) -> list[str]:
    """The reference tokens of a JSON Pointer (RFC 6901 §3), unescaped."""
    tokens = pointer.split("/")[1:]
    if "~" not in pointer:
        return tokens
    return [token.replace("~1", "/").replace("~0", "~") for token in tokens]


Written = tuple[int, int, int, int]
"""The line and column where a value starts, and those of its key, where it has one."""


class Places(Protocol):
    """Where the values of a file are written, by JSON Pointer."""

    def get(self, pointer: str, /) -> Written | None:
        """The place of the value at `pointer`; None where none was written."""
        ...


class Document(Struct, frozen=True):
    """One file, read: plain data, and the place of every value in it."""

    file: str
    data: Any
    places: Places

    @property
    def is_read(self) -> bool:
        """Whether there was a file, and a value in it."""
        return self.places.get("") is not None

    def position(self, pointer: str) -> Position:
        """Where the value at `pointer` starts, or the nearest ancestor that was written."""
        return Position(self.file, partial(self._start, pointer))

    def key_position(self, pointer: str) -> Position:
        """Where the key of the value at `pointer` starts, else the value itself."""
        return Position(self.file, partial(self._start_of_key, pointer))

    def _start(self, pointer: str) -> tuple[int, int]:
        while (found := self.places.get(pointer)) is None and pointer:
            pointer = pointer.rpartition("/")[0]
        return found[:2] if found else (1, 1)

    def _start_of_key(self, pointer: str) -> tuple[int, int]:
        found = self.places.get(pointer)
        return found[2:] if found else self._start(pointer)

    @property
    def root(self) -> Node:
        """The whole document as a node."""
        return Node(self, "", self.data)


class Node(Struct, frozen=True, eq=False):
    """A value inside a document. Equality is that of the place, not of the value."""

    document: Document
    pointer: str
    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.pointer == other.pointer

    def __hash__(self) -> int:
        return hash(self.pointer)

    def __repr__(self) -> str:
        return f"Node({self.document.file!r}, {self.pointer!r})"

    @property
    def position(self) -> Position:
        """Where the value starts."""
        return self.document.position(self.pointer)

    @property
    def key_position(self) -> Position:
        """Where the key of the value starts."""
        return self.document.key_position(self.pointer)

    @property
    def mapping(self) -> Mapping[str, Any]:
        """The value where it is a mapping, else an empty one."""
        return self.value if isinstance(self.value, dict) else {}

    def get(self, *tokens: str | int) -> Node | None:
        """The descendant at these keys and indices, or None where there is none."""
        value, pointer = self.value, self.pointer
        for token in tokens:
            if isinstance(value, dict):
                known = token in value
            else:
                known = isinstance(value, list) and isinstance(token, int) and token < len(value)
            if not known:
                return None
            value = value[token]
            pointer = member_pointer(pointer, str(token))
        return Node(self.document, pointer, value)

    def at(self, pointer: str) -> Node | None:
        """The descendant at a JSON Pointer relative to this value, or None."""
        value = self.value
        for token in split_pointer(pointer):
            if isinstance(value, dict) and token in value:
                value = value[token]
            elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
                value = value[int(token)]
            else:
                return None
        return Node(self.document, self.pointer + pointer, value)

    def items(self) -> Iterator[tuple[str, Node]]:
        """The members of a mapping, in the order of the text; none for anything else."""
        document, pointer = self.document, self.pointer
        for key, value in self.mapping.items():
            yield key, Node(document, member_pointer(pointer, key), value)

    def elements(self) -> Iterator[Node]:
        """The elements of a sequence, in order; none for anything else."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Node(self.document, f"{self.pointer}/{index}", value)

    def text(self, key: str) -> str:
        """The string at `key`, or an empty one."""
        value = self.mapping.get(key)
        return value if isinstance(value, str) else ""

    def finding(self, code: str, message: str, severity: Severity = Severity.ERROR) -> Finding:
        """A finding that points at this value."""
        return Finding(code, self.position, message, self.pointer, severity)
