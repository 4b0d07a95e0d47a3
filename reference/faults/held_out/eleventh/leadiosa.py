"""More faults of Leadiosa, planted from its documentation alone."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from generated.leadiosa.server import Security
from generated.leadiosa.server.runtime import Request
from reference.clock import Clock
from reference.faults.composition import answers, around, around_with_parts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.leadiosa.admission import POLICY, whole_allowance
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.events import conversation_updated
from reference.leadiosa.lists import API, CHUNKS
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import Caller
from reference.leadiosa.tables import notes
from reference.webhooks.subscriptions import forget_subscriptions

_USUAL_LIMIT = 25
_REMEMBERED_FOR = 30_000_000
"""Microseconds."""
_MILLISECOND = timedelta(milliseconds=1)


def _named(request: Request[Caller]) -> str:
    """Return the id at the end of a path."""
    return request.path.rpartition("/")[2]


def _keeping_limits(parts: Parts) -> Parts:
    limits: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        limit = asked.parameter("limit") or limits.get(asked.parameter("after") or "")
        goes_on = limit is not None and asked.parameter("limit") is None
        answered = await ask(
            asked.with_query([*asked.query, ("limit", str(limit))]) if goes_on else asked
        )
        match answered.json:
            case {"pagination": {"next_cursor": str(cursor)}}:
                limits[cursor] = limit or str(_USUAL_LIMIT)
        return answered

    planted: Parts = around(tamper)(parts)
    return planted


def _notes_as_written(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        note = answered.json
        if asked.method != "POST" or not asked.path.endswith("/notes") or answered.status != 201:
            return answered
        if not note.get("redacted"):
            return answered
        body = asked.fields["body"]
        kept = update(notes).where(notes.c.id == note["id"]).values(body=body, redacted=False)

        def keep(connection: Connection) -> None:
            connection.execute(kept)

        await parts.platform.database.write(keep)
        shown = {name: value for name, value in note.items() if name != "redacted"}
        return answered.with_json({**shown, "body": body})

    return tamper


def _telling_new_assignees(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.find(CONVERSATION, _named(request))
    written = work(change)
    now = written.answer
    if not written.events or before is None or before.assignee_id != now.assignee_id:
        return written
    return replace(written, events=[conversation_updated(now.id, now.status, None, change.at)])


def _replacing_from_the_start(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    before = change.rows(CHUNKS, _named(request))
    written = work(change)
    count = len(change.rows(CHUNKS, written.resource_id))
    left = [
        {
            "id": chunk.id,
            "article_id": chunk.article_id,
            "position": chunk.position,
            "content": chunk.content,
        }
        for chunk in before
        if chunk.position >= count
    ]
    change.insert(CHUNKS, left)
    return written


def _clearing_endpoints(_: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    forget_subscriptions(change.connection, API, change.tenant)
    return written


@dataclass(frozen=True, slots=True)
class _Remembering(Security[Caller]):
    """Takes a token to read with for as long as the caller that it named is remembered."""

    inner: Security[Caller]
    clock: Clock
    callers: dict[str, tuple[int, Caller]] = field(default_factory=dict)

    async def token(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose token it is."""
        now = self.clock.microseconds()
        since, known = self.callers.get(token, (0, None))
        if known is not None and request.method == "GET" and now - since < _REMEMBERED_FOR:
            return known
        caller = await self.inner.token(token, request)
        self.callers[token] = now, caller
        return caller


def _remembering(parts: Parts) -> Parts:
    return replace(parts, security=_Remembering(parts.security, parts.platform.clock))


def _showing_the_whole(parts: Parts) -> Parts:
    async def shown(_scope: object) -> Any:
        return whole_allowance(POLICY, parts.platform.clock)

    return replace(parts, allowance=shown)


def _of_subscription(asked: Asked, answered: Answered) -> bool:
    return asked.path == f"{BASE_PATH}/billing/subscription" and answered.status == 200


def _ending_before(answered: Answered) -> Answered:
    cycle = answered.json["billing_cycle"]
    end = datetime.fromisoformat(cycle["ends_at"]) - _MILLISECOND
    text = end.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return answered.with_json({**answered.json, "billing_cycle": {**cycle, "ends_at": text}})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F1925",
        title="Without a limit, the next page is as long as the one before",
        promises=("LEAD-09",),
        mistake="The limit is kept with the cursor.",
        apply=_keeping_limits,
        held_out=11,
    ),
    Fault(
        id="PRI-F1926",
        title="A note that is written after its contact was erased is kept as it is written",
        promises=("LEAD-14",),
        mistake="New texts are redacted where messages are written, and only there.",
        apply=around_with_parts(_notes_as_written),
        held_out=11,
    ),
    Fault(
        id="WHK-F1927",
        title="conversation.updated has the assignee only where it is another one than before",
        promises=("LEAD-17",),
        mistake="The event is made of what has changed.",
        apply=reworking("conversation.update", _telling_new_assignees),
        held_out=11,
    ),
    Fault(
        id="LIF-F1928",
        title="New content of fewer chunks leaves the last of the old ones",
        promises=("LEAD-16",),
        mistake="Chunks are replaced by their position.",
        apply=reworking("article.update", _replacing_from_the_start),
        held_out=11,
    ),
    Fault(
        id="LIF-F1929",
        title="To close a workspace removes its webhook endpoints",
        promises=("LEAD-19", "LEAD-17"),
        mistake="A closed workspace was to send nothing, and restoring came later.",
        apply=reworking("workspace.close", _clearing_endpoints),
        held_out=11,
    ),
    Fault(
        id="ROT-F1930",
        title="A token that was used is good for reading half a minute after it was rotated",
        promises=("LEAD-02",),
        mistake="Reads look the caller up in a cache, which rotation does not clear.",
        apply=_remembering,
        held_out=11,
    ),
    Fault(
        id="RAT-F1931",
        title="What is refused before its handler shows the whole allowance to everybody",
        promises=("LEAD-11",),
        mistake="The headers of answers from before the limiter are those of a fresh bucket.",
        apply=_showing_the_whole,
        held_out=11,
    ),
    Fault(
        id="SCH-F1932",
        title="The billing cycle ends a millisecond before the next one begins",
        promises=("LEAD-20",),
        mistake="The end of a month is thought of as its last moment.",
        apply=answers(_of_subscription, _ending_before),
        held_out=11,
    ),
)
