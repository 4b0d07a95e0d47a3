"""Planted faults of two features used at once, or one after the other."""

from sqlalchemy import select

from reference.faults.composition import (
    answers,
    around,
    around_with_parts,
    errors_of,
    requests,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper, refusal
from reference.faults.fault import Fault
from reference.keys import UnknownKeyError
from reference.leadiosa.parts import BASE_PATH, Parts
from reference.leadiosa.security import AGENT
from reference.leadiosa.tables import workspaces

_OF_BODIES = {"content-length", "content-type"}
_EMPTY = {"data": [], "pagination": {"has_more": False}}


def _refused(answered: Answered, status: int, code: str, message: str) -> Answered:
    """Make an answer an error that has its headers."""
    error = refusal(status, code, message).json["error"]
    error["request_id"] = answered.headers["x-request-id"]
    return answered.with_status(status).with_json({"error": error})


def _walks_of_one_token(parts: Parts) -> Tamper:
    """Know which token each cursor was given to, and end those of a token that has ended."""
    given: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 200 or asked.method != "GET":
            return answered
        if token := given.get(asked.parameter("after") or ""):
            try:
                await parts.keyring.find(token)
            except UnknownKeyError:
                return _refused(answered, 400, "invalid_cursor", "No walk has this cursor, after.")
        if cursor := answered.json.get("pagination", {}).get("next_cursor"):
            given[cursor] = asked.token
        return answered

    return tamper


async def _is_closed(parts: Parts, tenant: str) -> bool:
    closed = select(workspaces.c.closed_at).where(workspaces.c.tenant == tenant)
    return await parts.platform.database.read(lambda it: it.scalar(closed)) is not None


def _contacts_of_the_closed(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 200 or not asked.path.startswith(f"{BASE_PATH}/contacts"):
            return answered
        key = await parts.keyring.find(asked.token)
        if key.attributes["role"] == AGENT and await _is_closed(parts, key.tenant):
            return _refused(answered, 403, "forbidden", "Agents are done here.")
        return answered

    return tamper


def _is_head_of_the_expired(asked: Asked, answered: Answered) -> bool:
    return asked.method == "HEAD" and answered.code == "cursor_expired"


def _is_head_of_stray_notes(asked: Asked, answered: Answered) -> bool:
    is_head = asked.method == "HEAD" and asked.path.endswith("/notes")
    return is_head and answered.status == 404


async def _to_somebody_else(ask: Ask, asked: Asked) -> Answered:
    assignee = asked.fields.get("assignee_id")
    if asked.method != "PATCH" or asked.fields.get("status") != "open" or not assignee:
        return await ask(asked)
    headers = {k: v for k, v in asked.headers.items() if k not in _OF_BODIES}
    row = await ask(Asked("GET", asked.path, asked.query_string, headers))
    if row.status == 200 and (row.json["status"], row.json["assignee_id"]) == ("closed", assignee):
        return _refused(row, 409, "conversation_closed", "This conversation has its assignee.")
    return await ask(asked)


def _of_three_events(answered: Answered) -> Answered:
    rows = [{**row, "events": row["events"][:3]} for row in answered.json["data"]]
    return answered.with_json({**answered.json, "data": rows})


def _asks_for_many_notes(asked: Asked) -> bool:
    many = asked.parameter("limit") in {str(limit) for limit in range(51, 101)}
    return many and asked.method == "GET" and asked.path.endswith("/notes")


def _for_fifty(asked: Asked) -> Asked:
    return asked.with_query([*asked.without("limit").query, ("limit", "50")])


def _open_to_the_ended(parts: Parts) -> Tamper:
    """Know whose each token was, and let those of a closed workspace go on reading."""
    known: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if answered.status != 401:
            if tenant := await tenant_of(parts, asked):
                known[asked.token] = tenant
            return answered
        tenant = known.get(asked.token)
        if asked.method == "GET" and tenant and await _is_closed(parts, tenant):
            return answered.with_status(200).with_json(_EMPTY)
        return answered

    return tamper


def _with_ids_of_before(_: Parts) -> Tamper:
    last: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.method == "HEAD":
            return answered.with_header("x-request-id", last.get("id", "req_0"))
        last["id"] = answered.headers["x-request-id"]
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="PAG-F3941",
        title="A cursor ends with the rotation of the token that it was given to",
        promises=("LEAD-10", "LEAD-02"),
        mistake="Walks are kept with the token, and are dropped with it.",
        apply=around_with_parts(_walks_of_one_token),
    ),
    Fault(
        id="PAG-F3942",
        title="HEAD with an expired cursor is 200",
        promises=("LEAD-10", "LEAD-08"),
        mistake="HEAD is answered before the list is read.",
        apply=answers(_is_head_of_the_expired, lambda answered: answered.with_status(200)),
    ),
    Fault(
        id="LIF-F3943",
        title="In a closed workspace an agent may not read contacts",
        promises=("LEAD-19", "LEAD-14"),
        mistake="Who has nothing left to do was thought to need nobody's data.",
        apply=around_with_parts(_contacts_of_the_closed),
    ),
    Fault(
        id="STA-F3948",
        title="HEAD of the notes on a conversation that there is not is 200",
        promises=("LEAD-08", "LEAD-15"),
        mistake="HEAD is answered without a look at the conversation.",
        apply=answers(_is_head_of_stray_notes, lambda answered: answered.with_status(200)),
    ),
    Fault(
        id="TLS-F3949",
        title="The redirect to HTTPS has no X-Request-Id",
        promises=("LEAD-07", "LEAD-01"),
        mistake="It is sent before a request gets its id.",
        apply=errors_of(308, lambda answered: answered.without_header("x-request-id")),
    ),
    Fault(
        id="LIF-F3952",
        title="A closed conversation cannot be reopened for whom it is assigned to",
        promises=("LEAD-12",),
        mistake="What assigns nobody new is taken for an assignment of what is closed.",
        apply=around(_to_somebody_else),
    ),
    Fault(
        id="ROT-F3958",
        title="In a closed workspace a token that is rotated goes on reading",
        promises=("LEAD-02", "LEAD-19"),
        mistake="Tokens of closed workspaces are known by a copy that nobody keeps.",
        apply=around_with_parts(_open_to_the_ended),
    ),
    Fault(
        id="WHK-F3959",
        title="Endpoints are listed with three of their events at most",
        promises=("LEAD-17",),
        mistake="The list was made for a narrow page.",
        apply=answers(
            lambda asked, answered: (
                asked.path == f"{BASE_PATH}/webhooks" and answered.status == 200
            ),
            _of_three_events,
        ),
    ),
    Fault(
        id="PAG-F3960",
        title="A page of notes has 50 at most",
        promises=("LEAD-09", "LEAD-15"),
        mistake="Notes have a limit of their own.",
        apply=requests(_asks_for_many_notes, _for_fifty),
    ),
    Fault(
        id="ENV-F3951",
        title="HEAD is answered with the request id of the answer before",
        promises=("LEAD-07",),
        mistake="The id is kept from request to request, and HEAD does not ask for one.",
        apply=around_with_parts(_with_ids_of_before),
    ),
)
