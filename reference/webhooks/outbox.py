"""The transactional outbox: an event is kept with the change that it tells of, or not at all."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from reference.clock import Clock
from reference.webhooks.tables import deliveries, subscriptions


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a tenant of an API; `body` is sent as it is on every attempt."""

    id: str
    api: str
    tenant: str
    type: str
    body: bytes


class Outbox:
    """What is still to be delivered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def put(self, connection: Connection, event: Event) -> None:
        """Keep an event for each subscription that wants it, in the transaction of the change."""
        wanting = select(subscriptions.c.id, subscriptions.c.url, subscriptions.c.events).where(
            subscriptions.c.api == event.api, subscriptions.c.tenant == event.tenant
        )
        now = self._clock.microseconds()
        for subscription, url, events in connection.execute(wanting).all():
            if event.type in events:
                connection.execute(
                    insert(deliveries).values(
                        id=f"dlv_{secrets.token_hex(8)}",
                        event_id=event.id,
                        subscription=subscription,
                        api=event.api,
                        tenant=event.tenant,
                        event=event.type,
                        url=url,
                        body=event.body,
                        created_at=now,
                        state="pending",
                        attempts=0,
                        next_at=now,
                    )
                )
