"""Faults of Aloha, the eighth set planted from its documentation alone."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import quote, unquote_plus

from sqlalchemy import Connection, update

from generated.aloha.server import models
from reference.aloha.background import BackgroundWork, Kind
from reference.aloha.events import API, Events
from reference.aloha.limiter import Limiter
from reference.aloha.oauth import AccessTokens, OAuthEndpoints, authorization_server
from reference.aloha.parts import Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import Publisher
from reference.aloha.security import ApiKeys, BearerTokens, Workspace, key_prefix
from reference.clock import Clock, instant
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Scope
from reference.faults.cursors import without
from reference.faults.fault import Fault
from reference.jobs import Job
from reference.keys import ApiKey, Keyring
from reference.oauth.authorization_request import AuthorizationRequest
from reference.oauth.errors import RedirectedError
from reference.oauth.grants import Access
from reference.oauth.parameters import Pairs
from reference.oauth.server import AuthorizationServer
from reference.platform import Platform
from reference.storage.tables import api_keys
from reference.token_bucket import Grant, Policy, TokenBuckets
from reference.webhooks.outbox import Event, Outbox

_MICROSECOND = timedelta(microseconds=1)
_STATE = re.compile(r"(?<=[?&]state=)[^&]*\Z")
_LEFT_BY_BROWSERS = "!#$%&'()*+,/:;=?@~"
_MOST_ROWS = 100
_EVERY_ROW = 1_000_000
_ID_CHARACTERS = 20


class _FirstExpiry(Keyring):
    """Gives an end to those keys only that have none yet."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(API, key_prefix, platform.database, platform.clock)
        self._time = platform.clock

    def _expire(self, connection: Connection, key: ApiKey, grace: timedelta) -> None:
        """Let a key be good for `grace` more, or as long as it was to be."""
        at = self._time.microseconds() + grace // _MICROSECOND
        endless = (api_keys.c.id == key.id) & api_keys.c.expires_at.is_(None)
        connection.execute(update(api_keys).where(endless).values(expires_at=at))


def _first_expiry(parts: Parts) -> Parts:
    return replace(parts, keyring=_FirstExpiry(parts.platform))


class _OfTheApp(AuthorizationServer):
    """Takes a token for one of the workspace that its app was registered by."""

    async def find_access(self, token: str) -> Access | None:
        """Return what an access token gives access to, None where it is not good (any more)."""
        access = await super().find_access(token)
        client = None if access is None else await self._find_client(access.client)
        return access if access is None or client is None else replace(access, tenant=client.tenant)


def _of_the_app(parts: Parts) -> Parts:
    platform = parts.platform
    profile = authorization_server(API, platform).profile
    server = _OfTheApp(API, profile, platform.database, platform.clock)
    return replace(parts, security=BearerTokens(ApiKeys(parts.keyring), AccessTokens(server)))


class _Pasting(AuthorizationServer):
    """Pastes the state into the address that the browser goes to."""

    async def read_request(self, sent: Pairs) -> AuthorizationRequest:
        """Return what an app asks a user for; raise AuthorizationError, RedirectedError."""
        try:
            return await super().read_request(sent)
        except RedirectedError as error:
            raise RedirectedError(_pasted(error.location)) from error

    async def approve(self, asked: AuthorizationRequest, tenant: str) -> str:
        """Grant what was asked for; return where the browser goes, with the code."""
        return _pasted(await super().approve(asked, tenant))

    def deny(self, asked: AuthorizationRequest) -> str:
        """Grant nothing; return where the browser goes."""
        return _pasted(super().deny(asked))


def _pasted(location: str) -> str:
    """Return an address as browsers make it of one whose state was not encoded."""
    return _STATE.sub(lambda found: quote(unquote_plus(found[0]), _LEFT_BY_BROWSERS), location)


def _pasting(parts: Parts) -> Parts:
    platform = parts.platform
    profile = authorization_server(API, platform).profile
    server = _Pasting(API, profile, platform.database, platform.clock)
    return replace(parts, authorization_server=server, oauth=OAuthEndpoints(server))


@dataclass(frozen=True, slots=True)
class _HundredPosts:
    """Reads a hundred posts at most, the one that tells of a next page included."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        page = await self.inner.page(selection, position, limit)
        return replace(page, next_position=page.next_position if limit < _MOST_ROWS else None)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


@dataclass(frozen=True, slots=True)
class _HundredRows:
    """Reads a hundred rows at most, the one that tells of a next page included."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        page = await self.inner.page(selection, position, limit)
        return replace(page, next_position=page.next_position if limit < _MOST_ROWS else None)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        return await self.inner.find(tenant, row_id)


def _a_hundred(parts: Parts) -> Parts:
    return replace(parts, posts=_HundredPosts(parts.posts), threads=_HundredRows(parts.threads))


@dataclass(frozen=True, slots=True)
class _WhenTheyWentOut:
    """Finds posts on the days on which they went out, or are to."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "date" not in selection:
            return await self.inner.page(selection, position, limit)
        of_all_days, day = without(selection, "date"), instant(int(selection["date"])).date()
        rows = (await self.inner.page(of_all_days, position, _EVERY_ROW)).rows
        places = [place for place, post in enumerate(rows) if _day(post) == day]
        kept, following = places[:limit], None
        if len(places) > limit:
            up_to = await self.inner.page(of_all_days, position, kept[-1] + 1)
            following = up_to.next_position
        return PostSlice([rows[place] for place in kept], following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _day(post: models.Post) -> date | None:
    moments: list[datetime | None] = [channel.published_at for channel in post.channels]
    known = [moment for moment in (*moments, post.scheduled_at) if moment is not None]
    return known[0].date() if known else None


def _when_they_went_out(parts: Parts) -> Parts:
    return replace(parts, posts=_WhenTheyWentOut(parts.posts))


class _IdOfThePost(Outbox):
    """Names an event of a post after the event and the post."""

    def put(self, connection: Connection, event: Event) -> None:
        """Keep an event for each subscription that wants it, in the transaction of the change."""
        told = json.loads(event.body)
        if "postId" not in told["data"]:
            super().put(connection, event)
            return
        digest = hashlib.sha256(f"{event.type}/{told['data']['postId']}".encode()).hexdigest()
        named = f"evt_{digest[:_ID_CHARACTERS]}"
        body = json.dumps({**told, "id": named}, separators=(",", ":")).encode()
        super().put(connection, replace(event, id=named, body=body))


def _id_of_the_post(parts: Parts) -> Parts:
    platform = parts.platform
    events = Events(_IdOfThePost(platform.clock))
    return replace(parts, publisher=Publisher(platform.jobs, events))


class _LatestRun(BackgroundWork):
    """Keeps of each matrix the job that was last to run it, and tells of that one."""

    def __init__(self, platform: Platform) -> None:
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


def _latest_run(parts: Parts) -> Parts:
    return replace(parts, background=_LatestRun(parts.platform))


@dataclass(frozen=True, slots=True)
class _Uncapped(Policy):
    """A bucket that goes on being refilled when it is full, for as long again."""

    def taken(self, now: int, full_at: int) -> Grant:
        """Return what taking a token at `now` makes of a bucket that is full at `full_at`."""
        if full_at >= now:
            return Policy.taken(self, now, full_at)
        full_after = max(now - self.capacity, full_at) + self.interval
        remaining = (self.capacity - (full_after - now)) // self.interval
        return Grant(granted=True, remaining=remaining, retry_after=0, full_at=full_after)


@dataclass(frozen=True, slots=True)
class _Saving:
    """Buckets that save what is not used."""

    inner: TokenBuckets
    clock: Clock

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        uncapped = _Uncapped(policy.limit, policy.window, policy.burst)
        grant = await self.inner.take(name, uncapped)
        return replace(grant, full_at=max(grant.full_at, self.clock.nanoseconds()))

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token."""
        return await self.inner.peek(name, policy)

    async def reset(self) -> None:
        """Fill every bucket."""
        await self.inner.reset()


def _saving(parts: Parts) -> Parts:
    platform = parts.platform
    saving = _Saving(platform.buckets, platform.clock)
    return replace(parts, gate=Limiter(saving, platform.clock))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F1617",
        title="A key that was rotated cannot be revoked: it works to the end of its 24 hours",
        promises=("ALOHA-02", "ALOHA-03"),
        mistake="A key is given an end only where it has none yet.",
        apply=_first_expiry,
        held_out=8,
    ),
    Fault(
        id="TEN-F1618",
        title="An access token opens the workspace of its app, not of the user who granted it",
        promises=("ALOHA-04", "ALOHA-02"),
        mistake="Both are called tenant, and the join takes that of the app.",
        apply=_of_the_app,
        held_out=8,
    ),
    Fault(
        id="OAU-F1619",
        title="The state is not encoded on its way back: & ends it, and + is a space",
        promises=("ALOHA-04",),
        mistake="The address is put together from strings.",
        apply=_pasting,
        held_out=8,
    ),
    Fault(
        id="PAG-F1620",
        title="A page with a limit of 100 is the last one, whatever comes after it",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="Queries give 100 rows at most, and it takes one more to know of a next page.",
        apply=_a_hundred,
        held_out=8,
    ),
    Fault(
        id="FIL-F1621",
        title="A post is on the day on which it went out, not on that of its scheduledAt",
        promises=("ALOHA-07",),
        mistake="The filter is that of the calendar, which shows when posts went out.",
        apply=_when_they_went_out,
        held_out=8,
    ),
    Fault(
        id="WHK-F1622",
        title="What happens to a post on two channels is two events with one id",
        promises=("ALOHA-12",),
        mistake="Ids are made of the event and the post, so that none is sent twice.",
        apply=_id_of_the_post,
        held_out=8,
    ),
    Fault(
        id="LIF-F1623",
        title="A run that ends once the next has begun is told of with the job of the next",
        promises=("ALOHA-10", "ALOHA-12"),
        mistake="The job is kept with the matrix, which has room for one.",
        apply=_latest_run,
        held_out=8,
    ),
    Fault(
        id="RAT-F1624",
        title="What a workspace does not use in a minute it may send in the next, besides",
        promises=("ALOHA-14",),
        mistake="The bucket is refilled without a look at how much it holds.",
        apply=_saving,
        held_out=8,
    ),
)
