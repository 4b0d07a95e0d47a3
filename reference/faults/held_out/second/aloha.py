"""Faults of Aloha, the second set planted from its documentation alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sqlalchemy import Connection, func, select

from generated.aloha.server import models
from reference.aloha.background import BackgroundWork
from reference.aloha.dataset import AlohaDataset
from reference.aloha.events import EventData, Events
from reference.aloha.inbox import Inbox
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.posts import Posts, PostSlice
from reference.aloha.security import Workspace
from reference.aloha.tables import messages
from reference.clock import instant
from reference.cursors import Scope
from reference.faults.composition import answers, around_with_parts, requests
from reference.faults.cursors import without
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault

_MINUTE = 60_000_000
"""Microseconds."""
_THREADS = "20"
_DAY = timedelta(days=1)


def _form(asked: Asked) -> Mapping[str, str]:
    """Return the parameters of a form that names none of them twice; none of any other."""
    pairs = parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True)
    return dict(pairs) if len(dict(pairs)) == len(pairs) else {}


def _refreshes_to_read(asked: Asked) -> bool:
    form = _form(asked) if asked.path == f"{BASE_PATH}/oauth/token" else {}
    return form.get("grant_type") == "refresh_token" and form.get("scope") == "read"


def _to_all(asked: Asked) -> Asked:
    form = _form(asked)
    return asked.with_body(
        urlencode({name: form[name] for name in form if name != "scope"}).encode()
    )


def _sent_back(asked: Asked, answered: Answered) -> bool:
    return asked.path == f"{BASE_PATH}/oauth/authorize" and answered.status == 302


def _without_state(answered: Answered) -> Answered:
    parts = urlsplit(answered.headers["location"])
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([pair for pair in pairs if pair[0] != "state"])
    return answered.with_header("location", urlunsplit(parts._replace(query=query)))


def _names_channels(asked: Asked) -> bool:
    channels = asked.fields.get("channels")
    is_post = asked.method == "POST" and asked.path == f"{BASE_PATH}/v1/posts"
    return is_post and isinstance(channels, list) and all(isinstance(one, str) for one in channels)


def _each_once(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "channels": [*dict.fromkeys(asked.fields["channels"])]})


@dataclass(frozen=True, slots=True)
class _DatedDrafts:
    """Posts of which drafts are on the day on which they were made."""

    inner: Posts

    async def page(self, selection: Scope, position: int | None, limit: int) -> PostSlice:
        """Return at most `limit` selected posts, the newest first, from a position or the start."""
        if "date" not in selection:
            return await self.inner.page(selection, position, limit)
        begins = instant(int(selection["date"])).astimezone(UTC)
        found: list[tuple[models.Post, int | None]] = []
        while len(found) <= limit:
            one = await self.inner.page(without(selection, "date"), position, 1)
            position = one.next_position
            for post in one.rows:
                if begins <= (post.scheduled_at or post.created_at) < begins + _DAY:
                    found.append((post, position))
            if position is None:
                break
        following = found[limit - 1][1] if len(found) > limit else None
        return PostSlice([post for post, _ in found[:limit]], following)

    async def find(self, workspace: Workspace, post_id: str) -> models.Post | None:
        """Return the post with this id, where it is among the workspace's."""
        return await self.inner.find(workspace, post_id)


def _asks_for_threads(asked: Asked) -> bool:
    is_inbox = asked.path == f"{BASE_PATH}/v1/inbox/threads"
    return is_inbox and asked.parameter("limit") is None


def _fewer(asked: Asked) -> Asked:
    return asked.with_query([*asked.query, ("limit", _THREADS)])


class _FirstReplies(Events):
    """Tells of the first message of a thread, and of no other."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event to be sent."""
        if isinstance(data, models.ReplyReceivedEventData):
            of_thread = messages.c.thread == data.thread_id
            written = select(func.count()).select_from(messages).where(of_thread)
            if (connection.scalar(written) or 0) > 1:
                return
        super().put(connection, workspace, event, at, data)


def _hearing_once(parts: Parts) -> Parts:
    platform = parts.platform
    inbox = Inbox(_FirstReplies(platform.outbox))
    return replace(parts, dataset=AlohaDataset(platform.clock, platform.jobs, inbox))


class _Swapped(Events):
    """Tells of a finished matrix with its two ids the wrong way round."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event to be sent."""
        if isinstance(data, models.MatrixCompletedEventData):
            data = models.MatrixCompletedEventData(matrix_id=data.job_id, job_id=data.matrix_id)
        super().put(connection, workspace, event, at, data)


def _swapping(parts: Parts) -> Parts:
    platform = parts.platform
    told = _Swapped(platform.outbox)
    background = BackgroundWork(platform.database, platform.clock, platform.jobs, told)
    return replace(parts, background=background)


def _one_export_a_minute(parts: Parts) -> Tamper:
    """Answer a key's exports with the job of the first one in a minute."""
    kept: dict[str, tuple[int, bytes]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != f"{BASE_PATH}/v1/analytics/export" or answered.status != 202:
            return answered
        now = parts.platform.clock.microseconds()
        since, job = kept.get(asked.token, (now - _MINUTE, b""))
        if now - since < _MINUTE:
            return replace(answered, body=job)
        kept[asked.token] = now, answered.body
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="OAU-F941",
        title="A refresh that asks for read alone gets all that was granted",
        promises=("ALOHA-04",),
        mistake="The scope of a refresh is not looked at.",
        apply=requests(_refreshes_to_read, _to_all),
        held_out=2,
    ),
    Fault(
        id="OAU-F942",
        title="An authorization request that is sent back with an error loses its state",
        promises=("ALOHA-04",),
        mistake="The state is added where the code is, and errors take another way.",
        apply=answers(_sent_back, _without_state),
        held_out=2,
    ),
    Fault(
        id="SCH-F943",
        title="A channel that is named twice is taken once",
        promises=("ALOHA-05",),
        mistake="The list is made a set before it is checked.",
        apply=requests(_names_channels, _each_once),
        held_out=2,
    ),
    Fault(
        id="FIL-F944",
        title="A draft is on the day on which it was made",
        promises=("ALOHA-07",),
        mistake="COALESCE(scheduled_at, created_at).",
        apply=lambda parts: replace(parts, posts=_DatedDrafts(parts.posts)),
        held_out=2,
    ),
    Fault(
        id="PAG-F945",
        title="The inbox gives 20 threads where no limit is given",
        promises=("ALOHA-09", "ALOHA-07"),
        mistake="A default of the inbox's own.",
        apply=requests(_asks_for_threads, _fewer),
        held_out=2,
    ),
    Fault(
        id="WHK-F946",
        title="Nobody is told of a reply but the first of a thread",
        promises=("ALOHA-12",),
        mistake="The event belongs to the creation of a thread.",
        apply=_hearing_once,
        held_out=2,
    ),
    Fault(
        id="LIF-F947",
        title="A second export within a minute has the job of the first, whatever its format",
        promises=("ALOHA-08", "ALOHA-15"),
        mistake="Double clicks were to be caught, by the key alone.",
        apply=around_with_parts(_one_export_a_minute),
        held_out=2,
    ),
    Fault(
        id="WHK-F948",
        title="matrix.completed has the job's id for the matrix's, and the other way round",
        promises=("ALOHA-12", "ALOHA-10"),
        mistake="Two arguments in the wrong order; both are texts.",
        apply=_swapping,
        held_out=2,
    ),
)
