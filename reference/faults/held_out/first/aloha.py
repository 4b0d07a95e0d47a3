"""Faults of Aloha, planted from its documentation alone."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, select

from generated.aloha.server import Security, errors, models
from generated.aloha.server.runtime import Request
from generated.aloha.server.runtime.answers import encode_json
from reference.aloha.events import EventData, Events
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import MODES, AnyCredentials, ApiKeys, Caller, Workspace
from reference.aloha.tables import matrices
from reference.cursors import Scope
from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.cursors import without
from reference.faults.deliveries import outcomes
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.oauth.opaque import digest
from reference.oauth.tables import codes
from reference.storage.database import Database
from reference.storage.tables import api_keys
from reference.token_bucket import Grant, Policy, TokenBuckets
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver

_SECOND = 1_000_000


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


class _QuietAtOnce(Publisher):
    """Tells of what is published later, and not of what is published at once."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.platform.jobs, Events(parts.platform.outbox))
        self._silent = Publisher(parts.platform.jobs, _Silent(parts.platform.outbox))

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        if post.scheduled_at is not None and post.scheduled_at <= post.created_at:
            self._silent.create(connection, post)
        else:
            super().create(connection, post)


def _restamped(parts: Parts) -> Parts:
    """Say on each retry that the event was created just now."""
    tried: set[tuple[str, str]] = set()

    def around(deliver: Deliver) -> Deliver:
        async def restamped(attempt: Attempt) -> Outcome:
            key = (attempt.event_id, attempt.url)
            if key not in tried:
                tried.add(key)
                return await deliver(attempt)
            event = {**json.loads(attempt.body), "created": attempt.at // _SECOND}
            body = json.dumps(event, separators=(",", ":")).encode()
            return await deliver(replace(attempt, body=body))

        return restamped

    return replace(parts, webhooks=replace(parts.webhooks, around=around))


def _only_200(outcome: Outcome) -> Outcome:
    if outcome.status is None or outcome.status == 200:
        return outcome
    return replace(outcome, error=f"The receiver answered {outcome.status}, which is not 200.")


@dataclass(frozen=True, slots=True)
class _LateDays:
    """Posts of days that begin after midnight, and end with the next one."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "date" in selection:
            selection = {**selection, "date": int(selection["date"]) + 1}
        return await self.inner.page(selection, position, limit)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


@dataclass(frozen=True, slots=True)
class _StatusOfTheChannel:
    """Posts that are selected by their status on the channel, where one is given."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if not {"channel", "status"} <= selection.keys():
            return await self.inner.page(selection, position, limit)
        wanted = (selection["channel"], selection["status"])
        found: list[tuple[models.Post, int | None]] = []
        while len(found) <= limit:
            one = await self.inner.page(without(selection, "status"), position, 1)
            position = one.next_position
            for post in one.rows:
                if wanted in {(placed.channel, placed.status) for placed in post.channels}:
                    found.append((post, position))
            if position is None:
                break
        following = found[limit - 1][1] if len(found) > limit else None
        return PostSlice([post for post, _ in found[:limit]], following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _posts(make: Callable[[Posts], Posts]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, posts=make(parts.posts))


def _redirect_uri_of_the_code(parts: Parts) -> Tamper:
    """Take whatever redirect URI a client without a secret sends for the one of its code."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        pairs = parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True)
        form = dict(pairs)
        is_secret = "client_secret" in form or "authorization" in asked.headers
        is_sent = {"code", "redirect_uri"} <= form.keys() and len(form) == len(pairs)
        if asked.path != f"{BASE_PATH}/oauth/token" or is_secret or not is_sent:
            return await ask(asked)
        kept = select(codes.c.redirect_uri).where(codes.c.digest == digest(form["code"]))
        uri = await parts.platform.database.read(lambda connection: connection.scalar(kept))
        sent = form if uri is None else {**form, "redirect_uri": uri}
        return await ask(asked.with_body(urlencode(sent).encode()))

    return tamper


def _matrix_of_any_mode(parts: Parts) -> Tamper:
    prefix, suffix = f"{BASE_PATH}/v1/matrix/", "/run"

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        named = asked.path.removeprefix(prefix).removesuffix(suffix)
        tenant = await tenant_of(parts, asked)
        is_run = asked.method == "POST" and asked.path == f"{prefix}{named}{suffix}"
        if answered.status != 404 or tenant is None or not is_run:
            return answered
        its_own = select(matrices.c.mode).where(matrices.c.tenant == tenant, matrices.c.id == named)
        kept = await parts.platform.database.read(lambda connection: connection.scalar(its_own))
        mode = next((mode for mode in MODES if mode == kept), None)
        if mode is None:
            return answered
        about = {"matrix": named}
        job = await parts.background.take_on(Workspace(tenant, mode), "matrix", about)
        return answered.with_status(202).with_json(json.loads(encode_json(job)))

    return tamper


@dataclass(frozen=True, slots=True)
class _OpenInbox(Security[Caller]):
    """Asks for no scope where the inbox is read."""

    inner: Security[Caller]

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        return await self.inner.api_key(token, request)

    async def oauth(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose access token it is."""
        is_inbox = request.operation_id == "listInboxThreads"
        return await self.inner.oauth(token, replace(request, scopes=()) if is_inbox else request)


@dataclass(frozen=True, slots=True)
class _RetiredKeysRead(Security[Caller]):
    """Lets a key that was rotated read and no more."""

    inner: Security[Caller]
    database: Database

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        caller = await self.inner.api_key(token, request)
        ends = select(api_keys.c.expires_at).where(api_keys.c.id == caller.key_id)
        ends_at = await self.database.read(lambda connection: connection.scalar(ends))
        if ends_at is not None and request.method == "POST":
            raise errors.Unauthorized("This API key was rotated.")
        return caller

    async def oauth(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose access token it is."""
        return await self.inner.oauth(token, request)


@dataclass(frozen=True, slots=True)
class _Slower:
    """Buckets of which those of one policy are refilled at the rate of another."""

    inner: TokenBuckets
    slowed: int
    limit: int

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        return await self.inner.take(name, self._slow(policy))

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token."""
        return await self.inner.peek(name, self._slow(policy))

    async def reset(self) -> None:
        """Fill every bucket."""
        await self.inner.reset()

    def _slow(self, policy: Policy) -> Policy:
        return replace(policy, limit=self.limit) if policy.limit == self.slowed else policy


def _working_team_as_free(parts: Parts) -> Parts:
    limiter = Limiter(_Slower(parts.platform.buckets, 600, 60), parts.platform.clock)
    known = AnyCredentials((ApiKeys(parts.keyring), AccessTokens(parts.authorization_server)))
    return replace(parts, gate=limiter, allowance=Allowances(limiter, known))


def _half_failed(asked: Asked, answered: Answered) -> bool:
    is_one = asked.method == "GET" and asked.path.startswith(f"{BASE_PATH}/v1/posts/")
    if not is_one or answered.status != 200:
        return False
    post = answered.json
    placed = {channel["status"] for channel in post["channels"]}
    return post["status"] == "failed" and "published" in placed


def _published(answered: Answered) -> Answered:
    post: dict[str, Any] = answered.json
    return answered.with_json({**post, "status": "published"})


def _has_empty_samples(asked: Asked) -> bool:
    is_training = asked.path == f"{BASE_PATH}/v1/voice/train"
    samples = asked.fields.get("samples")
    return is_training and isinstance(samples, list) and "" in samples[1:]


def _without_empty_samples(asked: Asked) -> Asked:
    first, *others = asked.fields["samples"]
    kept = [first, *(sample for sample in others if sample != "")]
    return asked.with_json({**asked.fields, "samples": kept})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F841",
        title="Nobody is told of a post that is published at once",
        promises=("ALOHA-12",),
        mistake="The event is sent by the scheduler, which such a post never meets.",
        apply=lambda parts: replace(parts, publisher=_QuietAtOnce(parts)),
        held_out=1,
    ),
    Fault(
        id="WHK-F842",
        title="On a retry, created is the moment of the attempt",
        promises=("ALOHA-13", "ALOHA-12"),
        mistake="The body is put together for each attempt anew.",
        apply=_restamped,
        held_out=1,
    ),
    Fault(
        id="WHK-F843",
        title="Deliveries that are answered 201 to 299 are retried",
        promises=("ALOHA-12", "ALOHA-13"),
        mistake="The status is compared with 200.",
        apply=outcomes(_only_200),
        held_out=1,
    ),
    Fault(
        id="FIL-F844",
        title="A date has the midnight at its end in place of the one at its beginning",
        promises=("ALOHA-07",),
        mistake="> and <= stand where >= and < belong.",
        apply=_posts(_LateDays),
        held_out=1,
    ),
    Fault(
        id="FIL-F845",
        title="With a channel, status is that on the channel and not of the post",
        promises=("ALOHA-07",),
        mistake="The join that the one filter brings gives the other another column.",
        apply=_posts(_StatusOfTheChannel),
        held_out=1,
    ),
    Fault(
        id="OAU-F846",
        title="A client without a secret redeems a code with any redirect_uri",
        promises=("ALOHA-04",),
        mistake="The comparison stands in the branch that checks the secret.",
        apply=around_with_parts(_redirect_uri_of_the_code),
        held_out=1,
    ),
    Fault(
        id="TEN-F847",
        title="A test key runs live matrices, and a live key those of the test data",
        promises=("ALOHA-02", "ALOHA-10"),
        mistake="One query selects by the workspace alone.",
        apply=around_with_parts(_matrix_of_any_mode),
        held_out=1,
    ),
    Fault(
        id="OAU-F848",
        title="The inbox can be read without the scope read",
        promises=("ALOHA-04",),
        mistake="The route was added without its scope.",
        apply=lambda parts: replace(parts, security=_OpenInbox(parts.security)),
        held_out=1,
    ),
    Fault(
        id="AUT-F849",
        title="In its last 24 hours, a key that was rotated may no longer write",
        promises=("ALOHA-03",),
        mistake="The grace was meant for readers.",
        apply=lambda parts: replace(
            parts, security=_RetiredKeysRead(parts.security, parts.platform.database)
        ),
        held_out=1,
    ),
    Fault(
        id="RAT-F850",
        title="The bucket of Working Team is refilled at the rate of Free",
        promises=("ALOHA-14",),
        mistake="A line that was copied.",
        apply=_working_team_as_free,
        held_out=1,
    ),
    Fault(
        id="LIF-F851",
        title="Read alone, a post that failed on one channel of two is published",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="The two states are tried in the wrong order, in one of two places.",
        apply=answers(_half_failed, _published),
        held_out=1,
    ),
    Fault(
        id="SCH-F852",
        title="Empty samples are dropped, but for the first",
        promises=("ALOHA-11",),
        mistake="The samples are tidied up before they are checked.",
        apply=requests(_has_empty_samples, _without_empty_samples),
        held_out=1,
    ),
)
