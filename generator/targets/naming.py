"""What the things of one API are called in one target: published names stay, new ones give way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from msgspec import Struct, field

from generator.published import Published


class Wanted(Struct, frozen=True):
    """The name that a thing would have alone.

    `fallback` is the next that it would have, else it is numbered. A name is `derived` where it
    follows from what else there is: such a one has to be written down to be known again.
    """

    thing: str
    name: str
    fallback: str = ""
    derived: bool = False


class Naming(Struct, frozen=True):
    """Gives names, and remembers them in `given`: thing → name, empty where it is the wanted one.

    `numbered` makes a name of the same kind, `is_name` tells what the language takes for a name.
    """

    published: Published
    numbered: Callable[[str, int], str]
    is_name: Callable[[str], bool]
    given: dict[str, str] = field(default_factory=dict)

    def kept(self, wanted: Iterable[Wanted]) -> dict[str, str]:
        """The published names among those that are wanted now, by thing; each name once."""
        owners: dict[str, str] = {}
        for each in wanted:
            told = self.published.get(each.thing)
            if told == "" and not each.derived:
                owners.setdefault(each.name, each.thing)
            elif told and self.is_name(told):
                owners.setdefault(told, each.thing)
        return {thing: name for name, thing in owners.items()}

    def distinct(self, wanted: Sequence[Wanted], reserved: Collection[str] = ()) -> list[str]:
        """A name for each, in order: no two are the same, and none is `reserved`."""
        kept = {thing: name for thing, name in self.kept(wanted).items() if name not in reserved}
        taken = {*reserved, *kept.values()}
        numbers: dict[str, int] = {}
        found = []
        for each in wanted:
            name = kept.pop(each.thing, "") or self._free(each, taken, numbers)
            taken.add(name)
            self.given.setdefault(each.thing, name if each.derived or name != each.name else "")
            found.append(name)
        return found

    def _free(self, wanted: Wanted, taken: Collection[str], numbers: dict[str, int]) -> str:
        """A name that is not taken; `numbers` are the next to try, by what they are added to."""
        if wanted.name not in taken:
            return wanted.name
        name = stem = wanted.fallback or wanted.name
        while name in taken:
            number = numbers.get(stem, 2)
            name, numbers[stem] = self.numbered(stem, number), number + 1
        return name
