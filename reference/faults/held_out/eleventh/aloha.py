"""Faults of Aloha, planted from its documentation alone."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl, quote, urlencode

from sqlalchemy import select, update
from starlette.types import ASGIApp, Receive, Scope, Send

from generated.aloha.server import models
from generated.aloha.server.runtime import Request
from reference.aloha.background import DURATIONS, BackgroundWork, Kind
from reference.aloha.events import API, Events
from reference.aloha.ids import new_id
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import PATH, AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import (
    AnyCredentials,
    ApiKeys,
    Caller,
    Credentials,
    Workspace,
    key_prefix,
)
from reference.clock import instant
from reference.cursors import Scope as Selection
from reference.faults.composition import around, around_with_parts
from reference.faults.deliveries import signed
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.opaque import digest
from reference.oauth.tables import access_tokens, grants
from reference.platform import Platform
from reference.webhooks.profile import Attempt

_MICROSECOND = timedelta(microseconds=1)
_ALL = 10_000
_KEPT_BY_ENCODE_URI = ";,/?:@&=+$-_.!~*'()#"
_READ = r"/v1/posts(/[^/]+)?|/v1/inbox/threads|/oauth/authorize"
_ROUTES = {
    "GET": re.compile(_READ),
    "HEAD": re.compile(_READ),
    "POST": re.compile(
        r"/v1/posts|/v1/analytics/export|/v1/matrix/[^/]+/run|/v1/voice/train|/oauth/token"
    ),
}


def _signed_once(parts: Parts) -> Parts:
    """Sign an event when it is first sent to anybody, under the secret of that subscriber."""
    secrets: dict[str, str] = {}

    def first(attempt: Attempt) -> Attempt:
        return replace(attempt, secret=secrets.setdefault(attempt.event_id, attempt.secret))

    return signed(first)(parts)


class _OneRunAtATime(BackgroundWork):
    """Puts no job for a run of a matrix that another run of is under way."""

    def __init__(self, platform: Platform) -> None:
        clock, jobs = platform.clock, platform.jobs
        super().__init__(platform.database, clock, jobs, Events(platform.outbox))
        self._done_at: dict[str, int] = {}

    async def take_on(
        self, workspace: Workspace, kind: Kind, about: Mapping[str, str]
    ) -> models.Job:
        """Promise to do work."""
        now = self._clock.microseconds()
        if kind == "matrix":
            if now < self._done_at.get(about["matrix"], now):
                return models.Job(id=new_id("job"), created_at=instant(now))
            self._done_at[about["matrix"]] = now + DURATIONS[kind] // _MICROSECOND
        return await super().take_on(workspace, kind, about)


@dataclass(frozen=True, slots=True)
class _NextDueFirst:
    """Posts of which those that are scheduled are listed in the order of their moments."""

    inner: Posts

    async def page(self, selection: Selection, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, from a position or the start."""
        if selection.get("status") != "scheduled":
            return await self.inner.page(selection, position, limit)
        found = (await self.inner.page(selection, None, _ALL)).rows
        due = sorted(found, key=lambda post: str(post.scheduled_at))
        start = position or 0
        end = start + limit
        return PostSlice(due[start:end], end if end < len(due) else None)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _all_scopes_on_refresh(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != f"{BASE_PATH}/oauth/token" or answered.status != 200:
            return answered
        form = dict(parse_qsl(asked.body.decode("latin-1")))
        if form["grant_type"] == "refresh_token" and "scope" in form:
            granted = select(grants.c.scopes).where(grants.c.id == access_tokens.c.grant_id)
            of_token = access_tokens.c.digest == digest(answered.json["access_token"])
            widened = update(access_tokens).where(of_token)
            widened = widened.values(scopes=granted.scalar_subquery())
            await parts.platform.database.write(lambda connection: connection.execute(widened))
        return answered

    return tamper


async def _encode_uri(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    location = answered.headers.get("location", "")
    state = asked.parameter("state") or ""
    encoded = urlencode({"state": state})
    if asked.path != f"{BASE_PATH}{PATH}" or not state or not location.endswith(encoded):
        return answered
    mistaken = f"state={quote(state, safe=_KEPT_BY_ENCODE_URI)}"
    return answered.with_header("location", location.removesuffix(encoded) + mistaken)


class _OnePredecessor(Keyring):
    """Keys of which each knows the one before it, and no other."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(API, key_prefix, platform.database, platform.clock)
        self._before: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        made = await super().rotate(key, grace)
        forgotten = self._before.pop(key, None)
        if forgotten is not None:
            with suppress(UnknownKeyError):
                await self.revoke(forgotten)
        self._before[made] = key
        return made


def _with_its_own_bucket(caller: Caller) -> Caller:
    """Return an app as a workspace of its own, anybody else as they are."""
    is_app = caller.key_id.startswith("access_")
    return replace(caller, tenant=f"{caller.tenant}/apps") if is_app else caller


@dataclass(frozen=True, slots=True)
class _AppsApart:
    """Gives the apps of a workspace a bucket that is not the workspace's."""

    limiter: Limiter

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited where there is none."""
        caller = request.principal
        sent = request if caller is None else request.by(_with_its_own_bucket(caller))
        return await self.limiter.admit(sent)


@dataclass(frozen=True, slots=True)
class _AppsOfTheirOwn:
    """The access tokens, as those of a workspace that has nothing else."""

    inner: Credentials

    async def find(self, token: str) -> Caller | None:
        """Return whose token it is, None where it is nobody's, or no longer good."""
        caller = await self.inner.find(token)
        return None if caller is None else _with_its_own_bucket(caller)


def _apps_apart(parts: Parts) -> Parts:
    limiter = Limiter(parts.platform.buckets, parts.platform.clock)
    tokens = _AppsOfTheirOwn(AccessTokens(parts.authorization_server))
    known = AnyCredentials((ApiKeys(parts.keyring), tokens))
    return replace(parts, gate=_AppsApart(limiter), allowance=Allowances(limiter, known))


@dataclass(frozen=True, slots=True)
class _TlsOnRoutes:
    """ASGI middleware: what came in the clear goes no further where there is an operation."""

    app: ASGIApp
    require_tls: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        routes = _ROUTES.get(scope.get("method", ""))
        path = scope.get("path", "").removeprefix(BASE_PATH)
        is_route = routes is not None and routes.fullmatch(path) is not None
        await (self.require_tls if is_route else self.app)(scope, receive, send)


def _tls_after_routing(parts: Parts) -> Parts:
    return replace(parts, require_tls=lambda app: _TlsOnRoutes(app, parts.require_tls(app)))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F1917",
        title="Of two subscribers to an event, one gets the signature of the other",
        promises=("ALOHA-12",),
        mistake="An event is signed once, and not once for each of its subscribers.",
        apply=_signed_once,
        held_out=11,
    ),
    Fault(
        id="LIF-F1918",
        title="A run of a matrix that is asked for during another is accepted, and never happens",
        promises=("ALOHA-10",),
        mistake="The queue takes one job a matrix, and drops the second without a word.",
        apply=lambda parts: replace(parts, background=_OneRunAtATime(parts.platform)),
        held_out=11,
    ),
    Fault(
        id="PAG-F1919",
        title="With status=scheduled, posts are listed in the order in which they are due",
        promises=("ALOHA-07",),
        mistake="The list behind the calendar was given the filter's name.",
        apply=lambda parts: replace(parts, posts=_NextDueFirst(parts.posts)),
        held_out=11,
    ),
    Fault(
        id="OAU-F1920",
        title="A refresh for fewer scopes says so, and its access token has all that were granted",
        promises=("ALOHA-04",),
        mistake="The answer is made of the request, and the token of the grant.",
        apply=around_with_parts(_all_scopes_on_refresh),
        held_out=11,
    ),
    Fault(
        id="OAU-F1921",
        title="A state with + or & comes back from a refused authorization request as another",
        promises=("ALOHA-04",),
        mistake="encodeURI stands where encodeURIComponent belongs.",
        apply=around(_encode_uri),
        held_out=11,
    ),
    Fault(
        id="ROT-F1922",
        title="A key that was rotated is dead at once when the key after it is rotated",
        promises=("ALOHA-03",),
        mistake="The old key stands in a column of the new one, and there is one column.",
        apply=lambda parts: replace(parts, keyring=_OnePredecessor(parts.platform)),
        held_out=11,
    ),
    Fault(
        id="RAT-F1923",
        title="The apps of a workspace have an allowance besides that of the workspace",
        promises=("ALOHA-14",),
        mistake="The name of a bucket begins with the kind of the credential.",
        apply=_apps_apart,
        held_out=11,
    ),
    Fault(
        id="TLS-F1924",
        title="In the clear, a path or a method that there is not is answered with 404 or 405",
        promises=("ALOHA-01",),
        mistake="TLS is asked for by the operations, behind the router.",
        apply=_tls_after_routing,
        held_out=11,
    ),
)
