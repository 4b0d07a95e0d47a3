"""Rate limit headers, on the answers that no gate has seen too (ALOHA-14, LEAD-11)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference.token_bucket import Grant, Policy

_SECOND = 1_000_000_000
_LIMIT = "X-RateLimit-Limit"
_REMAINING = "X-RateLimit-Remaining"
_RESET = "X-RateLimit-Reset"

Allowance = Callable[[Scope], Awaitable[Mapping[str, str]]]
"""Returns the headers of a request that spent nothing."""


def rate_limit_headers(policy: Policy, grant: Grant) -> Mapping[str, str]:
    """Return what a bucket held: the limit, what remains, and the Unix time when it is full."""
    headers = {
        _LIMIT: str(policy.limit),
        _REMAINING: str(grant.remaining),
        _RESET: str(-(-grant.full_at // _SECOND)),
    }
    return headers if grant.granted else {**headers, "Retry-After": str(grant.retry_after)}


@dataclass(frozen=True, slots=True)
class RateLimitHeaders:
    """ASGI middleware: answers that carry no rate limit get the caller's, unspent.

    These are the answers from before the gate: an unknown path, a wrong method, a missing key.
    """

    app: ASGIApp
    allowance: Allowance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the headers."""

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if _LIMIT not in headers:
                    for name, value in (await self.allowance(scope)).items():
                        headers[name] = value
                    message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, adding)
