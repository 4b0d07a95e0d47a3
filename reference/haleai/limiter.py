"""The rate limit: each key has a token bucket of its own (HALE-06)."""

from collections.abc import Mapping

from generated.haleai.server import errors
from generated.haleai.server.runtime import Request
from reference.haleai.security import Caller
from reference.token_bucket import Policy, TokenSource

POLICY = Policy(limit=600, window=60, burst=60)


class Limiter:
    """Admits a request where the bucket of its key has a token."""

    def __init__(self, buckets: TokenSource, policy: Policy) -> None:
        self._buckets = buckets
        self._policy = policy

    async def admit(self, request: Request[Caller]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        grant = await self._buckets.take(f"haleai/{request.principal.key_id}", self._policy)
        if not grant.granted:
            raise errors.RateLimited(
                f"Too many requests. Wait {grant.retry_after} s before the next one.",
                headers={"Retry-After": str(grant.retry_after)},
            )
        return {}
