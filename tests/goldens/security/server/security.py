"""Who is calling Security: one method a security scheme."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from .runtime import Request

P = TypeVar("P")


class Security(ABC, Generic[P]):
    """Tells who the caller is from a credential, or raises what is in `errors`."""

    @abstractmethod
    async def key(self, key: str, request: Request[None]) -> P:
        """A key."""

    @abstractmethod
    async def oauth(self, token: str, request: Request[None]) -> P:
        """Who the caller of `oauth` is."""
