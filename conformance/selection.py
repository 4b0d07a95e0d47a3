"""Which part of all rules and operations a run is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from conformance.contract import Contract
from conformance.rule import Rule
from conformance.rules import catalogue
from generator.model import Operation


@dataclass(frozen=True, slots=True)
class Selection:
    """Globs of rule ids, `!GLOB` taking out, and the I-th part of N of the operations."""

    globs: tuple[str, ...] = ()
    shard: tuple[int, int] = (1, 1)

    @property
    def is_first(self) -> bool:
        """Whether this is the part that looks at the API as a whole."""
        return self.shard[0] == 1

    def chooses(self, rule: Rule) -> bool:
        """Whether the globs choose a rule."""
        wanted = [glob for glob in self.globs if not glob.startswith("!")]
        unwanted = [glob[1:] for glob in self.globs if glob.startswith("!")]
        return (not wanted or any(fnmatchcase(rule.id, glob) for glob in wanted)) and not any(
            fnmatchcase(rule.id, glob) for glob in unwanted
        )

    def of(
        self, subjects: Iterable[Operation | None], contract: Contract
    ) -> Iterator[Operation | None]:
        """Those of a rule's subjects that belong to this part."""
        index, count = self.shard
        places = {operation.id: place for place, operation in enumerate(contract.api.operations)}
        for subject in subjects:
            if (places[subject.id] if subject else 0) % count == index - 1:
                yield subject


def selected(globs: Sequence[str], shard: str, contract: Contract) -> Selection:
    """The selection of `--rule` and `--shard`.

    Raises ValueError, with a sentence, where a glob matches no rule or the shard is not I/N.
    """
    known = [rule.id for rule in catalogue(contract)]
    for glob in globs:
        if not any(fnmatchcase(id_, glob.removeprefix("!")) for id_ in known):
            raise ValueError(f"--rule {glob}: no rule has such an id.")
    index, _, count = shard.partition("/")
    if not (index.isdigit() and count.isdigit() and 1 <= int(index) <= int(count)):
        raise ValueError(f"--shard {shard}: write I/N, such as 1/4.")
    return Selection(tuple(globs), (int(index), int(count)))
