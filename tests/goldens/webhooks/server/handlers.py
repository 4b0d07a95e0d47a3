"""What Webhooks does: one abstract class a resource, one method an operation.

A method returns the documented value, a `Response` with more to say, or a Starlette response as it
is; it raises what is in `errors`. `P` is what the security functions return: who is calling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Handlers(Generic[P]):
    """The implementation of every resource."""
