"""The reference of a package: every method, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from generator.targets.markdown_source import code, fenced, inline, prose
from generator.targets.reference_pages import MethodPage, Reference, ResourcePage, items, told_of
from generator.targets.typescript.layout import flat
from generator.targets.typescript.names import Names
from generator.targets.typescript.resources_plan import Method, ResourceModule


def reference(names: Names, modules: Sequence[ResourceModule]) -> Reference:
    """The pages of all resources that have methods, in the order of the contract."""
    pages = [
        ResourcePage(code(module.path), prose(module.about), [_page(m) for m in module.methods])
        for module in modules
        if module.methods
    ]
    return Reference(names.client, names.package, pages)


def _page(method: Method) -> MethodPage:
    return MethodPage(
        heading=code(method.path),
        anchor=method.path.replace(".", "").lower(),
        summary=inline(method.summary),
        description=prose(method.description),
        signature=fenced(_signature(method), "ts"),
        arguments=items(
            (f"{each.name}: {flat(each.type)}", each.description) for each in method.arguments
        ),
        returns=told_of(method.returns, method.answered),
        errors=items(method.thrown.items()),
        example=fenced(method.example, "ts"),
        deprecated=method.deprecated,
    )


def _signature(method: Method) -> list[str]:
    declared = method.signature.removesuffix(" {").removeprefix(method.name)
    return [line.removeprefix("  ") for line in f"  {method.path}{declared}".split("\n")]
