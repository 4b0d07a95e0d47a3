"""Planted faults of webhooks: their endpoints, their events, their signatures."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from sqlalchemy import Connection, select, update

from reference.clock import Clock
from reference.faults import deliveries
from reference.faults.composition import answers, around, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.leadiosa.stored import write
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.tables import contacts
from reference.webhooks.outbox import Event, Outbox
from reference.webhooks.profile import Attempt
from reference.webhooks.tables import subscriptions

WEBHOOKS = f"{BASE_PATH}/webhooks"
_SIGNATURE = "webhook-signature"
_SECOND = 1_000_000
_TIME, _MIDNIGHT = re.compile(rb'("timestamp":"[^T"]*T)[^"]*'), rb"\g<1>00:00:00.000Z"
Apply = Callable[[Parts], Parts]
Headers = Mapping[str, str]


def _keyed(attempt: Attempt) -> bytes:
    return base64.b64decode(attempt.secret.removeprefix("whsec_"))


def _content(attempt: Attempt) -> bytes:
    timestamp = str(attempt.at // _SECOND).encode()
    return b".".join((attempt.event_id.encode(), timestamp, attempt.body))


def _signed(key: Callable[[Attempt], bytes], content: Callable[[Attempt], bytes]) -> Apply:
    def signature(attempt: Attempt, sent: Headers) -> Headers:
        digest = hmac.new(key(attempt), content(attempt), hashlib.sha256).digest()
        return {**sent, _SIGNATURE: f"v1,{base64.b64encode(digest).decode()}"}

    return deliveries.headers(signature)


def _hexadecimal(attempt: Attempt, sent: Headers) -> Headers:
    digest = hmac.new(_keyed(attempt), _content(attempt), hashlib.sha256).hexdigest()
    return {**sent, _SIGNATURE: f"v1,{digest}"}


def _in_milliseconds(attempt: Attempt, sent: Headers) -> Headers:
    return {**sent, "webhook-timestamp": str(attempt.at // 1_000)}


def _new_ids(_attempt: Attempt, sent: Headers) -> Headers:
    return {**sent, "webhook-id": f"evt_{secrets.token_hex(8)}"}


class _Changed(Outbox):
    """Keeps other events than it is given."""

    def __init__(self, clock: Clock, change: Callable[[Event], Collection[Event]]) -> None:
        super().__init__(clock)
        self._change = change

    def put(self, connection: Connection, event: Event) -> None:
        for each in self._change(event):
            super().put(connection, each)


class _Leaking(Outbox):
    """Sends every event to the subscribers of all tenants."""

    def put(self, connection: Connection, event: Event) -> None:
        known = select(subscriptions.c.tenant).where(subscriptions.c.api == event.api).distinct()
        for tenant in {event.tenant, *connection.scalars(known)}:
            super().put(connection, replace(event, tenant=tenant))


def putting(make: Callable[[Clock], Outbox]) -> Apply:
    """Put events in another outbox."""
    return lambda parts: replace(
        parts, writer=replace(parts.writer, outbox=make(parts.platform.clock))
    )


def events(change: Callable[[Event], Collection[Event]]) -> Apply:
    """Put other events in the outbox."""
    return putting(lambda clock: _Changed(clock, change))


async def _anywhere(_url: str) -> None:
    return


def _by_spelling(parts: Parts) -> Parts:
    async def check(url: str) -> None:
        host = urlsplit(url).hostname or ""
        if host.startswith(("127.", "10.", "192.168.")) or host == "localhost":
            await parts.check_target(url)

    return replace(parts, check_target=check)


def _shows_secrets(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != WEBHOOKS or asked.method != "GET" or answered.status != 200:
            return answered
        rows = []
        for row in answered.json["data"]:
            wanted = select(subscriptions.c.secret).where(subscriptions.c.id == row["id"])
            secret = await parts.platform.database.read(
                lambda connection, wanted=wanted: connection.scalar(wanted)  # type: ignore[misc] # bound now
            )
            rows.append({**row, "secret": secret})
        return answered.with_json({**answered.json, "data": rows})

    return tamper


async def _removes_nothing(ask: Ask, asked: Asked) -> Answered:
    if asked.method != "DELETE" or not asked.path.startswith(f"{WEBHOOKS}/"):
        return await ask(asked)
    listed = await ask(Asked("GET", WEBHOOKS, b"limit=100", asked.headers))
    ids = [row["id"] for row in listed.json["data"]] if listed.status == 200 else []
    if asked.path.rpartition("/")[2] not in ids:
        return await ask(asked)
    kept = {k: v for k, v in listed.headers.items() if k not in {"content-type", "content-length"}}
    return Answered(204, kept, b"")


def _tells_of_notes(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if asked.method == "POST" and asked.path.endswith("/notes") and answered.status == 201:
            note = answered.json
            data = {
                "conversation_id": note["conversation_id"],
                "message_id": note["id"],
                "author": "agent",
            }
            told = {"type": "message.created", "timestamp": note["created_at"], "data": data}
            event = Event(
                f"evt_{secrets.token_hex(8)}",
                "leadiosa",
                str(tenant),
                "message.created",
                answered.with_json(told).body,
            )
            await parts.platform.database.write(
                lambda connection: parts.platform.outbox.put(connection, event)
            )
        return answered

    return tamper


def _names_the_erased(parts: Parts) -> Parts:
    """Tell who it was that was erased."""
    known: dict[str, Mapping[str, object]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.method == "DELETE" and "/contacts/" in asked.path:
            contact_id = asked.path.rpartition("/")[2]
            wanted = select(contacts).where(contacts.c.id == contact_id)
            row = await parts.platform.database.read(
                lambda connection: connection.execute(wanted).first()
            )
            if row is not None:
                known[contact_id] = {"name": row.name, "email": row.email}
        return await ask(asked)

    def told(_attempt: Attempt, event: deliveries.Event) -> deliveries.Event:
        more = known.get(event["data"].get("contact_id", ""), {})
        if event["type"] != "contact.deleted":
            return event
        return {**event, "data": {**event["data"], **more}}

    planted: Apply = around(tamper)
    sending: Apply = deliveries.bodies(told)
    return sending(planted(parts))


def _without_secret(answered: Answered) -> Answered:
    return answered.with_json({k: v for k, v in answered.json.items() if k != "secret"})


def _bare_secret(answered: Answered) -> Answered:
    secret = answered.json["secret"].removeprefix("whsec_")
    return answered.with_json({**answered.json, "secret": secret})


def _is_made(asked: Asked, answered: Answered) -> bool:
    return asked.method == "POST" and asked.path == WEBHOOKS and answered.status == 201


def _judged_once(parts: Parts) -> Tamper:
    """Let whatever was registered be sent to, wherever it leads by then."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if _is_made(asked, answered):
            its_own = subscriptions.c.id == answered.json["id"]
            await write(parts, update(subscriptions).where(its_own).values(anywhere=True))
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F41",
        title="The signature is of the body alone",
        promises=("LEAD-17",),
        mistake="Id and timestamp were thought to be decoration.",
        apply=_signed(_keyed, lambda attempt: attempt.body),
    ),
    Fault(
        id="WHK-F42",
        title="The signature is in hexadecimal",
        promises=("LEAD-17",),
        mistake="Another vendor's is.",
        apply=deliveries.headers(_hexadecimal),
    ),
    Fault(
        id="WHK-F43",
        title="The secret's text is the key, not what it encodes",
        promises=("LEAD-17",),
        mistake="The standard was read too quickly.",
        apply=_signed(lambda attempt: attempt.secret.encode(), _content),
    ),
    Fault(
        id="WHK-F44",
        title="The timestamp is in milliseconds",
        promises=("LEAD-17",),
        mistake="JavaScript's idea of time.",
        apply=deliveries.headers(_in_milliseconds),
    ),
    Fault(
        id="WHK-F45",
        title="A delivery's id is a new one on each attempt, and not the signed one",
        promises=("LEAD-17",),
        mistake="The id is made by the HTTP client.",
        apply=deliveries.headers(_new_ids),
    ),
    Fault(
        id="WHK-F46",
        title="The signature is of the JSON written anew",
        promises=("LEAD-17",),
        mistake="The signature is made where the event is an object still.",
        apply=deliveries.signed(deliveries.re_serialised),
    ),
    Fault(
        id="WHK-F47",
        title="Webhooks may lead into private networks",
        promises=("LEAD-17",),
        mistake="The check is left to the network.",
        apply=lambda parts: replace(parts, check_target=_anywhere),
    ),
    Fault(
        id="WHK-F48",
        title="Private networks are known by how they are spelt",
        promises=("LEAD-17",),
        mistake="A list of beginnings: 169.254.169.254, [::1] and 172.16.0.1 are not on it.",
        apply=_by_spelling,
    ),
    Fault(
        id="WHK-F49",
        title="A private target is 400",
        promises=("LEAD-17",),
        mistake="Validation looks it up.",
        apply=answers(
            lambda _, answered: answered.code == "private_target",
            lambda answered: answered.with_status(400),
        ),
    ),
    Fault(
        id="WHK-F50",
        title="The list of endpoints shows their secrets",
        promises=("LEAD-17",),
        mistake="The whole row is sent.",
        apply=around_with_parts(_shows_secrets),
    ),
    Fault(
        id="WHK-F51",
        title="Removing an endpoint does nothing",
        promises=("LEAD-17",),
        mistake="The transaction is never committed.",
        apply=around(_removes_nothing),
    ),
    Fault(
        id="WHK-F52",
        title="The secret of an endpoint is never shown",
        promises=("LEAD-17",),
        mistake="It was thought that the caller brings it.",
        apply=answers(_is_made, _without_secret),
    ),
    Fault(
        id="WHK-F53",
        title="The secret has no whsec_",
        promises=("LEAD-17",),
        mistake="The column is shown as it is.",
        apply=answers(_is_made, _bare_secret),
    ),
    Fault(
        id="WHK-F54",
        title="Notes are told of as messages",
        promises=("LEAD-15",),
        mistake="Both go through one function.",
        apply=around_with_parts(_tells_of_notes),
    ),
    Fault(
        id="WHK-F55",
        title="conversation.updated is never sent",
        promises=("LEAD-17",),
        mistake="The event was renamed on one side.",
        apply=events(lambda event: () if event.type == "conversation.updated" else (event,)),
    ),
    Fault(
        id="WHK-F56",
        title="Events go to the endpoints of all workspaces",
        promises=("LEAD-17",),
        mistake="The query for endpoints forgets the workspace.",
        apply=putting(_Leaking),
    ),
    Fault(
        id="WHK-F57",
        title="contact.deleted tells who it was",
        promises=("LEAD-14",),
        mistake="The event has the row as it was.",
        apply=_names_the_erased,
    ),
    Fault(
        id="WHK-F58",
        title="Every event is sent twice",
        promises=("LEAD-17",),
        mistake="Both the route and the database put it in the outbox.",
        apply=events(lambda event: (event, replace(event, id=f"{event.id}b"))),
    ),
    Fault(
        id="WHK-F59",
        title="A created endpoint's secret is not the one that signs",
        promises=("LEAD-17",),
        mistake="Another one is made when it is stored.",
        apply=answers(
            _is_made,
            lambda answered: answered.with_json(
                {
                    **answered.json,
                    "secret": "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
                }
            ),
        ),
    ),
    Fault(
        id="WHK-F62",
        title="A target is judged when it is registered, and never again",
        promises=("LEAD-17",),
        mistake="A delivery was thought to go where the registration was allowed to.",
        apply=around_with_parts(_judged_once),
    ),
    Fault(
        id="WHK-F63",
        title="Events say on which day they happened, and not when",
        promises=("LEAD-17", "LEAD-04"),
        mistake="The column is a date.",
        apply=events(lambda event: (replace(event, body=_TIME.sub(_MIDNIGHT, event.body)),)),
    ),
)
