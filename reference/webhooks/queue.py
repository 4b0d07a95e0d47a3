"""The queues of deliveries: leasing one, recording what came of an attempt, handing it back.

A subscription has one queue, and one worker at a time is at it: nothing is sent to a receiver
while it has yet to answer, whatever the number of processes, and receivers that are slow hold up
nobody else. A delivery is *in flight* from the commit that leases its queue to the commit that
records its attempt. Whoever is killed in between leaves a lease that expires; then, and only then,
is that delivery attempted again without its attempt having been counted.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Integer, bindparam, delete, exists, func, insert, select, update

from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import RETRIES
from reference.webhooks.tables import attempts, deliveries, queues, subscriptions

_MICROSECOND = timedelta(microseconds=1)
NEXT_ATTEMPT = select(func.min(deliveries.c.next_at).label("at")).where(
    deliveries.c.next_at > bindparam("after")
)
"""When, later than `after`, an attempt is due."""
_IDLE = (
    select(queues.c.subscription)
    .where(
        queues.c.leased_until <= bindparam("real_now"),
        queues.c.api.in_(bindparam("apis", expanding=True)),
        exists().where(
            deliveries.c.subscription == queues.c.subscription,
            deliveries.c.next_at <= bindparam("now"),
        ),
    )
    .order_by(queues.c.served_at)
    .limit(bindparam("count", type_=Integer))
    .with_for_update(skip_locked=True)
)
_OLDEST = (
    select(deliveries, subscriptions.c.secret, subscriptions.c.anywhere)
    .join(subscriptions, subscriptions.c.id == deliveries.c.subscription)
    .where(deliveries.c.subscription == bindparam("of"), deliveries.c.next_at <= bindparam("now"))
    .order_by(deliveries.c.next_at, deliveries.c.seq)
    .limit(1)
)
_TAKE = update(queues).where(queues.c.subscription == bindparam("of"))
_GIVE_BACK = (
    update(queues)
    .where(queues.c.subscription == bindparam("of"), queues.c.lease == bindparam("held"))
    .values(lease=None, leased_until=0)
)
_MARK = update(deliveries).where(deliveries.c.seq == bindparam("of"))
_KEPT_DELIVERIES = 10_000
"""How many deliveries are remembered, the latest; one that still waits is not forgotten."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery whose queue was leased to attempt it."""

    lease: str
    subscription: str
    seq: int
    api: str
    event_id: str
    event: str
    body: bytes
    attempts: int
    """How many there were before."""
    url: str
    secret: str
    anywhere: bool


def lease_due(
    connection: Connection, apis: Sequence[str], *, now: int, real_now: int, until: int, count: int
) -> Sequence[Leased]:
    """Lease at most `count` queues that have something due `now`, those left longest ago first.

    `now` is the clock's time; `real_now` and `until`, when the leases expire, are real.
    """
    asked = {"apis": apis, "now": now, "real_now": real_now, "count": count}
    leased = [
        _lease(connection, subscription, now, real_now, until)
        for subscription in connection.scalars(_IDLE, asked).all()
    ]
    return [one for one in leased if one is not None]


def record(
    connection: Connection,
    leased: Leased,
    at: int,
    outcome: Outcome,
    retries: Sequence[timedelta] = RETRIES,
) -> None:
    """Keep what came of an attempt made `at`, and what follows from it; give the lease back.

    Nothing is kept where the subscription is gone or the lease was lost to another worker.
    """
    if not release(connection, leased):
        return
    kept = {"delivery": leased.seq, "at": at, "status": outcome.status, "error": outcome.error}
    connection.execute(insert(attempts), kept)
    state, next_at = "delivered", None
    if not outcome.delivered:
        left = retries[leased.attempts :]
        following = at + left[0] // _MICROSECOND if left else None
        state, next_at = ("failed" if following is None else "pending"), following
    came = {"state": state, "next_at": next_at, "attempts": leased.attempts + 1}
    connection.execute(_MARK, {"of": leased.seq, **came})
    _forget_oldest(connection, leased.seq)


def release(connection: Connection, leased: Leased) -> bool:
    """Give a lease back; return whether it was still held."""
    mine = {"of": leased.subscription, "held": leased.lease}
    if connection.execute(_GIVE_BACK, mine).rowcount == 0:
        return False
    connection.execute(_MARK, {"of": leased.seq, "state": "pending"})
    return True


def _lease(
    connection: Connection, subscription: str, now: int, real_now: int, until: int
) -> Leased | None:
    """Lease a queue for its oldest delivery that is due; None where another has just made it."""
    row = connection.execute(_OLDEST, {"of": subscription, "now": now}).first()
    if row is None:
        return None
    lease = secrets.token_hex(8)
    taken = {"lease": lease, "leased_until": until, "served_at": real_now}
    connection.execute(_TAKE, {"of": subscription, **taken})
    connection.execute(_MARK, {"of": row.seq, "state": "delivering"})
    return Leased(
        lease=lease,
        subscription=subscription,
        seq=row.seq,
        api=row.api,
        event_id=row.event_id,
        event=row.event,
        body=row.body,
        attempts=row.attempts,
        url=row.url,
        secret=row.secret,
        anywhere=row.anywhere,
    )


def _forget_oldest(connection: Connection, latest: int) -> None:
    if latest <= _KEPT_DELIVERIES:
        return
    old = select(deliveries.c.seq).where(
        deliveries.c.seq <= latest - _KEPT_DELIVERIES, deliveries.c.next_at.is_(None)
    )
    seqs = connection.scalars(old).all()
    if seqs:
        connection.execute(delete(attempts).where(attempts.c.delivery.in_(seqs)))
        connection.execute(delete(deliveries).where(deliveries.c.seq.in_(seqs)))
