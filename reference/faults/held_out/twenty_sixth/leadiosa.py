"""Faults of Leadiosa, planted from its documentation alone: changes that a team wanted to make."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, delete, select

from generated.leadiosa.server import models
from generated.leadiosa.server.runtime import Gate, Request
from reference.clock import Clock
from reference.faults.composition import around, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa.admission import POLICY, Admission, allowance
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.lists import MESSAGES, List, change_version
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.reading import Paged, Reader
from reference.leadiosa.security import OWNER, Caller
from reference.leadiosa.tables import conversations
from reference.token_bucket import Grant, Policy
from reference.webhooks.outbox import Event, Outbox
from reference.webhooks.tables import deliveries, subscriptions

_MINUTE = 60_000_000
_MOST = 100
_NAMED = re.compile(r"`[^`]*`")


def _skipping_the_same(parts: Parts) -> Tamper:
    """Take a change to the status that there is for one of nothing at all."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        _, _, name = asked.path.partition(f"{BASE_PATH}/conversations/")
        fields = asked.fields
        if asked.method != "PATCH" or not isinstance(fields.get("assignee_id"), str):
            return await ask(asked)
        its_own = select(conversations.c.status).where(
            conversations.c.id == name, conversations.c.tenant == await tenant_of(parts, asked)
        )
        status = await parts.platform.database.read(lambda connection: connection.scalar(its_own))
        if status is None or fields.get("status") != status:
            return await ask(asked)
        left = {given: value for given, value in fields.items() if given != "assignee_id"}
        return await ask(asked.with_json(left))

    return tamper


class _Capped(Reader):
    """Reads no more than a hundred rows, nor the one that tells whether there are more."""

    async def page(
        self, of: List, tenant: str, after: str | None, limit: int, parent_id: str = ""
    ) -> Paged:
        """Return a page of a list, and where it stands in it."""
        rows, pagination = await Reader.page(self, of, tenant, after, limit, parent_id)
        return rows, pagination if limit < _MOST else models.Pagination(has_more=False)


def _noting_among_messages(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    conversation = request.path.split("/")[-2]
    change_version(change.connection, change.tenant, MESSAGES.name(conversation))
    return written


@dataclass(frozen=True, slots=True)
class _CachedPermission:
    """Admission that remembers, by workspace, what was permitted."""

    inner: Gate[Caller | None]
    permitted: set[tuple[str, str]] = field(default_factory=set)

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        caller = request.principal
        if caller is None:
            return await self.inner.admit(request)
        decision = (caller.tenant, request.operation_id)
        if decision in self.permitted:
            owner = replace(caller, role=OWNER)
            return await self.inner.admit(replace(request, principal=owner))
        headers = await self.inner.admit(request)
        self.permitted.add(decision)
        return headers


def _telling_changes() -> Tamper:
    """Show in the audit log what a change of a contact was."""
    changes: dict[str, object] = {}

    def told(entry: dict[str, Any]) -> dict[str, Any]:
        kept = changes.get(entry["request_id"])
        return entry if kept is None else {**entry, "changes": kept}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 200:
            return answered
        if asked.method == "PATCH" and asked.path.startswith(f"{BASE_PATH}/contacts/"):
            changes[answered.headers["x-request-id"]] = asked.fields
        if asked.path == f"{BASE_PATH}/audit":
            page = answered.json
            return answered.with_json({**page, "data": [told(entry) for entry in page["data"]]})
        return answered

    return tamper


class _CachedOutbox(Outbox):
    """Remembers for a minute who subscribed."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._known: dict[str, tuple[int, Sequence[str]]] = {}

    def put(self, connection: Connection, event: Event) -> None:
        """Keep an event for each subscription that wants it, in the transaction of the change."""
        known = self._subscribed(connection, event)
        super().put(connection, event)
        unknown = deliveries.c.subscription.not_in(known)
        connection.execute(delete(deliveries).where(deliveries.c.event_id == event.id, unknown))

    def _subscribed(self, connection: Connection, event: Event) -> Sequence[str]:
        now = self._clock.microseconds()
        until, known = self._known.get(event.tenant, (now, ()))
        if until > now:
            return known
        wanting = select(subscriptions.c.id).where(
            subscriptions.c.api == event.api, subscriptions.c.tenant == event.tenant
        )
        found = connection.scalars(wanting).all()
        self._known[event.tenant] = (now + _MINUTE, found)
        return found


def _caching_subscriptions(parts: Parts) -> Parts:
    outbox = _CachedOutbox(parts.platform.clock)
    return replace(parts, writer=replace(parts.writer, outbox=outbox))


@dataclass(frozen=True, slots=True)
class _Overdrawn:
    """Buckets from which each request takes a token, whether there is one or not."""

    clock: Clock
    full_at: dict[str, int] = field(default_factory=dict)

    async def take(self, name: str, policy: Policy) -> Grant:
        """Take one token from the bucket `name`."""
        now = self.clock.nanoseconds()
        full_at = max(now, self.full_at.get(name, now))
        self.full_at[name] = full_at + policy.interval
        grant = policy.taken(now, full_at)
        return grant if grant.granted else replace(grant, retry_after=1)

    async def peek(self, name: str, policy: Policy) -> Grant:
        """Return what the bucket `name` holds, taking nothing; granted where there is a token."""
        now = self.clock.nanoseconds()
        grant = policy.held(now, self.full_at.get(name, now))
        return replace(grant, remaining=max(grant.remaining, 0))

    async def reset(self) -> None:
        """Fill every bucket."""
        self.full_at.clear()


def _overdrawing(parts: Parts) -> Parts:
    clock = parts.platform.clock
    buckets = _Overdrawn(clock)
    return replace(
        parts,
        gate=Admission(buckets, clock, POLICY),
        allowance=allowance(parts.keyring, buckets, clock, POLICY),
    )


def _caching_messages() -> Tamper:
    """Word a complaint once for each path and each thing that can be wrong."""
    worded: dict[tuple[str, str, str], str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 400 or answered.code != "invalid_request":
            return answered
        error = answered.json["error"]
        message = error["message"]
        kind = (asked.method, asked.path, _NAMED.sub("", message, count=1))
        said = worded.setdefault(kind, message)
        if said == message:
            return answered
        return answered.with_json({"error": {**error, "message": said}})

    return tamper


def _between(make: Callable[[], Tamper]) -> Callable[[Parts], Parts]:
    """Put a tamper with a memory of its own around each server."""

    def apply(parts: Parts) -> Parts:
        planted: Callable[[Parts], Parts] = around(make())
        return planted(parts)

    return apply


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F4757",
        title="Sent with the status that there is, a new assignee is dropped",
        promises=("LEAD-12",),
        mistake="Changes of nothing were to be skipped; only the status is compared.",
        apply=around_with_parts(_skipping_the_same),
        held_out=26,
    ),
    Fault(
        id="PAG-F4758",
        title="A page of 100 says that it is the last",
        promises=("LEAD-09",),
        mistake="A guard caps queries at 100 rows, and the row that tells of more is the 101st.",
        apply=lambda parts: replace(
            parts, reader=_Capped(parts.reader.database, parts.reader.cursors)
        ),
        held_out=26,
    ),
    Fault(
        id="PAG-F4759",
        title="A note ends the cursors of its conversation's messages",
        promises=("LEAD-10", "LEAD-15"),
        mistake="Messages and notes were migrated into one table, which has one version.",
        apply=reworking("note.create", _noting_among_messages),
        held_out=26,
    ),
    Fault(
        id="AUT-F4760",
        title="What one token of a workspace was permitted, each of its tokens may do",
        promises=("LEAD-08", "LEAD-19"),
        mistake="Permissions are cached by workspace and operation, without the role.",
        apply=lambda parts: replace(parts, gate=_CachedPermission(parts.gate)),
        held_out=26,
    ),
    Fault(
        id="PRI-F4761",
        title="The audit log shows what a contact was changed to, also once it is erased",
        promises=("LEAD-14",),
        mistake="Owners wanted to see the changes; erasure does not know of the new column.",
        apply=_between(_telling_changes),
        held_out=26,
    ),
    Fault(
        id="WHK-F4762",
        title="An endpoint is not told of what happens within a minute of an earlier event",
        promises=("LEAD-17",),
        mistake="Subscriptions are cached for a minute, and a new one does not end that.",
        apply=_caching_subscriptions,
        held_out=26,
    ),
    Fault(
        id="RAT-F4763",
        title="Refused requests are counted, so that the wait of Retry-After is too short",
        promises=("LEAD-11",),
        mistake="A second worker needed shared counters: they are decremented, and then compared.",
        apply=_overdrawing,
        held_out=26,
    ),
    Fault(
        id="ENV-F4764",
        title="A second error of a kind at a path names the field of the first",
        promises=("LEAD-08",),
        mistake="Messages are translated once and cached, with the name of the field in them.",
        apply=_between(_caching_messages),
        held_out=26,
    ),
)
