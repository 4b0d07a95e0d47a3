"""What is noted of each request to an API: its journal entry, its metrics, its log line."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference.clock import Clock
from reference.journal import Entry, Journal
from reference.logs import answering, request_id, struck
from reference.metrics import Metrics

_CLOSED_REQUEST = 499
"""The status, in no answer, of a request whose client left before there was one."""

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
        status = _CLOSED_REQUEST

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        at, start = self.clock.now(), time.perf_counter()
        asked = (scope["method"], scope["path"], scope["query_string"])
        routed = scope.setdefault("extensions", {})
        answering.set(scope)
        self.metrics.begin(self.api)
        try:
            await self.app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - start
            operation = _operation(routed)
            method, path, query = asked
            self.metrics.end(self.api, operation, method, status, seconds)
            entry = Entry(
                at,
                request_id(scope),
                self.api,
                method,
                struck(path),
                _names(query) if query else (),
                status,
                round(seconds * 1_000, 3),
            )
            self.journal.add(entry)
            if _log.isEnabledFor(logging.INFO):
                _log.info("answered", extra=_fields(entry, operation))


def _operation(extensions: Mapping[str, Any]) -> str:
    """Return the operationId that Connexion routed a request to, empty where there is none.

    Connexion goes on with a copy of the scope; what is in `extensions` is in both.
    """
    return extensions.get("connexion_routing", {}).get("operation_id") or ""


def _names(query: bytes) -> tuple[str, ...]:
    parameters = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return tuple(struck(name) for name, _ in parameters)


def _fields(entry: Entry, operation: str) -> dict[str, object]:
    """Return the fields of a log line: nothing that the caller could choose the words of.

    Its own time stamp is the wall clock's.
    """
    return {
        "request_id": entry.request_id,
        "api": entry.api,
        "operation": operation,
        "status": entry.status,
        "milliseconds": entry.milliseconds,
    }
