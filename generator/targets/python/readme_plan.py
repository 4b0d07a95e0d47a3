"""The README of a package: snippets made of the contract's own examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator.model import Api
from generator.targets.python.names import Names
from generator.targets.python.package_plan import summary
from generator.targets.python.resources_plan import Method, ResourceModule
from generator.targets.python.security_plan import scheme_arguments

_CAUGHT = "APIConnectionError, APIStatusError, RateLimitError"
_CONSTRUCTED = re.compile(r"\b([A-Z]\w*)\(")


@dataclass(frozen=True, slots=True)
class MethodLine:
    """One method in the list of all."""

    call: str
    summary: str


@dataclass(frozen=True, slots=True)
class Readme:
    """What the template fills in; snippets are whole and run as they stand."""

    title: str
    package: str
    distribution: str
    summary: str
    quickstart: str
    credentials: str
    asynchronous: str
    paging: str
    guarded: str
    guarded_imports: str
    options: str
    methods: Sequence[tuple[str, Sequence[MethodLine]]]


def readme(api: Api, names: Names, modules: Sequence[ResourceModule]) -> Readme:
    """The README for an API with these resources."""
    methods = [method for module in modules for method in module.methods]
    paged = next((method for method in methods if method.kind == "paginate"), None)
    simple = [method for method in methods if method.kind == "execute"]
    plain = next(iter(simple or methods), None)
    first = paged or plain
    attributes = [".".join(_attributes(names, chain)) for chain in names.resources]
    return Readme(
        title=api.title,
        package=names.package,
        distribution=names.package,
        summary=summary(api),
        quickstart=_snippet(names, first, asynchronous=False) if first else "",
        credentials=_credentials(api, names),
        asynchronous=_snippet(names, first, asynchronous=True) if first else "",
        paging=_paging(paged) if paged else "",
        guarded="\n".join(f"    {line}" for line in plain.examples[False]) if plain else "",
        guarded_imports="\n".join(_imports(names, plain.examples[False], _CAUGHT)) if plain else "",
        options=_with_options(plain) if plain else "",
        methods=[
            (attribute, [MethodLine(each.call, each.summary) for each in module.methods])
            for attribute, module in zip(attributes, modules, strict=True)
            if module.methods
        ],
    )


def _attributes(names: Names, chain: tuple[str, ...]) -> list[str]:
    return [names.resources[chain[: n + 1]].attribute for n in range(len(chain))]


def _snippet(names: Names, method: Method, *, asynchronous: bool) -> str:
    lines = method.examples[asynchronous]
    cls = f"Async{names.client}" if asynchronous else names.client
    head = _imports(names, lines, cls)
    if not asynchronous:
        return "\n".join([*head, "", f"client = {cls}()", *lines])
    body = [f"        {line}" for line in lines]
    main = ["async def main() -> None:", f"    async with {cls}() as client:", *body]
    return "\n".join(["import asyncio", *head, "", "", *main, "", "", "asyncio.run(main())"])


def _imports(names: Names, lines: Sequence[str], cls: str) -> list[str]:
    text = "\n".join(lines)
    moments = [name for name in ("date", "datetime") if f"{name}.fromisoformat" in text]
    known = {each.name for each in names.types.values()}
    types = [name for name in dict.fromkeys(_CONSTRUCTED.findall(text)) if name in known]
    found = [f"from datetime import {', '.join(moments)}"] if moments else []
    found.append(f"from {names.package} import {cls}")
    if types:
        found.append(f"from {names.package}.types import {', '.join(sorted(types))}")
    return found


def _credentials(api: Api, names: Names) -> str:
    ways = [
        f"`{names.client}({each.argument}=…)`"
        + (f" or the environment variable `{each.variable}`" if each.variable else "")
        for each in scheme_arguments(api)
    ]
    return f"The credential is given by {'; or by '.join(ways)}." if ways else ""


def _paging(method: Method) -> str:
    call = "\n".join(method.examples[False][:-1]).partition(" in ")[2].rstrip(":")
    return (
        f"rows = {call}\nfirst = rows.first_page\nprint(len(first), first.next_cursor)\n"
        "for page in rows.pages():\n    print(len(page.items))"
    )


def _with_options(method: Method) -> str:
    lines = list(method.examples[False])
    last = lines[-1]
    joined = "" if last.endswith("()") else ", " if last.endswith(")") and last != ")" else "    "
    if last == ")":
        return "\n".join([*lines[:-1], "    timeout=5,", ")"])
    return "\n".join([*lines[:-1], f"{last[:-1]}{joined}timeout=5)"])
