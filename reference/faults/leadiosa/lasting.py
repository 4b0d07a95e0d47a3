"""Planted faults of what is to last: through a closing, a rotation, a change that is taken back."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from generated.leadiosa.server.runtime import Request
from reference.faults.composition import around, around_with_parts
from reference.faults.deliveries import attempts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Work, reworking
from reference.faults.leadiosa.lists import Apply, relisted
from reference.faults.leadiosa.stored import read, write
from reference.keys import UnknownKeyError
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.lists import CONTACTS, CONVERSATIONS, MESSAGES, List
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.security import READ_ONLY, Caller
from reference.leadiosa.tables import audit_entries, contacts, conversations, messages
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver

_VERSION_BYTES = 7


def _reopened(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    are_closed = (conversations.c.tenant == change.tenant) & (conversations.c.status == "closed")
    rows = change.connection.execute(select(conversations).where(are_closed)).all()
    change.replace(CONVERSATIONS, rows, {"status": "open"})
    return written


def _contents_of_contacts(connection: Connection, tenant: str, _name: str) -> int:
    columns = [contacts.c[name] for name in ("id", "name", "email", "phone", "attributes")]
    wanted = select(*columns).where(contacts.c.tenant == tenant).order_by(contacts.c.seq)
    rows = [list(row) for row in connection.execute(wanted).all()]
    return int.from_bytes(hashlib.sha256(msgspec.json.encode(rows)).digest()[:_VERSION_BYTES])


def _answers_of_agents(connection: Connection, tenant: str, name: str) -> int:
    of_agents = (
        (messages.c.tenant == tenant)
        & (messages.c.conversation_id == name.partition("/")[2])
        & (messages.c.author == "agent")
    )
    counted = select(func.count()).select_from(messages).where(of_agents)
    return int(connection.scalar(counted) or 0)


def _versioned(kind: List, version: Any) -> Apply:
    return relisted(lambda _: lambda of: replace(of, version=version) if of is kind else of)


async def _as_asked(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    sent = asked.headers.get("x-request-id")
    if sent is None or asked.method != "POST":
        return answered
    if answered.status >= 400:
        error = {**answered.json["error"], "request_id": sent}
        answered = answered.with_json({"error": error})
    return answered.with_header("x-request-id", sent)


def _no_tokens_for_readers(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status == 200 and asked.path == f"{BASE_PATH}/billing/subscription":
            key = await parts.keyring.find(asked.token)
            if key.attributes["role"] == READ_ONLY:
                none = {"ai_tokens": {"included": 0, "used": 0}}
                return answered.with_json({**answered.json, **none})
        return answered

    return tamper


def _ended_by_its_maker(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.method == "DELETE" and answered.status == 204:
            of_one = audit_entries.c.resource_id == asked.path.rpartition("/")[2]
            entries = await read(parts, audit_entries, of_one)
            made = min(entries, key=lambda entry: int(entry.seq))
            last = audit_entries.c.request_id == answered.headers["x-request-id"]
            await write(parts, update(audit_entries).where(last).values(token_id=made.token_id))
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _Registrars:
    """Knows with which token each URL was registered."""

    parts: Parts
    tokens: dict[str, str]

    async def noted(self, ask: Ask, asked: Asked) -> Answered:
        """Answer a request, and note what it registers."""
        answered = await ask(asked)
        if answered.status == 201 and asked.path == f"{BASE_PATH}/webhooks":
            self.tokens[answered.json["url"]] = asked.token
        return answered

    def around(self, deliver: Deliver) -> Deliver:
        """Deliver to those only whose token is good."""

        async def delivered(attempt: Attempt) -> Outcome:
            try:
                if token := self.tokens.get(attempt.url):
                    await self.parts.keyring.find(token)
            except UnknownKeyError:
                return Outcome(200, None)
            return await deliver(attempt)

        return delivered


def _with_their_tokens(parts: Parts) -> Parts:
    registrars = _Registrars(parts, {})
    noting: Apply = around(registrars.noted)
    telling: Apply = attempts(registrars.around)
    return telling(noting(parts))


async def _changed_before(ask: Ask, asked: Asked) -> Answered:
    is_name = asked.method == "PATCH" and asked.fields.keys() == {"name"}
    if not is_name:
        return await ask(asked)
    row = await ask(replace(asked, method="GET", body=b""))
    answered = await ask(asked)
    if answered.status != 200 or row.status != 200:
        return answered
    return answered.with_json({**answered.json, "updated_at": row.json["updated_at"]})


async def _without_nulls(ask: Ask, asked: Asked) -> Answered:
    match asked.fields:
        case {"attributes": dict(attributes)}:
            kept = {name: value for name, value in attributes.items() if value is not None}
            return await ask(asked.with_json({**asked.fields, "attributes": kept}))
    return await ask(asked)


def _closed_now(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path == f"{BASE_PATH}/workspace/archive-status" and answered.status == 200:
            moment = parts.platform.clock.now().isoformat(timespec="milliseconds")
            if answered.json["archived"]:
                now = moment.replace("+00:00", "Z")
                return answered.with_json({**answered.json, "closed_at": now})
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F3301",
        title="To restore a workspace reopens its closed conversations",
        promises=("LEAD-19", "LEAD-12"),
        mistake="One script opens everything.",
        apply=reworking("workspace.restore", _reopened),
    ),
    Fault(
        id="PAG-F3302",
        title="A cursor of contacts is good again once a change is taken back",
        promises=("LEAD-10",),
        mistake="The version is a hash of what can be changed.",
        apply=_versioned(CONTACTS, _contents_of_contacts),
    ),
    Fault(
        id="PAG-F3303",
        title="A cursor of messages outlives what a contact writes",
        promises=("LEAD-10",),
        mistake="What comes from outside is stored by another service.",
        apply=_versioned(MESSAGES, _answers_of_agents),
    ),
    Fault(
        id="ENV-F3304",
        title="A POST has the request id that came with it",
        promises=("LEAD-07",),
        mistake="The id was thought to be the key of a repeated request.",
        apply=around(_as_asked),
    ),
    Fault(
        id="SCH-F3305",
        title="A read-only token sees no AI tokens",
        promises=("LEAD-20",),
        mistake="Usage was thought to be a matter of who pays.",
        apply=around_with_parts(_no_tokens_for_readers),
    ),
    Fault(
        id="AUD-F3306",
        title="The audit entry of a deletion has the token of who made what is deleted",
        promises=("LEAD-18",),
        mistake="The entry is copied from the first one.",
        apply=around_with_parts(_ended_by_its_maker),
    ),
    Fault(
        id="WHK-F3307",
        title="An endpoint is sent nothing once its token was rotated",
        promises=("LEAD-17", "LEAD-02"),
        mistake="Endpoints are joined with the tokens that registered them.",
        apply=_with_their_tokens,
    ),
    Fault(
        id="LIF-F3308",
        title="A closed workspace was closed just now, whenever one looks",
        promises=("LEAD-19",),
        mistake="The moment is written where the answer is made.",
        apply=around_with_parts(_closed_now),
    ),
    Fault(
        id="SCH-F3309",
        title="The answer to a new name has the updated_at of before",
        promises=("LEAD-14",),
        mistake="The row is answered as it was read, with what was sent.",
        apply=around(_changed_before),
    ),
    Fault(
        id="STA-F3310",
        title="An attribute that is null is taken as none",
        promises=("LEAD-06", "LEAD-14"),
        mistake="It was thought to be the way to remove one.",
        apply=around(_without_nulls),
    ),
)
