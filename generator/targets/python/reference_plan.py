"""The reference of a package: every method, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.targets.markdown_source import code, fenced, inline, prose
from generator.targets.python.names import Names
from generator.targets.python.resources_plan import Method, ResourceModule
from generator.targets.python_source import WIDTH


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
    raises: Sequence[str]
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
    """The whole reference. `client` is the synchronous class."""

    client: str
    package: str
    resources: Sequence[ResourcePage]


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
        arguments=_items((each.name, each.description) for each in method.arguments),
        returns=_returned(method),
        raises=_items(method.raised.items()),
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


def _returned(method: Method) -> str:
    kind = method.returns[False]
    told = inline(method.answered)
    return f"{code(kind)}: {told}" if told else code(kind)


def _items(entries: Iterable[tuple[str, str]]) -> list[str]:
    return [
        f"{code(name)}: {inline(told)}" if told.strip() else code(name) for name, told in entries
    ]
