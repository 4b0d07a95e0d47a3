"""Faults of Aloha, the third set planted from its documentation alone."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection, select
from starlette.types import ASGIApp, Receive, Scope, Send

from generated.aloha.server import Security, errors, models
from generated.aloha.server.runtime import Request
from reference.aloha.events import API, EventData, Events
from reference.aloha.parts import BASE_PATH, Parts
from reference.aloha.publishing import Publisher
from reference.aloha.security import Caller, Workspace, key_prefix
from reference.aloha.tables import placements
from reference.faults.composition import requests
from reference.faults.deliveries import retries
from reference.faults.exchange import Asked
from reference.faults.fault import Fault
from reference.keys import Keyring, UnknownKeyError
from reference.platform import Platform

_FROM_THE_FIRST = (
    timedelta(minutes=1),
    timedelta(minutes=4),
    timedelta(minutes=20),
    timedelta(minutes=95),
    timedelta(hours=10),
    timedelta(hours=12),
)
"""The waits between attempts where each of the documented ones begins with the first attempt."""
_DAY = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class _FirstChannels(Events):
    """Tells that a post was scheduled for its first channel, and for no other."""

    def put(
        self,
        connection: Connection,
        workspace: Workspace,
        event: models.EventName,
        at: int,
        data: EventData,
    ) -> None:
        """Keep an event to be sent."""
        if event == "post.scheduled" and isinstance(data, models.PostEventData):
            position = select(placements.c.position).where(
                placements.c.post == data.post_id, placements.c.channel == data.channel
            )
            if connection.scalar(position):
                return
        super().put(connection, workspace, event, at, data)


def _told_once(parts: Parts) -> Parts:
    platform = parts.platform
    return replace(parts, publisher=Publisher(platform.jobs, _FirstChannels(platform.outbox)))


@dataclass(frozen=True, slots=True)
class _Administrators(Security[Caller]):
    """Lets an app do everything that may administer webhooks."""

    inner: Security[Caller]

    async def api_key(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose key it is."""
        return await self.inner.api_key(token, request)

    async def oauth(self, token: str, request: Request[None]) -> Caller:
        """Return the caller whose access token it is."""
        try:
            return await self.inner.oauth(token, request)
        except errors.InsufficientScope:
            caller = await self.inner.oauth(token, replace(request, scopes=()))
            if "webhook:admin" not in caller.scopes:
                raise
            return caller


def _rolled(text: str) -> str:
    """Return a day that there is in place of one past the end of its month."""
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    year, month, day = map(int, found.groups())
    try:
        return (date(year, month, 1) + timedelta(days=day - 1)).isoformat()
    except (ValueError, OverflowError):
        return text


def _has_date(asked: Asked) -> bool:
    return asked.path == f"{BASE_PATH}/v1/posts" and asked.parameter("date") is not None


def _on_a_real_day(asked: Asked) -> Asked:
    return asked.with_query(
        (name, _rolled(value)) if name == "date" else (name, value) for name, value in asked.query
    )


class _OnePrevious(Keyring):
    """Keys of which the latest and the one before it are good."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(API, key_prefix, platform.database, platform.clock)
        self._previous: dict[str, str] = {}

    async def rotate(self, key: str, grace: timedelta) -> str:
        """Return a new key in place of one that is good for `grace` more; raise UnknownKeyError."""
        following = await super().rotate(key, grace)
        self._previous[following] = key
        if key in self._previous:
            with suppress(UnknownKeyError):
                await self.revoke(self._previous.pop(key))
        return following


def _open_for_tokens(parts: Parts) -> Parts:
    def require_tls(app: ASGIApp) -> ASGIApp:
        guarded = parts.require_tls(app)

        async def routed(scope: Scope, receive: Receive, send: Send) -> None:
            is_token = scope.get("path") == f"{BASE_PATH}/oauth/token"
            await (app if is_token else guarded)(scope, receive, send)

        return routed

    return replace(parts, require_tls=require_tls)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="WHK-F1041",
        title="The waits before retries are counted from the first attempt",
        promises=("ALOHA-13",),
        mistake="The list of waits was read as a timetable.",
        apply=retries(_FROM_THE_FIRST),
        held_out=3,
    ),
    Fault(
        id="WHK-F1042",
        title="post.scheduled is sent for the first channel of a post only",
        promises=("ALOHA-12",),
        mistake="The event was sent once for each post when posts had one channel.",
        apply=_told_once,
        held_out=3,
    ),
    Fault(
        id="OAU-F1043",
        title="An access token with the scope webhook:admin may read and write",
        promises=("ALOHA-04",),
        mistake="Whoever is an admin is let through first.",
        apply=lambda parts: replace(parts, security=_Administrators(parts.security)),
        held_out=3,
    ),
    Fault(
        id="FIL-F1044",
        title="A date past the end of its month is a day of the next month",
        promises=("ALOHA-07", "ALOHA-17"),
        mistake="JavaScript's Date, which rolls over.",
        apply=requests(_has_date, _on_a_real_day),
        held_out=3,
    ),
    Fault(
        id="AUT-F1045",
        title="A key that was rotated ends early where the next one is rotated, too",
        promises=("ALOHA-03",),
        mistake="There is a column for one previous key.",
        apply=lambda parts: replace(parts, keyring=_OnePrevious(parts.platform)),
        held_out=3,
    ),
    Fault(
        id="SEC-F1046",
        title="The token endpoint is served over plain HTTP",
        promises=("ALOHA-01",),
        mistake="The check stands before the API's routes, and the endpoint is not among them.",
        apply=_open_for_tokens,
        held_out=3,
    ),
)
