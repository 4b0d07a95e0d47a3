"""Planted faults that show for one status, one role, one kind of write or one row of many."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update

from generated.leadiosa.server.runtime import Gate, Request
from reference.faults.composition import answers, around, around_with_parts, requests, tenant_of
from reference.faults.cursors import Rescoped
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.reworking import Rework, Work, reworking
from reference.faults.leadiosa.lists import list_cursors
from reference.faults.leadiosa.stored import CONTACTS, CONVERSATIONS, id_in, read, write
from reference.faults.leadiosa.webhooks import WEBHOOKS
from reference.leadiosa.admission import POLICY, Admission
from reference.leadiosa.changing import Change, Written
from reference.leadiosa.cursors import ListCursors
from reference.leadiosa.events import conversation_updated
from reference.leadiosa.lists import CHUNKS, MESSAGES, change_version
from reference.leadiosa.lists import CONVERSATIONS as CONVERSATION_LIST
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.resources import CONVERSATION
from reference.leadiosa.security import READ_ONLY, Caller
from reference.leadiosa.tables import audit_entries, conversations, messages
from reference.webhooks.tables import subscriptions

_AUDIT = f"{BASE_PATH}/audit"
_MOST_MESSAGES, _MOST_CHUNKS = 100, 20
_UUID_LETTERS = 36


def _told_again(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    made = written.answer
    if written.events or made.status != "closed":
        return written
    event = conversation_updated(made.id, made.status, made.assignee_id, change.at)
    return Written(written.resource_id, made, [event])


def _untold(before: str, after: str) -> Rework:
    def rework(request: Request[Caller], change: Change, work: Work) -> Written[Any]:
        found = change.find(CONVERSATION, request.path.rpartition("/")[2])
        written = work(change)
        if found is None or (found.status, written.answer.status) != (before, after):
            return written
        return Written(written.resource_id, written.answer)

    return rework


def _waits_for_contact(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    conversation = change.get(CONVERSATION, written.answer.conversation_id)
    if written.answer.author == "agent" and conversation.assignee_id is not None:
        change.update(CONVERSATION_LIST, conversation, {"status": "pending"})
    return written


def _reopened(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    conversation = change.get(CONVERSATION, written.answer.conversation_id)
    if conversation.status == "closed":
        change.update(CONVERSATION_LIST, conversation, {"status": "open"})
    return written


def _closed_with_contact(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    of_contact = conversations.c.contact_id == written.resource_id
    rows = change.connection.execute(select(conversations).where(of_contact)).all()
    change.replace(CONVERSATION_LIST, rows, {"status": "closed"})
    return written


def _redacted_now(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    is_redacted = (messages.c.tenant == change.tenant) & messages.c.redacted
    rows = change.connection.execute(select(messages).where(is_redacted)).all()
    change.replace(MESSAGES, rows, {"created_at": change.at})
    return written


def _few_chunks(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    chunks = change.rows(CHUNKS, written.resource_id)
    change.delete(CHUNKS, [row for row in chunks if row.position >= _MOST_CHUNKS])
    return written


def _ends_cursors(_request: Request[Caller], change: Change, work: Work) -> Written[Any]:
    written = work(change)
    for name in ("conversations", "contacts", "articles"):
        change_version(change.connection, change.tenant, name)
    return written


def _of_any_row(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scope that does not say whose a list is, nor of which version."""
    kind = {**scope, "list": str(scope["list"]).partition("/")[0]}
    return {**kind, "version": 0} if "version" in scope else kind


def _untold_by_contacts(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status == 201 and asked.path.endswith("/messages"):
            made = audit_entries.c.request_id == answered.headers.get("x-request-id", "")
            if answered.json["author"] == "contact":
                await write(parts, delete(audit_entries).where(made))
        return answered

    return tamper


def _own_entries(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != _AUDIT or asked.method != "GET" or answered.status != 200:
            return answered
        key = await parts.keyring.find(asked.token)
        if key.attributes.get("role") == "owner":
            return answered
        own = [row for row in answered.json["data"] if row["token_id"] == key.id]
        return answered.with_json({**answered.json, "data": own})

    return tamper


def _full_threads(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.method == "POST" and asked.path.endswith("/messages"):
            of_one = messages.c.conversation_id == id_in(asked)
            counted = select(func.count().label("known")).select_from(messages).where(of_one)
            known = await parts.platform.database.read(
                lambda connection: connection.scalar(counted)
            )
            if int(known or 0) >= _MOST_MESSAGES:
                oldest = await read(parts, messages, of_one)
                await write(parts, delete(messages).where(messages.c.seq == oldest[0].seq))
        return await ask(asked)

    return tamper


def _silent_after_closing(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path == f"{BASE_PATH}/workspace/close" and answered.status == 200:
            of_tenant = subscriptions.c.tenant == await tenant_of(parts, asked)
            await write(parts, update(subscriptions).where(of_tenant).values(events=[]))
        return answered

    return tamper


@dataclass(frozen=True, slots=True)
class _FewForReaders:
    """Lets read-only tokens send fewer requests."""

    parts: Parts

    async def admit(self, request: Request[Caller | None]) -> Mapping[str, str]:
        """Spend a request; raise Forbidden, or RateLimited with the seconds to wait."""
        inner: Gate[Caller | None] = self.parts.gate
        if request.principal is not None and request.principal.role == READ_ONLY:
            platform = self.parts.platform
            policy = replace(POLICY, limit=100, burst=100)
            inner = Admission(platform.buckets, platform.clock, policy)
        return await inner.admit(request)


def _small_networks(parts: Parts) -> Parts:
    async def check(url: str) -> None:
        try:
            address = ip_address(urlsplit(url).hostname or "")
        except ValueError:
            return await parts.check_target(url)
        if address in ip_network("192.168.0.0/16") and address not in ip_network("192.168.0.0/24"):
            return None
        return await parts.check_target(url)

    return replace(parts, check_target=check)


def _is_merge_patch(asked: Asked) -> bool:
    return asked.headers.get("content-type", "").startswith("application/merge-patch+json")


async def _uuid_kept(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    given, made = asked.headers.get("x-request-id", ""), answered.headers.get("x-request-id", "")
    if len(given) != _UUID_LETTERS or not made:
        return answered
    body = answered.body.replace(made.encode(), given.encode())
    return replace(answered.with_header("x-request-id", given), body=body)


def _of_february(_asked: Asked, answered: Answered) -> bool:
    match answered.json:
        case {"billing_cycle": {"starts_at": str(start)}}:
            return start[5:7] == "02"
    return False


def _a_day_longer(answered: Answered) -> Answered:
    cycle = answered.json["billing_cycle"]
    ends = cycle["ends_at"].replace("-01T", "-02T")
    return answered.with_json({**answered.json, "billing_cycle": {**cycle, "ends_at": ends}})


def _known_elsewhere(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_start = asked.method == "POST" and asked.path == CONVERSATIONS
        if not is_start or answered.code != "unknown_assignee":
            return answered
        assignee = str(asked.fields["assignee_id"])
        if not assignee.startswith("user_"):
            return answered
        rest = {k: v for k, v in asked.fields.items() if k != "assignee_id"}
        made = await ask(asked.with_json(rest))
        if made.status != 201:
            return made
        row = conversations.c.id == made.json["id"]
        await write(parts, update(conversations).where(row).values(assignee_id=assignee))
        return made.with_json({**made.json, "assignee_id": assignee})

    return tamper


def _gone_with_token(parts: Parts) -> Tamper:
    made: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != WEBHOOKS:
            return answered
        if asked.method == "POST" and answered.status == 201:
            made[answered.json["id"]] = asked.token
        if asked.method == "GET" and answered.status == 200:
            known = [made.get(row["id"], asked.token) for row in answered.json["data"]]
            alive = {token for token in known if await _is_known(parts, token)}
            rows = [
                row
                for row, token in zip(answered.json["data"], known, strict=True)
                if token in alive
            ]
            return answered.with_json({**answered.json, "data": rows})
        return answered

    return tamper


async def _is_known(parts: Parts, token: str) -> bool:
    try:
        await parts.keyring.find(token)
    except LookupError:
        return False
    return True


async def _shares_no_address(ask: Ask, asked: Asked) -> Answered:
    if asked.method != "PATCH" or not asked.path.startswith(f"{CONTACTS}/"):
        return await ask(asked)
    listed = await ask(replace(asked, method="GET", path=CONTACTS, body=b""))
    rows = listed.json["data"] if listed.status == 200 else []
    mine = id_in(asked)
    taken = {row.get("email") for row in rows if row["id"] != mine}
    if not any(row["id"] == mine for row in rows) or asked.fields.get("email") not in taken:
        return await ask(asked)
    error = {"code": "workspace_closed", "message": "The email is another contact's."}
    error["request_id"] = listed.headers.get("x-request-id", "")
    return listed.with_status(409).with_json({"error": error})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F701",
        title="To close a closed conversation is told of once more",
        promises=("LEAD-12", "LEAD-17"),
        mistake="Closing sends its event, whatever was before.",
        apply=reworking("conversation.update", _told_again),
    ),
    Fault(
        id="WHK-F702",
        title="Nobody is told of an open conversation that is closed at once",
        promises=("LEAD-17",),
        mistake="The table of changes has those of the diagram, where pending comes between.",
        apply=reworking("conversation.update", _untold("open", "closed")),
    ),
    Fault(
        id="LIF-F703",
        title="An answer in an assigned conversation makes it pending",
        promises=("LEAD-12", "LEAD-13"),
        mistake="Whoever answered was thought to wait.",
        apply=reworking("message.create", _waits_for_contact),
    ),
    Fault(
        id="LIF-F704",
        title="A note reopens a closed conversation",
        promises=("LEAD-12", "LEAD-15"),
        mistake="Notes are saved as messages are, which come in open conversations only.",
        apply=reworking("note.create", _reopened),
    ),
    Fault(
        id="PRI-F705",
        title="Erasing a contact closes its conversations",
        promises=("LEAD-12", "LEAD-14"),
        mistake="Nobody was thought to be there to talk with.",
        apply=reworking("contact.delete", _closed_with_contact),
    ),
    Fault(
        id="PRI-F706",
        title="Redacted messages are of the moment of the erasure",
        promises=("LEAD-13", "LEAD-14"),
        mistake="They are written anew.",
        apply=reworking("contact.delete", _redacted_now),
    ),
    Fault(
        id="LIF-F707",
        title="An article has twenty chunks at most; what follows is in none",
        promises=("LEAD-16",),
        mistake="The index takes so many of one document.",
        apply=reworking("article.update", _few_chunks),
    ),
    Fault(
        id="PAG-F708",
        title="To close the workspace ends the cursors of its lists",
        promises=("LEAD-10", "LEAD-19"),
        mistake="Closing touches all that is in the workspace.",
        apply=reworking("workspace.close", _ends_cursors),
    ),
    Fault(
        id="PAG-F709",
        title="A cursor of one conversation's messages is one of every other's",
        promises=("LEAD-10",),
        mistake="Cursors are bound to a kind of list.",
        apply=list_cursors(
            lambda parts: ListCursors(Rescoped(parts.reader.cursors.cursors, _of_any_row))
        ),
    ),
    Fault(
        id="AUD-F710",
        title="What a contact says leaves no audit entry",
        promises=("LEAD-18",),
        mistake="The log is of what the team does.",
        apply=around_with_parts(_untold_by_contacts),
    ),
    Fault(
        id="AUD-F711",
        title="Who is no owner sees the audit entries of the own token only",
        promises=("LEAD-18",),
        mistake="The log was thought to be private.",
        apply=around_with_parts(_own_entries),
    ),
    Fault(
        id="LIM-F712",
        title="A conversation keeps its last hundred messages",
        promises=("LEAD-13",),
        mistake="A ring buffer, for threads were thought to be short.",
        apply=around_with_parts(_full_threads),
    ),
    Fault(
        id="WHK-F713",
        title="After its workspace was closed once, an endpoint is sent nothing",
        promises=("LEAD-17", "LEAD-19"),
        mistake="Closing switches off what restoring does not switch on.",
        apply=around_with_parts(_silent_after_closing),
    ),
    Fault(
        id="RAT-F714",
        title="A read-only token may send 100 requests a minute",
        promises=("LEAD-11",),
        mistake="Readers were given a smaller share.",
        apply=lambda parts: replace(parts, gate=_FewForReaders(parts)),
    ),
    Fault(
        id="SEC-F715",
        title="Of 192.168.0.0/16 the first 256 addresses are private only",
        promises=("LEAD-17",),
        mistake="The mask was written as that of a home network.",
        apply=_small_networks,
    ),
    Fault(
        id="STA-F716",
        title="PATCH takes application/merge-patch+json",
        promises=("LEAD-03",),
        mistake="The framework reads whatever ends with json.",
        apply=requests(
            _is_merge_patch, lambda asked: asked.with_header("content-type", "application/json")
        ),
    ),
    Fault(
        id="ENV-F717",
        title="A request's id is the one that the client sent, where that is a UUID",
        promises=("LEAD-07",),
        mistake="The middleware takes what looks like one of its own.",
        apply=around(_uuid_kept),
    ),
    Fault(
        id="SCH-F718",
        title="February's billing cycle ends a day after the next one begins",
        promises=("LEAD-20",),
        mistake="Months are counted in days, and one of them is wrong.",
        apply=answers(_of_february, _a_day_longer),
    ),
    Fault(
        id="TEN-F719",
        title="A conversation can be started for a member of another workspace",
        promises=("LEAD-12",),
        mistake="Only a change of the assignee asks who that is.",
        apply=around_with_parts(_known_elsewhere),
    ),
    Fault(
        id="ROT-F720",
        title="The endpoints of a token that is rotated are gone with it",
        promises=("LEAD-02", "LEAD-17"),
        mistake="Endpoints belong to the token that registered them.",
        apply=around_with_parts(_gone_with_token),
    ),
    Fault(
        id="STA-F721",
        title="A contact cannot get the address that another one has",
        promises=("LEAD-14",),
        mistake="The address has a unique index.",
        apply=around(_shares_no_address),
    ),
)
