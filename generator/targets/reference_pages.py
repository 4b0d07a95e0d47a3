"""The reference of a package, in Markdown: a page a resource, an entry a method."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from generator.targets.markdown_source import code, inline


class MethodPage(Struct, frozen=True):
    """One method; everything is Markdown already."""

    heading: str
    anchor: str
    summary: str
    description: str
    signature: str
    arguments: Sequence[str]
    returns: str
    errors: Sequence[str]
    example: str
    deprecated: bool


class ResourcePage(Struct, frozen=True):
    """One resource with its methods."""

    heading: str
    description: str
    methods: Sequence[MethodPage]


class Reference(Struct, frozen=True):
    """The whole reference. `client` is the class, `package` what it is imported from."""

    client: str
    package: str
    resources: Sequence[ResourcePage]


def items(entries: Iterable[tuple[str, str]]) -> list[str]:
    """Each name with what is told of it."""
    return [told_of(name, told) for name, told in entries]


def told_of(name: str, told: str) -> str:
    """A name or type, and what is told of it, if anything."""
    return f"{code(name)}: {inline(told)}" if told.strip() else code(name)
