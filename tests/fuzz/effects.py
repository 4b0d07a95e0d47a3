"""What a program does to the world outside it while it works: written files, sockets, processes."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.chmod"}
_OTHERS = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.")
_CODE = (sys.base_prefix, sysconfig.get_path("purelib"), str(Path(__file__).parents[2]))
_CACHES = "__pycache__"


class Effects:
    """Effects since watching began, those on files below `folder` apart, as sentences."""

    def __init__(self, folder: Path) -> None:
        self.found: list[str] = []
        self._folder = os.path.realpath(folder)

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Remember an audit event that means an effect (PEP 578)."""
        if event == "open":
            path, _, flags = arguments
            writes = bool(flags & _WRITING)
            if isinstance(path, str | bytes) and not self._may(os.fsdecode(path), writes):
                self.found.append(f"{'wrote' if writes else 'read'} {os.fsdecode(path)!r}")
        elif event in _CHANGES:
            if not self._may(os.fsdecode(arguments[0]), writes=True):
                self.found.append(f"{event} {arguments[0]!r}")
        elif event.startswith(_OTHERS):
            self.found.append(f"{event} {arguments!r}")

    def _may(self, path: str, writes: bool) -> bool:
        """Whether a file is of no concern: in the folder, or code that Python reads and caches."""
        real = os.path.realpath(path)
        code = real.startswith(_CODE) and (not writes or _CACHES in real)
        return code or real.startswith(self._folder + os.sep) or real == self._folder


_watching: list[Effects] = []
_hooked: list[bool] = []


@contextmanager
def effects(folder: Path) -> Iterator[list[str]]:
    """What is done while the context lasts, files below a folder apart."""
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked.append(True)
    watch = Effects(folder)
    _watching.append(watch)
    try:
        yield watch.found
    finally:
        _watching.remove(watch)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    for watch in tuple(_watching):
        watch.note(event, arguments)
