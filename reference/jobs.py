"""Work that is due at a moment of the clock: kept in the database, done exactly once.

A job is put in the transaction of the change that calls for it, and done in one transaction with
its own removal: all that a job does is in the database, so that no crash does it twice or never.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Integer,
    Named,
    Table,
    TypedColumns,
    delete,
    insert,
    select,
)

from reference.clock import Clock
from reference.storage.database import Database
from reference.storage.tables import metadata


class _Jobs(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    api: Named[str]
    kind: Named[str]
    tenant: Named[str]
    due_at: Named[int] = Column(BigInteger, index=True)
    payload: Named[dict[str, str]] = Column(JSON)


jobs = Table("jobs", metadata, _Jobs)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do for a tenant of an API once `due_at`, microseconds since 1970, has come."""

    api: str
    kind: str
    tenant: str
    due_at: int
    payload: Mapping[str, str]


DoJob = Callable[[Connection, Job], None]
"""Does a job in the transaction that it is given; its time is the job's `due_at`."""


class Jobs:
    """The jobs of all APIs of a server."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._doers: dict[tuple[str, str], DoJob] = {}

    def register(self, api: str, kind: str, do: DoJob) -> None:
        """Say how the jobs of a kind are done."""
        self._doers[api, kind] = do

    def put(self, connection: Connection, job: Job) -> None:
        """Keep a job until it is due."""
        connection.execute(
            insert(jobs).values(
                api=job.api,
                kind=job.kind,
                tenant=job.tenant,
                due_at=job.due_at,
                payload=dict(job.payload),
            )
        )

    def clear(self, connection: Connection, api: str, tenant: str | None = None) -> None:
        """Drop the jobs of an API, or of one of its tenants."""
        of_tenant = () if tenant is None else (jobs.c.tenant == tenant,)
        connection.execute(delete(jobs).where(jobs.c.api == api, *of_tenant))

    async def run_due(self) -> None:
        """Do all that is due, in the order in which it became so, with what follows from it."""
        while await self._database.write(self._do_next):
            pass

    def _do_next(self, connection: Connection) -> bool:
        due = select(jobs).where(jobs.c.due_at <= self._clock.microseconds())
        row = connection.execute(due.order_by(jobs.c.due_at, jobs.c.seq).limit(1)).first()
        if row is None:
            return False
        connection.execute(delete(jobs).where(jobs.c.seq == row.seq))
        job = Job(row.api, row.kind, row.tenant, row.due_at, row.payload)
        self._doers[row.api, row.kind](connection, job)
        return True
