"""`.fourfold.lock`: the names that were published, so that none changes when a contract grows.

It is YAML of one form only, a line a name, sorted, so that it is reviewed and merged like code:
API → whose names (`model`, each target; `everywhere` for what all of them call as the contract
does) → thing → name. The file says what is: a thing that a contract no longer has leaves it, and
frees its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from generator.published import MODEL, Published
from generator.targets import TARGETS

LOCK = ".fourfold.lock"
_VERSION = 1
_EVERYWHERE = "everywhere"
_HEAD = f"""\
# What is called how in the generated code, so that nothing published is renamed as contracts grow.
# `fourfold generate` writes this file; commit it. To rename something, change its name here. Where
# no name stands, it is the one that follows from the contract.
version: {_VERSION}
"""

_LINE = re.compile(
    r"(?P<api>[A-Za-z][\w-]*):"
    r"|  (?P<section>[a-z]+):"
    r"""|    (?P<thing>"(?:[^"\\]|\\.)*"|[^\s"].*?):(?: (?P<name>"(?:[^"\\]|\\.)*"|[^\s"#]\S*))?"""
)
_PLAIN_NAME = re.compile(r"(?!(?:true|false|yes|no|on|off|null|y|n)\b)[A-Za-z_][\w.]*", re.I)
_QUOTED_THING = re.compile(r": | #|^\W|:$")
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")
_ONE_OF_A_KIND = frozenset(
    {*("operation", "id", "schema", "type", "error", "params", "event", "resource", "flow")}
)
"""Things that no two of have the same name in one section; fields and arguments by their owner."""

ApiNames = Mapping[str, Published]
"""The names of one API: those of the model, and those of each target that was generated."""


class UnreadableLockError(Exception):
    """A lock is not as it is written; the message says where, why, and what to do."""


def read_lock(folder: Path) -> dict[str, ApiNames] | None:
    """The names of each API below a folder; None where there is no lock.

    Raises `UnreadableLockError`, OSError.
    """
    path = folder / LOCK
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise UnreadableLockError(f"{path}: This is no UTF-8. {_REMEDY}") from error
    return {api: _expanded(sections) for api, sections in _Reader(path).read(text).items()}


def lock_text(apis: Mapping[str, ApiNames]) -> str:
    """The lock that says these names."""
    lines = [_HEAD]
    for api in sorted(apis):
        lines.append(f"\n{api}:\n")
        for section, names in _condensed(apis[api]).items():
            lines.append(f"  {section}:\n")
            lines += sorted(_line(thing, name) for thing, name in names.items())
    return "".join(lines)


def _line(thing: str, name: str) -> str:
    key = json.dumps(thing) if _QUOTED_THING.search(thing) or not thing.isprintable() else thing
    if not name:
        return f"    {key}:\n"
    return f"    {key}: {name if _PLAIN_NAME.fullmatch(name) else json.dumps(name)}\n"


def _condensed(names: ApiNames) -> dict[str, Published]:
    """The names by section: those that all targets take from the contract stand there once.

    Each target has a section, if an empty one: it says that the target was generated.
    """
    targets = {target: names[target] for target in TARGETS if target in names}
    first, *others = targets.values() if len(targets) > 1 else ({},)
    shared = {
        thing: ""
        for thing, name in first.items()
        if not name and all(other.get(thing) == "" for other in others)
    }
    found = {MODEL: names.get(MODEL, {}), _EVERYWHERE: shared}
    for target, given in targets.items():
        found[target] = {thing: name for thing, name in given.items() if thing not in shared}
    return {section: given for section, given in found.items() if given or section in targets}


def _expanded(sections: Mapping[str, Published]) -> ApiNames:
    shared = sections.get(_EVERYWHERE, {})
    return {
        section: {**shared, **names} if section in TARGETS else names
        for section, names in sections.items()
        if section != _EVERYWHERE
    }


_REMEDY = "Restore the file, or delete it: names are then given afresh."


@dataclass(slots=True)
class _Reader:
    """Reads a lock line by line, and knows where everything was said."""

    path: Path
    apis: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    def read(self, text: str) -> dict[str, dict[str, dict[str, str]]]:
        """API → section → thing → name. Raises `UnreadableLockError`."""
        lines = enumerate(text.splitlines(), 1)
        self._version(lines)
        api: str | None = None
        section: str | None = None
        for number, line in lines:
            match = _LINE.fullmatch(line)
            if match is None:
                self._other(number, line)
            elif match["api"]:
                api, section = match["api"], None
                self._once(number, f"The API {api!r}", api)
                self.apis[api] = {}
            elif match["section"] and api is not None:
                section = match["section"]
                self._section(number, api, section)
            elif match["thing"] and api is not None and section is not None:
                thing, name = (self._text(number, match[part] or "") for part in ("thing", "name"))
                self._name(number, api, section, thing, name)
            else:
                self._fail(number, "This belongs to no API and no target.")
        return self.apis

    def _version(self, lines: Iterator[tuple[int, str]]) -> None:
        for number, line in lines:
            if line == f"version: {_VERSION}":
                return
            if line.startswith("version:"):
                told = line.partition(":")[2].strip()
                self._fail(
                    number,
                    f"This is a lock of version {told or 'none'}, and this fourfold reads version "
                    f"{_VERSION}. Generate with the fourfold that wrote it.",
                )
            self._other(number, line)
        self._fail(1, f"This does not say its version. {_REMEDY}")

    def _other(self, number: int, line: str) -> None:
        """Skip what says nothing; raise for what says something else."""
        if _CONFLICT.match(line):
            message = "Here is a merge conflict. Keep the lines of both sides, remove its marks, "
            self._fail(number, message + "and run `fourfold generate`.")
        if line.strip() and not line.startswith("#"):
            self._fail(number, f"This line is not as fourfold writes it. {_REMEDY}")

    def _section(self, number: int, api: str, section: str) -> None:
        if section not in (MODEL, _EVERYWHERE, *TARGETS):
            self._fail(number, f"There is no target {section!r}. {_REMEDY}")
        self._once(number, f"{section!r} of {api!r}", api, section)
        self.apis[api][section] = {}

    def _name(self, number: int, api: str, section: str, thing: str, name: str) -> None:
        if not name and section == MODEL:
            self._fail(number, f"{thing!r} has no name. {_REMEDY}")
        self._once(number, repr(thing), api, section, thing)
        kind, _, rest = thing.partition(" ")
        if name and kind in _ONE_OF_A_KIND:
            self._once(number, f"The name {name!r}", api, section, kind, name)
        elif name and kind == "field" and not rest.startswith('"'):
            owner = rest.partition(" ")[0]
            self._once(number, f"The name {name!r}", api, section, f"field {owner}", name)
        self.apis[api][section][thing] = name

    def _once(self, number: int, what: str, *key: str) -> None:
        before = self.seen.setdefault(key, number)
        if before != number:
            message = f"{what} stands on line {before} already. Keep one of the two, "
            self._fail(number, message + "and run `fourfold generate`.")

    def _text(self, number: int, written: str) -> str:
        if not written.startswith('"'):
            return written
        try:
            return str(json.loads(written))
        except ValueError:
            self._fail(number, f"This line is not as fourfold writes it. {_REMEDY}")

    def _fail(self, number: int, message: str) -> NoReturn:
        raise UnreadableLockError(f"{self.path}:{number}:1: {message}")
