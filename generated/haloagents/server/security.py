"""Who is calling HaloAgents: one method a security scheme."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from .runtime import Request

P = TypeVar("P")


class Security(ABC, Generic[P]):
    """Tells who the caller is from a credential, or raises what is in `errors`."""

    @abstractmethod
    async def publishable_key(self, token: str, request: Request[None]) -> P:
        """The publishable widget key, the one in the snippet under Setup → Install. It names your
        organization and is made to be public; it is not a server-only secret.
        """
