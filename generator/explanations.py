"""Code → what `fourfold explain` says of it, whoever gives the code."""

from __future__ import annotations

from importlib import import_module


def explanation(code: str) -> str | None:
    """The page of a lint finding, a generation finding or a rule of the suite; None if unknown."""
    wanted = code.strip().upper()
    for module in _MODULES:
        page: str | None = import_module(module).explanations().get(wanted)
        if page is not None:
            return page
    return None


_MODULES = (
    "generator.model.explanations",
    "generator.targets.explanations",
    "generator.targets.server.explanations",
    "generator.stub.explanations",
    "generator.document.lint.registry",
    "conformance.command",
)
