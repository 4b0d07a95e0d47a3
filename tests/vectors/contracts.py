"""The four contracts with their vectors, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from generator.document import load
from generator.model import Api
from generator.model.builder import build
from generator.model.vectors import Vector, Vectors, read

APIS = ("haleai", "haloagents", "aloha", "leadiosa")


@cache
def contract(name: str) -> Api:
    """The contract of an API."""
    return build(load(Path("openapi") / name / "openapi.yaml"), name).api


@cache
def vectors(name: str) -> Vectors:
    """The vectors of an API."""
    return read(Path("openapi") / name / "vectors.yaml", contract(name))


def every_vector() -> list[tuple[str, Vector]]:
    """Each vector with its API."""
    return [(name, vector) for name in APIS for vector in vectors(name)["vectors"]]
