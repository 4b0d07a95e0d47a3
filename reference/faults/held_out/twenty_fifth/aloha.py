"""Faults of Aloha, the twenty-fifth set planted from its documentation alone."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, select

from generated.aloha.server import models
from generated.aloha.server.runtime import Request
from reference.aloha.events import API, Events
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import PROFILE, AccessTokens, OAuthEndpoints
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import Publisher
from reference.aloha.security import AnyCredentials, ApiKeys, Caller, Workspace, key_prefix
from reference.aloha.tables import placements, posts
from reference.clock import Clock, microseconds
from reference.cursors import Scope
from reference.faults.composition import requests
from reference.faults.cursors import without
from reference.faults.deliveries import received
from reference.faults.exchange import Asked
from reference.faults.fault import Fault
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.authorization_request import AuthorizationRequest
from reference.oauth.errors import RedirectedError
from reference.oauth.parameters import Pairs
from reference.oauth.server import AuthorizationServer
from reference.storage.database import Database

_DAY = 24 * 60 * 60 * 1_000_000
_FILTERS = ("channel", "status", "date")
_LEFT_BY_ENCODE_URI = ";,/?:@&=+$-_.!~*'()#"
_GONE = 410


def _moment(asked: Asked) -> datetime | None:
    """Return when a post is to be published, None where that cannot be read."""
    given = asked.fields.get("scheduledAt")
    if (
        asked.method != "POST"
        or asked.path != f"{BASE_PATH}/v1/posts"
        or not isinstance(given, str)
    ):
        return None
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        return None


def _is_elsewhere(asked: Asked) -> bool:
    moment = _moment(asked)
    return moment is not None and bool(moment.utcoffset())


def _as_if_in_utc(asked: Asked) -> Asked:
    moment = _moment(asked)
    if moment is None:
        return asked
    text = moment.replace(tzinfo=UTC).isoformat()
    return asked.with_json({**asked.fields, "scheduledAt": text})


class _StoppingAtAFailure(Publisher):
    """Publishes a post on one channel after the other, until one refuses it."""

    def _publish(self, connection: Connection, placement: Any, at: int) -> None:
        refused = select(placements.c.channel).where(
            placements.c.post == placement.post, placements.c.status == "failed"
        )
        if connection.scalar(refused) is None:
            super()._publish(connection, placement, at)


def _stopping_at_a_failure(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, publisher=_StoppingAtAFailure(platform.jobs, Events(platform.outbox)))


def _badly_encoded(location: str, state: str | None) -> str:
    """Return where the browser goes, with a state that encodeURI encoded."""
    before, found, _ = location.rpartition("&state=")
    if state is None or not found:
        return location
    return f"{before}{found}{quote(state, safe=_LEFT_BY_ENCODE_URI)}"


class _EncodingTooLittle(AuthorizationServer):
    """Gives the state back with what is special in a query left as it is."""

    async def read_request(self, sent: Pairs) -> AuthorizationRequest:
        """Return what an app asks a user for; raise AuthorizationError, RedirectedError."""
        try:
            return await super().read_request(sent)
        except RedirectedError as error:
            state = dict(sent).get("state")
            raise RedirectedError(_badly_encoded(error.location, state)) from error

    async def approve(self, asked: AuthorizationRequest, tenant: str) -> str:
        """Grant what was asked for; return where the browser goes, with the code."""
        return _badly_encoded(await super().approve(asked, tenant), asked.state)

    def deny(self, asked: AuthorizationRequest) -> str:
        """Grant nothing; return where the browser goes."""
        return _badly_encoded(super().deny(asked), asked.state)


def _encoding_too_little(parts: Parts) -> Parts:
    platform = parts.platform
    server = _EncodingTooLittle(API, PROFILE, platform.database, platform.clock)
    return replace(parts, authorization_server=server, oauth=OAuthEndpoints(server))


def _apart(caller: Caller) -> Caller:
    """Return a caller whose bucket is that of its access token, where it has one."""
    if not caller.key_id.startswith("access_"):
        return caller
    return replace(caller, tenant=f"{caller.tenant}/{caller.key_id}")


class _BucketsOfTokens(Limiter):
    """Gives each access token a bucket of its own."""

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        return await super().admit(request if caller is None else request.by(_apart(caller)))

    async def allowance(self, caller: Caller) -> Mapping[str, str]:
        """Return what a workspace has left, taking nothing."""
        return await super().allowance(_apart(caller))


def _buckets_of_tokens(parts: Parts) -> Parts:
    limiter = _BucketsOfTokens(parts.platform.buckets, parts.platform.clock)
    known = AnyCredentials((ApiKeys(parts.keyring), AccessTokens(parts.authorization_server)))
    return replace(parts, gate=limiter, allowance=Allowances(limiter, known))


@dataclass(frozen=True, slots=True)
class _DraftsOfTheDay:
    """Posts of days, of which a draft is on the one that it was made on."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "date" not in selection:
            return await self.inner.page(selection, position, limit)
        begins = int(selection["date"])
        found: list[tuple[models.Post, int | None]] = []
        while len(found) <= limit:
            one = await self.inner.page(without(selection, "date"), position, 1)
            position = one.next_position
            for post in one.rows:
                if begins <= microseconds(post.scheduled_at or post.created_at) < begins + _DAY:
                    found.append((post, position))
            if position is None:
                break
        following = found[limit - 1][1] if len(found) > limit else None
        return PostSlice([post for post, _ in found[:limit]], following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


@dataclass(frozen=True, slots=True)
class _MoreOfAnyKind:
    """Posts of which a page is not the last while there are others, selected or not."""

    inner: Posts
    database: Database

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        page = await self.inner.page(selection, position, limit)
        if page.next_position is not None or not page.rows or not {*_FILTERS} & {*selection}:
            return page
        of_last = select(posts.c.seq).where(posts.c.id == page.rows[-1].id)
        last = await self.database.read(lambda connection: connection.scalar(of_last))
        others = await self.inner.page(without(selection, *_FILTERS), last, 1)
        return PostSlice(page.rows, last if others.rows else None)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


class _OnePredecessor(Keyring):
    """Remembers of each key the one that it came in place of, and no more."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(API, key_prefix, database, clock)
        self._predecessors: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        made = await super().rotate(key, grace)
        forgotten = self._predecessors.pop(key, None)
        if forgotten is not None:
            with suppress(UnknownKeyError):
                await self.revoke(forgotten)
        self._predecessors[made] = key
        return made


def _one_predecessor(parts: Parts) -> Parts:
    keyring = _OnePredecessor(parts.platform.database, parts.platform.clock)
    return replace(parts, keyring=keyring)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="SCH-F4717",
        title="The offset of scheduledAt is dropped: its clock time is taken for UTC",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="The column has no time zone, and the driver cuts off what does not fit.",
        apply=requests(_is_elsewhere, _as_if_in_utc),
        held_out=25,
    ),
    Fault(
        id="LIF-F4718",
        title="Where one channel refuses a post, those after it are not tried and stay scheduled",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="The refusal is raised out of the loop over the channels.",
        apply=_stopping_at_a_failure,
        held_out=25,
    ),
    Fault(
        id="OAU-F4719",
        title="The state comes back with & + = and # as they are, so that it ends there",
        promises=("ALOHA-04",),
        mistake="encodeURI in place of encodeURIComponent.",
        apply=_encoding_too_little,
        held_out=25,
    ),
    Fault(
        id="RAT-F4720",
        title="Each access token has a bucket of its own, full again after every refresh",
        promises=("ALOHA-14",),
        mistake="The bucket is named after the credential where that is no API key.",
        apply=_buckets_of_tokens,
        held_out=25,
    ),
    Fault(
        id="FIL-F4721",
        title="A draft is on the day on which it was made",
        promises=("ALOHA-07",),
        mistake="The filter is on COALESCE(scheduled_at, created_at), as the calendar page has it.",
        apply=lambda parts: replace(parts, posts=_DraftsOfTheDay(parts.posts)),
        held_out=25,
    ),
    Fault(
        id="ROT-F4722",
        title="To rotate the new key as well ends the first one at once",
        promises=("ALOHA-03",),
        mistake="There is one column for the previous key.",
        apply=_one_predecessor,
        held_out=25,
    ),
    Fault(
        id="WHK-F4723",
        title="A delivery that is answered with 410 is not repeated",
        promises=("ALOHA-13", "ALOHA-12"),
        mistake="Gone was read as a wish to be left alone.",
        apply=received(lambda outcome: outcome.status == _GONE),
        held_out=25,
    ),
    Fault(
        id="PAG-F4724",
        title="With a filter, the last page has a nextCursor while other posts are left",
        promises=("ALOHA-07",),
        mistake="Whether there are more is asked of the list without its filters.",
        apply=lambda parts: replace(
            parts, posts=_MoreOfAnyKind(parts.posts, parts.platform.database)
        ),
        held_out=25,
    ),
)
