"""Python files formatted by ruff, all of them in one go."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Container, Mapping
from pathlib import Path

_MEMORY = "/dev/shm"  # noqa: S108  a folder of our own is made in it
_ROOM = 8
_OPTIONS = ("--isolated", "--quiet", "--no-cache", "--line-length=100", "--target-version=py311")


class FormattingError(Exception):
    """A target rendered what is no Python; the message is ruff's."""


def formatted(files: Mapping[str, str], copied: Container[str] = ()) -> dict[str, str]:
    """The same files, the Python ones laid out by ruff; targets sort their imports themselves.

    Those that are `copied` stay as they are. Raises `FormattingError`.
    """
    made = {path: text for path, text in files.items() if _is_python(path) and path not in copied}
    # What is the same in several APIs is formatted once.
    distinct = {text: path for path, text in reversed(made.items())}
    if not distinct:
        return dict(files)
    size = sum(map(len, distinct))
    with tempfile.TemporaryDirectory(prefix="fourfold-", dir=_memory(size)) as folder:
        written = {text: Path(folder, path) for text, path in distinct.items()}
        for above in {path.parent for path in written.values()}:
            above.mkdir(parents=True, exist_ok=True)
        for text, path in written.items():
            path.write_bytes(text.encode())
        _ruff(folder)
        done = {text: path.read_bytes().decode() for text, path in written.items()}
    return {path: done[text] if path in made else text for path, text in files.items()}


def _memory(size: int) -> str | None:
    """A folder in memory with room for much more than `size`; None where there is none.

    Files that live so short cost more to delete from some disks than they cost to format.
    """
    try:
        roomy = shutil.disk_usage(_MEMORY).free > _ROOM * size
    except OSError:
        return None
    return _MEMORY if roomy and os.access(_MEMORY, os.W_OK | os.X_OK) else None


def _is_python(path: str) -> bool:
    return path.endswith(".py")


def _ruff(folder: str) -> None:
    done = subprocess.run(  # noqa: S603  # our own arguments, no shell
        [_executable(), "format", *_OPTIONS, "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise FormattingError(done.stderr.strip() or done.stdout.strip())


def _executable() -> str:
    """The ruff of this environment, found without importing anything."""
    beside = Path(sys.executable).with_name("ruff")
    scripts = Path(sysconfig.get_path("scripts"), "ruff")
    found = next((str(path) for path in (beside, scripts) if path.exists()), shutil.which("ruff"))
    if found is None:
        raise FormattingError("ruff is not installed; it is one of fourfold's dependencies.")
    return found
