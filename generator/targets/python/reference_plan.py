"""The reference of a package: every method, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from generator.targets.markdown_source import code, fenced, inline, prose
from generator.targets.python.names import Names
from generator.targets.python.resources_plan import Method, ResourceModule
from generator.targets.python_source import WIDTH
from generator.targets.reference_pages import MethodPage, Reference, ResourcePage, items, told_of


def reference(names: Names, modules: Sequence[ResourceModule]) -> Reference:
    """The pages of all resources that have methods, in the order of the contract."""
    paths = [resource_path(names, chain) for chain in names.resources]
    pages = [
        ResourcePage(
            code(path), prose(module.about), [_page(path, each) for each in module.methods]
        )
        for path, module in zip(paths, modules, strict=True)
        if module.methods
    ]
    return Reference(names.client, names.package, pages)


def resource_path(names: Names, chain: tuple[str, ...]) -> str:
    """How a resource is reached: `client.inbox.threads`."""
    steps = [names.resources[chain[: n + 1]].attribute for n in range(len(chain))]
    return ".".join(["client", *steps])


def _page(path: str, method: Method) -> MethodPage:
    call = f"{path}.{method.name}"
    return MethodPage(
        heading=code(call),
        anchor=call.replace(".", "").lower(),
        summary=inline(method.summary),
        description=prose(method.description),
        signature=fenced(_signature(call, method), "python"),
        arguments=items((each.name, each.description) for each in method.arguments),
        returns=told_of(method.returns[False], method.answered),
        errors=items(method.raised.items()),
        example=fenced(method.examples[False], "python"),
        deprecated=bool(method.deprecated),
    )


def _signature(call: str, method: Method) -> list[str]:
    written = [f"{each.name}: {each.annotation}" for each in method.positional]
    written += ["*"] if method.keyword else []
    for each in method.keyword:
        default = f" = {each.default}" if each.default else ""
        written.append(f"{each.name}: {each.annotation}{default}")
    whole = f"{call}({', '.join(written)}) -> {method.returns[False]}"
    if len(whole) <= WIDTH:
        return [whole]
    return [f"{call}(", *(f"    {each}," for each in written), f") -> {method.returns[False]}"]
