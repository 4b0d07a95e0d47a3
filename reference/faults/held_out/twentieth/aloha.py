"""Faults of Aloha, planted from its documentation alone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, select, update

from generated.aloha.server import errors, models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha import tables
from reference.aloha.events import EventData, Events
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import (
    MODES,
    AnyCredentials,
    ApiKeys,
    Caller,
    Credentials,
    Workspace,
    key_prefix,
)
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.opaque import digest
from reference.oauth.redirect_uris import is_registered
from reference.oauth.tables import codes
from reference.platform import Platform
from reference.storage.database import Database
from reference.storage.tables import api_keys

_API = "aloha"
_MINUTE = 60 * 1_000_000
_DAY = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_PREFIXES = tuple(key_prefix({"mode": mode}) for mode in MODES)


class _OneOldKey(Keyring):
    """Keeps one old key of each workspace, the last that was rotated."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(_API, key_prefix, platform.database, platform.clock)
        self._platform = platform

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        rotated = await self.find(key)
        fresh = await super().rotate(key, grace)
        now = self._platform.clock.microseconds()
        older = (
            update(api_keys)
            .where(
                api_keys.c.api == _API,
                api_keys.c.tenant == rotated.tenant,
                api_keys.c.id != rotated.id,
                api_keys.c.expires_at > now,
            )
            .values(expires_at=now)
        )
        await self._platform.database.write(lambda connection: connection.execute(older))
        return fresh


def _apart(caller: Caller) -> Caller:
    """Return a caller whose test data is another workspace's."""
    return replace(caller, tenant=f"{caller.tenant}/{caller.mode}")


@dataclass(frozen=True, slots=True)
class _GateByMode:
    """Admits by the workspace and the kind of the key."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        return await self.inner.admit(request if caller is None else request.by(_apart(caller)))


@dataclass(frozen=True, slots=True)
class _CredentialsByMode:
    """Credentials of workspaces whose test data is another's."""

    inner: Credentials

    async def find(self, token: str) -> Caller | None:
        """Return whose token it is, None where it is nobody's, or no longer good."""
        caller = await self.inner.find(token)
        return None if caller is None else _apart(caller)


def _limited_by_mode(parts: Parts) -> Parts:
    limiter = Limiter(parts.platform.buckets, parts.platform.clock)
    known = AnyCredentials((ApiKeys(parts.keyring), AccessTokens(parts.authorization_server)))
    allowance = Allowances(limiter, _CredentialsByMode(known))
    return replace(parts, gate=_GateByMode(parts.gate), allowance=allowance)


def _any_port_for_a_code(parts: Parts) -> Tamper:
    """Take a loopback redirect URI for that of the code, whatever its port."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        pairs = parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True)
        form = dict(pairs)
        is_sent = {"code", "redirect_uri"} <= form.keys() and len(form) == len(pairs)
        if asked.path != f"{BASE_PATH}/oauth/token" or not is_sent:
            return await ask(asked)
        kept = select(codes.c.redirect_uri).where(codes.c.digest == digest(form["code"]))
        uri = await parts.platform.database.read(lambda connection: connection.scalar(kept))
        if uri is None or not is_registered(form["redirect_uri"], [uri]):
            return await ask(asked)
        return await ask(asked.with_body(urlencode({**form, "redirect_uri": uri}).encode()))

    return tamper


class _SilentAfterAFailure(Events):
    """Tells of no channel that took a post after another has refused it."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event, which happened `at` microseconds since 1970, to be sent."""
        if isinstance(data, models.PostEventData) and event == "post.published":
            of_post = tables.placements.c.post == data.post_id
            statuses = connection.scalars(select(tables.placements.c.status).where(of_post)).all()
            if "failed" in statuses:
                return
        super().put(connection, workspace, event, at, data)


class _ByTheMinute(Publisher):
    """Publishes posts when the minute begins in which they are due."""

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        due_at = post.scheduled_at
        if due_at is None:
            super().create(connection, post)
            return
        super().create(connection, replace(post, scheduled_at=due_at - due_at % _MINUTE))
        of_post = tables.posts.c.id == post.id
        connection.execute(update(tables.posts).where(of_post).values(scheduled_at=due_at))


@dataclass(frozen=True, slots=True)
class _AnchoredInTheFilter:
    """Posts whose pages begin after one that must still have the status asked for."""

    inner: Posts
    database: Database

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if position is not None and "status" in selection:
            anchor = select(tables.posts.c.status).where(tables.posts.c.seq == position)
            status = await self.database.read(lambda connection: connection.scalar(anchor))
            if status != selection["status"]:
                raise errors.InvalidCursor("The post that this cursor follows was not found.")
        return await self.inner.page(selection, position, limit)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _rolled_over(text: str) -> str:
    """Return a day of a month as JavaScript's Date reads it, up to the 31st of each."""
    year, month, day = map(int, text.split("-"))
    return (date(year, month, 1) + timedelta(days=day - 1)).isoformat()


def _is_a_day(asked: Asked) -> bool:
    days = [value for name, value in asked.query if name == "date"]
    is_list = asked.path == f"{BASE_PATH}/v1/posts"
    is_read = is_list and len(days) == 1 and _DAY.fullmatch(days[0]) is not None
    return is_read and "0001" <= days[0][:4] < "9999" and _rolled_over(days[0]) != days[0]


def _with_a_real_day(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _rolled_over(value) if name == "date" else value) for name, value in asked.query
    )


def _known_by_its_random_part(parts: Parts) -> Tamper:
    """Take a key for the one that is the same after the prefix."""

    async def is_known(key: str) -> bool:
        try:
            await parts.keyring.find(key)
        except UnknownKeyError:
            return False
        return True

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        prefix = next((one for one in _PREFIXES if asked.token.startswith(one)), None)
        if prefix is None or await is_known(asked.token):
            return await ask(asked)
        meant = [other + asked.token.removeprefix(prefix) for other in _PREFIXES]
        key = next(iter([one for one in meant if await is_known(one)]), None)
        if key is None:
            return await ask(asked)
        scheme, _, _ = asked.headers["authorization"].partition(" ")
        return await ask(asked.with_header("authorization", f"{scheme} {key}"))

    return tamper


def _publisher(make: Callable[[Parts], Publisher]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, publisher=make(parts))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F3841",
        title="A second rotation in a workspace ends the 24 hours of the first",
        promises=("ALOHA-03",),
        mistake="A workspace has room for one old key.",
        apply=lambda parts: replace(parts, keyring=_OneOldKey(parts.platform)),
        held_out=20,
    ),
    Fault(
        id="RAT-F3842",
        title="Test keys have an allowance of their own beside the live keys'",
        promises=("ALOHA-14",),
        mistake="The bucket is named like the data, which is apart for each kind of key.",
        apply=_limited_by_mode,
        held_out=20,
    ),
    Fault(
        id="OAU-F3843",
        title="A code for a loopback redirect URI is redeemed with another port",
        promises=("ALOHA-04",),
        mistake="The token endpoint compares URIs with the function of the authorization endpoint.",
        apply=around_with_parts(_any_port_for_a_code),
        held_out=20,
    ),
    Fault(
        id="WHK-F3844",
        title="Nobody is told of the channels that took a post after one had refused it",
        promises=("ALOHA-12",),
        mistake="Whether to tell is asked of the post as a whole, which has failed by then.",
        apply=_publisher(
            lambda parts: Publisher(
                parts.platform.jobs, _SilentAfterAFailure(parts.platform.outbox)
            )
        ),
        held_out=20,
    ),
    Fault(
        id="LIF-F3845",
        title="A post is published at the beginning of the minute in which it is due",
        promises=("ALOHA-05",),
        mistake="The scheduler runs by the minute, and its times are rounded down.",
        apply=_publisher(
            lambda parts: _ByTheMinute(parts.platform.jobs, Events(parts.platform.outbox))
        ),
        held_out=20,
    ),
    Fault(
        id="PAG-F3846",
        title="A cursor is refused once the last post of its page has another status",
        promises=("ALOHA-07",),
        mistake="The post that a page follows is looked for among the selected ones.",
        apply=lambda parts: replace(
            parts, posts=_AnchoredInTheFilter(parts.posts, parts.platform.database)
        ),
        held_out=20,
    ),
    Fault(
        id="SCH-F3847",
        title="The 30th of February is taken for one of the first days of March",
        promises=("ALOHA-07", "ALOHA-17"),
        mistake="A date is parsed by a library that carries days over to the next month.",
        apply=requests(_is_a_day, _with_a_real_day),
        held_out=20,
    ),
    Fault(
        id="AUT-F3848",
        title="A key is good with the prefix of the other kind, too",
        promises=("ALOHA-02",),
        mistake="Keys are looked up by the digest of what follows the prefix.",
        apply=around_with_parts(_known_by_its_random_part),
        held_out=20,
    ),
)
