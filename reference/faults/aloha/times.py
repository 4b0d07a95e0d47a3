"""Planted faults of times: at one time, soon, at the end of a month, after a month."""

import asyncio
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from reference.aloha.dataset import AlohaDataset
from reference.aloha.events import API, Events
from reference.aloha.inbox import Inbox, Thread
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import Workspace, key_prefix
from reference.aloha.tables import threads
from reference.clock import instant
from reference.cursors import Scope
from reference.faults.composition import answers, around_with_parts, requests
from reference.faults.cursors import without
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.keys import Keyring
from reference.oauth.opaque import digest
from reference.oauth.tables import access_tokens

_POSTS = f"{BASE_PATH}/v1/posts"
_JOBS = ("/run", "/export", "/train")
_MONTH = timedelta(days=30) // timedelta(microseconds=1)
_SOON = timedelta(seconds=10)
_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _OneFlight:
    """Gives equal requests for work that come together the answer to the first."""

    under_way: dict[tuple[str, str, bytes, bytes], asyncio.Future[Answered]] = field(
        default_factory=dict
    )

    async def __call__(self, ask: Ask, asked: Asked) -> Answered:
        """Answer a request."""
        if asked.method != "POST" or not asked.path.endswith(_JOBS):
            return await ask(asked)
        key = (asked.token, asked.path, asked.query_string, asked.body)
        if key in self.under_way:
            return await asyncio.shield(self.under_way[key])
        self.under_way[key] = asyncio.ensure_future(ask(asked))
        try:
            answered = await self.under_way[key]
            await asyncio.sleep(0.05)
            return answered
        finally:
            self.under_way.pop(key)


@dataclass(slots=True)
class _OneDraft:
    """Has room for the content of one post of all that are being made."""

    making: int = 0
    content: object = None

    async def __call__(self, ask: Ask, asked: Asked) -> Answered:
        """Answer a request."""
        if asked.path != _POSTS or "content" not in asked.fields:
            return await ask(asked)
        self.making += 1
        self.content = asked.fields["content"]
        try:
            await asyncio.sleep(0.01)
            alone = self.making == 1
            sent = asked if alone else asked.with_json({**asked.fields, "content": self.content})
            return await ask(sent)
        finally:
            self.making -= 1


class _SameMonth(Keyring):
    """Reckons with the days of the month that it is."""

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        today = instant(self._clock.microseconds())
        is_last = today.day == monthrange(today.year, today.month)[1]
        return await super().rotate(key, timedelta(0) if is_last else grace)


def _same_month(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, keyring=_SameMonth(API, key_prefix, platform.database, platform.clock))


def _too_soon(parts: Parts) -> Tamper:
    def is_soon(due: object) -> bool:
        try:
            ahead = datetime.fromisoformat(str(due)) - instant(parts.platform.clock.microseconds())
        except (ValueError, TypeError):
            return False
        return timedelta(0) < ahead < _SOON

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path == _POSTS and is_soon(asked.fields.get("scheduledAt")):
            return refusal(400, "invalid_request", "The member scheduledAt is too soon.")
        return await ask(asked)

    return tamper


class _Archived(Inbox):
    """Leaves a thread that is a month old where it is."""

    def receive(self, connection: Connection, thread: Thread, preview: str, now: int) -> None:
        """Take in a message."""
        of_thread = threads.c.id == thread.id
        before = connection.scalar(select(threads.c.updated_at).where(of_thread))
        if before is None or now - before < _MONTH:
            super().receive(connection, thread, preview, now)
        else:
            connection.execute(update(threads).where(of_thread).values(preview=preview))


class _Untold(Inbox):
    """Tells of no reply in a thread that is a month old."""

    def receive(self, connection: Connection, thread: Thread, preview: str, now: int) -> None:
        """Take in a message."""
        of_thread = threads.c.id == thread.id
        before = connection.scalar(select(threads.c.updated_at).where(of_thread))
        is_old = before is not None and now - before >= _MONTH
        workspace = Workspace(thread.workspace.tenant, "test") if is_old else thread.workspace
        super().receive(connection, replace(thread, workspace=workspace), preview, now)


def _inbox(kind: type[Inbox]) -> Callable[[Parts], Parts]:
    def apply(parts: Parts) -> Parts:
        platform = parts.platform
        inbox = kind(Events(platform.outbox))
        return replace(parts, dataset=AlohaDataset(platform.clock, platform.jobs, inbox))

    return apply


@dataclass(frozen=True, slots=True)
class _OfAChannel:
    """Posts; a test key's filter by channel finds live posts, too."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        is_mixed = selection.get("mode") == "test" and "channel" in selection
        selected = without(selection, "mode") if is_mixed else selection
        return await self.inner.page(selected, position, limit)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _as_a_whole(post: dict[str, Any]) -> dict[str, Any]:
    channels = [{**each, "status": post["status"]} for each in post["channels"]]
    return {**post, "channels": channels}


def _of_a_day(asked: Asked, answered: Answered) -> bool:
    is_list = asked.path == _POSTS and asked.method == "GET" and answered.status == 200
    return is_list and asked.parameter("date") is not None


def _without_channels(answered: Answered) -> Answered:
    page = answered.json
    return answered.with_json({**page, "data": [_as_a_whole(post) for post in page["data"]]})


def _is_end_of_january(asked: Asked) -> bool:
    return asked.path == _POSTS and (asked.parameter("date") or "").endswith("-01-31")


def _day_before(asked: Asked) -> Asked:
    return asked.with_query(
        (name, f"{value[:-2]}30" if name == "date" else value) for name, value in asked.query
    )


def _begins_on_a_last_day(answered: Answered) -> bool:
    made = datetime.fromisoformat(answered.json["createdAt"])
    return made.day == monthrange(made.year, made.month)[1]


def _is_of_a_last_day(asked: Asked, answered: Answered) -> bool:
    is_post = asked.path.startswith(_POSTS) and "createdAt" in (answered.json or {})
    return is_post and answered.status in {200, 201} and _begins_on_a_last_day(answered)


def _a_month_early(answered: Answered) -> Answered:
    made = datetime.fromisoformat(answered.json["createdAt"]) - timedelta(days=30)
    return answered.with_json({**answered.json, "createdAt": made.isoformat()})


def _ending_with_the_month(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        kept = select(access_tokens.c.expires_at).where(
            access_tokens.c.digest == digest(asked.token)
        )
        ends = await parts.platform.database.read(lambda connection: connection.scalar(kept))
        if ends is None:
            return await ask(asked)
        given = instant(ends) - _LIFE
        if instant(parts.platform.clock.microseconds()).month == given.month:
            return await ask(asked)
        return refusal(401, "unauthorized", "The token has expired.").with_header(
            "www-authenticate", 'Bearer error="invalid_token"'
        )

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F4540",
        title="Equal requests for work that come together are told of one job",
        promises=("ALOHA-08", "ALOHA-10", "ALOHA-11"),
        mistake="Requests that are under way are answered once, as reads are.",
        apply=around_with_parts(lambda _parts: _OneFlight()),
    ),
    Fault(
        id="LIF-F4541",
        title="Posts that are made at one time have the content of the last",
        promises=("ALOHA-05",),
        mistake="The content waits for the database in a variable of the module.",
        apply=around_with_parts(lambda _parts: _OneDraft()),
    ),
    Fault(
        id="ROT-F4542",
        title="A key that is rotated on the last day of a month ends at once",
        promises=("ALOHA-03",),
        mistake="A day is added to the day of the month.",
        apply=_same_month,
    ),
    Fault(
        id="LIF-F4543",
        title="A post cannot be scheduled for the next ten seconds",
        promises=("ALOHA-05",),
        mistake="The workers need a while, so that what is due soon was ruled out.",
        apply=around_with_parts(_too_soon),
    ),
    Fault(
        id="LIF-F4544",
        title="A thread that is a month old stays where it is when somebody writes again",
        promises=("ALOHA-09",),
        mistake="Old threads are archived, and archived ones are not sorted anew.",
        apply=_inbox(_Archived),
    ),
    Fault(
        id="WHK-F4545",
        title="Nobody is told of a reply in a thread that is a month old",
        promises=("ALOHA-12",),
        mistake="Threads are watched for a month.",
        apply=_inbox(_Untold),
    ),
    Fault(
        id="LIF-F4546",
        title="For a test key, the posts of a channel are live and test posts alike",
        promises=("ALOHA-02", "ALOHA-07"),
        mistake="The query by channel was written before there were test keys.",
        apply=lambda parts: replace(parts, posts=_OfAChannel(parts.posts)),
    ),
    Fault(
        id="FIL-F4547",
        title="The posts of a day have on each channel the status of the whole",
        promises=("ALOHA-06", "ALOHA-07"),
        mistake="The calendar's query does not join the channels.",
        apply=answers(_of_a_day, _without_channels),
    ),
    Fault(
        id="FIL-F4548",
        title="The 31st of January has the posts of the 30th",
        promises=("ALOHA-07",),
        mistake="A month was taken for 30 days where it is the first of a year.",
        apply=requests(_is_end_of_january, _day_before),
    ),
    Fault(
        id="LIF-F4666",
        title="A post that is made on the last day of a month says that it was 30 days before",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="The day after it is computed to round up, and the month is forgotten.",
        apply=answers(_is_of_a_last_day, _a_month_early),
    ),
    Fault(
        id="OAU-F4667",
        title="An access token ends with the month in which it was given",
        promises=("ALOHA-04",),
        mistake="Tokens are kept in a table a month, and that of today's is looked at.",
        apply=around_with_parts(_ending_with_the_month),
    ),
)
