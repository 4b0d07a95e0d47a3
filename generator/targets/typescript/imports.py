"""The imports of one module: derived from the symbols that its code refers to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat

from generator.targets.typescript.source import WIDTH

_DIGITS = re.compile(r"(\d+)")


class Imports:
    """Collects symbols, and gives each the name that it has in this module.

    A symbol whose name is taken, by the module's own code or by another symbol, is imported under
    another one. One that is asked for as a value at least once is no type import.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._names: dict[tuple[str, str], str] = {}
        self._values: set[tuple[str, str]] = set()

    def type(self, module: str, symbol: str) -> str:
        """What the type `symbol` of `module` is called here."""
        found = module, symbol
        if found not in self._names:
            self._names[found] = self._free(symbol)
        return self._names[found]

    def value(self, module: str, symbol: str) -> str:
        """What the value `symbol` of `module` is called here."""
        self._values.add((module, symbol))
        return self.type(module, symbol)

    def lines(self) -> str:
        """The import statements, sorted as biome sorts them; empty where there are none."""
        modules: dict[str, list[tuple[str, str]]] = {}
        for module, symbol in self._names:
            modules.setdefault(module, []).append((module, symbol))
        statements = []
        for module in sorted(modules, key=natural):
            found = sorted(modules[module], key=lambda each: natural(each[1]))
            statements.append(self._statement(module, found))
        return "\n".join(statements)

    def _statement(self, module: str, found: list[tuple[str, str]]) -> str:
        plain = not self._values & set(found)
        specifiers = []
        for each in found:
            symbol, name = each[1], self._names[each]
            text = symbol if name == symbol else f"{symbol} as {name}"
            specifiers.append(text if plain or each in self._values else f"type {text}")
        return statement("import type" if plain else "import", specifiers, module)

    def _free(self, name: str) -> str:
        candidate = name
        while candidate in self._taken:
            candidate = f"{candidate}_"
        self._taken.add(candidate)
        return candidate


def statement(keyword: str, specifiers: list[str], module: str) -> str:
    """An import or export from a module; of several symbols over several lines where it is long."""
    line = f'{keyword} {{ {", ".join(specifiers)} }} from "{module}";'
    if len(line) <= WIDTH or len(specifiers) == 1:
        return line
    body = "".join(f"  {each},\n" for each in specifiers)
    return f'{keyword} {{\n{body}}} from "{module}";'


@lru_cache(maxsize=8192)
def natural(text: str) -> tuple[tuple[int, str, bool], ...]:
    """Sorts as biome does: a letter's capital before it, numbers by size, files by their stem."""
    found: list[tuple[int, str, bool]] = []
    for number, part in enumerate(_DIGITS.split(text.removesuffix(".ts"))):
        if number % 2:
            found.append((int(part), "", False))
        else:
            found.extend(zip(repeat(-1), map(str.lower, part), map(str.islower, part)))
    return tuple(found)
