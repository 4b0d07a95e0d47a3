"""The dispatcher: attempts deliveries as they become due, many at a time, one a subscription."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from reference.alarm import Alarm
from reference.clock import Clock
from reference.storage.database import Database
from reference.webhooks.outcome import Outcome
from reference.webhooks.permission import Targets
from reference.webhooks.profile import Attempt, WebhookProfile
from reference.webhooks.queue import NEXT_ATTEMPT, Leased, lease_due, record, release
from reference.webhooks.targets import is_any

if TYPE_CHECKING:
    from reference.webhooks.sender import Sender

_AT_ONCE = 64
_SECONDS_TO_FINISH = 2
_SECOND = 1_000_000

_log = logging.getLogger("fourfold.webhooks")


def real_time() -> int:
    """Return the microseconds since 1970 of the wall clock, which processes share."""
    return time.time_ns() // 1_000


class Dispatcher:
    """Delivers what the outbox of some APIs has, as their profiles say."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        alarm: Alarm,
        targets: Targets,
        profiles: Mapping[str, WebhookProfile],
        seconds: float,
        real_now: Callable[[], int] = real_time,
    ) -> None:
        """Give each attempt so many seconds, and each lease half as many more, and one."""
        self._database = database
        self._clock = clock
        self._alarm = alarm
        self._targets = targets
        self._profiles = profiles
        self._seconds = seconds
        self._sender: Sender | None = None
        self._lease = int((1.5 * seconds + 1) * _SECOND)
        self._real_now = real_now
        self._in_flight: dict[asyncio.Task[None], Leased] = {}

    async def do_due(self) -> int | None:
        """Begin what is due, as much as there is room for; return when more will be.

        The end of each attempt rings the alarm: there may be something due that had no room.
        """
        room = _AT_ONCE - len(self._in_flight)
        due_by_now = await self._next_attempt(0)
        now = self._clock.microseconds()
        if due_by_now is None or due_by_now > now:
            return due_by_now
        if room:
            for leased in await self._lease_due(now, room):
                task = asyncio.create_task(self._deliver(leased))
                self._in_flight[task] = leased
                task.add_done_callback(self._landed)
        return await self._next_attempt(now)

    async def finish(self) -> None:
        """Wait a while for the attempts in flight, then break them off and hand them back."""
        if self._in_flight:
            await asyncio.wait(self._in_flight, timeout=_SECONDS_TO_FINISH)
        late = dict(self._in_flight)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for leased in late.values():
            await self._database.write(partial(release, leased=leased))
        if self._sender is not None:
            await self._sender.aclose()

    async def _next_attempt(self, after: int) -> int | None:
        """Return when, later than `after`, an attempt is due."""
        ((at,),) = await self._database.select(NEXT_ATTEMPT, {"after": after})
        return None if at is None else int(at)

    async def _lease_due(self, now: int, room: int) -> Sequence[Leased]:
        real_now = self._real_now()
        apis, until = tuple(self._profiles), real_now + self._lease
        return await self._database.write(
            lambda connection: lease_due(
                connection, apis, now=now, real_now=real_now, until=until, count=room
            )
        )

    async def _deliver(self, leased: Leased) -> None:
        at = self._clock.microseconds()
        try:
            outcome = await self._attempt(leased, at)
        except Exception:
            _log.exception("a delivery could not be attempted", extra={"api": leased.api})
            outcome = Outcome(None, "The delivery could not be made; the server's log says why.")
        retries = self._profiles[leased.api].retries
        await self._database.write(
            lambda connection: record(connection, leased, at, outcome, retries)
        )

    async def _attempt(self, leased: Leased, at: int) -> Outcome:
        profile = self._profiles[leased.api]
        allowed = is_any if leased.anywhere else await self._targets.allowed()

        async def deliver(attempt: Attempt) -> Outcome:
            headers = profile.headers(attempt)
            return await self._sending().send(attempt.url, headers, attempt.body, allowed)

        return await profile.around(deliver)(
            Attempt(leased.event_id, leased.event, leased.body, leased.secret, at, leased.url)
        )

    def _landed(self, task: asyncio.Task[None]) -> None:
        del self._in_flight[task]
        if not task.cancelled() and task.exception() is not None:
            _log.error("an attempt could not be recorded", exc_info=task.exception())
        self._alarm.ring()

    def _sending(self) -> "Sender":
        """Return what sends; the HTTP client is slow to load, and is loaded when there is need."""
        if self._sender is None:
            import httpx2  # noqa: PLC0415 - see above

            from reference.webhooks.sender import Sender  # noqa: PLC0415 - see above

            self._sender = Sender(self._targets.resolve, self._seconds, httpx2.create_ssl_context)
        return self._sender
