"""The rate limit: each workspace has a minute's requests of its plan (ALOHA-14, ALOHA-15)."""

import logging
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import Scope

from generated.aloha.server import errors
from generated.aloha.server.runtime import Request
from reference.aloha.security import Caller, Credentials, Plan
from reference.clock import Clock
from reference.rate_limits import rate_limit_headers
from reference.token_bucket import Policy, TokenBuckets
from reference.transport_security import came_in_the_clear

POLICIES: Mapping[Plan, Policy] = {
    "agency": Policy(limit=3_000, window=60, burst=3_000),
    "working_team": Policy(limit=600, window=60, burst=600),
    "free": Policy(limit=60, window=60, burst=60),
}

_log = logging.getLogger("fourfold.aloha")


class Limiter:
    """Admits a request where the bucket of its workspace has a token."""

    def __init__(self, buckets: TokenBuckets, clock: Clock) -> None:
        self._buckets = buckets
        self._clock = clock

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none.

        Where nobody calls, as on the OAuth endpoints, nothing is taken.
        """
        caller = request.principal
        if caller is None:
            return self.untouched()
        policy = POLICIES[caller.plan]
        grant = await self._buckets.take(_bucket(caller), policy)
        headers = rate_limit_headers(policy, grant)
        if not grant.granted:
            raise errors.RateLimited(
                f"Too many requests. Wait {grant.retry_after} s before the next one.", headers
            )
        return headers

    async def allowance(self, caller: Caller) -> Mapping[str, str]:
        """Return what a workspace has left, taking nothing."""
        policy = POLICIES[caller.plan]
        held = await self._buckets.peek(_bucket(caller), policy)
        return _without_wait(rate_limit_headers(policy, held))

    def untouched(self) -> Mapping[str, str]:
        """Return the whole allowance of Free, which is shown where no workspace is known."""
        policy = POLICIES["free"]
        now = self._clock.nanoseconds()
        return rate_limit_headers(policy, policy.held(now, now))


class Allowances:
    """What answers show that no gate has seen: a path that there is not, a refused credential."""

    def __init__(self, limiter: Limiter, credentials: Credentials) -> None:
        self._limiter = limiter
        self._credentials = credentials

    async def __call__(self, scope: Scope) -> Mapping[str, str]:
        """Return the headers of a request that spends nothing."""
        try:
            caller = await self._caller(scope)
            if caller is not None:
                return await self._limiter.allowance(caller)
        except Exception:
            # The answer may be of the very failure that keeps us from looking: it is to be sent.
            _log.exception("allowance_unknown")
        return self._limiter.untouched()

    async def _caller(self, scope: Scope) -> Caller | None:
        if came_in_the_clear(scope):
            return None
        scheme, _, token = Headers(scope=scope).get("authorization", "").strip().partition(" ")
        return await self._credentials.find(token.strip()) if scheme.lower() == "bearer" else None


def _bucket(caller: Caller) -> str:
    return f"aloha/{caller.tenant}/{caller.plan}"


def _without_wait(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return headers but `Retry-After`, which is for those who were refused."""
    return {name: value for name, value in headers.items() if name != "Retry-After"}
