"""Benign variants of Aloha: it may be like this, and keeps all its promises."""

import secrets

from reference.aloha.parts import Parts
from reference.faults import deliveries
from reference.faults.fault import Fault
from reference.faults.variants import NOTHING, variants
from reference.webhooks.profile import Attempt


def _laid_out(_attempt: Attempt, event: deliveries.Event) -> deliveries.Event:
    return dict(sorted(event.items())) | {"apiVersion": "2026-05"}


def _with_headers(parts: Parts) -> Parts:
    more = {"X-Aloha-Delivery": secrets.token_hex(8)}
    return deliveries.headers(lambda _, sent: {**sent, **more})(parts)


FAULTS: tuple[Fault[Parts], ...] = (
    *variants("ALOHA", lambda *_: False),
    Fault(
        id="BENIGN-ALOHA-EVENTS",
        title="Webhooks have more fields, in another order, signed as they are sent",
        promises=(),
        mistake=NOTHING,
        apply=deliveries.bodies(_laid_out),
    ),
    Fault(
        id="BENIGN-ALOHA-DELIVERIES",
        title="Webhooks have more headers",
        promises=(),
        mistake=NOTHING,
        apply=_with_headers,
    ),
)
