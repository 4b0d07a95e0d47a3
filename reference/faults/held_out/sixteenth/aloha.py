"""More faults of Aloha, planted from its documentation alone."""

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import Connection, select

from generated.aloha.server import Security, models
from generated.aloha.server.runtime import Request
from reference.aloha.background import BackgroundWork
from reference.aloha.events import API, EventData, Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.publishing import Publisher, _Placement
from reference.aloha.security import Caller, Workspace, key_prefix
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.jobs import Job, jobs
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.tables import access_tokens, clients, grants
from reference.platform import Platform
from reference.storage.database import Database

_MINUTE = 60_000_000
_TOKEN_PATH = f"{BASE_PATH}/oauth/token"
_HALF_HOURS = re.compile(r"(?<=[+-]\d\d):(?!00)\d\d$")


class _OneOldKey(Keyring):
    """Keys of which each knows the one before it, and no other may live on beside that."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(API, key_prefix, platform.database, platform.clock)
        self._before: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more."""
        made = await super().rotate(key, grace)
        if key in self._before:
            with suppress(UnknownKeyError):
                await self.revoke(self._before[key])
        self._before[made] = key
        return made


def _form(asked: Asked) -> dict[str, str]:
    return dict(replace(asked, query_string=asked.body).query)


@dataclass(frozen=True, slots=True)
class _LastSpent:
    """Remembers of a family the token that was spent last, and none before it."""

    following: dict[str, str] = field(default_factory=dict)

    async def __call__(self, ask: Ask, asked: Asked) -> Answered:
        """Answer a request; a token that was spent longer ago is one that there never was."""
        if asked.path != _TOKEN_PATH:
            return await ask(asked)
        form = _form(asked)
        token = form.get("refresh_token", "")
        if self.following.get(token) in self.following:
            return await ask(asked.with_body(urlencode({**form, "refresh_token": "-"}).encode()))
        answered = await ask(asked)
        if token and answered.status == 200:
            self.following[token] = answered.json["refresh_token"]
        return answered


def _last_spent(_parts: Parts) -> Tamper:
    return _LastSpent()


@dataclass(frozen=True, slots=True)
class _HeadForAll(Security[Caller]):
    """Asks for no scope where the method is none of those that scopes were given to."""

    inner: Security[Caller]

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        return await self.inner.api_key(token, request)

    async def oauth(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose access token it is."""
        is_head = request.method == "HEAD"
        return await self.inner.oauth(token, replace(request, scopes=()) if is_head else request)


@dataclass(frozen=True, slots=True)
class _AppsOwn(Security[Caller]):
    """Takes a token that came of a refresh for one of the workspace that the app belongs to."""

    inner: Security[Caller]
    database: Database
    refreshed: set[str]

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        return await self.inner.api_key(token, request)

    async def oauth(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose access token it is."""
        caller = await self.inner.oauth(token, request)
        if token not in self.refreshed:
            return caller
        owner = (
            select(clients.c.tenant)
            .join(grants, grants.c.client == clients.c.id)
            .join(access_tokens, access_tokens.c.grant_id == grants.c.id)
            .where(access_tokens.c.id == caller.key_id)
        )
        tenant = await self.database.read(lambda connection: connection.scalar(owner))
        return caller if tenant is None else replace(caller, tenant=tenant)


def _apps_own_when_refreshed(parts: Parts) -> Parts:
    refreshed: set[str] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if (
            asked.path == _TOKEN_PATH
            and answered.status == 200
            and _form(asked)["grant_type"] == "refresh_token"
        ):
            refreshed.add(answered.json["access_token"])
        return answered

    planted: Parts = around_with_parts(lambda _: tamper)(parts)
    return replace(planted, security=_AppsOwn(parts.security, parts.platform.database, refreshed))


class _ByTheMinute(Publisher):
    """Publishes what is due in a minute when the minute begins."""

    def _schedule(
        self, connection: Connection, placement: _Placement, due_at: int, now: int
    ) -> None:
        super()._schedule(connection, placement, due_at - due_at % _MINUTE, now)


def _by_the_minute(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, publisher=_ByTheMinute(platform.jobs, Events(platform.outbox)))


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


class _LastRun(BackgroundWork):
    """Tells of a run when no other run of its matrix is on."""

    def __init__(self, platform: Platform) -> None:
        given = platform.database, platform.clock, platform.jobs
        super().__init__(*given, Events(platform.outbox))
        self._silent = BackgroundWork(*given, _Silent(platform.outbox))

    def do(self, connection: Connection, job: Job) -> None:
        """Finish work, in a given transaction."""
        waiting = select(jobs.c.payload).where(
            jobs.c.api == API, jobs.c.kind == "matrix", jobs.c.tenant == job.tenant
        )
        matrices = [payload["matrix"] for payload in connection.scalars(waiting).all()]
        if job.kind == "matrix" and job.payload["matrix"] in matrices:
            self._silent.do(connection, job)
        else:
            super().do(connection, job)


def _has_half_hours(asked: Asked) -> bool:
    moment = asked.fields.get("scheduledAt")
    is_new = asked.method == "POST" and asked.path == f"{BASE_PATH}/v1/posts"
    return is_new and isinstance(moment, str) and _HALF_HOURS.search(moment) is not None


def _with_whole_hours(asked: Asked) -> Asked:
    moment = _HALF_HOURS.sub(":00", asked.fields["scheduledAt"])
    return asked.with_json({**asked.fields, "scheduledAt": moment})


@dataclass(frozen=True, slots=True)
class _OfTheKey:
    """Takes a cursor from the credential only that it was given to."""

    given: dict[str, set[str]] = field(default_factory=dict)

    async def __call__(self, ask: Ask, asked: Asked) -> Answered:
        """Answer a request."""
        cursor = asked.parameter("cursor")
        if cursor in self.given and asked.token not in self.given[cursor]:
            asked = asked.with_query(
                (name, "-" if name == "cursor" else value) for name, value in asked.query
            )
        answered = await ask(asked)
        match answered.json:
            case {"pagination": {"nextCursor": str(following)}}:
                self.given.setdefault(following, set()).add(asked.token)
        return answered


def _of_the_key(_parts: Parts) -> Tamper:
    return _OfTheKey()


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F2741",
        title="To rotate the new key as well ends the 24 hours of the old one",
        promises=("ALOHA-03",),
        mistake="A key has one column for the key before it.",
        apply=lambda parts: replace(parts, keyring=_OneOldKey(parts.platform)),
        held_out=16,
    ),
    Fault(
        id="OAU-F2742",
        title="A refresh token that was used two refreshes ago revokes nothing",
        promises=("ALOHA-04",),
        mistake="The grant keeps the digest of the token before the newest one only.",
        apply=around_with_parts(_last_spent),
        held_out=16,
    ),
    Fault(
        id="OAU-F2743",
        title="HEAD needs no scope",
        promises=("ALOHA-04", "ALOHA-17"),
        mistake="Scopes are looked up by the method, GET or POST.",
        apply=lambda parts: replace(parts, security=_HeadForAll(parts.security)),
        held_out=16,
    ),
    Fault(
        id="TEN-F2744",
        title="Once refreshed, an access token opens the workspace that the app belongs to",
        promises=("ALOHA-04", "ALOHA-02"),
        mistake="On a refresh, the workspace is read from the client and not from the grant.",
        apply=_apps_own_when_refreshed,
        held_out=16,
    ),
    Fault(
        id="LIF-F2745",
        title="A scheduled post is published when its minute begins",
        promises=("ALOHA-05",),
        mistake="The scheduler runs once a minute, and compares minutes.",
        apply=_by_the_minute,
        held_out=16,
    ),
    Fault(
        id="WHK-F2746",
        title="Of two runs of a matrix at once, nobody is told of the first",
        promises=("ALOHA-10", "ALOHA-12"),
        mistake="The event is sent when the matrix has no run left.",
        apply=lambda parts: replace(parts, background=_LastRun(parts.platform)),
        held_out=16,
    ),
    Fault(
        id="SCH-F2747",
        title="The minutes of a scheduledAt's offset are ignored",
        promises=("ALOHA-05",),
        mistake="Offsets were taken for whole hours.",
        apply=requests(_has_half_hours, _with_whole_hours),
        held_out=16,
    ),
    Fault(
        id="PAG-F2748",
        title="A cursor is invalid with another credential of the same workspace",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="Cursors are bound to the key, which may be rotated during a walk.",
        apply=around_with_parts(_of_the_key),
        held_out=16,
    ),
)
