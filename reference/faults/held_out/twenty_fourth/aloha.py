"""More faults of Aloha, planted from its documentation alone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl

import msgspec
from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha.dataset import AlohaDataset
from reference.aloha.events import API, EventData, Events
from reference.aloha.inbox import Inbox, Thread
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import (
    MODES,
    PLANS,
    AnyCredentials,
    ApiKeys,
    Caller,
    Credentials,
    Workspace,
    key_prefix,
)
from reference.aloha.tables import threads
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.keys import Keyring
from reference.oauth.opaque import digest
from reference.oauth.tables import grants, refresh_tokens
from reference.storage.tables import api_keys
from reference.webhooks.outbox import Outbox

_WITH_OFFSET = re.compile(r"(.+T\d\d:\d\d:\d\d(?:\.\d+)?)[+-]\d\d:\d\d")


class _Silent(Events):
    """Tells nobody anything."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep nothing."""


class _OnceAThread(Inbox):
    """Tells of the message that begins a thread, and of none after it."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(Events(outbox))
        self._silent = Inbox(_Silent(outbox))

    def receive(self, connection: Connection, thread: Thread, preview: str, now: int) -> None:
        """Take in a message, in a thread that there is or in a new one, which is now the first."""
        known = connection.scalar(select(threads.c.id).where(threads.c.id == thread.id))
        if known is None:
            super().receive(connection, thread, preview, now)
        else:
            self._silent.receive(connection, thread, preview, now)


def _told_once(parts: Parts) -> Parts:
    platform = parts.platform
    inbox = _OnceAThread(platform.outbox)
    return replace(parts, dataset=AlohaDataset(platform.clock, platform.jobs, inbox))


@dataclass(frozen=True, slots=True)
class _BySecond:
    """Posts of which a page goes on with those made in an earlier second than its last."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        page = await self.inner.page(selection, position, limit)
        following = page.next_position
        while following is not None:
            one = await self.inner.page(selection, following, 1)
            if _second(one.rows[0]) != _second(page.rows[-1]):
                break
            following = one.next_position
        return replace(page, next_position=following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _second(post: models.Post) -> int:
    return int(post.created_at.timestamp())


@dataclass(frozen=True, slots=True)
class _OnOneChannel:
    """Posts that are shown on the one channel that was asked for."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        page = await self.inner.page(selection, position, limit)
        if "channel" not in selection:
            return page
        rows = [
            msgspec.structs.replace(
                post,
                channels=[one for one in post.channels if one.channel == selection["channel"]],
            )
            for post in page.rows
        ]
        return replace(page, rows=rows)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


@dataclass(frozen=True, slots=True)
class _OfAnyMode:
    """Posts that are found by the workspace and the id, live or not."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        return await self.inner.page(selection, position, limit)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        for mode in MODES:
            post = await self.inner.find(Workspace(workspace.tenant, mode), post_id)
            if post is not None:
                return post
        return None


def _posts(make: Callable[[Posts], Posts]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, posts=make(parts.posts))


class _DefaultPlans(Keyring):
    """Keys of which the one that takes another's place has the default plan."""

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        made = await super().rotate(key, grace)
        kept = await self.find(made)
        given = {**kept.attributes, "plan": PLANS[0]}
        change = update(api_keys).where(api_keys.c.id == kept.id).values(attributes=given)
        await self._database.write(lambda connection: connection.execute(change))
        return made


def _rotating_to_the_default(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, keyring=_DefaultPlans(API, key_prefix, platform.database, platform.clock))


def _narrowing_the_grant(parts: Parts) -> Tamper:
    """Let the scopes that a refresh asks for take the place of those that were granted."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        form = dict(parse_qsl(asked.body.decode("latin-1")))
        is_narrower = {"refresh_token", "scope"} <= form.keys()
        if asked.path != f"{BASE_PATH}/oauth/token" or answered.status != 200 or not is_narrower:
            return answered
        of_token = refresh_tokens.c.digest == digest(form["refresh_token"])
        grant = select(refresh_tokens.c.grant_id).where(of_token).scalar_subquery()
        scopes = answered.json["scope"].split(" ")
        change = update(grants).where(grants.c.id == grant).values(scopes=scopes)
        await parts.platform.database.write(lambda connection: connection.execute(change))
        return answered

    return tamper


def _apart(caller: Caller) -> Caller:
    """Return a caller whose bucket is its own where it came with an access token."""
    is_app = caller.key_id.startswith("access_")
    return replace(caller, tenant=f"{caller.tenant}/{caller.key_id}") if is_app else caller


@dataclass(frozen=True, slots=True)
class _ApartAtTheGate:
    """Admission that has a bucket for each access token."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        return await self.inner.admit(request if caller is None else request.by(_apart(caller)))


@dataclass(frozen=True, slots=True)
class _ApartElsewhere:
    """Credentials of callers of whom those with an access token have a bucket of their own."""

    inner: Credentials

    async def find(self, token: str) -> Caller | None:
        """Return whose token it is, None where it is nobody's, or no longer good."""
        caller = await self.inner.find(token)
        return None if caller is None else _apart(caller)


def _buckets_of_tokens(parts: Parts) -> Parts:
    limiter = Limiter(parts.platform.buckets, parts.platform.clock)
    known = AnyCredentials((ApiKeys(parts.keyring), AccessTokens(parts.authorization_server)))
    return replace(
        parts,
        gate=_ApartAtTheGate(limiter),
        allowance=Allowances(limiter, _ApartElsewhere(known)),
    )


def _local_time(asked: Asked) -> str | None:
    """Return when a post is to be published, but for its offset; None where it has none."""
    at = asked.fields.get("scheduledAt")
    if asked.path != f"{BASE_PATH}/v1/posts" or not isinstance(at, str):
        return None
    match = _WITH_OFFSET.fullmatch(at)
    return None if match is None else match[1]


def _as_utc(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "scheduledAt": f"{_local_time(asked)}Z"})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F4649",
        title="Nobody is told of a reply in a thread that there is already",
        promises=("ALOHA-12",),
        mistake="The event is sent where the thread is inserted, and not where it is updated.",
        apply=_told_once,
        held_out=24,
    ),
    Fault(
        id="PAG-F4650",
        title="Between two pages, posts of the same second are lost",
        promises=("ALOHA-07",),
        mistake="The cursor is createdAt, in whole seconds, with nothing to break a tie.",
        apply=_posts(_BySecond),
        held_out=24,
    ),
    Fault(
        id="SCH-F4651",
        title="With the filter channel, posts are listed without their other channels",
        promises=("ALOHA-07", "ALOHA-05"),
        mistake="The join that filters is the one that the channels are read from.",
        apply=_posts(_OnOneChannel),
        held_out=24,
    ),
    Fault(
        id="ROT-F4652",
        title="The new key of a rotation has the rate limit of Agency",
        promises=("ALOHA-14", "ALOHA-03"),
        mistake="The new key is minted with the defaults in place of what the old one had.",
        apply=_rotating_to_the_default,
        held_out=24,
    ),
    Fault(
        id="OAU-F4653",
        title="A refresh for fewer scopes takes the others away for good",
        promises=("ALOHA-04",),
        mistake="The scopes of the new access token are written to the grant.",
        apply=around_with_parts(_narrowing_the_grant),
        held_out=24,
    ),
    Fault(
        id="TEN-F4654",
        title="A test key reads a live post by its id, and a live key one of the test data",
        promises=("ALOHA-02", "ALOHA-06"),
        mistake="The list selects by the mode; what finds one post selects by the workspace alone.",
        apply=_posts(_OfAnyMode),
        held_out=24,
    ),
    Fault(
        id="LIF-F4655",
        title="A scheduledAt with an offset is taken for UTC",
        promises=("ALOHA-05", "ALOHA-07"),
        mistake="The moment is stored in a column that has no time zone.",
        apply=requests(lambda asked: _local_time(asked) is not None, _as_utc),
        held_out=24,
    ),
    Fault(
        id="RAT-F4656",
        title="Each access token has an allowance of its own",
        promises=("ALOHA-14",),
        mistake="The bucket is named after the credential where there is no API key.",
        apply=_buckets_of_tokens,
        held_out=24,
    ),
)
