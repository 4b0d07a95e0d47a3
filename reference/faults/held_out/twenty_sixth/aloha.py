"""Faults of Aloha, planted from its documentation alone: changes that a team wanted to make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from generated.aloha.server import models
from reference.aloha.events import API, Events
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import Publisher
from reference.aloha.security import (
    MODES,
    AnyCredentials,
    ApiKeys,
    BearerTokens,
    Caller,
    Credentials,
    Workspace,
    key_prefix,
)
from reference.clock import Clock
from reference.cursors import Scope
from reference.faults.composition import answers, around
from reference.faults.deliveries import profile
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.opaque import digest
from reference.oauth.tables import access_tokens
from reference.platform import Platform
from reference.storage.database import Database
from reference.token_bucket import Grant, Policy
from reference.webhooks.profile import Attempt, WebhookProfile

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_NANOSECONDS = 1_000_000_000
_KEPT_TOKENS = 5 * _MINUTE
_SETTLED = {"published", "failed"}
_LISTS = {f"{BASE_PATH}/v1/posts", f"{BASE_PATH}/v1/inbox/threads"}


@dataclass(frozen=True, slots=True)
class _CachedTokens:
    """Access tokens that are remembered for a while after they were looked up."""

    inner: Credentials
    database: Database
    clock: Clock
    kept: dict[bytes, tuple[Caller, int]] = field(default_factory=dict)

    async def find(self, token: str) -> Caller | None:
        """Return whose token it is, None where it is nobody's, or no longer good."""
        now, name = self.clock.microseconds(), digest(token)
        known = self.kept.get(name)
        if known is not None and now < known[1]:
            return known[0]
        caller = await self.inner.find(token)
        if caller is None:
            return None
        ends = select(access_tokens.c.expires_at).where(access_tokens.c.digest == name)
        ends_at = await self.database.read(lambda connection: connection.scalar(ends))
        if ends_at is not None:
            self.kept[name] = (caller, min(ends_at, now + _KEPT_TOKENS))
        return caller


def _caching_tokens(parts: Parts) -> Parts:
    platform = parts.platform
    honest = AccessTokens(parts.authorization_server)
    cached = _CachedTokens(honest, platform.database, platform.clock)
    return replace(parts, security=BearerTokens(ApiKeys(parts.keyring), cached))


@dataclass(slots=True)
class _Counter:
    """A bucket in a store that forgets it some time after it was made."""

    full_at: int
    forgotten_at: int


@dataclass(frozen=True, slots=True)
class _ForgottenBuckets:
    """Buckets that are forgotten a window after they were first taken from."""

    clock: Clock
    kept: dict[str, _Counter] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        now = self.clock.nanoseconds()
        counter = self._find(name, now)
        if counter is None:
            counter = _Counter(now, now + policy.window * _NANOSECONDS)
            self.kept[name] = counter
        grant = policy.taken(now, counter.full_at)
        counter.full_at = grant.full_at
        return grant

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token."""
        now = self.clock.nanoseconds()
        counter = self._find(name, now)
        return policy.held(now, now if counter is None else counter.full_at)

    async def reset(self) -> None:
        """Fill every bucket."""
        self.kept.clear()

    def _find(self, name: str, now: int) -> _Counter | None:
        counter = self.kept.get(name)
        return None if counter is None or counter.forgotten_at <= now else counter


def _forgetting_buckets(parts: Parts) -> Parts:
    clock = parts.platform.clock
    limiter = Limiter(_ForgottenBuckets(clock), clock)
    known = AnyCredentials((ApiKeys(parts.keyring), AccessTokens(parts.authorization_server)))
    return replace(parts, gate=limiter, allowance=Allowances(limiter, known))


def _sizes_in_cursors() -> Tamper:
    sizes: dict[str, int] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path not in _LISTS:
            return await ask(asked)
        size = sizes.get(asked.parameter("cursor") or "")
        if size is not None and asked.parameter("limit") is None:
            asked = asked.with_query([*asked.query, ("limit", str(size))])
        answered = await ask(asked)
        if answered.status == 200:
            pagination = answered.json["pagination"]
            if pagination["nextCursor"] is not None:
                sizes[pagination["nextCursor"]] = pagination["limit"]
        return answered

    return tamper


def _remembering_sizes(parts: Parts) -> Parts:
    planted: Callable[[Parts], Parts] = around(_sizes_in_cursors())
    return planted(parts)


class _ByTheMinute(Publisher):
    """Puts what is due into the slot of its minute."""

    def _schedule(self, connection: Connection, placement: Any, due_at: int, now: int) -> None:
        slot = due_at - due_at % _MINUTE
        super()._schedule(connection, placement, max(slot, now), now)


def _in_slots(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, publisher=_ByTheMinute(platform.jobs, Events(platform.outbox)))


def _signed_once(honest: WebhookProfile) -> WebhookProfile:
    signed: dict[str, Mapping[str, str]] = {}

    def headers(attempt: Attempt) -> Mapping[str, str]:
        if attempt.event_id not in signed:
            signed[attempt.event_id] = honest.headers(attempt)
        return signed[attempt.event_id]

    return replace(honest, headers=headers)


@dataclass(frozen=True, slots=True)
class _CachedPosts:
    """Posts that are remembered once they are through, under the workspace and the id."""

    inner: Posts
    through: set[tuple[str, str]] = field(default_factory=set)

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        return await self.inner.page(selection, position, limit)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        place = (workspace.tenant, post_id)
        modes = MODES if place in self.through else (workspace.mode,)
        for mode in modes:
            post = await self.inner.find(Workspace(workspace.tenant, mode), post_id)
            if post is not None:
                if post.status in _SETTLED:
                    self.through.add(place)
                return post
        return None


def _is_settled(asked: Asked, answered: Answered) -> bool:
    is_one = asked.path.startswith(f"{BASE_PATH}/v1/posts/") and answered.status == 200
    return is_one and answered.json["status"] in _SETTLED


def _for_a_minute(answered: Answered) -> Answered:
    return answered.with_header("cache-control", "private, max-age=60")


class _OneOldKey(Keyring):
    """Keys of which each knows the one before it, and no more."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(API, key_prefix, platform.database, platform.clock)
        self._before: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        following = await super().rotate(key, grace)
        before = self._before.pop(key, None)
        if before is not None:
            await self._drop(before)
        self._before[following] = key
        return following

    async def _drop(self, key: str) -> None:
        try:
            await self.revoke(key)
        except UnknownKeyError:
            return


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="OAU-F4749",
        title="An access token that was just used outlives the revocation of its grant",
        promises=("ALOHA-04",),
        mistake="A cache spares the database a look-up; who revokes a grant does not know of it.",
        apply=_caching_tokens,
        held_out=26,
    ),
    Fault(
        id="RAT-F4750",
        title="A minute after the first request, the bucket is full whatever was taken",
        promises=("ALOHA-14",),
        mistake="The buckets moved to a store with expiry, which is set when one is made.",
        apply=_forgetting_buckets,
        held_out=26,
    ),
    Fault(
        id="PAG-F4751",
        title="With a cursor and no limit, a page is as long as the one before it",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="Cursors were to know their filters, and got the page size with them.",
        apply=_remembering_sizes,
        held_out=26,
    ),
    Fault(
        id="LIF-F4752",
        title="A post goes out at the beginning of its minute, before it is due",
        promises=("ALOHA-05",),
        mistake="The second scheduler works in slots of a minute, and the slot is rounded down.",
        apply=_in_slots,
        held_out=26,
    ),
    Fault(
        id="WHK-F4753",
        title="All subscribers to an event get the signature of the one it was sent to first",
        promises=("ALOHA-12",),
        mistake="As its bytes are the same on every attempt, an event was to be signed once.",
        apply=profile(_signed_once),
        held_out=26,
    ),
    Fault(
        id="TEN-F4754",
        title="A test key reads a live post that is through, once a live key has read it",
        promises=("ALOHA-02", "ALOHA-06"),
        mistake="Posts that can no longer change are cached by workspace and id, without the mode.",
        apply=lambda parts: replace(parts, posts=_CachedPosts(parts.posts)),
        held_out=26,
    ),
    Fault(
        id="HDR-F4755",
        title="A post that is through may be kept by caches for a minute",
        promises=("ALOHA-02",),
        mistake="Dashboards poll, and what is published was thought to be public.",
        apply=answers(_is_settled, _for_a_minute),
        held_out=26,
    ),
    Fault(
        id="ROT-F4756",
        title="To rotate a key again ends the 24 hours of the key before it",
        promises=("ALOHA-03",),
        mistake="The migration gave a key one column for its predecessor.",
        apply=lambda parts: replace(parts, keyring=_OneOldKey(parts.platform)),
        held_out=26,
    ),
)
