"""Faults of Aloha, planted from its documentation alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl

import msgspec
from sqlalchemy import Connection, bindparam, insert, select
from starlette.types import Scope as AsgiScope

from generated.aloha.server import Security, models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha.background import DURATIONS, BackgroundWork
from reference.aloha.events import EventData, Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import Caller, Workspace
from reference.aloha.tables import inbox, threads
from reference.collection import SqlCollection
from reference.cursors import Scope
from reference.faults.composition import around_with_parts
from reference.faults.deliveries import signed
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.oauth.opaque import digest
from reference.oauth.tables import grants, refresh_tokens
from reference.storage.database import Database
from reference.storage.tables import api_keys
from reference.webhooks.profile import Attempt

_RUN = DURATIONS["matrix"] // timedelta(microseconds=1)


class _AsAsked(Events):
    """Says of a matrix run that it happened when it was asked for."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event to be sent."""
        happened = at - _RUN if event == "matrix.completed" else at
        super().put(connection, workspace, event, happened, data)


def _created_as_asked(parts: Parts) -> Parts:
    platform = parts.platform
    events = _AsAsked(platform.outbox)
    background = BackgroundWork(platform.database, platform.clock, platform.jobs, events)
    return replace(parts, background=background)


@dataclass(frozen=True, slots=True)
class _HeadWrites(Security[Caller]):
    """Asks for `write` where the method is not GET."""

    inner: Security[Caller]

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        return await self.inner.api_key(token, request)

    async def oauth(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose access token it is."""
        is_head = request.method == "HEAD"
        asked = replace(request, scopes=("write",)) if is_head else request
        return await self.inner.oauth(token, asked)


def _keeping_refresh_tokens(parts: Parts) -> Tamper:
    """Put back the refresh tokens of a grant that a second use of its code revoked."""
    database = parts.platform.database

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        form = dict(parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True))
        is_code = form.get("grant_type") == "authorization_code" and "code" in form
        if asked.path != f"{BASE_PATH}/oauth/token" or not is_code:
            return await ask(asked)
        of_code = select(grants).where(grants.c.code == digest(form["code"]))
        before = await database.read(lambda connection: connection.execute(of_code).first())
        if before is None:
            return await ask(asked)
        of_grant = select(refresh_tokens).where(refresh_tokens.c.grant_id == before.id)
        kept = await database.read(lambda connection: connection.execute(of_grant).all())
        answered = await ask(asked)

        def put_back(connection: Connection) -> None:
            if connection.execute(of_code).first() is None:
                connection.execute(insert(grants).values(before._asdict()))
                connection.execute(insert(refresh_tokens), [row._asdict() for row in kept])

        await database.write(put_back)
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _ApartWhenRotated:
    """Counts what is sent with a key that was rotated apart from all else."""

    inner: Gate[Caller | None]
    database: Database

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited where there is none."""
        caller = request.principal
        if caller is None:
            return await self.inner.admit(request)
        ends = select(api_keys.c.expires_at).where(api_keys.c.id == caller.key_id)
        ends_at = await self.database.read(lambda connection: connection.scalar(ends))
        if ends_at is None:
            return await self.inner.admit(request)
        apart = replace(caller, tenant=f"{caller.tenant}/{caller.key_id}")
        return await self.inner.admit(request.by(apart))


def _known_in_the_clear(parts: Parts) -> Parts:
    """Look at the key of a request before asking how it came."""
    honest = parts.allowance

    async def allowance(scope: AsgiScope) -> Mapping[str, str]:
        kept = [pair for pair in scope["headers"] if pair[0].lower() != b"x-forwarded-proto"]
        return await honest({**scope, "headers": kept})

    return replace(parts, allowance=allowance)


@dataclass(frozen=True, slots=True)
class _FailedFirst:
    """Posts of which the channels that failed come first."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        page = await self.inner.page(selection, position, limit)
        return replace(page, rows=[_failed_first(post) for post in page.rows])

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        post = await self.inner.find(workspace, post_id)
        return None if post is None else _failed_first(post)


def _failed_first(post: models.Post) -> models.Post:
    channels = sorted(post.channels, key=lambda placed: placed.status != "failed")
    return msgspec.structs.replace(post, channels=channels)


def _secrets_by_url(parts: Parts) -> Parts:
    known: dict[str, str] = {}

    def as_known(attempt: Attempt) -> Attempt:
        return replace(attempt, secret=known.setdefault(attempt.url, attempt.secret))

    return signed(as_known)(parts)


def _threads_by_time(parts: Parts) -> Parts:
    honest, column = inbox(), threads.c.updated_at
    before = {"position": column < bindparam("position")}
    how = replace(
        honest,
        conditions={**honest.conditions, **before},
        key=column,
        order=column.desc(),
    )
    return replace(parts, threads=SqlCollection(parts.platform.database, how))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F4821",
        title="Of matrix.completed, created is when the run was asked for",
        promises=("ALOHA-12", "ALOHA-10"),
        mistake="The event has the createdAt of the job.",
        apply=_created_as_asked,
        held_out=27,
    ),
    Fault(
        id="OAU-F4822",
        title="With an access token, HEAD needs the scope write",
        promises=("ALOHA-04", "ALOHA-17"),
        mistake="Whatever is not GET is taken for a write.",
        apply=lambda parts: replace(parts, security=_HeadWrites(parts.security)),
        held_out=27,
    ),
    Fault(
        id="OAU-F4823",
        title="A code that is used again ends the access token, and not the refresh token",
        promises=("ALOHA-04",),
        mistake="Revocation deletes from the one table of tokens that requests look at.",
        apply=around_with_parts(_keeping_refresh_tokens),
        held_out=27,
    ),
    Fault(
        id="RAT-F4824",
        title="In its last 24 hours, a key that was rotated has an allowance of its own",
        promises=("ALOHA-14", "ALOHA-03"),
        mistake="So that the old deployment would not slow the new one.",
        apply=lambda parts: replace(
            parts, gate=_ApartWhenRotated(parts.gate, parts.platform.database)
        ),
        held_out=27,
    ),
    Fault(
        id="RAT-F4825",
        title="Over plain HTTP, a good key is shown what its workspace has left",
        promises=("ALOHA-14", "ALOHA-01"),
        mistake="The headers are added outside of what rejects plain HTTP.",
        apply=_known_in_the_clear,
        held_out=27,
    ),
    Fault(
        id="SCH-F4826",
        title="Read back, the channels on which a post failed come before the others",
        promises=("ALOHA-06", "ALOHA-05", "ALOHA-07"),
        mistake="What needs attention was put on top, as on the dashboard.",
        apply=lambda parts: replace(parts, posts=_FailedFirst(parts.posts)),
        held_out=27,
    ),
    Fault(
        id="WHK-F4827",
        title="Two subscriptions of one URL are signed under the secret of one of them",
        promises=("ALOHA-12",),
        mistake="Secrets are cached by the URL.",
        apply=_secrets_by_url,
        held_out=27,
    ),
    Fault(
        id="PAG-F4828",
        title="Walks of the inbox lose threads that were written to at the same moment",
        promises=("ALOHA-09",),
        mistake="The pages are cut by updatedAt, which is not unique.",
        apply=_threads_by_time,
        held_out=27,
    ),
)
