"""GEN-060: the page of what stub mode cannot serve, for `fourfold explain`."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

_PAGE = (
    "The parts of the contract do not fit together well enough to be served: a schema cannot be "
    "compiled (a pattern that grows beyond all bounds, a reference that leads nowhere), or a path "
    "cannot be routed. The finding names the place. A server generated from this contract would "
    "not start either."
)


def explanations() -> Mapping[str, str]:
    """Code → its page."""
    return {"GEN-060": f"GEN-060 · The contract cannot be served\n\n{fill(_PAGE, 100)}\n"}
