"""Identity verification, as an organization switches it on and off (HALO-04)."""

from reference.control import bodies
from reference.control.call import Answer, Call, Controlled


async def _none(_controlled: Controlled, _body: bodies.Nothing) -> Answer:
    return {}


def _applies(_controlled: Controlled) -> bool:
    return False


CALLS = (Call("POST", "identity", bodies.Nothing, _none, _applies),)
