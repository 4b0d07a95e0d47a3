"""Who wants to hear of which events, where, and under which secret."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from reference.clock import Clock
from reference.webhooks.tables import attempts, deliveries, queues, subscriptions


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
        anywhere: bool = False,
    ) -> Subscription:
        """Keep a subscription, whose URL was checked before unless it may lead `anywhere`."""
        made = Subscription(
            id=f"wh_{secrets.token_hex(8)}",
            api=api,
            tenant=tenant,
            url=url,
            secret=secret,
            events=tuple(events),
            created_at=self._clock.microseconds(),
        )
        connection.execute(
            insert(subscriptions).values(
                id=made.id,
                api=api,
                tenant=tenant,
                url=url,
                secret=secret,
                events=list(events),
                anywhere=anywhere,
                created_at=made.created_at,
            )
        )
        connection.execute(
            insert(queues).values(
                subscription=made.id, api=api, lease=None, leased_until=0, served_at=0
            )
        )
        return made

    def remove(self, connection: Connection, api: str, tenant: str, subscription_id: str) -> bool:
        """Forget a subscription with all that waits for it; return whether there was one.

        An attempt that is being made goes on, and is the last.
        """
        row = (
            (subscriptions.c.api == api)
            & (subscriptions.c.tenant == tenant)
            & (subscriptions.c.id == subscription_id)
        )
        if connection.scalar(select(subscriptions.c.id).where(row)) is None:
            return False
        _forget(connection, [subscription_id])
        return True


def forget_subscriptions(connection: Connection, api: str, tenant: str | None = None) -> int:
    """Forget the subscriptions of an API, or of one of its tenants; return how many."""
    of_tenant = () if tenant is None else (subscriptions.c.tenant == tenant,)
    known = select(subscriptions.c.id).where(subscriptions.c.api == api, *of_tenant)
    ids = connection.scalars(known).all()
    _forget(connection, ids)
    return len(ids)


def _forget(connection: Connection, ids: Sequence[str]) -> None:
    for subscription in ids:
        waiting = select(deliveries.c.seq).where(deliveries.c.subscription == subscription)
        connection.execute(delete(attempts).where(attempts.c.delivery.in_(waiting)))
        connection.execute(delete(deliveries).where(deliveries.c.subscription == subscription))
        connection.execute(delete(queues).where(queues.c.subscription == subscription))
        connection.execute(delete(subscriptions).where(subscriptions.c.id == subscription))
