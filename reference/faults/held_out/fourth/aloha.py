"""Faults of Aloha, the fourth set planted from its documentation alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha.dataset import AlohaDataset
from reference.aloha.events import Events
from reference.aloha.inbox import Inbox, Thread
from reference.aloha.limiter import Limiter
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import Caller, Workspace
from reference.aloha.tables import threads
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests
from reference.faults.deliveries import received
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.oauth.opaque import digest
from reference.oauth.tables import grants, refresh_tokens

_GONE = 410
_OFFSET = re.compile(r"(?<=\d)[+-]\d\d:\d\d$")


@dataclass(frozen=True, slots=True)
class _FirstChannel:
    """Posts that are on their first channel only, where a list asks for a channel."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        page = await self.inner.page(selection, position, limit)
        channel = selection.get("channel", "")
        posts = [post for post in page.rows if channel in {"", post.channels[0].channel}]
        return replace(page, rows=posts)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _has_offset(asked: Asked) -> bool:
    moment = asked.fields.get("scheduledAt")
    is_post = (asked.method, asked.path) == ("POST", f"{BASE_PATH}/v1/posts")
    return is_post and isinstance(moment, str) and _OFFSET.search(moment) is not None


def _read_as_utc(asked: Asked) -> Asked:
    moment = _OFFSET.sub("Z", asked.fields["scheduledAt"])
    return asked.with_json({**asked.fields, "scheduledAt": moment})


def _ending_as_granted(parts: Parts) -> Tamper:
    """Let each grant end when it was to end at first."""
    database = parts.platform.database

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path != f"{BASE_PATH}/oauth/token":
            return await ask(asked)
        form = dict(parse_qsl(asked.body.decode("latin-1")))
        its_grant = (
            select(grants.c.id, grants.c.expires_at)
            .join(refresh_tokens, refresh_tokens.c.grant_id == grants.c.id)
            .where(refresh_tokens.c.digest == digest(form.get("refresh_token", "")))
        )
        grant = await database.read(lambda connection: connection.execute(its_grant).first())
        answered = await ask(asked)
        if grant is not None:
            kept = update(grants).where(grants.c.id == grant.id)
            await database.write(
                lambda connection: connection.execute(kept.values(expires_at=grant.expires_at))
            )
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _LiveOnly:
    """Counts the requests with live keys, and no others."""

    inner: Gate[Caller | None]
    limiter: Limiter

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Admit a request; raise RateLimited."""
        caller = request.principal
        if caller is not None and caller.mode == "test":
            return await self.limiter.allowance(caller)
        return await self.inner.admit(request)


def _counting_live(parts: Parts) -> Parts:
    limiter = Limiter(parts.platform.buckets, parts.platform.clock)
    return replace(parts, gate=_LiveOnly(parts.gate, limiter))


class _InPlace(Inbox):
    """Takes in what people write, and leaves the threads in their order."""

    def receive(self, connection: Connection, thread: Thread, preview: str, now: int) -> None:
        """Take in a message, in a thread that there is or in a new one."""
        of_thread = threads.c.id == thread.id
        written = connection.scalar(select(threads.c.written).where(of_thread))
        super().receive(connection, thread, preview, now)
        if written is not None:
            connection.execute(update(threads).where(of_thread).values(written=written))


def _leaving_in_place(parts: Parts) -> Parts:
    platform = parts.platform
    inbox = _InPlace(Events(platform.outbox))
    return replace(parts, dataset=AlohaDataset(platform.clock, platform.jobs, inbox))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F1141",
        title="A delivery that is answered 410 is not retried",
        promises=("ALOHA-13", "ALOHA-12"),
        mistake="What is gone was thought to stay away.",
        apply=received(lambda outcome: outcome.status == _GONE),
        held_out=4,
    ),
    Fault(
        id="FIL-F1142",
        title="A channel selects the posts whose first channel it is",
        promises=("ALOHA-07",),
        mistake="The filter is of the time when a post had one channel.",
        apply=lambda parts: replace(parts, posts=_FirstChannel(parts.posts)),
        held_out=4,
    ),
    Fault(
        id="SCH-F1143",
        title="A scheduledAt is read as UTC, whatever its offset says",
        promises=("ALOHA-05",),
        mistake="The moment is parsed with its zone, and kept in a column that has none.",
        apply=requests(_has_offset, _read_as_utc),
        held_out=4,
    ),
    Fault(
        id="OAU-F1144",
        title="A grant ends 90 days after it was made, however often it is refreshed",
        promises=("ALOHA-04",),
        mistake="The new refresh token inherits the end of the old one.",
        apply=around_with_parts(_ending_as_granted),
        held_out=4,
    ),
    Fault(
        id="RAT-F1145",
        title="Requests with a test key spend nothing, and are never refused",
        promises=("ALOHA-14", "ALOHA-15"),
        mistake="Test data costs nothing, so that nobody counts it.",
        apply=_counting_live,
        held_out=4,
    ),
    Fault(
        id="PAG-F1146",
        title="A thread that is written to again keeps its place in the inbox",
        promises=("ALOHA-09",),
        mistake="The list is ordered by when a thread began.",
        apply=_leaving_in_place,
        held_out=4,
    ),
)
