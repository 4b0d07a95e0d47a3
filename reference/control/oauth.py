"""OAuth as a user and a partner meet it: registering apps, approving requests (ALOHA-04)."""

from reference.control import bodies
from reference.control.call import Answer, Call, Controlled


async def _none(_controlled: Controlled, _body: bodies.Nothing) -> Answer:
    return {}


def _applies(_controlled: Controlled) -> bool:
    return False


CALLS = (
    Call("POST", "oauth/clients", bodies.Nothing, _none, _applies),
    Call("POST", "oauth/approve", bodies.Nothing, _none, _applies),
)
