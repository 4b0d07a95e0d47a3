"""Who wants to hear of which events, where, and under which secret."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from reference.clock import Clock
from reference.webhooks.tables import deliveries, subscriptions


@dataclass(frozen=True, slots=True)
class Subscription:
    """A receiver of events; `secret` is what its deliveries are signed with."""

    id: str
    api: str
    tenant: str
    url: str
    secret: str
    events: Sequence[str]
    created_at: int
    """Microseconds since 1970."""


class Subscriptions:
    """The subscriptions of all APIs of a server. Each method works in a given transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def add(
        self,
        connection: Connection,
        *,
        api: str,
        tenant: str,
        url: str,
        secret: str,
        events: Sequence[str],
    ) -> Subscription:
        """Keep a subscription, whose URL was checked before."""
        made = Subscription(
            id=f"wh_{secrets.token_hex(8)}",
            api=api,
            tenant=tenant,
            url=url,
            secret=secret,
            events=tuple(events),
            created_at=self._clock.microseconds(),
        )
        connection.execute(insert(subscriptions).values(_columns(made)))
        return made

    def remove(self, connection: Connection, api: str, tenant: str, subscription_id: str) -> bool:
        """Forget a subscription with all that waits for it; return whether there was one."""
        row = (
            (subscriptions.c.api == api)
            & (subscriptions.c.tenant == tenant)
            & (subscriptions.c.id == subscription_id)
        )
        if connection.scalar(select(subscriptions.c.id).where(row)) is None:
            return False
        connection.execute(delete(deliveries).where(deliveries.c.subscription == subscription_id))
        connection.execute(delete(subscriptions).where(row))
        return True


def _columns(subscription: Subscription) -> Mapping[str, object]:
    return {
        "id": subscription.id,
        "api": subscription.api,
        "tenant": subscription.tenant,
        "url": subscription.url,
        "secret": subscription.secret,
        "events": list(subscription.events),
        "created_at": subscription.created_at,
    }
