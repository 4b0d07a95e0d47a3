"""Both flavours of a client, wired to a script instead of a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from generator.targets.python.runtime.async_client import AsyncClient
from generator.targets.python.runtime.configuration import Configuration
from generator.targets.python.runtime.credentials import Credential
from generator.targets.python.runtime.operation import Operation
from generator.targets.python.runtime.options import RequestOptions
from generator.targets.python.runtime.rate_limit import RateLimitHeaders
from generator.targets.python.runtime.response import ErrorFormat
from generator.targets.python.runtime.retries import RetryPolicy
from generator.targets.python.runtime.sync_client import SyncClient
from tests.python_client.scripted import Answer, FakeClock, Script, script, settled
from tests.python_client.socket_server import Replies, serving

KEY = "hk_live_secret"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server() -> Iterator[Replies]:
    with serving() as replies:
        yield replies


@dataclass
class Harness:
    """A client of one flavour, the script that answers it, and the clock it lives by."""

    client: Any
    script: Script
    clock: FakeClock

    async def call(
        self, operation: Operation[Any], options: RequestOptions | None = None, **arguments: Any
    ) -> Any:
        return await settled(self.client._caller.execute(operation, arguments, options or {}))

    def list(self, operation: Operation[Any], **arguments: Any) -> Any:
        return self.client._caller.paginate(operation, arguments, {})

    async def stream(self, operation: Operation[Any], **arguments: Any) -> Any:
        return await settled(self.client._caller.stream(operation, arguments, {}))


MakeHarness = Callable[..., Harness]


def configuration(**changes: Any) -> Configuration:
    settings: dict[str, Any] = {
        "base_url": "https://api.test/v1",
        "user_agent": "test/1.0",
        "timeout": 30.0,
        "retries": RetryPolicy(jitter=lambda: 1.0),
        "credentials": {"key": Credential(KEY, prefix="Bearer ")},
        "security": (("key",),),
        "errors": ErrorFormat(message=("error", "message"), code=("error", "code")),
        "rate_limit": RateLimitHeaders(
            "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"
        ),
    }
    return Configuration(**{**settings, **changes})


@pytest.fixture(params=["sync", "async"])
def harness(request: pytest.FixtureRequest) -> MakeHarness:
    def make(answers: Iterable[Answer], **changes: Any) -> Harness:
        clock, server = FakeClock(), script(answers)
        transport = httpx2.MockTransport(server)
        client: Any
        if request.param == "sync":
            client = SyncClient(
                configuration(**changes),
                http_client=httpx2.Client(transport=transport),
                clock=clock,
            )
        else:
            http = httpx2.AsyncClient(transport=transport)
            client = AsyncClient(configuration(**changes), http_client=http, clock=clock)
        return Harness(client, server, clock)

    return make
