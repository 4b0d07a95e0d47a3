"""Faults of Aloha, planted from its documentation alone."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, select

from generated.aloha.server import models
from generated.aloha.server.runtime import Request
from reference.aloha.background import BackgroundWork, Kind
from reference.aloha.events import API, Events
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import PROFILE, AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import (
    AnyCredentials,
    ApiKeys,
    BearerTokens,
    Caller,
    Credentials,
    Workspace,
    key_prefix,
)
from reference.clock import microseconds
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Scope
from reference.faults.composition import around_with_parts
from reference.faults.cursors import without
from reference.faults.deliveries import attempts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.jobs import Job
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.grants import ACCESS_LIFETIME
from reference.oauth.server import AuthorizationServer
from reference.oauth.tables import clients
from reference.storage.database import Database
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver

_KEPT_FOR = ACCESS_LIFETIME // timedelta(microseconds=1)


class _OnePredecessor(Keyring):
    """Remembers of each key the one before it, and lets no other work on."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(API, key_prefix, parts.platform.database, parts.platform.clock)
        self._before: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        fresh = await super().rotate(key, grace)
        self._before[fresh] = key
        if key in self._before:
            with suppress(UnknownKeyError):
                await self.revoke(self._before[key])
        return fresh


@dataclass(frozen=True, slots=True)
class _ByTime:
    """Threads of which a page begins with those written to before the last one was."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        page = await self.inner.page(selection, position, limit)
        following = page.next_position
        while following is not None:
            (row,) = (await self.inner.page(selection, following, 1)).rows or (None,)
            if row is None or row.updated_at < page.rows[-1].updated_at:
                break
            following = row.written
        return Page(page.rows, following)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        return await self.inner.find(tenant, row_id)


@dataclass(frozen=True, slots=True)
class _DaysOfPublishing:
    """Posts that are on the day on which they were published, where they were."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "date" not in selection:
            return await self.inner.page(selection, position, limit)
        found: list[tuple[models.Post, int | None]] = []
        while len(found) <= limit:
            one = await self.inner.page(without(selection, "date"), position, 1)
            position = one.next_position
            found += [(post, position) for post in one.rows if _day(post) == selection["date"]]
            if position is None:
                break
        following = found[limit - 1][1] if len(found) > limit else None
        return PostSlice([post for post, _ in found[:limit]], following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _day(post: models.Post) -> int | None:
    published = [placed.published_at for placed in post.channels if placed.published_at is not None]
    moment = min(published, default=post.scheduled_at)
    if moment is None:
        return None
    return microseconds(datetime.combine(moment.astimezone(UTC).date(), time.min, UTC))


class _OwnBuckets(Limiter):
    """Lets access tokens spend what is not the workspace's."""

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        return await super().admit(
            request if caller is None else replace(request, principal=_apart(caller))
        )

    async def allowance(self, caller: Caller) -> Mapping[str, str]:
        """Return what a workspace has left, taking nothing."""
        return await super().allowance(_apart(caller))


def _apart(caller: Caller) -> Caller:
    is_app = caller.key_id.startswith("access_")
    return replace(caller, tenant=f"{caller.tenant}/apps") if is_app else caller


def _limited(limiter: Limiter, access_tokens: Credentials, parts: Parts) -> Parts:
    known = AnyCredentials((ApiKeys(parts.keyring), access_tokens))
    return replace(parts, gate=limiter, allowance=Allowances(limiter, known))


def _apps_apart(parts: Parts) -> Parts:
    limiter = _OwnBuckets(parts.platform.buckets, parts.platform.clock)
    return _limited(limiter, AccessTokens(parts.authorization_server), parts)


def _spent_forgotten(parts: Parts) -> Tamper:
    """Know a refresh token that was spent no longer than the access token it came with."""
    spent: dict[str, int] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        form = dict(_form(asked))
        token, now = form.get("refresh_token"), parts.platform.clock.microseconds()
        is_refresh = asked.method == "POST" and asked.path == f"{BASE_PATH}/oauth/token"
        if not is_refresh or token is None:
            return await ask(asked)
        if now - spent.get(token, now) >= _KEPT_FOR:
            swept = [
                (name, f"{PROFILE.refresh_prefix}swept" if name == "refresh_token" else value)
                for name, value in _form(asked)
            ]
            return await ask(asked.with_body(urlencode(swept).encode()))
        answered = await ask(asked)
        if answered.status == 200 and form.get("grant_type") == "refresh_token":
            spent[token] = now
        return answered

    return tamper


def _form(asked: Asked) -> list[tuple[str, str]]:
    return parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True)


def _to_all_again(parts: Parts) -> Parts:
    """Send an event to all who wanted it when it is sent again to one of them."""
    tried: set[tuple[str, str, str]] = set()
    acknowledged: dict[str, dict[str, Attempt]] = {}

    def around(deliver: Deliver) -> Deliver:
        async def again(attempt: Attempt) -> Outcome:
            received = acknowledged.setdefault(attempt.event_id, {})
            sending = (attempt.event_id, attempt.url, attempt.secret)
            if sending in tried:
                for other in [*received.values()]:
                    await deliver(replace(other, at=attempt.at))
            tried.add(sending)
            outcome = await deliver(attempt)
            if outcome.delivered:
                received[attempt.url] = attempt
            return outcome

        return again

    planted: Callable[[Parts], Parts] = attempts(around)
    return planted(parts)


class _LatestRun(BackgroundWork):
    """Remembers of each matrix the run that was begun last."""

    def __init__(self, parts: Parts) -> None:
        platform = parts.platform
        events = Events(platform.outbox)
        super().__init__(platform.database, platform.clock, platform.jobs, events)
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


@dataclass(frozen=True, slots=True)
class _OfTheApp:
    """Access tokens that open the workspace which the app is registered in."""

    inner: AccessTokens
    server: AuthorizationServer
    database: Database

    async def find(self, token: str) -> Caller | None:
        """Return whose token it is, None where it is nobody's, or no longer good."""
        caller = await self.inner.find(token)
        access = None if caller is None else await self.server.find_access(token)
        if caller is None or access is None:
            return None
        of_app = select(clients.c.tenant).where(clients.c.id == access.client)
        tenant = await self.database.read(lambda connection: connection.scalar(of_app))
        return caller if tenant is None else replace(caller, tenant=tenant)


def _workspace_of_the_app(parts: Parts) -> Parts:
    server, platform = parts.authorization_server, parts.platform
    tokens = _OfTheApp(AccessTokens(server), server, platform.database)
    secured = replace(parts, security=BearerTokens(ApiKeys(parts.keyring), tokens))
    return _limited(Limiter(platform.buckets, platform.clock), tokens, secured)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F1817",
        title="A key that is rotated within 24 hours of the one before ends that one at once",
        promises=("ALOHA-03",),
        mistake="There is one column for the key before.",
        apply=lambda parts: replace(parts, keyring=_OnePredecessor(parts)),
        held_out=10,
    ),
    Fault(
        id="PAG-F1818",
        title="Of threads that were written to at one moment, those on the next page are lost",
        promises=("ALOHA-09",),
        mistake="The cursor is the time of the last row, which is not unique.",
        apply=lambda parts: replace(parts, threads=_ByTime(parts.threads)),
        held_out=10,
    ),
    Fault(
        id="PAG-F1819",
        title="A date is that of publishing, for posts that were published",
        promises=("ALOHA-07",),
        mistake="The filter coalesces publishedAt and scheduledAt.",
        apply=lambda parts: replace(parts, posts=_DaysOfPublishing(parts.posts)),
        held_out=10,
    ),
    Fault(
        id="RAT-F1820",
        title="Access tokens spend from a bucket of their own, beside the workspace's",
        promises=("ALOHA-14",),
        mistake="The bucket's name begins with the kind of the credential.",
        apply=_apps_apart,
        held_out=10,
    ),
    Fault(
        id="OAU-F1821",
        title="A refresh token that is used again after an hour revokes nothing",
        promises=("ALOHA-04",),
        mistake="Spent tokens are swept with the access tokens that they came with.",
        apply=around_with_parts(_spent_forgotten),
        held_out=10,
    ),
    Fault(
        id="WHK-F1822",
        title="A retry to one subscriber sends the event again to those who acknowledged it",
        promises=("ALOHA-13",),
        mistake="What is put in the queue again is the event, not the delivery.",
        apply=_to_all_again,
        held_out=10,
    ),
    Fault(
        id="WHK-F1823",
        title="Where a matrix runs twice at a time, both completions name the second job",
        promises=("ALOHA-10", "ALOHA-12"),
        mistake="The job's id is kept on the matrix.",
        apply=lambda parts: replace(parts, background=_LatestRun(parts)),
        held_out=10,
    ),
    Fault(
        id="TEN-F1824",
        title="An access token opens the workspace of the app, not of the user who granted it",
        promises=("ALOHA-04", "ALOHA-02"),
        mistake="Of the two workspaces that the join brings along, the wrong one is taken.",
        apply=_workspace_of_the_app,
        held_out=10,
    ),
)
