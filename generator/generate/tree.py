"""Files on disk brought in line with files in memory: atomically, and no more than needed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from msgspec import Struct

MANIFEST = ".fourfold.json"
_STAGING = ".fourfold-"
_JOURNAL = "journal.json"
_KEPT = ".kept"
_Journal = list[list[str]]
"""Name in the staging folder and path below the root, of each file; no name where it goes."""


class UnsafePathError(ValueError):
    """A file would be written outside the folder that it belongs in."""


class Change(Struct, frozen=True):
    """What one file needs: `new`, `changed` or `stale` (written by an earlier run, and no more)."""

    kind: str
    path: str


def checked(path: str) -> str:
    """The path, if it is relative and stays below where it starts; raises `UnsafePathError`."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    plain = bool(parts) and not path.startswith("/") and ".." not in parts
    if not plain or "\\" in path or "\0" in path:
        raise UnsafePathError(f"{path!r} is no path below the output folder.")
    return path


def manifest(groups: Mapping[str, Iterable[str]]) -> str:
    """Which files a run wrote below a folder, target by target, so that the next can tidy up."""
    listed = {name: sorted(paths) for name, paths in sorted(groups.items())}
    return json.dumps({"files": listed}, indent=2) + "\n"


def read_manifest(folder: Path) -> dict[str, list[str]]:
    """What an earlier run wrote below a folder; nothing where it left no manifest."""
    try:
        data: Any = json.loads((folder / MANIFEST).read_text("utf-8"))
        files = data["files"]
        return {str(name): [checked(path) for path in paths] for name, paths in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def changes(root: Path, files: Mapping[str, bytes], stale: Iterable[str]) -> list[Change]:
    """What keeps the files below `root` from being `files`, by path."""
    found = [Change("stale", path) for path in stale if (root / path).is_file()]
    for path, content in files.items():
        try:
            if (root / checked(path)).read_bytes() != content:
                found.append(Change("changed", path))
        except (FileNotFoundError, NotADirectoryError):
            found.append(Change("new", path))
    return sorted(found, key=lambda change: change.path)


class Staging:
    """Changes of the files below a folder that happen all together, or not at all.

    Content waits in a folder of its own until `commit`, which then only renames, and takes that
    back where it cannot go on. A run that is killed while it renames leaves a journal, and the next
    one to write below the folder completes what it began.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder: Path | None = None
        self._journal: _Journal = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, files: Mapping[str, bytes], found: Iterable[Change]) -> None:
        """Stage changes; `files` has the content of those that are new or changed."""
        for change in found:
            name = ""
            if change.kind != "stale":
                name = str(len(self._journal))
                (self._place() / name).write_bytes(files[change.path])
            self._journal.append([name, checked(change.path)])

    def commit(self) -> None:
        """Make the changes. Raises OSError; what was there before is then whole."""
        if not self._journal:
            return
        folder = self._place()
        part = folder / "journal.part"
        part.write_text(json.dumps(self._journal), "utf-8")
        with _undisturbed():
            kept = _kept(self._root, folder, self._journal)
            part.replace(folder / _JOURNAL)
            try:
                _complete(self._root, folder)
            except OSError:
                _undo(self._root, folder, self._journal, kept)
                raise

    def _place(self) -> Path:
        if self._folder is None:
            self._root.mkdir(parents=True, exist_ok=True)
            _tidy(self._root)
            prefix = f"{_STAGING}{os.getpid()}-"
            self._folder = Path(tempfile.mkdtemp(prefix=prefix, dir=self._root))
        return self._folder


def _tidy(root: Path) -> None:
    """Complete what runs that were killed had begun, and remove what they only prepared."""
    for folder in sorted(root.glob(f"{_STAGING}*")):
        process = folder.name.removeprefix(_STAGING).partition("-")[0]
        if process.isdecimal() and not _is_running(int(process)):
            if (folder / _JOURNAL).is_file():
                _complete(root, folder)
            shutil.rmtree(folder, ignore_errors=True)


def _complete(root: Path, folder: Path) -> None:
    listed: _Journal = json.loads((folder / _JOURNAL).read_text("utf-8"))
    made: set[str] = set()
    for name, path in listed:
        target = root / checked(path)
        if name and (folder / name).is_file():
            above = path.rpartition("/")[0]
            if above not in made:
                target.parent.mkdir(parents=True, exist_ok=True)
                made.add(above)
            (folder / name).replace(target)
    for name, path in listed:
        if not name and (root / checked(path)).is_file():
            (root / path).unlink(missing_ok=True)
            _remove_empty((root / path).parent, root)


def _kept(root: Path, folder: Path, journal: _Journal) -> dict[str, Path]:
    """What is there now of the files that change, by path, under other names in `folder`."""
    kept: dict[str, Path] = {}
    for number, (_, path) in enumerate(journal):
        target = root / path
        if target.is_file():
            held = folder / f"{number}{_KEPT}"
            try:
                os.link(target, held, follow_symlinks=False)
            except OSError:  # no links on this file system
                shutil.copy2(target, held, follow_symlinks=False)
            kept[path] = held
    return kept


def _undo(root: Path, folder: Path, journal: _Journal, kept: Mapping[str, Path]) -> None:
    """Take back the changes that were made, of those in the journal."""
    (folder / _JOURNAL).unlink()
    for name, path in journal:
        target = root / path
        with suppress(OSError):  # of one file: the others have no part in it
            if path in kept:
                target.parent.mkdir(parents=True, exist_ok=True)
                kept[path].replace(target)
            elif name:
                if not (folder / name).exists():
                    target.unlink()
                _remove_empty(next(filter(Path.is_dir, target.parents)), root)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let signals that would end the process wait, for as long as it takes to rename some files."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder and those above it that hold nothing, or only Python's caches of it."""
    while folder != root:
        left = [entry for entry in folder.iterdir() if entry.name != "__pycache__"]
        if left:
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder = folder.parent
