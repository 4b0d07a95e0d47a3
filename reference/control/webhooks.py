"""Webhooks: subscribing to them, and the journal of their deliveries."""

from reference.control import bodies
from reference.control.call import Answer, Call, Controlled


async def _none(_controlled: Controlled, _body: bodies.Nothing) -> Answer:
    return {}


def _applies(_controlled: Controlled) -> bool:
    return False


async def _list_deliveries(_controlled: Controlled, _body: bodies.Nothing) -> Answer:
    return {"deliveries": []}


CALLS = (
    Call("POST", "webhooks/subscriptions", bodies.Nothing, _none, _applies),
    Call("GET", "deliveries", bodies.Nothing, _list_deliveries),
)
