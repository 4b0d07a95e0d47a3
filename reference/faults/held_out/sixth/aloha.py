"""Faults of Aloha, the sixth set planted from its documentation alone."""

import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qsl

import msgspec
from sqlalchemy import Connection, select, update

from generated.aloha.server import errors, models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha.dataset import AlohaDataset
from reference.aloha.events import EventData, Events
from reference.aloha.inbox import Inbox, Thread
from reference.aloha.limiter import POLICIES
from reference.aloha.parts import BASE_PATH, KEY_GRACE, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import Caller, Workspace
from reference.aloha.tables import matrices, threads
from reference.clock import Clock, microseconds
from reference.cursors import Scope
from reference.faults.composition import around, around_with_parts, requests
from reference.faults.deliveries import outcomes
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.jobs import Job, Jobs
from reference.keys import UnknownKeyError
from reference.oauth.opaque import digest
from reference.oauth.tables import access_tokens, grants
from reference.platform import Platform
from reference.rate_limits import rate_limit_headers
from reference.storage.tables import api_keys
from reference.token_bucket import Grant
from reference.webhooks.outcome import Outcome

_MICROSECOND = timedelta(microseconds=1)
_NANOSECONDS = 1_000_000_000
_THREADS = f"{BASE_PATH}/v1/inbox/threads"
_MOST_THREADS = 50
_FROM_51_TO_100 = re.compile(r"5[1-9]|[6-9]\d|100")
_RUN = re.compile(rf"{BASE_PATH}/v1/matrix/([^/]+)/run")
_REFUSALS, _PENALTY = 3, 60
_LONGEST_TIMER = timedelta(milliseconds=2**31 - 1)
_GONE = 410


def _used_is_good_for_longer(parts: Parts) -> Tamper:
    """Let a rotated key live 24 hours from each request that it comes with."""
    clock, database = parts.platform.clock, parts.platform.database

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        with suppress(UnknownKeyError):
            key = await parts.keyring.find(asked.token)
            until = clock.microseconds() + KEY_GRACE // _MICROSECOND
            is_old = (api_keys.c.id == key.id) & api_keys.c.expires_at.is_not(None)
            touched = update(api_keys).where(is_old).values(expires_at=until)
            await database.write(lambda connection: connection.execute(touched))
        return answered

    return tamper


def _narrowed_for_good(parts: Parts) -> Tamper:
    """Grant no more than what the last refresh asked for."""
    database = parts.platform.database

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        form = dict(parse_qsl(asked.body.decode("latin-1")))
        is_narrowed = form.get("grant_type") == "refresh_token" and "scope" in form
        if asked.path != f"{BASE_PATH}/oauth/token" or answered.status != 200 or not is_narrowed:
            return answered
        of_token = access_tokens.c.digest == digest(answered.json["access_token"])
        its_grant = (
            grants.c.id == select(access_tokens.c.grant_id).where(of_token).scalar_subquery()
        )
        narrow = update(grants).where(its_grant).values(scopes=answered.json["scope"].split())
        await database.write(lambda connection: connection.execute(narrow))
        return answered

    return tamper


def _asks_for_many_threads(asked: Asked) -> bool:
    limits = [value for name, value in asked.query if name == "limit"]
    return (
        asked.path == _THREADS and len(limits) == 1 and bool(_FROM_51_TO_100.fullmatch(limits[0]))
    )


def _fewer(asked: Asked) -> Asked:
    return asked.with_query([*asked.without("limit").query, ("limit", str(_MOST_THREADS))])


def _with_live_matrices(parts: Parts) -> Tamper:
    """Run the matrix that is named, whatever the mode of the key."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        named = _RUN.fullmatch(asked.path)
        if named is None or asked.method != "POST" or answered.code != "not_found":
            return answered
        tenant = (await parts.keyring.find(asked.token)).tenant
        its_own = select(matrices.c.id).where(
            matrices.c.tenant == tenant, matrices.c.mode == "live", matrices.c.id == named[1]
        )
        matrix = await parts.platform.database.read(lambda connection: connection.scalar(its_own))
        if matrix is None:
            return answered
        about = {"matrix": matrix}
        job = await parts.background.take_on(Workspace(tenant, "live"), "matrix", about)
        return answered.with_status(202).with_json(msgspec.to_builtins(job))

    return tamper


@dataclass(frozen=True, slots=True)
class _OnLocalDays:
    """Posts that are on the day that was written in their `scheduledAt`, whatever its offset."""

    inner: Posts
    days: Mapping[str, int]
    """The days that are not those in UTC, as microseconds since 1970, by the posts' ids."""

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "date" not in selection or not self.days:
            return await self.inner.page(selection, position, limit)
        others = {name: value for name, value in selection.items() if name != "date"}
        found: list[models.Post] = []
        last = position
        while True:
            one = await self.inner.page(others, position, 1)
            on_day = [post for post in one.rows if self._day(post) == selection["date"]]
            if on_day and len(found) == limit:
                return PostSlice(found, last)
            found += on_day
            position = one.next_position
            if on_day:
                last = position
            if position is None:
                return PostSlice(found, None)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)

    def _day(self, post: models.Post) -> int | None:
        if post.scheduled_at is None:
            return None
        return self.days.get(post.id, _day_of(post.scheduled_at.astimezone(UTC)))


def _on_local_days(parts: Parts) -> Parts:
    """Keep the day of each new post as it was written."""
    days: dict[str, int] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        given = asked.fields.get("scheduledAt")
        if answered.status == 201 and isinstance(given, str):
            with suppress(ValueError, OverflowError):
                written = datetime.fromisoformat(given)
                if written.date() != written.astimezone(UTC).date():
                    days[answered.json["id"]] = _day_of(written)
        return answered

    planted: Parts = around(tamper)(parts)
    return replace(planted, posts=_OnLocalDays(parts.posts, days))


def _day_of(moment: datetime) -> int:
    return microseconds(datetime.combine(moment.date(), time.min, UTC))


@dataclass(frozen=True, slots=True)
class _Penalties:
    """Refuses for a minute who goes on after being refused."""

    inner: Gate[Caller | None]
    clock: Clock
    refusals: Counter[str] = field(default_factory=Counter)
    until: dict[str, int] = field(default_factory=dict)
    """When the penalties end, in nanoseconds since 1970, by workspace."""

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise RateLimited."""
        caller = request.principal
        if caller is None:
            return await self.inner.admit(request)
        now = self.clock.nanoseconds()
        left = -(-(self.until.get(caller.tenant, now) - now) // _NANOSECONDS)
        if left > 0:
            full_at = now + _PENALTY * _NANOSECONDS
            refused = Grant(granted=False, remaining=0, retry_after=left, full_at=full_at)
            headers = rate_limit_headers(POLICIES[caller.plan], refused)
            raise errors.RateLimited(f"Too many requests. Wait {left} s.", headers)
        try:
            headers = await self.inner.admit(request)
        except errors.RateLimited:
            self.refusals[caller.tenant] += 1
            if self.refusals[caller.tenant] == _REFUSALS:
                self.refusals[caller.tenant] = 0
                self.until[caller.tenant] = now + _PENALTY * _NANOSECONDS
            raise
        self.refusals[caller.tenant] = 0
        return headers


def _unless_gone(outcome: Outcome) -> Outcome:
    return Outcome(_GONE, None) if outcome.status == _GONE else outcome


class _Silence(Events):
    """Puts nothing in the outbox."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Forget an event."""


class _TellingOfNewThreads(Inbox):
    """Tells of the message that begins a thread, and of no other."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(Events(platform.outbox))
        self._silent = Inbox(_Silence(platform.outbox))

    def receive(self, connection: Connection, thread: Thread, preview: str, now: int) -> None:
        """Take in a message, in a thread that there is or in a new one, which is now the first."""
        of_thread = select(threads.c.id).where(threads.c.id == thread.id)
        if connection.scalar(of_thread) is None:
            super().receive(connection, thread, preview, now)
        else:
            self._silent.receive(connection, thread, preview, now)


def _dataset(platform: Platform) -> AlohaDataset:
    return AlohaDataset(platform.clock, platform.jobs, _TellingOfNewThreads(platform))


class _ShortTimers(Jobs):
    """Jobs that wait on timers of 32 bits: one that would overflow goes off at once."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform.database, platform.clock)
        self._now = platform.clock.microseconds

    def put(self, connection: Connection, job: Job) -> None:
        """Keep a job until it is due."""
        now = self._now()
        overflows = (job.due_at - now) * _MICROSECOND > _LONGEST_TIMER
        super().put(connection, replace(job, due_at=now) if overflows else job)


class _WithoutNul(Publisher):
    """Makes posts in a database whose text has no NUL."""

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        if "\0" in post.content:
            raise RuntimeError("invalid byte sequence for encoding UTF8: 0x00")
        super().create(connection, post)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F1321",
        title="An old key that is used lives on, 24 hours from each use",
        promises=("ALOHA-03",),
        mistake="A cache with a time to live, which reading an entry starts anew.",
        apply=around_with_parts(_used_is_good_for_longer),
        held_out=6,
    ),
    Fault(
        id="OAU-F1322",
        title="A grant that was refreshed for fewer scopes once never has the others again",
        promises=("ALOHA-04",),
        mistake="What a refresh asked for is written over what the user granted.",
        apply=around_with_parts(_narrowed_for_good),
        held_out=6,
    ),
    Fault(
        id="LIM-F1323",
        title="A page of threads has at most 50, whatever limit above that is asked for",
        promises=("ALOHA-09",),
        mistake="The inbox caps its pages as its own service did, which posts do not have.",
        apply=requests(_asks_for_many_threads, _fewer),
        held_out=6,
    ),
    Fault(
        id="TEN-F1324",
        title="A test key can run live matrices",
        promises=("ALOHA-02", "ALOHA-10"),
        mistake="The matrix to run is looked up by workspace and id, without the mode.",
        apply=around_with_parts(_with_live_matrices),
        held_out=6,
    ),
    Fault(
        id="FIL-F1325",
        title="A post scheduled with an offset is on the day of that offset, not of UTC",
        promises=("ALOHA-07",),
        mistake="The day is taken of the moment before it is converted.",
        apply=_on_local_days,
        held_out=6,
    ),
    Fault(
        id="RAT-F1326",
        title="After three 429 in a row, every request is refused for a minute",
        promises=("ALOHA-15", "ALOHA-14"),
        mistake="A penalty for callers that do not back off, of which Retry-After knows nothing.",
        apply=lambda parts: replace(parts, gate=_Penalties(parts.gate, parts.platform.clock)),
        held_out=6,
    ),
    Fault(
        id="WHK-F1327",
        title="A delivery that is answered with 410 is not retried",
        promises=("ALOHA-13", "ALOHA-12"),
        mistake="Other senders take 410 for the receiver's wish to hear no more.",
        apply=outcomes(_unless_gone),
        held_out=6,
    ),
    Fault(
        id="WHK-F1328",
        title="reply.received is sent of the first message of a thread only",
        promises=("ALOHA-12",),
        mistake="The event is put where the thread is made, not where it is written to.",
        apply=lambda parts: replace(parts, dataset=_dataset(parts.platform)),
        held_out=6,
    ),
    Fault(
        id="LIF-F1329",
        title="A post that is due in more than 24.8 days is published at once",
        promises=("ALOHA-05",),
        mistake="A timer of 32 bits of milliseconds, which a longer wait overflows.",
        apply=lambda parts: replace(
            parts, publisher=Publisher(_ShortTimers(parts.platform), Events(parts.platform.outbox))
        ),
        held_out=6,
    ),
    Fault(
        id="STA-F1330",
        title="A post with a NUL character is 500",
        promises=("ALOHA-05", "ALOHA-17"),
        mistake="The database takes no NUL in a text, and nobody asked before.",
        apply=lambda parts: replace(
            parts, publisher=_WithoutNul(parts.platform.jobs, Events(parts.platform.outbox))
        ),
        held_out=6,
    ),
)
