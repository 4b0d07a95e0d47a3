"""The reference of a package: every method, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.targets.markdown_source import code, fenced, inline, prose
from generator.targets.typescript.layout import flat
from generator.targets.typescript.names import Names
from generator.targets.typescript.resources_plan import Method, ResourceModule


@dataclass(frozen=True, slots=True)
class MethodPage:
    """One method; everything is Markdown already."""

    heading: str
    anchor: str
    summary: str
    description: str
    signature: str
    arguments: Sequence[str]
    returns: str
    throws: Sequence[str]
    example: str
    deprecated: bool


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """One resource with its methods."""

    heading: str
    description: str
    methods: Sequence[MethodPage]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole reference."""

    client: str
    resources: Sequence[ResourcePage]


def reference(names: Names, modules: Sequence[ResourceModule]) -> Reference:
    """The pages of all resources that have methods, in the order of the contract."""
    pages = [
        ResourcePage(code(module.path), prose(module.about), [_page(m) for m in module.methods])
        for module in modules
        if module.methods
    ]
    return Reference(names.client, pages)


def _page(method: Method) -> MethodPage:
    return MethodPage(
        heading=code(method.path),
        anchor=method.path.replace(".", "").lower(),
        summary=inline(method.summary),
        description=prose(method.description),
        signature=fenced(_signature(method), "ts"),
        arguments=_items(
            (f"{each.name}: {flat(each.type)}", each.description) for each in method.arguments
        ),
        returns=_returned(method),
        throws=_items(method.thrown.items()),
        example=fenced(method.example, "ts"),
        deprecated=method.deprecated,
    )


def _signature(method: Method) -> list[str]:
    declared = method.signature.removesuffix(" {").removeprefix(method.name)
    return [line.removeprefix("  ") for line in f"  {method.path}{declared}".split("\n")]


def _returned(method: Method) -> str:
    told = inline(method.answered)
    return f"{code(method.returns)}: {told}" if told else code(method.returns)


def _items(entries: Iterable[tuple[str, str]]) -> list[str]:
    return [
        f"{code(name)}: {inline(told)}" if told.strip() else code(name) for name, told in entries
    ]
