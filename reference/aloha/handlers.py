"""The operations of Aloha, but those of OAuth."""

from datetime import UTC, date, datetime, time
from typing import TypeVar

from sqlalchemy import Connection, select

from generated.aloha.server import (
    AnalyticsHandler,
    InboxThreadsHandler,
    MatrixHandler,
    PostsHandler,
    VoiceHandler,
    errors,
    models,
)
from generated.aloha.server.runtime import Request
from reference.aloha.background import BackgroundWork
from reference.aloha.ids import new_id
from reference.aloha.paging import Pager
from reference.aloha.posts import Posts, find_post
from reference.aloha.publishing import NewPost, Publisher
from reference.aloha.security import Caller, Workspace
from reference.aloha.tables import matrices
from reference.clock import Clock, instant, microseconds
from reference.collection import AnyRow, Collection
from reference.cursors import Cursors
from reference.storage.database import Database

T = TypeVar("T")


class PostOperations(PostsHandler[Caller]):
    """The posts of the caller's workspace."""

    def __init__(
        self, database: Database, clock: Clock, publisher: Publisher, posts: Posts, cursors: Cursors
    ) -> None:
        self._database = database
        self._clock = clock
        self._publisher = publisher
        self._posts = posts
        self._pager = Pager("posts", posts, cursors)

    async def create_post(self, request: Request[Caller], *, body: models.NewPost) -> models.Post:
        """Create a draft, or a post that is published when it is due (ALOHA-05)."""
        post = NewPost(
            id=new_id("post"),
            workspace=request.principal.workspace,
            content=body.content,
            channels=body.channels,
            scheduled_at=None if body.scheduled_at is None else _due_at(body.scheduled_at),
            created_at=self._clock.microseconds(),
        )

        def create(connection: Connection) -> models.Post | None:
            self._publisher.create(connection, post)
            return find_post(connection, post.workspace, post.id)

        return _found(await self._database.write(create))

    async def list_posts(
        self,
        request: Request[Caller],
        *,
        limit: int = 25,
        cursor: str | None = None,
        channel: models.Channel | None = None,
        status: models.PostStatus | None = None,
        date: date | None = None,
    ) -> models.PostPage:
        """Return one page of posts (ALOHA-07)."""
        asked = {
            "channel": channel,
            "status": status,
            "date": None if date is None else microseconds(datetime.combine(date, time.min, UTC)),
        }
        filters = {name: value for name, value in asked.items() if value is not None}
        selection = {**_all_of(request.principal.workspace), **filters}
        posts, pagination = await self._pager.page(selection, cursor, limit)
        return models.PostPage(data=[*posts], pagination=pagination)

    async def get_post(self, request: Request[Caller], id: str) -> models.Post:  # noqa: A002 - the contract's name
        """Return one post (ALOHA-06)."""
        return _found(await self._posts.find(request.principal.workspace, id))


class Threads(InboxThreadsHandler[Caller]):
    """The inbox of the caller's workspace."""

    def __init__(self, threads: Collection, cursors: Cursors) -> None:
        self._pager = Pager("threads", threads, cursors)

    async def list_inbox_threads(
        self, request: Request[Caller], *, limit: int = 25, cursor: str | None = None
    ) -> models.InboxThreadPage:
        """Return one page of threads (ALOHA-09)."""
        selection = _all_of(request.principal.workspace)
        rows, pagination = await self._pager.page(selection, cursor, limit)
        return models.InboxThreadPage(data=[_thread(row) for row in rows], pagination=pagination)


class Analytics(AnalyticsHandler[Caller]):
    """The analytics of the caller's workspace."""

    def __init__(self, background: BackgroundWork) -> None:
        self._background = background

    async def export_analytics(
        self, request: Request[Caller], *, body: models.NewAnalyticsExport
    ) -> models.Job:
        """Take an export on (ALOHA-08)."""
        about = {"format": body.format}
        return await self._background.take_on(request.principal.workspace, "export", about)


class Matrices(MatrixHandler[Caller]):
    """The matrices of the caller's workspace."""

    def __init__(self, database: Database, background: BackgroundWork) -> None:
        self._database = database
        self._background = background

    async def run_matrix(self, request: Request[Caller], id: str) -> models.Job:  # noqa: A002 - the contract's name
        """Take a run of a matrix on (ALOHA-10)."""
        workspace = request.principal.workspace
        its_own = select(matrices.c.id).where(
            matrices.c.tenant == workspace.tenant,
            matrices.c.mode == workspace.mode,
            matrices.c.id == id,
        )
        matrix = _found(await self._database.read(lambda connection: connection.scalar(its_own)))
        return await self._background.take_on(workspace, "matrix", {"matrix": matrix})


class Voice(VoiceHandler[Caller]):
    """The voice model of the caller's workspace."""

    def __init__(self, background: BackgroundWork) -> None:
        self._background = background

    async def train_voice(
        self, request: Request[Caller], *, body: models.NewVoiceTraining
    ) -> models.Job:
        """Take a training set on (ALOHA-11)."""
        about = {"samples": str(len(body.samples))}
        return await self._background.take_on(request.principal.workspace, "voice", about)


def _all_of(workspace: Workspace) -> dict[str, str | int]:
    """Return the selection of all rows of a workspace."""
    return {"tenant": workspace.tenant, "mode": workspace.mode}


def _found(thing: T | None) -> T:
    """Return what was found; another workspace's is as absent as what never was."""
    if thing is None:
        raise errors.NotFound("There is nothing with this id.")
    return thing


def _due_at(moment: datetime) -> int:
    """Return a moment in microseconds since 1970; raise InvalidRequest for one before year 1."""
    try:
        return microseconds(moment.astimezone(UTC))
    except OverflowError as error:
        raise errors.InvalidRequest("The body field scheduledAt is out of range.") from error


def _thread(row: AnyRow) -> models.InboxThread:
    return models.InboxThread(
        id=row.id,
        channel=row.channel,
        sender=row.sender,
        preview=row.preview,
        updated_at=instant(row.updated_at),
    )
