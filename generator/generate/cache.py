"""What was made of contracts before, so that one that has not changed costs no more than a hash.

A result is found again by what is asked for and what it follows from: every byte of the sources
of the contract, of the generator, the published names, and the versions of what the generator is
built on. The folder
is `FOURFOLD_CACHE`, else `fourfold` in the user's folder of caches; it may be deleted at any time,
and where `FOURFOLD_CACHE` is empty there is none.
"""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from msgspec import Struct, json

from generator.contracts import Contract
from generator.generate.lock import ApiNames
from generator.generate.production import Production
from generator.published import MODEL
from generator.targets import CLIENTS

FOLDER = "FOURFOLD_CACHE"
_GENERATOR = Path(__file__).parents[1]
_BUILT_ON = (
    *(
        "jinja2-",
        "jsonschema_rs-",
        "markdown_it_py-",
        "markupsafe-",
        "msgspec-",
        "pyyaml-",
        "ruff-",
    ),
    *("openapi_spec_validator-", "openapi_schema_validator-"),
)


def cache() -> Cache | None:
    """The cache of this user; None where there is to be none."""
    told = os.environ.get(FOLDER)
    if told is not None:
        return Cache(Path(told)) if told else None
    caches = os.environ.get("XDG_CACHE_HOME")
    try:
        return Cache((Path(caches) if caches else Path.home() / ".cache") / "fourfold")
    except RuntimeError:
        return None


class _Held(Struct, frozen=True):
    """A result, and what it follows from, each by its hash; sources by their paths."""

    generator: str
    published: list[str]
    sources: dict[str, str]
    production: Production


class Cache(Struct, frozen=True, dict=True):
    """Results in a folder, one file for each thing that can be asked for."""

    folder: Path

    def get(
        self, contract: Contract, targets: Sequence[str], published: ApiNames
    ) -> Production | None:
        """What was made of a contract, if all that it follows from is as it was.

        The names that it gave itself lead to it too: what keeps them all gives no others.
        """
        try:
            held = json.decode(self._file(contract, targets).read_bytes(), type=_Held)
            known = held.generator == self.generator and all(
                _hash(Path(path).read_bytes()) == hashed for path, hashed in held.sources.items()
            )
        except (OSError, ValueError):
            return None
        named = _names_hash(published, targets) in held.published
        return held.production if known and named else None

    def put(
        self,
        contract: Contract,
        targets: Sequence[str],
        published: ApiNames,
        made: Production,
        since: float,
    ) -> None:
        """Remember what was made of a contract, where that is certain and can be written.

        `published` are the names that were kept. `since` is when its making began (seconds of the
        epoch): sources that are younger may not be those that it was made of.
        """
        with suppress(OSError):
            if not made.sources or any(Path(p).stat().st_mtime >= since for p in made.sources):
                return
            sources = {path: _hash(Path(path).read_bytes()) for path in made.sources}
            left = {**published, **made.names}
            names = [_names_hash(each, targets) for each in (published, left)]
            held = _Held(self.generator, names, sources, made)
            file = self._file(contract, targets)
            self.folder.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{os.getpid()}")
            part.write_bytes(json.encode(held))
            part.replace(file)

    @cached_property
    def generator(self) -> str:
        """A hash of the generator, and of the versions of what it is built on."""
        said = hashlib.sha256(sys.version.encode())
        for path in sorted(_files(str(_GENERATOR))):
            said.update(path.encode() + b"\0" + Path(path).read_bytes())
        with os.scandir(sysconfig.get_path("purelib")) as installed:
            names = sorted(entry.name for entry in installed)
        for name in names:
            if name.lower().startswith(_BUILT_ON):
                said.update(name.encode())
        return said.hexdigest()

    def _file(self, contract: Contract, targets: Sequence[str]) -> Path:
        asked = [str(Path.cwd()), str(contract.path), contract.name, *targets]
        return self.folder / f"{_hash(json.encode(asked))}.json"


def _names_hash(names: ApiNames, targets: Sequence[str]) -> str:
    """A hash of the names that the outcome for some targets follows from."""
    clients = CLIENTS if "docs" in targets else ()
    told = {who: names.get(who, {}) for who in (MODEL, *targets, *clients)}
    return _hash(json.encode(told, order="sorted"))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _files(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        else:
            yield entry.path
