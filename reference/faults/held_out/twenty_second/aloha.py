"""Faults of Aloha, planted from its documentation alone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import get_args
from urllib.parse import unquote

from sqlalchemy import Connection

from generated.aloha.server import models
from reference.aloha.background import BackgroundWork, Kind
from reference.aloha.events import API, Events
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import PROFILE, AccessTokens, OAuthEndpoints
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.security import AnyCredentials, ApiKeys, Workspace, key_prefix
from reference.clock import Clock
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Cursors, Scope, UnknownCursorError
from reference.faults.composition import requests
from reference.faults.cursors import without
from reference.faults.deliveries import attempts
from reference.faults.exchange import Asked
from reference.faults.fault import Fault
from reference.jobs import Job
from reference.keys import Keyring
from reference.oauth.authorization_request import AuthorizationRequest
from reference.oauth.parameters import Pairs
from reference.oauth.server import AuthorizationServer
from reference.storage.database import Database
from reference.token_bucket import Grant, Policy, TokenBuckets
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver

_SECOND = 1_000_000_000
_MICROSECOND = timedelta(microseconds=1)
_MINUTES_OF_OFFSET = re.compile(r"(?<=[+-]\d\d:)[0-5]\d$")


class _OnePredecessor(Keyring):
    """Keys that have room for one predecessor each."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(API, key_prefix, database, clock)
        self._before: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        made = await super().rotate(key, grace)
        earlier = self._before.pop(key, None)
        if earlier is not None:
            await super().rotate(earlier, timedelta(0))
        self._before[made] = key
        return made


def _one_predecessor(parts: Parts) -> Parts:
    return replace(parts, keyring=_OnePredecessor(parts.platform.database, parts.platform.clock))


class _DecodingTwice(AuthorizationServer):
    """Decodes the state of an authorization request that was decoded already."""

    async def read_request(self, sent: Pairs) -> AuthorizationRequest:
        """Return what an app asks a user for; raise AuthorizationError, RedirectedError."""
        decoded = [(name, unquote(value) if name == "state" else value) for name, value in sent]
        return await super().read_request(decoded)


def _decoding_twice(parts: Parts) -> Parts:
    server = _DecodingTwice(API, PROFILE, parts.platform.database, parts.platform.clock)
    return replace(parts, authorization_server=server, oauth=OAuthEndpoints(server))


@dataclass(frozen=True, slots=True)
class _MixedAfterTheFirstPage:
    """Threads, of live and test data alike where a list goes on."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        selected = selection if position is None else without(selection, "mode")
        return await self.inner.page(selected, position, limit)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        return await self.inner.find(tenant, row_id)


class _WholeSeconds:
    """Buckets that are refilled for whole seconds, counted from the request before.

    The buckets inside tell when one is full, as all of them are after a reset.
    """

    def __init__(self, inner: TokenBuckets, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self._kept: dict[str, tuple[int, int]] = {}

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        tokens = await self._tokens(name, policy)
        await self._inner.take(name, policy)
        self._kept[name] = (max(tokens - 1, 0), self._clock.nanoseconds())
        return self._grant(policy, tokens - 1)

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token."""
        tokens = await self._tokens(name, policy)
        return replace(self._grant(policy, tokens), granted=tokens > 0)

    async def reset(self) -> None:
        """Fill every bucket."""
        await self._inner.reset()

    async def _tokens(self, name: str, policy: Policy) -> int:
        held = await self._inner.peek(name, policy)
        if name not in self._kept or held.remaining == policy.burst:
            return policy.burst
        tokens, at = self._kept[name]
        seconds = (self._clock.nanoseconds() - at) // _SECOND
        return min(policy.burst, tokens + seconds * policy.limit // policy.window)

    def _grant(self, policy: Policy, left: int) -> Grant:
        remaining = max(left, 0)
        full_at = self._clock.nanoseconds() + (policy.burst - remaining) * policy.interval
        return Grant(left >= 0, remaining, 0 if left >= 0 else 1, full_at)


def _refilled_by_the_second(parts: Parts) -> Parts:
    buckets = _WholeSeconds(parts.platform.buckets, parts.platform.clock)
    limiter = Limiter(buckets, parts.platform.clock)
    known = AnyCredentials((ApiKeys(parts.keyring), AccessTokens(parts.authorization_server)))
    return replace(parts, gate=limiter, allowance=Allowances(limiter, known))


class _LatestRun(BackgroundWork):
    """Knows of each matrix its latest run only."""

    def __init__(self, parts: Parts) -> None:
        platform = parts.platform
        super().__init__(platform.database, platform.clock, platform.jobs, Events(platform.outbox))
        self._latest: dict[str, str] = {}

    async def take_on(
        self, workspace: Workspace, kind: Kind, about: Mapping[str, str]
    ) -> models.Job:
        """Promise to do work; `about` is what it will need to know."""
        taken = await super().take_on(workspace, kind, about)
        if kind == "matrix":
            self._latest[about["matrix"]] = taken.id
        return taken

    def do(self, connection: Connection, job: Job) -> None:
        """Finish work, in a given transaction."""
        latest = self._latest.get(job.payload.get("matrix", ""), job.payload["work"])
        super().do(connection, replace(job, payload={**job.payload, "work": latest}))


def _pausing(parts: Parts) -> Parts:
    """Drop what falls due for an endpoint while a failed delivery to it waits for its retry."""
    tried: dict[tuple[str, str], int] = {}
    paused: dict[str, tuple[str, int]] = {}

    def wait_after(attempt: Attempt) -> int:
        number = tried.get((attempt.event_id, attempt.url), 0)
        tried[attempt.event_id, attempt.url] = number + 1
        waits = parts.webhooks.retries[number : number + 1]
        return sum(wait // _MICROSECOND for wait in waits)

    def around(deliver: Deliver) -> Deliver:
        async def pausing(attempt: Attempt) -> Outcome:
            waiting, until = paused.get(attempt.url, (attempt.event_id, 0))
            if waiting != attempt.event_id and attempt.at < until:
                return Outcome(200, None)
            outcome = await deliver(attempt)
            wait = wait_after(attempt)
            if outcome.delivered:
                paused.pop(attempt.url, None)
            else:
                paused[attempt.url] = (attempt.event_id, attempt.at + wait)
            return outcome

        return pausing

    planted: Callable[[Parts], Parts] = attempts(around)
    return planted(parts)


def _has_minutes_of_offset(asked: Asked) -> bool:
    due = asked.fields.get("scheduledAt")
    is_new = asked.method == "POST" and asked.path == f"{BASE_PATH}/v1/posts"
    return is_new and isinstance(due, str) and _MINUTES_OF_OFFSET.search(due) is not None


def _with_whole_hours(asked: Asked) -> Asked:
    due = _MINUTES_OF_OFFSET.sub("00", asked.fields["scheduledAt"])
    return asked.with_json({**asked.fields, "scheduledAt": due})


_CHANNELS = get_args(models.Channel)
_STATUSES = get_args(models.PostStatus)


@dataclass(frozen=True, slots=True)
class _GivenFiltersOnly:
    """Cursors that are compared with the filters of the request, and not the other way round."""

    inner: Cursors

    def mint(self, position: int, scope: Scope) -> str:
        """Return the cursor of a position in a list."""
        return self.inner.mint(position, scope)

    def read(self, cursor: str, scope: Scope) -> int:
        """Return the position of a cursor."""
        for channel, status in product((None, *_CHANNELS), (None, *_STATUSES)):
            dropped = {"channel": channel, "status": status}
            made_with = {name: value for name, value in dropped.items() if value is not None}
            try:
                return self.inner.read(cursor, {**made_with, **scope})
            except UnknownCursorError:
                continue
        raise UnknownCursorError


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F4341",
        title="To rotate a second time within 24 hours ends the first key at once",
        promises=("ALOHA-03",),
        mistake="A key has a column for the one before it, and no more.",
        apply=_one_predecessor,
        held_out=22,
    ),
    Fault(
        id="OAU-F4342",
        title="The state comes back decoded once more than it was encoded",
        promises=("ALOHA-04",),
        mistake="The framework had decoded the query already.",
        apply=_decoding_twice,
        held_out=22,
    ),
    Fault(
        id="TEN-F4343",
        title="From its second page on, the inbox has live and test threads alike",
        promises=("ALOHA-02", "ALOHA-09"),
        mistake="The query that goes on after a cursor was written apart, without the mode.",
        apply=lambda parts: replace(parts, threads=_MixedAfterTheFirstPage(parts.threads)),
        held_out=22,
    ),
    Fault(
        id="RAT-F4344",
        title="Requests less than a second apart find nothing refilled in between",
        promises=("ALOHA-14", "ALOHA-15"),
        mistake="The time since the last request is cut to seconds, and the rest forgotten.",
        apply=_refilled_by_the_second,
        held_out=22,
    ),
    Fault(
        id="WHK-F4345",
        title="Where a matrix runs twice at a time, both events have the later run's jobId",
        promises=("ALOHA-10", "ALOHA-12"),
        mistake="The run is looked up by its matrix.",
        apply=lambda parts: replace(parts, background=_LatestRun(parts)),
        held_out=22,
    ),
    Fault(
        id="WHK-F4346",
        title="What happens while a failed delivery waits for its retry is not sent to its URL",
        promises=("ALOHA-12", "ALOHA-13"),
        mistake="The circuit breaker drops what it should put off.",
        apply=_pausing,
        held_out=22,
    ),
    Fault(
        id="SCH-F4347",
        title="Of the offset of scheduledAt, only the hours count",
        promises=("ALOHA-05",),
        mistake="Offsets like +05:30 were not thought of.",
        apply=requests(_has_minutes_of_offset, _with_whole_hours),
        held_out=22,
    ),
    Fault(
        id="PAG-F4348",
        title="A cursor is taken without the channel or the status that it was made with",
        promises=("ALOHA-07",),
        mistake="The filters of the request are looked for in the cursor, not all of the cursor's.",
        apply=lambda parts: replace(parts, cursors=_GivenFiltersOnly(parts.cursors)),
        held_out=22,
    ),
)
