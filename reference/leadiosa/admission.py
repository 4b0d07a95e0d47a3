"""Who is let through: the token bucket of a token, and what its role may do (LEAD-08, LEAD-11)."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.datastructures import Headers
from starlette.types import Scope

from generated.leadiosa.server import errors
from generated.leadiosa.server.runtime import Request
from reference.clock import Clock
from reference.keys import Keyring, UnknownKeyError
from reference.leadiosa.security import Caller, require_permission
from reference.rate_limits import rate_limit_headers
from reference.token_bucket import Policy, TokenBuckets, TokenSource

POLICY = Policy(limit=300, window=60, burst=300)


class Admission:
    """Takes a request where its token has the role for it and one more request to send.

    What needs no token spends nothing, and is shown the whole allowance.
    """

    def __init__(self, buckets: TokenSource, clock: Clock, policy: Policy) -> None:
        self._buckets = buckets
        self._clock = clock
        self._policy = policy

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        caller = request.principal
        if caller is None:
            return whole_allowance(self._policy, self._clock)
        grant = await self._buckets.take(_bucket(caller.token_id), self._policy)
        require_permission(caller, request.operation_id, request.method)
        headers = rate_limit_headers(self._policy, grant)
        if not grant.granted:
            raise errors.RateLimited(
                f"Too many requests. Wait {grant.retry_after} s before the next one.", headers
            )
        return headers


def allowance(
    keyring: Keyring, buckets: TokenBuckets, clock: Clock, policy: Policy
) -> Callable[[Scope], Awaitable[Mapping[str, str]]]:
    """Return what tells where the token of a request stands that spent nothing."""

    async def shown(scope: Scope) -> Mapping[str, str]:
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return whole_allowance(policy, clock)
        try:
            key = await keyring.find(token.strip())
        except UnknownKeyError:
            return whole_allowance(policy, clock)
        grant = await buckets.peek(_bucket(key.id), policy)
        headers = dict(rate_limit_headers(policy, grant))
        headers.pop("Retry-After", None)
        return headers

    return shown


def whole_allowance(policy: Policy, clock: Clock) -> Mapping[str, str]:
    """Return the headers of a bucket that nothing was taken from."""
    now = clock.nanoseconds()
    return rate_limit_headers(policy, policy.held(now, now))


def _bucket(token_id: str) -> str:
    return f"leadiosa/{token_id}"
