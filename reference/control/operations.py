"""What a platform asks a server: whether it is well, and what it counted."""

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from reference.control import bodies
from reference.control.call import Answer, Call, Controlled, RefusedError, Text
from reference.jobs import jobs
from reference.metrics import CONTENT_TYPE
from reference.storage.failure import DatabaseError
from reference.webhooks.tables import deliveries


async def _healthz(controlled: Controlled, _body: bodies.Nothing) -> Answer:
    try:
        await controlled.platform.database.read(lambda connection: connection.scalar(select(1)))
    except (SQLAlchemyError, DatabaseError) as error:
        raise RefusedError(503, "The database cannot be reached.") from error
    if controlled.background.has_died:
        raise RefusedError(503, "The work between requests has stopped; the log says why.")
    return {"status": "ok"}


async def _metrics(controlled: Controlled, _body: bodies.Nothing) -> Answer:
    pending = select(jobs.c.api, func.count()).group_by(jobs.c.api)
    states = select(deliveries.c.api, deliveries.c.state, func.count())
    states = states.group_by(deliveries.c.api, deliveries.c.state)
    waiting, sent = await controlled.platform.database.read(
        lambda connection: (connection.execute(pending).all(), connection.execute(states).all())
    )
    controlled.metrics.set_waiting(
        {row[0]: row[1] for row in waiting}, ((row[0], row[1], row[2]) for row in sent)
    )
    return Text(CONTENT_TYPE, controlled.metrics.text())


CALLS = (
    Call("GET", "healthz", bodies.Nothing, _healthz),
    Call("GET", "metrics", bodies.Nothing, _metrics),
)
