"""The generated packages as they are committed: where they are, and what they are called."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parents[2]
APIS = ("haleai", "haloagents", "aloha", "leadiosa")


def distribution(api: str) -> Path:
    """The folder with the `pyproject.toml` of an API's Python client."""
    return PROJECT / "generated" / api / "python"
