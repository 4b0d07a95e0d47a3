"""Planted faults that show seldom: at one time, at a limit, the second time, to another role."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from generated.leadiosa.server import errors
from generated.leadiosa.server.runtime import Request
from reference.faults.composition import around, around_with_parts
from reference.faults.deliveries import attempts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.faults.leadiosa.lists import Apply
from reference.faults.leadiosa.stored import CONVERSATIONS, id_in, read
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.security import AGENT, Caller
from reference.leadiosa.tables import audit_entries, conversations
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver

_MEANWHILE = 0.03
_WEST = timedelta(hours=5)


def _as_it_was_read(parts: Parts) -> Tamper:
    """Assign with the status that the conversation had a moment ago."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.method != "PATCH" or asked.fields.keys() != {"assignee_id"}:
            return await ask(asked)
        found = await read(parts, conversations, conversations.c.id == id_in(asked))
        await asyncio.sleep(_MEANWHILE)
        status = {"status": found[0].status} if found else {}
        return await ask(asked.with_json({**asked.fields, **status}))

    return tamper


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _of_the_west(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 200 or asked.path != f"{BASE_PATH}/billing/subscription":
            return answered
        cycle = answered.json["billing_cycle"]
        start = datetime.fromisoformat(cycle["starts_at"])
        if parts.platform.clock.now() - start >= _WEST:
            return answered
        before = (start - timedelta(days=1)).replace(day=1)
        cycle = {**cycle, "starts_at": _text(before), "ends_at": _text(start)}
        return answered.with_json({**answered.json, "billing_cycle": cycle})

    return tamper


def _restored_once(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    earlier = (audit_entries.c.tenant == change.tenant) & (
        audit_entries.c.action == "workspace.restore"
    )
    if change.connection.scalar(select(func.count()).where(earlier)):
        raise errors.WorkspaceActive("This workspace was restored already.")
    return work(change)


def _known_to_agents(parts: Parts) -> Tamper:
    """Keep texts as they were sent, and show them to agents."""
    texts: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if not asked.path.startswith(CONVERSATIONS):
            return answered
        body = asked.fields.get("body")
        if answered.status == 201 and body and not answered.json.get("redacted"):
            texts[answered.json["id"]] = body
        if answered.status != 200 or not asked.path.endswith(("/messages", "/notes")):
            return answered
        if (await parts.keyring.find(asked.token)).attributes["role"] != AGENT:
            return answered
        rows = [{**row, "body": texts.get(row["id"], row["body"])} for row in answered.json["data"]]
        return answered.with_json({**answered.json, "data": rows})

    return tamper


async def _cut_inside(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.status != 200 or not asked.path.endswith("/chunks"):
        return answered
    cut = [{**row, "content": row["content"][:398]} for row in answered.json["data"]]
    return answered.with_json({**answered.json, "data": cut})


@dataclass(frozen=True, slots=True)
class _OfAgents:
    """Knows which URLs an agent registered."""

    parts: Parts
    urls: set[str]

    async def noted(self, ask: Ask, asked: Asked) -> Answered:
        """Answer a request, and note what it registers."""
        answered = await ask(asked)
        if answered.status == 201 and asked.path == f"{BASE_PATH}/webhooks":
            key = await self.parts.keyring.find(asked.token)
            if key.attributes["role"] == AGENT:
                self.urls.add(answered.json["url"])
        return answered

    def around(self, deliver: Deliver) -> Deliver:
        """Deliver to the others only."""

        async def delivered(attempt: Attempt) -> Outcome:
            return Outcome(200, None) if attempt.url in self.urls else await deliver(attempt)

        return delivered


def _not_to_agents(parts: Parts) -> Parts:
    of_agents = _OfAgents(parts, set())
    noting: Apply = around(of_agents.noted)
    telling: Apply = attempts(of_agents.around)
    return telling(noting(parts))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F4560",
        title="An assignment writes back the status that the conversation had when it was read",
        promises=("LEAD-12",),
        mistake="The row is read before it is locked, and written whole.",
        apply=around_with_parts(_as_it_was_read),
    ),
    Fault(
        id="SCH-F4561",
        title="The next billing cycle begins when the month does five hours west of Greenwich",
        promises=("LEAD-20",),
        mistake="The month is that of the accountants' clock.",
        apply=around_with_parts(_of_the_west),
    ),
    Fault(
        id="LIF-F4562",
        title="A workspace can be restored once",
        promises=("LEAD-19",),
        mistake="Whether it is closed is asked of the log's first restoration.",
        apply=reworking("workspace.restore", _restored_once),
    ),
    Fault(
        id="PRI-F4563",
        title="Agents go on reading what was said to an erased contact",
        promises=("LEAD-14",),
        mistake="The inbox of agents has a copy.",
        apply=around_with_parts(_known_to_agents),
    ),
    Fault(
        id="SCH-F4564",
        title="A chunk that is as long as may be lacks its last two characters",
        promises=("LEAD-16",),
        mistake="The index takes 398 characters.",
        apply=around(_cut_inside),
    ),
    Fault(
        id="WHK-F4565",
        title="An endpoint that an agent registered is sent nothing",
        promises=("LEAD-17",),
        mistake="Endpoints are joined with the owners who may see events.",
        apply=_not_to_agents,
    ),
)
