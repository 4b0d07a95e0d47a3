"""The way out of generated requests: within the budget of the run, and recorded like all others."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import requests
import schemathesis
from schemathesis.core.transport import Response as Received
from schemathesis.transport.requests import REQUESTS_TRANSPORT, RequestsTransport

from conformance.client import Client
from conformance.exchange import GENERATED
from conformance.fuzzing.findings import NO_ANSWER, Unanswered, exchanged

Case = schemathesis.Case[Any]


class RecordedTransport(RequestsTransport):
    """Sends as Schemathesis does, for as long as there is a budget; `stop` is called at its end."""

    def __init__(self, client: Client, stop: Callable[[], None]) -> None:
        super().__init__()
        self._copy_serializers_from(REQUESTS_TRANSPORT)
        self.client = client
        self.stop = stop
        self.sent = 0
        self.unanswered: list[Unanswered] = []
        self.last = time.monotonic()

    def send(
        self, case: Case, *, session: requests.Session | None = None, **kwargs: Any
    ) -> Received:
        """Send a request and record what came of it.

        Raises requests.ConnectionError where the budget is spent or there is no answer.
        """
        if reason := self.client.spent():
            self.stop()
            raise requests.ConnectionError(reason)
        kwargs["timeout"] = self.client.patience()
        self.sent += 1
        self.last = time.monotonic()
        try:
            received = super().send(case, session=session, **kwargs)
        except NO_ANSWER as error:
            if not self.client.spent():
                asked = requests.Request(**self.serialize_case(case, **kwargs)).prepare()
                self.unanswered.append(Unanswered(str(case.operation.label), asked, error))
            raise
        self.client.record(replace(exchanged(received), operation=GENERATED))
        return received


def use(schema: Any, transport: RecordedTransport) -> None:
    """Have a schema send all that it sends, requests of checks included, by a transport."""
    kind = type(schema)
    members = {"__slots__": (), "transport": property(lambda _: transport)}
    schema.__class__ = type(kind.__name__, (kind,), members)
