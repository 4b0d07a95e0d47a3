"""All calls of the control plane, and the one that lists them."""

from reference.control import bodies, calls, identity, oauth, operations, stored, webhooks
from reference.control.call import Answer, Call, Controlled


async def _capabilities(controlled: Controlled, _body: bodies.Nothing) -> Answer:
    return {
        "apis": {
            service.name: {
                "base_path": service.base_path,
                "keys": service.key_attributes,
                "collections": service.dataset.collections,
            }
            for service in controlled.services.values()
        },
        "calls": [f"{call.method} {call.path}" for call in CALLS if call.applies(controlled)],
        "faults": controlled.faults,
    }


CALLS = (
    *calls.CALLS,
    *stored.CALLS,
    *identity.CALLS,
    *oauth.CALLS,
    *webhooks.CALLS,
    *operations.CALLS,
    Call("GET", "capabilities", bodies.Nothing, _capabilities),
)
