"""Work in the background: exports, matrix runs, voice training (ALOHA-08, ALOHA-10, ALOHA-11)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from generated.aloha.server import models
from reference.aloha.events import API, Events
from reference.aloha.ids import new_id
from reference.aloha.security import Mode, Workspace
from reference.aloha.tables import work
from reference.clock import Clock, instant
from reference.jobs import Job, Jobs
from reference.storage.database import Database

Kind = Literal["export", "matrix", "voice"]

DURATIONS: Mapping[Kind, timedelta] = {
    "export": timedelta(seconds=20),
    "matrix": timedelta(seconds=30),
    "voice": timedelta(minutes=2),
}
"""How long after it was asked for each kind of work is done."""


class BackgroundWork:
    """Takes work on, and finishes it when its time has come."""

    def __init__(self, database: Database, clock: Clock, jobs: Jobs, events: Events) -> None:
        self._database = database
        self._clock = clock
        self._jobs = jobs
        self._events = events

    async def take_on(
        self, workspace: Workspace, kind: Kind, about: Mapping[str, str]
    ) -> models.Job:
        """Promise to do work; `about` is what it will need to know."""
        now = self._clock.microseconds()
        due_at = now + DURATIONS[kind] // timedelta(microseconds=1)
        work_id = new_id("job")
        job = Job(API, kind, workspace.tenant, due_at, {"work": work_id, **about})

        def keep(connection: Connection) -> None:
            taken = {"id": work_id, "kind": kind, "created_at": now}
            owner = {"tenant": workspace.tenant, "mode": workspace.mode}
            connection.execute(insert(work).values(taken | owner))
            self._jobs.put(connection, job)

        await self._database.write(keep)
        return models.Job(id=work_id, created_at=instant(now))

    def do(self, connection: Connection, job: Job) -> None:
        """Finish work, in a given transaction."""
        of_work = work.c.id == job.payload["work"]
        connection.execute(update(work).where(of_work).values(finished_at=job.due_at))
        mode: Mode | None = connection.scalar(select(work.c.mode).where(of_work))
        if job.kind == "matrix" and mode is not None:
            done = models.MatrixCompletedEventData(
                matrix_id=job.payload["matrix"], job_id=job.payload["work"]
            )
            workspace = Workspace(job.tenant, mode)
            self._events.put(connection, workspace, "matrix.completed", job.due_at, done)
