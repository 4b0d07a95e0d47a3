"""BENCH.md: one section a bench; what was not measured anew stays as it was."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

INTRODUCTION = """\
# Benchmarks

Written by `nox -s bench`; `nox -s bench -- generation` measures one section anew and leaves the
others as they are. CPU seconds are those of a process and all that it started, user and system;
they say more than seconds by the clock where the machine had others to serve, and they too grow
when it is busy: compare figures of one section, which were taken in turns.
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Figures side by side; the first column says of what, `note` what is to be known of them."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def markdown(self) -> str:
        """The table as Markdown, its title before and its note after it."""
        ruler = ["---", *["---:"] * (len(self.head) - 1)]
        lines = [
            "| " + " | ".join(map(_cell, row)) + " |" for row in (self.head, ruler, *self.rows)
        ]
        return "\n\n".join(filter(None, [f"### {self.title}", "\n".join(lines), self.note])) + "\n"


def section(name: str, tables: Sequence[Table]) -> str:
    """What a bench measured just now, on this machine, under a heading of its name."""
    day = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    load = f"load average {os.getloadavg()[1]:.1f} when it ended"
    facts = f"{day}; Python {platform.python_version()}; {machine}; {load}."
    return "\n".join([f"## {name}\n", facts, "", *[table.markdown() for table in tables]])


def merged(before: str, fresh: Mapping[str, str], order: Sequence[str]) -> str:
    """The text of BENCH.md: fresh sections, and those of before that were not measured anew."""
    found = {**_sections(before), **fresh}
    names = [*order, *sorted(found.keys() - set(order))]
    return "\n".join(
        [INTRODUCTION, *[found[name].rstrip() + "\n" for name in names if name in found]]
    )


def _sections(text: str) -> dict[str, str]:
    parts = ("\n" + text).split("\n## ")[1:]
    return {part.partition("\n")[0].strip(): f"## {part}" for part in parts}


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
