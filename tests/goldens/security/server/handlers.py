"""What Security does: one abstract class a resource, one method an operation.

A method returns the documented value, a `Response` with more to say, or a Starlette response as it
is; it raises what is in `errors`. `P` is what the security functions return: who is calling.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from .runtime import Request, Result

P = TypeVar("P")


class SafeHandler(ABC, Generic[P]):
    """The operations on safe."""

    @abstractmethod
    async def get_safe(
        self,
        request: Request[P],
    ) -> Result[None]:
        """getSafe"""

    @abstractmethod
    async def fill_safe(
        self,
        request: Request[P],
    ) -> Result[None]:
        """fillSafe"""


class HealthHandler(ABC, Generic[P]):
    """The operations on health."""

    @abstractmethod
    async def get_health(
        self,
        request: Request[None],
    ) -> Result[None]:
        """getHealth"""


@dataclass(frozen=True, slots=True)
class Handlers(Generic[P]):
    """The implementation of every resource."""

    safe: SafeHandler[P]
    health: HealthHandler[P]
