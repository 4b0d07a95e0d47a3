"""Faults of Aloha, planted from its documentation alone."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl

from sqlalchemy import Connection, select, update

from generated.aloha.server import models
from generated.aloha.server.runtime import Gate, Request
from reference.aloha.events import API, EventData, Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.publishing import Publisher
from reference.aloha.security import Caller, Workspace, key_prefix
from reference.aloha.tables import posts
from reference.clock import Clock
from reference.cursors import Scope
from reference.faults.composition import around_with_parts, requests
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.keys import Keyring, UnknownKeyError
from reference.oauth.opaque import digest
from reference.oauth.tables import grants, refresh_tokens
from reference.storage.database import Database
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver

_POSTS = f"{BASE_PATH}/v1/posts"
_PART_OF_AN_HOUR = re.compile(r"[+-]\d\d:(?!00)\d\d$")
_FILTERS = {"channel", "status", "date"}
_NOWHERE = 0
"""A position that no row of a list comes after."""


def _is_off_by_part_of_an_hour(asked: Asked) -> bool:
    due = asked.fields.get("scheduledAt")
    is_new = asked.method == "POST" and asked.path == _POSTS
    return is_new and isinstance(due, str) and _PART_OF_AN_HOUR.search(due) is not None


def _off_by_whole_hours(asked: Asked) -> Asked:
    due: str = asked.fields["scheduledAt"]
    return asked.with_json({**asked.fields, "scheduledAt": f"{due[:-2]}00"})


def _narrowing(parts: Parts) -> Tamper:
    """Keep the scopes of a refresh as those of the grant."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_token = asked.method == "POST" and asked.path == f"{BASE_PATH}/oauth/token"
        form = dict(parse_qsl(asked.body.decode("latin-1")))
        if answered.status != 200 or not is_token or not {"refresh_token", "scope"} <= form.keys():
            return answered
        fresh = refresh_tokens.c.digest == digest(answered.json["refresh_token"])
        of_token = select(refresh_tokens.c.grant_id).where(fresh).scalar_subquery()
        narrowed = (
            update(grants)
            .where(grants.c.id == of_token)
            .values(scopes=answered.json["scope"].split())
        )
        await parts.platform.database.write(lambda connection: connection.execute(narrowed))
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _FullPagesGoOn:
    """Posts whose filtered lists go on after a page that is full."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        found = await self.inner.page(selection, position, limit)
        is_last_and_full = found.next_position is None and len(found.rows) == limit
        if is_last_and_full and not _FILTERS.isdisjoint(selection):
            return replace(found, next_position=_NOWHERE)
        return found

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


class _DatedAhead(Events):
    """Dates the news that a post is scheduled with the moment at which it is due."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event, which happened `at` microseconds since 1970, to be sent."""
        if event == "post.scheduled" and isinstance(data, models.PostEventData):
            due_at = select(posts.c.scheduled_at).where(posts.c.id == data.post_id)
            at = connection.scalar(due_at) or at
        super().put(connection, workspace, event, at, data)


def _delivered_to_one(parts: Parts) -> Parts:
    """Retry no event that some endpoint has by then."""
    tried: set[tuple[str, str]] = set()
    delivered: set[str] = set()

    def around(deliver: Deliver) -> Deliver:
        async def unless_delivered(attempt: Attempt) -> Outcome:
            key = (attempt.event_id, attempt.url)
            if key in tried and attempt.event_id in delivered:
                return Outcome(200, None)
            tried.add(key)
            outcome = await deliver(attempt)
            if outcome.delivered:
                delivered.add(attempt.event_id)
            return outcome

        return unless_delivered

    return replace(parts, webhooks=replace(parts.webhooks, around=around))


@dataclass(frozen=True, slots=True)
class _ApartByGrant:
    """Admits each access token from a bucket of its own."""

    inner: Gate[Caller | None]

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise RateLimited, with the seconds to wait."""
        caller = request.principal
        if caller is None or not caller.key_id.startswith("access_"):
            return await self.inner.admit(request)
        apart = replace(caller, tenant=f"{caller.tenant}/{caller.key_id}")
        return await self.inner.admit(replace(request, principal=apart))


def _seen_by_head(parts: Parts) -> Tamper:
    """Find a post by its id alone where HEAD asks for it."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        named = asked.path.removeprefix(f"{_POSTS}/")
        if asked.method != "HEAD" or answered.status != 404 or named == asked.path:
            return answered
        of_anybody = select(posts.c.id).where(posts.c.id == named)
        found = await parts.platform.database.read(lambda connection: connection.scalar(of_anybody))
        return answered if found is None else answered.with_status(200)

    return tamper


class _OneFormerKey(Keyring):
    """Keys of which each has a single predecessor that is still good."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(API, key_prefix, database, clock)
        self._former: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more."""
        made = await super().rotate(key, grace)
        if key in self._former:
            with suppress(UnknownKeyError):
                await self.revoke(self._former[key])
        self._former[made] = key
        return made


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="SCH-F2017",
        title="The minutes of the offset in scheduledAt are dropped",
        promises=("ALOHA-05",),
        mistake="The offset is read by hand, as whole hours.",
        apply=requests(_is_off_by_part_of_an_hour, _off_by_whole_hours),
        held_out=12,
    ),
    Fault(
        id="OAU-F2018",
        title="A refresh for fewer scopes takes the others away for good",
        promises=("ALOHA-04",),
        mistake="The scopes of the answer are written to the grant.",
        apply=around_with_parts(_narrowing),
        held_out=12,
    ),
    Fault(
        id="PAG-F2019",
        title="On a filtered list, a last page that is full has a nextCursor",
        promises=("ALOHA-07",),
        mistake="The query with filters does not look for one row more.",
        apply=lambda parts: replace(parts, posts=_FullPagesGoOn(parts.posts)),
        held_out=12,
    ),
    Fault(
        id="WHK-F2020",
        title="In post.scheduled, created is the moment at which the post is due",
        promises=("ALOHA-12",),
        mistake="All events of a post are dated with its scheduledAt.",
        apply=lambda parts: replace(
            parts, publisher=Publisher(parts.platform.jobs, _DatedAhead(parts.platform.outbox))
        ),
        held_out=12,
    ),
    Fault(
        id="WHK-F2021",
        title="An endpoint gets no retry of an event that another endpoint has",
        promises=("ALOHA-13",),
        mistake="That it is delivered is kept with the event, not with the endpoint.",
        apply=_delivered_to_one,
        held_out=12,
    ),
    Fault(
        id="RAT-F2022",
        title="Each access token of an app has an allowance of its own",
        promises=("ALOHA-14",),
        mistake="What is counted is the credential.",
        apply=lambda parts: replace(parts, gate=_ApartByGrant(parts.gate)),
        held_out=12,
    ),
    Fault(
        id="TEN-F2023",
        title="HEAD answers 200 for the id of another workspace's post",
        promises=("ALOHA-06", "ALOHA-17"),
        mistake="HEAD has a handler of its own, which asks whether the row exists.",
        apply=around_with_parts(_seen_by_head),
        held_out=12,
    ),
    Fault(
        id="ROT-F2024",
        title="To rotate the new key within the 24 hours ends the oldest at once",
        promises=("ALOHA-03",),
        mistake="There is one column for the key before.",
        apply=lambda parts: replace(
            parts, keyring=_OneFormerKey(parts.platform.database, parts.platform.clock)
        ),
        held_out=12,
    ),
)
