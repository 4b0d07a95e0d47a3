"""The parts of a server that deliver webhooks, put together without any API."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select

from reference.alarm import Alarm
from reference.background import Background
from reference.clock import Clock
from reference.jobs import Jobs
from reference.storage.database import Database, open_database
from reference.webhooks.dispatcher import Dispatcher
from reference.webhooks.journal import journal
from reference.webhooks.outbox import Event, Outbox
from reference.webhooks.permission import Targets
from reference.webhooks.profile import WebhookProfile
from reference.webhooks.signatures import (
    aloha_headers,
    check_standard_secret,
    check_text_secret,
    new_standard_secret,
    new_text_secret,
    standard_headers,
)
from reference.webhooks.subscriptions import Subscriptions
from reference.webhooks.tables import deliveries
from reference.webhooks.targets import Address, resolve_by_system
from tests.reference.postgresql import fresh_database

T = TypeVar("T")
EVENT = "post.published"
PROFILES = {
    "aloha": WebhookProfile([EVENT], aloha_headers, new_text_secret, check_text_secret),
    "leadiosa": WebhookProfile(
        [EVENT], standard_headers, new_standard_secret, check_standard_secret
    ),
}
SECRETS = {"aloha": "a secret of ours", "leadiosa": "whsec_TGVhZGlvc2EgZXhhbXBsZSBzZWNyZXQh"}


class Deliveries:
    """An outbox, its subscriptions and jobs, and the workers that deliver what it has."""

    def __init__(self, database: Database, *, seconds: float = 5) -> None:
        self._runner = asyncio.Runner()
        self.database = database
        self.clock = Clock()
        self.outbox = Outbox(self.clock)
        self.subscriptions = Subscriptions(self.clock)
        self.jobs = Jobs(database, self.clock)
        self.names: dict[str, Sequence[Address]] = {}
        self.looked_up: list[str] = []
        self.targets = Targets(database, self._resolve, private_at_first=False)
        self._seconds = seconds
        self.alarm = Alarm(self.clock)
        self.background = self._workers()

    def start(self) -> None:
        self.run(self.background.start())

    def stop(self) -> None:
        self.run(self.background.stop())

    def close(self) -> None:
        self.stop()
        self._runner.close()
        self.database.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def subscribe(self, url: str, *, api: str = "aloha", anywhere: bool = True) -> str:
        """Subscribe acme; return the subscription's id."""
        made = self.run(
            self.database.write(
                lambda connection: self.subscriptions.add(
                    connection,
                    api=api,
                    tenant="acme",
                    url=url,
                    secret=SECRETS[api],
                    events=[EVENT],
                    anywhere=anywhere,
                )
            )
        )
        return made.id

    def unsubscribe(self, subscription: str, api: str = "aloha") -> bool:
        return self.run(
            self.database.write(
                lambda connection: self.subscriptions.remove(connection, api, "acme", subscription)
            )
        )

    def put(self, *bodies: bytes, api: str = "aloha") -> None:
        """Put events into the outbox, all in one transaction."""

        def put(connection: Any) -> None:
            for number, body in enumerate(bodies):
                self.outbox.put(connection, Event(f"evt_{number}", api, "acme", EVENT, body))

        self.run(self.database.write(put))
        self.background.wake()

    def advance(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        self.background.wake()

    def journal(self) -> Sequence[Mapping[str, Any]]:
        return self.run(
            self.database.read(lambda connection: journal(connection, api=None, tenant=None))
        )

    def due(self) -> int:
        """Return how many deliveries are due."""
        now = self.clock.microseconds()
        due = select(func.count()).select_from(deliveries).where(deliveries.c.next_at <= now)
        return self.run(self.database.read(lambda connection: connection.scalar(due) or 0))

    def undelivered(self) -> int:
        """Return how many deliveries have yet to succeed, or never will."""
        others = select(func.count()).select_from(deliveries)
        count = others.where(deliveries.c.state != "delivered")
        return self.run(self.database.read(lambda connection: connection.scalar(count) or 0))

    def attempts(self) -> Mapping[str, int]:
        """Return how many attempts were recorded for each subscription."""

        def count(connection: Any) -> Mapping[str, int]:
            of = select(deliveries.c.subscription, func.sum(deliveries.c.attempts))
            return {
                row[0]: row[1] for row in connection.execute(of.group_by(deliveries.c.subscription))
            }

        return self.run(self.database.read(count))

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Let the workers work until something is so."""

        async def a_moment() -> None:
            await asyncio.sleep(0.005)

        for _ in range(4_000):
            if condition():
                return
            self.run(a_moment())
        raise AssertionError("it never came to be")

    def settle(self) -> Sequence[Mapping[str, Any]]:
        """Let the workers work until nothing is due; return the journal."""

        self.wait_until(lambda: self.due() == 0)
        return self.journal()

    def _workers(self) -> Background:
        dispatcher = Dispatcher(
            database=self.database,
            clock=self.clock,
            alarm=self.alarm,
            targets=self.targets,
            profiles=PROFILES,
            seconds=self._seconds,
        )
        return Background(self.alarm, (self.jobs, dispatcher))

    async def _resolve(self, host: str) -> Sequence[Address]:
        self.looked_up.append(host)
        if host in self.names:
            return self.names[host]
        return await resolve_by_system(host)


@contextmanager
def delivering(*, seconds: float = 5) -> Iterator[Deliveries]:
    """Workers at work, on a database of their own."""
    made = Deliveries(open_database(fresh_database()), seconds=seconds)
    try:
        made.start()
        yield made
    finally:
        made.close()
