"""Planted faults of what stands beside a conversation: its notes, and what is missing there."""

from reference.faults.composition import around_with_parts
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.leadiosa.parts import Parts
from reference.leadiosa.security import AGENT

_NOTES = "/notes"


def _not_of_closed(_parts: Parts) -> Tamper:
    """Leave out of lists what was noted on conversations that were closed."""
    closed: set[str] = set()
    unlisted: set[str] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.method == "PATCH" and answered.status == 200:
            change = closed.add if asked.fields.get("status") == "closed" else closed.discard
            change(asked.path)
        if not asked.path.endswith(_NOTES):
            return answered
        if answered.status == 201 and asked.path.removesuffix(_NOTES) in closed:
            unlisted.add(answered.json["id"])
        if answered.status != 200:
            return answered
        page = answered.json
        rows = [row for row in page["data"] if row["id"] not in unlisted]
        return answered if rows == page["data"] else answered.with_json({**page, "data": rows})

    return tamper


def _closed_already(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.method != "PATCH" or answered.code != "conversation_not_found":
            return answered
        if (await parts.keyring.find(asked.token)).attributes["role"] != AGENT:
            return answered
        error = {**answered.json["error"], "code": "conversation_closed"}
        return answered.with_status(409).with_json({"error": error})

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="LIF-F4101",
        title="What is noted on a closed conversation is not among its notes",
        promises=("LEAD-15",),
        mistake="The list ends with the moment at which the conversation was closed.",
        apply=around_with_parts(_not_of_closed),
    ),
    Fault(
        id="STA-F4102",
        title="An agent who changes a conversation that does not exist hears that it is closed",
        promises=("LEAD-08", "LEAD-12"),
        mistake="What is not among the open ones, which an agent sees, was taken for closed.",
        apply=around_with_parts(_closed_already),
    ),
)
