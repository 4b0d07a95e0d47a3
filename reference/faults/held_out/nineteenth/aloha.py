"""Faults of Aloha, planted from its documentation alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import Connection, bindparam, select, update

from generated.aloha.server import models
from generated.aloha.server.runtime import Request
from reference.aloha.background import BackgroundWork
from reference.aloha.events import API, EventData, Events
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import Publisher
from reference.aloha.security import (
    AnyCredentials,
    ApiKeys,
    Caller,
    Credentials,
    Workspace,
    key_prefix,
)
from reference.aloha.tables import inbox, posts, threads
from reference.collection import SqlCollection
from reference.cursors import Scope
from reference.faults.composition import around_with_parts
from reference.faults.deliveries import signed
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.keys import Keyring
from reference.oauth.opaque import digest
from reference.oauth.tables import codes, grants, refresh_tokens
from reference.storage.tables import api_keys

_TOKEN_PATH = f"{BASE_PATH}/oauth/token"
_LOOPBACK = {"127.0.0.1", "::1"}
_BLOCK = 64
"""The bytes that HMAC-SHA256 takes of a key without hashing it."""


def _form(asked: Asked) -> Mapping[str, str]:
    """Return the form that the token endpoint is sent, none where it is sent nothing like it."""
    if asked.path != _TOKEN_PATH:
        return {}
    return dict(parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True))


def _scope_first(parts: Parts) -> Tamper:
    """Refuse too wide a scope before looking whether the refresh token is spent."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        form = _form(asked)
        if not {"refresh_token", "scope"} <= form.keys():
            return await ask(asked)
        spent = (
            select(grants.c.scopes)
            .join(refresh_tokens, refresh_tokens.c.grant_id == grants.c.id)
            .where(refresh_tokens.c.digest == digest(form["refresh_token"]), refresh_tokens.c.spent)
        )
        granted = await parts.platform.database.read(lambda connection: connection.scalar(spent))
        if granted is None or {*form["scope"].split(" ")} <= {*granted}:
            return await ask(asked)
        unknown = urlencode({**form, "refresh_token": "aor_"})
        answered = await ask(asked.with_body(unknown.encode()))
        if answered.status != 400:
            return answered
        described = f"The scope can be no more than: {' '.join(granted)}."
        return answered.with_json({"error": "invalid_scope", "error_description": described})

    return tamper


def _apart(caller: Caller) -> Caller:
    is_app = caller.key_id.startswith("access_")
    return replace(caller, tenant=f"{caller.tenant}/apps") if is_app else caller


@dataclass(frozen=True, slots=True)
class _CredentialsApart:
    """Credentials of which those of apps are counted apart."""

    inner: Credentials

    async def find(self, token: str) -> Caller | None:
        """Return whose token it is, None where it is nobody's, or no longer good."""
        caller = await self.inner.find(token)
        return None if caller is None else _apart(caller)


@dataclass(frozen=True, slots=True)
class _AppsApart:
    """Admission that counts the requests of apps apart from those of the workspace's keys."""

    inner: Limiter

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        return await self.inner.admit(request if caller is None else request.by(_apart(caller)))


def _counting_apps_apart(parts: Parts) -> Parts:
    limiter = Limiter(parts.platform.buckets, parts.platform.clock)
    known = AnyCredentials((ApiKeys(parts.keyring), AccessTokens(parts.authorization_server)))
    allowance = Allowances(limiter, _CredentialsApart(known))
    return replace(parts, gate=_AppsApart(limiter), allowance=allowance)


def _by_time(parts: Parts) -> Parts:
    """Go on in the inbox after a moment, and not after a message."""
    written_at = threads.c.updated_at
    honest = inbox()
    earlier = {**honest.conditions, "position": written_at < bindparam("position")}
    how = replace(honest, conditions=earlier, key=written_at)
    return replace(parts, threads=SqlCollection(parts.platform.database, how))


class _OneOldKey(Keyring):
    """Keys of which each workspace has one, and one that was rotated."""

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        old = await self.find(key)
        now = self._clock.microseconds()
        rotated_before = (
            (api_keys.c.api == API)
            & (api_keys.c.tenant == old.tenant)
            & (api_keys.c.id != old.id)
            & (api_keys.c.expires_at > now)
        )
        ended = update(api_keys).where(rotated_before).values(expires_at=now)
        await self._database.write(lambda connection: connection.execute(ended))
        return await Keyring.rotate(self, key, grace)


def _one_old_key(parts: Parts) -> Parts:
    platform = parts.platform
    keyring = _OneOldKey(API, key_prefix, platform.database, platform.clock)
    return replace(parts, keyring=keyring)


class _QuietOnceFailed(Events):
    """Tells nobody of what is published of a post that failed."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event, which happened `at` microseconds since 1970, to be sent."""
        if event == "post.published" and isinstance(data, models.PostEventData):
            status = select(posts.c.status).where(posts.c.id == data.post_id)
            if connection.scalar(status) == "failed":
                return
        super().put(connection, workspace, event, at, data)


def _quiet_once_failed(parts: Parts) -> Parts:
    platform = parts.platform
    events = _QuietOnceFailed(platform.outbox)
    return replace(
        parts,
        publisher=Publisher(platform.jobs, events),
        background=BackgroundWork(platform.database, platform.clock, platform.jobs, events),
    )


def _is_after_the_last_second(post: models.Post) -> bool:
    at = post.scheduled_at
    if at is None:
        return False
    return (at.hour, at.minute, at.second) == (23, 59, 59) and at.microsecond > 0


@dataclass(frozen=True, slots=True)
class _WholeSeconds:
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
            kept = (post for post in one.rows if not _is_after_the_last_second(post))
            found.extend((post, position) for post in kept)
            if position is None:
                break
        following = found[limit - 1][1] if len(found) > limit else None
        return PostSlice([post for post, _ in found[:limit]], following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _any_port(parts: Parts) -> Tamper:
    """Take a loopback redirect URI for that of a code, whatever its port."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        form = _form(asked)
        if not {"code", "redirect_uri"} <= form.keys():
            return await ask(asked)
        kept = select(codes.c.redirect_uri).where(codes.c.digest == digest(form["code"]))
        uri = await parts.platform.database.read(lambda connection: connection.scalar(kept))
        if uri is None or not _differ_by_port(uri, form["redirect_uri"]):
            return await ask(asked)
        return await ask(asked.with_body(urlencode({**form, "redirect_uri": uri}).encode()))

    return tamper


def _differ_by_port(one: str, other: str) -> bool:
    try:
        pair = [urlsplit(uri) for uri in (one, other)]
    except ValueError:
        return False
    hosts = {parts.hostname for parts in pair}
    rests = {(parts.scheme, parts.path, parts.query, parts.fragment) for parts in pair}
    return one != other and hosts <= _LOOPBACK and len(hosts) == len(rests) == 1


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="OAU-F3741",
        title="A spent refresh token with too wide a scope is invalid_scope, and revokes nothing",
        promises=("ALOHA-04",),
        mistake="The scope is compared before it is known whether the token was used.",
        apply=around_with_parts(_scope_first),
        held_out=19,
    ),
    Fault(
        id="RAT-F3742",
        title="Access tokens have a bucket apart from that of the workspace's keys",
        promises=("ALOHA-14",),
        mistake="The bucket is named after the kind of credential.",
        apply=_counting_apps_apart,
        held_out=19,
    ),
    Fault(
        id="WHK-F3743",
        title="Of a secret longer than 64 characters, the first 64 sign",
        promises=("ALOHA-12",),
        mistake="An HMAC of one's own cuts a key that it should hash, or a column is too short.",
        apply=signed(lambda attempt: replace(attempt, secret=attempt.secret[:_BLOCK])),
        held_out=19,
    ),
    Fault(
        id="PAG-F3744",
        title="Threads written to in the same moment are lost where a page ends between them",
        promises=("ALOHA-09",),
        mistake="The cursor is the time of the last row, and times are not unique.",
        apply=_by_time,
        held_out=19,
    ),
    Fault(
        id="ROT-F3745",
        title="A workspace's next rotation ends the 24 hours of the one before",
        promises=("ALOHA-03",),
        mistake="There is one place for an old key.",
        apply=_one_old_key,
        held_out=19,
    ),
    Fault(
        id="WHK-F3746",
        title="Where a post failed on one channel, nobody is told that the last one published it",
        promises=("ALOHA-12",),
        mistake="What is told is picked by the status of the post as a whole.",
        apply=_quiet_once_failed,
        held_out=19,
    ),
    Fault(
        id="PAG-F3747",
        title="A date does not have the posts within its last second",
        promises=("ALOHA-07",),
        mistake="The day ends at 23:59:59.",
        apply=lambda parts: replace(parts, posts=_WholeSeconds(parts.posts)),
        held_out=19,
    ),
    Fault(
        id="OAU-F3748",
        title="A code for a loopback address is redeemed with another port",
        promises=("ALOHA-04",),
        mistake="The comparison with what is registered serves for the code, too.",
        apply=around_with_parts(_any_port),
        held_out=19,
    ),
)
