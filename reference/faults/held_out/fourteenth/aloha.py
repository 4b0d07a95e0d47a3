"""Faults of Aloha, planted from its documentation alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from urllib.parse import parse_qsl

from sqlalchemy import Connection, select, update

from generated.aloha.server import Security, errors, models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha.background import BackgroundWork
from reference.aloha.events import API, EventData, Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import Caller, Workspace
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.oauth.opaque import digest
from reference.oauth.tables import grants, refresh_tokens
from reference.storage.database import Database
from reference.storage.tables import api_keys
from reference.webhooks.outbox import Outbox
from reference.webhooks.profile import Attempt

_LAST_SECOND = time(23, 59, 59)
_POST_FIELDS = frozenset({"content", "channels", "scheduledAt"})


def _signed_alike(parts: Parts) -> Parts:
    secrets: dict[str, str] = {}
    honest = parts.webhooks.headers

    def headers(attempt: Attempt) -> Mapping[str, str]:
        secret = secrets.setdefault(attempt.event_id, attempt.secret)
        return honest(replace(attempt, secret=secret))

    return replace(parts, webhooks=replace(parts.webhooks, headers=headers))


class _OfTheFirstRun(Events):
    """Tells of each run of a matrix what it told of the first."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox)
        self._jobs: dict[str, str] = {}

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event, to be sent."""
        if isinstance(data, models.MatrixCompletedEventData):
            job = self._jobs.setdefault(data.matrix_id, data.job_id)
            data = models.MatrixCompletedEventData(matrix_id=data.matrix_id, job_id=job)
        super().put(connection, workspace, event, at, data)


def _runs_told_alike(parts: Parts) -> Parts:
    platform = parts.platform
    events = _OfTheFirstRun(platform.outbox)
    background = BackgroundWork(platform.database, platform.clock, platform.jobs, events)
    return replace(parts, background=background)


@dataclass(frozen=True, slots=True)
class _DaysOfWholeSeconds:
    """Posts of days that end with the beginning of their last second."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "date" not in selection:
            return await self.inner.page(selection, position, limit)
        found: list[tuple[models.Post, int | None]] = []
        while len(found) <= limit:
            one = await self.inner.page(selection, position, 1)
            position = one.next_position
            found.extend((post, position) for post in one.rows if not _is_of_last_second(post))
            if position is None:
                break
        following = found[limit - 1][1] if len(found) > limit else None
        return PostSlice([post for post, _ in found[:limit]], following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _is_of_last_second(post: models.Post) -> bool:
    due_at = post.scheduled_at
    return due_at is not None and due_at.time() > _LAST_SECOND


def _limit_of_the_walk() -> Tamper:
    limits: dict[str, int] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path != f"{BASE_PATH}/v1/inbox/threads":
            return await ask(asked)
        begun = limits.get(asked.parameter("cursor") or "")
        others = [pair for pair in asked.query if pair[0] != "limit"]
        goes_on = asked if begun is None else asked.with_query([*others, ("limit", str(begun))])
        answered = await ask(goes_on)
        if answered.status == 200:
            pagination = answered.json["pagination"]
            if pagination["nextCursor"] is not None:
                limits[pagination["nextCursor"]] = pagination["limit"]
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _TokensApart:
    """Counts each access token by itself."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token of the workspace's bucket, or of one of the access token's own."""
        caller = request.principal
        if caller is None or not caller.key_id.startswith("access_"):
            return await self.inner.admit(request)
        alone = replace(caller, tenant=f"{caller.tenant}/{caller.key_id}")
        return await self.inner.admit(request.by(alone))


def _forgetful_of_codes(parts: Parts) -> Tamper:
    """Forget which code a grant came of once it is refreshed."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        form = dict(parse_qsl(asked.body.decode("latin-1")))
        is_refresh = form.get("grant_type") == "refresh_token"
        if asked.path != f"{BASE_PATH}/oauth/token" or answered.status != 200 or not is_refresh:
            return answered
        fresh = digest(answered.json["refresh_token"])
        its_grant = select(refresh_tokens.c.grant_id).where(refresh_tokens.c.digest == fresh)
        forget = update(grants).where(grants.c.id.in_(its_grant)).values(code=fresh)
        await parts.platform.database.write(lambda connection: connection.execute(forget))
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _OneRetiredKey(Security[Caller]):
    """Knows one key of a workspace besides the present ones: the one rotated last."""

    inner: Security[Caller]
    database: Database

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        caller = await self.inner.api_key(token, request)
        retired = (
            select(api_keys.c.id)
            .where(
                api_keys.c.api == API,
                api_keys.c.tenant == caller.tenant,
                api_keys.c.expires_at.is_not(None),
            )
            .order_by(api_keys.c.expires_at.desc())
        )
        found = await self.database.read(lambda connection: connection.scalars(retired).all())
        if caller.key_id in found[1:]:
            raise errors.Unauthorized("This API key was rotated.")
        return caller

    async def oauth(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose access token it is."""
        return await self.inner.oauth(token, request)


def _nulls(asked: Asked) -> set[str]:
    """Return the unknown fields of a new post that are null."""
    if (asked.method, asked.path) != ("POST", f"{BASE_PATH}/v1/posts"):
        return set()
    return {name for name, value in asked.fields.items() if value is None} - _POST_FIELDS


def _without_nulls(asked: Asked) -> Asked:
    dropped = _nulls(asked)
    kept = {name: value for name, value in asked.fields.items() if name not in dropped}
    return asked.with_json(kept)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F2517",
        title="Of several subscribers to an event, all are sent the signature of the first",
        promises=("ALOHA-12",),
        mistake="The signature is computed once for an event, and not for each subscriber.",
        apply=_signed_alike,
        held_out=14,
    ),
    Fault(
        id="WHK-F2518",
        title="On a second run of a matrix, matrix.completed names the job of the first",
        promises=("ALOHA-10", "ALOHA-12"),
        mistake="The job of a matrix is looked up by the matrix, and the oldest is found.",
        apply=_runs_told_alike,
        held_out=14,
    ),
    Fault(
        id="FIL-F2519",
        title="A post of a fraction after 23:59:59 is on no date",
        promises=("ALOHA-07",),
        mistake="The day ends at 23:59:59, as if there were whole seconds only.",
        apply=lambda parts: replace(parts, posts=_DaysOfWholeSeconds(parts.posts)),
        held_out=14,
    ),
    Fault(
        id="PAG-F2520",
        title="Where the inbox goes on by a cursor, limit is the one of the first page",
        promises=("ALOHA-09", "ALOHA-07"),
        mistake="The limit is kept in the cursor, and wins over the one that is sent.",
        apply=around_with_parts(lambda _parts: _limit_of_the_walk()),
        held_out=14,
    ),
    Fault(
        id="RAT-F2521",
        title="Each OAuth access token has a bucket of its own, besides the workspace's",
        promises=("ALOHA-14",),
        mistake="The bucket is named by the credential where that is no API key.",
        apply=lambda parts: replace(parts, gate=_TokensApart(parts.gate)),
        held_out=14,
    ),
    Fault(
        id="OAU-F2522",
        title="A code that is used again revokes nothing once its tokens were refreshed",
        promises=("ALOHA-04",),
        mistake="A refresh writes the grant anew, without the code that it came of.",
        apply=around_with_parts(_forgetful_of_codes),
        held_out=14,
    ),
    Fault(
        id="ROT-F2523",
        title="A key that was rotated stops when its successor is rotated, within the 24 hours",
        promises=("ALOHA-03",),
        mistake="There is one column for the key before.",
        apply=lambda parts: replace(
            parts, security=_OneRetiredKey(parts.security, parts.platform.database)
        ),
        held_out=14,
    ),
    Fault(
        id="SCH-F2524",
        title="An unknown field of a new post is taken where it is null",
        promises=("ALOHA-05",),
        mistake="Null is dropped as if the field were absent, before the names are checked.",
        apply=requests(lambda asked: bool(_nulls(asked)), _without_nulls),
        held_out=14,
    ),
)
