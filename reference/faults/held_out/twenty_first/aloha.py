"""Faults of Aloha, planted from its documentation alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from reference.aloha.background import BackgroundWork, Kind
from reference.aloha.events import API, Events
from reference.aloha.limiter import Allowances, Limiter
from reference.aloha.oauth import AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import AnyCredentials, ApiKeys, Workspace, key_prefix
from reference.aloha.tables import placements
from reference.clock import Clock
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.jobs import Job
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.opaque import digest
from reference.oauth.redirect_uris import is_registered
from reference.oauth.tables import access_tokens, codes, grants
from reference.token_bucket import Grant, Policy, TokenBuckets

_SECOND = 1_000_000_000
_TOKEN_PATH = f"{BASE_PATH}/oauth/token"
_OFFSET = re.compile(r"([+-]\d\d):\d\d$")


def _form_of(asked: Asked) -> Mapping[str, str]:
    """Return a form that has each parameter once, and nothing of any other."""
    pairs = parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True)
    form = dict(pairs)
    return form if asked.path == _TOKEN_PATH and len(form) == len(pairs) else {}


def _whole_grant_again(parts: Parts) -> Tamper:
    """Let an access token that was refreshed with fewer scopes do all that was granted."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_narrowed = {"refresh_token", "scope"} <= _form_of(asked).keys()
        if not is_narrowed or answered.status != 200:
            return answered
        of_token = access_tokens.c.digest == digest(answered.json["access_token"])
        granted = (
            select(grants.c.scopes).where(grants.c.id == access_tokens.c.grant_id).scalar_subquery()
        )
        widened = update(access_tokens).where(of_token).values(scopes=granted)
        await parts.platform.database.write(lambda connection: connection.execute(widened))
        return answered

    return tamper


def _any_port_of_loopback(parts: Parts) -> Tamper:
    """Compare the redirect URI of a code as those of an authorization are, with any port."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        form = _form_of(asked)
        if not {"code", "redirect_uri"} <= form.keys():
            return await ask(asked)
        of_code = select(codes.c.redirect_uri).where(codes.c.digest == digest(form["code"]))
        kept = await parts.platform.database.read(lambda connection: connection.scalar(of_code))
        if kept is None or not is_registered(form["redirect_uri"], [kept]):
            return await ask(asked)
        return await ask(asked.with_body(urlencode({**form, "redirect_uri": kept}).encode()))

    return tamper


@dataclass(frozen=True, slots=True)
class _Restarting:
    """Buckets whose next token is waited for anew after each request that is refused."""

    inner: TokenBuckets
    clock: Clock
    waits: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`, if it has one."""
        waits = self._waits(name, policy)
        grant = await (self.inner.peek if waits else self.inner.take)(name, policy)
        if grant.granted and not waits:
            return grant
        self.waits[name] = self.clock.nanoseconds() + policy.interval
        return replace(
            grant, granted=False, remaining=0, retry_after=-(-policy.interval // _SECOND)
        )

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token."""
        held = await self.inner.peek(name, policy)
        return replace(held, granted=False, remaining=0) if self._waits(name, policy) else held

    async def reset(self) -> None:
        """Fill every bucket."""
        self.waits.clear()
        await self.inner.reset()

    def _waits(self, name: str, policy: Policy) -> bool:
        now = self.clock.nanoseconds()
        return now < self.waits.get(name, 0) <= now + policy.interval


def _waiting_anew(parts: Parts) -> Parts:
    clock = parts.platform.clock
    limiter = Limiter(_Restarting(parts.platform.buckets, clock), clock)
    known = AnyCredentials((ApiKeys(parts.keyring), AccessTokens(parts.authorization_server)))
    return replace(parts, gate=limiter, allowance=Allowances(limiter, known))


def _has_odd_offset(asked: Asked) -> bool:
    moment = asked.fields.get("scheduledAt")
    is_post = asked.method == "POST" and asked.path == f"{BASE_PATH}/v1/posts"
    return is_post and isinstance(moment, str) and _OFFSET.search(moment) is not None


def _in_whole_hours(asked: Asked) -> Asked:
    moment = _OFFSET.sub(r"\1:00", asked.fields["scheduledAt"])
    return asked.with_json({**asked.fields, "scheduledAt": moment})


class _PublishedAsPlanned(Publisher):
    """Says of what is published at once that it was published when it should have been."""

    def create(self, connection: Connection, post: NewPost) -> None:
        """Make a post: a draft, or one that is published when it is due, which may be at once."""
        super().create(connection, post)
        if post.scheduled_at is not None and post.scheduled_at <= post.created_at:
            published = (placements.c.post == post.id) & (placements.c.status == "published")
            planned = update(placements).where(published).values(published_at=post.scheduled_at)
            connection.execute(planned)


def _published_as_planned(parts: Parts) -> Parts:
    events = Events(parts.platform.outbox)
    return replace(parts, publisher=_PublishedAsPlanned(parts.platform.jobs, events))


class _LatestRun(BackgroundWork):
    """Takes the latest run of a matrix for the one that is done."""

    def __init__(self, parts: Parts) -> None:
        platform = parts.platform
        events = Events(platform.outbox)
        super().__init__(platform.database, platform.clock, platform.jobs, events)
        self._now = platform.clock.microseconds
        self._latest: dict[str, tuple[str, int]] = {}

    async def take_on(
        self, workspace: Workspace, kind: Kind, about: Mapping[str, str]
    ) -> models.Job:
        """Promise to do work; `about` is what it will need to know."""
        made = await super().take_on(workspace, kind, about)
        if kind == "matrix":
            self._latest[about["matrix"]] = (made.id, self._now())
        return made

    def do(self, connection: Connection, job: Job) -> None:
        """Finish work, in a given transaction."""
        latest, asked_at = self._latest.get(job.payload.get("matrix", ""), ("", job.due_at))
        if asked_at < job.due_at:
            job = replace(job, payload={**job.payload, "work": latest})
        super().do(connection, job)


class _OneOldKey(Keyring):
    """Keeps one old key of each, and forgets it when there is another."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(API, key_prefix, parts.platform.database, parts.platform.clock)
        self._old: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        made = await super().rotate(key, grace)
        older = self._old.pop(key, None)
        self._old[made] = key
        if older is not None:
            await self._end(older)
        return made

    async def _end(self, key: str) -> None:
        try:
            await self.revoke(key)
        except UnknownKeyError:
            return


def _says_it_twice(asked: Asked) -> bool:
    is_read = asked.method in {"GET", "HEAD"} and asked.path.startswith(f"{BASE_PATH}/v1/")
    return is_read and len({*asked.query}) < len(asked.query)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="OAU-F4241",
        title="An access token that was refreshed with fewer scopes has all that were granted",
        promises=("ALOHA-04",),
        mistake="The answer names the scopes that were asked for; what is kept is the grant's.",
        apply=around_with_parts(_whole_grant_again),
        held_out=21,
    ),
    Fault(
        id="OAU-F4242",
        title="A code of a loopback redirect_uri is redeemed with that of another port",
        promises=("ALOHA-04",),
        mistake="One comparison of redirect URIs serves both endpoints.",
        apply=around_with_parts(_any_port_of_loopback),
        held_out=21,
    ),
    Fault(
        id="RAT-F4243",
        title="A request that is refused begins the wait for the next token anew",
        promises=("ALOHA-15", "ALOHA-14"),
        mistake="The moment of the last refill is kept with each request, refused ones too.",
        apply=_waiting_anew,
        held_out=21,
    ),
    Fault(
        id="SCH-F4244",
        title="Of the offset of scheduledAt, the minutes count for nothing",
        promises=("ALOHA-05",),
        mistake="Time zones were taken to be whole hours from UTC.",
        apply=requests(_has_odd_offset, _in_whole_hours),
        held_out=21,
    ),
    Fault(
        id="LIF-F4245",
        title="A post that is published at once has its past scheduledAt as publishedAt",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="The moment that a post is due is taken for that at which it goes out.",
        apply=_published_as_planned,
        held_out=21,
    ),
    Fault(
        id="WHK-F4246",
        title="Of two runs of a matrix that overlap, both events have the later one's jobId",
        promises=("ALOHA-10", "ALOHA-12"),
        mistake="The matrix knows its current job, and the event asks the matrix.",
        apply=lambda parts: replace(parts, background=_LatestRun(parts)),
        held_out=21,
    ),
    Fault(
        id="ROT-F4247",
        title="To rotate a key again ends the 24 hours of the one before it",
        promises=("ALOHA-03",),
        mistake="There is one column for the old key.",
        apply=lambda parts: replace(parts, keyring=_OneOldKey(parts)),
        held_out=21,
    ),
    Fault(
        id="STA-F4248",
        title="A query parameter may be repeated, if with the same value",
        promises=("ALOHA-07", "ALOHA-09"),
        mistake="The parameters are made a set before they are counted.",
        apply=requests(_says_it_twice, lambda asked: asked.with_query(dict.fromkeys(asked.query))),
        held_out=21,
    ),
)
