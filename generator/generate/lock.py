"""`.fourfold.lock`: the names that were published, so that none changes when a contract grows.

It is YAML of one form only, a line a name, sorted, so that it is reviewed and merged like code:
API → whose names (`model`, each target; `everywhere` for what all code calls as the contract
does) → thing → name. The file says what is: a thing that a contract no longer has leaves it, and
frees its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from generator.published import MODEL, Published
from generator.targets import CODE, TARGETS

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
    r"""    (?P<thing>"(?:[^"\\]|\\.)*"|[^\s"].*?):(?: (?P<name>"(?:[^"\\]|\\.)*"|[^\s"#]\S*))?"""
    r"|  (?P<section>[a-z]+):"
    r"|(?P<api>[A-Za-z][\w-]*):"
)
_PLAIN_NAME = re.compile(r"(?!(?:true|false|yes|no|on|off|null|y|n)\b)[A-Za-z_][\w.]*", re.I)
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")
_REMEDY = "Restore the file, or delete it: names are then given afresh."
_ONE_OF_A_KIND = frozenset(
    {*("operation", "id", "schema", "type", "error", "params", "event", "resource", "flow")}
)
"""Things that no two of have the same name in one section; fields have by their owner."""

ApiNames = Mapping[str, Published]
"""The names of one API: those of the model, and those of each target that was generated."""


class UnreadableLockError(Exception):
    """A lock is not as it is written; the message says where, why, and what to do."""


class Lock(Struct, frozen=True):
    """What a lock says: the names of each API. `text` is None where there is no lock."""

    path: Path
    text: str | None
    apis: Mapping[str, ApiNames]

    def read_again(self) -> Lock:
        """The lock as it is now, which another run may have written."""
        text = _text_of(self.path)
        return self if text == self.text else _lock(self.path, text)


def read_lock(folder: Path) -> Lock:
    """The lock of a folder of output. Raises `UnreadableLockError`, OSError."""
    path = folder / LOCK
    return _lock(path, _text_of(path))


def _lock(path: Path, text: str | None) -> Lock:
    sections = _Reader(path).read(text) if text is not None else {}
    return Lock(path, text, {api: _expanded(told) for api, told in sections.items()})


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise UnreadableLockError(f"{path}: This is no UTF-8. {_REMEDY}") from error


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
    plain = thing.isprintable() and not thing.endswith(":") and ": " not in thing
    key = thing if plain and " #" not in thing else json.dumps(thing)
    if not name:
        return f"    {key}:\n"
    return f"    {key}: {name if _PLAIN_NAME.fullmatch(name) else json.dumps(name)}\n"


def _condensed(names: ApiNames) -> dict[str, Published]:
    """The names by section: those that all targets take from the contract stand there once.

    Each target has a section, if an empty one: it says that the target was generated.
    """
    targets = {target: names[target] for target in TARGETS if target in names}
    usual = [
        {thing for thing, name in targets[target].items() if not name}
        for target in CODE
        if target in targets
    ]
    shared = dict.fromkeys(set.intersection(*usual), "") if len(usual) > 1 else {}
    found = {MODEL: names.get(MODEL, {}), _EVERYWHERE: shared}
    for target, given in targets.items():
        found[target] = {thing: name for thing, name in given.items() if thing not in shared}
    return {section: given for section, given in found.items() if given or section in targets}


def _expanded(sections: Mapping[str, Published]) -> ApiNames:
    shared = sections.get(_EVERYWHERE, {})
    return {
        section: {**shared, **names} if section in CODE else names
        for section, names in sections.items()
        if section != _EVERYWHERE
    }


class _Reader:
    """Reads a lock line by line, and knows where it is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number = 0
        self._apis: dict[str, dict[str, dict[str, str]]] = {}
        self._api: dict[str, dict[str, str]] | None = None
        self._section = ""
        self._owners: dict[tuple[str, str], int] = {}

    def read(self, text: str) -> dict[str, dict[str, dict[str, str]]]:
        """API → section → thing → name. Raises `UnreadableLockError`."""
        versioned = False
        for self._number, line in enumerate(text.splitlines(), 1):
            match = _LINE.fullmatch(line) if versioned else None
            if match is None:
                versioned = self._is_version(line) or versioned
            elif match["thing"]:
                self._add_name(self._text(match["thing"]), self._text(match["name"] or ""))
            elif match["section"]:
                self._add_section(match["section"])
            else:
                self._add_api(match["api"])
        if not versioned:
            self._fail(f"This does not say its version. {_REMEDY}")
        return self._apis

    def _is_version(self, line: str) -> bool:
        """Whether a line that names nothing says the version; it may also say nothing at all."""
        if line == f"version: {_VERSION}":
            return True
        if line.startswith("version:"):
            told = line.partition(":")[2].strip() or "none"
            message = f"This is a lock of version {told}, and this fourfold reads version "
            self._fail(f"{message}{_VERSION}. Generate with the fourfold that wrote it.")
        if _CONFLICT.match(line):
            message = "Here is a merge conflict. Keep the lines of both sides, remove its marks, "
            self._fail(f"{message}and run `fourfold generate`.")
        if line.strip() and not line.startswith("#"):
            self._fail(f"This line is not as fourfold writes it. {_REMEDY}")
        return False

    def _add_api(self, api: str) -> None:
        if api in self._apis:
            self._fail_again(f"The API {api!r}")
        self._api = self._apis[api] = {}
        self._section = ""

    def _add_section(self, section: str) -> None:
        if self._api is None:
            self._fail(f"This belongs to no API. {_REMEDY}")
        if section not in (MODEL, _EVERYWHERE, *TARGETS):
            self._fail(f"There is no target {section!r}. {_REMEDY}")
        if section in self._api:
            self._fail_again(repr(section))
        self._api[section] = {}
        self._section = section
        self._owners = {}

    def _add_name(self, thing: str, name: str) -> None:
        if self._api is None or not self._section:
            self._fail(f"This belongs to no target of an API. {_REMEDY}")
        names = self._api[self._section]
        if thing in names:
            self._fail_again(repr(thing))
        if name:
            self._own(thing, name)
        elif self._section == MODEL:
            self._fail(f"{thing!r} has no name. {_REMEDY}")
        names[thing] = name

    def _own(self, thing: str, name: str) -> None:
        """Whose a name is, among things that no two of have the same."""
        kind, *words = thing.split(" ")
        if kind == "field" and len(words) == 2:
            kind = f"field {words[0]}"
        elif kind not in _ONE_OF_A_KIND:
            return
        before = self._owners.setdefault((kind, name), self._number)
        if before != self._number:
            message = f"{name!r} is on line {before} already. Give one of the two another name, "
            self._fail(f"{message}or remove its line.")

    def _text(self, written: str) -> str:
        if not written.startswith('"'):
            return written
        try:
            return str(json.loads(written))
        except ValueError:
            self._fail(f"This line is not as fourfold writes it. {_REMEDY}")

    def _fail_again(self, what: str) -> NoReturn:
        message = f"{what} stands here for the second time. Keep one of the two, "
        self._fail(f"{message}and run `fourfold generate`.")

    def _fail(self, message: str) -> NoReturn:
        raise UnreadableLockError(f"{self._path}:{self._number or 1}:1: {message}")
