"""Faults of Aloha, planted from its documentation alone."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import msgspec
from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha.events import API, EventData, Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import Caller, Workspace
from reference.aloha.tables import placements, posts
from reference.clock import microseconds
from reference.cursors import Scope
from reference.faults.composition import answers, around_with_parts
from reference.faults.cursors import without
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.oauth.opaque import digest
from reference.oauth.tables import access_tokens, grants
from reference.storage.database import Database
from reference.storage.tables import api_keys
from reference.webhooks.outbox import Event, Outbox

_SECOND = 1_000_000
_DAY = 24 * 60 * 60 * _SECOND
_FILTERS = ("channel", "status", "date")
_TOKEN = f"{BASE_PATH}/oauth/token"
_AUTHORIZE = f"{BASE_PATH}/oauth/authorize"
_ROUTES = re.compile(
    r"/v1/(posts|posts/[^/]+|analytics/export|inbox/threads|matrix/[^/]+/run|voice/train)"
    r"|/oauth/(authorize|token)"
)


def _narrowed_in_name_only(parts: Parts) -> Tamper:
    """Keep the scopes of the grant with an access token that was asked for with fewer."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        form = parse_qs(asked.body.decode("latin-1"))
        is_narrowing = form.get("grant_type") == ["refresh_token"] and "scope" in form
        if asked.path != _TOKEN or answered.status != 200 or not is_narrowing:
            return answered
        of_token = access_tokens.c.digest == digest(answered.json["access_token"])
        granted = (
            select(grants.c.scopes)
            .join(access_tokens, access_tokens.c.grant_id == grants.c.id)
            .where(of_token)
        )

        def widen(connection: Connection) -> None:
            scopes = connection.scalar(granted)
            connection.execute(update(access_tokens).where(of_token).values(scopes=scopes))

        await parts.platform.database.write(widen)
        return answered

    return tamper


def _refuses_a_scope(asked: Asked, answered: Answered) -> bool:
    location = answered.headers.get("location", "")
    told = parse_qs(urlsplit(location).query)
    return asked.path == _AUTHORIZE and told.get("error") == ["invalid_scope"]


def _stateless(answered: Answered) -> Answered:
    return answered.with_header(
        "location", re.sub(r"&state=[^&]*$", "", answered.headers["location"])
    )


@dataclass(frozen=True, slots=True)
class _BucketOfAnOldKey:
    """Admission that counts what a rotated key sends apart from the rest of its workspace."""

    inner: Gate[Caller | None]
    database: Database

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        if caller is None:
            return await self.inner.admit(request)
        ends = select(api_keys.c.expires_at).where(api_keys.c.id == caller.key_id)
        ends_at = await self.database.read(lambda connection: connection.scalar(ends))
        if ends_at is None:
            return await self.inner.admit(request)
        apart = replace(caller, tenant=f"{caller.tenant}/{caller.key_id}")
        return await self.inner.admit(replace(request, principal=apart))


@dataclass(frozen=True, slots=True)
class _GoingOnUnfiltered:
    """Posts of which a filtered page says that more follow where any do."""

    inner: Posts
    database: Database

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        page = await self.inner.page(selection, position, limit)
        is_filtered = any(name in selection for name in _FILTERS)
        if page.next_position is not None or not page.rows or not is_filtered:
            return page
        place = select(posts.c.seq).where(posts.c.id == page.rows[-1].id)
        last = await self.database.read(lambda connection: connection.scalar(place))
        following = await self.inner.page(without(selection, *_FILTERS), last, 1)
        return replace(page, next_position=last) if following.rows else page

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


@dataclass(frozen=True, slots=True)
class _DaysOfPublishing:
    """Posts of days: those that were published on one, and those that are yet to be."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "date" not in selection:
            return await self.inner.page(selection, position, limit)
        found: list[tuple[models.Post, int | None]] = []
        while len(found) <= limit:
            one = await self.inner.page(without(selection, "date"), position, 1)
            position = one.next_position
            found += [(post, position) for post in one.rows if _is_of(post, int(selection["date"]))]
            if position is None:
                break
        following = found[limit - 1][1] if len(found) > limit else None
        return PostSlice([post for post, _ in found[:limit]], following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _is_of(post: models.Post, day: int) -> bool:
    published = [on.published_at for on in post.channels if on.published_at is not None]
    at = min(published) if published else post.scheduled_at
    return at is not None and day <= microseconds(at) < day + _DAY


class _Backdating(Publisher):
    """Says of what is published late that it was published when it was due."""

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        super().create(connection, post)
        of_post = (placements.c.post == post.id) & placements.c.published_at.is_not(None)
        due_at = {"published_at": post.scheduled_at}
        connection.execute(update(placements).where(of_post).values(due_at))


class _EventsOfPosts(Events):
    """Makes the id of an event of what happened and to which post."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox)
        self._kept = outbox

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event, which happened `at` microseconds since 1970, to be sent."""
        if workspace.mode == "test":
            return
        post = data.post_id if isinstance(data, _OF_POSTS) else ""
        event_id = f"evt_{hashlib.sha256(f'{post}/{event}'.encode()).hexdigest()[:14].upper()}"
        body = {"id": event_id, "event": event, "created": at // _SECOND, "data": data}
        made = Event(event_id, API, workspace.tenant, event, msgspec.json.encode(body))
        self._kept.put(connection, made)


_OF_POSTS = (models.PostEventData, models.PostFailedEventData)


def _publisher(make: Callable[[Parts], Publisher]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, publisher=make(parts))


def _is_in_the_clear_and_unknown(asked: Asked, answered: Answered) -> bool:
    path = asked.path.removeprefix(BASE_PATH)
    return answered.code == "tls_required" and _ROUTES.fullmatch(path) is None


def _nothing_here(answered: Answered) -> Answered:
    error = {"code": "not_found", "message": "There is nothing at this path."}
    return answered.with_status(404).with_json({"error": error})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="OAU-F3541",
        title="A refresh for fewer scopes says so, and its access token has them all",
        promises=("ALOHA-04",),
        mistake="The scopes asked for are put in the answer; the token takes those of the grant.",
        apply=around_with_parts(_narrowed_in_name_only),
        held_out=18,
    ),
    Fault(
        id="OAU-F3542",
        title="A browser that is sent back for its scopes comes without the state",
        promises=("ALOHA-04",),
        mistake="Scopes are checked later than the rest, by code that builds a redirect anew.",
        apply=answers(_refuses_a_scope, _stateless),
        held_out=18,
    ),
    Fault(
        id="RAT-F3543",
        title="A key that was rotated spends from a bucket of its own while it lasts",
        promises=("ALOHA-14",),
        mistake="An old key is looked up by another path, which names the bucket after the key.",
        apply=lambda parts: replace(
            parts, gate=_BucketOfAnOldKey(parts.gate, parts.platform.database)
        ),
        held_out=18,
    ),
    Fault(
        id="PAG-F3544",
        title="The last page of a filtered list has a cursor where posts that do not match follow",
        promises=("ALOHA-07",),
        mistake="Whether there is more is asked of the table, without the filters.",
        apply=lambda parts: replace(
            parts, posts=_GoingOnUnfiltered(parts.posts, parts.platform.database)
        ),
        held_out=18,
    ),
    Fault(
        id="PAG-F3545",
        title="A post is on the day on which it was published, not on that of its scheduledAt",
        promises=("ALOHA-07",),
        mistake="For most posts the two days are the same.",
        apply=lambda parts: replace(parts, posts=_DaysOfPublishing(parts.posts)),
        held_out=18,
    ),
    Fault(
        id="LIF-F3546",
        title="A post whose time was already past says that it was published at that time",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="The time of publishing is copied from the time that was asked for.",
        apply=_publisher(
            lambda parts: _Backdating(parts.platform.jobs, Events(parts.platform.outbox))
        ),
        held_out=18,
    ),
    Fault(
        id="WHK-F3547",
        title="The events of a post's channels have one id between them",
        promises=("ALOHA-12",),
        mistake="The id is made of the event's name and the post, so that a restart repeats none.",
        apply=_publisher(
            lambda parts: Publisher(parts.platform.jobs, _EventsOfPosts(parts.platform.outbox))
        ),
        held_out=18,
    ),
    Fault(
        id="TLS-F3548",
        title="Over plain HTTP, a path that there is not is 404",
        promises=("ALOHA-01",),
        mistake="TLS is asked for by each route, and not in front of the router.",
        apply=answers(_is_in_the_clear_and_unknown, _nothing_here),
        held_out=18,
    ),
)
