"""Planted faults of when subscribers are told, and of what happened."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from generated.aloha.server import models
from reference.aloha.background import BackgroundWork
from reference.aloha.events import EventData, Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import Mode, Workspace
from reference.faults.aloha.webhooks import telling
from reference.faults.composition import around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.jobs import Job, Jobs
from reference.webhooks.outbox import Outbox

Apply = Callable[[Parts], Parts]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is to be told of."""

    workspace: Workspace
    event: models.EventName
    at: int
    data: EventData


class _Late(Events):
    """Keeps events of one kind until something else happens a while later."""

    def __init__(self, outbox: Outbox, late: models.EventName, by: timedelta) -> None:
        super().__init__(outbox)
        self._late = late
        self._wait = by // timedelta(microseconds=1)
        self._kept: list[_Told] = []

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        due = [each for each in self._kept if each.at + self._wait <= at]
        self._kept = [each for each in self._kept if each not in due]
        for each in due:
            super().put(connection, each.workspace, each.event, each.at, each.data)
        if event == self._late:
            self._kept.append(_Told(workspace, event, at, data))
        else:
            super().put(connection, workspace, event, at, data)


class _Together(Events):
    """Tells that a post is scheduled when it goes out."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox)
        self._kept: dict[tuple[str, str], _Told] = {}

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        if isinstance(data, models.PostEventData | models.PostFailedEventData):
            place = (data.post_id, data.channel)
            if event == "post.scheduled":
                self._kept[place] = _Told(workspace, event, at, data)
                return
            if kept := self._kept.pop(place, None):
                super().put(connection, workspace, kept.event, kept.at, kept.data)
        super().put(connection, workspace, event, at, data)


class _OfOneChannel(Events):
    """Tells of each channel that a post is scheduled for as if it were the first."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox)
        self._first: dict[str, models.Channel] = {}

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        if event == "post.scheduled" and isinstance(data, models.PostEventData):
            channel = self._first.setdefault(data.post_id, data.channel)
            data = models.PostEventData(post_id=data.post_id, channel=channel)
        super().put(connection, workspace, event, at, data)


class _Welcoming(Publisher):
    """Tells of a workspace's first post as scheduled, even where it is published at once."""

    def __init__(self, jobs: Jobs, events: Events) -> None:
        super().__init__(jobs, events)
        self._welcomed: set[Workspace] = set()

    def create(self, connection: Connection, post: NewPost) -> None:
        super().create(connection, post)
        is_first = post.workspace not in self._welcomed
        self._welcomed.add(post.workspace)
        due = post.scheduled_at is not None and post.scheduled_at <= post.created_at
        if is_first and due and len(post.channels) == 1:
            data = models.PostEventData(post_id=post.id, channel=post.channels[0])
            self._events.put(connection, post.workspace, "post.scheduled", post.created_at, data)


class _Silent(BackgroundWork):
    """Finishes work without a word."""

    def do(self, connection: Connection, job: Job) -> None:
        finished = replace(job, kind="export") if job.kind == "matrix" else job
        super().do(connection, finished)


def _late(event: models.EventName, by: timedelta) -> Apply:
    return telling(lambda parts: _Late(parts.platform.outbox, event, by))


def _welcoming(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, publisher=_Welcoming(platform.jobs, Events(platform.outbox)))


def _told_on_start(parts: Parts) -> Tamper:
    events = Events(parts.platform.outbox)

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if answered.status != 202 or not asked.path.endswith("/run") or tenant is None:
            return answered
        mode: Mode = "test" if asked.token.startswith("alo_test_") else "live"
        matrix = asked.path.removeprefix(f"{BASE_PATH}/v1/matrix/").removesuffix("/run")
        done = models.MatrixCompletedEventData(matrix_id=matrix, job_id=answered.json["id"])
        now = parts.platform.clock.microseconds()
        await parts.platform.database.write(
            lambda connection: events.put(
                connection, Workspace(tenant, mode), "matrix.completed", now, done
            )
        )
        return answered

    return tamper


def _completed_at_once(parts: Parts) -> Parts:
    platform = parts.platform
    events = Events(platform.outbox)
    silent = _Silent(platform.database, platform.clock, platform.jobs, events)
    planted: Parts = around_with_parts(_told_on_start)(replace(parts, background=silent))
    return planted


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F29",
        title="post.scheduled is sent when the post goes out",
        promises=("ALOHA-12",),
        mistake="Both events are put in the outbox by the job that publishes.",
        apply=telling(lambda parts: _Together(parts.platform.outbox)),
    ),
    Fault(
        id="WHK-F4035",
        title="post.scheduled names the first channel of the post each time",
        promises=("ALOHA-12",),
        mistake="The event is made before the loop over the channels.",
        apply=telling(lambda parts: _OfOneChannel(parts.platform.outbox)),
    ),
    Fault(
        id="WHK-F30",
        title="The first post of a workspace is told of as scheduled, although it is late",
        promises=("ALOHA-12",),
        mistake="New workspaces are walked through their first post, which is scheduled there.",
        apply=_welcoming,
    ),
    Fault(
        id="WHK-F31",
        title="post.failed is told of twenty seconds later",
        promises=("ALOHA-12",),
        mistake="Failures are collected, so that nobody is told of each.",
        apply=_late("post.failed", timedelta(seconds=20)),
    ),
    Fault(
        id="WHK-F32",
        title="reply.received is told of twenty seconds later",
        promises=("ALOHA-12",),
        mistake="Who writes in several pieces is to be told of once.",
        apply=_late("reply.received", timedelta(seconds=20)),
    ),
    Fault(
        id="WHK-F33",
        title="matrix.completed is sent when the run begins",
        promises=("ALOHA-10", "ALOHA-12"),
        mistake="The event is put in the outbox where the job is.",
        apply=_completed_at_once,
    ),
)
