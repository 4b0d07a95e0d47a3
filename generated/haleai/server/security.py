"""Who is calling HaleAI: one method a security scheme."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from .runtime import Request

P = TypeVar("P")


class Security(ABC, Generic[P]):
    """Tells who the caller is from a credential, or raises what is in `errors`."""

    @abstractmethod
    async def api_key(self, token: str, request: Request[None]) -> P:
        """An API key, made in Settings → API keys. It is shown once, at creation: keep it in a
        password manager. Only a hash of it is stored, so that it can never be read back.
        """
