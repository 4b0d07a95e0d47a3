"""Files on disk brought in line with files in memory: atomically, and no more than needed."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

MANIFEST = ".fourfold.json"


class UnsafePathError(ValueError):
    """A file would be written outside the folder that it belongs in."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one file needs: `new`, `changed` or `stale` (written by an earlier run, and no more)."""

    kind: str
    path: str


def checked(path: str) -> str:
    """The path, if it is relative and stays below where it starts; raises `UnsafePathError`."""
    parts = PurePosixPath(path).parts
    plain = bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts
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


def apply(root: Path, files: Mapping[str, bytes], found: Iterable[Change]) -> None:
    """Make the changes. All content is on disk before the first file is replaced.

    Raises OSError; whatever was there before is then still whole.
    """
    wanted = list(found)
    if not wanted:
        return
    root.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".fourfold-", dir=root))
    try:
        staged = []
        for number, change in enumerate(each for each in wanted if each.kind != "stale"):
            temporary = staging / str(number)
            temporary.write_bytes(files[change.path])
            (root / change.path).parent.mkdir(parents=True, exist_ok=True)
            staged.append((temporary, root / change.path))
        for temporary, target in staged:
            temporary.replace(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    for change in wanted:
        if change.kind == "stale":
            (root / change.path).unlink(missing_ok=True)
            _remove_empty((root / change.path).parent, root)


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder and those above it that hold nothing, or only Python's caches of it."""
    while folder != root:
        left = [entry for entry in folder.iterdir() if entry.name != "__pycache__"]
        if left:
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder = folder.parent
