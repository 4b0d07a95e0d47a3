"""Faults of Aloha, planted from its documentation alone."""

import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from reference.aloha.background import BackgroundWork
from reference.aloha.events import API, Events
from reference.aloha.limiter import POLICIES
from reference.aloha.oauth import AccessTokens
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import AnyCredentials, ApiKeys, Workspace, key_prefix
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests
from reference.faults.deliveries import signed
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.jobs import Job, jobs
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.opaque import digest
from reference.oauth.redirect_uris import is_registered
from reference.oauth.tables import codes, grants, refresh_tokens

_TOKEN_PATH = f"{BASE_PATH}/oauth/token"
_WEST_OF_GREENWICH = re.compile(r"-(\d\d):([0-5]\d)$")
_BLOCK = 64
_ALL = 1_000_000


class _OnePredecessor(Keyring):
    """Keys of which each knows the one before it, and no other is honoured."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(API, key_prefix, parts.platform.database, parts.platform.clock)
        self._before: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        made = await super().rotate(key, grace)
        if key in self._before:
            with suppress(UnknownKeyError):
                await self.revoke(self._before[key])
        self._before[made] = key
        return made


def _form(asked: Asked) -> dict[str, str]:
    """Return what is sent to the token endpoint; nothing where a parameter is repeated."""
    pairs = parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True)
    form = dict(pairs)
    return form if asked.path == _TOKEN_PATH and len(form) == len(pairs) else {}


def _refreshing_forgets_the_code(parts: Parts) -> Tamper:
    """Let a grant forget of which code it came when it is refreshed."""

    def forget(refresh_token: str) -> Callable[[Connection], object]:
        its_grant = select(refresh_tokens.c.grant_id).where(
            refresh_tokens.c.digest == digest(refresh_token)
        )
        renewed = update(grants).where(grants.c.id.in_(its_grant))
        return lambda connection: connection.execute(renewed.values(code=secrets.token_bytes(32)))

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status == 200 and _form(asked).get("grant_type") == "refresh_token":
            await parts.platform.database.write(forget(answered.json["refresh_token"]))
        return answered

    return tamper


def _any_port(parts: Parts) -> Tamper:
    """Take a redirect URI for the one of the code where it differs in a loopback's port."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        form = _form(asked)
        if not {"code", "redirect_uri"} <= form.keys():
            return await ask(asked)
        kept = select(codes.c.redirect_uri).where(codes.c.digest == digest(form["code"]))
        uri = await parts.platform.database.read(lambda connection: connection.scalar(kept))
        if uri is None or not is_registered(form["redirect_uri"], [uri]):
            return await ask(asked)
        return await ask(asked.with_body(urlencode({**form, "redirect_uri": uri}).encode()))

    return tamper


def _is_due_in_the_west(asked: Asked) -> bool:
    due = asked.fields.get("scheduledAt")
    is_post = asked.path == f"{BASE_PATH}/v1/posts"
    return is_post and isinstance(due, str) and _WEST_OF_GREENWICH.search(due) is not None


def _minutes_added(asked: Asked) -> Asked:
    """Give the hours of an offset its sign, and not the minutes."""
    due = asked.fields["scheduledAt"]
    return asked.with_json({**asked.fields, "scheduledAt": _WEST_OF_GREENWICH.sub(_read, due)})


def _read(offset: re.Match[str]) -> str:
    minutes = int(offset[2]) - 60 * int(offset[1])
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


@dataclass(frozen=True, slots=True)
class _ByTime:
    """Posts of a day in the order in which they are due."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, from a position or the start."""
        if "date" not in selection:
            return await self.inner.page(selection, position, limit)
        selected = await self.inner.page(selection, None, _ALL)
        ordered = sorted(selected.rows, key=lambda post: post.scheduled_at or post.created_at)
        end = (position or 0) + limit
        return PostSlice(ordered[position or 0 : end], end if end < len(ordered) else None)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _counting_plain_http(parts: Parts) -> Tamper:
    """Take a token for what is refused because it came in the clear."""
    server = parts.authorization_server
    known = AnyCredentials((ApiKeys(parts.keyring), AccessTokens(server)))

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        caller = await known.find(asked.token) if answered.code == "tls_required" else None
        if caller is not None:
            bucket = f"aloha/{caller.tenant}/{caller.plan}"
            await parts.platform.buckets.take(bucket, POLICIES[caller.plan])
        return answered

    return tamper


class _Debounced(BackgroundWork):
    """Tells only of the last of the runs of a matrix that are under way at once."""

    def do(self, connection: Connection, job: Job) -> None:
        """Finish work, in a given transaction."""
        waiting = select(jobs.c.payload).where(
            jobs.c.api == API, jobs.c.kind == "matrix", jobs.c.tenant == job.tenant
        )
        runs: list[dict[str, Any]] = [*connection.scalars(waiting)]
        is_run_again = job.payload.get("matrix") in [run["matrix"] for run in runs]
        if job.kind != "matrix" or not is_run_again:
            super().do(connection, job)


def _debounced(parts: Parts) -> Parts:
    platform = parts.platform
    events = Events(platform.outbox)
    background = _Debounced(platform.database, platform.clock, platform.jobs, events)
    return replace(parts, background=background)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ROT-F1717",
        title="A key that was rotated ends at once when the key after it is rotated, too",
        promises=("ALOHA-03",),
        mistake="Beside the current key, there is a column for one previous key.",
        apply=lambda parts: replace(parts, keyring=_OnePredecessor(parts)),
        held_out=9,
    ),
    Fault(
        id="OAU-F1718",
        title="A code that is used again revokes nothing once its tokens were refreshed",
        promises=("ALOHA-04",),
        mistake="A refresh makes a new grant, which is not linked to the code.",
        apply=around_with_parts(_refreshing_forgets_the_code),
        held_out=9,
    ),
    Fault(
        id="OAU-F1719",
        title="A code for a loopback address is redeemed with that of another port",
        promises=("ALOHA-04",),
        mistake="What compares with registered URIs is used for the URI of the code, too.",
        apply=around_with_parts(_any_port),
        held_out=9,
    ),
    Fault(
        id="SCH-F1720",
        title="A scheduledAt with the offset -03:30 is read as with -02:30",
        promises=("ALOHA-05",),
        mistake="The sign of an offset is given to its hours, and not to its minutes.",
        apply=requests(_is_due_in_the_west, _minutes_added),
        held_out=9,
    ),
    Fault(
        id="PAG-F1721",
        title="With a date, posts come in the order in which they are due",
        promises=("ALOHA-07",),
        mistake="The query of the calendar is reused, with its order.",
        apply=lambda parts: replace(parts, posts=_ByTime(parts.posts)),
        held_out=9,
    ),
    Fault(
        id="RAT-F1722",
        title="A request over plain HTTP spends one of its workspace",
        promises=("ALOHA-14",),
        mistake="Requests are counted before it is looked at how they came.",
        apply=around_with_parts(_counting_plain_http),
        held_out=9,
    ),
    Fault(
        id="WHK-F1723",
        title="Of a secret, only the first 64 characters sign",
        promises=("ALOHA-12",),
        mistake="An HMAC of one's own cuts long keys to a block, in place of hashing them.",
        apply=signed(lambda attempt: replace(attempt, secret=attempt.secret[:_BLOCK])),
        held_out=9,
    ),
    Fault(
        id="WHK-F1724",
        title="Of runs of a matrix that overlap, only the last is told of as completed",
        promises=("ALOHA-10", "ALOHA-12"),
        mistake="Runs are debounced by the matrix, after their jobs were given out.",
        apply=_debounced,
        held_out=9,
    ),
)
