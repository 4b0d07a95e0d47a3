"""Faults of Aloha, the seventh set planted from its documentation alone."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec
from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha.background import DURATIONS, BackgroundWork, Kind
from reference.aloha.events import API, Events
from reference.aloha.ids import new_id
from reference.aloha.oauth import OAuthEndpoints, authorization_server
from reference.aloha.parts import Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import Caller, Workspace, key_prefix
from reference.clock import Clock, instant
from reference.cursors import Scope
from reference.faults.deliveries import received
from reference.faults.fault import Fault
from reference.jobs import Job, Jobs
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.opaque import digest
from reference.oauth.parameters import Pairs
from reference.oauth.server import AuthorizationServer, Tokens
from reference.oauth.tables import access_tokens, grants
from reference.platform import Platform

_LONGEST_TIMER = timedelta(milliseconds=2**31 - 1)
_MICROSECOND = timedelta(microseconds=1)
_FROM_FOUR_BYTES = re.compile("[\U00010000-\U0010ffff].*", re.DOTALL)
_ACCESS_TOKEN = "access_"  # noqa: S105 - what the ids of all begin with


class _OneOldKey(Keyring):
    """Remembers of each key the one before it, and lets no other old key be good."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(API, key_prefix, platform.database, platform.clock)
        self._before: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        rotated = await super().rotate(key, grace)
        self._before[rotated] = key
        if key in self._before:
            with suppress(UnknownKeyError):
                await self.revoke(self._before.pop(key))
        return rotated


def _one_old_key(parts: Parts) -> Parts:
    return replace(parts, keyring=_OneOldKey(parts.platform))


class _Narrowing(AuthorizationServer):
    """Grants no more than was asked for last."""

    async def issue(self, sent: Pairs, authorization: Sequence[str]) -> Tokens:
        """Answer a token request, given its parameters and its Authorization headers."""
        tokens = await super().issue(sent, authorization)
        is_it = access_tokens.c.digest == digest(tokens.access_token)
        its_grant = grants.c.id.in_(select(access_tokens.c.grant_id).where(is_it))
        narrowed = update(grants).where(its_grant).values(scopes=list(tokens.scopes))
        await self._database.write(lambda connection: connection.execute(narrowed))
        return tokens


def _narrowing(parts: Parts) -> Parts:
    platform = parts.platform
    profile = authorization_server(API, platform).profile
    server = _Narrowing(API, profile, platform.database, platform.clock)
    return replace(parts, authorization_server=server, oauth=OAuthEndpoints(server))


class _Timers(Jobs):
    """Keeps jobs as timers, of which one that is set too far ahead goes off at once."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform.database, platform.clock)
        self._time = platform.clock

    def put(self, connection: Connection, job: Job) -> None:
        """Keep a job until it is due."""
        now = self._time.microseconds()
        overflows = job.due_at - now > _LONGEST_TIMER // _MICROSECOND
        super().put(connection, replace(job, due_at=now) if overflows else job)


def _on_timers(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, publisher=Publisher(_Timers(platform), Events(platform.outbox)))


class _OfThreeBytes(Publisher):
    """Keeps of what a post says as much as characters of at most three bytes are."""

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        content = _FROM_FOUR_BYTES.sub("", post.content)
        super().create(connection, replace(post, content=content))


def _of_three_bytes(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, publisher=_OfThreeBytes(platform.jobs, Events(platform.outbox)))


@dataclass(frozen=True, slots=True)
class _CutByChannels:
    """Cuts a page where it has as many channels as it may have posts."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        whole = await self.inner.page(selection, position, limit)
        kept: list[models.Post] = []
        room = limit
        for post in whole.rows:
            if room > 0:
                kept.append(msgspec.structs.replace(post, channels=post.channels[:room]))
                room -= len(post.channels)
        if len(kept) == len(whole.rows):
            return PostSlice(kept, whole.next_position)
        shorter = await self.inner.page(selection, position, len(kept))
        return PostSlice(kept, shorter.next_position)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _cut_by_channels(parts: Parts) -> Parts:
    return replace(parts, posts=_CutByChannels(parts.posts))


class _OneRunAtATime(BackgroundWork):
    """Lets a matrix that is running run no second time, and says that it will."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform.database, platform.clock, platform.jobs, Events(platform.outbox))
        self._time: Clock = platform.clock
        self._running_until: dict[tuple[Workspace, str], int] = {}

    async def take_on(
        self, workspace: Workspace, kind: Kind, about: Mapping[str, str]
    ) -> models.Job:
        """Promise to do work; `about` is what it will need to know."""
        if kind == "matrix":
            matrix, now = (workspace, about["matrix"]), self._time.microseconds()
            if now < self._running_until.get(matrix, 0):
                return models.Job(id=new_id("job"), created_at=instant(now))
            self._running_until[matrix] = now + DURATIONS[kind] // _MICROSECOND
        return await super().take_on(workspace, kind, about)


def _one_run_at_a_time(parts: Parts) -> Parts:
    return replace(parts, background=_OneRunAtATime(parts.platform))


@dataclass(frozen=True, slots=True)
class _AppsApart:
    """Gives each access token an allowance of its own."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        if caller is not None and caller.key_id.startswith(_ACCESS_TOKEN):
            apart = replace(caller, tenant=f"{caller.tenant}/{caller.key_id}")
            return await self.inner.admit(replace(request, principal=apart))
        return await self.inner.admit(request)


def _apps_apart(parts: Parts) -> Parts:
    return replace(parts, gate=_AppsApart(parts.gate))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F1517",
        title="A key that is rotated twice within a day has but one old key that works",
        promises=("ALOHA-03",),
        mistake="There is one column for the key before, and it is written over.",
        apply=_one_old_key,
        held_out=7,
    ),
    Fault(
        id="OAU-F1518",
        title="A scope that one refresh leaves out is gone for the next ones",
        promises=("ALOHA-04",),
        mistake="The scopes of the new access token are written to the grant.",
        apply=_narrowing,
        held_out=7,
    ),
    Fault(
        id="LIF-F1519",
        title="A post that is due in more than 24.8 days is published at once",
        promises=("ALOHA-05", "ALOHA-12"),
        mistake="A timer counts milliseconds in 31 bits, and what is more goes off now.",
        apply=_on_timers,
        held_out=7,
    ),
    Fault(
        id="SCH-F1520",
        title="What a post says ends before its first emoji",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="The column takes UTF-8 of three bytes, and drops the rest without an error.",
        apply=_of_three_bytes,
        held_out=7,
    ),
    Fault(
        id="PAG-F1521",
        title="A page has as many channels as it may have posts, the last post not all of its own",
        promises=("ALOHA-07",),
        mistake="The limit is on the rows of the join of posts and channels.",
        apply=_cut_by_channels,
        held_out=7,
    ),
    Fault(
        id="LIF-F1522",
        title="A matrix that is running is not run again, though that was accepted",
        promises=("ALOHA-10", "ALOHA-12"),
        mistake="A lock keeps runs apart, and who finds it taken goes away.",
        apply=_one_run_at_a_time,
        held_out=7,
    ),
    Fault(
        id="WHK-F1523",
        title="A receiver that answers 409 is taken to have the event",
        promises=("ALOHA-13", "ALOHA-12"),
        mistake="A conflict was thought to say that the event came before.",
        apply=received(lambda outcome: outcome.status == 409),
        held_out=7,
    ),
    Fault(
        id="RAT-F1524",
        title="Each access token has an allowance of its own, beside that of the workspace",
        promises=("ALOHA-14",),
        mistake="The bucket of a request with OAuth is named after its token.",
        apply=_apps_apart,
        held_out=7,
    ),
)
