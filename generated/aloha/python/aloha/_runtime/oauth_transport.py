"""The edge to httpx2 of OAuth: requests to the authorization server, and why one is unanswered."""

from __future__ import annotations

import httpx2

from .errors import APIConnectionError, APITimeoutError
from .oauth import TokenRequest
from .response import RequestInfo

_TIMEOUT = 30.0


def post(http: httpx2.Client | None, request: TokenRequest) -> tuple[int, bytes]:
    """Status and body of the answer; by a client of its own where none is given.

    Raises `APIConnectionError`, which holds nothing of what was sent.
    """
    if http is None:
        with httpx2.Client(timeout=_TIMEOUT) as own:
            return post(own, request)
    try:
        reply = http.post(
            request.url, headers=request.headers, content=request.content, follow_redirects=False
        )
    except httpx2.HTTPError as error:
        failure = _unanswered(request, error)
    else:
        return reply.status_code, reply.content
    raise failure


async def post_async(http: httpx2.AsyncClient | None, request: TokenRequest) -> tuple[int, bytes]:
    """The same, awaited."""
    if http is None:
        async with httpx2.AsyncClient(timeout=_TIMEOUT) as own:
            return await post_async(own, request)
    try:
        reply = await http.post(
            request.url, headers=request.headers, content=request.content, follow_redirects=False
        )
    except httpx2.HTTPError as error:
        failure = _unanswered(request, error)
    else:
        return reply.status_code, reply.content
    raise failure


def _unanswered(request: TokenRequest, error: httpx2.HTTPError) -> APIConnectionError:
    """The error in our words; httpx2's own holds the request, secrets and all, and is let go."""
    kind = APITimeoutError if isinstance(error, httpx2.TimeoutException) else APIConnectionError
    reason = str(error) or type(error).__name__
    info = RequestInfo("POST", request.url)
    return kind(f"the authorization server did not answer: {reason}", info)
