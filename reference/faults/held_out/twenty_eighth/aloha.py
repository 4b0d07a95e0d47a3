"""Faults of Aloha, planted from its documentation alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha.events import API
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import Caller, Workspace, key_prefix
from reference.clock import Clock, microseconds
from reference.collection import AnyRow, Collection, Page
from reference.cursors import Scope
from reference.faults.composition import answers, around, around_with_parts
from reference.faults.cursors import without
from reference.faults.deliveries import signed
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.opaque import digest
from reference.oauth.tables import access_tokens, grants
from reference.storage.database import Database
from reference.webhooks.profile import Attempt

_DAY = 24 * 60 * 60 * 1_000_000
_ALL = 10_000
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class _ByMoment:
    """Threads whose pages are cut at the moment at which they were written to."""

    inner: Collection

    async def page(self, selection: Scope, position: int | None, limit: int) -> Page:
        """Return at most `limit` selected rows, from a position or from the start."""
        rows = (await self.inner.page(selection, None, _ALL)).rows
        after = [row for row in rows if position is None or row.updated_at < position]
        more = len(after) > limit
        return Page(after[:limit], after[limit - 1].updated_at if more else None)

    async def find(self, tenant: str, row_id: str) -> AnyRow | None:
        """Return the row with this id, where it is the tenant's."""
        return await self.inner.find(tenant, row_id)


@dataclass(frozen=True, slots=True)
class _DaysOfPublishing:
    """Posts of which those that were late already are on the day on which they were made."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "date" not in selection:
            return await self.inner.page(selection, position, limit)
        day = int(selection["date"])
        found: list[tuple[models.Post, int | None]] = []
        while len(found) <= limit:
            one = await self.inner.page(without(selection, "date"), position, 1)
            position = one.next_position
            found.extend((post, position) for post in one.rows if _is_on(day, post))
            if position is None:
                break
        following = found[limit - 1][1] if len(found) > limit else None
        return PostSlice([post for post, _ in found[:limit]], following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _is_on(day: int, post: models.Post) -> bool:
    if post.scheduled_at is None:
        return False
    return 0 <= microseconds(max(post.scheduled_at, post.created_at)) - day < _DAY


def _refreshment(asked: Asked) -> Mapping[str, str]:
    """Return the form of a request to refresh, and nothing of any other."""
    pairs = parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True)
    form = dict(pairs)
    is_one = asked.path == f"{BASE_PATH}/oauth/token" and len(form) == len(pairs)
    return form if is_one and form.get("grant_type") == "refresh_token" else {}


def _remembering_one(parts: Parts) -> Parts:
    """Know a refresh token that was used before as long as its successor was not."""
    successors: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        form = _refreshment(asked)
        token = form.get("refresh_token", "")
        if successors.get(token) in successors:
            unknown = {**form, "refresh_token": f"{token}-forgotten"}
            return await ask(asked.with_body(urlencode(unknown).encode()))
        answered = await ask(asked)
        if token and answered.status == 200:
            successors[token] = answered.json["refresh_token"]
        return answered

    planted: Parts = around(tamper)(parts)
    return planted


def _narrowed_by_name(parts: Parts) -> Tamper:
    """Give each access token all that was granted, whatever the answer says."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if "scope" not in _refreshment(asked) or answered.status != 200:
            return answered
        its_own = access_tokens.c.digest == digest(answered.json["access_token"])

        def widen(connection: Connection) -> None:
            granted = connection.scalar(
                select(grants.c.scopes)
                .join(access_tokens, access_tokens.c.grant_id == grants.c.id)
                .where(its_own)
            )
            connection.execute(update(access_tokens).where(its_own).values(scopes=granted))

        await parts.platform.database.write(widen)
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _BucketsOfTokens:
    """A gate at which each access token has a bucket of its own."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Take a token; raise RateLimited, with the seconds to wait, where there is none."""
        caller = request.principal
        if caller is None or caller.key_id.startswith("key_"):
            return await self.inner.admit(request)
        alone = replace(caller, tenant=f"{caller.tenant}/{caller.key_id}")
        return await self.inner.admit(replace(request, principal=alone))


def _cut_secret(attempt: Attempt) -> Attempt:
    key = attempt.secret.encode()[:_BLOCK]
    return replace(attempt, secret=key.decode(errors="ignore"))


class _OnePredecessor(Keyring):
    """Keys of which each keeps one predecessor alive, and no more."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(API, key_prefix, database, clock)
        self._predecessors: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        made = await super().rotate(key, grace)
        before = self._predecessors.pop(key, None)
        if before is not None:
            await self._revoke_if_known(before)
        self._predecessors[made] = key
        return made

    async def _revoke_if_known(self, key: str) -> None:
        try:
            await self.revoke(key)
        except UnknownKeyError:
            return


def _one_predecessor(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, keyring=_OnePredecessor(platform.database, platform.clock))


def _tells_of_posts(asked: Asked, answered: Answered) -> bool:
    return asked.path.startswith(f"{BASE_PATH}/v1/posts") and answered.status in {200, 201}


def _published_when_due(answered: Answered) -> Answered:
    told: dict[str, Any] = answered.json
    if "data" in told:
        return answered.with_json({**told, "data": [_as_planned(post) for post in told["data"]]})
    return answered.with_json(_as_planned(told))


def _as_planned(post: dict[str, Any]) -> dict[str, Any]:
    channels = [
        {**channel, "publishedAt": post["scheduledAt"]} if "publishedAt" in channel else channel
        for channel in post["channels"]
    ]
    return {**post, "channels": channels}


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F4861",
        title="Of threads written to at one moment, a page's end loses the others",
        promises=("ALOHA-09",),
        mistake="The cursor has updatedAt, which is not unique.",
        apply=lambda parts: replace(parts, threads=_ByMoment(parts.threads)),
        held_out=28,
    ),
    Fault(
        id="PAG-F4862",
        title="A post whose scheduledAt was past already is on the day on which it was made",
        promises=("ALOHA-07",),
        mistake="The column that is searched has when the post is handed to the channels.",
        apply=lambda parts: replace(parts, posts=_DaysOfPublishing(parts.posts)),
        held_out=28,
    ),
    Fault(
        id="OAU-F4863",
        title="A refresh token that was used two refreshes ago revokes nothing",
        promises=("ALOHA-04",),
        mistake="Each grant keeps its last token and the one before it.",
        apply=_remembering_one,
        held_out=28,
    ),
    Fault(
        id="OAU-F4864",
        title="A refresh for fewer scopes says so, and its access token has all that were granted",
        promises=("ALOHA-04",),
        mistake="The answer has the scopes that were asked for, and the token those of the grant.",
        apply=around_with_parts(_narrowed_by_name),
        held_out=28,
    ),
    Fault(
        id="RAT-F4865",
        title="Each access token has an allowance of its own",
        promises=("ALOHA-14",),
        mistake="The bucket is named after the credential where that is no key.",
        apply=lambda parts: replace(parts, gate=_BucketsOfTokens(parts.gate)),
        held_out=28,
    ),
    Fault(
        id="WHK-F4866",
        title="Of a secret, the first 64 bytes sign",
        promises=("ALOHA-12",),
        mistake="A key that is longer than HMAC's block is cut, where it is to be hashed.",
        apply=signed(_cut_secret),
        held_out=28,
    ),
    Fault(
        id="ROT-F4867",
        title="A second rotation within 24 hours ends the first old key at once",
        promises=("ALOHA-03",),
        mistake="A key has one column for its predecessor.",
        apply=_one_predecessor,
        held_out=28,
    ),
    Fault(
        id="LIF-F4868",
        title="publishedAt is when a post was due, also where that was before it was made",
        promises=("ALOHA-05", "ALOHA-06"),
        mistake="The one moment is taken for the other.",
        apply=answers(_tells_of_posts, _published_when_due),
        held_out=28,
    ),
)
