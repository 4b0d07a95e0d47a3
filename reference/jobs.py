"""Work that is due at a moment of the clock: kept in the database, done exactly once.

A job is put in the transaction of the change that calls for it, and done in one transaction with
its own removal: all that a job does is in the database, so that no crash does it twice or never.
Several processes take turns at it, so that jobs are done in the order in which they became due.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

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
    false,
    insert,
    or_,
    select,
    update,
)

from reference.clock import Clock
from reference.storage.database import Database, Statement
from reference.storage.failure import DatabaseError
from reference.storage.tables import metadata

_RETRIES = tuple(
    wait // timedelta(microseconds=1)
    for wait in (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
)
"""The waits, in microseconds, between the attempts at a job that fails."""

_log = logging.getLogger("fourfold.jobs")


class _Jobs(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    api: Named[str]
    kind: Named[str]
    tenant: Named[str]
    due_at: Named[int] = Column(BigInteger)
    payload: Named[dict[str, str]] = Column(JSON)
    next_at: Named[int | None] = Column(BigInteger, index=True)
    failures: Named[int]


jobs = Table("jobs", metadata, _Jobs)
"""`next_at` is when a job is to be done, later than `due_at` after a failure; None where it was set
aside."""


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
        self._next = _next_of(())

    def register(self, api: str, kind: str, do: DoJob) -> None:
        """Say how the jobs of a kind are done; those of other kinds are left to other servers."""
        self._doers[api, kind] = do
        self._next = _next_of(tuple(self._doers))

    def put(self, connection: Connection, job: Job) -> None:
        """Keep a job until it is due."""
        connection.execute(
            insert(jobs).values(
                api=job.api,
                kind=job.kind,
                tenant=job.tenant,
                due_at=job.due_at,
                payload=dict(job.payload),
                next_at=job.due_at,
                failures=0,
            )
        )

    def clear(self, connection: Connection, api: str, tenant: str | None = None) -> None:
        """Drop the jobs of an API, or of one of its tenants."""
        forget_jobs(connection, api, tenant)

    async def do_due(self) -> int | None:
        """Do all that is due, in the order in which it became so, with what follows from it.

        Return when, microseconds since 1970, more will be. A job that fails is tried again later,
        and set aside after the third time; it holds up none.
        """
        while rows := await self._database.select(self._next, {}):
            if rows[0].next_at > self._clock.microseconds():
                return int(rows[0].next_at)
            await self._run(rows[0].seq)
            await asyncio.sleep(0)
        return None

    async def finish(self) -> None:
        """Finish nothing: a job is done or not."""

    async def _run(self, seq: int) -> None:
        try:
            await self._database.write(lambda connection: self._do(connection, seq))
        except DatabaseError:
            raise
        except Exception:
            _log.exception("a job failed", extra={"job": seq})
            await self._database.write(lambda connection: self._put_off(connection, seq))

    def _do(self, connection: Connection, seq: int) -> None:
        """Do a job, unless another process has done it, or failed at it, meanwhile."""
        due = (jobs.c.seq == seq) & (jobs.c.next_at <= self._clock.microseconds())
        row = connection.execute(select(jobs).where(due).with_for_update()).first()
        if row is None:
            return
        connection.execute(delete(jobs).where(jobs.c.seq == seq))
        job = Job(row.api, row.kind, row.tenant, row.due_at, row.payload)
        self._doers[row.api, row.kind](connection, job)

    def _put_off(self, connection: Connection, seq: int) -> None:
        row = connection.execute(select(jobs).where(jobs.c.seq == seq).with_for_update()).first()
        if row is None:
            return
        left = _RETRIES[row.failures :]
        next_at = self._clock.microseconds() + left[0] if left else None
        connection.execute(
            update(jobs).where(jobs.c.seq == seq).values(failures=row.failures + 1, next_at=next_at)
        )
        if next_at is None:
            _log.error("a job was set aside", extra={"job": seq, "kind": row.kind})


def _next_of(kinds: Sequence[tuple[str, str]]) -> Statement:
    """Return what finds the job of some kinds that is to be done first."""
    known = or_(false(), *((jobs.c.api == api) & (jobs.c.kind == kind) for api, kind in kinds))
    return (
        select(jobs.c.seq, jobs.c.next_at)
        .where(jobs.c.next_at.is_not(None), known)
        .order_by(jobs.c.next_at, jobs.c.seq)
        .limit(1)
    )


def forget_jobs(connection: Connection, api: str, tenant: str | None = None) -> None:
    """Drop the jobs of an API, or of one of its tenants."""
    of_tenant = () if tenant is None else (jobs.c.tenant == tenant,)
    connection.execute(delete(jobs).where(jobs.c.api == api, *of_tenant))
