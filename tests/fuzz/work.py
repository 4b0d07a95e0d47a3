"""How much a program does, whatever the machine: calls of functions."""

from __future__ import annotations

from types import FrameType
from typing import ClassVar


class Work:
    """Counts the calls of functions, for `sys.setprofile`; AssertionError at too many of them."""

    most: ClassVar = 20_000_000

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        """Count one."""
        self.calls += 1
        if self.calls > self.most:
            raise AssertionError(f"more than {self.most:,} calls")
