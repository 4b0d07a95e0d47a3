"""The inbox: what people write, thread by thread (ALOHA-09)."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from generated.aloha.server import models
from reference.aloha.events import Events
from reference.aloha.security import Workspace
from reference.aloha.tables import messages, threads


@dataclass(frozen=True, slots=True)
class Thread:
    """An exchange with one person on one channel."""

    id: str
    workspace: Workspace
    channel: models.Channel
    sender: str


class Inbox:
    """Takes in what people write, in a given transaction."""

    def __init__(self, events: Events) -> None:
        self._events = events

    def receive(self, connection: Connection, thread: Thread, preview: str, now: int) -> None:
        """Take in a message, in a thread that there is or in a new one, which is now the first."""
        made = connection.execute(
            insert(messages)
            .returning(messages.c.seq)
            .values(tenant=thread.workspace.tenant, thread=thread.id, written_at=now)
        )
        written = {"preview": preview, "written": made.scalar_one(), "updated_at": now}
        of_thread = threads.c.id == thread.id
        if connection.scalar(select(threads.c.id).where(of_thread)) is None:
            connection.execute(insert(threads).values(_columns(thread) | written))
        else:
            connection.execute(update(threads).where(of_thread).values(written))
        data = models.ReplyReceivedEventData(thread_id=thread.id, channel=thread.channel)
        self._events.put(connection, thread.workspace, "reply.received", now, data)


def _columns(thread: Thread) -> dict[str, object]:
    return {
        "id": thread.id,
        "tenant": thread.workspace.tenant,
        "mode": thread.workspace.mode,
        "channel": thread.channel,
        "sender": thread.sender,
    }
