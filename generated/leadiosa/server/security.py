"""Who is calling Leadiosa: one method a security scheme."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from .runtime import Request

P = TypeVar("P")


class Security(ABC, Generic[P]):
    """Tells who the caller is from a credential, or raises what is in `errors`."""

    @abstractmethod
    async def token(self, token: str, request: Request[None]) -> P:
        """A token, made in Settings → API → Tokens. It belongs to one workspace. A token that is
        rotated is invalid at once.
        """
