"""The server as one ASGI app: each API under its base path, and the control plane."""

from collections.abc import Mapping, Sequence

import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from reference.alarm import Alarm
from reference.apis import APIS
from reference.background import Background
from reference.control.call import Controlled
from reference.control.plane import ControlPlane
from reference.journal import Journal
from reference.metrics import Metrics
from reference.observation import Observation
from reference.platform import Platform, build_platform
from reference.service import Service
from reference.storage.database import Database
from reference.tenants import Tenants
from reference.webhooks.dispatcher import Dispatcher
from reference.webhooks.environment import seconds_to_answer

CONTROL_PREFIX = "/_control"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class Origin:
    """Passes each request to the app whose prefix its path has."""

    def __init__(
        self, base_paths: Mapping[str, str], apps: Mapping[str, ASGIApp], background: Background
    ) -> None:
        self.base_paths = base_paths
        """The prefix of each API by its name."""
        self._apps = tuple((prefix, f"{prefix}/", app) for prefix, app in apps.items())
        self._background = background

    async def start(self) -> None:
        """Start the work between requests, on the running event loop."""
        await self._background.start()

    async def stop(self) -> None:
        """Stop it; return when what was begun is finished or handed back."""
        await self._background.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is under no prefix is a 404."""
        path = scope["path"]
        for prefix, below, app in self._apps:
            if path == prefix or path.startswith(below):
                await app(scope, receive, send)
                if scope["method"] not in _SAFE_METHODS:
                    self._background.wake()
                return
        await _nothing_here(scope, receive, send)


_nothing_here = Response(
    msgspec.json.encode(
        {"error": {"code": "not_found", "message": "No API of this server is under this path."}}
    ),
    404,
    media_type="application/json",
)


async def build_origin(
    names: Sequence[str], faults: Sequence[str], database: Database, token: str
) -> Origin:
    """Build some APIs, with planted faults, on a database, and make their tenants."""
    journal, metrics = Journal(), Metrics()
    platform = await build_platform(database)
    services = {name: APIS[name](platform, faults) for name in names}
    tenants = Tenants(platform.database, services)
    await tenants.start()
    background = _background(platform, services)
    controlled = Controlled(platform, services, faults, tenants, journal, metrics, background)
    return Origin(
        {name: service.base_path for name, service in services.items()},
        {
            service.base_path: Observation(
                service.app, service.name, platform.clock, journal, metrics
            )
            for service in services.values()
        }
        | {CONTROL_PREFIX: ControlPlane(CONTROL_PREFIX, token, controlled)},
        background,
    )


def _background(platform: Platform, services: Mapping[str, Service]) -> Background:
    alarm = Alarm(platform.clock)
    dispatcher = Dispatcher(
        database=platform.database,
        clock=platform.clock,
        alarm=alarm,
        targets=platform.targets,
        profiles={name: api.webhooks for name, api in services.items() if api.webhooks},
        seconds=seconds_to_answer(),
    )
    return Background(alarm, (platform.jobs, dispatcher))
