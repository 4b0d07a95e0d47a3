"""Faults of Aloha, the fifth set planted from its documentation alone."""

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl

import msgspec
from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from reference.aloha.events import API, EventData, Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import Workspace, key_prefix
from reference.aloha.tables import placements, posts
from reference.cursors import Scope
from reference.faults.composition import answers, around, around_with_parts
from reference.faults.deliveries import signed
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.limiting import without_headers
from reference.jobs import Job
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.opaque import digest
from reference.oauth.tables import access_tokens, grants
from reference.platform import Platform

_SECRET_CHARACTERS = 64
_LIMIT = re.compile(r"[1-9]\d?|100")


class _OnePrevious(Keyring):
    """Keys of which only one earlier one is good, besides the present one."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(API, key_prefix, platform.database, platform.clock)
        self._previous: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        rotated = await super().rotate(key, grace)
        self._previous[rotated] = key
        if (forgotten := self._previous.pop(key, None)) is not None:
            with suppress(UnknownKeyError):
                await self.revoke(forgotten)
        return rotated


def _with_all_that_was_granted(parts: Parts) -> Tamper:
    """Let each access token do what the user granted, whatever a refresh asked for."""
    database = parts.platform.database

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        form = dict(parse_qsl(asked.body.decode("latin-1")))
        is_narrowed = form.get("grant_type") == "refresh_token" and "scope" in form
        if asked.path != f"{BASE_PATH}/oauth/token" or answered.status != 200 or not is_narrowed:
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

        await database.write(widen)
        return answered

    return tamper


def _cut(secret: str) -> str:
    return secret[:_SECRET_CHARACTERS]


class _Unfailing(Events):
    """Puts events in the outbox, but for those of failures."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event, which happened `at` microseconds since 1970, to be sent."""
        if event != "post.failed":
            super().put(connection, workspace, event, at, data)


class _TellingLater(Publisher):
    """Tells of a failure where a job meets it, and not where the request itself does."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform.jobs, Events(platform.outbox))
        self._at_once = Publisher(platform.jobs, _Unfailing(platform.outbox))

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        self._at_once.create(connection, post)


class _LastDecides(Publisher):
    """Gives each post the status of the channel that was through last."""

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        super().create(connection, post)
        _overwrite(connection, post.id)

    def do(self, connection: Connection, job: Job) -> None:
        """Publish a post on a channel; meanwhile, nothing else is done to the post."""
        super().do(connection, job)
        _overwrite(connection, job.payload["post"])


def _overwrite(connection: Connection, post_id: str) -> None:
    of_post = select(placements.c.status).where(placements.c.post == post_id)
    statuses = connection.scalars(of_post.order_by(placements.c.position)).all()
    if _are_through(statuses):
        its_row = posts.c.id == post_id
        connection.execute(update(posts).where(its_row).values(status=statuses[-1]))


def _are_through(statuses: Collection[str]) -> bool:
    return {*statuses} <= {"published", "failed"}


@dataclass(frozen=True, slots=True)
class _OnAnyChannel:
    """Posts that stand so on one of their channels, where a list asks for a status."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "status" not in selection:
            return await self.inner.page(selection, position, limit)
        others = {name: value for name, value in selection.items() if name != "status"}
        found: list[models.Post] = []
        last = position
        while True:
            one = await self.inner.page(others, position, 1)
            stands_so = [post for post in one.rows if _has(post, selection["status"])]
            if stands_so and len(found) == limit:
                return PostSlice(found, last)
            found += stands_so
            position = one.next_position
            if stands_so:
                last = position
            if position is None:
                return PostSlice(found, None)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _has(post: models.Post, status: str | int) -> bool:
    return any(placement.status == status for placement in post.channels)


@dataclass(frozen=True, slots=True)
class _Unordered:
    """Posts whose channels come by their names, where they are listed."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        page = await self.inner.page(selection, position, limit)
        return replace(page, rows=[_by_name(post) for post in page.rows])

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _by_name(post: models.Post) -> models.Post:
    by_name = sorted(post.channels, key=lambda placement: placement.channel)
    return msgspec.structs.replace(post, channels=by_name)


def _as_long_as_the_first(parts: Parts) -> Parts:
    """Keep the limit of a first page with its cursor, for all pages that follow."""
    limits: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        kept = limits.get(asked.parameter("cursor") or "")
        if kept is not None and _LIMIT.fullmatch(asked.parameter("limit") or kept):
            asked = asked.with_query([*asked.without("limit").query, ("limit", kept)])
        answered = await ask(asked)
        match answered.json:
            case {"pagination": {"limit": int(limit), "nextCursor": str(cursor)}}:
                limits[cursor] = str(limit)
        return answered

    planted: Parts = around(tamper)(parts)
    return planted


def _is_read_too_early(asked: Asked, answered: Answered) -> bool:
    is_no_json = asked.body != b"" and asked.json is None
    return asked.path.startswith(f"{BASE_PATH}/v1/") and answered.status == 401 and is_no_json


def _as_invalid_body(answered: Answered) -> Answered:
    error = {"code": "invalid_request", "message": "The body is not JSON."}
    refused = answered.with_status(400).without_header("www-authenticate")
    return refused.with_header("cache-control", "no-store").with_json({"error": error})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F1221",
        title="A key that is rotated twice in a day ends the 24 hours of the first old key",
        promises=("ALOHA-03",),
        mistake="There is one column for the previous key.",
        apply=lambda parts: replace(parts, keyring=_OnePrevious(parts.platform)),
        held_out=5,
    ),
    Fault(
        id="OAU-F1222",
        title="A token that was refreshed for fewer scopes can still do all that was granted",
        promises=("ALOHA-04",),
        mistake="The answer has the scopes that were asked for, the row those of the grant.",
        apply=around_with_parts(_with_all_that_was_granted),
        held_out=5,
    ),
    Fault(
        id="WHK-F1223",
        title="Only the first 64 characters of a secret sign",
        promises=("ALOHA-12",),
        mistake="The column is as long as the secrets that the dashboard makes.",
        apply=signed(lambda attempt: replace(attempt, secret=_cut(attempt.secret))),
        held_out=5,
    ),
    Fault(
        id="WHK-F1224",
        title="Nobody is told of a post that is published at once, and fails",
        promises=("ALOHA-12", "ALOHA-05"),
        mistake="The error handler with the event is the worker's, not the request's.",
        apply=lambda parts: replace(parts, publisher=_TellingLater(parts.platform)),
        held_out=5,
    ),
    Fault(
        id="FIL-F1225",
        title="A status selects the posts that stand so on any channel",
        promises=("ALOHA-07",),
        mistake="The filter joins the channels, and finds a column of that name there.",
        apply=lambda parts: replace(parts, posts=_OnAnyChannel(parts.posts)),
        held_out=5,
    ),
    Fault(
        id="PAG-F1226",
        title="All pages are as long as the first one, whatever limit they are asked with",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="The cursor holds the whole query, and what it holds goes first.",
        apply=_as_long_as_the_first,
        held_out=5,
    ),
    Fault(
        id="RAT-F1227",
        title="A 202 has no rate limit headers",
        promises=("ALOHA-14",),
        mistake="Another service takes the work on, and its answer is passed through.",
        apply=without_headers(lambda _, answered: answered.status == 202),
        held_out=5,
    ),
    Fault(
        id="LIF-F1228",
        title="A post that failed on a channel is published, where the last one took it",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="Each channel writes how it went into the post, over what the others wrote.",
        apply=lambda parts: replace(
            parts, publisher=_LastDecides(parts.platform.jobs, Events(parts.platform.outbox))
        ),
        held_out=5,
    ),
    Fault(
        id="SCH-F1229",
        title="Listed posts have their channels by name, not in the order they were given",
        promises=("ALOHA-07", "ALOHA-05"),
        mistake="The list joins the channels without an order of its own.",
        apply=lambda parts: replace(parts, posts=_Unordered(parts.posts)),
        held_out=5,
    ),
    Fault(
        id="AUT-F1230",
        title="A body that is no JSON is 400 also where no key came with it",
        promises=("ALOHA-02",),
        mistake="The framework parses bodies before the dependency that looks at the key.",
        apply=answers(_is_read_too_early, _as_invalid_body),
        held_out=5,
    ),
)
