"""Token buckets in Redis: the same ones for all processes that are given its URL.

Taking a token is one script, which Redis runs alone. Its numbers are floating-point, exact up to
2^53, and a moment in nanoseconds is larger: moments are kept as seconds and nanoseconds, and the
script works with the distance between two of them, which is exact up to a hundred days.
"""

import hashlib
import logging

import redis
from redis.asyncio import Redis

from reference.clock import Clock
from reference.service import ConfigurationError
from reference.token_bucket import Grant, Policy

_PREFIX = "fourfold:bucket:"
_SECOND = 1_000_000_000
_SECONDS_TO_ANSWER = 1.0
_KEPT_SECONDS = 24 * 3_600
"""After which Redis forgets a bucket. It counts real time: the clock may stand still for a day."""
_TAKE = """
local now_seconds, now_nanoseconds = tonumber(ARGV[1]), tonumber(ARGV[2])
local interval, capacity, kept_seconds = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local missing = 0
local full_at = redis.call('GET', KEYS[1])
if full_at then
    local seconds, nanoseconds = string.match(full_at, '^(%d+) (%d+)$')
    missing = math.max(0, (seconds - now_seconds) * 1e9 + (nanoseconds - now_nanoseconds))
end
if interval > 0 and missing + interval <= capacity then
    local nanoseconds = now_nanoseconds + missing + interval
    local seconds = now_seconds + math.floor(nanoseconds / 1e9)
    local text = string.format('%.0f %.0f', seconds, nanoseconds % 1e9)
    redis.call('SET', KEYS[1], text, 'EX', kept_seconds)
end
return string.format('%.0f', missing)
"""
"""`Policy.taken` as a script: the nanoseconds until the bucket was full, before that. An interval
of 0 takes nothing."""

_NO_ANSWER = (redis.RedisError, OSError)

_log = logging.getLogger("fourfold.buckets")


class UnreachableError(Exception):
    """Redis did not answer; the message is one sentence."""


class RedisTokenBuckets:
    """The buckets of all processes that share a Redis, each under the digest of its name."""

    def __init__(self, clock: Clock, client: Redis) -> None:
        self._clock = clock
        self._client = client
        self._script = client.register_script(_TAKE)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one. Raises UnreachableError."""
        now = self._clock.nanoseconds()
        return policy.taken(now, await self._full_at(now, name, policy.interval, policy.capacity))

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token.

        Raises UnreachableError.
        """
        now = self._clock.nanoseconds()
        return policy.held(now, await self._full_at(now, name, 0, 0))

    async def reset(self) -> None:
        """Fill every bucket. Raises UnreachableError."""
        try:
            async for key in self._client.scan_iter(f"{_PREFIX}*", count=1_000):
                await self._client.delete(key)
        except _NO_ANSWER as error:
            raise _unreachable(error) from error

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _full_at(self, now: int, name: str, interval: int, capacity: int) -> int:
        """Run the script; return when the bucket was full before that."""
        key = _PREFIX + hashlib.sha256(name.encode()).hexdigest()
        given = (*divmod(now, _SECOND), interval, capacity, _KEPT_SECONDS)
        try:
            missing = await self._script(keys=[key], args=given)
        except _NO_ANSWER as error:
            raise _unreachable(error) from error
        return now + int(missing)


async def open_redis_buckets(clock: Clock, url: str) -> RedisTokenBuckets:
    """Return the buckets in the Redis at a URL, which answers. Raises ConfigurationError."""
    try:
        client = Redis.from_url(
            url, socket_timeout=_SECONDS_TO_ANSWER, socket_connect_timeout=_SECONDS_TO_ANSWER
        )
        await client.ping()
        await client.connection_pool.disconnect()
    except ValueError as error:
        raise ConfigurationError(
            "FOURFOLD_REDIS_URL is no URL of a Redis, such as redis://localhost:6379/0."
        ) from error
    except _NO_ANSWER as error:
        raise ConfigurationError(_sentence(error)) from error
    return RedisTokenBuckets(clock, client)


def _unreachable(error: Exception) -> UnreachableError:
    sentence = _sentence(error)
    _log.error(sentence)
    return UnreachableError(sentence)


def _sentence(error: Exception) -> str:
    said = " ".join(str(error).split()).rstrip(".")
    return f"The Redis of FOURFOLD_REDIS_URL cannot be used: {said}."
