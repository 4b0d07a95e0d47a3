"""What is noted of each request to an API: its journal entry, its metrics, its log line."""

import logging
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference.clock import Clock
from reference.journal import Entry, Journal
from reference.logs import struck
from reference.metrics import Metrics

_REQUEST_ID = "api.request_id"
"""Where the runtime of a generated server leaves the id that it gave to a request."""

_log = logging.getLogger("fourfold.requests")


@dataclass(frozen=True, slots=True)
class Observation:
    """ASGI middleware around one API."""

    app: ASGIApp
    api: str
    clock: Clock
    journal: Journal
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the API does, and note how."""
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        at, start = self.clock.now(), time.perf_counter()
        try:
            await self.app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - start
            self.metrics.count(self.api, scope["method"], status, seconds)
            parameters = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            entry = Entry(
                at,
                scope.get(_REQUEST_ID, ""),
                self.api,
                scope["method"],
                struck(scope["path"]),
                tuple(name for name, _ in parameters),
                status,
                round(seconds * 1_000, 3),
            )
            self.journal.add(entry)
            _log.info("answered", extra=_fields(entry))


def _fields(entry: Entry) -> dict[str, object]:
    """Return the fields of a log line; its own time stamp is the wall clock's."""
    return {
        "request_id": entry.request_id,
        "api": entry.api,
        "method": entry.method,
        "path": entry.path,
        "parameters": entry.parameters,
        "status": entry.status,
        "milliseconds": entry.milliseconds,
    }
