"""Which part of all rules and operations a run is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from conformance.contract import Contract
from conformance.fuzzing import EVERYTHING, Part
from conformance.rule import Rule
from conformance.rules import catalogue
from conformance.sharding import SEQUENCES, bundle, dealt
from generator.model import Operation


@dataclass(frozen=True, slots=True)
class Selection:
    """Globs of rule ids, `!GLOB` taking out, and the I-th part of N of what they choose.

    Of `N+1` parts, the last is beside the others and has what mostly waits.

    `parts` says which part each bundle of rules and operations is in; a run that is not divided
    has none.
    """

    globs: tuple[str, ...] = ()
    shard: tuple[int, int] = (1, 1)
    parts: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_first(self) -> bool:
        """Whether this is the part that tells of the rules that apply to nothing."""
        return self.shard[0] == 1

    @property
    def is_empty(self) -> bool:
        """Whether this part of several has nothing to do."""
        return bool(self.parts) and self.shard[0] not in self.parts.values()

    def chooses(self, rule: Rule) -> bool:
        """Whether the globs choose a rule."""
        wanted = [glob for glob in self.globs if not glob.startswith("!")]
        unwanted = [glob[1:] for glob in self.globs if glob.startswith("!")]
        return (not wanted or any(fnmatchcase(rule.id, glob) for glob in wanted)) and not any(
            fnmatchcase(rule.id, glob) for glob in unwanted
        )

    def of(self, rule: Rule, contract: Contract) -> Iterator[Operation | None]:
        """Those of a rule's subjects that belong to this part."""
        for subject in rule.subjects(contract):
            if self._has(bundle(rule, subject)):
                yield subject

    def fuzzed(self, contract: Contract) -> Part:
        """What this part sends generated requests to."""
        if not self.parts:
            return EVERYTHING
        operations = frozenset(op.id for op in contract.api.operations if self._has(op.id))
        return Part(operations, sequences=self._has(SEQUENCES))

    def _has(self, name: str) -> bool:
        return not self.parts or self.parts.get(name) == self.shard[0]


def selected(globs: Sequence[str], shard: str, contract: Contract) -> Selection:
    """The selection of `--rule` and `--shard`.

    Raises ValueError, with a sentence, where a glob matches no rule or the shard is not I/N.
    """
    rules = catalogue(contract)
    for glob in globs:
        if not any(fnmatchcase(rule.id, glob.removeprefix("!")) for rule in rules):
            raise ValueError(f"--rule {glob}: no rule has such an id.")
    index, count, beside = _parts(shard)
    whole = Selection(tuple(globs))
    if count + beside == 1:
        return whole
    parts = dealt(contract, filter(whole.chooses, rules), count, beside)
    return Selection(whole.globs, (index, count), parts)


def _parts(shard: str) -> tuple[int, int, int]:
    """I, N and how many parts are beside those, of `I/N` or `I/N+1`; raises ValueError."""
    found = re.fullmatch(r"(\d+)/(\d+)(?:\+(\d))?", shard, re.ASCII)
    index, count, beside = (int(number or 0) for number in found.groups()) if found else (0, 0, 0)
    if not (count and 1 <= index <= count + beside):
        raise ValueError(f"--shard {shard}: write I/N, such as 1/4.")
    return index, count, beside
