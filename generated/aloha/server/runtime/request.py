"""What a handler is given, and what it may give back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from starlette.datastructures import Headers
from starlette.responses import Response as RawResponse

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request(Generic[P_co]):
    """One call of an operation.

    `principal` is what the security function returned; `scopes` those the contract asks of the
    caller here; `query` the decoded pairs in their order; `path` is below the base path's server,
    as it was sent; `client` the peer's host, empty where the server does not know it.
    """

    operation_id: str
    method: str
    path: str
    headers: Headers
    query: tuple[tuple[str, str], ...]
    principal: P_co
    request_id: str
    client: str = ""
    scheme: str = "http"
    scopes: tuple[str, ...] = ()

    def by(self, principal: P) -> Request[P]:
        """The same call, with its caller known."""
        # dataclasses.replace takes four times as long, on every call there is.
        return Request(
            self.operation_id,
            self.method,
            self.path,
            self.headers,
            self.query,
            principal,
            self.request_id,
            self.client,
            self.scheme,
            self.scopes,
        )


@dataclass(frozen=True, slots=True)
class Response(Generic[T_co]):
    """An answer with more to say than its value.

    `status` is that of the first documented success where it is None, `media_type` the first
    documented one of that status.
    """

    value: T_co
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str | None = None


Result: TypeAlias = T | Response[T] | RawResponse
"""What a handler returns: a value, one with more to say, or a Starlette response as it is."""
