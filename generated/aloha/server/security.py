"""Who is calling Aloha: one method a security scheme."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from .runtime import Request

P = TypeVar("P")


class Security(ABC, Generic[P]):
    """Tells who the caller is from a credential, or raises what is in `errors`."""

    @abstractmethod
    async def api_key(self, token: str, request: Request[None]) -> P:
        """An API key, made in Settings → Developer. It belongs to one workspace and may do
        everything there. A test key sees test data, and publishes nothing. A key that is rotated
        works for 24 hours more.
        """

    @abstractmethod
    async def oauth(self, token: str, request: Request[None]) -> P:
        """For partner apps: an access token that a user granted (authorization code with PKCE,
        S256). What a token may do is in its scopes; too little is answered with 403.
        """
