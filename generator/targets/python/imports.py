"""The imports of one module: derived from the symbols that its code refers to."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable


class Imports:
    """Collects symbols, and gives each the name that it has in this module.

    A symbol whose name is taken, by the module's own code or by another symbol, is imported under
    another one.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._names: dict[tuple[str, str], str] = {}
        self._modules: dict[str, str] = {}

    def name(self, module: str, symbol: str) -> str:
        """What `symbol` of `module` is called here."""
        key = (module, symbol)
        if key not in self._names:
            self._names[key] = self._free(symbol)
        return self._names[key]

    def module(self, module: str, alias: str) -> str:
        """What `module` is called here: `alias`, if it is free."""
        if module not in self._modules:
            self._modules[module] = self._free(alias)
        return self._modules[module]

    def lines(self) -> str:
        """The import statements, in the order that isort gives them."""
        groups: dict[int, list[str]] = {}
        for module, alias in sorted(self._modules.items()):
            statement = f"import {module}" + (f" as {alias}" if alias != module else "")
            groups.setdefault(_group(module), []).append(statement)
        sources: dict[str, list[tuple[str, str]]] = {}
        for (module, symbol), alias in self._names.items():
            sources.setdefault(module, []).append((symbol, alias))
        for module in sorted(sources, key=_module_order):
            groups.setdefault(_group(module), []).append(_from(module, sources[module]))
        return "\n\n".join("\n".join(groups[number]) for number in sorted(groups))

    def _free(self, name: str) -> str:
        candidate = name
        while candidate in self._taken:
            candidate = f"_{candidate}" if not candidate.startswith("_") else f"{candidate}_"
        self._taken.add(candidate)
        return candidate


def _from(module: str, symbols: list[tuple[str, str]]) -> str:
    ordered = sorted(symbols, key=lambda pair: symbol_order(pair[0]))
    plain = [symbol for symbol, alias in ordered if alias == symbol]
    renamed = [f"{symbol} as {alias}" for symbol, alias in ordered if alias != symbol]
    statements = [f"from {module} import {', '.join(plain)}"] if plain else []
    return "\n".join([*statements, *(f"from {module} import {each}" for each in renamed)])


def _group(module: str) -> int:
    if module == "__future__":
        return 0
    if module.startswith("."):
        return 3
    return 1 if module.partition(".")[0] in sys.stdlib_module_names else 2


def _module_order(module: str) -> tuple[int, list[str | int]]:
    dots = len(module) - len(module.lstrip("."))
    return -dots, _natural(module.lstrip("."))


def symbol_order(symbol: str) -> tuple[int, list[str | int]]:
    """Sorts the symbols of one statement as isort does: constants, classes, the rest."""
    constant = symbol.isupper() and len(symbol) > 1
    kind = 0 if constant else 1 if symbol[:1].isupper() else 2
    return kind, _natural(symbol.lower())


def _natural(text: str) -> list[str | int]:
    parts = re.split(r"(\d+)", text)
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]
